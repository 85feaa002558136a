import { describe, expect, it } from 'vitest';
import { signedNumber } from '../../../renderer/features/display/verdict-figures';

describe('a deviation in words', () => {
  it('has its sign, which nought does not have', () => {
    expect([1.26, -0.94, 0.05].map(signedNumber)).toEqual(['+1.3', '−0.9', '+0.1']);
    expect([0, -0, -0.04, 0.04].map(signedNumber)).toEqual(['0.0', '0.0', '0.0', '0.0']);
  });

  it('is empty where there is none', () => {
    expect(signedNumber(Number.NaN)).toBe('');
  });
});
