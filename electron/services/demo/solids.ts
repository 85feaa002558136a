import type { Plane } from './raster';
import { eachPixel } from './raster';

/** Point in patient space, LPS millimetres. */
export type Point = readonly [number, number, number];

/** A tube through points with a radius at each; capsule-shaped between them. */
export interface Tube {
  readonly points: readonly Point[];
  readonly radii: readonly number[];
}

/** An ellipsoid with its axes turned: `axes` are three orthogonal unit vectors. */
export interface Ellipsoid {
  readonly centre: Point;
  readonly radii: Point;
  readonly axes?: readonly [Point, Point, Point];
}

/** What a solid is painted with: one value, or a value that depends on the place. */
export interface Paint {
  readonly value: number;
  /** Grown (positive) or shrunk by so many millimetres. */
  readonly grow?: number;
  readonly clip?: Float32Array;
}

/** Paints where the slab of a slice at height `z` cuts the tube; thin tubes keep the part of the slab that they fill. */
export function paintTube(plane: Plane, z: number, thicknessMm: number, tube: Tube, paint: Paint): void {
  let before: Point | undefined;
  tube.points.forEach((point, i) => {
    if (before !== undefined) paintSegment(plane, z, thicknessMm, before, point, tube.radii[i - 1] ?? 0, tube.radii[i] ?? 0, paint);
    before = point;
  });
}

export function paintSegment(plane: Plane, z: number, thicknessMm: number, a: Point, b: Point, ra: number, rb: number, paint: Paint): void {
  const grow = paint.grow ?? 0;
  const r0 = ra + grow;
  const r1 = rb + grow;
  const reach = Math.max(r0, r1);
  const half = thicknessMm / 2;
  if (z > Math.max(a[2], b[2]) + reach + half || z < Math.min(a[2], b[2]) - reach - half) return;
  const dx = b[0] - a[0];
  const dy = b[1] - a[1];
  const dz = b[2] - a[2];
  const length2 = dx * dx + dy * dy + dz * dz || 1e-9;
  // Only the stretch of the axis that comes near the slab: keeps the box small for long oblique tubes.
  let from = 0;
  let to = 1;
  if (Math.abs(dz) > 1e-6) {
    const p = (z - reach - half - a[2]) / dz;
    const q = (z + reach + half - a[2]) / dz;
    from = Math.max(0, Math.min(p, q));
    to = Math.min(1, Math.max(p, q));
  }
  const margin = reach + plane.pixelMm;
  const box = {
    x0: Math.min(a[0] + from * dx, a[0] + to * dx) - margin,
    x1: Math.max(a[0] + from * dx, a[0] + to * dx) + margin,
    y0: Math.min(a[1] + from * dy, a[1] + to * dy) - margin,
    y1: Math.max(a[1] + from * dy, a[1] + to * dy) + margin,
  };
  const { values } = plane;
  const inverse = 1 / plane.pixelMm;
  eachPixel(plane, box, (index, x, y) => {
    const px = x - a[0];
    const py = y - a[1];
    const pz = z - a[2];
    let t = (px * dx + py * dy + pz * dz) / length2;
    t = t < 0 ? 0 : t > 1 ? 1 : t;
    const ox = px - t * dx;
    const oy = py - t * dy;
    const oz = Math.max(0, Math.abs(pz - t * dz) - half * 0.5);
    const r = r0 + t * (r1 - r0);
    let part = 0.5 + (r - Math.sqrt(ox * ox + oy * oy + oz * oz)) * inverse;
    if (part <= 0) return;
    if (part > 1) part = 1;
    // A tube thinner than a pixel or than the slab fills it only in part.
    const filled = Math.min(1, (2 * r) / Math.max(plane.pixelMm, thicknessMm * 0.6));
    part *= filled;
    if (paint.clip !== undefined) part *= paint.clip[index] ?? 0;
    values[index] = (values[index] ?? 0) + (paint.value - (values[index] ?? 0)) * part;
  });
}

const UPRIGHT: readonly [Point, Point, Point] = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];

export function paintEllipsoid(plane: Plane, z: number, solid: Ellipsoid, paint: Paint): void {
  const axes = solid.axes ?? UPRIGHT;
  const grow = paint.grow ?? 0;
  const [ra, rb, rc] = [solid.radii[0] + grow, solid.radii[1] + grow, solid.radii[2] + grow];
  const extent = (k: 0 | 1 | 2) => Math.hypot(axes[0][k] * ra, axes[1][k] * rb, axes[2][k] * rc);
  const dz = z - solid.centre[2];
  if (Math.abs(dz) > extent(2)) return;
  const [ex, ey] = [extent(0) + plane.pixelMm, extent(1) + plane.pixelMm];
  const smallest = Math.min(ra, rb, rc);
  const { values } = plane;
  const box = { x0: solid.centre[0] - ex, x1: solid.centre[0] + ex, y0: solid.centre[1] - ey, y1: solid.centre[1] + ey };
  eachPixel(plane, box, (index, x, y) => {
    const dx = x - solid.centre[0];
    const dy = y - solid.centre[1];
    const u = (dx * axes[0][0] + dy * axes[0][1] + dz * axes[0][2]) / ra;
    const v = (dx * axes[1][0] + dy * axes[1][1] + dz * axes[1][2]) / rb;
    const w = (dx * axes[2][0] + dy * axes[2][1] + dz * axes[2][2]) / rc;
    let part = 0.5 + ((1 - Math.sqrt(u * u + v * v + w * w)) * smallest) / plane.pixelMm;
    if (part <= 0) return;
    if (part > 1) part = 1;
    if (paint.clip !== undefined) part *= paint.clip[index] ?? 0;
    values[index] = (values[index] ?? 0) + (paint.value - (values[index] ?? 0)) * part;
  });
}

/** Three orthogonal unit vectors, the first along `direction`. */
export function axesAlong(direction: Point): [Point, Point, Point] {
  const a = unit(direction);
  const helper: Point = Math.abs(a[2]) < 0.9 ? [0, 0, 1] : [0, 1, 0];
  const b = unit(cross(helper, a));
  return [a, b, cross(a, b)];
}

export function cross(a: Point, b: Point): Point {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

export function unit(a: Point): Point {
  const length = Math.hypot(a[0], a[1], a[2]) || 1;
  return [a[0] / length, a[1] / length, a[2] / length];
}
