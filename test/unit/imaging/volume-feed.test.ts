import { describe, expect, it } from 'vitest';
import { createImageLibrary, feedVolume, type OpenDisplaySet, volumeValue } from '../../../renderer/imaging';
import { displaySet, fakePool, type FakePool, FRAME_BYTES, range, settle } from './fakes';

/** A target that notes what it is given, and a clock that the test moves. */
function rig(slices: number) {
  const got = new Map<number, number>();
  let now = 0;
  let due: (() => void) | undefined;
  const clock = {
    nowMs: () => now,
    soon(run: () => void) {
      due = run;
      return () => (due = undefined);
    },
  };
  const target = {
    has: (slice: number) => got.has(slice),
    put(slice: number, values: ArrayLike<number>) {
      got.set(slice, values[0] ?? NaN);
      now += 4;
    },
  };
  const frame = (): boolean => {
    const run = due;
    due = undefined;
    run?.();
    return run !== undefined;
  };
  return { got, target, clock, frame, slices };
}

async function opened(count: number, budgetBytes = 1e6): Promise<{ open: OpenDisplaySet; fake: FakePool }> {
  const fake = await fakePool();
  const library = createImageLibrary({ pool: fake.pool, budgetBytes });
  return { open: library.open(displaySet(range(1, count))), fake };
}

describe('feeding a volume', () => {
  it('takes slices as they arrive, some a frame of the screen, and counts them', async () => {
    const { open, fake } = await opened(10);
    const { got, target, clock, frame } = rig(10);
    let told = 0;
    const feed = feedVolume(open, target, clock, () => told++);
    await settle();
    for (let round = 0; round < 60 && feed.counts.here < 10; round++) {
      for (const load of [...fake.worker.loads]) fake.worker.finish(load);
      await settle();
      frame();
    }
    expect(feed.counts).toEqual({ here: 10, failed: 0, total: 10 });
    expect([...got.entries()].sort(([a], [b]) => a - b)).toEqual(range(0, 9).map((slice) => [slice, slice + 1]));
    expect(told).toBeGreaterThan(1);
  });

  it('stops copying after its share of a frame and goes on with the next', async () => {
    const { open, fake } = await opened(9);
    const { got, target, clock, frame } = rig(9);
    open.cursor(0);
    await settle();
    for (let round = 0; round < 20; round++) {
      for (const load of [...fake.worker.loads]) fake.worker.finish(load);
      await settle();
    }
    feedVolume(open, target, clock, () => undefined);
    frame();
    expect(got.size).toBe(3);
    while (frame()) await settle();
    expect(got.size).toBe(9);
  });

  it('goes through a set that is larger than the memory', async () => {
    const { open, fake } = await opened(60, 16 * FRAME_BYTES);
    expect(open.counts.room).toBe(16);
    const { got, target, clock, frame } = rig(60);
    const feed = feedVolume(open, target, clock, () => undefined);
    for (let round = 0; round < 400 && feed.counts.here < 60; round++) {
      await settle();
      for (const load of [...fake.worker.loads]) fake.worker.finish(load);
      await settle();
      frame();
    }
    expect(feed.counts.here).toBe(60);
    expect([...got.entries()].every(([slice, value]) => value === slice + 1)).toBe(true);
  });

  it('counts what cannot be had, and fills again what was lost', async () => {
    const { open, fake } = await opened(4);
    const { got, target, clock, frame } = rig(4);
    const feed = feedVolume(open, target, clock, () => undefined);
    for (let round = 0; round < 30; round++) {
      await settle();
      for (const load of [...fake.worker.loads]) {
        if (load.frame.instanceId === 3) fake.worker.fail(load, 'corrupt', 'broken');
        else fake.worker.finish(load);
      }
      await settle();
      frame();
    }
    expect(feed.counts).toEqual({ here: 3, failed: 1, total: 4 });
    got.clear();
    feed.again();
    while (frame()) await settle();
    expect(feed.counts).toEqual({ here: 3, failed: 1, total: 4 });
    feed.release();
    feed.again();
    expect(frame()).toBe(false);
  });
});

describe('a value between voxels', () => {
  it('is trilinear, leaves padding out, and is not known beside the volume or in a slice that is not here', async () => {
    const { open, fake } = await opened(3);
    open.cursor(0);
    await settle();
    expect(volumeValue(open, [2, 2, 1])).toBeUndefined();
    for (let round = 0; round < 10; round++) {
      for (const load of [...fake.worker.loads]) fake.worker.finish(load);
      await settle();
    }
    const withoutOnes = (stored: number): number | undefined => (stored === 1 ? undefined : stored);
    // Slice k holds k + 1 everywhere.
    expect(volumeValue(open, [2, 2, 0.5])).toBe(1);
    expect(volumeValue(open, [2, 2, 1])).toBe(1.5);
    expect(volumeValue(open, [1.3, 2.9, 1.75])).toBeCloseTo(2.25, 12);
    expect(volumeValue(open, [2, 2, 3])).toBe(3);
    expect(volumeValue(open, [2, 2, 3.01])).toBeUndefined();
    expect(volumeValue(open, [-0.1, 2, 1])).toBeUndefined();
    expect(volumeValue(open, [2, 2, 1.4], withoutOnes)).toBe(2);
    expect(volumeValue(open, [2, 2, 0.9], withoutOnes)).toBeUndefined();
    // A slope for each slice: 1, 2 and 3 times what is stored.
    const scaled = (stored: number, slice: number): number => stored * (slice + 1);
    expect(volumeValue(open, [2, 2, 1], scaled)).toBe(2.5);
    expect(volumeValue(open, [2, 2, 2], scaled)).toBe(6.5);
  });
});
