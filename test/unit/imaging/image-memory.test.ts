import { describe, expect, it } from 'vitest';
import { budgetBytesFor } from '../../../renderer/imaging';
import { displaySet, drain, FRAME_BYTES, library, range } from './fakes';

describe('how much of a set is in memory', () => {
  it('is told without taking memory for it, and follows a set that is opened, loaded and let go of', async () => {
    const { fake, library: images } = await library();
    const set = displaySet(range(1, 4));
    const told: number[] = [];
    const leave = images.onLoaded(set.id, () => told.push(images.loadedShare(set.id)));
    expect(images.loadedShare(set.id)).toBe(0);
    expect(images.usage.usedBytes).toBe(0);
    const cursor = images.open(set).cursor(0);
    drain(fake);
    expect(told.at(-1)).toBe(1);
    expect(told).toContain(0.5);
    cursor.release();
    images.forget();
    expect(told.at(-1)).toBe(0);
    leave();
    images.open(set).cursor(0);
    drain(fake);
    expect(told.at(-1)).toBe(0);
    expect(images.loadedShare(set.id)).toBe(1);
  });
});

describe('memory', () => {
  it('drops the set that nobody has used for longest when another needs the room', async () => {
    const { fake, library: images } = await library(20 * FRAME_BYTES);
    for (const id of ['a', 'b']) {
      const cursor = images.open(displaySet(range(1, 10), { id })).cursor(0);
      drain(fake);
      cursor.release();
    }
    const again = images.open(displaySet(range(1, 10), { id: 'a' }));
    again.cursor(0).release();
    images.open(displaySet(range(1, 10), { id: 'c' })).cursor(0);
    expect(images.usage).toEqual({ usedBytes: 20 * FRAME_BYTES, budgetBytes: 20 * FRAME_BYTES });
    expect(again.counts.loaded).toBe(10);
  });

  it('keeps the frames near the viewer of a set that is larger than the budget', async () => {
    const { fake, library: images } = await library(20 * FRAME_BYTES);
    const open = images.open(displaySet(range(1, 100)));
    const cursor = open.cursor(0);
    drain(fake);
    expect(open.counts).toMatchObject({ total: 100, loaded: 20, room: 20 });
    cursor.setIndex(70);
    drain(fake);
    expect(open.counts.loaded).toBe(20);
    expect(open.frame(70)?.values[0]).toBe(71);
    expect(open.frame(75)?.values[0]).toBe(76);
    expect(open.frame(0)).toBeUndefined();
    expect(images.usage.usedBytes).toBe(20 * FRAME_BYTES);
  });
});

describe('the share of the machine', () => {
  it('is a quarter of its memory, never less than 256 MiB, never more than a process gets', () => {
    expect(budgetBytesFor(8 * 2 ** 30)).toBe(2 * 2 ** 30);
    expect(budgetBytesFor(2 ** 29)).toBe(2 ** 28);
    expect(budgetBytesFor(2 ** 40)).toBe(6 * 2 ** 30);
  });

  it('frees what nobody shows when it becomes less, and lets a set that is shown grow when it becomes more', async () => {
    const { fake, library: images } = await library(20 * FRAME_BYTES);
    const seen = images.open(displaySet(range(1, 10), { id: 'seen' }));
    seen.cursor(0).release();
    const shown = images.open(displaySet(range(101, 140), { id: 'shown' }));
    shown.cursor(0);
    drain(fake);
    expect(shown.counts.room).toBeLessThan(40);
    images.setBudget(100 * FRAME_BYTES);
    expect(shown.counts.room).toBe(40);
    expect(images.usage.budgetBytes).toBe(100 * FRAME_BYTES);
  });
});
