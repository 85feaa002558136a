import type { StudyUid } from '@shared/domain';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { displaySet, drain, FRAME_BYTES, library, PLENTY, range } from './fakes';

/** As the window has it. */
const QUIET = { aheadAfterMs: 400 };
const MANY = range(1, 100);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('what the reader rests on', () => {
  it('is loaded with its picture, a little later its neighbours, the others when all is at rest, and goes with the one who rested there', async () => {
    const { fake, library: images } = await library(PLENTY, QUIET);
    const end = images.ahead(displaySet(MANY), 50, 'soon');
    expect(drain(fake), 'within a double click nothing else keeps the processor busy').toEqual([51]);
    vi.advanceTimersByTime(300);
    expect(drain(fake).sort((a, b) => a - b)).toEqual(range(43, 59).filter((id) => id !== 51));
    vi.advanceTimersByTime(399);
    expect(drain(fake)).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(drain(fake)).toHaveLength(100 - 17);
    expect(images.loadedShare('set')).toBe(1);
    expect(images.usage.usedBytes).toBe(100 * FRAME_BYTES);
    end?.();
    expect(images.usage.usedBytes).toBe(0);
  });

  it('asks for nothing more once it is over, and gives up what is under way', async () => {
    const { fake, library: images } = await library();
    const end = images.ahead(displaySet(MANY), 50, 'soon');
    drain(fake);
    vi.advanceTimersByTime(300);
    const under = fake.worker.loads.map(({ job }) => job);
    expect(under.length).toBeGreaterThan(0);
    end?.();
    expect(fake.worker.cancelled).toEqual(under);
    for (const load of [...fake.worker.loads]) fake.worker.fail(load, 'cancelled', 'cancelled');
    vi.advanceTimersByTime(5000);
    expect(fake.worker.loads).toEqual([]);
  });

  it('stays when somebody looks at it by then, and goes on from there', async () => {
    const { fake, library: images } = await library(PLENTY, QUIET);
    const set = displaySet(MANY);
    const end = images.ahead(set, 50, 'soon');
    drain(fake);
    const open = images.open(set);
    expect(open.state(50).kind).toBe('loaded');
    const cursor = open.cursor(50);
    end?.();
    expect(drain(fake)).toHaveLength(100 - 1);
    expect(open.counts).toMatchObject({ total: 100, loaded: 100 });
    cursor.release();
    expect(images.usage.usedBytes, 'it was read').toBe(100 * FRAME_BYTES);
  });
});

describe('memory', () => {
  it('takes no room from anything: a set that was shown stays, and stays the one that it was in the order', async () => {
    const { library: images } = await library(220 * FRAME_BYTES);
    const [older, newer] = [displaySet(MANY, { id: 'older' }), displaySet(MANY, { id: 'newer' })];
    for (const set of [older, newer]) images.open(set).cursor(0).release();
    expect(images.ahead(displaySet(range(201, 300), { id: 'other' }), 0, 'idle')).toBeUndefined();
    expect(images.usage.usedBytes).toBe(200 * FRAME_BYTES);
    images.ahead(older, 0, 'idle')?.();
    expect(images.usage.usedBytes, 'what was read stays').toBe(200 * FRAME_BYTES);
    images.open(displaySet(range(301, 400), { id: 'opened' })).cursor(0);
    const kept = images.open(newer);
    expect(kept.counts.room, 'being looked at ahead is no use of the older one').toBe(100);
    expect(images.usage.usedBytes).toBe(200 * FRAME_BYTES);
  });

  it('takes the place of the closed study that was read longest ago, and of nothing that is open or would not be enough', async () => {
    const { library: images } = await library(220 * FRAME_BYTES);
    const sets = ['first', 'second'].map((id) => displaySet(MANY, { id, StudyInstanceUID: id as StudyUid }));
    for (const set of sets) images.open(set).cursor(0).release();
    const open = new Set(['first', 'second']);
    images.setOpenStudies((uid) => open.has(uid));
    const wanted = displaySet(range(201, 300), { id: 'wanted', StudyInstanceUID: 'wanted' as StudyUid });
    expect(images.ahead(wanted, 0, 'idle')).toBeUndefined();
    open.delete('second');
    expect(images.ahead(displaySet(range(201, 400), { id: 'large' }), 0, 'idle'), 'one would not be enough').toBeUndefined();
    expect(images.usage.usedBytes).toBe(200 * FRAME_BYTES);
    open.delete('first');
    const end = images.ahead(wanted, 0, 'idle');
    expect(end).toBeDefined();
    expect(images.usage.usedBytes).toBe(200 * FRAME_BYTES);
    end?.();
    expect(images.usage.usedBytes, 'the place is given back').toBe(100 * FRAME_BYTES);
    images.ahead(wanted, 0, 'idle');
    expect(images.usage.usedBytes, 'and serves the next one').toBe(200 * FRAME_BYTES);
    expect(images.open(sets[1] ?? wanted).counts.room, 'the one that was read last is still there').toBe(100);
  });

  it('goes before all that was read when something is opened, and when there is less', async () => {
    const { fake, library: images } = await library(200 * FRAME_BYTES);
    const read = images.open(displaySet(range(1, 50), { id: 'read' }));
    const cursor = read.cursor(0);
    drain(fake);
    cursor.release();
    const end = images.ahead(displaySet(range(101, 200), { id: 'next' }), 0, 'idle');
    drain(fake);
    expect(images.loadedShare('next')).toBe(1);
    images.open(displaySet(range(301, 360), { id: 'opened' })).cursor(0);
    expect([images.loadedShare('next'), read.counts.loaded]).toEqual([0, 50]);
    expect(images.usage.usedBytes).toBe(110 * FRAME_BYTES);
    end?.();
    expect(images.usage.usedBytes).toBe(110 * FRAME_BYTES);
    images.ahead(displaySet(range(401, 450), { id: 'next' }), 0, 'idle');
    expect(images.usage.usedBytes).toBe(160 * FRAME_BYTES);
    images.setBudget(120 * FRAME_BYTES);
    expect(images.usage.usedBytes).toBe(110 * FRAME_BYTES);
  });

  it('frees nothing for a study that grew before anybody looked; who opens it gets the room', async () => {
    const { fake, library: images } = await library(30 * FRAME_BYTES);
    images
      .open(displaySet(range(1, 10), { id: 'read' }))
      .cursor(0)
      .release();
    images.ahead(displaySet(range(101, 120)), 0, 'idle');
    drain(fake);
    const grown = displaySet(range(101, 130));
    images.update([grown]);
    expect(images.usage.usedBytes).toBe(30 * FRAME_BYTES);
    const open = images.open(grown);
    open.cursor(0);
    drain(fake);
    expect(open.counts).toMatchObject({ loaded: 30, room: 30 });
  });
});

describe('the order', () => {
  it('lets everything go before it: what is shown, its rest, what was begun meanwhile', async () => {
    const { fake, library: images } = await library(PLENTY, QUIET);
    images.ahead(displaySet(MANY, { id: 'next' }), 50, 'idle');
    images.open(displaySet(range(201, 240), { id: 'shown' })).cursor(0);
    expect(drain(fake)).toEqual(expect.arrayContaining(range(201, 240)));
    expect(images.loadedShare('next')).toBe(0);
    vi.advanceTimersByTime(400);
    expect(
      fake.worker.loads.map(({ frame, priority }) => [frame.instanceId, priority]),
      'one at a time, so that nobody waits for them',
    ).toEqual([[51, 'ahead']]);
    images.open(displaySet(range(301, 303), { id: 'other' })).cursor(0);
    expect(fake.worker.loads.map(({ priority }) => priority)).toEqual(['ahead', 'visible']);
    expect(drain(fake)).toEqual([51, 301, 302, 303]);
    vi.advanceTimersByTime(400);
    expect(drain(fake, 8), 'then its neighbours').toEqual(expect.arrayContaining([52, 53, 54, 50]));
    drain(fake);
    expect(images.loadedShare('next')).toBe(1);
  });

  it('waits while the reader does something, while others need the processor, and while nobody sees the window', async () => {
    let occupied = true;
    const { fake, library: images } = await library(PLENTY, { ...QUIET, isOccupied: () => occupied });
    images.ahead(displaySet(MANY), 50, 'idle');
    vi.advanceTimersByTime(5000);
    expect(fake.worker.loads).toEqual([]);
    occupied = false;
    vi.advanceTimersByTime(800);
    expect(drain(fake, 3)).toHaveLength(3);
    images.stir();
    expect(drain(fake), 'the one under way').toHaveLength(1);
    for (let key = 0; key < 20; key++) {
      vi.advanceTimersByTime(300);
      images.stir();
    }
    expect(fake.worker.loads).toEqual([]);
    vi.advanceTimersByTime(400);
    expect(drain(fake)).toHaveLength(100 - 4);
  });

  it('waits while a cine runs, of which all is in memory', async () => {
    const { fake, library: images } = await library(PLENTY, QUIET);
    const cine = images.open(displaySet(range(201, 240), { id: 'shown' })).cursor(0);
    drain(fake);
    images.ahead(displaySet(MANY), 50, 'idle');
    for (let picture = 1; picture < 40; picture++) {
      vi.advanceTimersByTime(40);
      cine.setIndex(picture);
    }
    expect(fake.worker.loads).toEqual([]);
    vi.advanceTimersByTime(400);
    expect(fake.worker.loads).toHaveLength(1);
  });

  it('of a first frame alone gives no other', async () => {
    const { fake, library: images } = await library();
    images.ahead(displaySet(MANY), 50, 'first');
    expect(drain(fake)).toEqual([51]);
    expect(images.usage.usedBytes).toBe(FRAME_BYTES);
  });

  it('of a first frame alone takes the memory of one, also when its set grows, and that of all when somebody looks', async () => {
    const { fake, library: images } = await library(150 * FRAME_BYTES);
    images.ahead(displaySet(range(201, 300), { id: 'whole' }), 0, 'idle');
    drain(fake);
    const set = displaySet(range(1, 55));
    expect(images.ahead(set, 10, 'first'), 'there is no room for it in whole').toBeDefined();
    expect(drain(fake)).toEqual([11]);
    const grown = displaySet(range(1, 60));
    images.update([grown]);
    expect(drain(fake)).toEqual([]);
    expect(images.usage.usedBytes).toBe(101 * FRAME_BYTES);
    const open = images.open(grown);
    expect(open.state(10).kind).toBe('loaded');
    open.cursor(10);
    expect(open.counts.room).toBe(60);
    expect(drain(fake)).toHaveLength(59);
    expect(open.counts.loaded).toBe(60);
    expect(images.loadedShare('whole'), 'it gave its place to what is looked at').toBe(0);
  });

  it('tells when all is at rest: not while anything that is looked at waits or is under way', async () => {
    const { fake, library: images } = await library();
    const told: string[] = [];
    images.open(displaySet(range(1, 3))).cursor(0);
    images.whenQuiet(1000, () => told.push('quiet'));
    images.whenQuiet(1000, () => told.push('called off'))();
    vi.advanceTimersByTime(5000);
    expect(told).toEqual([]);
    drain(fake);
    vi.advanceTimersByTime(999);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(1001);
    expect(told).toEqual(['quiet']);
  });
});

describe('a frame that fails before anybody looks', () => {
  it('is tried again for the first who looks, marked as ever when it fails again, and does not stop the others', async () => {
    const { fake, library: images } = await library();
    const set = displaySet([1, 2, 3]);
    images.ahead(set, 0, 'idle');
    const [bad] = fake.worker.loads;
    if (bad !== undefined) fake.worker.fail(bad, 'corrupt', 'the frame is cut short');
    drain(fake);
    const open = images.open(set);
    expect(open.counts).toMatchObject({ loaded: 2, failed: 1 });
    open.cursor(0);
    const [again] = fake.worker.loads;
    expect([again?.frame.instanceId, again?.priority]).toEqual([1, 'visible']);
    if (again !== undefined) fake.worker.fail(again, 'corrupt', 'the frame is cut short');
    expect(open.state(0)).toEqual({ kind: 'failed', reason: 'the frame is cut short' });
    open.cursor(0);
    expect(fake.worker.loads, 'once').toEqual([]);
  });
});
