import { gsdfJnd, gsdfLuminance } from './gsdf';

/** Continuous levels 0..255 of a display for P-values that lie evenly over 0..1. */
export type DisplayTable = Float64Array<ArrayBuffer>;

const TABLE_STEPS = 4096;
const LAST_LEVEL = 255;
/** Exponent of a usual panel, where the measurement says none. */
const USUAL_GAMMA = 2.2;

/**
 * P-value -> level that makes a measured display follow the Grayscale Standard Display Function (PS3.14 7, 8): equal steps of P-value are equal steps of JND
 * index between the display's own ends. Between measured points the luminance above black, to the power of 1 / gamma (the display's own), is taken as a
 * monotone cubic of the level (Fritsch-Carlson): a line in luminance or in JND is several 8-bit steps off between the two darkest of 18 points.
 * @param luminances cd/m² with ambient light, at levels that lie evenly over 0..255, first the darkest: 18, 52, 256 ... points
 * @param levels where they were measured instead, rising from 0 to 255
 * @throws RangeError in words when the points cannot be those of a display (fewer than two, falling, outside of the function)
 */
export function gsdfDisplayTable(luminances: readonly number[], levels: readonly number[] = evenLevels(luminances.length)): DisplayTable {
  const points = luminances.length;
  if (points < 2) throw new RangeError(`${points} measured luminances do not make a curve`);
  checkLevels(levels, points);
  for (let at = 1; at < points; at++) {
    if (!((luminances[at] ?? NaN) >= (luminances[at - 1] ?? NaN)))
      throw new RangeError(`luminance falls from point ${at} to point ${at + 1}: the measurement cannot be used`);
  }
  const black = luminances[0] ?? 0;
  const least = gsdfJnd(black);
  const most = gsdfJnd(luminances[points - 1] ?? 0);
  if (most - least < 1) throw new RangeError('the display shows no difference between black and white');
  const gamma = darkGamma(luminances, levels);
  const heightOf = (luminance: number): number => Math.max(0, luminance - black) ** (1 / gamma);
  const heights = luminances.map(heightOf);
  const slopes = monotoneSlopes(heights, levels);
  const table = new Float64Array(TABLE_STEPS + 1);
  let segment = 0;
  for (let step = 0; step <= TABLE_STEPS; step++) {
    const wanted = step === TABLE_STEPS ? (heights[points - 1] ?? 0) : heightOf(gsdfLuminance(least + ((most - least) * step) / TABLE_STEPS));
    while (segment < points - 2 && (heights[segment + 1] ?? 0) < wanted) segment++;
    const [from, to] = [levels[segment] ?? 0, levels[segment + 1] ?? 0];
    const width = to - from;
    const along = solve(wanted, heights[segment] ?? 0, heights[segment + 1] ?? 0, (slopes[segment] ?? 0) * width, (slopes[segment + 1] ?? 0) * width);
    table[step] = from + along * width;
  }
  return table;
}

function evenLevels(points: number): number[] {
  return Array.from({ length: points }, (_, at) => (at * LAST_LEVEL) / (points - 1));
}

function checkLevels(levels: readonly number[], points: number): void {
  if (levels.length !== points) throw new RangeError(`${points} luminances at ${levels.length} levels`);
  if (levels[0] !== 0 || levels[points - 1] !== LAST_LEVEL) throw new RangeError(`the levels must reach from 0 to ${LAST_LEVEL}`);
  for (let at = 1; at < points; at++) {
    if (!((levels[at] ?? NaN) > (levels[at - 1] ?? NaN))) throw new RangeError(`level ${at + 1} is not above level ${at}`);
  }
}

/** Gamma of the darker third of the curve, where the points lie far apart in JND: the median of what each point says. */
function darkGamma(luminances: readonly number[], levels: readonly number[]): number {
  const black = luminances[0] ?? 0;
  const span = (luminances[luminances.length - 1] ?? 0) - black;
  const said = luminances
    .map((luminance, at) => [levels[at] ?? 0, luminance] as const)
    .filter(([level], at) => at === 1 || (at > 1 && level < LAST_LEVEL / 3))
    .map(([level, luminance]) => Math.log((luminance - black) / span) / Math.log(level / LAST_LEVEL))
    .filter((gamma) => gamma >= 1 && gamma <= 4)
    .sort((a, b) => a - b);
  return said[said.length >> 1] ?? USUAL_GAMMA;
}

/** Level of a P-value in 0..1, linear between entries. */
export function displayLevel(p: number, table: DisplayTable): number {
  const last = table.length - 1;
  const at = Math.min(1, Math.max(0, p)) * last;
  const low = Math.min(last - 1, Math.floor(at));
  const from = table[low] ?? 0;
  return from + ((table[low + 1] ?? 0) - from) * (at - low);
}

/** Slopes at the points, per level, that keep a cubic from overshooting (Fritsch and Carlson 1980). */
function monotoneSlopes(values: readonly number[], levels: readonly number[]): number[] {
  const widths = levels.slice(1).map((level, at) => level - (levels[at] ?? 0));
  const steps = values.slice(1).map((value, at) => (value - (values[at] ?? 0)) / (widths[at] ?? 1));
  const slopes = values.map((_, at) => {
    const before = steps[at - 1];
    const after = steps[at];
    if (before === undefined) return after ?? 0;
    if (after === undefined || before * after <= 0) return after === undefined ? before : 0;
    const [left, right] = [widths[at - 1] ?? 1, widths[at] ?? 1];
    return (before * right + after * left) / (left + right);
  });
  steps.forEach((step, at) => {
    if (step === 0) {
      slopes[at] = 0;
      slopes[at + 1] = 0;
      return;
    }
    const length = Math.hypot((slopes[at] ?? 0) / step, (slopes[at + 1] ?? 0) / step);
    if (length <= 3) return;
    slopes[at] = ((slopes[at] ?? 0) * 3) / length;
    slopes[at + 1] = ((slopes[at + 1] ?? 0) * 3) / length;
  });
  return slopes;
}

/** Where in 0..1 the Hermite cubic from `from` to `to` has the value. It rises: bisection finds the place. */
function solve(value: number, from: number, to: number, slopeFrom: number, slopeTo: number): number {
  if (value <= from) return 0;
  if (value >= to) return 1;
  let low = 0;
  let high = 1;
  for (let round = 0; round < 48; round++) {
    const t = (low + high) / 2;
    const cubic = from * (1 + 2 * t) * (1 - t) ** 2 + slopeFrom * t * (1 - t) ** 2 + to * t * t * (3 - 2 * t) - slopeTo * t * t * (1 - t);
    if (cubic < value) low = t;
    else high = t;
  }
  return (low + high) / 2;
}
