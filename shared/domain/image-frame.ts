import { whyNotDecodable } from '../pixel';
import type { ImageFrame } from './display-set';
import type { FrameAttributes } from './frame-attributes';
import type { FrameItem } from './frame-items';
import { InstanceId, SopInstanceUid } from './ids';
import type { CineHeader, ImageHeader } from './instance';
import type { MosaicTile } from './mosaic-tile';
import { type PixelScale, pixelScaleOf } from './spacing-basis';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

interface ObjectPart {
  readonly fixed: Omit<ImageFrame, 'frameIndex' | 'spacingBasis'>;
  readonly scales: (said: FrameAttributes) => PixelScale;
}

/** Makes frames; what all frames of an object have in common is made once. */
export function imageFrameMaker(framesInSet: number): (item: FrameItem, alongNormalMm: number | undefined) => ImageFrame {
  const parts = new Map<number, ObjectPart>();
  return (item, alongNormalMm) => {
    const known = parts.get(item.instanceId);
    const part = known ?? objectPart(item, framesInSet);
    if (known === undefined) parts.set(item.instanceId, part);
    return imageFrame(item, part, alongNormalMm);
  };
}

/** What the top level of the object says of each of its frames. */
function objectPart({ attributes, image, instanceId }: FrameItem, framesInSet: number): ObjectPart {
  const cannotDecode = whyNotDecodable(image.format, attributes.TransferSyntaxUID) ?? paletteFault(image);
  const padding = image.PixelPaddingValue;
  const fixed: ObjectPart['fixed'] = {
    instanceId: InstanceId.parse(instanceId),
    SOPInstanceUID: SopInstanceUid.parse(attributes.SOPInstanceUID),
    SOPClassUID: attributes.SOPClassUID,
    TransferSyntaxUID: attributes.TransferSyntaxUID,
    numberOfFrames: Math.max(1, attributes.NumberOfFrames),
    InstanceNumber: attributes.InstanceNumber,
    format: image.format,
    windows: usableWindows(image.windows),
    AcquisitionTime: attributes.AcquisitionTime,
    FrameOfReferenceUID: attributes.FrameOfReferenceUID,
    ...(cannotDecode === undefined ? {} : { cannotDecode }),
    ...(image.SliceThickness === undefined ? {} : { sliceThicknessMm: image.SliceThickness }),
    ...(usableRescale(image.rescale) ? { rescale: image.rescale } : {}),
    ...(padding === undefined ? {} : { padding: { value: padding, limit: image.PixelPaddingRangeLimit ?? padding } }),
    ...(image.lossy === undefined ? {} : { lossy: image.lossy }),
    ...(image.acquisition === undefined ? {} : { acquisition: image.acquisition }),
    ...(image.extras === undefined ? {} : { extras: image.extras }),
    ...(image.cine === undefined ? {} : { cine: cineOf(image.cine, framesInSet === attributes.NumberOfFrames) }),
    ...(image.gradient === undefined ? {} : { gradient: image.gradient }),
    ...(image.diffusionBasis === undefined ? {} : { diffusionBasis: image.diffusionBasis }),
    ...(image.regions === undefined ? {} : { regions: [...image.regions] }),
    ...defined({
      bValue: finite(image.DiffusionBValue === '' ? undefined : Number(image.DiffusionBValue)),
      echoTimeMs: finite(image.EchoTime === '' ? undefined : Number(image.EchoTime)),
    }),
  };
  return { fixed, scales: scalesOf(image, attributes.Modality) };
}

/** Trims count the frames of the object: they say nothing of a set with some of them. */
function cineOf(cine: CineHeader, isWhole: boolean): ImageFrame['cine'] {
  if (isWhole) return cine;
  const { startTrim: _start, stopTrim: _stop, ...rest } = cine;
  return rest;
}

/** Thousands of frames are made at once: values are assigned, not spread. */
function imageFrame(item: FrameItem, { fixed, scales }: ObjectPart, alongNormalMm: number | undefined): ImageFrame {
  const { said, frameIndex } = item;
  const frame: Mutable<ImageFrame> = { ...fixed, frameIndex, spacingBasis: 'none' };
  if (item.tile !== undefined) takeTile(frame, item.tile);
  place(frame, item);
  if (alongNormalMm !== undefined) frame.alongNormalMm = alongNormalMm;
  const scale = scales(said);
  frame.spacingBasis = scale.spacingBasis;
  if (scale.spacingMm !== undefined) frame.spacingMm = [...scale.spacingMm];
  if (scale.aspectRatio !== undefined) frame.aspectRatio = [...scale.aspectRatio];
  if (said.SliceThickness !== undefined) frame.sliceThicknessMm = said.SliceThickness;
  grade(frame, item);
  if (said.FrameTime !== undefined) frame.cine = { ...fixed.cine, stepMs: said.FrameTime };
  takeGroups(frame, said);
  return frame;
}

/** What lies over the picture of a mosaic belongs to the whole of it. */
function takeTile(frame: Mutable<ImageFrame>, tile: MosaicTile): void {
  frame.tile = tile;
  if (frame.extras === undefined) return;
  const { overlays: _overlays, shutter: _shutter, mask: _mask, ...extras } = frame.extras;
  frame.extras = extras;
}

/** Place in the patient. A volume's own frame of reference (ultrasound) has distances but no letters. */
function place(frame: Mutable<ImageFrame>, { said, axes, positionLps }: FrameItem): void {
  if (said.inVolumeFrame === true) return;
  if (positionLps !== undefined) frame.positionLps = positionLps;
  if (axes === undefined) return;
  frame.rowDirectionLps = axes.rowDirectionLps;
  frame.columnDirectionLps = axes.columnDirectionLps;
}

/** Rescale and windows of the frame's own groups; a Frame VOI LUT replaces what the top level says of windows and tables. */
function grade(frame: Mutable<ImageFrame>, { image, said }: FrameItem): void {
  const isOwnVoi = said.windows !== undefined || said.hasVoiLut === true;
  const voi = isOwnVoi ? said.hasVoiLut === true : image.hasVoiLutSequence;
  if (usableRescale(said.rescale)) frame.rescale = said.rescale;
  if (isOwnVoi) frame.windows = usableWindows(said.windows ?? []);
  if (image.hasModalityLutSequence || voi) frame.luts = { modality: image.hasModalityLutSequence, voi };
}

/** What the groups of the frame say that a reader wants to see. */
function takeGroups(frame: Mutable<ImageFrame>, said: FrameAttributes): void {
  if (said.DiffusionBValue !== undefined) frame.bValue = said.DiffusionBValue;
  if (said.DiffusionGradientOrientation !== undefined) frame.gradient = said.DiffusionGradientOrientation;
  if (said.EffectiveEchoTime !== undefined) frame.echoTimeMs = said.EffectiveEchoTime;
  if (said.NominalCardiacTriggerDelayTime !== undefined) frame.triggerDelayMs = said.NominalCardiacTriggerDelayTime;
  if (said.StackID !== undefined) frame.StackID = said.StackID;
  if (said.InStackPositionNumber !== undefined) frame.InStackPositionNumber = said.InStackPositionNumber;
  if (said.TemporalPositionIndex !== undefined) frame.TemporalPositionIndex = said.TemporalPositionIndex;
  if (said.FrameLaterality !== undefined) frame.FrameLaterality = said.FrameLaterality;
  if (said.FrameLabel !== undefined) frame.FrameLabel = said.FrameLabel;
  if (said.FrameType !== undefined) frame.FrameType = [...said.FrameType];
  if (said.realWorld !== undefined) frame.realWorld = [...said.realWorld];
  if (said.pixelShifts !== undefined) frame.pixelShifts = said.pixelShifts.map(({ id, shift: [rows, columns] }) => ({ id, shift: [rows, columns] }));
  const { PositionerPrimaryAngle: primary, PositionerSecondaryAngle: secondary } = said;
  if (primary === undefined && secondary === undefined) return;
  // The object turns around the patient: what its top level says of angles holds for no frame.
  const angles = { PositionerPrimaryAngle: String(primary ?? ''), PositionerSecondaryAngle: String(secondary ?? '') };
  frame.acquisition = { ...frame.acquisition, ...angles };
}

/** Scales of an object's frames: the same for all that say the same of their pixels. */
function scalesOf(image: ImageHeader, Modality: string): (said: FrameAttributes) => PixelScale {
  const known = new Map<string, PixelScale>();
  return ({ PixelSpacing, ImagerPixelSpacing, EstimatedRadiographicMagnificationFactor }) => {
    const key = `${String(PixelSpacing)}|${String(ImagerPixelSpacing)}|${String(EstimatedRadiographicMagnificationFactor)}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const scale = pixelScaleOf({ ...image, ...defined({ PixelSpacing, ImagerPixelSpacing, EstimatedRadiographicMagnificationFactor }) }, Modality);
    known.set(key, scale);
    return scale;
  };
}

function usableWindows(windows: ImageHeader['windows']): ImageFrame['windows'] {
  return windows.filter((window) => Number.isFinite(window.center) && Number.isFinite(window.width));
}

/** Indices without their table are no picture (PS3.3 C.7.9). */
function paletteFault({ format, extras }: ImageHeader): string | undefined {
  if (format.PhotometricInterpretation !== 'PALETTE COLOR' || extras?.palette === true) return undefined;
  return 'PALETTE COLOR without its tables';
}

function finite(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}

function usableRescale(rescale: ImageHeader['rescale']): rescale is NonNullable<ImageHeader['rescale']> {
  return rescale !== undefined && Number.isFinite(rescale.slope) && Number.isFinite(rescale.intercept) && rescale.slope !== 0;
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without the keys that have no value. */
function defined<T extends object>(values: T): Defined<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>;
}
