import { dot, type PlaneAxes } from '../geometry';
import { SPLIT_RULES } from './display-set-rules';
import type { FrameGroup } from './frame-group';
import type { FrameItem } from './frame-items';
import { splitByTime } from './split-time';

interface OpenGroup {
  readonly key: string;
  readonly items: FrameItem[];
  readonly values: readonly string[];
  readonly axes: PlaneAxes | undefined;
}

/** Directions closer than this (0.6 degrees) are one orientation. */
const SAME_ORIENTATION = Math.cos(0.01);
/** Single images of so many orientations, or more, turn about an axis. */
const RADIAL = 7;
/** Orientations that are told apart among frames of equal values. */
const MAX_ORIENTATIONS = 200;
/** Sets that one multi-frame object is split into at most. */
const MAX_SETS_PER_OBJECT = 200;

/** Sorts the frames of one series into groups by the table of rules, by orientation, and by time. */
export function splitFrames(items: readonly FrameItem[]): FrameGroup[] {
  const sorted = withoutTooMany(items.map((item) => ({ item, values: valuesOf(item) })));
  const whole = tooMixed(sorted);
  const byValues = new Map<string, OpenGroup[]>();
  for (const { item, values } of sorted) if (!whole.has(item.instanceId)) place(item, values, byValues);
  const groups = joinRadial([...byValues.values()].flat());
  return [...groups.flatMap(splitByTime), ...[...whole.values()].map(mixedGroup)];
}

export function sameOrientation(left: PlaneAxes | undefined, right: PlaneAxes | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  return dot(left.rowDirectionLps, right.rowDirectionLps) > SAME_ORIENTATION && dot(left.columnDirectionLps, right.columnDirectionLps) > SAME_ORIENTATION;
}

/** Multi-frame objects that would fall into hundreds of sets: by instance, with all their frames. */
function tooMixed(sorted: readonly { readonly item: FrameItem; readonly values: readonly string[] }[]): Map<number, FrameItem[]> {
  const kinds = new Map<number, Set<string>>();
  for (const { item, values } of sorted) {
    if (item.attributes.NumberOfFrames <= 1) continue;
    const known = kinds.get(item.instanceId) ?? new Set<string>();
    kinds.set(item.instanceId, known);
    if (known.size <= MAX_SETS_PER_OBJECT) known.add(values.join('\u0001'));
  }
  const whole = new Map<number, FrameItem[]>();
  for (const [instanceId, known] of kinds) if (known.size > MAX_SETS_PER_OBJECT) whole.set(instanceId, []);
  for (const { item } of sorted) whole.get(item.instanceId)?.push(item);
  return whole;
}

/** A rule that would make more sets of a series than it may is left out of it. */
function withoutTooMany(sorted: { readonly item: FrameItem; readonly values: string[] }[]): typeof sorted {
  SPLIT_RULES.forEach(({ mostValues = Infinity }, rule) => {
    if (mostValues === Infinity || new Set(sorted.map(({ values }) => values[rule])).size <= mostValues) return;
    for (const { values } of sorted) values[rule] = '';
  });
  return sorted;
}

function mixedGroup(items: readonly FrameItem[]): FrameGroup {
  const first = items[0] as FrameItem;
  return { key: first.attributes.SOPInstanceUID, items, values: valuesOf(first), timeWords: '', byVolume: false, axes: undefined, mixed: true };
}

function valuesOf(item: FrameItem): string[] {
  return SPLIT_RULES.map((rule) => rule.valueOf(item));
}

/** Puts a frame into the group it belongs to, or opens one. Multi-frame objects are never mixed with others. */
function place(item: FrameItem, values: readonly string[], byValues: Map<string, OpenGroup[]>): void {
  const base = [...(item.attributes.NumberOfFrames > 1 ? [item.attributes.SOPInstanceUID] : []), ...values].join('\u0001');
  const groups = byValues.get(base) ?? [];
  byValues.set(base, groups);
  const isLast = groups.length >= MAX_ORIENTATIONS;
  const axes = isLast ? undefined : item.axes;
  const found = groups.find((group) => sameOrientation(group.axes, axes));
  if (found !== undefined) {
    found.items.push(item);
    return;
  }
  const orientation = axes === undefined ? '' : [...axes.rowDirectionLps, ...axes.columnDirectionLps].map((value) => value.toFixed(2)).join(',');
  groups.push({ key: `${base}\u0001${orientation}`, items: [item], values, axes });
}

/** Radial acquisitions turn from image to image: many groups of one are one set again, in the order of their numbers. */
function joinRadial(groups: readonly OpenGroup[]): OpenGroup[] {
  const singles = new Map<string, OpenGroup[]>();
  for (const group of groups) {
    if (group.items.length > 1 || group.axes === undefined) continue;
    const base = baseOf(group);
    const known = singles.get(base);
    if (known === undefined) singles.set(base, [group]);
    else known.push(group);
  }
  const radial = [...singles.values()].filter((list) => list.length >= RADIAL);
  const gone = new Set(radial.flat());
  const joined = radial.map((list): OpenGroup => {
    const first = list[0] as OpenGroup;
    return { ...first, key: `${baseOf(first)}\u0001radial`, items: list.flatMap((group) => group.items), axes: undefined };
  });
  return [...groups.filter((group) => !gone.has(group)), ...joined];
}

function baseOf({ items, values }: OpenGroup): string {
  const first = items[0];
  return [...(first !== undefined && first.attributes.NumberOfFrames > 1 ? [first.attributes.SOPInstanceUID] : []), ...values].join('\u0001');
}
