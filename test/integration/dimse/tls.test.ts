import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer as createPlainServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls, createServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createPool,
  expiries,
  probe,
  sendObjects,
  type ScuTarget,
  type SendOutcome,
  type TlsListening,
  type TlsMaterial,
} from '../../../electron/services/dimse';
import { certificateShop, type Authority, type CertificateShop, type Issued } from '../../support/certificates';
import { encodeDataSet, sampleImage } from '../../support/dicom';
import { faultProxy } from '../../support/fault-proxy';
import { freePort } from '../../support/orthanc';
import { peer, peerEnv } from '../../support/peers';
import { targetOf } from '../../support/scu-run';
import { listening } from '../../support/store-scp';
import { createStoreDouble } from '../../support/ul-store-double';
import { OUR_AE, startTestNode } from '../../support/ul-node';

const VERIFICATION = '1.2.840.10008.1.1';
const CT = '1.2.840.10008.5.1.4.1.1.2';
const ELE = '1.2.840.10008.1.2.1';
const [openssl, echoscu, storescp] = [peer('openssl'), peer('echoscu'), peer('storescp')];
const signal = new AbortController().signal;

describe.skipIf(openssl === undefined)('DICOM by TLS (PS3.15 B.12)', { timeout: 20_000 }, () => {
  let shop: CertificateShop;
  let hospital: Authority;
  let stranger: Authority;
  let server: Issued;
  let client: Issued;

  beforeAll(() => {
    shop = certificateShop(openssl ?? '');
    hospital = shop.authority('Hospital');
    stranger = shop.authority('Stranger');
    server = hospital.issue('localhost');
    client = hospital.issue('workstation');
  });
  afterAll(() => shop[Symbol.dispose]());

  const listens = (own: Issued = server, clients: TlsListening['clients'] = 'required', ca = hospital.certificate): TlsListening => ({
    port: 0,
    clients,
    material: () => Promise.resolve({ certificate: own.certificate, key: own.key, ca }),
  });
  const material = (own: Issued = client, ca = hospital.certificate): TlsMaterial => ({ ca, certificate: own.certificate, key: own.key });
  const target = (port: number, own: TlsMaterial = material(), host = '127.0.0.1'): ScuTarget => ({
    ...targetOf(port, OUR_AE, 'ME'),
    host,
    tls: () => Promise.resolve(own),
  });
  const tlsPort = ({ node }: { node: { status(): { tlsPort?: number | undefined } } }): number => node.status().tlsPort ?? 0;

  /** How an association to the node ends, and whether the node ever saw one. */
  async function call(tls: TlsListening, how: (port: number) => ScuTarget): Promise<{ words: string; seen: number }> {
    await using station = await startTestNode({ tls });
    const { echoStatus, failure } = await probe(how(tlsPort(station)), [VERIFICATION], signal);
    return { words: failure?.words ?? `answered ${String(echoStatus)}`, seen: station.events.length };
  }

  it.each<[string, () => TlsListening, (port: number) => ScuTarget, string]>([
    ['both sides right, by address', () => listens(), (port) => target(port), 'answered 0'],
    ['both sides right, by name', () => listens(), (port) => target(port, material(), 'localhost'), 'answered 0'],
    [
      'a server with the name that it is said to have',
      () => listens(hospital.issue('other', { subjectAltName: 'DNS:other' })),
      (port) => ({ ...target(port), tlsName: 'other' }),
      'answered 0',
    ],
    [
      'without a certificate of ours where none is wanted',
      () => listens(server, 'anonymous'),
      (port) => target(port, { ca: hospital.certificate }),
      'answered 0',
    ],
  ])('%s', async (_words, tls, how, words) => {
    expect(await call(tls(), how)).toMatchObject({ words });
  });

  it.each<[string, () => TlsListening, (port: number) => ScuTarget, string]>([
    ['a caller without TLS', () => listens(), (port) => targetOf(port, OUR_AE, 'ME'), 'closed the connection'],
    [
      'a caller that trusts another authority',
      () => listens(),
      (port) => target(port, material(client, stranger.certificate)),
      'does not lead to an authority',
    ],
    [
      'a server with the name of another',
      () => listens(hospital.issue('other', { subjectAltName: 'DNS:other' })),
      (port) => target(port),
      'made out to another name (other)',
    ],
    [
      'a server that has not the name it is said to have, though its address is right',
      () => listens(),
      (port) => ({ ...target(port), tlsName: 'other' }),
      'localhost, 127.0.0.1',
    ],
    ['a server whose certificate has expired', () => listens(hospital.issue('localhost', { until: '20210101000000Z' })), (port) => target(port), 'has expired'],
    [
      'a server whose certificate is made for clients alone',
      () => listens(hospital.issue('localhost', { extendedKeyUsage: 'clientAuth' })),
      (port) => target(port),
      'not made for a server',
    ],
    [
      'a caller whose certificate is made for servers alone',
      () => listens(),
      (port) => target(port, material(hospital.issue('workstation', { extendedKeyUsage: 'serverAuth' }))),
      '',
    ],
    ['a caller without a certificate', () => listens(), (port) => target(port, { ca: hospital.certificate }), ''],
    ['a caller with a certificate of a stranger', () => listens(), (port) => target(port, material(stranger.issue('workstation'))), ''],
    ['a caller whose certificate has expired', () => listens(), (port) => target(port, material(hospital.issue('old', { until: '20210101000000Z' }))), ''],
  ])('nothing of DICOM passes: %s', async (_words, tls, how, words) => {
    const end = await call(tls(), how);
    expect(end.words).toContain(words);
    expect(end.words).not.toContain('answered');
    expect(end.seen).toBe(0);
  });

  it('is never replaced by a connection without it', async () => {
    await using station = await startTestNode();
    const { failure } = await probe(target(station.port), [VERIFICATION], signal);
    expect(failure).toMatchObject({ cause: 'unreachable', words: expect.stringContaining('may not speak TLS') as string });
    expect(station.events).toEqual([]);
  });

  it('is not taken below version 1.2', async () => {
    const old = createServer({ key: server.key, cert: server.certificate, minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' });
    old.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => old.listen(0, '127.0.0.1', resolve));
    const address = old.address();
    const { failure } = await probe(target(typeof address === 'object' && address ? address.port : 0), [VERIFICATION], signal);
    expect(failure).toMatchObject({ cause: 'rejected', words: expect.stringContaining('below 1.2') as string });
    await new Promise((resolve) => old.close(resolve));
  });

  it('carries objects byte by byte', async () => {
    const store = createStoreDouble();
    await using station = await startTestNode({ store, tls: listens() });
    const dataSet = Buffer.from(encodeDataSet(sampleImage({ SOPInstanceUID: '2.25.1', Rows: 512, Columns: 512 })));
    const object = {
      SOPClassUID: CT,
      SOPInstanceUID: '2.25.1',
      TransferSyntaxUID: ELE,
      bytes: async function* () {
        yield await Promise.resolve(dataSet);
      },
    };
    const outcomes: SendOutcome[] = [];
    await sendObjects(
      createPool({ keepMs: 0 }),
      target(tlsPort(station)),
      { objects: [object], onOutcome: (_object, outcome) => outcomes.push(outcome) },
      signal,
    );
    expect(outcomes).toEqual([{ kind: 'sent' }]);
    expect(store.kept[0]).toMatchObject({ length: dataSet.length });
  });

  it('does not keep the plain port from listening when it cannot be had, and says why', async () => {
    await using station = await startTestNode({ tls: { port: 0, clients: 'anonymous', material: () => Promise.resolve({}) } });
    expect(station.node.status()).toMatchObject({ listening: true, tlsError: 'TLS needs a certificate and a key of this station.' });
    const socket = connect(station.port, '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.destroy();
  });

  it('does not wait for a handshake that comes drop by drop: closed by the limit, told of, and nothing of DICOM was read', async () => {
    const told: string[] = [];
    await using station = await startTestNode({ tls: listens(), limits: { handshakeMs: 300 }, onTlsRefused: (host, words) => told.push(`${host} ${words}`) });
    const hello = await clientHello();
    const socket = connect({ port: tlsPort(station), host: '127.0.0.1', noDelay: true }).on('error', () => undefined);
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    let dripped = 0;
    const drip = setInterval(() => {
      if (dripped < hello.length - 1) socket.write(hello.subarray(dripped, ++dripped));
    }, 10);
    await closed;
    clearInterval(drip);
    expect(dripped).toBeLessThan(hello.length - 1);
    expect(station.events).toEqual([]);
    expect(told).toEqual(['127.0.0.1 ERR_TLS_HANDSHAKE_TIMEOUT']);
  });

  it('gives up a server whose handshake comes drop by drop, in words, with nothing sent', async () => {
    const store = createStoreDouble();
    await using station = await startTestNode({ tls: listens(), store });
    await using proxy = await faultProxy(tlsPort(station), () => ({ toClient: { dripBytes: 1, delayMs: 10 } }));
    const dataSet = Buffer.from(encodeDataSet(sampleImage({ SOPInstanceUID: '2.25.7' })));
    const bytes = async function* () {
      yield await Promise.resolve(dataSet);
    };
    const object = { SOPClassUID: CT, SOPInstanceUID: '2.25.7', TransferSyntaxUID: ELE, bytes };
    const outcomes: SendOutcome[] = [];
    const request = { objects: [object], onOutcome: (_object: unknown, outcome: SendOutcome) => void outcomes.push(outcome) };
    await sendObjects(createPool({ keepMs: 0 }), target(proxy.port), request, signal, { connectMs: 300 });
    expect(outcomes).toMatchObject([{ kind: 'failed', isTransient: true, words: expect.stringContaining('no connection in time') as string }]);
    expect([store.kept, station.events]).toEqual([[], []]);
  });

  it('warns of certificates that have expired or soon will', () => {
    const at = (text: string): number => Date.parse(text);
    const soon = hospital.issue('soon', { until: '20300115000000Z' });
    const texts = (nowMs: number): string[] => expiries({ certificate: soon.certificate }, nowMs).map(({ level, text }) => `${level}: ${text}`);
    expect(texts(at('2029-12-01'))).toEqual([]);
    expect(texts(at('2030-01-08'))).toEqual(['attention: Our TLS certificate expires on 2030-01-15, in 7 days: have it renewed.']);
    expect(texts(at('2030-02-01'))).toEqual(['danger: Our TLS certificate expired on 2030-01-15: connections by TLS fail until it is renewed.']);
    expect(expiries({ ca: 'nonsense' }, 0)).toMatchObject([{ level: 'danger' }]);
  });

  it.skipIf(echoscu === undefined)('is understood by DCMTK as caller', async () => {
    await using station = await startTestNode({ tls: listens() });
    const args = ['+tls', client.keyFile, client.certificateFile, '+cf', hospital.certificateFile, '-aec', OUR_AE, '127.0.0.1', String(tlsPort(station))];
    const code = await new Promise<number | null>((resolve) => spawn(echoscu ?? '', args, { env: peerEnv(), stdio: 'ignore' }).on('exit', resolve));
    expect(code).toBe(0);
  });

  it.skipIf(storescp === undefined)('is understood by DCMTK as server', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'alternator-tls-'));
    const port = await freePort();
    const args = ['+tls', server.keyFile, server.certificateFile, '+cf', hospital.certificateFile, '-od', folder, String(port)];
    const child = spawn(storescp ?? '', args, { env: peerEnv(), stdio: 'ignore' });
    try {
      await listening(port);
      expect(await probe({ ...target(port), calledAeTitle: 'STORESCP' }, [VERIFICATION], signal)).toMatchObject({ echoStatus: 0 });
      const other = await probe({ ...target(port, material(stranger.issue('x'))), calledAeTitle: 'STORESCP' }, [VERIFICATION], signal);
      expect(other.failure).toBeDefined();
    } finally {
      child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

/** The first bytes of a client of TLS. */
async function clientHello(): Promise<Buffer> {
  const server = createPlainServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const first = new Promise<Buffer>((resolve) =>
    server.once('connection', (socket) => {
      socket
        .on('error', () => undefined)
        .once('data', (bytes: Buffer) => {
          resolve(bytes);
          socket.destroy();
        });
    }),
  );
  const client = connectTls({ port: typeof address === 'object' && address ? address.port : 0, host: '127.0.0.1', rejectUnauthorized: false });
  client.on('error', () => undefined);
  const hello = await first;
  client.destroy();
  server.close();
  return hello;
}
