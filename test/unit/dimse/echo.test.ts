import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createSenderPolicy, echo } from '../../../electron/services/dimse';
import { encodeAbort, encodeReject, encodeReleaseRp, rejectCodes } from '../../../electron/services/dimse/pdu';
import { pdu } from '../../support/ul-client';
import { OUR_AE, startTestNode } from '../../support/ul-node';

const servers: Server[] = [];
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

/** A peer that answers whatever comes first with these bytes. */
async function peerThatSays(answer: Uint8Array | undefined, thenCloses = false): Promise<number> {
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => {
      if (answer) socket.write(answer);
      if (thenCloses) socket.end();
    });
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

const ask = (port: number, signal = new AbortController().signal, limits = {}) =>
  echo({ aeTitle: 'PACS', host: '127.0.0.1', port, callingAeTitle: 'ME' }, signal, { connectMs: 500, answerMs: 300, ...limits });

describe('C-ECHO as SCU answers in words', () => {
  it.each([
    ['a reject for an unknown caller', encodeReject(rejectCodes.callingAeTitle), 'it does not know our AE title: register it there'],
    ['a reject for a wrong called title', encodeReject(rejectCodes.calledAeTitle), 'check the called AE title'],
    ['a transient reject', encodeReject(rejectCodes.localLimit), 'Try again later'],
    ['an abort', encodeAbort({ source: 2, reason: 0 }), 'aborted the association'],
    ['HTTP', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'), 'is this a DICOM port?'],
    ['a release out of turn', encodeReleaseRp(), 'is this a DICOM port?'],
    ['a PDU of 4 GiB', pdu(2, Buffer.alloc(10), 0xffffffff), 'is this a DICOM port?'],
    ['a broken accept', pdu(2, Buffer.alloc(20)), 'sent a damaged answer'],
    ['an accept without contexts', pdu(2, Buffer.alloc(68)), 'but not Verification'],
    ['silence', undefined, 'did not answer the association request in time'],
  ])('%s', async (_name, answer, words) => {
    const result = await ask(await peerThatSays(answer));
    expect(result.ok).toBe(false);
    expect(result.words).toContain(words);
  });

  it('a connection that closes without an answer', async () => {
    expect((await ask(await peerThatSays(undefined, true))).words).toContain('closed the connection without an answer');
  });

  it('a port on which nothing listens', async () => {
    const port = await peerThatSays(undefined);
    servers.pop()?.close();
    const result = await ask(port);
    expect(result).toMatchObject({ ok: false, words: `127.0.0.1 port ${String(port)}: nothing listens there: check the port and that the program runs.` });
  });

  it('its cancellation, before and during', async () => {
    expect((await ask(1, AbortSignal.abort())).words).toBe('Cancelled.');
    const controller = new AbortController();
    const pending = ask(await peerThatSays(undefined), controller.signal, { answerMs: 10_000 });
    setTimeout(() => {
      controller.abort();
    }, 30);
    expect((await pending).words).toBe('Cancelled.');
  });

  it('an AE title that is none, without connecting', async () => {
    const result = await echo({ aeTitle: 'A\\B', host: '127.0.0.1', port: 1, callingAeTitle: 'ME' }, new AbortController().signal);
    expect(result.words).toContain('is not an AE title');
  });

  it('our own node that does not know the caller, and one that does', async () => {
    await using station = await startTestNode({ senders: createSenderPolicy(() => [{ aeTitle: 'ME', host: 'localhost', source: 'run' }]) });
    const target = { aeTitle: OUR_AE, host: '127.0.0.1', port: station.port };
    const { signal } = new AbortController();
    expect(await echo({ ...target, callingAeTitle: 'ME' }, signal)).toMatchObject({ ok: true });
    expect((await echo({ ...target, callingAeTitle: 'YOU' }, signal)).words).toContain('register it there');
  });
});
