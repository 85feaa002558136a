/** Coefficients of the Grayscale Standard Display Function (PS3.14 7.1). */
const A = -1.3011877;
const B = -2.5840191e-2;
const C = 8.0242636e-2;
const D = -1.0320229e-1;
const E = 1.3646699e-1;
const F = 2.874562e-2;
const G = -2.5468404e-2;
const H = -3.1978977e-3;
const K = 1.2992634e-4;
const M = 1.3635334e-3;

/** Coefficients of the standard's own inverse, ascending powers of log10 L. */
const INVERSE = [71.498068, 94.593053, 41.912053, 9.8247004, 0.28175407, -1.1878455, -0.18014349, 0.14710899, -0.017046845] as const;

/** The ends of the function: JND indices 1 to 1023, 0.05 to 3993 cd/m². */
export const MIN_JND = 1;
export const MAX_JND = 1023;

/** Luminance in cd/m² of a JND index (PS3.14 7.1), which need not be whole. Throws a RangeError outside of 1..1023: the function means nothing there. */
export function gsdfLuminance(jnd: number): number {
  if (!(jnd >= MIN_JND && jnd <= MAX_JND)) throw new RangeError(`JND index ${jnd} is outside of 1 to 1023`);
  const x = Math.log(jnd);
  const above = A + x * (C + x * (E + x * (G + x * M)));
  const below = 1 + x * (B + x * (D + x * (F + x * (H + x * K))));
  return 10 ** (above / below);
}

/** JND index of a luminance in cd/m² by the standard's polynomial (PS3.14 7.1): up to 0.09 beside the true inverse. */
export function gsdfJndByPolynomial(luminance: number): number {
  const y = Math.log10(luminance);
  return INVERSE.reduceRight((sum, coefficient) => sum * y + coefficient, 0);
}

/** JND index of a luminance in cd/m²: the inverse of `gsdfLuminance` itself, to 1e-9. Throws a RangeError outside of its luminances. */
export function gsdfJnd(luminance: number): number {
  if (!(luminance >= gsdfLuminance(MIN_JND) && luminance <= gsdfLuminance(MAX_JND)))
    throw new RangeError(`${luminance} cd/m² is outside of the Grayscale Standard Display Function (0.05 to 3993)`);
  let low = MIN_JND;
  let high = MAX_JND;
  while (high - low > 1e-9) {
    const middle = (low + high) / 2;
    if (gsdfLuminance(middle) < luminance) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
