import type { ImageFrame } from '@shared/domain';
import { isPadding, modalityFunction, type ModalityTransform } from '@shared/grayscale';
import type { LoadedFrame } from '../../imaging';
import { isColour } from './cell';

/** Image points (edges of pixels at whole numbers). */
export interface ImageBox {
  readonly from: readonly [column: number, row: number];
  readonly to: readonly [column: number, row: number];
}

export type BoxWindow = { readonly center: number; readonly width: number; readonly pixels: number } | { readonly reason: string };

/** Fewer pixels say nothing of a tissue. */
const LEAST_PIXELS = 9;
/** Values that are looked at: a larger box is sampled evenly. */
const MOST_VALUES = 200_000;

/**
 * A window from the modality values within a box: from the 1st to the 99th percentile, so that a single bright pixel does not decide. Pixel padding does not count.
 * Colour has no window. `modality`: how the values are shown, where a presentation state or a table says it.
 */
export function windowOfBox(frame: ImageFrame, loaded: Pick<LoadedFrame, 'values'>, box: ImageBox, modality: ModalityTransform = frame): BoxWindow {
  const { padding, format } = frame;
  const { Columns, Rows } = format;
  if (isColour(frame)) return { reason: 'colour has no window' };
  const columns = span(box.from[0], box.to[0], Columns);
  const rows = span(box.from[1], box.to[1], Rows);
  const pixels = Math.max(0, columns.end - columns.start) * Math.max(0, rows.end - rows.start);
  if (pixels < LEAST_PIXELS) return { reason: 'the rectangle holds too few pixels' };
  const step = Math.ceil(Math.sqrt(pixels / MOST_VALUES));
  const found: number[] = [];
  const valueOf = modalityFunction(modality);
  for (let row = rows.start; row < rows.end; row += step) {
    for (let column = columns.start; column < columns.end; column += step) {
      const stored = loaded.values[row * Columns + column];
      if (stored === undefined || !Number.isFinite(stored) || (padding !== undefined && isPadding(stored, padding))) continue;
      found.push(valueOf(stored));
    }
  }
  if (found.length < LEAST_PIXELS) return { reason: 'the rectangle holds padding only' };
  const sorted = Float64Array.from(found).sort();
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  const [low, high] = [at(0.01), at(0.99)];
  return { center: (low + high) / 2, width: Math.max(high - low, least(modality, frame)), pixels };
}

function span(a: number, b: number, size: number): { readonly start: number; readonly end: number } {
  return { start: Math.max(0, Math.floor(Math.min(a, b))), end: Math.min(size, Math.ceil(Math.max(a, b))) };
}

/** PS3.3 C.11.2.1.2: a LINEAR window is not below 1, unless the values themselves are fractions. */
function least({ rescale, modalityLut }: ModalityTransform, { format }: ImageFrame): number {
  if (format.floatElement !== undefined) return 1e-6;
  return modalityLut !== undefined || rescale === undefined || Math.abs(rescale.slope) >= 1 ? 1 : Math.abs(rescale.slope);
}
