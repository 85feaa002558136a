import { z } from 'zod';
import { ImageExtras } from './image-extras';
import { InstanceId, SeriesUid, SopInstanceUid, StudyUid } from './ids';
import { MosaicTile } from './mosaic-tile';
import { PatientIdentity } from './patient-identity';
import { SeriesRow, StudyRow } from './study';

/** Three numbers in LPS millimetres (PS3.3 C.7.6.2.1.1) or a direction in LPS. */
export const Vector3 = z.tuple([z.number(), z.number(), z.number()]);
export type Vector3 = z.infer<typeof Vector3>;

/** What a millimetre on this image rests on; `none` = no millimetres are shown (rule 4). */
export const SpacingBasis = z.enum([
  'PixelSpacing',
  'PixelSpacingCalibrated',
  /** Pixel Spacing of a projection that says neither how it was calibrated nor what the detector's is (PS3.3 10.7.1.3). */
  'PixelSpacingUnsaid',
  'ImagerPixelSpacing',
  'ImagerPixelSpacingMagnified',
  'NominalScannedPixelSpacing',
  'UltrasoundRegion',
  'none',
]);
export type SpacingBasis = z.infer<typeof SpacingBasis>;

/** Window of the file (PS3.3 C.11.2). */
export const VoiWindow = z.object({
  center: z.number(),
  width: z.number(),
  explanation: z.string(),
  function: z.enum(['LINEAR', 'LINEAR_EXACT', 'SIGMOID']),
});
export type VoiWindow = z.infer<typeof VoiWindow>;

/** How stored values lie in memory and what they mean (PS3.3 C.7.6.3). */
export const PixelFormat = z.object({
  Rows: z.int().min(1).max(65535),
  Columns: z.int().min(1).max(65535),
  SamplesPerPixel: z.int(),
  PhotometricInterpretation: z.string(),
  BitsAllocated: z.int(),
  BitsStored: z.int(),
  HighBit: z.int(),
  PixelRepresentation: z.union([z.literal(0), z.literal(1)]),
  PlanarConfiguration: z.int().optional(),
  /** Values are floating point and stand in this element instead of Pixel Data (PS3.3 C.7.6.24). */
  floatElement: z.enum(['FloatPixelData', 'DoubleFloatPixelData']).optional(),
});
export type PixelFormat = z.infer<typeof PixelFormat>;

/** What an object says about its play-back (PS3.3 C.7.6.5), see `CineHeader`; `stepMs` = milliseconds from the frame before (Frame Time Vector). */
export const CineHints = z.object({
  recommendedFps: z.number().optional(),
  frameTimeMs: z.number().optional(),
  cineRate: z.number().optional(),
  sweeps: z.literal(true).optional(),
  startTrim: z.number().optional(),
  stopTrim: z.number().optional(),
  stepMs: z.number().optional(),
  /** The attribute that says how long the frames stand, where it is none of those. */
  timeBasis: z.string().optional(),
});
export type CineHints = z.infer<typeof CineHints>;

/**
 * A region of an ultrasound image and what its axes mean (PS3.3 C.8.5.5): physical value = delta * (pixel - reference). Pixels are counted from 0, both corners
 * belong to the region. Units 3 = cm, 4 = seconds, 7 = cm/sec; spatial format 1 = 2D, 2 = M-mode, 3 = spectral.
 */
export const UltrasoundRegion = z.object({
  x0: z.int(),
  y0: z.int(),
  x1: z.int(),
  y1: z.int(),
  spatialFormat: z.int(),
  dataType: z.int(),
  unitsX: z.int(),
  unitsY: z.int(),
  deltaX: z.number(),
  deltaY: z.number(),
  referenceX: z.int().optional(),
  referenceY: z.int().optional(),
});
export type UltrasoundRegion = z.infer<typeof UltrasoundRegion>;

/** One frame of one image: all that a viewport needs to place, decode and grade it. */
export const ImageFrame = z.object({
  instanceId: InstanceId,
  SOPInstanceUID: SopInstanceUid,
  SOPClassUID: z.string(),
  TransferSyntaxUID: z.string(),
  frameIndex: z.int().min(0),
  /** This is one tile of the frame, taken out: `format` has its size. Absent: the frame as it stands in the object. */
  tile: MosaicTile.optional(),
  numberOfFrames: z.int().min(1),
  InstanceNumber: z.string(),
  format: PixelFormat,
  /** Why this frame cannot be decoded here, in words with the UID: "JPEG 2000 (1.2.840...)". Absent = decodable. */
  cannotDecode: z.string().optional(),
  positionLps: Vector3.optional(),
  /** Direction of a row (increasing column) and of a column (increasing row), unit length, LPS. */
  rowDirectionLps: Vector3.optional(),
  columnDirectionLps: Vector3.optional(),
  /** [between rows, between columns] in millimetres as in Pixel Spacing; absent when basis is none. */
  spacingMm: z.tuple([z.number(), z.number()]).optional(),
  spacingBasis: SpacingBasis,
  /** Pixel height / width when no millimetres are known (Pixel Aspect Ratio), else absent. */
  aspectRatio: z.tuple([z.number(), z.number()]).optional(),
  sliceThicknessMm: z.number().optional(),
  /** Signed distance along the stack normal, millimetres; absent when not comparable. */
  alongNormalMm: z.number().optional(),
  rescale: z.object({ slope: z.number(), intercept: z.number(), type: z.string() }).optional(),
  windows: z.array(VoiWindow),
  /** The object has look-up tables: `image.luts` gives them. Without its Modality LUT an image has no modality values and is not shown. */
  luts: z.object({ modality: z.boolean(), voi: z.boolean() }).optional(),
  extras: ImageExtras.optional(),
  /** Pixel Padding Value and Range Limit as stored values. */
  padding: z.object({ value: z.number(), limit: z.number() }).optional(),
  lossy: z.object({ ratio: z.number().optional(), method: z.string().optional() }).optional(),
  /** How the image was made, by keyword: for the texts of the corners. */
  acquisition: z.record(z.string(), z.string()).optional(),
  /** What the object says about its play-back (PS3.3 C.7.6.5). */
  cine: CineHints.optional(),
  /** Regions of an ultrasound image, the topmost last; where one lies, it says what a pixel is. */
  regions: z.array(UltrasoundRegion).optional(),
  /** What its functional groups say of this frame (PS3.3 C.7.6.16), or the top level of a single image. */
  bValue: z.number().optional(),
  gradient: Vector3.optional(),
  /** Private creator of the elements that say so of diffusion; absent: the attributes of the standard. */
  diffusionBasis: z.string().optional(),
  echoTimeMs: z.number().optional(),
  triggerDelayMs: z.number().optional(),
  StackID: z.string().optional(),
  InStackPositionNumber: z.number().optional(),
  TemporalPositionIndex: z.number().optional(),
  FrameType: z.array(z.string()).optional(),
  FrameLaterality: z.string().optional(),
  FrameLabel: z.string().optional(),
  realWorld: z
    .array(z.object({ first: z.number(), last: z.number(), slope: z.number(), intercept: z.number(), units: z.string(), label: z.string() }))
    .optional(),
  /** Frame Pixel Shift: by Subtraction Item ID how far the mask is moved, [rows, columns]. */
  pixelShifts: z.array(z.object({ id: z.int(), shift: z.tuple([z.number(), z.number()]) })).optional(),
  AcquisitionTime: z.string(),
  FrameOfReferenceUID: z.string(),
});
export type ImageFrame = z.infer<typeof ImageFrame>;

/** A finding about the stack that is named on the image. `after` = index of the frame before the place. */
export const StackNote = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('missing'), after: z.int(), count: z.int(), text: z.string() }),
  z.object({ kind: z.literal('duplicate'), index: z.int(), text: z.string() }),
  z.object({ kind: z.literal('spacingDiffers'), text: z.string() }),
  z.object({ kind: z.literal('notSorted'), text: z.string() }),
  /** Nothing is wrong, but the reader should know. */
  z.object({ kind: z.literal('info'), text: z.string() }),
]);
export type StackNote = z.infer<typeof StackNote>;

/** An object of a set that is no stack of images. */
export const SetObject = z.object({
  instanceId: InstanceId,
  SOPInstanceUID: SopInstanceUid,
  SOPClassUID: z.string(),
  TransferSyntaxUID: z.string(),
  InstanceNumber: z.string(),
});
export type SetObject = z.infer<typeof SetObject>;

/** What a viewport shows: images of one series that belong together, in display order. Never a raw series. */
export const DisplaySet = z.object({
  /** Stable for the same series and rule: series UID + group ordinal. */
  id: z.string(),
  StudyInstanceUID: StudyUid,
  SeriesInstanceUID: SeriesUid,
  kind: z.enum(['image', 'notShown']),
  Modality: z.string(),
  SeriesNumber: z.string(),
  SeriesDescription: z.string(),
  BodyPartExamined: z.string().optional(),
  ProtocolName: z.string().optional(),
  /** Whom its objects name, where that is another patient than the study's: never shown under the study's name. */
  patient: PatientIdentity.optional(),
  /** Rule that made it, for the user ("localiser", "echo 2"); empty when the series is whole. */
  splitReason: z.string(),
  /** For `notShown`: SOP class in words. */
  label: z.string(),
  frames: z.array(ImageFrame),
  /** The same pictures stand in another set as well, taken apart: this one is hung only when it is asked for, and its images are not counted twice. */
  asStored: z.literal(true).optional(),
  /** For `notShown`: its objects in the order of their numbers, the first some thousand of them. */
  objects: z.array(SetObject).optional(),
  /** Unit normal of the stack when all frames share one orientation. */
  normalLps: Vector3.optional(),
  notes: z.array(StackNote),
});
export type DisplaySet = z.infer<typeof DisplaySet>;

/** Answer of `study.open`: one patient's study, ready to hang. */
export const OpenedStudy = z.object({
  study: StudyRow,
  series: z.array(SeriesRow),
  displaySets: z.array(DisplaySet),
  priors: z.array(StudyRow),
  /** Grows with every change of the study: a stale answer can be told. */
  revision: z.int(),
});
export type OpenedStudy = z.infer<typeof OpenedStudy>;
