import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../../electron/services/logging/logger';
import { createPool, get, move, type RetrieveEnd } from '../../../electron/services/dimse/scu';
import { encodeCommandSet, type CommandValue } from '../../../electron/services/dimse/command-set';
import { encodeAbort, encodePData } from '../../../electron/services/dimse/pdu';
import { scriptedPeer, type HeardMessage, type PeerSide } from '../../support/scripted-peer';
import { QUICK, targetOf } from '../../support/scu-run';
import { createStoreDouble, type StoreDouble } from '../../support/ul-store-double';

const CT = '1.2.840.10008.5.1.4.1.1.2';
const ELE = '1.2.840.10008.1.2.1';
const STUDY = { root: 'study' as const, level: 'STUDY' as const, keys: { StudyInstanceUID: '1.2.3' } };
const SERVICES = ['C-MOVE', 'C-GET'] as const;

/** Associates, hears the request, does what the test says. */
function answering(answer: (side: PeerSide, request: HeardMessage) => unknown): ReturnType<typeof scriptedPeer> {
  return scriptedPeer(async (side) => {
    await side.associate();
    const request = await side.message();
    if (request) await answer(side, request);
    return side.untilReleased();
  });
}

async function retrieve(
  service: (typeof SERVICES)[number],
  port: number,
  options: { readonly signal?: AbortSignal; readonly store?: StoreDouble; readonly onProgress?: () => void } = {},
): Promise<{ end: RetrieveEnd; arrived: ReadonlySet<string> }> {
  const pool = createPool({ keepMs: 0 });
  const { signal = new AbortController().signal, store = createStoreDouble(), onProgress = () => undefined } = options;
  if (service === 'C-MOVE') {
    const request = { ...STUDY, destination: 'ALTERNATOR', isOurs: () => true, onProgress };
    return await move({ pool, arrivals: () => () => undefined }, targetOf(port), request, signal, QUICK);
  }
  const parts = { pool, store, log: silentLogger, nextAssociationId: () => 1 };
  return await get(parts, targetOf(port), { ...STUDY, sopClasses: [CT], transferSyntaxes: [ELE], onProgress }, signal, QUICK);
}

const counts = (remaining: number, completed: number): Record<number, CommandValue> => ({ 0x1020: remaining, 0x1021: completed, 0x1022: 0, 0x1023: 0 });

/** Pending responses without an end, each with the counts that `of` gives it. */
async function forEver(side: PeerSide, request: HeardMessage, of: (n: number) => Record<number, CommandValue>): Promise<void> {
  for (let n = 0; !side.isClosed; n++) {
    side.respond(request, 0xff00, undefined, of(n));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

type Lie = readonly [name: string, lie: (side: PeerSide, request: HeardMessage) => unknown, cause: string, words: string];
const LIES: readonly Lie[] = [
  ['another message id', (side, request) => side.respond(request, 0xff00, undefined, { 0x0120: 77 }), 'protocol', 'a message that we did not send'],
  ['no status', (side, request) => side.respond(request, 0, undefined, { 0x0900: undefined }), 'protocol', 'without a status'],
  ['a context that was never agreed', (side, request) => side.respond(request, 0, undefined, {}, 99), 'protocol', 'not accepted'],
  ['a response of another kind', (side, request) => side.respond(request, 0, undefined, { 0x0100: 0x8001 }), 'protocol', 'of another kind'],
  ['a data set that is announced and never comes', (side, request) => side.respond(request, 0, undefined, { 0x0800: 1 }), 'noAnswer', 'in time'],
  ['pending for ever, always with the same counts', (side, request) => forEver(side, request, () => counts(5, 0)), 'noAnswer', 'nothing more came in time'],
  ['pending for ever, counts to and fro', (side, request) => forEver(side, request, (n) => counts(n % 3, n % 2)), 'noAnswer', 'nothing more came in time'],
  ['pending for ever without counts', (side, request) => forEver(side, request, () => ({})), 'noAnswer', 'in time'],
  ['silence', () => undefined, 'noAnswer', 'no response came in time'],
  ['an abort in the middle', (side, request) => (side.respond(request, 0xff00), side.send(encodeAbort({ source: 2, reason: 0 }))), 'aborted', 'aborted'],
  ['the end of the transport', (side, request) => (side.respond(request, 0xff00), side.socket.end()), 'closed', 'closed the connection'],
  ['a release instead of an answer', (side) => side.send(Buffer.of(5, 0, 0, 0, 0, 4, 0, 0, 0, 0)), 'closed', 'released the association before'],
];

describe.each(SERVICES)('%s', (service) => {
  it.each(LIES)('%s: fails in words', async (_name, lie, cause, words) => {
    await using peer = await answering(lie);
    const { end, arrived } = await retrieve(service, peer.port);
    expect(end).toMatchObject({ kind: 'failed', failure: { cause } });
    expect(end.kind === 'failed' && end.failure.words).toContain(words);
    expect(arrived.size).toBe(0);
  });

  it('goes on as long as the counts get further, each within the time', async () => {
    await using peer = await answering(async (side, request) => {
      for (let n = 1; n <= 6; n++) {
        await new Promise((resolve) => setTimeout(resolve, (QUICK.idleMs ?? 0) / 2));
        side.respond(request, 0xff00, undefined, counts(6 - n, n));
      }
      side.respond(request, 0, undefined, { 0x1021: 6, 0x1022: 0, 0x1023: 0 });
    });
    expect((await retrieve(service, peer.port)).end).toMatchObject({ kind: 'answered', status: { code: 0 }, counters: { completed: 6 } });
  });

  it('is cancelled at the peer, and ends by its answer', async () => {
    const controller = new AbortController();
    const heard: (number | undefined)[] = [];
    await using peer = await answering(async (side, request) => {
      side.respond(request, 0xff00, undefined, counts(3, 1));
      const cancel = await side.message();
      heard.push(cancel?.command.commandField, cancel?.command.messageIdRespondedTo);
      side.respond(request, 0xfe00, undefined, counts(3, 1));
    });
    const { end } = await retrieve(service, peer.port, { signal: controller.signal, onProgress: () => controller.abort() });
    expect(end).toMatchObject({ kind: 'cancelled', counters: { remaining: 3, completed: 1 } });
    expect(heard).toEqual([0x0fff, 1]);
    expect(await peer.ends[0]).toBe('released');
  });

  it('that is cancelled and goes on all the same is aborted', async () => {
    const controller = new AbortController();
    await using peer = await scriptedPeer(async (side) => {
      await side.associate();
      const request = await side.message();
      const end = side.untilReleased();
      if (request) await forEver(side, request, (n) => counts(60_000 - n, n));
      return end;
    });
    const { end } = await retrieve(service, peer.port, { signal: controller.signal, onProgress: () => controller.abort() });
    expect(end).toMatchObject({ kind: 'cancelled' });
    expect(await peer.ends[0]).toBe('aborted');
  });

  it('a list of failed UIDs that cannot be read is as good as none', async () => {
    await using peer = await answering((side, request) => side.respond(request, 0xb000, Buffer.from([8, 0, 0x58, 0, 0x55, 0x49, 0xff, 0xff, 0x31, 0])));
    expect((await retrieve(service, peer.port)).end).toMatchObject({ kind: 'answered', status: { code: 0xb000 }, failedUids: [] });
  });
});

describe('C-STORE within a C-GET', () => {
  const storeRequest = (contextId: number, sopClass = CT): Buffer =>
    Buffer.concat([
      encodePData(
        contextId,
        true,
        encodeCommandSet([
          [0x0002, sopClass],
          [0x0100, 0x0001],
          [0x0110, 7],
          [0x0700, 0],
          [0x0800, 1],
          [0x1000, '1.2.3.4.5'],
        ]),
        16_384,
      ),
      encodePData(contextId, false, Buffer.from([8, 0, 0x18, 0, 0x55, 0x49, 2, 0, 0x31, 0]), 16_384),
    ]);

  /** What we answer to an object that the peer stores, and what we kept of it. */
  async function stored(bytes: Buffer): Promise<{ status: number | undefined; kept: number; end: RetrieveEnd }> {
    const store = createStoreDouble();
    let status: number | undefined;
    await using peer = await answering(async (side, request) => {
      side.send(bytes);
      status = (await side.message())?.command.status;
      side.respond(request, 0, undefined, { 0x1021: 1, 0x1022: 0, 0x1023: 0 });
    });
    const { end } = await retrieve('C-GET', peer.port, { store });
    return { status, kept: store.kept.length, end };
  }

  it('of what was agreed is kept and answered', async () => {
    expect(await stored(storeRequest(3))).toMatchObject({ status: 0, kept: 1, end: { kind: 'answered', counters: { completed: 1 } } });
  });

  it('of another SOP class than its context is refused, and nothing is kept', async () => {
    expect(await stored(storeRequest(3, '1.2.840.10008.5.1.4.1.1.4'))).toMatchObject({ status: 0x0122, kept: 0 });
  });

  it('on the context of the query is refused', async () => {
    expect(await stored(storeRequest(1))).toMatchObject({ status: 0x0122, kept: 0 });
  });

  it('on a context that was never agreed ends the association', async () => {
    expect(await stored(storeRequest(99))).toMatchObject({ kept: 0, end: { kind: 'failed', failure: { cause: 'protocol' } } });
  });

  it('that stops in the middle of an object keeps nothing of it', async () => {
    const store = createStoreDouble();
    await using peer = await answering((side) => {
      side.send(storeRequest(3).subarray(0, -4));
      side.socket.end();
    });
    const { end, arrived } = await retrieve('C-GET', peer.port, { store });
    expect(end).toMatchObject({ kind: 'failed', failure: { cause: 'closed' } });
    expect([arrived.size, store.kept.length]).toEqual([0, 0]);
  });
});
