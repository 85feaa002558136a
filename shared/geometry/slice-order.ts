import type { Vector3 } from '../domain/display-set';
import { dot } from './vector';

/** A slice as far as order is concerned. */
export interface OrderedSlice {
  readonly positionLps?: Vector3 | undefined;
  /** NaN when there is none. */
  readonly instanceNumber: number;
  /** Breaks ties at one position (trigger or acquisition time), then the order of arrival does. */
  readonly time: number;
  readonly arrival: number;
}

export interface SliceOrder {
  /** Indices into the input, in display order. */
  readonly order: readonly number[];
  /** Signed distance along the normal in display order; undefined when the stack is not ordered by place. */
  readonly alongNormalMm?: readonly number[];
}

/** Positions nearer than this are one place. */
export const SAME_PLACE_MM = 0.01;

/**
 * Display order of slices of one orientation: along the normal, in the sense in which Instance Number grows (so that
 * image 1 stays first); by Instance Number when a position is missing or all are at one place.
 */
export function orderSlices(slices: readonly OrderedSlice[], normalLps: Vector3 | undefined): SliceOrder {
  const indices = slices.map((_, index) => index);
  const at = (index: number): OrderedSlice => slices[index] ?? { instanceNumber: NaN, time: NaN, arrival: index };
  const byNumber = (left: number, right: number): number =>
    compare(at(left).time, at(right).time) || compare(at(left).instanceNumber, at(right).instanceNumber) || at(left).arrival - at(right).arrival;
  const placed = normalLps !== undefined && slices.length > 0 && slices.every((slice) => slice.positionLps !== undefined);
  if (!placed) {
    const order = indices.sort((left, right) => compare(at(left).instanceNumber, at(right).instanceNumber) || byNumber(left, right));
    return { order };
  }
  const distances = slices.map((slice) => (slice.positionLps === undefined ? 0 : dot(slice.positionLps, normalLps)));
  const distance = (index: number): number => distances[index] ?? 0;
  const sense = numberSense(slices, distances);
  const sorted = indices.sort((left, right) => {
    const apart = distance(left) - distance(right);
    return Math.abs(apart) > SAME_PLACE_MM ? apart * sense : byNumber(left, right);
  });
  return { order: sorted, alongNormalMm: sorted.map(distance) };
}

/** 1 when Instance Number grows along the normal, -1 when against it: the sign of their covariance. */
function numberSense(slices: readonly OrderedSlice[], distances: readonly number[]): 1 | -1 {
  const numbered = slices.map((slice, index) => [slice.instanceNumber, distances[index] ?? 0] as const).filter(([number]) => Number.isFinite(number));
  if (numbered.length < 2) return 1;
  const meanNumber = numbered.reduce((sum, [number]) => sum + number, 0) / numbered.length;
  const meanDistance = numbered.reduce((sum, [, value]) => sum + value, 0) / numbered.length;
  const covariance = numbered.reduce((sum, [number, value]) => sum + (number - meanNumber) * (value - meanDistance), 0);
  return covariance < 0 ? -1 : 1;
}

/** Ascending, what is no number last. */
function compare(left: number, right: number): number {
  const leftKnown = Number.isFinite(left);
  const rightKnown = Number.isFinite(right);
  if (leftKnown && rightKnown) return left - right;
  return leftKnown === rightKnown ? 0 : leftKnown ? -1 : 1;
}
