import type { ImageFrame, Vector3 } from '@shared/domain';
import { add, cross, dot, length, scale } from '@shared/geometry';

export type ImagePoint = readonly [column: number, row: number];

/** Planes that meet at less than this (about 3 degrees) have no line worth showing. */
const LEAST_ANGLE = 0.05;

interface Plane {
  readonly origin: Vector3;
  readonly row: Vector3;
  readonly column: Vector3;
  readonly spacing: readonly [number, number];
  readonly size: readonly [columns: number, rows: number];
}

function planeOf(frame: ImageFrame): Plane | undefined {
  const { positionLps: origin, rowDirectionLps: row, columnDirectionLps: column, spacingMm: spacing, format } = frame;
  if (origin === undefined || row === undefined || column === undefined || spacing === undefined) return undefined;
  return { origin, row, column, spacing, size: [format.Columns, format.Rows] };
}

/** Image coordinates (edges of pixels at whole numbers) of a point in LPS, projected onto the plane. */
function toImage(plane: Plane, point: Vector3): ImagePoint {
  const away = add(point, scale(plane.origin, -1));
  return [dot(away, plane.row) / plane.spacing[1] + 0.5, dot(away, plane.column) / plane.spacing[0] + 0.5];
}

/** Part of a line (point + t * direction, t from..to) within the rectangle of an image, or undefined. */
function clip(point: ImagePoint, direction: ImagePoint, size: readonly [number, number], from: number, to: number): [number, number] | undefined {
  let [low, high] = [from, to];
  for (const axis of [0, 1] as const) {
    const step = direction[axis];
    if (Math.abs(step) < 1e-9) {
      if (point[axis] < 0 || point[axis] > size[axis]) return undefined;
      continue;
    }
    const a = -point[axis] / step;
    const b = (size[axis] - point[axis]) / step;
    low = Math.max(low, Math.min(a, b));
    high = Math.min(high, Math.max(a, b));
  }
  return low < high ? [low, high] : undefined;
}

/**
 * Where the image `source` cuts the image `target`, in image coordinates of `target`: the part that lies within both. Undefined when they are in
 * other frames of reference (PS3.3 C.7.4.1.1.1), nearly parallel, apart, or not placed.
 */
export function referenceLine(source: ImageFrame, target: ImageFrame): readonly [ImagePoint, ImagePoint] | undefined {
  if (source.FrameOfReferenceUID === '' || source.FrameOfReferenceUID !== target.FrameOfReferenceUID) return undefined;
  const from = planeOf(source);
  const onto = planeOf(target);
  if (from === undefined || onto === undefined) return undefined;
  const [n1, n2] = [cross(from.row, from.column), cross(onto.row, onto.column)];
  const along = cross(n1, n2);
  const sine = length(along);
  if (sine < LEAST_ANGLE) return undefined;
  const direction = scale(along, 1 / sine);
  // The point of both planes that is nearest to the origin of coordinates.
  const [d1, d2] = [dot(n1, from.origin), dot(n2, onto.origin)];
  const point = add(scale(cross(n2, along), d1 / (sine * sine)), scale(cross(along, n1), d2 / (sine * sine)));
  const within = (plane: Plane, low: number, high: number): [number, number] | undefined => {
    const start = toImage(plane, point);
    const end = toImage(plane, add(point, direction));
    return clip(start, [end[0] - start[0], end[1] - start[1]], plane.size, low, high);
  };
  const first = within(from, -Infinity, Infinity);
  const both = first === undefined ? undefined : within(onto, first[0], first[1]);
  if (both === undefined) return undefined;
  return [toImage(onto, add(point, scale(direction, both[0]))), toImage(onto, add(point, scale(direction, both[1])))];
}
