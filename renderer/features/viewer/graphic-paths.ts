import type { AnnotationUnits, GraphicObject } from '@shared/domain';
import { type Affine, apply } from '@shared/geometry';

export type Point = readonly [number, number];

/** Displayed area in image points: what DISPLAY units count in. */
export interface AreaBox {
  readonly topLeft: Point;
  readonly bottomRight: Point;
}

/** From the units of an annotation to CSS pixels of the viewport. */
export interface Place {
  point(units: AnnotationUnits, point: Point): Point;
  /** A length along a row of the image, or in parts of the displayed area's width. */
  length(units: AnnotationUnits, length: number): number;
  /** How text along a row lies on the screen, degrees clockwise (upright where the view is mirrored: letters are never), and CSS pixels a unit [along rows, along columns]. */
  lay(units: AnnotationUnits): { readonly angleDeg: number; readonly scale: Point };
}

const STEPS = 72;
const CURVE_STEPS = 12;
const POINT_RADIUS = 2.5;

/** DISPLAY counts in parts of the displayed area as it lies on the screen: (0, 0) its left upper corner, (1, 1) its right lower one. */
export function placer(toCss: Affine, { topLeft, bottomRight }: AreaBox): Place {
  const one = apply(toCss, topLeft);
  const other = apply(toCss, bottomRight);
  const [left, top] = [Math.min(one[0], other[0]), Math.min(one[1], other[1])];
  const [width, height] = [Math.abs(one[0] - other[0]), Math.abs(one[1] - other[1])];
  return {
    point: (units, point) => (units === 'DISPLAY' ? [left + point[0] * width, top + point[1] * height] : apply(toCss, point)),
    length: (units, length) => length * (units === 'DISPLAY' ? width : Math.hypot(toCss.a, toCss.b)),
    lay: (units) => (units === 'DISPLAY' ? { angleDeg: 0, scale: [width, height] } : layOf(toCss)),
  };
}

function layOf({ a, b, c, d }: Affine): { readonly angleDeg: number; readonly scale: Point } {
  const angle = Math.round((Math.atan2(b, a) * 180_000) / Math.PI) / 1000;
  const isMirrored = a * d - b * c < 0;
  const isTurnedOver = Math.abs(angle) > 90;
  return { angleDeg: isMirrored && isTurnedOver ? angle - 180 * Math.sign(angle) : angle, scale: [Math.hypot(a, b), Math.hypot(c, d)] };
}

/** A path of SVG through points of the screen. */
export function outline(all: readonly Point[], closed = false): string {
  return all.map((point, at) => `${at === 0 ? 'M' : 'L'}${point[0].toFixed(2)} ${point[1].toFixed(2)}`).join('') + (closed ? 'Z' : '');
}

/** A graphic object as a path of SVG (PS3.3 C.10.5.1.2). */
export function pathOf({ type, units, points, filled }: GraphicObject, place: Place): string {
  const at = (index: number): Point => points[index] ?? [0, 0];
  switch (type) {
    case 'POINT': {
      const [x, y] = place.point(units, at(0));
      const ring = Array.from({ length: 12 }, (_, step): Point => [
        x + POINT_RADIUS * Math.cos((step * Math.PI) / 6),
        y + POINT_RADIUS * Math.sin((step * Math.PI) / 6),
      ]);
      return outline(ring, true);
    }
    case 'POLYLINE':
      return outline(
        points.map((point) => place.point(units, point)),
        filled,
      );
    case 'INTERPOLATED':
      return outline(
        throughPoints(points).map((point) => place.point(units, point)),
        filled,
      );
    case 'CIRCLE': {
      const [center, edge] = [at(0), at(1)];
      const radius = Math.hypot(edge[0] - center[0], edge[1] - center[1]);
      return outline(
        ring(center, [radius, 0], [0, radius]).map((point) => place.point(units, point)),
        true,
      );
    }
    case 'ELLIPSE': {
      const [a, b, c, d] = [at(0), at(1), at(2), at(3)];
      const center: Point = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
      const major: Point = [(b[0] - a[0]) / 2, (b[1] - a[1]) / 2];
      const minor: Point = [(d[0] - c[0]) / 2, (d[1] - c[1]) / 2];
      return outline(
        ring(center, major, minor).map((point) => place.point(units, point)),
        true,
      );
    }
  }
}

/** An ellipse by its centre and its two half axes. */
export function ring(center: Point, first: Point, second: Point): Point[] {
  return Array.from({ length: STEPS }, (_, step) => {
    const angle = (step * 2 * Math.PI) / STEPS;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    return [center[0] + first[0] * cos + second[0] * sin, center[1] + first[1] * cos + second[1] * sin];
  });
}

/** A smooth curve through all points (Catmull-Rom); the standard leaves the kind of curve open. */
function throughPoints(points: readonly Point[]): readonly Point[] {
  if (points.length < 3) return points;
  const first: Point = points[0] ?? [0, 0];
  const last: Point = points.at(-1) ?? [0, 0];
  const isClosed = first[0] === last[0] && first[1] === last[1];
  const count = points.length;
  const at = (index: number): Point => {
    if (isClosed) return points[(index + (count - 1)) % (count - 1)] ?? first;
    return points[Math.min(count - 1, Math.max(0, index))] ?? first;
  };
  const out: Point[] = [];
  for (let index = 0; index < count - 1; index++) {
    const [p0, p1, p2, p3] = [at(index - 1), at(index), at(index + 1), at(index + 2)];
    for (let step = 0; step < CURVE_STEPS; step++) {
      const t = step / CURVE_STEPS;
      const blend = (a: number, b: number, c: number, d: number): number =>
        b + (t * (c - a)) / 2 + t * t * (a - 2.5 * b + 2 * c - d / 2) + (t * t * t * (3 * b - 3 * c + d - a)) / 2;
      out.push([blend(p0[0], p1[0], p2[0], p3[0]), blend(p0[1], p1[1], p2[1], p3[1])]);
    }
  }
  return [...out, last];
}
