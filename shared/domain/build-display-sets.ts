import type { PlaneAxes } from '../geometry';
import type { DisplaySet, SetObject, StackNote } from './display-set';
import { isLocaliser, SPLIT_RULES } from './display-set-rules';
import type { FrameGroup } from './frame-group';
import { frameItems, type FrameItem, type IndexedInstance, MAX_FRAMES_PER_OBJECT, numeric, tileItems } from './frame-items';
import { timedFrames } from './frame-steps';
import { InstanceId, SeriesUid, SopInstanceUid, StudyUid } from './ids';
import { imageFrameMaker } from './image-frame';
import type { InstanceAttributes } from './instance';
import { mosaicOf } from './mosaic';
import { mosaicNotes } from './mosaic-notes';
import { orderFrames } from './order-frames';
import { byPatient, differsInIdentity, identityOf, type PatientIdentity } from './patient-identity';
import { sameOrientation, splitFrames } from './split-frames';
import { stackNotes } from './stack-notes';

export type { IndexedInstance } from './frame-items';
export { MAX_FRAMES_PER_OBJECT } from './frame-items';

export interface DisplaySetNames {
  /** Whom the study names: sets of other patients say whose they are. */
  readonly patient?: PatientIdentity;
  /** SOP class in words; the UID itself when absent or not known. */
  readonly sopClassName?: (uid: string) => string;
}

/**
 * Display sets of one or more series, by the table of rules: never two orientations, sizes, echoes... in one stack; multi-frame objects never mixed with others,
 * their frames taken apart by what their functional groups say; what is no image a `notShown` set by SOP class. Stacks lie along their normal (LPS) in the sense
 * of Instance Number; gaps, duplicates and differing spacing are named in `notes`. Pure: the same instances give the same sets with the same ids in whatever
 * order they came.
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
  const others = new Map<string, IndexedInstance[]>();
  const items: FrameItem[] = [];
  /** Mosaics that are taken apart, once more as the pictures that they are. */
  const stored: FrameItem[] = [];
  const patients = patientsIn(series);
  for (const instance of series) {
    const { image, SOPClassUID } = instance.attributes;
    const patient = patients.get(instance.attributes) ?? '';
    if (image !== undefined) {
      const mosaic = mosaicOf(instance.attributes);
      if (mosaic?.kind === 'tiles') items.push(...tileItems({ ...instance, image }, mosaic, patient));
      const to = mosaic?.kind === 'tiles' ? stored : items;
      // The position of a mosaic is that of none of its slices: as one picture it lies nowhere.
      const { positionLps: _position, ...unplaced } = image;
      for (const item of frameItems({ ...instance, image: mosaic === undefined ? image : unplaced }, patient)) to.push(item);
      continue;
    }
    const kind = `${SOPClassUID}${patient === '' ? '' : `\u0001${patient}`}`;
    const same = others.get(kind);
    if (same === undefined) others.set(kind, [instance]);
    else same.push(instance);
  }
  const groups = sortedGroups(splitFrames(items));
  const told = distinctions(groups);
  const shown = groups.map((group) => imageSet(group, splitWords(group, told), names));
  return [...shown, ...storedSets(stored, names), ...[...others.entries()].map(([kind, members]) => notShownSet(kind, members, names))];
}

/** Pictures of tiles as they stand in their objects, beside the slices that were taken out of them. */
function storedSets(items: readonly FrameItem[], names: DisplaySetNames): DisplaySet[] {
  const groups = sortedGroups(splitFrames(items));
  const told = distinctions(groups);
  return groups.map((group) => ({
    ...imageSet(
      { ...group, key: `${group.key}\u0001as stored` },
      [splitWords(group, told), 'mosaic as stored'].filter((word) => word !== '').join(', '),
      names,
    ),
    asStored: true,
  }));
}

/** Names of the patients of a series whose objects name several; empty where all name one. */
function patientsIn(series: readonly IndexedInstance[]): ReadonlyMap<InstanceAttributes, string> {
  const groups = byPatient(
    series.map(({ attributes }) => attributes),
    differsInIdentity,
  );
  if (groups.length < 2) return new Map();
  return new Map(groups.flatMap((group, at) => group.map((attributes) => [attributes, patientWords(group[0] ?? attributes, at)] as const)));
}

/** `number` tells apart those who differ in neither name nor id. */
function patientWords({ PatientName, PatientID, PatientBirthDate }: PatientIdentity, number: number): string {
  return [PatientName.replaceAll('^', ' ').trim(), PatientID, PatientBirthDate].filter((part) => part !== '').join(', ') || `${number + 1} of no name`;
}

/** Localisers first, then by the lowest number; parts of one object by time and place of their first frame in the file. */
function sortedGroups(groups: readonly FrameGroup[]): FrameGroup[] {
  const ranked = groups.map((group) => {
    let number = Infinity;
    for (const { attributes } of group.items) number = Math.min(number, orInfinity(numeric(attributes.InstanceNumber)));
    const first = group.items[0] as FrameItem;
    return { group, localiser: isLocaliser(first.attributes) ? 0 : 1, number, temporal: orInfinity(first.temporal), frame: first.frameIndex };
  });
  ranked.sort((left, right) => {
    const apart = left.localiser - right.localiser || difference(left.number, right.number) || difference(left.temporal, right.temporal);
    return apart || left.frame - right.frame || (left.group.key < right.group.key ? -1 : 1);
  });
  return ranked.map(({ group }) => group);
}

function orInfinity(value: number): number {
  return Number.isNaN(value) ? Infinity : value;
}

function difference(left: number, right: number): number {
  return left === right ? 0 : left - right;
}

/** By what the sets of a series differ: per rule, by orientation, by object. */
interface Distinctions {
  readonly several: boolean;
  readonly rules: readonly boolean[];
  readonly turned: boolean;
  /** Sets with frames of the same multi-frame object. */
  readonly setsOf: ReadonlyMap<string, number>;
}

function distinctions(groups: readonly FrameGroup[]): Distinctions {
  const setsOf = new Map<string, number>();
  for (const group of groups) {
    const uid = multiFrameUid(group);
    if (uid !== undefined) setsOf.set(uid, (setsOf.get(uid) ?? 0) + 1);
  }
  const named = new Set(groups.map(({ values, timeWords }) => [...values.slice(0, -1), timeWords].join('\u0001')));
  return {
    several: groups.length > 1,
    // A vendor's dimension (the last rule) is named only where nothing else tells the sets apart.
    rules: SPLIT_RULES.map(
      ({ name }, index) => new Set(groups.map(({ values }) => values[index])).size > 1 && (name !== 'dimension' || named.size < groups.length),
    ),
    turned: groups.some((group) => !sameOrientation(group.axes, groups[0]?.axes)),
    setsOf,
  };
}

function multiFrameUid({ items }: FrameGroup): string | undefined {
  const attributes = items[0]?.attributes;
  return attributes !== undefined && attributes.NumberOfFrames > 1 ? attributes.SOPInstanceUID : undefined;
}

/** What tells this set from the others of its series, in the words of the rules. */
function splitWords(group: FrameGroup, told: Distinctions): string {
  const first = group.items[0];
  if (!told.several || first === undefined) return '';
  const uid = multiFrameUid(group);
  const words = uid === undefined ? [] : objectWords(first.attributes, told.setsOf, uid);
  SPLIT_RULES.forEach((rule, index) => {
    const value = group.values[index] ?? '';
    if (told.rules[index] === true && value !== '' && group.mixed !== true) words.push(rule.words(value));
  });
  if (told.turned && group.axes !== undefined) words.push(planeName(group.axes));
  words.push(group.timeWords);
  return [...new Set(words)].filter((word) => word !== '').join(', ');
}

/** An object that is a set of its own is named by its frames; of one that fell into several, which one it was where there are more. */
function objectWords(attributes: InstanceAttributes, setsOf: ReadonlyMap<string, number>, uid: string): string[] {
  const image = `image ${attributes.InstanceNumber || '?'}`;
  if (setsOf.get(uid) === 1) return [`${attributes.NumberOfFrames} frames`, image];
  return setsOf.size > 1 ? [image] : [];
}

function planeName(axes: PlaneAxes): string {
  const [x, y, z] = axes.normalLps.map(Math.abs) as [number, number, number];
  const largest = Math.max(x, y, z);
  const name = largest === z ? 'axial' : largest === y ? 'coronal' : 'sagittal';
  return largest > 0.95 ? name : `oblique ${name}`;
}

function imageSet(group: FrameGroup, splitReason: string, names: DisplaySetNames): DisplaySet {
  const first = (group.items[0] as FrameItem).attributes;
  const { items, alongNormalMm } = orderFrames(group);
  const imageFrame = imageFrameMaker(items.length);
  const frames = timedFrames(
    items,
    items.map((item, index) => imageFrame(item, alongNormalMm?.[index])),
  );
  const inPatient = group.axes !== undefined && !group.items.some(({ said }) => said.inVolumeFrame === true);
  return {
    ...setHeader(first, names),
    id: setId(first.SeriesInstanceUID, group.key),
    kind: 'image',
    splitReason,
    label: '',
    frames,
    ...(group.axes !== undefined && inPatient ? { normalLps: group.axes.normalLps } : {}),
    notes: [
      ...kindNotes(group, first),
      ...(group.byVolume
        ? []
        : stackNotes(
            frames,
            items.map(({ phase }) => phase),
            isLocaliser(first),
          )),
    ],
  };
}

/** What is to be known of the set as a whole. */
function kindNotes(group: FrameGroup, first: InstanceAttributes): StackNote[] {
  const notes: StackNote[] = [];
  if (first.NumberOfFrames > MAX_FRAMES_PER_OBJECT)
    notes.push({ kind: 'notSorted', text: `only the first ${MAX_FRAMES_PER_OBJECT} of ${first.NumberOfFrames} frames are listed` });
  notes.push(...mosaicNotes(group));
  if (first.image?.DimensionOrganizationType?.startsWith('TILED') === true) notes.push({ kind: 'info', text: 'frames are tiles of one large image' });
  if (group.mixed === true) notes.push({ kind: 'notSorted', text: 'too many kinds of frames to tell apart: in the order of the file' });
  if (group.byVolume) {
    const times = new Set(group.items.map(({ temporal, phase }) => (Number.isNaN(temporal) ? phase : temporal))).size;
    notes.push({ kind: 'info', text: `${times} volumes one after the other` });
  }
  return notes;
}

function notShownSet(key: string, members: readonly IndexedInstance[], names: DisplaySetNames): DisplaySet {
  const first = (members[0] as IndexedInstance).attributes;
  const { SOPClassUID } = first;
  return {
    ...setHeader(first, names),
    id: setId(first.SeriesInstanceUID, key),
    kind: 'notShown',
    splitReason: members.length > 1 ? `${members.length} objects` : '',
    label: names.sopClassName?.(SOPClassUID) ?? SOPClassUID,
    frames: [],
    objects: objectsOf(members),
    notes: [],
  };
}

/** Objects of a set that is no stack: what is listed of one set must not fill the memory. */
const MAX_OBJECTS = 5000;

function objectsOf(members: readonly IndexedInstance[]): SetObject[] {
  const numbered = [...members].sort(
    (left, right) =>
      orInfinity(numeric(left.attributes.InstanceNumber)) - orInfinity(numeric(right.attributes.InstanceNumber)) || left.instanceId - right.instanceId,
  );
  return numbered.slice(0, MAX_OBJECTS).map(({ instanceId, attributes }) => ({
    instanceId: InstanceId.parse(instanceId),
    SOPInstanceUID: SopInstanceUid.parse(attributes.SOPInstanceUID),
    SOPClassUID: attributes.SOPClassUID,
    TransferSyntaxUID: attributes.TransferSyntaxUID,
    InstanceNumber: attributes.InstanceNumber,
  }));
}

type SetHeader = Pick<
  DisplaySet,
  'StudyInstanceUID' | 'SeriesInstanceUID' | 'Modality' | 'SeriesNumber' | 'SeriesDescription' | 'BodyPartExamined' | 'ProtocolName' | 'patient'
>;

function setHeader(first: InstanceAttributes, { patient }: DisplaySetNames): SetHeader {
  return {
    ...(patient !== undefined && differsInIdentity(patient, first) ? { patient: identityOf(first) } : {}),
    StudyInstanceUID: StudyUid.parse(first.StudyInstanceUID),
    SeriesInstanceUID: SeriesUid.parse(first.SeriesInstanceUID),
    Modality: first.Modality,
    SeriesNumber: first.SeriesNumber,
    SeriesDescription: first.SeriesDescription,
    BodyPartExamined: first.BodyPartExamined,
    ProtocolName: first.ProtocolName,
  };
}

/** Series UID and a hash of what the group is made of (FNV-1a): the id stays when other groups come or go. */
function setId(seriesUid: string, key: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193) >>> 0;
  return `${seriesUid}#${hash.toString(16).padStart(8, '0')}`;
}
