import { describe, expect, it } from 'vitest';
import { createColourLooks, type ScreenColours } from '../../../electron/main/colour-looks';

const colours: ScreenColours = { colorSpace: 'BT2020', colorDepth: 30 };

/** Looks that end when the test says so. */
function setting() {
  const ends: { found(map: Map<string, ScreenColours>): void; fails(): void }[] = [];
  const told: string[] = [];
  const looks = createColourLooks({
    ask: () => new Promise((resolve, reject) => ends.push({ found: resolve, fails: () => reject(new Error('it took too long')) })),
    changed: () => told.push(looks.stateOf('1')),
    failed: () => undefined,
  });
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return { looks, ends, told, settled };
}

describe('looks at the colours of the screens', () => {
  it('tell pages what was seen, and nothing when it is what they know', async () => {
    const { looks, ends, told, settled } = setting();
    expect(looks.stateOf('1')).toBe('looking');
    for (let n = 0; n < 2; n++) {
      looks.look();
      ends[n]?.found(new Map([['1', colours]]));
      await settled();
    }
    expect(told).toEqual(['seen']);
    expect(looks.of('1')).toEqual(colours);
  });

  it('tell pages that wait for one when it failed like the one before', async () => {
    const { looks, ends, told, settled } = setting();
    looks.look();
    ends[0]?.fails();
    await settled();
    expect(told).toEqual(['unknown']);
    looks.look();
    expect(looks.stateOf('1')).toBe('looking');
    ends[1]?.fails();
    await settled();
    expect(told).toEqual(['unknown', 'unknown']);
  });
});
