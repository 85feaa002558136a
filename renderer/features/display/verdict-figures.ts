import { type Conformance, fitnessFor, gsdfJnd, LIMITS } from '@shared/grayscale';
import type { Measurement } from './use-measurement';

/** The verdict of a measurement as screen and report print it. */

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

export interface Fit {
  readonly name: string;
  readonly fit: boolean;
  readonly reasons: readonly string[];
}

/** Fitness for what is read here, each with what stands in its way. */
export function fitsOf(conformance: Conformance | undefined, pixelMm: number | undefined): readonly Fit[] {
  if (conformance === undefined) return [];
  const state = { kind: 'software' as const, words: '', detail: '', table: undefined, conformance, dueInDays: undefined, pixelMm, looking: false };
  return [
    { name: 'CT, MR and others', ...fitnessFor(state, 'CT') },
    { name: 'CR, DX', ...fitnessFor(state, 'DX') },
    { name: 'mammography', ...fitnessFor(state, 'MG') },
  ];
}

/** Name, value and what is asked. */
export type Figure = readonly [name: string, value: string, asked: string];

export function figuresOf({ verdict, aloneVerdict, greys, verified }: Measurement): readonly Figure[] {
  const result = verdict.value;
  if (result === undefined) return [];
  const alone = aloneVerdict.value === undefined ? '' : `; the display alone ${percent(Math.abs(aloneVerdict.value.worst.error))}`;
  const isDark = (verified.value?.ambient ?? 0) === 0;
  return [
    [
      'Max contrast error',
      `${percent(Math.abs(result.worst.error))}, grey ${result.worst.from} to ${result.worst.to}`,
      `limit ${percent(LIMITS.contrastError)}${alone}`,
    ],
    ['Brightest', `${result.brightest.toFixed(0)} cd/m²`, `asked ${LIMITS.leastBrightest}, mammography ${LIMITS.leastBrightestMammography}`],
    ['Darkest, with ambient', `${result.darkest.toFixed(2)} cd/m²`, `asked ${LIMITS.leastDarkest.toFixed(1)} or more`],
    ['Luminance ratio', result.ratio.toFixed(0), `asked ${LIMITS.leastRatio} to ${LIMITS.mostRatio}`],
    ['Ambient to darkest', isDark ? 'none' : `1 : ${(1 / result.ambientToDarkest).toFixed(1)}`, 'asked under 1 : 4'],
    ['JND per grey step', result.jndPerLevel.toFixed(2), `${result.jnds.toFixed(0)} JND in 255 steps`],
    ['Greys told apart', `${greys.value.nearest} of 256, ${greys.value.dithered} with dither`, '8-bit path'],
  ];
}

export interface PointRow {
  readonly ddl: number;
  /** cd/m² of the function, as measured, and with ambient light. */
  readonly target: number;
  readonly luminance: number;
  readonly seen: number;
  /** Percent from the target, and contrast error of the step to the next grey. */
  readonly off: number;
  readonly error: number;
}

export function pointRows({ verdict, verified }: Measurement): readonly PointRow[] {
  const [result, measured] = [verdict.value, verified.value];
  if (measured === undefined || result === undefined) return [];
  return measured.points.map(({ ddl, luminance }, at) => {
    const target = result.targets[at] ?? 0;
    const seen = luminance + measured.ambient;
    return { ddl, target, luminance, seen, off: (seen / target - 1) * 100, error: (result.steps[at]?.error ?? NaN) * 100 };
  });
}

/** With its sign, which nought does not have; empty where there is no number. */
export function signedNumber(value: number): string {
  if (!Number.isFinite(value)) return '';
  const digits = Math.abs(value).toFixed(1);
  return Number(digits) === 0 ? digits : `${value < 0 ? '−' : '+'}${digits}`;
}

/** Points for the chart of luminances: what was measured, what the function asks for, the display alone; all with ambient light. */
export function chartSeries({ verified, verdict, alone }: Measurement) {
  const light = verified.value?.ambient ?? 0;
  const points = verified.value?.points ?? [];
  const targets = verdict.value?.targets ?? [];
  return {
    measured: points.map(({ ddl, luminance }) => ({ ddl, luminance: luminance + light })),
    targets: points.map(({ ddl }, at) => ({ ddl, luminance: targets[at] ?? 0 })),
    alone: (alone.value?.points ?? []).map(({ ddl, luminance }) => ({ ddl, luminance: luminance + (alone.value?.ambient ?? 0) })),
  };
}

/** Bars of the contrast error of each step, percent. */
export function errorBars({ verdict }: Measurement) {
  return (verdict.value?.steps ?? []).map((step, at) => ({ name: String(at + 1), percent: step.error * 100 }));
}

/** JND indices (PS3.14) that a grey step takes between two measured greys, at the grey between them, beside the even share that the function asks for. */
export function jndSteps({ verified, verdict }: Measurement): {
  readonly steps: readonly { readonly ddl: number; readonly jnd: number }[];
  readonly target: number;
} {
  const { points = [], ambient = 0 } = verified.value ?? {};
  const steps = points.slice(1).map(({ ddl, luminance }, at) => {
    const before = points[at] ?? { ddl: 0, luminance: 0 };
    const jnd = (gsdfJnd(luminance + ambient) - gsdfJnd(before.luminance + ambient)) / (ddl - before.ddl);
    return { ddl: (ddl + before.ddl) / 2, jnd };
  });
  return { steps, target: verdict.value?.jndPerLevel ?? 0 };
}
