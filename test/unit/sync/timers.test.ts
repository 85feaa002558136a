import { describe, expect, it } from 'vitest';
import { every } from '../../../electron/services/sync';
import { VirtualTime } from '../../support/virtual-time';

describe('what is done again and again', () => {
  it('is done again after a time at which it failed, and no more once it is ended', async () => {
    const time = new VirtualTime();
    const done: number[] = [];
    const end = every(time, 1000, () => {
      done.push(time.monotonic());
      if (done.length === 1) throw new Error('database or disk is full');
    });
    await expect(time.advance(1000)).rejects.toThrow('disk is full');
    await time.advance(2000);
    expect(done).toEqual([1000, 2000, 3000]);
    end();
    await time.advance(5000);
    expect(done).toHaveLength(3);
  });
});
