import type { DisplaySet } from '@shared/domain';
import { dot } from '@shared/geometry';

/** Stacks whose normals are closer than this (5 degrees) are parallel. */
const PARALLEL = Math.cos((5 * Math.PI) / 180);

/**
 * What the user wants of linked stacks: `position` the same place in the patient, `index` the same image number, `offset` the distance that they had when the
 * link was made (a prior of another frame of reference, brought level by hand).
 */
export type LinkMode = 'position' | 'index' | 'offset';
export const LINK_MODES: readonly LinkMode[] = ['position', 'index', 'offset'];

/** How two stacks are linked in truth: where no place is shared, by as many images as the other moves. */
export type LinkBasis = 'position' | 'image number' | 'offset in mm' | 'images moved';

const placed = (set: DisplaySet): boolean => set.frames.length > 0 && set.frames.every((frame) => frame.positionLps !== undefined);

function parallel(from: DisplaySet, to: DisplaySet): boolean {
  if (from.normalLps === undefined || to.normalLps === undefined) return false;
  return Math.abs(dot(from.normalLps, to.normalLps)) >= PARALLEL && placed(from) && placed(to);
}

/** By position only within one frame of reference and along one direction; by offset along one direction in whichever frame. */
export function linkBasis(from: DisplaySet, to: DisplaySet, mode: LinkMode = 'position'): LinkBasis {
  if (mode === 'index') return 'image number';
  if (!parallel(from, to)) return 'images moved';
  if (mode === 'offset') return 'offset in mm';
  const frameOfReference = from.frames[0]?.FrameOfReferenceUID ?? '';
  return frameOfReference !== '' && frameOfReference === to.frames[0]?.FrameOfReferenceUID ? 'position' : 'images moved';
}

/** Millimetres from the image at `index` of `from` to that at `at` of `to`, along the normal of `to`; undefined where one is not placed. */
export function offsetMm(from: DisplaySet, index: number, to: DisplaySet, at: number): number | undefined {
  const [here, there] = [from.frames[index]?.positionLps, to.frames[at]?.positionLps];
  if (here === undefined || there === undefined || to.normalLps === undefined) return undefined;
  return dot(there, to.normalLps) - dot(here, to.normalLps);
}

/**
 * Index of the image of `to` that lies nearest to the image at `index` of `from` (LPS millimetres along the normal of `to`), `offset` further on, or undefined when
 * that place lies further outside of `to` than half a usual step: a stack that ends does not follow.
 */
export function indexAtSamePlace(from: DisplaySet, index: number, to: DisplaySet, offset = 0): number | undefined {
  const place = from.frames[index]?.positionLps;
  const normal = to.normalLps;
  if (place === undefined || normal === undefined) return undefined;
  const wanted = dot(place, normal) + offset;
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

/** A linked pair: where `from` was and is, where `to` is, and the distance kept in mode `offset` (see `offsetMm`). */
export interface LinkMove {
  readonly from: DisplaySet;
  readonly before: number;
  readonly now: number;
  readonly to: DisplaySet;
  readonly at: number;
  readonly keptMm?: number | undefined;
}

/** Where a linked stack goes: to the same place in the patient, to the same number, or by as many images as the other moved. Undefined = it stays. */
export function linkedIndex({ from, before, now, to, at, keptMm }: LinkMove, mode: LinkMode = 'position'): number | undefined {
  const last = Math.max(0, to.frames.length - 1);
  switch (linkBasis(from, to, mode)) {
    case 'position':
      return indexAtSamePlace(from, now, to);
    case 'offset in mm':
      return indexAtSamePlace(from, now, to, keptMm ?? offsetMm(from, before, to, at) ?? 0);
    case 'image number':
      return now > last ? undefined : now;
    case 'images moved':
      return Math.min(Math.max(0, at + now - before), last);
  }
}
