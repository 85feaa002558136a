import { createHash } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { type Authorization, createWebClient, webRetrieve, type WebClient, type WebTls } from '../../../electron/services/dicomweb';
import { certificateShop } from '../../support/certificates';
import { encodeDataSet, encodePart10, sampleImage } from '../../support/dicom';
import { peer } from '../../support/peers';
import { createStoreDouble, type StoreDouble } from '../../support/ul-store-double';

const CT = '1.2.840.10008.5.1.4.1.1.2';
const ELE = '1.2.840.10008.1.2.1';
const TYPE = 'Content-Type: multipart/related; type="application/dicom"; boundary=b\r\n';
const OK = `HTTP/1.1 200 OK\r\n${TYPE}`;

const uidOf = (n: number): string => `2.25.${String(n)}`;
/** Different in every byte that is no header, so that a piece in a wrong place is seen. */
const dataSet = (n: number): Uint8Array => {
  const pixels = new Uint8Array(300 * 300 * 2).map((_zero, at) => (at * 31 + n * 7 + (at >> 8)) & 0xff);
  return encodeDataSet(sampleImage({ SOPInstanceUID: uidOf(n), StudyInstanceUID: '1.2', SeriesInstanceUID: '1.2.1', Rows: 300, Columns: 300, pixels }));
};
const file = (n: number): Uint8Array => encodePart10({ SOPClassUID: CT, SOPInstanceUID: uidOf(n), TransferSyntaxUID: ELE }, dataSet(n));
/** `more`: by which the length that it announces is too long; absent: it announces none. */
const part = (n: number, more?: number): Buffer => {
  const length = more === undefined ? '' : `Content-Length: ${String(file(n).length + more)}\r\n`;
  return Buffer.concat([Buffer.from(`--b\r\nContent-Type: application/dicom\r\n${length}\r\n`), file(n), Buffer.from('\r\n')]);
};
const bodyOf = (...numbers: number[]): Buffer => Buffer.concat([...numbers.map((n) => part(n)), Buffer.from('--b--\r\n')]);
const chunk = (bytes: Buffer, extension = ''): Buffer =>
  Buffer.concat([Buffer.from(`${bytes.length.toString(16)}${extension}\r\n`), bytes, Buffer.from('\r\n')]);
const LAST = Buffer.from('0\r\n\r\n');
const sha = (n: number): string => createHash('sha256').update(dataSet(n)).digest('hex');

type Answer = (socket: Socket, head: string) => void | Promise<void>;

/** An archive that answers with the bytes that it is told. */
async function serve(answer: Answer, make: (handler: (socket: Socket) => void) => Server = (handler) => createServer(handler)): Promise<Server> {
  const server = make((socket) => {
    let head = '';
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => {
      head += bytes.toString('latin1');
      if (!head.endsWith('\r\n\r\n')) return;
      void answer(socket, head);
      head = '';
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

const openssl = peer('openssl');

describe('a long answer of WADO-RS', () => {
  let server: Server | undefined;
  let client: WebClient | undefined;
  let stop = new AbortController();
  let store: StoreDouble = createStoreDouble();
  afterEach(async () => {
    client?.close();
    await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
    stop = new AbortController();
    store = createStoreDouble();
  });

  async function retrieve(answer: Answer, numbers: readonly number[], authorization?: Authorization): ReturnType<typeof webRetrieve> {
    server = await serve(answer);
    client = createWebClient(authorization);
    return fetchFrom('http', numbers);
  }

  function fetchFrom(scheme: 'http' | 'https', numbers: readonly number[]): ReturnType<typeof webRetrieve> {
    const address = server?.address();
    const target = { name: 'PACS', url: `${scheme}://127.0.0.1:${String(typeof address === 'object' ? address?.port : 0)}/web` };
    const wanted = { level: 'STUDY', StudyInstanceUID: '1.2', wanted: new Set(numbers.map(uidOf)), onProgress: () => undefined } as const;
    return webRetrieve({ client: client as WebClient, store }, target, wanted, stop.signal);
  }

  const keptAre = (...numbers: number[]): void => {
    expect(store.kept.map(({ incoming, sha256 }) => [incoming.SOPInstanceUID, sha256])).toEqual(numbers.map((n) => [uidOf(n), sha(n)]));
  };

  it('asks as it should, and for nothing that would have to be unpacked', async () => {
    let asked = '';
    const body = bodyOf(1);
    const answer: Answer = (socket, head) => {
      asked = head;
      socket.end(Buffer.concat([Buffer.from(`${OK}Content-Length: ${String(body.length)}\r\n\r\n`), body]));
    };
    await retrieve(answer, [1], () => Promise.resolve('Bearer abc'));
    const lines = asked.split('\r\n');
    expect(lines[0]).toBe('GET /web/studies/1.2 HTTP/1.1');
    expect(lines).toContain('Authorization: Bearer abc');
    expect(lines).toContain('Accept: multipart/related; type="application/dicom"; transfer-syntax=*');
    expect(asked).toMatch(/^Host: 127\.0\.0\.1:\d+\r$/m);
    expect(asked.toLowerCase()).not.toContain('accept-encoding');
    keptAre(1);
  });

  it('whose parts say how long they are', async () => {
    const body = Buffer.concat([part(1, 0), part(2, 0), part(3), Buffer.from('--b--\r\n')]);
    let asked = 0;
    const { end } = await retrieve(
      (socket) => {
        asked++;
        socket.end(Buffer.concat([Buffer.from(`${OK}\r\n`), body]));
      },
      [1, 2, 3],
    );
    expect([end.kind, asked]).toEqual(['answered', 1]);
    keptAre(1, 2, 3);
  });

  it.each([-10, 2, 100_000, 10_000_000])('whose parts say another length (by %s) is asked for once more, and by its delimiters from then on', async (more) => {
    const body = Buffer.concat([part(1, 0), part(2, more), part(3, more), Buffer.from('--b--\r\n')]);
    let asked = 0;
    const answer: Answer = (socket) => {
      asked++;
      socket.end(Buffer.concat([Buffer.from(`${OK}\r\n`), body]));
    };
    const { end, arrived, unread } = await retrieve(answer, [1, 2, 3]);
    expect([end.kind, arrived.size, unread.count, asked]).toEqual(['answered', 3, 0, 2]);
    // the first stood before the wrong one was met, and is the same the second time
    keptAre(1, 1, 2, 3);
    await fetchFrom('http', [1, 2, 3]);
    expect(asked).toBe(3);
    keptAre(1, 1, 2, 3, 1, 2, 3);
  });

  it('of one object, asked for once more for its length, takes nothing from what the answers beside it told', async () => {
    let [asked, tell] = [0, (): void => undefined];
    const isTold = new Promise<void>((resolve) => (tell = resolve));
    const unreadable = Buffer.from('--b\r\nContent-Type: application/dicom\r\n\r\nno file\r\n--b--\r\n');
    server = await serve(async (socket, head) => {
      const isFirst = head.includes(`/instances/${uidOf(1)} `);
      if (isFirst) await isTold;
      asked++;
      const body = isFirst ? Buffer.concat([part(1, 2), Buffer.from('--b--\r\n')]) : unreadable;
      socket.end(Buffer.concat([Buffer.from(`${OK}Content-Length: ${String(body.length)}\r\nConnection: close\r\n\r\n`), body]));
    });
    client = createWebClient();
    const address = server.address();
    const target = { name: 'PACS', url: `http://127.0.0.1:${String(typeof address === 'object' ? address?.port : 0)}/web` };
    const wanted = new Set([uidOf(1), uidOf(2)]);
    const request = { level: 'IMAGE', StudyInstanceUID: '1.2', SeriesInstanceUID: '1.2.1', wanted, onProgress: () => tell() } as const;
    const { arrived, unread } = await webRetrieve({ client, store }, target, request, stop.signal);
    expect([[...arrived], unread.count, asked]).toEqual([[uidOf(1)], 1, 3]);
    keptAre(1);
  });

  it('never sends a header that ends early', async () => {
    const { end } = await retrieve(
      (socket) => void socket.end(),
      [1],
      () => Promise.resolve('a\r\nX: y'),
    );
    expect(end).toMatchObject({ kind: 'failed' });
  });

  it.each([
    ['in chunks that cut every delimiter, with extensions', (body: Buffer) => cut(body, 37, ';a="b"')],
    ['in one chunk', (body: Buffer) => Buffer.concat([chunk(body), LAST])],
    ['in chunks of 100 kB and trailers', (body: Buffer) => Buffer.concat([cut(body, 100_000, '').subarray(0, -LAST.length), Buffer.from('0\r\nA: b\r\n\r\n')])],
  ])('is taken byte for byte %s', async (_name, framed) => {
    const { end, arrived } = await retrieve(
      (socket) => void socket.write(Buffer.concat([Buffer.from(`${OK}Transfer-Encoding: chunked\r\n\r\n`), framed(bodyOf(1, 2, 3))])),
      [1, 2, 3],
    );
    expect(end).toMatchObject({ kind: 'answered' });
    expect(arrived.size).toBe(3);
    keptAre(1, 2, 3);
  });

  it('is taken until the connection ends, where it names no length', async () => {
    const { end } = await retrieve((socket) => void socket.end(Buffer.concat([Buffer.from(`${OK}\r\n`), bodyOf(1, 2)])), [1, 2]);
    expect(end).toMatchObject({ kind: 'answered' });
    keptAre(1, 2);
  });

  it('may drip', async () => {
    const all = Buffer.concat([Buffer.from(`HTTP/1.1 100 Continue\r\n\r\n${OK}Transfer-Encoding: chunked\r\n\r\n`), cut(bodyOf(1), 9000, '')]);
    const answer: Answer = async (socket) => {
      for (let at = 0; at < all.length; at += at < 400 ? 7 : 2000) {
        socket.write(all.subarray(at, at + (at < 400 ? 7 : 2000)));
        await sleep(1);
      }
    };
    expect((await retrieve(answer, [1])).end).toMatchObject({ kind: 'answered' });
    keptAre(1);
  });

  const whole = part(1);
  const begun = Buffer.concat([whole, Buffer.from('--b\r\n')]);
  const halfOfSecond = part(2).subarray(0, 70_000);
  it.each([
    ['ends before its length', (socket: Socket) => void socket.end(Buffer.concat([Buffer.from(`${OK}Content-Length: 999999\r\n\r\n`), whole, halfOfSecond]))],
    ['ends in the middle of a chunk', (socket: Socket) => void socket.end(inChunks(Buffer.concat([whole, halfOfSecond]), '7fffff'))],
    ['has a chunk of a wrong size', (socket: Socket) => void socket.write(Buffer.concat([inChunks(whole), Buffer.from('\r\n5\r\n'), halfOfSecond]))],
    ['has a chunk size that is none', (socket: Socket) => void socket.write(Buffer.concat([inChunks(begun), Buffer.from('\r\nno size\r\n'), halfOfSecond]))],
    ['ends without its last delimiter', (socket: Socket) => void socket.write(Buffer.concat([inChunks(begun), Buffer.from('\r\n'), LAST]))],
    [
      'is torn off',
      async (socket: Socket) => {
        socket.write(Buffer.concat([inChunks(Buffer.concat([whole, halfOfSecond]), '7fffff')]));
        await sleep(200);
        socket.resetAndDestroy();
      },
    ],
  ])('that %s leaves what was whole, and is asked for again', async (_name, answer: Answer) => {
    const { end, arrived } = await retrieve(answer, [1, 2]);
    expect(end).toMatchObject({ kind: 'failed', failure: { isTransient: true } });
    expect([...arrived]).toEqual([uidOf(1)]);
    keptAre(1);
  });

  it('is no answer when it is a redirect: the header would go anywhere', async () => {
    let asked = 0;
    const answer: Answer = (socket) => {
      asked++;
      socket.end('HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n');
    };
    const { end } = await retrieve(answer, [1]);
    expect(end).toMatchObject({ kind: 'failed', failure: { isTransient: false } });
    expect(asked).toBe(1);
  });

  it('is asked for with another header when the first one is refused, once', async () => {
    const sent: string[] = [];
    const answer: Answer = (socket, head) => {
      sent.push(/^Authorization: (.*)\r$/m.exec(head)?.[1] ?? '');
      if (sent.length === 1) socket.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno');
      else socket.end(Buffer.concat([Buffer.from(`${OK}\r\n`), bodyOf(1)]));
    };
    const { end } = await retrieve(answer, [1], (_node, _signal, refused) => Promise.resolve(refused === undefined ? 'old' : 'new'));
    expect(sent).toEqual(['old', 'new']);
    expect(end).toMatchObject({ kind: 'answered' });
    keptAre(1);
  });

  it.each([
    ['a head without end', `HTTP/1.1 200 OK\r\nA: ${'b'.repeat(40_000)}`],
    ['SSH', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['nothing', ''],
  ])('is not %s', async (_name, text) => {
    const { end } = await retrieve((socket) => void (text === '' ? socket.end() : socket.write(text)), [1]);
    expect(end).toMatchObject({ kind: 'failed' });
  });

  it('waits for a slow disk without keeping the answer in memory', async () => {
    store = createStoreDouble({ stopAfter: 1 });
    let sent = 0;
    const numbers = Array.from({ length: 200 }, (_unused, n) => n + 1);
    const answer: Answer = async (socket) => {
      socket.write(`${OK}\r\n`);
      const one = part(1);
      for (const _n of numbers) {
        if (!socket.write(one)) await new Promise((resolve) => socket.once('drain', resolve));
        sent += one.length;
      }
    };
    const running = retrieve(answer, [1]);
    await sleep(1500);
    expect(store.counts.begun).toBeGreaterThan(0);
    // what the system holds of a connection, and no more
    expect(sent).toBeLessThan(numbers.length * part(1).length * 0.8);
    stop.abort();
    store.release();
    expect((await running).end).toMatchObject({ kind: 'cancelled' });
  });

  it('ends at once when it is cancelled', async () => {
    const running = retrieve((socket) => void socket.write(inChunks(Buffer.concat([whole, halfOfSecond]), '7fffff')), [1, 2]);
    await expect.poll(() => store.kept.length, { timeout: 10_000 }).toBe(1);
    stop.abort();
    expect((await running).end).toMatchObject({ kind: 'cancelled' });
    expect(store.counts).toMatchObject({ begun: 2, finished: 1, aborted: 1 });
  });

  it.skipIf(openssl === undefined)('comes over TLS of an authority that is known, of none other', { timeout: 60_000 }, async () => {
    using shop = certificateShop(openssl ?? '');
    const authority = shop.authority('Hospital');
    const { certificate, key } = authority.issue('archive.hospital');
    const frame = Buffer.concat([Buffer.from(`${OK}Transfer-Encoding: chunked\r\n\r\n`), cut(bodyOf(1, 2, 3), 50_000, '')]);
    server = await serve(
      (socket) => void socket.write(frame),
      (handler) => createTlsServer({ cert: certificate, key }, handler),
    );
    const tlsOf =
      (ca: string | undefined): WebTls =>
      () =>
        Promise.resolve(ca === undefined ? {} : { ca });
    client = createWebClient(undefined, tlsOf(undefined));
    expect((await fetchFrom('https', [1, 2, 3])).end).toMatchObject({ kind: 'failed', failure: { cause: 'rejected' } });
    client.close();
    const seen: number[] = [];
    client = createWebClient(undefined, tlsOf(authority.certificate), (_name, until) => seen.push(until));
    expect((await fetchFrom('https', [1, 2, 3])).end).toMatchObject({ kind: 'answered' });
    keptAre(1, 2, 3);
    expect(seen).toEqual([Date.parse('2049-01-01T00:00:00Z')]);
  });
});

function cut(body: Buffer, bytes: number, extension: string): Buffer {
  const chunks = Array.from({ length: Math.ceil(body.length / bytes) }, (_unused, n) => chunk(body.subarray(n * bytes, (n + 1) * bytes), extension));
  return Buffer.concat([...chunks, LAST]);
}

/** The head and one chunk without its end, of a size that may be a lie. */
function inChunks(body: Buffer, size = body.length.toString(16)): Buffer {
  return Buffer.concat([Buffer.from(`${OK}Transfer-Encoding: chunked\r\n\r\n${size}\r\n`), body]);
}
