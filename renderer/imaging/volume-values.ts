import type { ImageFrame } from '@shared/domain';
import { isPadding } from '@shared/grayscale';
import type { StoredArray } from '@shared/pixel';

/** Stands in place of padding, and of what is no number, among modality values of a volume. */
export const PADDED_VALUE = -3e38;

/**
 * Modality values of a slice, by the rescale of its own frame in double precision, then as float32 (24 bits of a value): for volumes of slices that have a rescale
 * each, and of values that are no 16-bit integers.
 */
export function modalityValues({ rescale, padding }: Pick<ImageFrame, 'rescale' | 'padding'>, values: StoredArray): Float32Array<ArrayBuffer> {
  const { slope, intercept } = rescale ?? { slope: 1, intercept: 0 };
  const out = new Float32Array(values.length);
  for (let at = 0; at < out.length; at++) {
    const stored = values[at] ?? NaN;
    const value = stored * slope + intercept;
    out[at] = (padding !== undefined && isPadding(stored, padding)) || !Number.isFinite(value) ? PADDED_VALUE : value;
  }
  return out;
}

/** Lowest and highest of modality values that are no padding; one and the same where all are. */
export function measuredRange(values: Float32Array): { readonly min: number; readonly max: number } {
  let [min, max] = [Infinity, -Infinity];
  for (const value of values) {
    if (value === PADDED_VALUE_32) continue;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return min <= max ? { min, max } : { min: 0, max: 0 };
}

const PADDED_VALUE_32 = Math.fround(PADDED_VALUE);
