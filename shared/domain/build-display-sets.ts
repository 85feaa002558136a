import { dot, orderSlices, planeAxes, type PlaneAxes } from '../geometry';
import { whyNotShowable } from '../pixel';
import type { DisplaySet, ImageFrame } from './display-set';
import { isLocaliser, SPLIT_RULES } from './display-set-rules';
import { InstanceId, SeriesUid, SopInstanceUid, StudyUid } from './ids';
import type { ImageHeader, InstanceAttributes } from './instance';
import { pixelScaleOf } from './spacing-basis';
import { stackNotes } from './stack-notes';

/** An instance as the index hands it out. */
export interface IndexedInstance {
  readonly instanceId: number;
  readonly attributes: InstanceAttributes;
}

export interface DisplaySetNames {
  /** SOP class in words; the UID itself when absent or not known. */
  readonly sopClassName?: (uid: string) => string;
}

interface ImageInstance extends IndexedInstance {
  readonly image: ImageHeader;
  readonly axes: PlaneAxes | undefined;
}

interface Group {
  /** Stable as more images come: made of values, not of order. */
  readonly key: string;
  readonly members: ImageInstance[];
  readonly values: readonly string[];
  readonly multiFrame: boolean;
  axes: PlaneAxes | undefined;
}

/** Directions closer than this (0.6 degrees) are one orientation. */
const SAME_ORIENTATION = Math.cos(0.01);
/** Frames of one object that are listed at most: a hostile Number of Frames must not fill the memory. */
export const MAX_FRAMES_PER_OBJECT = 20_000;

/**
 * Display sets of one or more series, by the table of rules: never two orientations, sizes, echoes... in one stack; each
 * multi-frame object its own set; what is no image a `notShown` set by SOP class. Stacks lie along their normal (LPS) in
 * the sense of Instance Number; gaps, duplicates and differing spacing are named in `notes`. Pure: the same instances
 * give the same sets with the same ids in whatever order they came.
 */
export function buildDisplaySets(instances: readonly IndexedInstance[], names: DisplaySetNames = {}): DisplaySet[] {
  const bySeries = new Map<string, IndexedInstance[]>();
  for (const instance of [...instances].sort((left, right) => left.instanceId - right.instanceId)) {
    const uid = instance.attributes.SeriesInstanceUID;
    const series = bySeries.get(uid);
    if (series === undefined) bySeries.set(uid, [instance]);
    else series.push(instance);
  }
  return [...bySeries.values()].sort(bySeriesNumber).flatMap((series) => setsOfSeries(series, names));
}

function bySeriesNumber(left: readonly IndexedInstance[], right: readonly IndexedInstance[]): number {
  const a = left[0]?.attributes;
  const b = right[0]?.attributes;
  if (a === undefined || b === undefined) return 0;
  const numbers = numeric(a.SeriesNumber) - numeric(b.SeriesNumber);
  if (Number.isFinite(numbers) && numbers !== 0) return numbers;
  if (Number.isNaN(numbers) && Number.isNaN(numeric(a.SeriesNumber)) !== Number.isNaN(numeric(b.SeriesNumber)))
    return Number.isNaN(numeric(a.SeriesNumber)) ? 1 : -1;
  return a.SeriesInstanceUID < b.SeriesInstanceUID ? -1 : 1;
}

function setsOfSeries(series: readonly IndexedInstance[], names: DisplaySetNames): DisplaySet[] {
  const byValues = new Map<string, Group[]>();
  const others = new Map<string, IndexedInstance[]>();
  for (const instance of series) {
    const { image, SOPClassUID } = instance.attributes;
    if (image === undefined) {
      const same = others.get(SOPClassUID);
      if (same === undefined) others.set(SOPClassUID, [instance]);
      else same.push(instance);
    } else place({ ...instance, image, axes: image.orientation === undefined ? undefined : planeAxes(image.orientation) }, byValues);
  }
  const merged = joinRadial([...byValues.values()].flat()).sort(byFirstImage);
  const told = distinctions(merged);
  const shown = merged.map((group) => imageSet(group, splitWords(group, told)));
  return [...shown, ...[...others.entries()].map(([uid, members]) => notShownSet(uid, members, names))];
}

/** Puts an image into the group it belongs to, or opens one. */
function place(instance: ImageInstance, byValues: Map<string, Group[]>): void {
  const { attributes, image, axes } = instance;
  const values = SPLIT_RULES.map((rule) => rule.valueOf(attributes, image));
  const multiFrame = attributes.NumberOfFrames > 1;
  const base = multiFrame ? attributes.SOPInstanceUID : values.join('\u0001');
  const groups = byValues.get(base) ?? [];
  byValues.set(base, groups);
  const found = groups.find((group) => !group.multiFrame && sameOrientation(group.axes, axes));
  if (found !== undefined) {
    found.members.push(instance);
    return;
  }
  const orientation = axes === undefined ? '' : [...axes.rowDirectionLps, ...axes.columnDirectionLps].map((value) => value.toFixed(2)).join(',');
  groups.push({ key: multiFrame ? base : `${base}\u0001${orientation}`, members: [instance], values, multiFrame, axes });
}

function sameOrientation(left: PlaneAxes | undefined, right: PlaneAxes | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  return dot(left.rowDirectionLps, right.rowDirectionLps) > SAME_ORIENTATION && dot(left.columnDirectionLps, right.columnDirectionLps) > SAME_ORIENTATION;
}

/** Radial acquisitions turn from image to image: many groups of one are one set again, in the order of their numbers. */
function joinRadial(groups: readonly Group[]): Group[] {
  const singles = new Map<string, Group[]>();
  for (const group of groups) {
    if (group.multiFrame || group.members.length > 1 || group.axes === undefined) continue;
    const base = group.values.join('\u0001');
    singles.set(base, [...(singles.get(base) ?? []), group]);
  }
  const radial = [...singles.values()].filter((list) => list.length > 6);
  const gone = new Set(radial.flat());
  const joined = radial.map((list): Group => {
    const first = list[0] as Group;
    return { ...first, key: `${first.values.join('\u0001')}\u0001radial`, members: list.flatMap((group) => group.members), axes: undefined };
  });
  return [...groups.filter((group) => !gone.has(group)), ...joined];
}

function byFirstImage(left: Group, right: Group): number {
  const number = (group: Group): number => Math.min(...group.members.map((member) => numericOr(member.attributes.InstanceNumber, Infinity)));
  const localiser = (group: Group): number => (group.members.some((member) => isLocaliser(member.attributes)) ? 0 : 1);
  const apart = localiser(left) - localiser(right) || number(left) - number(right);
  return Number.isNaN(apart) || apart === 0 ? (left.key < right.key ? -1 : 1) : apart;
}

/** By what the sets of a series differ: per rule, and by orientation. */
interface Distinctions {
  readonly several: boolean;
  readonly rules: readonly boolean[];
  readonly turned: boolean;
}

function distinctions(groups: readonly Group[]): Distinctions {
  const single = groups.filter(({ multiFrame }) => !multiFrame);
  return {
    several: groups.length > 1,
    rules: SPLIT_RULES.map((_, index) => new Set(single.map(({ values }) => values[index])).size > 1),
    turned: single.some((group) => !sameOrientation(group.axes, single[0]?.axes)),
  };
}

/** What tells this set from the others of its series, in the words of the rules. */
function splitWords(group: Group, told: Distinctions): string {
  const first = group.members[0];
  if (!told.several || first === undefined) return '';
  if (group.multiFrame) return `${first.attributes.NumberOfFrames} frames, image ${first.attributes.InstanceNumber || '?'}`;
  const words = SPLIT_RULES.flatMap((rule, index) => {
    const value = group.values[index] ?? '';
    return told.rules[index] === true && value !== '' ? [rule.words(value)] : [];
  });
  if (told.turned && group.axes !== undefined) words.push(planeName(group.axes));
  return [...new Set(words)].filter((word) => word !== '').join(', ');
}

function planeName(axes: PlaneAxes): string {
  const [x, y, z] = axes.normalLps.map(Math.abs) as [number, number, number];
  const largest = Math.max(x, y, z);
  const name = largest === z ? 'axial' : largest === y ? 'coronal' : 'sagittal';
  return largest > 0.95 ? name : `oblique ${name}`;
}

function imageSet(group: Group, splitReason: string): DisplaySet {
  const { members, axes } = group;
  const first = (members[0] as ImageInstance).attributes;
  const ordered = orderSlices(
    members.map(({ image, attributes, instanceId }) => ({
      positionLps: image.positionLps,
      instanceNumber: numeric(attributes.InstanceNumber),
      time: numeric(image.TriggerTime),
      arrival: instanceId,
    })),
    axes?.normalLps,
  );
  const sorted = ordered.order.map((index) => members[index] as ImageInstance);
  const frames = sorted.flatMap((instance, index) => framesOf(instance, ordered.alongNormalMm?.[index]));
  return {
    ...setHeader(first),
    id: setId(first.SeriesInstanceUID, group.key),
    kind: 'image',
    splitReason,
    label: '',
    frames,
    ...(axes === undefined || group.multiFrame ? {} : { normalLps: axes.normalLps }),
    notes: group.multiFrame
      ? frameLimitNote(first)
      : stackNotes(
          frames,
          sorted.map(({ image }) => numeric(image.TriggerTime)),
          isLocaliser(first),
        ),
  };
}

function frameLimitNote(first: InstanceAttributes): DisplaySet['notes'] {
  if (first.NumberOfFrames <= MAX_FRAMES_PER_OBJECT) return [];
  return [{ kind: 'notSorted', text: `only the first ${MAX_FRAMES_PER_OBJECT} of ${first.NumberOfFrames} frames are listed` }];
}

function framesOf({ attributes, image, axes, instanceId }: ImageInstance, alongNormalMm: number | undefined): ImageFrame[] {
  const scale = pixelScaleOf(image, attributes.Modality);
  const cannotDecode = whyNotShowable(image.format, attributes.TransferSyntaxUID);
  const numberOfFrames = Math.max(1, attributes.NumberOfFrames);
  const single = numberOfFrames === 1;
  const frame: Omit<ImageFrame, 'frameIndex'> = {
    instanceId: InstanceId.parse(instanceId),
    SOPInstanceUID: SopInstanceUid.parse(attributes.SOPInstanceUID),
    SOPClassUID: attributes.SOPClassUID,
    TransferSyntaxUID: attributes.TransferSyntaxUID,
    numberOfFrames,
    InstanceNumber: attributes.InstanceNumber,
    format: image.format,
    spacingBasis: scale.spacingBasis,
    windows: image.windows.filter((window) => Number.isFinite(window.center) && Number.isFinite(window.width)),
    AcquisitionTime: attributes.AcquisitionTime,
    FrameOfReferenceUID: attributes.FrameOfReferenceUID,
    ...(cannotDecode === undefined ? {} : { cannotDecode }),
    // Where a multi-frame object's frames lie is said by its functional groups, never by the top level.
    ...(single && image.positionLps !== undefined ? { positionLps: image.positionLps } : {}),
    ...(single && axes !== undefined ? { rowDirectionLps: axes.rowDirectionLps, columnDirectionLps: axes.columnDirectionLps } : {}),
    ...(single && alongNormalMm !== undefined ? { alongNormalMm } : {}),
    ...(scale.spacingMm === undefined ? {} : { spacingMm: [...scale.spacingMm] as [number, number] }),
    ...(scale.aspectRatio === undefined ? {} : { aspectRatio: [...scale.aspectRatio] as [number, number] }),
    ...(image.SliceThickness === undefined ? {} : { sliceThicknessMm: image.SliceThickness }),
    ...(image.hasModalityLutSequence || image.hasVoiLutSequence ? { luts: { modality: image.hasModalityLutSequence, voi: image.hasVoiLutSequence } } : {}),
    ...(usableRescale(image) ? { rescale: image.rescale } : {}),
    ...(image.PixelPaddingValue === undefined
      ? {}
      : { padding: { value: image.PixelPaddingValue, limit: image.PixelPaddingRangeLimit ?? image.PixelPaddingValue } }),
    ...(image.lossy === undefined ? {} : { lossy: image.lossy }),
    ...(image.cine === undefined ? {} : { cine: image.cine }),
  };
  return Array.from({ length: Math.min(numberOfFrames, MAX_FRAMES_PER_OBJECT) }, (_, frameIndex) => ({ ...frame, frameIndex }));
}

function usableRescale(image: ImageHeader): image is ImageHeader & { readonly rescale: NonNullable<ImageHeader['rescale']> } {
  return image.rescale !== undefined && Number.isFinite(image.rescale.slope) && Number.isFinite(image.rescale.intercept) && image.rescale.slope !== 0;
}

function notShownSet(SOPClassUID: string, members: readonly IndexedInstance[], names: DisplaySetNames): DisplaySet {
  const first = (members[0] as IndexedInstance).attributes;
  return {
    ...setHeader(first),
    id: setId(first.SeriesInstanceUID, SOPClassUID),
    kind: 'notShown',
    splitReason: members.length > 1 ? `${members.length} objects` : '',
    label: names.sopClassName?.(SOPClassUID) ?? SOPClassUID,
    frames: [],
    notes: [],
  };
}

function setHeader(first: InstanceAttributes): Pick<DisplaySet, 'StudyInstanceUID' | 'SeriesInstanceUID' | 'Modality' | 'SeriesNumber' | 'SeriesDescription'> {
  return {
    StudyInstanceUID: StudyUid.parse(first.StudyInstanceUID),
    SeriesInstanceUID: SeriesUid.parse(first.SeriesInstanceUID),
    Modality: first.Modality,
    SeriesNumber: first.SeriesNumber,
    SeriesDescription: first.SeriesDescription,
  };
}

/** Series UID and a hash of what the group is made of (FNV-1a): the id stays when other groups come or go. */
function setId(seriesUid: string, key: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193) >>> 0;
  return `${seriesUid}#${hash.toString(16).padStart(8, '0')}`;
}

function numeric(text: string): number {
  return text.trim() === '' ? NaN : Number(text);
}

function numericOr(text: string, otherwise: number): number {
  const value = numeric(text);
  return Number.isNaN(value) ? otherwise : value;
}
