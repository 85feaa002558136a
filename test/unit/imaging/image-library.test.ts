import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { displaySet, drain, frame, FRAME_BYTES, library, PLENTY, range, settle } from './fakes';

describe('loading order', () => {
  it('is the image that is looked at, then its neighbours, ahead before behind, then the rest', async () => {
    const { fake, library: images } = await library();
    images.open(displaySet(range(1, 40))).cursor(19);
    const order = drain(fake);
    expect(order[0]).toBe(20);
    // A step back costs three steps ahead.
    expect(order.slice(1, 6)).toEqual([21, 22, 23, 19, 24]);
    expect(order).toHaveLength(40);
    expect(new Set(order).size).toBe(40);
  });

  it('puts the image that the hand has moved to before everything else, as interaction', async () => {
    const { fake, library: images } = await library();
    const cursor = images.open(displaySet(range(1, 100))).cursor(0);
    drain(fake, 4);
    cursor.setIndex(60);
    const waiting = fake.worker.loads.length;
    drain(fake, waiting);
    const next = fake.worker.loads[0];
    expect(next?.frame.instanceId).toBe(61);
    expect(next?.priority).toBe('interaction');
  });

  it('gives up what is under way far from where the hand went, and asks for it again later', async () => {
    const { fake, library: images } = await library();
    const open = images.open(displaySet(range(1, 100)));
    const cursor = open.cursor(0);
    const [first, second] = [...fake.worker.loads];
    cursor.setIndex(80);
    expect(fake.worker.cancelled).toEqual([first?.job, second?.job]);
    if (first !== undefined) fake.worker.fail(first, 'cancelled', 'cancelled');
    expect(open.state(0)).toEqual({ kind: 'waiting' });
    expect(drain(fake)).toContain(1);
    expect(open.counts).toMatchObject({ total: 100, loaded: 100, failed: 0 });
  });

  it('begins all others only when the image that is opened had time to be drawn, and the rest when one that the hand moved to had', async () => {
    vi.useFakeTimers();
    const { fake, library: images } = await library(PLENTY, { restAfterMs: 100 });
    const cursor = images.open(displaySet(range(1, 100))).cursor(50);
    const first = drain(fake);
    expect(first).toEqual([51]);
    vi.advanceTimersByTime(99);
    expect(drain(fake)).toEqual([]);
    cursor.setIndex(80);
    const second = drain(fake);
    expect(second[0], 'the hand waits for nothing').toBe(81);
    expect(second.length, 'its neighbours do not wait').toBeGreaterThan(5);
    expect(second.length).toBeLessThan(20);
    vi.advanceTimersByTime(99);
    expect(drain(fake), 'it has moved: the rest waits again').toEqual([]);
    vi.advanceTimersByTime(1);
    expect(drain(fake)).toHaveLength(100 - first.length - second.length);
    vi.useRealTimers();
  });

  it('holds the others back as long as the image that is opened takes, but not for ever', async () => {
    vi.useFakeTimers();
    const { fake, library: images } = await library(PLENTY, { restAfterMs: 100 });
    images.open(displaySet(range(1, 100))).cursor(50);
    expect(fake.worker.loads).toHaveLength(1);
    vi.advanceTimersByTime(350);
    expect(fake.worker.loads, 'it is still being decoded').toHaveLength(1);
    expect(drain(fake)).toEqual([51]);
    vi.advanceTimersByTime(99);
    expect(fake.worker.loads, 'now it is drawn').toHaveLength(0);
    vi.advanceTimersByTime(1);
    expect(drain(fake)).toHaveLength(99);
    images.open({ ...displaySet(range(1, 100)), id: 'another' }).cursor(50);
    expect(fake.worker.loads).toHaveLength(1);
    vi.advanceTimersByTime(500);
    expect(fake.worker.loads.length, 'it hangs: the others come all the same').toBeGreaterThan(1);
    vi.useRealTimers();
  });

  it('stops when nobody looks any more', async () => {
    const { fake, library: images } = await library();
    const open = images.open(displaySet(range(1, 20)));
    const cursor = open.cursor(0);
    cursor.release();
    expect(fake.worker.cancelled).toHaveLength(2);
    for (const load of [...fake.worker.loads]) fake.worker.fail(load, 'cancelled', 'cancelled');
    expect(fake.worker.loads).toHaveLength(0);
    expect(open.counts.loaded).toBe(0);
  });
});

describe('frames', () => {
  it('lie in one shared buffer at their sorted place', async () => {
    const { fake, library: images } = await library();
    const open = images.open(displaySet([30, 10, 20]));
    open.cursor(2);
    drain(fake);
    const all = [0, 1, 2].map((index) => open.frame(index));
    expect(all.map((loaded) => loaded?.values[0])).toEqual([30, 10, 20]);
    expect(all.map((loaded) => loaded?.values.byteOffset)).toEqual([0, FRAME_BYTES, 2 * FRAME_BYTES]);
    expect(new Set(all.map((loaded) => loaded?.values.buffer)).size).toBe(1);
    expect(all[0]?.values.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  it('that cannot be decoded say so and are never asked for', async () => {
    const { fake, library: images } = await library();
    const set = displaySet([1, 2]);
    const open = images.open({ ...set, frames: [frame(1, { cannotDecode: 'JPEG 2000 (1.2)' }), frame(2)] });
    open.cursor(0);
    expect(drain(fake)).toEqual([2]);
    expect(open.state(0)).toEqual({ kind: 'failed', reason: 'cannot decode: JPEG 2000 (1.2)' });
    expect(open.frame(0)).toBeUndefined();
  });

  it('that fail never stop the others, and can be tried again', async () => {
    const { fake, library: images } = await library();
    const open = images.open(displaySet([1, 2, 3]));
    open.cursor(0);
    const bad = fake.worker.loads[0];
    if (bad !== undefined) fake.worker.fail(bad, 'corrupt', 'the frame is cut short');
    drain(fake);
    expect(open.state(0)).toEqual({ kind: 'failed', reason: 'the frame is cut short' });
    expect(open.counts).toMatchObject({ loaded: 2, failed: 1 });
    open.retryFailed();
    expect(drain(fake)).toEqual([1]);
    expect(open.counts).toMatchObject({ loaded: 3, failed: 0 });
  });
});

describe('a study that is still arriving', () => {
  it('grows without loading anything again: indices are new, what is loaded stays where it is', async () => {
    const { fake, library: images } = await library();
    const open = images.open(displaySet([10, 30]));
    open.cursor(0);
    drain(fake);
    const before = open.frame(1)?.values;
    const changes: string[] = [];
    open.onChange(({ kind }) => changes.push(kind));
    images.update([displaySet([5, 10, 20, 30])]);
    expect(changes[0]).toBe('displaySet');
    expect(open.frame(3)?.values.buffer).toBe(before?.buffer);
    expect(open.frame(3)?.values.byteOffset).toBe(before?.byteOffset);
    expect(drain(fake).sort((left, right) => left - right)).toEqual([5, 20]);
    expect([0, 1, 2, 3].map((index) => open.frame(index)?.values[0])).toEqual([5, 10, 20, 30]);
  });

  it('that loses a frame frees its place', async () => {
    const { fake, library: images } = await library();
    const open = images.open(displaySet([1, 2]));
    open.cursor(0);
    drain(fake);
    images.update([displaySet([2, 3])]);
    drain(fake);
    expect([0, 1].map((index) => open.frame(index)?.values[0])).toEqual([2, 3]);
    expect(images.usage.usedBytes).toBe(2 * FRAME_BYTES);
  });
});

describe('a study of which the first image cannot be decoded', () => {
  it('loads those that come after it', async () => {
    const { fake, library: images } = await library();
    const bad = frame(1, { cannotDecode: 'PALETTE COLOR without its tables' });
    const open = images.open(displaySet([], { frames: [bad] }));
    open.cursor(0);
    images.update([displaySet([], { frames: [bad, frame(2), frame(3)] })]);
    expect(drain(fake).sort()).toEqual([2, 3]);
    expect(open.counts).toMatchObject({ total: 3, loaded: 2, failed: 1 });
  });
});

describe('workers and ports', () => {
  it('have more frames under way while a codec is quick, and no more than usual while it is slow', async () => {
    vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const { fake, library: images } = await library();
    images.open(displaySet(Array.from({ length: 20 }, (_, at) => at + 1))).cursor(0);
    const decodeOne = (takesMs: number): number => {
      const [load] = fake.worker.loads;
      if (load === undefined) throw new Error('nothing is under way');
      fake.worker.say({ kind: 'decoding', job: load.job });
      vi.advanceTimersByTime(takesMs);
      fake.worker.finish(load);
      return fake.worker.loads.length;
    };
    expect(fake.worker.loads).toHaveLength(2);
    expect(decodeOne(4)).toBe(4);
    expect(decodeOne(4)).toBe(4);
    expect([30, 30, 30].map(decodeOne)).toEqual([3, 2, 2]);
  });

  it('replaces a worker that hangs in a frame, marks that frame and goes on with the others', async () => {
    const { fake, library: images } = await library(PLENTY, { decodeTimeoutMs: 1 });
    const open = images.open(displaySet([1, 2, 3]));
    open.cursor(0);
    const [hanging] = fake.worker.loads;
    fake.worker.say({ kind: 'decoding', job: hanging?.job ?? -1 });
    await expect.poll(() => fake.workers.length).toBe(2);
    expect(fake.workers[0]?.terminated).toBe(true);
    expect(fake.reports).toHaveLength(1);
    await settle();
    drain(fake);
    expect(open.state(0)).toMatchObject({ kind: 'failed' });
    expect(open.counts).toMatchObject({ loaded: 2, failed: 1 });
  });

  it('warms a worker that takes the place of a warm one, and none before anyone was warmed', async () => {
    const { fake } = await library();
    fake.worker.die('out of memory');
    expect(fake.workers.map(({ warmed }) => warmed)).toEqual([0, 0]);
    fake.pool.warm();
    fake.worker.die('out of memory');
    expect(fake.workers.map(({ warmed }) => warmed)).toEqual([0, 1, 1]);
  });

  it('replaces a worker that dies', async () => {
    const { fake, library: images } = await library();
    const open = images.open(displaySet([1, 2, 3]));
    open.cursor(0);
    fake.worker.die('out of memory');
    await settle();
    drain(fake);
    expect(open.state(0)).toEqual({ kind: 'failed', reason: 'the decoder ended: out of memory' });
    expect(open.counts).toMatchObject({ loaded: 2, failed: 1 });
  });

  it('asks again for what was under way when the services went away, on new ports', async () => {
    const { fake, library: images } = await library();
    const open = images.open(displaySet([1, 2, 3]));
    open.cursor(0);
    const under = [...fake.worker.loads];
    fake.worker.say({ kind: 'portLost' });
    for (const load of under) fake.worker.fail(load, 'disconnected', 'the services went away');
    expect(open.state(0)).toEqual({ kind: 'waiting' });
    await settle();
    expect(fake.worker.ports).toBe(2);
    expect(drain(fake)).toEqual([1, 2, 3]);
    expect(open.counts).toMatchObject({ loaded: 3, failed: 0 });
  });

  it('tries again until ports can be had', async () => {
    let refusals = 2;
    const { fake, library: images } = await library(PLENTY, {
      retryMs: 1,
      ports: async () => {
        if (refusals-- > 0) return await Promise.reject(new Error('no services yet'));
        return [{ close: () => undefined }];
      },
    });
    const open = images.open(displaySet([1]));
    open.cursor(0);
    expect(fake.pool.connected).toBe(false);
    await expect.poll(() => fake.pool.connected).toBe(true);
    expect(drain(fake)).toEqual([1]);
  });
});
