import { assertNever } from '../util';
import { lutEntry, lutMaximum, type LutTable } from './lut-table';

/** A window of interest by a function: what maps modality values to P-values (PS3.3 C.11.2.1.2, C.11.2.1.3). */
export interface VoiLinear {
  readonly kind: 'LINEAR' | 'LINEAR_EXACT' | 'SIGMOID';
  readonly center: number;
  readonly width: number;
}

/** The same by a table of the file (VOI LUT Sequence, PS3.3 C.11.2.1.1). */
export interface VoiLut {
  readonly kind: 'LUT';
  readonly lut: LutTable;
}
export type Voi = VoiLinear | VoiLut;

/** The smallest width that each function allows (PS3.3 C.11.2.1.2, C.11.2.1.3): LINEAR 1, the others above 0. */
export function clampedWidth(kind: VoiLinear['kind'], width: number): number {
  const wide = Number.isFinite(width) ? width : 1;
  return kind === 'LINEAR' ? Math.max(1, wide) : Math.max(1e-9, wide);
}

/** P-value in 0..1 of a modality value, in double precision. */
export function presentationValue(value: number, voi: Voi): number {
  return voiFunction(voi)(value);
}

/**
 * The same for many values: what does not depend on the value is worked out once.
 * LINEAR: PS3.3 C.11.2.1.2.1, a width of 1 is a step at center - 0.5. LINEAR_EXACT: C.11.2.1.3.2. SIGMOID: C.11.2.1.3.1. LUT: C.11.2.1.1, its whole depth
 * is the whole range; modality values between two entries take the nearer one.
 */
export function voiFunction(voi: Voi): (value: number) => number {
  if (voi.kind === 'LUT') {
    const { lut } = voi;
    const most = lutMaximum(lut);
    return (value) => lutEntry(lut, value) / most;
  }
  const { kind, center } = voi;
  const width = clampedWidth(kind, voi.width);
  switch (kind) {
    case 'LINEAR': {
      const low = center - 0.5 - (width - 1) / 2;
      const high = center - 0.5 + (width - 1) / 2;
      return (value) => (value <= low ? 0 : value > high ? 1 : (value - (center - 0.5)) / (width - 1) + 0.5);
    }
    case 'LINEAR_EXACT': {
      const low = center - width / 2;
      const high = center + width / 2;
      return (value) => (value <= low ? 0 : value > high ? 1 : (value - center) / width + 0.5);
    }
    case 'SIGMOID':
      return (value) => 1 / (1 + Math.exp((-4 * (value - center)) / width));
    default:
      return assertNever(kind);
  }
}

/**
 * Center and width of a window, or those that span the part of a table that is not constant: where a reader who drags starts, and what the corner says of it.
 */
export function windowOf(voi: Voi): { readonly center: number; readonly width: number } {
  if (voi.kind !== 'LUT') return { center: voi.center, width: voi.width };
  const { first, values } = voi.lut;
  let low = 0;
  let high = values.length - 1;
  while (low < high && values[low + 1] === values[0]) low++;
  while (high > low && values[high - 1] === values[values.length - 1]) high--;
  // LINEAR is black at first + low and white at first + high.
  const width = Math.max(1, high - low + 1);
  return { center: first + low + width / 2, width };
}
