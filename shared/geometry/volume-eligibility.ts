import type { DisplaySet, ImageFrame, Vector3 } from '../domain/display-set';
import { add, cross, dot, length, scale } from './vector';

/** Where a true volume lies: i along a row, j along a column, k from slice to slice, all LPS. Index (0, 0, 0) is the centre of the first pixel of the first slice. */
export interface VolumeGrid {
  readonly originLps: Vector3;
  readonly iDirectionLps: Vector3;
  readonly jDirectionLps: Vector3;
  /** From the first slice to the last: the cross product of the others, or against it, or off it where the gantry was tilted. Steps are along it. */
  readonly kDirectionLps: Vector3;
  readonly spacingMm: readonly [i: number, j: number, k: number];
  readonly size: readonly [i: number, j: number, k: number];
}

export type VolumeVerdict =
  /**
   * `values`: whether stored values compare between slices, or only modality values do (a rescale each), or have no 16-bit integer (floating point, 32 bits).
   */
  | { readonly ok: true; readonly grid: VolumeGrid; readonly values: 'stored' | 'modality' }
  /** Each in words for the user; the first is the gravest. */
  | { readonly ok: false; readonly reasons: readonly string[] };

/** Fewer slices are no volume. */
const LEAST_SLICES = 3;
/** Cosine of the angle between planes that are one orientation here (0.06 degrees: over 500 slices of 1 mm half a millimetre). */
const SAME_DIRECTION = 1 - 5e-7;
/** A step between slices is the usual one within this share of it, or within this many millimetres (positions are written rounded). */
const STEP_SHARE = 0.01;
const STEP_MM = 0.02;
/** Sideways movement of a slice against the first one that a volume stands, in pixels. */
const SIDEWAYS_PIXELS = 0.5;

/**
 * Whether the frames of a display set are a volume that may be cut in other directions (architecture.md 6): grey, one size, one format, one orientation, one pixel
 * spacing, evenly spaced along one line, values that compare. Whatever is not so is named: a plane through slices that do not lie where it thinks would
 * show an anatomy that nobody has. Linear in the frames.
 */
export function volumeVerdict(set: Pick<DisplaySet, 'frames' | 'notes'>): VolumeVerdict {
  const { frames } = set;
  const [first] = frames;
  if (first === undefined || frames.length < LEAST_SLICES) return refused(`${frames.length} ${frames.length === 1 ? 'image is' : 'images are'} no volume`);
  const reasons = [...contentFaults(first, frames), ...placeFaults(first, frames)];
  if (reasons.length > 0) return { ok: false, reasons };
  return gridOf(first, frames);
}

function refused(...reasons: readonly string[]): VolumeVerdict {
  return { ok: false, reasons };
}

/** What the pixels are. */
function contentFaults(first: ImageFrame, frames: readonly ImageFrame[]): string[] {
  const out: string[] = [];
  const differs = (of: (frame: ImageFrame) => unknown): boolean => frames.some((frame) => of(frame) !== of(first));
  if (first.format.SamplesPerPixel !== 1 || first.format.PhotometricInterpretation === 'PALETTE COLOR') out.push('the images are in colour');
  const bad = frames.filter((frame) => frame.cannotDecode !== undefined).length;
  if (bad > 0) out.push(`${bad} of ${frames.length} images cannot be decoded`);
  if (differs(({ format }) => `${format.Columns} x ${format.Rows}`)) out.push('the images differ in size');
  const formatOf = ({ format }: ImageFrame): string =>
    [format.BitsAllocated, format.BitsStored, format.PixelRepresentation, format.PhotometricInterpretation, format.floatElement].join('/');
  if (differs(formatOf)) out.push('the images differ in pixel format');
  if (differs(({ rescale, acquisition }) => (rescale === undefined ? undefined : `${rescale.type}/${acquisition?.['Units'] ?? ''}`)))
    out.push('the images differ in the unit of their values: they do not compare');
  if (frames.some(({ luts }) => luts?.modality === true)) out.push('the images have a Modality LUT each');
  if (differs(({ FrameOfReferenceUID }) => FrameOfReferenceUID)) out.push('the images are in different frames of reference');
  return out;
}

/** Where the pixels lie, image by image. */
function placeFaults(first: ImageFrame, frames: readonly ImageFrame[]): string[] {
  if (frames.some((frame) => frame.positionLps === undefined || frame.rowDirectionLps === undefined || frame.columnDirectionLps === undefined))
    return ['not all images say where they lie in the patient'];
  if (frames.some((frame) => frame.spacingMm === undefined)) return ['not all images say how large a pixel is'];
  const out: string[] = [];
  const parallel = (a: Vector3 | undefined, b: Vector3 | undefined): boolean => a !== undefined && b !== undefined && dot(a, b) > SAME_DIRECTION;
  const isTurned = (frame: ImageFrame): boolean =>
    !parallel(frame.rowDirectionLps, first.rowDirectionLps) || !parallel(frame.columnDirectionLps, first.columnDirectionLps);
  if (frames.some(isTurned)) out.push('the images differ in orientation');
  const scaleOf = (frame: ImageFrame, axis: 0 | 1): number => frame.spacingMm?.[axis] ?? NaN;
  const isScaled = (frame: ImageFrame): boolean => ([0, 1] as const).some((axis) => Math.abs(scaleOf(frame, axis) / scaleOf(first, axis) - 1) > 1e-3);
  if (frames.some(isScaled)) out.push('the images differ in pixel spacing');
  return out;
}

/** The grid, or why the slices stand on none. All frames are placed and parallel. */
function gridOf(first: ImageFrame, frames: readonly ImageFrame[]): VolumeVerdict {
  const { positionLps: origin, rowDirectionLps: row, columnDirectionLps: column, spacingMm } = first;
  if (origin === undefined || row === undefined || column === undefined || spacingMm === undefined) return refused('the images are not placed');
  const normal = cross(row, column);
  const away = frames.map((frame) => add(frame.positionLps ?? origin, scale(origin, -1)));
  const along = away.map((offset) => dot(offset, normal));
  const steps = along.slice(1).map((place, index) => place - (along[index] ?? 0));
  const usual = (along.at(-1) ?? 0) / steps.length;
  const fault = stepFault(steps);
  if (fault !== undefined) return refused(fault);
  const lie = sidewaysOf(away, along, row, column, spacingMm);
  if (lie === 'jumping') return refused('the slices are shifted sideways against each other');
  const across = scale(away.at(-1) ?? normal, 1 / steps.length);
  return {
    ok: true,
    values: valuesOf(first, frames),
    grid: {
      originLps: origin,
      iDirectionLps: row,
      jDirectionLps: column,
      kDirectionLps: lie === 'tilted' ? scale(across, 1 / length(across)) : scale(normal, Math.sign(usual)),
      spacingMm: [spacingMm[1], spacingMm[0], lie === 'tilted' ? length(across) : Math.abs(usual)],
      size: [first.format.Columns, first.format.Rows, frames.length],
    },
  };
}

/** Steps between slices that are not all the same: by what is wrong with them. */
function stepFault(steps: readonly number[]): string | undefined {
  const sizes = steps.map(Math.abs).sort((left, right) => left - right);
  const smallest = sizes[0] ?? 0;
  const largest = sizes.at(-1) ?? 0;
  const usual = sizes[Math.floor(sizes.length / 2)] ?? 0;
  if (smallest < STEP_MM / 2) return 'several images are at one position';
  if (steps.some((step) => Math.sign(step) !== Math.sign(steps[0] ?? 0))) return 'the images are not in the order of their positions';
  const tolerance = Math.max(STEP_MM, STEP_SHARE * usual);
  if (largest - usual <= tolerance && usual - smallest <= tolerance) return undefined;
  const isGap = sizes.every((size) => Math.abs(size - Math.round(size / usual) * usual) <= 2 * tolerance && size > usual / 2);
  return isGap
    ? `images are missing: steps of ${mm(usual)} and of ${mm(largest)} mm`
    : `the spacing of the slices differs: ${mm(smallest)} to ${mm(largest)} mm`;
}

/** Stored values of 16 bits under one rescale compare as they are. */
function valuesOf({ format, rescale }: ImageFrame, frames: readonly ImageFrame[]): 'stored' | 'modality' {
  if (format.floatElement !== undefined || format.BitsAllocated > 16) return 'modality';
  return frames.every((frame) => frame.rescale?.slope === rescale?.slope && frame.rescale?.intercept === rescale?.intercept) ? 'stored' : 'modality';
}

/** Slices that move sideways while they go along the normal: all on one line (a tilted gantry), or images that were not made in one piece. */
function sidewaysOf(
  away: readonly Vector3[],
  along: readonly number[],
  row: Vector3,
  column: Vector3,
  spacingMm: readonly [number, number],
): 'straight' | 'tilted' | 'jumping' {
  const sideways = away.map((offset) => [dot(offset, row), dot(offset, column)] as const);
  const most = SIDEWAYS_PIXELS * Math.min(...spacingMm);
  if (sideways.every(([x, y]) => Math.hypot(x, y) <= most)) return 'straight';
  const last = sideways.at(-1) ?? [0, 0];
  const whole = along.at(-1) ?? 0;
  const isSheared = sideways.every(([x, y], index) => {
    const share = (along[index] ?? 0) / whole;
    return length([x - share * last[0], y - share * last[1], 0]) <= most;
  });
  return isSheared ? 'tilted' : 'jumping';
}

/** Angle between the line on which the slices stand and their normal, degrees. */
export function tiltDeg({ iDirectionLps, jDirectionLps, kDirectionLps }: VolumeGrid): number {
  return (Math.acos(Math.min(1, Math.abs(dot(cross(iDirectionLps, jDirectionLps), kDirectionLps)))) * 180) / Math.PI;
}

function mm(value: number): string {
  return String(Math.round(value * 100) / 100);
}
