import type { Vector3 } from '../domain/display-set';

export function dot(a: Vector3, b: Vector3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

export function cross(a: Vector3, b: Vector3): Vector3 {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

export function add(a: Vector3, b: Vector3): Vector3 {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
}

export function scale(a: Vector3, factor: number): Vector3 {
  return [a[0] * factor, a[1] * factor, a[2] * factor];
}

export function length(a: Vector3): number {
  return Math.hypot(a[0], a[1], a[2]);
}

/** Unit vector, or undefined for one without a direction. */
export function normalised(a: Vector3): Vector3 | undefined {
  const size = length(a);
  return Number.isFinite(size) && size > 1e-6 ? scale(a, 1 / size) : undefined;
}
