import { type DisplayTable, displayLevel } from './display';
import { gsdfJnd, gsdfLuminance } from './gsdf';

/** Luminances, cd/m², of primary displays (reliability.md 6.2: AAPM TG18, TG270). */
export const LIMITS = {
  /** Largest contrast error of a step: diagnostic, and everything else. */
  contrastError: 0.1,
  contrastErrorSecondary: 0.2,
  leastBrightest: 350,
  leastBrightestMammography: 420,
  leastBrightestSecondary: 250,
  leastDarkest: 1,
  leastDarkestMammography: 1.2,
  leastRatio: 250,
  mostRatio: 450,
  /** Ambient light to the darkest level. */
  mostAmbient: 0.25,
  mostPixelMm: 0.21,
} as const;

export interface ContrastStep {
  /** P-values of the step in 0..255. */
  readonly from: number;
  readonly to: number;
  /** Error of the contrast against that of the function, as a share (0.1 = 10 %). */
  readonly error: number;
}

export interface Conformance {
  /** With ambient light, cd/m². */
  readonly darkest: number;
  readonly brightest: number;
  readonly ratio: number;
  readonly ambientToDarkest: number;
  readonly steps: readonly ContrastStep[];
  /** The step with the largest error. */
  readonly worst: ContrastStep;
  readonly jnds: number;
  /** JND indices a level of 255 steps. */
  readonly jndPerLevel: number;
  /** What the function asks for at each point, cd/m² with ambient light. */
  readonly targets: readonly number[];
}

/**
 * Judges luminances measured at P-values (0..255, rising) against the Grayscale Standard Display Function between the display's own ends (reliability.md 6.2): for
 * each step delta = 2 (L' - L) / ((L' + L) dJ), compared with that of the function at the same P-values.
 * @throws RangeError in words when the points cannot be those of a display
 */
export function conformanceOf(points: readonly { readonly ddl: number; readonly luminance: number }[], ambient: number): Conformance {
  if (points.length < 3) throw new RangeError(`${points.length} points are too few to judge a display`);
  const seen = points.map(({ luminance }) => luminance + ambient);
  for (let at = 1; at < points.length; at++) {
    if (!((points[at]?.ddl ?? NaN) > (points[at - 1]?.ddl ?? NaN))) throw new RangeError(`the grey of point ${at + 1} is not above that of point ${at}`);
  }
  const darkest = seen[0] ?? 0;
  const brightest = seen.at(-1) ?? 0;
  const [low, high] = [gsdfJnd(darkest), gsdfJnd(brightest)];
  if (high - low < 1) throw new RangeError('the display shows no difference between black and white');
  const first = points[0]?.ddl ?? 0;
  const span = (points.at(-1)?.ddl ?? 255) - first;
  const targets = points.map(({ ddl }) => gsdfLuminance(low + ((high - low) * (ddl - first)) / span));
  const contrast = (from: number, to: number): number => (2 * (to - from)) / (to + from);
  const steps = points.slice(1).map((point, at): ContrastStep => {
    const measured = contrast(seen[at] ?? 0, seen[at + 1] ?? 0);
    const asked = contrast(targets[at] ?? 0, targets[at + 1] ?? 0);
    return { from: points[at]?.ddl ?? 0, to: point.ddl, error: measured / asked - 1 };
  });
  const worst = steps.reduce((most, step) => (Math.abs(step.error) > Math.abs(most.error) ? step : most));
  const jnds = high - low;
  return {
    ...{ darkest, brightest, ratio: brightest / darkest, ambientToDarkest: ambient / darkest, steps, worst, jnds, jndPerLevel: jnds / 255, targets },
  };
}

/** Luminances that 8-bit output tells apart over 256 P-values: nearest levels, and with dithering between neighbours (steps of a `cells`th of a level). */
export function distinctGreys(table: DisplayTable | undefined, cells = 16): { readonly nearest: number; readonly dithered: number } {
  const nearest = new Set<number>();
  const dithered = new Set<number>();
  for (let p = 0; p <= 255 * cells; p++) {
    const level = table === undefined ? p / cells : displayLevel(p / (255 * cells), table);
    dithered.add(Math.round(level * cells));
    if (p % cells === 0) nearest.add(Math.round(level));
  }
  return { nearest: nearest.size, dithered: dithered.size };
}

/** Levels that are measured: evenly over 0..255, whole where they are to be sent. */
export function measuredLevels(count: number): number[] {
  return Array.from({ length: count }, (_, at) => Math.round((at * 255) / (count - 1)));
}
