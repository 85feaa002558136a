import { describe, expect, it } from 'vitest';
import { composeGreyTable, type GreyChain, isFolded, type LutTable } from '@shared/grayscale';

const lut = (values: readonly number[]): LutTable => ({ first: 0, bits: 8, values: Uint16Array.from(values), explanation: '' });
const chain = (values: readonly number[], more: Partial<GreyChain> = {}): GreyChain => ({
  signed: false,
  voi: { kind: 'LUT', lut: lut(values) },
  inverse: false,
  inverted: false,
  ...more,
});
const folded = (of: GreyChain, padding?: { low: number; high: number }) => isFolded(of, composeGreyTable(of), padding);

describe('a table of the file', () => {
  it('is folded where its levels rise and fall', () => {
    expect(folded(chain([0, 100, 200, 255]))).toBe(false);
    expect(folded(chain([255, 200, 200, 0]))).toBe(false);
    expect(folded(chain([0, 255, 0]))).toBe(true);
    expect(folded(chain([0, 255, 0], { inverse: true, signed: true }))).toBe(true);
    expect(folded({ ...chain([]), voi: { kind: 'LINEAR', center: 1, width: 2 }, modalityLut: lut([9, 0, 9]) })).toBe(true);
  });

  it('is not folded by padding, which is background, nor by less than a level shows', () => {
    const padded = chain([200, 210, 255], { padding: { value: 1, limit: 1 } });
    expect(folded(padded, { low: 1, high: 1 })).toBe(false);
    expect(folded(padded), 'taken for a measured value').toBe(true);
    const fine = { first: 0, bits: 16, values: Uint16Array.of(0, 40_000, 39_990, 65_535), explanation: '' };
    expect(folded(chain([], { voi: { kind: 'LUT', lut: fine } }))).toBe(false);
  });
});
