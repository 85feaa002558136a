import { describe, expect, it } from 'vitest';
import { createPool, sendObjects, type SendObject, type SendOutcome } from '../../../electron/services/dimse/scu';
import { encodeAbort, encodeReject } from '../../../electron/services/dimse/pdu';
import { scriptedPeer, type AcceptOptions, type HeardMessage, type PeerSide } from '../../support/scripted-peer';
import { QUICK, targetOf } from '../../support/scu-run';

const CT = '1.2.840.10008.5.1.4.1.1.2';
const ELE = '1.2.840.10008.1.2.1';
const J2K = '1.2.840.10008.1.2.4.90';

function object(n: number, options: { syntax?: string; sopClass?: string; pieces?: readonly Uint8Array[]; fault?: Error } = {}): SendObject {
  const pieces = options.pieces ?? [Uint8Array.of(8, 0, n & 0xff, n >> 8, 0, 0, 0, 0)];
  return {
    SOPClassUID: options.sopClass ?? CT,
    SOPInstanceUID: `1.2.3.${String(n)}`,
    TransferSyntaxUID: options.syntax ?? ELE,
    async *bytes() {
      yield* pieces;
      if (options.fault) throw options.fault;
    },
  };
}

async function send(port: number, objects: readonly SendObject[], options: { parallel?: number; signal?: AbortSignal } = {}): Promise<[string, SendOutcome][]> {
  const outcomes: [string, SendOutcome][] = [];
  const pool = createPool({ keepMs: 0 });
  const onOutcome = (sent: SendObject, outcome: SendOutcome): void => void outcomes.push([sent.SOPInstanceUID, outcome]);
  await sendObjects(pool, targetOf(port), { objects, parallel: options.parallel ?? 1, onOutcome }, options.signal ?? new AbortController().signal, QUICK);
  return outcomes;
}

const kinds = (outcomes: readonly [string, SendOutcome][]): string[] => outcomes.map(([, outcome]) => outcome.kind);

/** Answers each C-STORE as told until the release. */
function storing(answer: (side: PeerSide, message: HeardMessage, index: number) => unknown, accept: AcceptOptions = {}): ReturnType<typeof scriptedPeer> {
  let index = 0;
  return scriptedPeer(async (side) => {
    await side.associate(accept);
    for (;;) {
      const message = await side.message();
      if (!message) return side.untilReleased();
      await answer(side, message, index++);
    }
  });
}

describe('C-STORE', () => {
  it('sends the bytes as they are, in one association, one outcome each', async () => {
    const heard: HeardMessage[] = [];
    await using peer = await storing((side, message) => {
      heard.push(message);
      side.respond(message, 0);
    });
    const big = [new Uint8Array(300_000).fill(7), new Uint8Array(20_001).fill(9)];
    const outcomes = await send(peer.port, [object(1), object(2, { pieces: big }), object(3, { pieces: [] })]);
    expect(kinds(outcomes)).toEqual(['sent', 'sent', 'sent']);
    expect(heard.map((message) => message.command.messageId)).toEqual([1, 2, 3]);
    // An odd data set (a deflated one can be) gets the one byte of PS3.5 A.5.
    expect(heard[1]?.dataSet.equals(Buffer.concat([...big, Uint8Array.of(0)]))).toBe(true);
    expect(heard[1]?.longestPdu).toBeLessThanOrEqual(65_536);
    expect(peer.sides).toHaveLength(1);
    expect(await peer.ends[0]).toBe('released');
  });

  it.each([
    [0xb000, { kind: 'sentWithWarning' }],
    [0xb006, { kind: 'sentWithWarning' }],
    [0xb007, { kind: 'sentWithWarning' }],
    [0xa700, { kind: 'failed', isTransient: true }],
    [0xa7ff, { kind: 'failed', isTransient: true }],
    [0x0213, { kind: 'failed', isTransient: true }],
    [0x0110, { kind: 'failed', isTransient: true }],
    [0xa900, { kind: 'failed', isTransient: false }],
    [0xc000, { kind: 'failed', isTransient: false }],
    [0x0117, { kind: 'failed', isTransient: false }],
    [0x0122, { kind: 'failed', isTransient: false }],
    [0x0124, { kind: 'failed', isTransient: false }],
    [0x0212, { kind: 'failed', isTransient: false }],
    [0x1234, { kind: 'failed', isTransient: false }],
  ])('status %i is that object’s outcome, and the next one goes on', async (status, expected) => {
    await using peer = await storing((side, message, index) => {
      side.respond(message, index === 0 ? status : 0, undefined, index === 0 ? { 0x0902: 'Because' } : {});
    });
    const outcomes = await send(peer.port, [object(1), object(2)]);
    expect(outcomes[0]?.[1]).toMatchObject({ ...expected, status: { code: status } });
    expect(outcomes[0]?.[1]).toHaveProperty('words', expect.stringContaining('Because'));
    expect(outcomes[1]?.[1]).toEqual({ kind: 'sent' });
  });

  it('no response is no success (D8): unknown, and the rest goes on in another association', async () => {
    await using peer = await storing((side, message, index) => {
      if (index === 1) side.socket.destroy();
      else side.respond(message, 0);
    });
    const outcomes = await send(peer.port, [object(1), object(2), object(3)]);
    expect(kinds(outcomes)).toEqual(['sent', 'unknown', 'sent']);
    expect(peer.sides).toHaveLength(2);
  });

  it.each<[string, (side: PeerSide, message: HeardMessage) => unknown]>([
    ['abort', (side) => side.send(encodeAbort({ source: 0, reason: 0 }))],
    ['silence', () => undefined],
    ['a release', (side) => side.send(Buffer.of(5, 0, 0, 0, 0, 4, 0, 0, 0, 0))],
    ['a pending status', (side, message) => side.respond(message, 0xff00)],
    ['another message id', (side, message) => side.respond(message, 0, undefined, { 0x0120: 9 })],
    ['another object', (side, message) => side.respond(message, 0, undefined, { 0x1000: '9.9.9' })],
    ['no status', (side, message) => side.respond(message, 0, undefined, { 0x0900: undefined })],
    ['another context', (side, message) => side.respond(message, 0, undefined, {}, 5)],
  ])('%s instead of an answer: unknown', async (_name, answer) => {
    await using peer = await storing((side, message) => answer(side, message));
    const outcomes = await send(peer.port, [object(1)]);
    expect(kinds(outcomes)).toEqual(['unknown']);
  });

  it('an association that nothing was accepted in ends in words for each object (D8)', async () => {
    await using peer = await storing(() => undefined, { accept: () => ({ result: 3 }) });
    const outcomes = await send(peer.port, [object(1), object(2, { syntax: J2K })]);
    expect(kinds(outcomes)).toEqual(['notNegotiated', 'notNegotiated']);
    expect(await peer.ends[0]).toBe('released');
  });

  it('a syntax that the peer does not take is said, never transcoded; the others are sent', async () => {
    const heard: HeardMessage[] = [];
    const accept = (context: { transferSyntaxes: readonly string[] }): { result: 0 | 4 } => ({ result: context.transferSyntaxes[0] === J2K ? 4 : 0 });
    await using peer = await storing((side, message) => (heard.push(message), side.respond(message, 0)), { accept });
    const outcomes = await send(peer.port, [object(1, { syntax: J2K }), object(2)]);
    expect(outcomes[0]?.[1]).toMatchObject({ kind: 'notNegotiated', words: expect.stringContaining('JPEG 2000') as string });
    expect(outcomes[1]?.[1]).toEqual({ kind: 'sent' });
    expect(heard).toHaveLength(1);
  });

  it('an acceptor that answers with another syntax than the stored one gets nothing', async () => {
    const heard: HeardMessage[] = [];
    await using peer = await storing((_side, message) => heard.push(message), { accept: () => ({ result: 0, transferSyntax: '1.2.840.10008.1.2' }) });
    expect(kinds(await send(peer.port, [object(1)]))).toEqual(['notNegotiated']);
    expect(heard).toEqual([]);
  });

  it('more pairs than one association has contexts go in further associations', async () => {
    const contexts: number[] = [];
    await using peer = await scriptedPeer(async (side) => {
      contexts.push((await side.associate()).contexts.length);
      for (;;) {
        const message = await side.message();
        if (!message) return side.untilReleased();
        side.respond(message, 0);
      }
    });
    const objects = Array.from({ length: 200 }, (_, n) => object(n + 1, { sopClass: `${CT}.${String(n)}` }));
    const outcomes = await send(peer.port, objects);
    expect(new Set(outcomes.map(([uid]) => uid)).size).toBe(200);
    expect(new Set(kinds(outcomes))).toEqual(new Set(['sent']));
    expect(contexts).toEqual([128, 72]);
  });

  it('parallel associations share the work; each object goes once', async () => {
    const uids: string[] = [];
    await using peer = await storing(async (side, message) => {
      uids.push(message.command.affectedSopInstanceUid);
      await new Promise((resolve) => setTimeout(resolve, 2));
      side.respond(message, 0);
    });
    const outcomes = await send(
      peer.port,
      Array.from({ length: 40 }, (_, n) => object(n + 1)),
      { parallel: 3 },
    );
    expect(outcomes).toHaveLength(40);
    expect(new Set(uids).size).toBe(40);
    expect(uids).toHaveLength(40);
    expect(peer.sides).toHaveLength(3);
  });

  it('a rejected association fails every object with the reason', async () => {
    await using peer = await scriptedPeer(async (side) => {
      await side.nextPdu();
      side.send(encodeReject({ result: 1, source: 1, reason: 3 }));
    });
    const outcomes = await send(peer.port, [object(1), object(2)]);
    expect(outcomes.map(([, outcome]) => outcome)).toEqual(
      [1, 2].map(() => ({
        kind: 'failed',
        isTransient: false,
        words: expect.stringContaining('it does not know our AE title') as string,
        failure: expect.objectContaining({ cause: 'rejected' }) as object,
      })),
    );
  });

  it('an object that cannot be read is aborted, not ended early, and is a failure of its own', async () => {
    const heard: HeardMessage[] = [];
    await using peer = await storing((side, message) => (heard.push(message), side.respond(message, 0)));
    const outcomes = await send(peer.port, [object(1, { pieces: [new Uint8Array(8), new Uint8Array(8)], fault: new Error('disk gone') }), object(2)]);
    expect(outcomes[0]?.[1]).toMatchObject({ kind: 'failed', words: expect.stringContaining('disk gone') as string });
    expect(outcomes[1]?.[1]).toEqual({ kind: 'sent' });
    expect(heard.map((message) => message.command.affectedSopInstanceUid)).toEqual(['1.2.3.2']);
    expect(await peer.ends[0]).toBe('aborted');
  });

  it.each([0x0000, 0xb000])('status %i before the object has left is no answer to it: unknown, never sent', async (status) => {
    await using peer = await scriptedPeer(async (side) => {
      await side.associate();
      await side.nextPdu();
      const command = { commandField: 1, messageId: 1, affectedSopClassUid: CT, affectedSopInstanceUid: '1.2.3.1' };
      side.respond({ contextId: 1, command } as HeardMessage, status);
      await side.untilReleased();
    });
    const broken: SendObject = {
      ...object(1),
      async *bytes() {
        yield new Uint8Array(8);
        yield new Uint8Array(8);
        await new Promise((resolve) => setTimeout(resolve, 60));
        throw new Error('disk gone');
      },
    };
    expect(kinds(await send(peer.port, [broken]))).toEqual(['unknown']);
  });

  it('a refusal may come before the object has left, and counts', async () => {
    await using peer = await scriptedPeer(async (side) => {
      await side.associate();
      await side.nextPdu();
      const command = { commandField: 1, messageId: 1, affectedSopClassUid: CT, affectedSopInstanceUid: '1.2.3.1' };
      side.respond({ contextId: 1, command } as HeardMessage, 0xa700);
      await side.untilReleased();
    });
    const slow: SendObject = {
      ...object(1),
      async *bytes() {
        yield new Uint8Array(8);
        yield new Uint8Array(8);
        await new Promise((resolve) => setTimeout(resolve, 60));
        yield new Uint8Array(8);
      },
    };
    expect(await send(peer.port, [slow])).toMatchObject([['1.2.3.1', { kind: 'failed', status: { code: 0xa700 } }]]);
  });

  it('a peer that stops reading is given up after the time to write', async () => {
    await using peer = await scriptedPeer(async (side) => {
      await side.associate();
      side.socket.pause();
      await new Promise((resolve) => side.socket.once('close', resolve));
    });
    const pieces = Array.from({ length: 200 }, () => new Uint8Array(128 * 1024));
    const outcomes = await send(peer.port, [object(1, { pieces })]);
    expect(outcomes[0]?.[1]).toMatchObject({ kind: 'unknown', words: expect.stringContaining('took no more data') as string });
  });

  it('lends memory for the pieces, and never the same to two that are read at the same time', async () => {
    const heard = new Map<string, number[]>();
    await using peer = await storing(
      (side, message) => {
        heard.set(message.command.affectedSopInstanceUid, [...message.dataSet]);
        side.respond(message, 0);
      },
      { accept: ({ abstractSyntax }) => ({ result: abstractSyntax === CT ? 0 : 3 }) },
    );
    const lent = new Set<ArrayBufferLike>();
    const slow = (n: number, sopClass: string): SendObject => ({
      ...object(n, { sopClass }),
      async *bytes(reading) {
        for (let piece = 0; piece < 3; piece++) {
          const bytes = reading?.memory(512) ?? new Uint8Array(512);
          lent.add(bytes.buffer);
          // written in two steps, as a disk does it
          bytes.fill(0);
          await new Promise((resolve) => setTimeout(resolve, n % 3));
          bytes.fill(n * 10 + piece);
          await reading?.turn();
          yield bytes;
        }
      },
    });
    const objects = Array.from({ length: 12 }, (_, at) => slow(at + 1, at % 4 === 1 ? '1.2.840.10008.5.1.4.1.1.4' : CT));
    expect(kinds(await send(peer.port, objects)).filter((kind) => kind === 'sent')).toHaveLength(9);
    const expected = (n: number): number[] => [0, 1, 2].flatMap((piece) => Array<number>(512).fill(n * 10 + piece));
    for (const [uid, bytes] of heard) expect(bytes).toEqual(expected(Number(uid.split('.').at(-1))));
    expect(lent.size).toBeLessThanOrEqual(6);
  });

  it('looks at what was read ahead only when the object before has gone out, and in any case before it goes out itself', async () => {
    const events: string[] = [];
    await using peer = await storing((side, message) => {
      events.push(`heard ${message.command.affectedSopInstanceUid.slice(-1)}`);
      side.respond(message, 0);
    });
    const checked = (n: number): SendObject => ({
      ...object(n),
      async *bytes(reading) {
        events.push(`read ${String(n)}`);
        await reading?.turn();
        events.push(`checked ${String(n)}`);
        yield new Uint8Array(8);
        events.push(`out ${String(n)}`);
      },
    });
    expect(kinds(await send(peer.port, [checked(1), checked(2), checked(3)]))).toEqual(['sent', 'sent', 'sent']);
    expect(events.slice(0, 3)).toEqual(['read 1', 'read 2', 'checked 1']);
    for (const n of [2, 3]) {
      expect(events.indexOf(`checked ${String(n)}`)).toBeGreaterThan(events.indexOf(`out ${String(n - 1)}`));
      expect(events.indexOf(`checked ${String(n)}`)).toBeLessThan(events.indexOf(`heard ${String(n)}`));
    }
  });

  it('cancelled: the object in hand ends by its answer, the rest is told as cancelled', async () => {
    const controller = new AbortController();
    await using peer = await storing((side, message, index) => {
      if (index === 1) controller.abort();
      side.respond(message, 0);
    });
    const outcomes = await send(peer.port, [object(1), object(2), object(3), object(4)], { signal: controller.signal });
    expect(kinds(outcomes)).toEqual(['sent', 'sent', 'cancelled', 'cancelled']);
    expect(await peer.ends[0]).toBe('released');
  });
});
