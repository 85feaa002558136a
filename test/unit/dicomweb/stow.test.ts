import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { SendOutcome } from '../../../electron/services/dimse';
import { createWebClient, webSend, type WebObject } from '../../../electron/services/dicomweb';

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
  server = undefined;
});

type Answer = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;

async function serve(answer: Answer): Promise<string> {
  server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (data: Buffer) => parts.push(data));
    request.on('end', () => answer(request, response, Buffer.concat(parts)));
    request.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return `http://127.0.0.1:${String(typeof address === 'object' ? address?.port : 0)}/dicom-web`;
}

const uid = (n: number): string => `2.25.${String(n)}`;

function object(n: number, sizeBytes = 1000): WebObject {
  return {
    ...{ SOPClassUID: '1.2.840.10008.5.1.4.1.1.2', SOPInstanceUID: uid(n), TransferSyntaxUID: '1.2.840.10008.1.2.1', sizeBytes },
    async *bytes() {
      yield await Promise.resolve(Buffer.alloc(sizeBytes, n));
    },
  };
}

async function send(url: string, objects: readonly WebObject[], authorization?: string): Promise<SendOutcome[]> {
  const client = createWebClient(() => Promise.resolve(authorization));
  const outcomes = new Map<string, SendOutcome>();
  await webSend(
    client,
    { name: 'PACS', url },
    { objects, onOutcome: ({ SOPInstanceUID }, outcome) => outcomes.set(SOPInstanceUID, outcome) },
    new AbortController().signal,
  );
  client.close();
  return objects.map(({ SOPInstanceUID }) => outcomes.get(SOPInstanceUID) ?? { kind: 'cancelled' });
}

const item = (n: number, more: object = {}): object => ({ '00081155': { vr: 'UI', Value: [uid(n)] }, ...more });
const reason = (tag: string, value: number): object => ({ [tag]: { vr: 'US', Value: [value] } });
const json = (response: ServerResponse, status: number, body: object): void => {
  response.writeHead(status, { 'Content-Type': 'application/dicom+json' });
  response.end(JSON.stringify(body));
};

describe('STOW-RS (O20)', () => {
  it('gives each object the outcome that the answer names it with', async () => {
    const url = await serve((_request, response) =>
      json(response, 202, {
        '00081199': { vr: 'SQ', Value: [item(1), item(2, reason('00081196', 0xb007))] },
        '00081198': { vr: 'SQ', Value: [item(3, reason('00081197', 0xa700)), item(4, reason('00081197', 0xa900)), item(5, reason('00081197', 0x0124))] },
      }),
    );
    const outcomes = await send(
      url,
      [1, 2, 3, 4, 5, 6].map((n) => object(n)),
    );
    expect(outcomes.map(({ kind }) => kind)).toEqual(['sent', 'sentWithWarning', 'failed', 'failed', 'failed', 'unknown']);
    expect(outcomes[2]).toMatchObject({ isTransient: true, status: { code: 0xa700 } });
    expect(outcomes[3]).toMatchObject({ isTransient: false, status: { code: 0xa900 } });
    expect(outcomes[4]).toMatchObject({ status: { code: 0x0124 } });
  });

  it('gives an object that cannot be read here, or is not taken there, an outcome of its own: the others go', async () => {
    const url = await serve((_request, response, body) => {
      const named = [1, 2, 3, 4].filter((n) => body.includes(Buffer.alloc(1000, n)));
      if (named.includes(4)) response.writeHead(415).end();
      else json(response, 200, { '00081199': { vr: 'SQ', Value: named.map((n) => item(n)) } });
    });
    const damaged: WebObject = {
      ...object(2),
      async *bytes() {
        await Promise.resolve();
        throw new Error('its bytes on the disk are not those that were received');
      },
    };
    const outcomes = await send(url, [object(1), damaged, object(3), object(4)]);
    expect(outcomes).toMatchObject([
      { kind: 'sent' },
      { kind: 'failed', isTransient: false, words: expect.stringContaining('could not be read') as string },
      { kind: 'sent' },
      { kind: 'notNegotiated' },
    ]);
  });

  it.each([
    [503, { kind: 'failed', isTransient: true, failure: { cause: 'noAnswer' } }],
    [429, { kind: 'failed', isTransient: true }],
    [401, { kind: 'failed', isTransient: false, failure: { cause: 'rejected' } }],
    [403, { kind: 'failed', isTransient: false, failure: { cause: 'rejected' } }],
    [415, { kind: 'notNegotiated' }],
    [400, { kind: 'failed', isTransient: false, failure: { cause: 'local' } }],
    [302, { kind: 'failed', isTransient: false }],
  ])('takes HTTP %i for what it is', async (status, expected) => {
    const url = await serve((_request, response) => {
      response.writeHead(status, { Location: 'http://127.0.0.1:1/elsewhere' });
      response.end('<html>');
    });
    const [outcome] = await send(url, [object(1)]);
    expect(outcome).toMatchObject(expected);
  });

  it('does not know what became of objects when the connection ends before the answer', async () => {
    const url = await serve((request) => request.socket.destroy());
    expect(await send(url, [object(1), object(2)])).toMatchObject([{ kind: 'unknown' }, { kind: 'unknown' }]);
  });

  it('does not believe an answer that cannot be read', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200);
      response.end('OK');
    });
    expect(await send(url, [object(1)])).toMatchObject([{ kind: 'unknown' }]);
  });

  it('sends objects one by one where all of them are too much', async () => {
    let requests = 0;
    const url = await serve((_request, response, body) => {
      requests++;
      if (body.length > 3000) {
        response.writeHead(413);
        response.end();
        return;
      }
      const found = [1, 2, 3].filter((n) => body.includes(Buffer.alloc(1000, n)));
      json(response, 200, { '00081199': { vr: 'SQ', Value: found.map((n) => item(n)) } });
    });
    expect((await send(url, [object(1), object(2), object(3)])).map(({ kind }) => kind)).toEqual(['sent', 'sent', 'sent']);
    expect(requests).toBe(4);
  });

  it('sends the token to the archive alone, and the bytes as they are kept', async () => {
    let heard: { authorization: string | undefined; body: Buffer; length: string | undefined } | undefined;
    const url = await serve((request, response, body) => {
      heard = { authorization: request.headers.authorization, body, length: request.headers['content-length'] };
      json(response, 200, { '00081199': { vr: 'SQ', Value: [item(7)] } });
    });
    await send(url, [object(7, 999)], 'Bearer secret');
    expect(heard?.authorization).toBe('Bearer secret');
    expect(heard?.length).toBe(String(heard?.body.length));
    expect(heard?.body.includes(Buffer.alloc(999, 7))).toBe(true);
  });

  it.each(['http://pacs.example/dicom-web', 'ftp://pacs.example', 'https://me:secret@pacs.example', 'nonsense'])('sends nothing to %s', async (url) => {
    expect(await send(url, [object(1)])).toMatchObject([{ kind: 'failed', isTransient: false }]);
  });
});
