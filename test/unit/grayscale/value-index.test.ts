import { continuousLevel, type GreyChain, valueIndices, valueIndexTable } from '@shared/grayscale';
import { describe, expect, it } from 'vitest';

const PET: GreyChain = {
  signed: false,
  voi: { kind: 'LINEAR_EXACT', center: 3.5, width: 7 },
  rescale: { slope: 0.5, intercept: 0 },
  inverse: false,
  inverted: false,
};

/** Level of the mean of pixels, as the shader makes it. */
function meanLevel(values: readonly number[], chain: GreyChain): number {
  const { indices, map } = valueIndices(Float64Array.from(values), chain);
  const table = valueIndexTable(chain, map);
  const mean = indices.reduce((sum, index) => sum + index, 0) / indices.length;
  const low = Math.floor(mean);
  return (table[low] ?? 0) + (mean - low) * ((table[low + 1] ?? 0) - (table[low] ?? 0));
}

describe('values without an index of their own, for what lies between pixels', () => {
  it('are averaged before the window: one beyond it counts as it is, not as the end of the window', () => {
    const pixels = [100, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    expect(meanLevel(pixels, PET)).toBeCloseTo(continuousLevel(10, PET), 0);
    expect(meanLevel([1, 2, 3, 4], PET)).toBeCloseTo(continuousLevel(2.5, PET), 0);
    const narrow: GreyChain = { ...PET, voi: { kind: 'LINEAR', center: 3_000_000_000, width: 101 }, rescale: undefined };
    expect(meanLevel([3_000_000_020], narrow)).toBeCloseTo(continuousLevel(3_000_000_020, narrow), 0);
  });

  it('keep padding and what is no number apart from all that is measured', () => {
    const padded: GreyChain = { ...PET, padding: { value: -9, limit: -9 } };
    const { indices, map } = valueIndices(Float64Array.of(-9, NaN, 0, -Infinity, 4, Infinity), padded);
    expect([...indices].map((index) => (index === 0 ? 'padding' : 'value'))).toEqual(['padding', 'padding', 'value', 'value', 'value', 'value']);
    expect(indices[5]).toBe(65_535);
    expect(valueIndexTable({ ...padded, inverted: true }, map)[0]).toBe(0);
    expect(valueIndices(Float32Array.of(NaN), padded).indices[0]).toBe(0);
  });

  it('give each value its level within an eighth, of every function of a window', () => {
    for (const kind of ['LINEAR', 'LINEAR_EXACT', 'SIGMOID'] as const) {
      const chain: GreyChain = { ...PET, voi: { kind, center: 20, width: 40 } };
      const values = Float32Array.from({ length: 5000 }, (_, at) => at * 0.5 - 500);
      const { indices, map } = valueIndices(values, chain);
      const table = valueIndexTable(chain, map);
      const worst = Math.max(...values.map((value, at) => Math.abs((table[indices[at] ?? 0] ?? 0) - continuousLevel(value, chain))));
      expect(worst, kind).toBeLessThan(0.125);
    }
  });
});
