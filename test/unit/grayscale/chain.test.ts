import { describe, expect, it } from 'vitest';
import {
  composeGreyTable,
  continuousLevel,
  type DisplayTable,
  type GreyChain,
  indexOffset,
  isPadding,
  type LutTable,
  outputLevel,
  storedRange,
  storedValue,
  type Voi,
} from '@shared/grayscale';
import { seededRandom, testSeed } from '../../support/seed';

const LINEAR = { kind: 'LINEAR', center: 128, width: 256 } as const;
const PLAIN: GreyChain = { signed: false, voi: LINEAR, inverse: false, inverted: false };
const level = (stored: number, chain: Partial<GreyChain> = {}): number => continuousLevel(stored, { ...PLAIN, ...chain });
const table = (first: number, bits: number, values: readonly number[]): LutTable => ({ first, bits, values: Uint16Array.from(values), explanation: '' });

describe('stored values (PS3.5 8.1.1)', () => {
  it('are the bits below High Bit, what lies above and below them masked', () => {
    // 12 bits stored, high bit 11, an old overlay in bit 12
    expect(storedValue(0x1fff, { BitsStored: 12, HighBit: 11, PixelRepresentation: 0 })).toBe(0xfff);
    expect(storedValue(0x17ff, { BitsStored: 12, HighBit: 11, PixelRepresentation: 1 })).toBe(0x7ff);
    expect(storedValue(0x1800, { BitsStored: 12, HighBit: 11, PixelRepresentation: 1 })).toBe(-2048);
    // 12 bits stored in the upper bits of 16, an overlay in bit 0
    expect(storedValue(0xabc1, { BitsStored: 12, HighBit: 15, PixelRepresentation: 0 })).toBe(0xabc);
    expect(storedValue(0xabc1, { BitsStored: 12, HighBit: 15, PixelRepresentation: 1 })).toBe(0xabc - 4096);
    expect(storedValue(0xffff, { BitsStored: 16, HighBit: 15, PixelRepresentation: 1 })).toBe(-1);
    expect(storedValue(0xffffffff, { BitsStored: 32, HighBit: 31, PixelRepresentation: 0 })).toBe(0xffffffff);
  });
});

describe('padding (PS3.3 C.7.5.1.1.2)', () => {
  it('has both ends in its range, in either order', () => {
    for (const padding of [
      { value: 10, limit: 20 },
      { value: 20, limit: 10 },
    ])
      expect([9, 10, 15, 20, 21].map((value) => isPadding(value, padding))).toEqual([false, true, true, true, false]);
    expect([-2001, -2000, -1999].map((value) => isPadding(value, { value: -2000, limit: -2000 }))).toEqual([false, true, false]);
  });

  it('is the darkest level whatever window, polarity and inversion are, before the modality step', () => {
    const padding = { value: 200, limit: 210 };
    for (const inverse of [false, true])
      for (const inverted of [false, true])
        for (const voi of [LINEAR, { kind: 'SIGMOID', center: 0, width: 10 }, { kind: 'LUT', lut: table(0, 8, [255]) }] as const)
          expect(level(205, { padding, inverse, inverted, voi, rescale: { slope: -1, intercept: 1000 } })).toBe(0);
    expect(level(211, { padding })).toBe(211);
    expect(level(205)).toBe(205);
  });

  it('is the black of a calibrated display too', () => {
    const display: DisplayTable = Float64Array.of(7, 255);
    expect(level(205, { padding: { value: 205, limit: 205 }, display, inverse: true })).toBe(7);
  });

  it('does not count when the range of a frame is looked for', () => {
    expect(storedRange([5, -2000, 7, 6], { value: -2000, limit: -2000 })).toEqual({ min: 5, max: 7 });
    expect(storedRange([5, -2000, 7])).toEqual({ min: -2000, max: 7 });
    expect(storedRange([1, 1], { value: 1, limit: 1 })).toBeUndefined();
    expect(storedRange([])).toBeUndefined();
  });
});

describe('the order of the steps', () => {
  it('puts the modality LUT before the window', () => {
    expect(level(3, { modalityLut: table(2, 16, [0, 64, 200]) })).toBe(64);
    expect(level(99, { modalityLut: table(2, 16, [0, 64, 200]) })).toBe(200);
  });

  it('scales the output of the window to the entries of a presentation LUT', () => {
    const presentationLut = table(0, 8, [255, 0, 51]);
    expect([0, 63, 64, 127.5, 192, 255].map((stored) => level(stored, { presentationLut }))).toEqual([255, 255, 0, 0, 51, 51]);
  });

  it('turns P-values over, not levels of the display', () => {
    const display: DisplayTable = Float64Array.of(0, 10, 255);
    expect(level(0, { display, inverse: true })).toBe(255);
    expect(level(127.5, { display, inverse: true })).toBe(10);
    expect(level(255, { display, inverted: true })).toBe(0);
    expect(level(191.25, { display })).toBeCloseTo(132.5, 10);
  });

  it('is SIGMOID and LINEAR_EXACT at the values that the standard’s formulas give', () => {
    // 255 / (1 + e^(-4 (x - c) / w)) and ((x - c) / w + 0.5) * 255
    expect(level(60, { voi: { kind: 'SIGMOID', center: 50, width: 40 } })).toBeCloseTo(255 / (1 + Math.E ** -1), 10);
    expect(level(10, { voi: { kind: 'SIGMOID', center: 50, width: 40 } })).toBeCloseTo(4.586484, 5);
    expect(level(60, { voi: { kind: 'LINEAR_EXACT', center: 50, width: 40 } })).toBe(191.25);
    expect([30, 70, 71].map((stored) => level(stored, { voi: { kind: 'LINEAR_EXACT', center: 50, width: 40 } }))).toEqual([0, 255, 255]);
    // LINEAR: ((60 - 49.5) / 39 + 0.5) * 255
    expect(level(60, { voi: { kind: 'LINEAR', center: 50, width: 40 } })).toBeCloseTo(196.153846, 5);
  });
});

describe('any chain', () => {
  const seed = testSeed();
  const random = seededRandom(seed);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const between = (low: number, high: number): number => low + random() * (high - low);

  function rising(length: number, bits: number): LutTable {
    const values = Array.from({ length }, () => Math.floor(random() * 2 ** bits)).sort((a, b) => a - b);
    return table(Math.floor(between(-2000, 2000)), bits, values);
  }

  function chain(): GreyChain {
    const kind = pick(['LINEAR', 'LINEAR_EXACT', 'SIGMOID', 'LUT'] as const);
    const voi: Voi =
      kind === 'LUT'
        ? { kind, lut: rising(Math.ceil(between(1, 4096)), pick([8, 10, 12, 16])) }
        : { kind, center: between(-3000, 3000), width: 10 ** between(-2, 5) };
    return {
      signed: random() < 0.5,
      ...(random() < 0.5 ? { rescale: { slope: 10 ** between(-3, 2), intercept: between(-5000, 5000) } } : {}),
      ...(random() < 0.3 ? { modalityLut: rising(Math.ceil(between(1, 4096)), 16) } : {}),
      ...(random() < 0.3 ? { presentationLut: rising(256, 10) } : {}),
      ...(random() < 0.3 ? { display: Float64Array.of(0, ...[random(), random(), random()].map((p) => p * 255).sort((a, b) => a - b), 255) } : {}),
      voi,
      inverse: random() < 0.5,
      inverted: random() < 0.5,
    };
  }

  it(`made of rising steps never falls (or never rises when turned over) and stays within the display (seed ${seed})`, () => {
    for (let round = 0; round < 60; round++) {
      const one = chain();
      const { turned, offset } = { turned: one.inverse !== one.inverted, offset: indexOffset(one.signed) };
      let last = turned ? Infinity : -Infinity;
      for (let index = 0; index < 65_536; index += 97) {
        const now = continuousLevel(index - offset, one);
        if (!(now >= 0 && now <= 255) || (turned ? now > last : now < last)) expect.fail(`${now} after ${last} at ${index - offset}: ${JSON.stringify(one)}`);
        last = now;
      }
    }
  });

  it(`has the levels of the reference in its table for every stored value (seed ${seed})`, () => {
    for (let round = 0; round < 6; round++) {
      const one = { ...chain(), padding: { value: 3, limit: -40 } };
      const levels = composeGreyTable(one);
      const offset = indexOffset(one.signed);
      let wrong = 0;
      for (let index = 0; index < levels.length; index++) {
        const inShader = Math.min(255, Math.floor(Math.fround((levels[index] ?? NaN) + Math.fround(0.5))));
        if (inShader !== outputLevel(continuousLevel(index - offset, one))) wrong++;
      }
      expect(wrong, JSON.stringify(one)).toBe(0);
    }
  });
});
