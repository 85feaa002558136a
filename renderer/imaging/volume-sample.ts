import type { Vector3 } from '@shared/domain';
import type { OpenDisplaySet } from './loader-types';

/**
 * Value at voxel coordinates (edges at whole numbers) between the frames of a display set: trilinear, padding left out. Undefined beside the volume and where a
 * slice that it needs is not in memory. `measured`: what a stored value of a slice counts as, undefined for padding.
 */
export function volumeValue(
  open: OpenDisplaySet,
  [x, y, z]: Vector3,
  measured: (stored: number, slice: number) => number | undefined = (stored) => stored,
): number | undefined {
  const { frames } = open.displaySet;
  const format = frames[0]?.format;
  if (format === undefined) return undefined;
  const size = [format.Columns, format.Rows, frames.length] as const;
  const place = [x, y, z] as const;
  if (place.some((value, axis) => !(value >= 0 && value <= (size[axis] ?? 0)))) return undefined;
  const within = (value: number, axis: number): number => Math.min((size[axis] ?? 1) - 1, Math.max(0, value));
  const voxel = (at: readonly number[]): number | undefined =>
    open.frame(within(at[2] ?? 0, 2))?.values[within(at[1] ?? 0, 1) * size[0] + within(at[0] ?? 0, 0)];
  const own = voxel(place.map(Math.floor));
  const nearest = own === undefined ? undefined : measured(own, within(Math.floor(z), 2));
  if (nearest === undefined) return undefined;
  const low = place.map((value) => Math.floor(value - 0.5));
  let [sum, weights] = [0, 0];
  for (let tap = 0; tap < 8; tap++) {
    const far = [tap & 1, (tap >> 1) & 1, tap >> 2];
    const weight = place.reduce((product, value, axis) => {
      const part = value - 0.5 - (low[axis] ?? 0);
      return product * (far[axis] === 1 ? part : 1 - part);
    }, 1);
    if (weight === 0) continue;
    const at = low.map((start, axis) => start + (far[axis] ?? 0));
    const stored = voxel(at);
    if (stored === undefined) return undefined;
    const value = measured(stored, within(at[2] ?? 0, 2));
    if (value === undefined) continue;
    sum += weight * value;
    weights += weight;
  }
  return weights > 0 ? sum / weights : nearest;
}
