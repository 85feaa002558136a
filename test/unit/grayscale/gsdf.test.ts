import { describe, expect, it } from 'vitest';
import { displayLevel, gsdfDisplayTable, gsdfJnd, gsdfJndByPolynomial, gsdfLuminance } from '@shared/grayscale';

/** Values of the formula; Table B-1 of PS3.14 lists 0.0500 for 1 and 3993.4040 for 1023. */
const CHECK: readonly (readonly [number, number])[] = [
  [1, 0.0499818],
  [2, 0.0546787],
  [10, 0.0990658],
  [50, 0.557382],
  [100, 1.85083],
  [200, 8.21785],
  [255, 15.0831],
  [300, 23.3989],
  [400, 55.364],
  [500, 119.132],
  [512, 130.065],
  [600, 243.01],
  [700, 480.5],
  [800, 933.187],
  [900, 1795.08],
  [1000, 3439.16],
  [1023, 3993.33],
];

describe('the Grayscale Standard Display Function (PS3.14 7.1)', () => {
  it.each(CHECK)('gives for JND %d the luminance %d', (jnd, luminance) => {
    expect(Math.abs(gsdfLuminance(jnd) / luminance - 1)).toBeLessThan(5e-6);
  });

  it('is within 5e-4 of the ends that Table B-1 prints', () => {
    expect(Math.abs(gsdfLuminance(1) / 0.05 - 1)).toBeLessThan(5e-4);
    expect(Math.abs(gsdfLuminance(1023) / 3993.404 - 1)).toBeLessThan(5e-4);
  });

  it('is inverted exactly, and by the standard’s polynomial within 0.0917 JND', () => {
    let exact = 0;
    let polynomial = 0;
    for (let jnd = 1; jnd <= 1023; jnd += 0.5) {
      exact = Math.max(exact, Math.abs(gsdfJnd(gsdfLuminance(jnd)) - jnd));
      polynomial = Math.max(polynomial, Math.abs(gsdfJndByPolynomial(gsdfLuminance(jnd)) - jnd));
    }
    expect(exact).toBeLessThan(1e-8);
    expect(polynomial).toBeGreaterThan(0.09);
    expect(polynomial).toBeLessThan(0.0917);
  });

  it.each([
    [1, 71.5],
    [350, 653.09],
    [1.2, 79.26],
    [420, 680],
    [0.5, 46.56],
    [250, 604.07],
  ])('has %d cd/m² at JND %d', (luminance, jnd) => {
    expect(Math.abs(gsdfJnd(luminance) - jnd)).toBeLessThan(0.06);
  });

  it.each([0, 0.04, 4000, -1, NaN, Infinity])('does not know %d cd/m²', (luminance) => {
    expect(() => gsdfJnd(luminance)).toThrow(RangeError);
  });

  it.each([0, 0.5, 1024, NaN])('does not know JND %d', (jnd) => {
    expect(() => gsdfLuminance(jnd)).toThrow(RangeError);
  });
});

/** Luminance of an ideal panel at a level 0..255. */
const panel =
  (gamma: number, black: number, white: number) =>
  (level: number): number =>
    black + (white - black) * (level / 255) ** gamma;
const measured = (points: number, luminance: (level: number) => number): number[] =>
  Array.from({ length: points }, (_, at) => luminance((at * 255) / (points - 1)));

describe('the table of a measured display', () => {
  it('gives the target luminances of 1 to 350 cd/m² at levels 0, 15 ... 255', () => {
    const luminance = panel(2.2, 1, 350);
    const display = gsdfDisplayTable(measured(256, luminance));
    const target = [1, 2.062, 3.665, 5.944, 9.069, 13.252, 18.752, 25.895, 35.084, 46.82, 61.726, 80.573, 104.322, 134.164, 171.582, 218.415, 276.957, 350.057];
    target.forEach((wanted, at) => expect(Math.abs(luminance(displayLevel(at / 17, display)) / wanted - 1), `point ${at + 1}`).toBeLessThan(1e-3));
  });

  /** Curves that are no power of the level. */
  const srgb = (level: number): number => 0.5 + 399.5 * (level / 255 <= 0.04045 ? level / 255 / 12.92 : ((level / 255 + 0.055) / 1.055) ** 2.4);
  const bent = (level: number): number => 0.5 + 399.5 * (0.85 * (level / 255) ** 2.4 + 0.15 * Math.sin((Math.PI / 2) * (level / 255)) ** 2);

  it.each([
    ['gamma 1.8', 18, panel(1.8, 0.5, 400), 0.001],
    ['gamma 2.4', 18, panel(2.4, 0.5, 400), 0.001],
    ['sRGB, its straight toe lies between two of the points', 18, srgb, 7.5],
    ['sRGB', 52, srgb, 3],
    ['sRGB', 256, srgb, 0.7],
    ['bent', 18, bent, 0.02],
    ['bent', 52, bent, 0.01],
  ])('makes equal steps of P-value equal steps of JND (%s, %i points)', (_name, points, luminance, tolerance) => {
    const display = gsdfDisplayTable(measured(points, luminance));
    const least = gsdfJnd(luminance(0));
    const step = (gsdfJnd(luminance(255)) - least) / 255;
    let worst = 0;
    for (let at = 0; at <= 255; at++)
      worst = Math.max(worst, Math.abs((gsdfJnd(Math.max(luminance(0), luminance(displayLevel(at / 255, display)))) - least) / step - at));
    expect(worst).toBeLessThan(tolerance); // in steps of 1/255 of the range
  });

  it('begins at 0, ends at 255 and never falls', () => {
    for (const points of [2, 3, 18, 52, 256]) {
      const display = gsdfDisplayTable(measured(points, panel(2.4, 0.3, 1000)));
      expect([display[0], display[display.length - 1]]).toEqual([0, 255]);
      expect(display.every((level, at) => at === 0 || level >= (display[at - 1] ?? 0))).toBe(true);
    }
  });

  it('stands a display whose neighbouring levels are equally bright', () => {
    const display = gsdfDisplayTable([1, 1, 1, 5, 5, 40, 200, 200]);
    expect(display[0]).toBeLessThanOrEqual(display[1] ?? 0);
    expect(display.every((level) => level >= 0 && level <= 255)).toBe(true);
  });

  it.each([
    [[], '0 measured luminances do not make a curve'],
    [[1], '1 measured luminances do not make a curve'],
    [[1, 5, 4], 'luminance falls from point 2 to point 3: the measurement cannot be used'],
    [[1, NaN, 4], 'luminance falls from point 1 to point 2: the measurement cannot be used'],
    [[1, 1.001], 'the display shows no difference between black and white'],
    [[0.01, 100], '0.01 cd/m² is outside of the Grayscale Standard Display Function (0.05 to 3993)'],
  ])('is not made of %j', (luminances, words) => {
    expect(() => gsdfDisplayTable(luminances)).toThrow(words);
  });
});
