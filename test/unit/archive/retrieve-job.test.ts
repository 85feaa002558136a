import { describe, expect, it } from 'vitest';
import { arrivalsOf, createArchivePool, retrieveJob } from '../../../electron/services/archive';
import { imageSteps, planRetrieve, type RemoteObject } from '../../../electron/services/archive/plan-retrieve';
import type { AssociationEvent } from '../../../electron/services/dimse';
import { decodeIdentifier, encodeIdentifier } from '../../../electron/services/dimse/scu/identifier';
import { silentLogger } from '../../../electron/services/logging/logger';
import { JobId } from '@shared/domain';
import { scriptedPeer, type PeerSide, type HeardMessage } from '../../support/scripted-peer';
import { targetOf } from '../../support/scu-run';
import { createStoreDouble } from '../../support/ul-store-double';

const STUDY = '1.2.3';
const ELE = '1.2.840.10008.1.2.1';
const CT = '1.2.840.10008.5.1.4.1.1.2';
const remote = (series: string, n: number): RemoteObject => ({ SeriesInstanceUID: series, SOPInstanceUID: `${series}.${String(n)}`, SOPClassUID: CT });

describe('the plan of a retrieve', () => {
  const all = [remote('8.1', 1), remote('8.1', 2), remote('8.2', 1), remote('8.2', 2)];
  it('asks for the study when nothing is here, for nothing when all is', () => {
    expect(planRetrieve(STUDY, all, all)).toMatchObject([{ level: 'STUDY', keys: { StudyInstanceUID: STUDY } }]);
    expect(planRetrieve(STUDY, all, [])).toEqual([]);
  });
  it('asks for whole series and for single objects of the others', () => {
    expect(planRetrieve(STUDY, all, all.slice(1))).toMatchObject([
      { level: 'IMAGE', keys: { SeriesInstanceUID: '8.1', SOPInstanceUID: '8.1.2' } },
      { level: 'SERIES', keys: { SeriesInstanceUID: '8.2' } },
    ]);
  });
  it('cuts long lists of UIDs', () => {
    const many = Array.from({ length: 450 }, (_, n) => remote('8.1', n));
    expect(imageSteps(STUDY, many).map((step) => step.wanted.length)).toEqual([200, 200, 50]);
  });
});

/** An archive of three objects in one series, which answers C-MOVE as told. */
function archive(onMove: (side: PeerSide, message: HeardMessage, level: string) => unknown): ReturnType<typeof scriptedPeer> {
  return scriptedPeer(async (side) => {
    await side.associate();
    for (;;) {
      const message = await side.message();
      if (!message) return side.untilReleased();
      const asked = decodeIdentifier(message.dataSet, ELE);
      const level = typeof asked === 'string' ? '' : (asked.QueryRetrieveLevel ?? '');
      if (message.command.commandField === 0x21) {
        await onMove(side, message, level);
        continue;
      }
      const rows = level === 'SERIES' ? [{}] : [1, 2, 3].map((n) => ({ SOPInstanceUID: `8.1.${String(n)}`, SOPClassUID: CT }));
      for (const row of rows) side.respond(message, 0xff00, encodeIdentifier({ QueryRetrieveLevel: level, SeriesInstanceUID: '8.1', ...row }, ELE));
      side.respond(message, 0);
    }
  });
}

interface Rig {
  readonly here: Set<string>;
  readonly refused: { name: string; reason: string }[];
  /** Studies that are being fetched now. */
  readonly retrieved: Set<string>;
  arrive(SOPInstanceUID: string): void;
  run(port: number): Promise<unknown>;
}

function rig(): Rig {
  const here = new Set<string>();
  const refused: Rig['refused'] = [];
  const retrieved = new Set<string>();
  const listeners = new Set<(event: AssociationEvent) => void>();
  const parts = {
    pool: createArchivePool(undefined, { keepMs: 0 }),
    nodes: {
      byName: () => ({ name: 'A', aeTitle: 'A', host: 'h', port: 1, role: 'archive' as const, source: 'run' as const }),
      target: () => targetOf(0),
      noteRetrieve: () => undefined,
    },
    clock: { now: () => 0, monotonic: () => performance.now() },
    bytesOf: () => 0,
    arrivals: arrivalsOf((listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    }),
    store: createStoreDouble(),
    log: silentLogger,
    isHere: (uid: string) => here.has(uid),
    isNew: () => here.size === 0,
    flushRows: () => undefined,
    onListed: () => undefined,
    nextAssociationId: () => 1,
    retrieving(uid: string) {
      retrieved.add(uid);
      return () => void retrieved.delete(uid);
    },
    retryMs: [1, 1],
  };
  return {
    here,
    refused,
    retrieved,
    arrive(SOPInstanceUID) {
      here.add(SOPInstanceUID);
      const outcome = { kind: 'stored', attributes: { StudyInstanceUID: STUDY, SOPInstanceUID } };
      for (const listener of listeners) listener({ kind: 'object', SOPInstanceUID, outcome } as unknown as AssociationEvent);
    },
    run: (port) => {
      const progress = {
        set: () => undefined,
        alreadyHere: () => undefined,
        refuse: (name: string, reason: string) => void refused.push({ name, reason }),
        touched: () => undefined,
        checkpoint: () => undefined,
        bytes: () => undefined,
        note: () => undefined,
      };
      const job = retrieveJob({ ...parts, nodes: { ...parts.nodes, target: () => targetOf(port) } });
      const input = { StudyInstanceUID: STUDY, node: 'A' };
      return job.run({ jobId: JobId.parse('j'), input, resumeFrom: undefined, progress, signal: new AbortController().signal }).then(
        () => 'done',
        (error: unknown) => (error instanceof Error ? error.message : error),
      );
    },
  };
}

const counts = (completed: number, failed: number): Record<number, number> => ({ 0x1021: completed, 0x1022: failed, 0x1023: 0 });

describe('a retrieve', () => {
  it.each(['done', '3 of 3 images did not come.'])('says which study is fetched to be kept, from its first question to its end (%s)', async (end) => {
    const ours = rig();
    const during: string[] = [];
    await using peer = await archive((side, message) => {
      during.push([...ours.retrieved].join(' '));
      if (end === 'done') for (const n of [1, 2, 3]) ours.arrive(`8.1.${String(n)}`);
      side.respond(message, 0, undefined, counts(3, 0));
    });
    expect(await ours.run(peer.port)).toBe(end);
    expect(new Set(during)).toEqual(new Set([STUDY]));
    expect(ours.retrieved.size).toBe(0);
  });
});

describe('a retrieve from an archive that does not tell the truth', () => {
  it('is done when every object arrived, whatever the counters say', async () => {
    const ours = rig();
    await using peer = await archive((side, message) => {
      for (const n of [1, 2, 3]) ours.arrive(`8.1.${String(n)}`);
      side.respond(message, 0xb000, undefined, counts(0, 3));
    });
    expect(await ours.run(peer.port)).toBe('done');
    expect(ours.refused).toEqual([]);
  });

  it('is not done by a success that brought nothing (O12); what is missing was asked for once more', async () => {
    const ours = rig();
    const levels: string[] = [];
    await using peer = await archive((side, message, level) => {
      levels.push(level);
      if (levels.length === 1) ours.arrive('8.1.1');
      side.respond(message, 0, undefined, counts(3, 0));
    });
    expect(await ours.run(peer.port)).toBe('2 of 3 images did not come.');
    expect(levels).toEqual(['STUDY', 'IMAGE']);
    expect(ours.refused).toEqual(['8.1.2', '8.1.3'].map((name) => ({ name, reason: 'did not come.' })));
  });

  it('gets exactly the failed ones at the second try (O11)', async () => {
    const ours = rig();
    const asked: unknown[] = [];
    await using peer = await archive((side, message) => {
      asked.push(decodeIdentifier(message.dataSet, ELE));
      if (asked.length === 2) {
        ours.arrive('8.1.3');
        side.respond(message, 0);
        return;
      }
      ours.arrive('8.1.1');
      ours.arrive('8.1.2');
      side.respond(message, 0xb000, encodeIdentifier({ FailedSOPInstanceUIDList: '8.1.3' }, ELE), counts(2, 1));
    });
    expect(await ours.run(peer.port)).toBe('done');
    expect(asked[1]).toMatchObject({ QueryRetrieveLevel: 'IMAGE', SOPInstanceUID: '8.1.3' });
  });

  it('asks an archive that broke off for the rest, as long as each round brings something', async () => {
    const ours = rig();
    const levels: string[] = [];
    await using peer = await archive((side, _message, level) => {
      levels.push(level);
      if (levels.length === 1 || levels.length === 3 || levels.length === 5) ours.arrive(`8.1.${String((levels.length + 1) / 2)}`);
      side.socket.destroy();
    });
    expect(await ours.run(peer.port)).toBe('done');
    expect(levels).toEqual(['STUDY', 'IMAGE', 'IMAGE', 'IMAGE', 'IMAGE']);
    expect(ours.refused).toEqual([]);
  });

  it('ends in words when the archive goes away in the middle, and keeps what came', async () => {
    const ours = rig();
    await using peer = await archive((side) => {
      ours.arrive('8.1.1');
      side.socket.destroy();
    });
    expect(await ours.run(peer.port)).toMatch(/^2 of 3 images did not come\. PEER closed the connection/);
    expect(ours.here).toEqual(new Set(['8.1.1']));
  });
});
