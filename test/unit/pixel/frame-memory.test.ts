import { describe, expect, it } from 'vitest';
import { frameMemory } from '../../../electron/services/pixel/frame-memory';

const SLICE_BYTES = 525_000;

describe('memory of frames on their way', () => {
  it('is used again for a frame that is about as long, never while it is lent', () => {
    const memory = frameMemory();
    const [first, second] = [memory.loan(), memory.loan()];
    const [one, two] = [first.lend(SLICE_BYTES), second.lend(SLICE_BYTES)];
    expect(two.buffer).not.toBe(one.buffer);
    expect([one.length, one.buffer.byteLength - one.length < 4096]).toEqual([SLICE_BYTES, true]);
    first.end();
    first.end();
    const [third, fourth] = [memory.loan().lend(SLICE_BYTES + 10), memory.loan().lend(SLICE_BYTES)];
    expect(third.buffer).toBe(one.buffer);
    expect(third).toHaveLength(SLICE_BYTES + 10);
    expect(fourth.buffer, 'given back once').not.toBe(one.buffer);
  });

  it('keeps eight megabytes at most', () => {
    const memory = frameMemory();
    const loan = memory.loan();
    const lent = Array.from({ length: 20 }, () => loan.lend(2 ** 20).buffer);
    loan.end();
    const again = memory.loan();
    const kept = Array.from({ length: 20 }, () => again.lend(2 ** 20).buffer).filter((buffer) => lent.includes(buffer));
    expect(kept).toHaveLength(8);
  });
});
