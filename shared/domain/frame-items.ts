import { attributeName } from '../dicom';
import { add, planeAxes, type PlaneAxes, scale } from '../geometry';
import type { Vector3 } from './display-set';
import { frameAttributes, type FrameAttributes, type FrameTable } from './frame-attributes';
import type { ImageHeader, InstanceAttributes } from './instance';
import type { MosaicTiles } from './mosaic';
import type { MosaicTile } from './mosaic-tile';

/** An instance as the index hands it out. */
export interface IndexedInstance {
  readonly instanceId: number;
  readonly attributes: InstanceAttributes;
}

/** One frame of one object on its way into a display set. */
export interface FrameItem {
  readonly instanceId: number;
  readonly attributes: InstanceAttributes;
  readonly image: ImageHeader;
  readonly frameIndex: number;
  /** The slice of a mosaic that this is; `image` then has its size. */
  readonly tile?: MosaicTile;
  /** Whom its object names, where the objects of its series name several patients; else empty. */
  readonly patient: string;
  readonly said: FrameAttributes;
  readonly axes: PlaneAxes | undefined;
  readonly positionLps: Vector3 | undefined;
  /** Instance Number, or the number of the frame in its stack; NaN when there is none. */
  readonly number: number;
  /** Position in time of a series of volumes, whatever its unit; NaN when there is none. */
  readonly temporal: number;
  /** Time in the heart's cycle: milliseconds or number of the slot; NaN when there is none. */
  readonly phase: number;
  /** Values of dimensions that no rule knows, in words (PS3.3 C.7.6.17). */
  readonly dimension: string;
}

/** Frames of one object that are listed at most: a hostile Number of Frames must not fill the memory. */
export const MAX_FRAMES_PER_OBJECT = 20_000;
/** A dimension with more values than this is a count, not a kind. */
const MAX_DIMENSION_VALUES = 16;

/** Dimensions that a rule splits by or that order the frames. */
const KNOWN_DIMENSIONS: ReadonlySet<number> = new Set([
  0x00209056, 0x00209057, 0x00209128, 0x00200032, 0x00209113, 0x00189087, 0x00189082, 0x00189089, 0x00209153, 0x0020930d, 0x00089007, 0x00209301, 0x00209302,
  0x00200037, 0x0048021e, 0x0048021f, 0x00189151, 0x00189074, 0x00209156, 0x00540080,
]);

/** All frames of an object that has an image, in the order of the file. */
export function frameItems(instance: IndexedInstance & { readonly image: ImageHeader }, patient = ''): FrameItem[] {
  const { attributes, image, instanceId } = instance;
  const table = tableOf(image);
  const count = Math.min(Math.max(1, attributes.NumberOfFrames), MAX_FRAMES_PER_OBJECT);
  const described = table === undefined ? [] : Array.from({ length: count }, (_, index) => frameAttributes(table, index));
  const dimension = otherDimensions(image, described);
  const nothing: FrameAttributes = {};
  return Array.from({ length: count }, (_, frameIndex) => {
    const said = described[frameIndex] ?? nothing;
    const place = placeOf(attributes, image, said);
    return {
      ...{ instanceId, attributes, image, frameIndex, patient, said },
      axes: place.orientation === undefined ? undefined : planeAxes(place.orientation),
      positionLps: place.positionLps,
      number: attributes.NumberOfFrames > 1 ? frameNumber(said, frameIndex) : numeric(attributes.InstanceNumber),
      temporal: said.TemporalPositionIndex ?? said.TemporalPositionTimeOffset ?? said.Phase ?? numeric(image.TemporalPositionIdentifier),
      phase: said.NominalCardiacTriggerDelayTime ?? said.TriggerTime ?? said.TimeSlot ?? numeric(image.TriggerTime),
      dimension: dimension(frameIndex),
    };
  });
}

/** The slices of a mosaic, from the first tile to the last. Mosaics of one series follow each other in time, by their numbers. */
export function tileItems(instance: IndexedInstance & { readonly image: ImageHeader }, tiles: MosaicTiles, patient = ''): FrameItem[] {
  const { attributes, instanceId } = instance;
  const { format } = instance.image;
  // What lies over the picture, and its position, are those of the whole.
  const { positionLps: _position, ...rest } = instance.image;
  const image: ImageHeader = { ...rest, format: { ...format, Columns: tiles.columns, Rows: tiles.rows } };
  const axes = image.orientation === undefined ? undefined : planeAxes(image.orientation);
  const temporal = numeric(image.TemporalPositionIdentifier);
  return Array.from({ length: tiles.count }, (_, index) => ({
    ...{ instanceId, attributes, image, frameIndex: 0, patient, said: {}, axes, dimension: '' },
    tile: {
      number: index + 1,
      of: tiles.count,
      column: (index % tiles.perRow) * tiles.columns,
      row: Math.floor(index / tiles.perRow) * tiles.rows,
      pictureColumns: format.Columns,
      pictureRows: format.Rows,
    },
    positionLps: tiles.place === undefined ? undefined : add(tiles.place.firstLps, scale(tiles.place.stepLps, index)),
    number: index + 1,
    temporal: Number.isNaN(temporal) ? numeric(attributes.InstanceNumber) : temporal,
    phase: NaN,
  }));
}

/** Views of an orbit are numbered detector by detector (PS3.3 C.8.4.8.9). */
function frameNumber({ InStackPositionNumber, Slice, AngularView, Detector }: FrameAttributes, frameIndex: number): number {
  if (AngularView !== undefined) return ((Detector ?? 1) - 1) * 65_536 + AngularView;
  return InStackPositionNumber ?? Slice ?? frameIndex + 1;
}

/** The index's own text; one that does not parse (an index of another version) says nothing. */
function tableOf(image: ImageHeader): FrameTable | undefined {
  if (image.frames === undefined) return undefined;
  try {
    return JSON.parse(image.frames) as FrameTable;
  } catch {
    return undefined;
  }
}

/** Where a frame lies: by its groups; by the top level only for an object of one frame; for reconstructed NM by its detector and slice (PS3.3 C.8.4.15). */
function placeOf(attributes: InstanceAttributes, image: ImageHeader, said: FrameAttributes): { orientation?: readonly number[]; positionLps?: Vector3 } {
  const single = attributes.NumberOfFrames <= 1;
  const orientation = said.orientation ?? (single ? image.orientation : undefined);
  const positionLps = said.positionLps ?? (single ? image.positionLps : undefined);
  if (orientation === undefined && positionLps === undefined) return reconstructedPlace(attributes, image, said);
  return { ...(orientation === undefined ? {} : { orientation }), ...(positionLps === undefined ? {} : { positionLps }) };
}

function reconstructedPlace(
  attributes: InstanceAttributes,
  image: ImageHeader,
  said: FrameAttributes,
): { orientation?: readonly number[]; positionLps?: Vector3 } {
  const detector = image.detectors?.[(said.Detector ?? 1) - 1];
  const isReconstructed = attributes.Modality === 'NM' && attributes.ImageType.some((value) => value.startsWith('RECON'));
  const axes = detector?.orientation === undefined ? undefined : planeAxes(detector.orientation);
  const step = image.SpacingBetweenSlices;
  if (!isReconstructed || detector?.orientation === undefined || axes === undefined) return {};
  if (detector.positionLps === undefined || step === undefined || said.Slice === undefined) return { orientation: detector.orientation };
  return { orientation: detector.orientation, positionLps: add(detector.positionLps, scale(axes.normalLps, (said.Slice - 1) * step)) };
}

/** Kinds of frames that only the Dimension Index Values tell apart (vendors' own dimensions), where they are few. */
function otherDimensions(image: ImageHeader, frames: readonly FrameAttributes[]): (frameIndex: number) => string {
  const unknown = (image.dimensions ?? []).flatMap(({ pointer, label }, at) => {
    if (KNOWN_DIMENSIONS.has(pointer)) return [];
    const values = new Set(frames.map((frame) => frame.DimensionIndexValues?.[at]));
    return values.size > 1 && values.size <= MAX_DIMENSION_VALUES ? [{ at, label }] : [];
  });
  if (unknown.length === 0) return () => '';
  return (frameIndex) => {
    const values = frames[frameIndex]?.DimensionIndexValues ?? [];
    return unknown.map(({ at, label }) => `${label === '' ? `dimension ${at + 1}` : named(label)} ${values[at] ?? '?'}`).join(', ');
  };
}

/** NaN for no text and for what is no number. */
export function numeric(text: string): number {
  return text.trim() === '' ? NaN : Number(text);
}

/** The label of a dimension is a vendor's own word, or the keyword of the attribute that it counts. */
function named(label: string): string {
  return /^[A-Z][A-Za-z]*[a-z][A-Z][A-Za-z0-9]*$/.test(label) ? attributeName(label) : label;
}
