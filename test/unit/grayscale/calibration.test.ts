import { describe, expect, it } from 'vitest';
import { displayLevel, displayTable, gsdfDisplayTable, gsdfJnd, gsdfLuminance, readCalibration } from '@shared/grayscale';

const panel = (ddl: number): number => 0.5 + 349.5 * (ddl / 255) ** 2.2;
const file = (points: readonly number[], more: object = {}): string =>
  JSON.stringify({ format: 'alternator-calibration', version: 1, points: points.map((ddl) => ({ ddl, luminance: panel(ddl) })), ...more });

describe('a calibration file', () => {
  it('gives with even points the table of the same luminances', () => {
    const levels = Array.from({ length: 18 }, (_, at) => at * 15);
    const read = readCalibration(file(levels));
    expect(read.ok && [...read.table]).toEqual([...gsdfDisplayTable(levels.map(panel))]);
  });

  it('takes points that lie unevenly: equal P-value steps are equal JND steps within half a level', () => {
    const read = readCalibration(file([0, 4, 9, 15, 24, 40, 64, 90, 128, 170, 210, 255]));
    if (!read.ok) throw new Error(read.reason);
    const [low, high] = [gsdfJnd(panel(0)), gsdfJnd(panel(255))];
    for (let step = 0; step <= 64; step++) {
      const p = step / 64;
      const above = Math.max(0, gsdfLuminance(Math.min(high, low + (high - low) * p)) - 0.5);
      const wanted = 255 * (above / 349.5) ** (1 / 2.2);
      expect(Math.abs(displayLevel(p, read.table) - wanted)).toBeLessThan(0.5);
    }
  });

  it('adds the light of the room to every point', () => {
    const points = [0, 51, 102, 153, 204, 255].map((ddl) => ({ ddl, luminance: panel(ddl) }));
    const lit = points.map(({ ddl, luminance }) => ({ ddl, luminance: luminance + 0.7 }));
    expect([...displayTable({ points, ambient: 0.7 })]).toEqual([...displayTable({ points: lit, ambient: 0 })]);
  });

  it.each([
    ['{', 'no JSON'],
    ['[]', 'the file'],
    [file([0, 255], { format: 'other' }), 'format'],
    [file([0]), 'points'],
    [file([0, 128]), 'must reach from 0 to 255'],
    [file([0, 128, 128, 255]), 'level 3 is not above level 2'],
    [JSON.stringify({ format: 'alternator-calibration', version: 1, points: [0, 128, 255].map((ddl) => ({ ddl, luminance: 300 - ddl })) }), 'luminance falls'],
  ])('says what is wrong with %s', (text, words) => {
    const read = readCalibration(text);
    expect(read.ok ? '' : read.reason).toContain(words);
  });
});
