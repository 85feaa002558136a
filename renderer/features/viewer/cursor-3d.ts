import type { DisplaySet, ImageFrame, Vector3 } from '@shared/domain';
import { add, cross, dot, scale } from '@shared/geometry';

/** A place in the patient: millimetres in LPS of one frame of reference (PS3.3 C.7.4.1.1.1). */
export interface PatientPoint {
  readonly FrameOfReferenceUID: string;
  readonly lps: Vector3;
}

/** The place of an image point (edges of pixels at whole numbers), or undefined where the image does not say where it lies. */
export function pointOf(frame: ImageFrame, [column, row]: readonly [number, number]): PatientPoint | undefined {
  const { positionLps, rowDirectionLps, columnDirectionLps, spacingMm, FrameOfReferenceUID } = frame;
  if (positionLps === undefined || rowDirectionLps === undefined || columnDirectionLps === undefined || spacingMm === undefined) return undefined;
  if (FrameOfReferenceUID === '') return undefined;
  // Image Position is the middle of the first pixel (PS3.3 C.7.6.2.1.1).
  const across = scale(rowDirectionLps, (column - 0.5) * spacingMm[1]);
  const down = scale(columnDirectionLps, (row - 0.5) * spacingMm[0]);
  return { FrameOfReferenceUID, lps: add(positionLps, add(across, down)) };
}

export interface SeenPoint {
  /** Where it lies on the image, image points. */
  readonly at: readonly [column: number, row: number];
  /** Millimetres from the image's plane to the point, along the plane's normal. */
  readonly offMm: number;
}

/** A place seen on an image: its foot on the image's plane. Undefined in another frame of reference, and where the image is not placed. */
export function seenOn(frame: ImageFrame, point: PatientPoint): SeenPoint | undefined {
  const { positionLps, rowDirectionLps, columnDirectionLps, spacingMm } = frame;
  if (frame.FrameOfReferenceUID !== point.FrameOfReferenceUID) return undefined;
  if (positionLps === undefined || rowDirectionLps === undefined || columnDirectionLps === undefined || spacingMm === undefined) return undefined;
  const away = add(point.lps, scale(positionLps, -1));
  return {
    at: [dot(away, rowDirectionLps) / spacingMm[1] + 0.5, dot(away, columnDirectionLps) / spacingMm[0] + 0.5],
    offMm: dot(away, cross(rowDirectionLps, columnDirectionLps)),
  };
}

/** Index of the image of the stack whose plane is nearest to the point; undefined when none is placed in its frame of reference. */
export function nearestImage(set: DisplaySet, point: PatientPoint): number | undefined {
  let best: number | undefined;
  let nearest = Infinity;
  for (const [index, frame] of set.frames.entries()) {
    const off = Math.abs(seenOn(frame, point)?.offMm ?? Infinity);
    if (off >= nearest) continue;
    nearest = off;
    best = index;
  }
  return best;
}
