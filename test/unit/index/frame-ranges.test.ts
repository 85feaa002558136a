import { describe, expect, it } from 'vitest';
import { addFrames, countFrames } from '../../../electron/services/index/frame-ranges';
import { seededRandom, testSeed } from '../../support/seed';

describe('ranges of frames', () => {
  it.each([
    ['', [1], '1'],
    ['', [3, 1, 2], '1-3'],
    ['1-3', [5], '1-3,5'],
    ['1-3,5', [4], '1-5'],
    ['2-4', [2, 3], '2-4'],
    ['', [0, 11, -1, 1.5], ''],
    ['1', [10], '1,10'],
  ])('"%s" and %j are "%s"', (before, numbers, after) => expect(addFrames(before, numbers, 10)).toBe(after));

  it('say the same as a set, in whatever order the frames come', () => {
    const seed = testSeed();
    const random = seededRandom(seed);
    const seen = new Set<number>();
    let text = '';
    for (let n = 0; n < 500; n++) {
      const numbers = Array.from({ length: 1 + Math.floor(random() * 4) }, () => 1 + Math.floor(random() * 300));
      for (const number of numbers) seen.add(number);
      text = addFrames(text, numbers, 300);
      expect(countFrames(text), `ALTERNATOR_SEED=${String(seed)}`).toBe(seen.size);
    }
    expect(addFrames(text, [], 300)).toBe(text);
  });
});
