import type { DisplaySet } from '@shared/domain';
import { dot } from '@shared/geometry';

/** Stacks whose normals are closer than this (5 degrees) are parallel. */
const PARALLEL = Math.cos((5 * Math.PI) / 180);

/** How two stacks are linked: by place in the patient, or by the offset of their indices when the link was made. */
export type LinkBasis = 'position' | 'index';

/** By position only within one frame of reference and along one direction; everything else has no place in common. */
export function linkBasis(from: DisplaySet, to: DisplaySet): LinkBasis {
  const frameOfReference = from.frames[0]?.FrameOfReferenceUID ?? '';
  if (frameOfReference === '' || frameOfReference !== to.frames[0]?.FrameOfReferenceUID) return 'index';
  if (from.normalLps === undefined || to.normalLps === undefined) return 'index';
  if (Math.abs(dot(from.normalLps, to.normalLps)) < PARALLEL) return 'index';
  const placed = (set: DisplaySet): boolean => set.frames.length > 0 && set.frames.every((frame) => frame.positionLps !== undefined);
  return placed(from) && placed(to) ? 'position' : 'index';
}

/**
 * Index of the image of `to` that lies nearest to the image at `index` of `from` (LPS millimetres along the normal of `to`), or undefined when the
 * image lies further outside of `to` than half a usual step: a stack that ends does not follow.
 */
export function indexAtSamePlace(from: DisplaySet, index: number, to: DisplaySet): number | undefined {
  const place = from.frames[index]?.positionLps;
  const normal = to.normalLps;
  if (place === undefined || normal === undefined) return undefined;
  const wanted = dot(place, normal);
  let best: number | undefined;
  let nearest = Infinity;
  for (const [at, frame] of to.frames.entries()) {
    if (frame.positionLps === undefined) continue;
    const distance = Math.abs(dot(frame.positionLps, normal) - wanted);
    if (distance >= nearest) continue;
    nearest = distance;
    best = at;
  }
  return nearest <= stepMm(to) / 2 + 1e-3 ? best : undefined;
}

/** Usual distance between neighbours; the slice's thickness for a single one. */
function stepMm(set: DisplaySet): number {
  const normal = set.normalLps;
  const steps = set.frames.slice(1).flatMap((frame, at) => {
    const before = set.frames[at]?.positionLps;
    if (normal === undefined || before === undefined || frame.positionLps === undefined) return [];
    return [Math.abs(dot(frame.positionLps, normal) - dot(before, normal))];
  });
  steps.sort((a, b) => a - b);
  return steps[Math.floor(steps.length / 2)] ?? set.frames[0]?.sliceThicknessMm ?? 1;
}

/**
 * Where a linked stack goes when `from` moved from `before` to `now`: to the same place in the patient, or by as many images as `from` moved.
 * Undefined = it stays.
 */
export function linkedIndex(from: DisplaySet, before: number, now: number, to: DisplaySet, at: number): number | undefined {
  if (linkBasis(from, to) === 'position') return indexAtSamePlace(from, now, to);
  return Math.min(Math.max(0, at + now - before), Math.max(0, to.frames.length - 1));
}
