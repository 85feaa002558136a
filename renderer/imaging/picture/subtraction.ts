import type { ImageFrame, MaskSubtraction, RegionShifts } from '@shared/domain';
import type { StoredArray } from '@shared/pixel';
import { hiddenBy } from './mask';

/** Frames of the object that a subtraction takes, counted from 1. */
export interface SubtractionPlan {
  readonly mask: MaskSubtraction;
  /** The frame itself and those after it that are averaged with it. */
  readonly contrast: readonly number[];
  readonly masks: readonly number[];
  /** What the mask is moved by for this frame, [rows, columns]: its own shift, or that of the mask. */
  readonly shift: readonly [number, number];
  /** Shifts of their own by region, over `shift`. */
  readonly regions: RegionShifts['regions'];
}

/** How far the mask is moved, [rows, columns]: everywhere, and otherwise within regions, of which the last one that holds a pixel counts. */
export interface MaskShifts {
  readonly shift: readonly [rows: number, columns: number];
  readonly regions?: RegionShifts['regions'];
}

/** The difference of a frame and its mask, times `factor`: whole numbers as long as the mask is moved by whole pixels. */
export interface Subtracted {
  readonly values: StoredArray;
  readonly factor: number;
}

/** Whether the frame (from 1) is in one of the pairs; no pairs: every frame is. */
function isApplicable(range: readonly number[], frame: number): boolean {
  if (range.length < 2) return true;
  for (let at = 0; at + 1 < range.length; at += 2) if (frame >= (range[at] ?? Infinity) && frame <= (range[at + 1] ?? -Infinity)) return true;
  return false;
}

/** Number of the mask frame in the modes of time intervals (PS3.3 C.7.6.10.1.1); of REV_TID the mask goes back while the frame goes on. */
function intervalMask({ operation, tidOffset, range }: MaskSubtraction, frame: number): number {
  if (operation === 'TID') return frame - tidOffset;
  const first = range[0] ?? 1;
  return first - tidOffset - (frame - first);
}

/** What is subtracted from a frame by the first of the items that is for it; undefined: the frame is shown as it is. */
export function subtractionPlan(
  items: readonly MaskSubtraction[],
  { frameIndex, numberOfFrames, pixelShifts }: Pick<ImageFrame, 'frameIndex' | 'numberOfFrames' | 'pixelShifts'>,
): SubtractionPlan | undefined {
  const frame = frameIndex + 1;
  for (const mask of items) {
    if (!isApplicable(mask.range, frame)) continue;
    const last = frame + mask.contrastAveraging - 1;
    const masks = mask.operation === 'AVG_SUB' ? mask.frames : [intervalMask(mask, frame)];
    if (last > numberOfFrames || masks.length === 0 || masks.some((number) => number < 1 || number > numberOfFrames)) continue;
    const own = mask.id === undefined ? undefined : pixelShifts?.find(({ id }) => id === mask.id);
    return { mask, contrast: Array.from({ length: mask.contrastAveraging }, (_, at) => frame + at), masks, ...shiftsFor(mask, frame, own?.shift) };
  }
  return undefined;
}

/** By the regions of a state, else by the frame itself, else by the subtraction. */
function shiftsFor(mask: MaskSubtraction, frame: number, own: readonly [number, number] | undefined): Pick<SubtractionPlan, 'shift' | 'regions'> {
  const found = mask.byRegion?.find(({ range }) => isApplicable(range, frame));
  return found === undefined ? { shift: own ?? mask.shift, regions: [] } : { shift: [0, 0], regions: found.regions };
}

/**
 * Contrast frames less mask frames, each of them averaged, the masks moved by `shift` before (PS3.3 C.7.6.10.1). Exact: sums of whole numbers, whose common
 * divisor stands in `factor`; between pixels of a moved mask bilinear in double precision. Beside the mask its edge is repeated. Values that are not in the space
 * of the logarithm of intensity are mapped by `toLog` first.
 */
export function subtract(
  contrast: readonly StoredArray[],
  masks: readonly StoredArray[],
  columns: number,
  { shift, regions = [] }: MaskShifts,
  toLog?: (value: number) => number,
): Subtracted {
  const count = contrast[0]?.length ?? 0;
  const factor = contrast.length * masks.length;
  const isWhole = [shift, ...regions.map((region) => region.shift)].every((one) => one.every(Number.isInteger)) && toLog === undefined;
  const sumOf = (frames: readonly StoredArray[], at: number): number => {
    let sum = 0;
    for (const values of frames) sum += toLog === undefined ? (values[at] ?? 0) : toLog(values[at] ?? 0);
    return sum;
  };
  const maskSums = new Float64Array(count);
  for (let at = 0; at < count; at++) maskSums[at] = sumOf(masks, at);
  const moved = movedByRegion(maskSums, columns, shift, regions);
  const difference = new Float64Array(count);
  let most = 0;
  for (let at = 0; at < count; at++) {
    const value = masks.length * sumOf(contrast, at) - contrast.length * (moved[at] ?? 0);
    difference[at] = value;
    most = Math.max(most, Math.abs(value));
  }
  if (!isWhole) return { values: difference, factor };
  return { values: most <= 32_767 ? Int16Array.from(difference) : Int32Array.from(difference), factor };
}

function movedByRegion(sums: Float64Array, columns: number, shift: MaskShifts['shift'], regions: RegionShifts['regions']): Float64Array {
  const movedBy = (by: MaskShifts['shift']): Float64Array => (by[0] === 0 && by[1] === 0 ? sums : shifted(sums, columns, by));
  if (regions.length === 0) return movedBy(shift);
  const out = Float64Array.from(movedBy(shift));
  for (const { vertices, shift: by } of regions) {
    const moved = movedBy(by);
    const isOutside = vertices === undefined ? () => false : hiddenBy({ polygon: vertices });
    for (let at = 0; at < out.length; at++) if (!isOutside(Math.floor(at / columns) + 1, (at % columns) + 1)) out[at] = moved[at] ?? 0;
  }
  return out;
}

/** The same picture moved down and to the right by so many rows and columns. */
function shifted(values: Float64Array, columns: number, [down, right]: readonly [number, number]): Float64Array {
  const rows = values.length / columns;
  const out = new Float64Array(values.length);
  const [wholeDown, wholeRight] = [Math.floor(down), Math.floor(right)];
  const [partDown, partRight] = [down - wholeDown, right - wholeRight];
  const at = (row: number, column: number): number => values[Math.min(rows - 1, Math.max(0, row)) * columns + Math.min(columns - 1, Math.max(0, column))] ?? 0;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const [r, c] = [row - wholeDown, column - wholeRight];
      let value = (1 - partDown) * (1 - partRight) * at(r, c);
      if (partRight > 0) value += (1 - partDown) * partRight * at(r, c - 1);
      if (partDown > 0) value += partDown * (1 - partRight) * at(r - 1, c);
      if (partDown > 0 && partRight > 0) value += partDown * partRight * at(r - 1, c - 1);
      out[row * columns + column] = value;
    }
  }
  return out;
}

/** "mask frames 1-3", "mask frame 5". */
export function maskWords(masks: readonly number[]): string {
  const [first, last] = [masks[0] ?? 0, masks.at(-1) ?? 0];
  const isRun = masks.length > 1 && masks.every((number, at) => number === first + at);
  const numbers = isRun ? `${first}-${last}` : masks.join(', ');
  return `mask ${masks.length === 1 ? 'frame' : 'frames'} ${numbers}`;
}
