import { describe, expect, it } from 'vitest';
import { StudyUid } from '@shared/domain';
import { silentLogger } from '../../../electron/services/logging/logger';
import { Router, type RouterParts } from '../../../electron/services/routing/router';

const STUDY = StudyUid.parse('2.25.9');

interface Rig {
  /** What the journal beside the index says of an earlier run. */
  readonly noted?: number;
  readonly proven?: readonly string[];
  readonly isOn?: boolean;
}

/** A router over doubles of what it stands on: `ids` of objects in the index (each arrived that many ms since the epoch), those proven at PACS, and what it orders. */
function rig(ids: number[], { noted, proven = [], isOn = true }: Rig = {}) {
  const ordered: string[][] = [];
  const held: (string | undefined)[] = [];
  let marks = new Map<string, number>();
  const timers: (() => void)[] = [];
  const station = { now: 0, throughMs: noted, isOn };
  const listeners: ((event: { attributes: { SOPInstanceUID: string }; arrivedAtMs: number }) => void)[] = [];
  const arrivals = new Map<number, number>();
  const record = (id: number) => ({
    id,
    arrivedAtMs: arrivals.get(id) ?? id,
    attributes: { SOPInstanceUID: `1.${String(id)}`, StudyInstanceUID: STUDY, Modality: 'CT', StudyDescription: '', SeriesDescription: '' },
  });
  const parts = {
    index: {
      instancesAfter: (after: number) => ids.filter((id) => id > after).map(record),
      lastInstanceId: () => Math.max(0, ...ids),
      latestArrivalMs: (through: number) => Math.max(0, ...ids.filter((id) => id <= through).map((id) => record(id).arrivedAtMs)),
      mark: (name: string) => marks.get(name),
      setMark: (name: string, value: number) => void marks.set(name, value),
      onChanged: () => () => undefined,
    },
    routed: { throughMs: () => station.throughMs, note: (ms: number) => void (station.throughMs = ms) },
    cache: {
      sourceOf: () => Promise.resolve({ kind: 'association', callingAeTitle: 'CT1', calledAeTitle: 'US', host: '10.0.0.1', associationId: 1 }),
      onStored: (listener: (typeof listeners)[number]) => (listeners.push(listener), () => undefined),
    },
    settings: { value: () => ({ rules: [{ name: 'all', enabled: station.isOn, match: {}, to: 'PACS', held: false }] }) },
    nodes: { all: () => [{ name: 'PACS', aeTitle: 'PACS1', role: 'archive' }] },
    outbox: {
      enqueue({ objects, held: isHeld, heldBecause }: { objects: readonly { SOPInstanceUID: string }[]; held: boolean; heldBecause?: string }) {
        ordered.push(objects.map(({ SOPInstanceUID }) => SOPInstanceUID));
        held.push(isHeld ? heldBecause : undefined);
      },
    },
    timers: { now: () => station.now, after: (_ms: number, call: () => void) => (timers.push(call), () => undefined) },
    isThere: (uid: string, node: string) => node === 'PACS' && proven.includes(uid),
    log: silentLogger,
  };
  const open = () => new Router(parts as unknown as RouterParts);
  const run = async (router: Router): Promise<void> => {
    for (const call of timers.splice(0)) call();
    await router.close();
  };
  return {
    ...{ ordered, held, run, open, station },
    arrives: (id: number, arrivedAtMs = id) => {
      arrivals.set(id, arrivedAtMs);
      ids.push(id);
      for (const listener of listeners) listener(record(id));
    },
    /** A row that is made from a file. */
    madeAnew: (id: number, arrivedAtMs: number) => {
      arrivals.set(id, arrivedAtMs);
      ids.push(id);
    },
    /** The index is lost, and is made anew from the files. */
    loseIndex: () => void (marks = new Map()),
  };
}

describe('the router', () => {
  it('orders what came after its mark, in the order of the rows', async () => {
    const ids: number[] = [1, 2];
    const { open, ordered, run, station } = rig(ids, { noted: 2 });
    station.now = 3;
    const router = open();
    router.start();
    ids.push(3, 4);
    await run(router);
    expect(ordered).toEqual([['1.3', '1.4']]);
  });

  it('does not send again what is proven at its destination', async () => {
    const ids: number[] = [];
    const { open, ordered, run } = rig(ids, { proven: ['1.1', '1.2'] });
    const router = open();
    router.start();
    ids.push(1, 2, 3);
    await run(router);
    expect(ordered).toEqual([['1.3']]);
  });
});

describe('an index that is made anew from the files', () => {
  it('hands out what rules have looked at before: nothing of it is ordered again, whatever became of it; what came since is', async () => {
    const station = rig([]);
    const first = station.open();
    first.start();
    for (const id of [1, 2, 3]) station.arrives(id);
    await station.run(first);
    expect(station.ordered.splice(0)).toEqual([['1.1', '1.2', '1.3']]);
    expect(station.station.throughMs).toBe(3);
    // 4 was acknowledged right before the index was lost
    station.arrives(4);
    station.loseIndex();
    station.station.now = 10;
    const second = station.open();
    second.start();
    station.arrives(11);
    await station.run(second);
    expect(station.ordered).toEqual([['1.4', '1.11']]);
    expect(station.held).toEqual([undefined, undefined]);
  });

  it('while the program runs is told from arrivals by what the cache says, also where the clock was set back', async () => {
    const station = rig([5, 6], { noted: 6 });
    station.station.now = 100;
    const router = station.open();
    router.start();
    station.loseIndex();
    station.arrives(4);
    await station.run(router);
    expect(station.ordered).toEqual([['1.4']]);
  });

  it('holds for a person what nobody knows about, and says why', async () => {
    const ids: number[] = [];
    const station = rig(ids);
    station.station.now = 10;
    const router = station.open();
    router.start();
    ids.push(1, 2);
    station.arrives(12);
    await station.run(router);
    expect(station.ordered).toEqual([['1.1', '1.2'], ['1.12']]);
    expect(station.held[0]).toContain('not known whether this was sent');
    expect(station.held[1]).toBeUndefined();
  });

  it('passes over what was here before a rule was on', async () => {
    const station = rig([], { isOn: false });
    const off = station.open();
    off.start();
    station.arrives(1);
    await station.run(off);
    station.station.isOn = true;
    const on = station.open();
    on.start();
    await station.run(on);
    station.loseIndex();
    station.station.now = 10;
    const anew = station.open();
    anew.start();
    await station.run(anew);
    expect(station.ordered).toEqual([]);
  });

  it('orders what began to arrive before others that were looked at, and was stored behind them', async () => {
    const station = rig([]);
    const first = station.open();
    first.start();
    station.arrives(5);
    await station.run(first);
    expect(station.ordered.splice(0)).toEqual([['1.5']]);
    // long on its way; the index is lost before it is looked at
    station.arrives(6, 3);
    station.loseIndex();
    station.station.now = 10;
    const second = station.open();
    second.start();
    await station.run(second);
    expect(station.ordered.flat()).toContain('1.6');
    expect(station.station.throughMs).toBe(5);
  });

  it('orders every row that was not looked at, whatever order they are made anew in', async () => {
    const station = rig([], { noted: 5 });
    station.station.now = 10;
    const first = station.open();
    first.start();
    station.madeAnew(1, 8);
    await station.run(first);
    const second = station.open();
    second.start();
    station.madeAnew(2, 7);
    station.madeAnew(3, 4);
    await station.run(second);
    expect(station.ordered).toEqual([['1.1'], ['1.2']]);
  });

  it('passes over all that was here before a rule was on, whatever order its rows stand in', async () => {
    const station = rig([], { isOn: false });
    const off = station.open();
    off.start();
    station.arrives(1, 9);
    station.arrives(2, 4);
    await station.run(off);
    station.station.isOn = true;
    const on = station.open();
    on.start();
    await station.run(on);
    station.loseIndex();
    station.station.now = 10;
    const anew = station.open();
    anew.start();
    await station.run(anew);
    expect(station.ordered).toEqual([]);
  });
});
