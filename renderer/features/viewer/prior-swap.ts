import type { DisplaySet, StudyRow } from '@shared/domain';
import { dot } from '@shared/geometry';
import { indexAtSamePlace, linkBasis, linkedIndex } from './linked-scroll';

/** Stacks whose normals are closer than this (26 degrees) show the same plane. */
const SAME_PLANE = 0.9;
const LOCALISER = /localis|localiz|scout|topogram/i;

const words = (text: string): string => text.trim().toLowerCase();

/** How much two sets of one modality show the same; undefined: they do not compare. */
function likeness(one: DisplaySet, other: DisplaySet): number | undefined {
  if (one.kind !== 'image' || other.kind !== 'image' || one.Modality !== other.Modality) return undefined;
  const isLocaliser = ({ splitReason, SeriesDescription }: DisplaySet): boolean => LOCALISER.test(`${splitReason} ${SeriesDescription}`);
  if (isLocaliser(one) !== isLocaliser(other)) return undefined;
  const [a, b] = [one.frames[0], other.frames[0]];
  const sameName = words(one.SeriesDescription) !== '' && words(one.SeriesDescription) === words(other.SeriesDescription);
  const samePlane = one.normalLps !== undefined && other.normalLps !== undefined && Math.abs(dot(one.normalLps, other.normalLps)) > SAME_PLANE;
  const otherPlane = one.normalLps !== undefined && other.normalLps !== undefined && !samePlane;
  const sameKernel = a?.acquisition?.['ConvolutionKernel'] !== undefined && a.acquisition['ConvolutionKernel'] === b?.acquisition?.['ConvolutionKernel'];
  const sameView = a?.acquisition?.['ViewPosition'] !== undefined && a.acquisition['ViewPosition'] === b?.acquisition?.['ViewPosition'];
  const nearThickness = Math.abs((a?.sliceThicknessMm ?? 0) - (b?.sliceThicknessMm ?? 0)) < 1;
  const sameSplit = one.splitReason === other.splitReason;
  return [sameName && 8, samePlane && 4, otherPlane && -6, sameKernel && 3, sameView && 3, sameSplit && 1, nearThickness && 1].reduce(
    (sum: number, part) => sum + (part === false ? 0 : part),
    0,
  );
}

/** The set of another study that shows most the same as this one; undefined when none of them compares. */
export function counterpart(of: DisplaySet, among: readonly DisplaySet[]): DisplaySet | undefined {
  let best: { readonly set: DisplaySet; readonly score: number } | undefined;
  for (const set of among) {
    const score = likeness(of, set);
    if (score !== undefined && score > (best?.score ?? -1)) best = { set, score };
  }
  return best?.set;
}

/** The studies of a patient from the current one back in time; those without a date are last. */
export function studiesBack(current: StudyRow, priors: readonly StudyRow[]): StudyRow[] {
  const at = ({ StudyDate, StudyTime }: StudyRow): string => `${StudyDate}${StudyTime}`;
  const older = priors.filter((prior) => prior.StudyDate === '' || at(prior) <= at(current));
  return [current, ...older.sort((one, other) => (at(one) < at(other) ? 1 : at(one) > at(other) ? -1 : 0))];
}

/** The image of `to` that lies as the image at `index` of `from`: at the same place, else as far through the stack. */
export function imageAlike(from: DisplaySet, index: number, to: DisplaySet): number {
  const last = Math.max(0, to.frames.length - 1);
  const share = from.frames.length < 2 ? 0.5 : index / (from.frames.length - 1);
  const placed = linkBasis(from, to) === 'position' ? indexAtSamePlace(from, index, to) : undefined;
  return placed ?? Math.round(share * last);
}

/** Where a viewport came from when it was swapped. */
export interface SwapMark {
  readonly set: DisplaySet;
  readonly index: number;
  /** The set and its image that were shown right after the swap. */
  readonly shown: string;
  readonly arrived: number;
}

/** The image to show of `to`: back from a swap it is the image that was left, moved by as much as the other stack was scrolled since. */
export function imageAfterSwap(from: DisplaySet, index: number, to: DisplaySet, mark: SwapMark | undefined): number {
  if (mark?.set.id !== to.id || mark.shown !== from.id) return imageAlike(from, index, to);
  if (index === mark.arrived) return mark.index;
  return linkedIndex({ from, before: mark.arrived, now: index, to, at: mark.index }, 'offset') ?? mark.index;
}
