import { describe, expect, it } from 'vitest';
import type { StoreOutcome } from '../../../electron/services/cache/types';
import { encodeCommandSet, encodeResponse, parseCommandSet } from '../../../electron/services/dimse/command-set';
import { encodeAbort } from '../../../electron/services/dimse/pdu';
import { attributesOf, createStoreDouble, type StoreDouble } from '../../support/ul-store-double';
import { commandPdu, dataPdu, echoCommand, rawPData, readResponse, storeCommand, UlClient } from '../../support/ul-client';
import { startTestNode, until, type TestNode } from '../../support/ul-node';

interface Opened {
  readonly client: UlClient;
  readonly station: TestNode;
  readonly store: StoreDouble;
}

/** An association with CT on context 1 and Verification on context 3. */
async function opened(body: (opened: Opened) => Promise<void>, store = createStoreDouble()): Promise<void> {
  await using station = await startTestNode({ store });
  const client = await UlClient.open(station.port);
  await client.associate();
  try {
    await body({ client, station, store });
  } finally {
    client.close();
  }
}

const ten = Buffer.alloc(10, 7);
const storePdus = (messageId = 1): Buffer => Buffer.concat([commandPdu(1, storeCommand(messageId)), dataPdu(1, ten)]);
const command = (elements = storeCommand()): Buffer => encodeCommandSet(elements);

/** What one exchange is answered with: the status as hex, or the abort. */
async function answerTo(...bytes: Uint8Array[]): Promise<string> {
  let text = '';
  await opened(async ({ client }) => {
    for (const part of bytes) client.send(part);
    const heard = await client.next();
    text = heard.kind === 'pdu' && heard.type === 4 ? readResponse(heard).status.toString(16).padStart(4, '0') : '';
    if (text === '' && heard.kind === 'pdu') text = `ABORT(${String(heard.body[2])},${String(heard.body[3])})`;
  });
  return text;
}

describe('fragments (B1, B4)', () => {
  it('takes a message in any legal cut: several values a PDU, empty fragments, one byte a segment', async () => {
    await opened(async ({ client, store }) => {
      const bytes = command();
      const message = Buffer.concat([
        rawPData([
          { contextId: 1, control: 1, bytes: bytes.subarray(0, 6) },
          { contextId: 1, control: 0xfd, bytes: Buffer.alloc(0) },
          { contextId: 1, control: 3, bytes: bytes.subarray(6) },
          { contextId: 1, control: 0, bytes: ten },
        ]),
        rawPData([]),
        rawPData([
          { contextId: 1, control: 0, bytes: ten },
          { contextId: 1, control: 2, bytes: Buffer.alloc(0) },
        ]),
      ]);
      for (const byte of message) client.send(Uint8Array.of(byte));
      expect(readResponse(await client.next())).toMatchObject({ status: 0, messageId: 1, commandField: 0x8001 });
      expect(store.kept[0]).toMatchObject({ length: 20, incoming: { TransferSyntaxUID: '1.2.840.10008.1.2.1', SOPInstanceUID: '1.2.3.4.5' } });
    });
  });

  it.each([
    ['a value of length 0', rawPData([{ contextId: 1, control: 3, bytes: ten, length: 0 }])],
    ['a value of length 1', rawPData([{ contextId: 1, control: 3, bytes: ten, length: 1 }])],
    ['a value longer than its PDU', rawPData([{ contextId: 1, control: 3, bytes: ten, length: 13 }])],
    ['a value of 4 GiB', rawPData([{ contextId: 1, control: 3, bytes: ten, length: 0xffffffff }])],
    ['a few bytes after the last value', rawPData([{ contextId: 1, control: 1, bytes: ten, length: 8 }])],
    ['a fragment of odd length', rawPData([{ contextId: 1, control: 1, bytes: ten.subarray(1) }])],
    ['a context that was not accepted', rawPData([{ contextId: 5, control: 1, bytes: ten }])],
    [
      'a command set on two contexts',
      Buffer.concat([rawPData([{ contextId: 1, control: 1, bytes: ten }]), rawPData([{ contextId: 3, control: 3, bytes: ten }])]),
    ],
    ['a data set inside a command set', Buffer.concat([rawPData([{ contextId: 1, control: 1, bytes: ten }]), dataPdu(1, ten)])],
    ['a command set inside a data set', Buffer.concat([commandPdu(1, storeCommand()), commandPdu(1, storeCommand(2))])],
    ['a data set on another context than its command', Buffer.concat([commandPdu(1, storeCommand()), dataPdu(3, ten)])],
    ['a command set over the limit', Buffer.concat(Array.from({ length: 7 }, () => rawPData([{ contextId: 1, control: 1, bytes: Buffer.alloc(10_000) }])))],
  ])('aborts (2,6) on %s', async (_name, bytes) => {
    expect(await answerTo(bytes)).toBe('ABORT(2,6)');
  });

  it('aborts (2,2) on a data set without a command, or after a command that has none', async () => {
    expect(await answerTo(dataPdu(1, ten))).toBe('ABORT(2,2)');
    await opened(async ({ client }) => {
      client.send(Buffer.concat([commandPdu(3, echoCommand()), dataPdu(3, ten)]));
      const texts = [await client.nextText(), await client.nextText()];
      expect(texts).toContain('ABORT(2,2)');
    });
  });
});

describe('command sets (B2, B3, B5, B10, B20)', () => {
  const wrongGroupLength = command();
  wrongGroupLength.writeUInt32LE(4, 8);
  const outOfOrder = Buffer.concat([command(), command().subarray(12, 20)]);

  it.each([
    ['0212', 'a wrong group length', wrongGroupLength],
    ['0212', 'no group length', command().subarray(12)],
    ['0212', 'elements out of order', outOfOrder],
    ['0212', 'an element longer than the set', Buffer.concat([command(), Buffer.of(0, 0, 0, 0x20, 0xff, 0xff, 0, 0)])],
    ['0212', 'an element outside group 0000', Buffer.concat([command(), Buffer.of(8, 0, 0x18, 0, 0, 0, 0, 0)])],
    ['0212', 'no SOP Class UID', command(storeCommand(1, { 0x0002: undefined }))],
    ['0212', 'no SOP Instance UID', command(storeCommand(1, { 0x1000: undefined }))],
    ['0211', 'an operation that is none', command(storeCommand(1, { 0x0100: 0x0077 }))],
    ['0211', 'a C-FIND', command(storeCommand(1, { 0x0100: 0x0020 }))],
    ['0122', 'the SOP class of another context', command(storeCommand(1, { 0x0002: '1.2.840.10008.5.1.4.1.1.4' }))],
    ['0122', 'a C-ECHO on a storage context', command(echoCommand(1, { 0x0002: '1.2.840.10008.5.1.4.1.1.2', 0x0800: 1 }))],
    ['c000', 'a SOP Instance UID with a path in it', command(storeCommand(1, { 0x1000: '../../etc/passwd' }))],
    ['c000', 'a SOP Instance UID of 66 characters', command(storeCommand(1, { 0x1000: '1.'.repeat(32) + '11' }))],
  ])('answers %s to %s, and goes on', async (status, _name, bytes) => {
    await opened(async ({ client, store }) => {
      client.send(rawPData([{ contextId: 1, control: 3, bytes }]));
      client.send(dataPdu(1, ten));
      const response = readResponse(await client.next());
      expect(response.status.toString(16).padStart(4, '0')).toBe(status);
      expect(response.messageId).toBe(1);
      expect(response.comment.length).toBeLessThanOrEqual(64);
      expect(response.comment).not.toBe('');
      client.send(storePdus(2));
      expect(readResponse(await client.next())).toMatchObject({ status: 0, messageId: 2 });
      expect(store.counts).toMatchObject({ begun: 1, finished: 1 });
    });
  });

  it('answers 0212 to a C-STORE that announces no data set, and to a C-ECHO that announces one', async () => {
    expect(await answerTo(commandPdu(1, storeCommand(1, { 0x0800: 0x0101 })))).toBe('0212');
    expect(await answerTo(commandPdu(1, storeCommand(1, { 0x0800: undefined })))).toBe('0212');
    expect(await answerTo(commandPdu(3, echoCommand(1, { 0x0800: 1 })), dataPdu(3, ten))).toBe('0212');
  });

  it.each([
    ['no Message ID', storeCommand(1, { 0x0110: undefined })],
    ['no Command Field', storeCommand(1, { 0x0100: undefined })],
    ['a Message ID of the wrong size', storeCommand(1, { 0x0110: 'abcd' })],
    ['a response that nothing asked for', storeCommand(1, { 0x0100: 0x8001 })],
  ])('aborts (0,0) where no response can be addressed: %s', async (_name, elements) => {
    expect(await answerTo(commandPdu(1, elements))).toBe('ABORT(0,0)');
  });

  it('answers 0210 to a Message ID that is still outstanding; the first one is served', async () => {
    let finish: ((outcome: StoreOutcome) => void) | undefined;
    const store = createStoreDouble({ outcome: () => new Promise((resolve) => (finish = resolve)) });
    await opened(async ({ client }) => {
      client.send(storePdus(5));
      await until(() => finish !== undefined, 'the first object');
      client.send(storePdus(5));
      expect(readResponse(await client.next())).toMatchObject({ status: 0x0210, messageId: 5 });
      finish?.({ kind: 'refused', status: 0xa700, comment: 'No room' });
      expect(readResponse(await client.next())).toMatchObject({ status: 0xa700, messageId: 5 });
      expect(store.counts.begun).toBe(1);
    }, store);
  });

  it('ignores a C-CANCEL for a message that is not there', async () => {
    await opened(async ({ client }) => {
      client.send(
        commandPdu(1, [
          [0x0100, 0x0fff],
          [0x0120, 9],
          [0x0800, 0x0101],
        ]),
      );
      client.send(storePdus());
      expect(readResponse(await client.next())).toMatchObject({ status: 0 });
    });
  });
});

describe('C-STORE outcomes', () => {
  it.each([
    ['stored', 0x0000, (incoming: Parameters<typeof attributesOf>[0]) => ({ kind: 'stored', attributes: attributesOf(incoming) }) as const],
    ['duplicate (B12)', 0x0000, (incoming: Parameters<typeof attributesOf>[0]) => ({ kind: 'duplicate', attributes: attributesOf(incoming) }) as const],
    ['no room (B15)', 0xa700, () => ({ kind: 'refused', status: 0xa700, comment: 'Disk full' }) as const],
    ['other UIDs (B6)', 0xa900, () => ({ kind: 'refused', status: 0xa900, comment: 'SOP Instance UID differs' }) as const],
    ['unreadable (B7)', 0xc000, () => ({ kind: 'refused', status: 0xc000, comment: 'Truncated ' + 'x'.repeat(80) + '\\ü' }) as const],
    ['fault (B17)', 0x0110, () => ({ kind: 'refused', status: 0x0110, comment: 'Walker failed' }) as const],
  ])('%s is answered with its status', async (name, status, outcome) => {
    await opened(async ({ client, station }) => {
      client.send(storePdus());
      const response = readResponse(await client.next());
      expect(response.status).toBe(status);
      expect(response.comment === '').toBe(status === 0);
      expect(response.comment.length).toBeLessThanOrEqual(64);
      expect(station.events.at(-1)).toMatchObject({ kind: 'object', SOPInstanceUID: '1.2.3.4.5' });
      expect(name).not.toBe('');
    }, createStoreDouble({ outcome }));
  });

  it.each([
    [
      'write',
      (fail: () => boolean) => ({
        onWrite: () => {
          if (fail()) throw new Error('codec');
        },
      }),
    ],
    ['finish', (fail: () => boolean) => ({ outcome: () => (fail() ? Promise.reject(new Error('worker died')) : undefined) })],
  ] as const)('B17: a store that throws in %s costs the object 0x0110, not the association', async (_where, hooks) => {
    let calls = 0;
    const failFirst = (): boolean => calls++ === 0;
    await opened(
      async ({ client }) => {
        client.send(storePdus(1));
        expect(readResponse(await client.next())).toMatchObject({ status: 0x0110, messageId: 1 });
        client.send(storePdus(2));
        expect(readResponse(await client.next())).toMatchObject({ status: 0, messageId: 2 });
      },
      createStoreDouble(hooks(failFirst)),
    );
  });

  it.each(['abort', 'close'])('B11: forgets what is half here on %s and keeps what was acknowledged', async (how) => {
    await opened(async ({ client, station, store }) => {
      client.send(storePdus(1));
      expect(readResponse(await client.next()).status).toBe(0);
      client.send(Buffer.concat([commandPdu(1, storeCommand(2)), rawPData([{ contextId: 1, control: 0, bytes: ten }])]));
      await until(() => store.counts.begun === 2, 'the second object');
      if (how === 'abort') client.send(encodeAbort({ source: 0, reason: 0 }));
      else client.close();
      await until(() => station.events.at(-1)?.kind === 'closed', 'the end');
      expect(store.counts).toMatchObject({ begun: 2, finished: 1, aborted: 1 });
      expect(station.events.at(-1)).toMatchObject({
        counts: { stored: 1, duplicates: 0, refused: 0 },
        studies: ['1.2.3'],
        how: how === 'abort' ? 'aborted' : 'lost',
      });
    });
  });

  it('B18: stops reading while the store is full, in the middle of a PDU, and loses nothing', async () => {
    const store = createStoreDouble({ stopAfter: 100_000 });
    await opened(async ({ client, station }) => {
      const megabytes = Buffer.alloc(24 * 1024 * 1024, 1);
      client.send(commandPdu(1, storeCommand()));
      client.send(dataPdu(1, megabytes));
      await until(() => store.counts.begun === 1, 'the object');
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(client.socket.writableLength).toBeGreaterThan(8 * 1024 * 1024);
      const pump = setInterval(() => {
        store.release();
      }, 1);
      expect(readResponse(await client.next(20_000)).status).toBe(0);
      clearInterval(pump);
      expect(store.kept[0]?.length).toBe(megabytes.length);
      expect(store.counts.overrun).toBe(0);
      expect(station.node.status().associations).toBe(1);
    }, store);
  });

  it('emits the closing event only after the last object has come to rest', async () => {
    let finish: (() => void) | undefined;
    const store = createStoreDouble({
      outcome: () =>
        new Promise((resolve) => {
          finish = () => {
            resolve({ kind: 'refused', status: 0xa700, comment: 'x' });
          };
        }),
    });
    await opened(async ({ client, station }) => {
      client.send(storePdus());
      await until(() => finish !== undefined, 'the object');
      client.close();
      await until(() => station.node.status().associations === 0, 'the close');
      expect(station.events.map((event) => event.kind)).toEqual(['opened']);
      finish?.();
      await until(() => station.events.length === 3, 'the events');
      expect(station.events.at(-1)).toMatchObject({ kind: 'closed', counts: { refused: 1 } });
    }, store);
  });
});

describe('command set codec', () => {
  it('reads back what it writes', () => {
    const bytes = encodeResponse({
      commandField: 1,
      messageId: 7,
      affectedSopClassUid: '1.2',
      affectedSopInstanceUid: '1.2.3',
      status: 0xc000,
      comment: 'why\n',
    });
    expect(parseCommandSet(bytes)).toMatchObject({
      fault: undefined,
      commandField: 0x8001,
      messageIdRespondedTo: 7,
      affectedSopClassUid: '1.2',
      affectedSopInstanceUid: '1.2.3',
      status: 0xc000,
    });
    expect(bytes.length % 2).toBe(0);
  });

  it('leaves out UIDs that are none', () => {
    const bytes = encodeResponse({ commandField: 1, messageId: 7, affectedSopClassUid: '', affectedSopInstanceUid: '../x', status: 0x0212 });
    expect(bytes.includes('../x')).toBe(false);
  });

  it('never throws and never reads on, whatever the bytes', () => {
    for (let length = 0; length < 64; length++) {
      expect(parseCommandSet(Buffer.alloc(length, 0xff)).fault).toBeDefined();
      expect(parseCommandSet(Buffer.alloc(length)).fault).toBeDefined();
    }
  });
});
