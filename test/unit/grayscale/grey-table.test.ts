import { describe, expect, it } from 'vitest';
import { composeGreyTable, continuousLevel, fullRangeWindow, type GreyChain, indexOffset, outputLevel, presentationValue } from '@shared/grayscale';

const PLAIN = { inverse: false, inverted: false } as const;

describe('LINEAR (PS3.3 C.11.2.1.2.1)', () => {
  it('is the example of the standard: center 2048, width 4096 spans 0..4095', () => {
    const voi = { kind: 'LINEAR', center: 2048, width: 4096 } as const;
    expect(presentationValue(0, voi)).toBe(0);
    expect(presentationValue(4095, voi)).toBe(1);
    expect(presentationValue(2047.5, voi)).toBe(0.5);
    expect(presentationValue(-1, voi)).toBe(0);
    expect(presentationValue(4096, voi)).toBe(1);
  });

  it('is a step at center - 0.5 for width 1, and takes a smaller width as 1', () => {
    for (const width of [1, 0, -3, NaN]) {
      const voi = { kind: 'LINEAR', center: 100, width } as const;
      expect(presentationValue(99.5, voi)).toBe(0);
      expect(presentationValue(99.50001, voi)).toBe(1);
    }
  });
});

describe('LINEAR_EXACT and SIGMOID (PS3.3 C.11.2.1.3)', () => {
  it('are the formulas of the standard', () => {
    const exact = { kind: 'LINEAR_EXACT', center: 10, width: 4 } as const;
    expect([7, 8, 9, 10, 12, 13].map((value) => presentationValue(value, exact))).toEqual([0, 0, 0.25, 0.5, 1, 1]);
    const sigmoid = { kind: 'SIGMOID', center: 10, width: 4 } as const;
    expect(presentationValue(10, sigmoid)).toBe(0.5);
    expect(presentationValue(12, sigmoid)).toBeCloseTo(1 / (1 + Math.exp(-2)), 15);
  });
});

describe('composeGreyTable', () => {
  const chains: GreyChain[] = [
    { signed: true, voi: { kind: 'LINEAR', center: 40, width: 400 }, rescale: { slope: 1, intercept: -1024 }, ...PLAIN },
    { signed: true, voi: { kind: 'LINEAR', center: 40, width: 400 }, rescale: { slope: 0.37, intercept: -1024.5 }, ...PLAIN, inverted: true },
    { signed: false, voi: { kind: 'LINEAR', center: 32_768, width: 65_536 }, ...PLAIN },
    { signed: false, voi: { kind: 'LINEAR', center: 300, width: 511 }, ...PLAIN, inverse: true },
    { signed: false, voi: { kind: 'LINEAR_EXACT', center: 128, width: 255 }, ...PLAIN },
    { signed: true, voi: { kind: 'SIGMOID', center: -500, width: 1500 }, rescale: { slope: -2, intercept: 7 }, ...PLAIN },
  ];

  it.each(chains)('rounds in float32 as the double-precision reference does for all 65,536 stored values ($voi.kind $voi.width)', (chain) => {
    const table = composeGreyTable(chain);
    const offset = indexOffset(chain.signed);
    let wrong = 0;
    for (let index = 0; index < table.length; index++) {
      const inShader = Math.floor(Math.fround((table[index] ?? NaN) + Math.fround(0.5)));
      if (inShader !== outputLevel(continuousLevel(index - offset, chain))) wrong++;
    }
    expect(wrong).toBe(0);
  });

  it('turns over for MONOCHROME1, and back when the user inverts that', () => {
    const voi = { kind: 'LINEAR', center: 128, width: 256 } as const;
    const level = (inverse: boolean, inverted: boolean) => outputLevel(continuousLevel(10, { signed: false, voi, inverse, inverted }));
    expect([level(false, false), level(true, false), level(false, true), level(true, true)]).toEqual([10, 245, 245, 10]);
  });
});

describe('fullRangeWindow', () => {
  it('shows the lowest value black and the highest white, also when the slope is negative', () => {
    for (const rescale of [undefined, { slope: 2, intercept: -100 }, { slope: -1, intercept: 0 }]) {
      const voi = fullRangeWindow(5, 260, rescale);
      const ends = [5, 260].map((stored) => continuousLevel(stored, { signed: false, voi, rescale, ...PLAIN }));
      expect([...ends].sort((left, right) => left - right)).toEqual([0, 255]);
    }
  });
});
