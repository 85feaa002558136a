import { describe, expect, it } from 'vitest';
import type { MaskSubtraction, PresentationState } from '@shared/domain';
import { maskWords, subtract, subtractionPlan, subtractionSpace } from '../../../renderer/imaging';
import { frame } from './fakes';

const item = (changes: Partial<MaskSubtraction> = {}): MaskSubtraction => ({
  operation: 'AVG_SUB',
  frames: [1],
  contrastAveraging: 1,
  tidOffset: 1,
  shift: [0, 0],
  range: [],
  explanation: '',
  ...changes,
});
const at = (number: number, numberOfFrames = 20) => ({ frameIndex: number - 1, numberOfFrames });
const NONE = { kind: 'none' } as const;

describe('which frames are subtracted (PS3.3 C.7.6.10.1.1)', () => {
  it('takes the mask frames of AVG_SUB, within the applicable ranges only', () => {
    const items = [item({ frames: [1, 2, 3], range: [5, 8, 12, 20] })];
    expect(subtractionPlan(items, at(5))).toMatchObject({ masks: [1, 2, 3], contrast: [5] });
    expect(subtractionPlan(items, at(8))?.masks).toEqual([1, 2, 3]);
    for (const number of [1, 4, 9, 11]) expect(subtractionPlan(items, at(number)), String(number)).toBeUndefined();
    expect(subtractionPlan(items, at(12))?.masks).toEqual([1, 2, 3]);
  });

  it('takes the first item that is meant for the frame', () => {
    const items = [item({ frames: [4], range: [6, 10] }), item({ frames: [5], range: [8, 15] })];
    expect([6, 8, 10, 11, 15].map((number) => subtractionPlan(items, at(number))?.masks)).toEqual([[4], [4], [4], [5], [5]]);
  });

  it('finds the mask of TID so many frames before, of a negative offset after; none where there is no such frame', () => {
    const before = [item({ operation: 'TID', frames: [], tidOffset: 3 })];
    expect(subtractionPlan(before, at(10))?.masks).toEqual([7]);
    expect(subtractionPlan(before, at(3))).toBeUndefined();
    const after = [item({ operation: 'TID', frames: [], tidOffset: -2 })];
    expect(subtractionPlan(after, at(10))?.masks).toEqual([12]);
    expect(subtractionPlan(after, at(19))).toBeUndefined();
  });

  it('goes back with the mask of REV_TID while the frame goes on', () => {
    const items = [item({ operation: 'REV_TID', frames: [], tidOffset: 1, range: [10, 14] })];
    expect([10, 11, 12, 13, 14].map((number) => subtractionPlan(items, at(number))?.masks)).toEqual([[9], [8], [7], [6], [5]]);
  });

  it('averages the frame with those after it, and ends where there are not enough', () => {
    const items = [item({ contrastAveraging: 3 })];
    expect(subtractionPlan(items, at(18))?.contrast).toEqual([18, 19, 20]);
    expect(subtractionPlan(items, at(19))).toBeUndefined();
  });

  it('moves the mask as the frame says of this subtraction, else as the subtraction says', () => {
    const pixelShifts = [
      { id: 7, shift: [2, -0.5] as [number, number] },
      { id: 8, shift: [9, 9] as [number, number] },
    ];
    expect(subtractionPlan([item({ shift: [1, 1], id: 7 })], { ...at(5), pixelShifts })?.shift).toEqual([2, -0.5]);
    expect(subtractionPlan([item({ shift: [1, 1], id: 6 })], { ...at(5), pixelShifts })?.shift).toEqual([1, 1]);
    expect(subtractionPlan([item({ shift: [1, 1] })], { ...at(5), pixelShifts })?.shift).toEqual([1, 1]);
  });

  it('moves the mask by the regions that a state says for the frame', () => {
    const regions = [{ shift: [1, 0] as [number, number] }];
    const items = [item({ shift: [5, 5], byRegion: [{ range: [4, 7], regions }] })];
    expect(subtractionPlan(items, at(5))).toMatchObject({ shift: [0, 0], regions });
    expect(subtractionPlan(items, at(8))).toMatchObject({ shift: [5, 5], regions: [] });
  });

  it('names its masks', () => {
    expect([[5], [1, 2, 3], [1, 3]].map(maskWords)).toEqual(['mask frame 5', 'mask frames 1-3', 'mask frames 1, 3']);
  });
});

/** The difference by another way: averages first, pixel by pixel. */
function reference(
  contrast: readonly ArrayLike<number>[],
  masks: readonly ArrayLike<number>[],
  columns: number,
  [down, right]: readonly [number, number],
): number[] {
  const mean = (frames: readonly ArrayLike<number>[], row: number, column: number): number => {
    const rows = frames[0]!.length / columns;
    const index = Math.min(rows - 1, Math.max(0, row)) * columns + Math.min(columns - 1, Math.max(0, column));
    return frames.reduce((sum, frame) => sum + frame[index]!, 0) / frames.length;
  };
  return Array.from({ length: contrast[0]!.length }, (_, index) => {
    const [row, column] = [Math.floor(index / columns), index % columns];
    const [y, x] = [row - down, column - right];
    const [y0, x0] = [Math.floor(y), Math.floor(x)];
    const mask =
      (1 - (y - y0)) * (1 - (x - x0)) * mean(masks, y0, x0) +
      (1 - (y - y0)) * (x - x0) * mean(masks, y0, x0 + 1) +
      (y - y0) * (1 - (x - x0)) * mean(masks, y0 + 1, x0) +
      (y - y0) * (x - x0) * mean(masks, y0 + 1, x0 + 1);
    return mean(contrast, row, column) - mask;
  });
}

describe('the difference', () => {
  const columns = 16;
  const picture = (seed: number, most = 4096): Uint16Array =>
    Uint16Array.from({ length: columns * 12 }, (_, index) => (((index + 1) * 2654435761 * seed) >>> 8) % most);

  it('moves the mask by region: the last one that holds a pixel counts, outside of all nothing is moved (PS3.3 C.11.19.1.2)', () => {
    const [columns, rows] = [12, 9];
    const contrast = [Uint16Array.from({ length: columns * rows }, (_, index) => 500 + ((index * 37) % 91))];
    const masks = [Uint16Array.from({ length: columns * rows }, (_, index) => 400 + ((index * 53) % 97))];
    const box = (top: number, left: number, bottom: number, right: number): [number, number][] => [
      [top, left],
      [top, right],
      [bottom, right],
      [bottom, left],
    ];
    const regions = [
      { vertices: box(2, 2, 6, 8), shift: [1, -2] as [number, number] },
      { vertices: box(4, 5, 8, 11), shift: [-0.5, 0.25] as [number, number] },
    ];
    const { values } = subtract(contrast, masks, columns, { shift: [0, 0], regions });
    const by = (shift: readonly [number, number]) => reference(contrast, masks, columns, shift);
    const [still, first, second] = [by([0, 0]), by([1, -2]), by([-0.5, 0.25])];
    const seen = new Set<string>();
    for (let row = 1; row <= rows; row++)
      for (let column = 1; column <= columns; column++) {
        const inSecond = row >= 4 && row <= 8 && column >= 5 && column <= 11;
        const inFirst = row >= 2 && row <= 6 && column >= 2 && column <= 8;
        const index = (row - 1) * columns + column - 1;
        seen.add(inSecond ? 'second' : inFirst ? 'first' : 'none');
        expect(values[index], `${row},${column}`).toBeCloseTo((inSecond ? second : inFirst ? first : still)[index]!, 9);
      }
    expect(seen.size).toBe(3);
    const whole = subtract(contrast, masks, columns, { shift: [0, 0], regions: [{ shift: [2, 1] }] });
    expect([...whole.values]).toEqual(by([2, 1]));
  });

  it('is exact in whole numbers, also of averages, in 16 bits where it fits', () => {
    const [contrast, masks] = [[picture(7)], [picture(1), picture(2), picture(3)]];
    const { values, factor } = subtract(contrast, masks, columns, { shift: [0, 0] });
    expect(values).toBeInstanceOf(Int16Array);
    expect(factor).toBe(3);
    const wanted = reference(contrast, masks, columns, [0, 0]);
    expect([...values].map((value) => value / factor)).toEqual(wanted.map((value) => expect.closeTo(value, 9) as number));
    expect([...values].every((value, index) => value === 3 * contrast[0]![index]! - masks.reduce((sum, mask) => sum + mask[index]!, 0))).toBe(true);
  });

  it('takes 32 bits where 16 are too few: 65,535 less 0', () => {
    const { values } = subtract([Uint16Array.of(65_535, 0)], [Uint16Array.of(0, 65_535)], 2, { shift: [0, 0] });
    expect(values).toBeInstanceOf(Int32Array);
    expect([...values]).toEqual([65_535, -65_535]);
  });

  it('keeps signed values', () => {
    expect([...subtract([Int16Array.of(-5, 7)], [Int16Array.of(-9, 10)], 2, { shift: [0, 0] }).values]).toEqual([4, -3]);
  });

  for (const shift of [
    [2, -3],
    [0.5, -1.25],
    [-0.75, 0],
  ] as const)
    it(`moves the mask by ${shift[0]} rows and ${shift[1]} columns before, its edge repeated`, () => {
      const [contrast, masks] = [[picture(5), picture(6)], [picture(8)]];
      const { values, factor } = subtract(contrast, masks, columns, { shift });
      const wanted = reference(contrast, masks, columns, shift);
      for (const [index, value] of wanted.entries()) expect(values[index]! / factor).toBeCloseTo(value, 8);
    });

  it('moves what lies at row 2, column 3 of the mask to row 3, column 5 by a shift of one row and two columns', () => {
    const mask = new Uint16Array(8 * 8);
    mask[2 * 8 + 3] = 100;
    const { values } = subtract([new Uint16Array(64)], [mask], 8, { shift: [1, 2] });
    expect(values[3 * 8 + 5]).toBe(-100);
    expect(values.filter((value) => value !== 0)).toHaveLength(1);
  });
});

describe('the space of the subtraction', () => {
  const xa = (relation: string | undefined) => frame(1, relation === undefined ? {} : { acquisition: { PixelIntensityRelationship: relation } });

  it('is the logarithm of linear intensities: equal ratios are equal differences', () => {
    const { toLog, words } = subtractionSpace(xa('LIN'), NONE, undefined);
    expect(words).toBe('after the logarithm');
    const { values } = subtract([Uint16Array.of(200, 2000)], [Uint16Array.of(100, 1000)], 2, { shift: [0, 0] }, toLog);
    expect(values[0]).toBeCloseTo(1000 * Math.log(2), 9);
    expect(values[1]).toBeCloseTo(values[0]!, 9);
  });

  it('is that of the stored values where they are logarithmic; what is not known is said', () => {
    expect(subtractionSpace(xa('LOG'), NONE, undefined)).toEqual({ slope: 1, words: '' });
    expect(subtractionSpace(xa('DISP'), NONE, undefined).words).toBe('stored values are for display');
    expect(subtractionSpace(xa(undefined), NONE, undefined).words).toBe('relation to intensity not stated');
  });

  it('is made by the Modality LUT of a presentation state, else by that of the image', () => {
    const lut = { first: 0, bits: 16, values: Uint16Array.of(0, 10, 40), explanation: '' };
    const ofState = subtractionSpace(xa('LIN'), NONE, { modalityLut: lut } as unknown as PresentationState);
    expect(ofState.toLog?.(2)).toBe(40);
    const luts = { modalityLut: lut, modalityLutType: '', voiLuts: [], problems: [] };
    expect(subtractionSpace(xa('LIN'), { kind: 'ready', luts }, undefined).toLog?.(1)).toBe(10);
  });
});
