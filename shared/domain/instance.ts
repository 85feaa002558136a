import type { PixelFormat, UltrasoundRegion, Vector3, VoiWindow } from './display-set';
import type { ImageExtras } from './image-extras';

/**
 * What the index keeps of one object: texts decoded by the object's own Specific Character Set (PS3.3 C.12.1.1.2) and
 * trimmed by VR rules (PS3.5 6.2), empty when absent. Made by the walker in one pass; never used to rewrite the object.
 */
export interface InstanceAttributes {
  readonly SOPClassUID: string;
  readonly SOPInstanceUID: string;
  readonly StudyInstanceUID: string;
  readonly SeriesInstanceUID: string;
  readonly TransferSyntaxUID: string;

  readonly PatientName: string;
  readonly PatientID: string;
  readonly IssuerOfPatientID: string;
  readonly PatientBirthDate: string;
  readonly PatientSex: string;

  readonly StudyDate: string;
  readonly StudyTime: string;
  readonly AccessionNumber: string;
  readonly StudyDescription: string;
  readonly StudyID: string;
  readonly ReferringPhysicianName: string;
  readonly InstitutionName: string;

  readonly Modality: string;
  readonly SeriesNumber: string;
  readonly SeriesDescription: string;
  readonly SeriesDate: string;
  readonly SeriesTime: string;
  readonly BodyPartExamined: string;
  readonly Laterality: string;
  readonly ProtocolName: string;

  readonly InstanceNumber: string;
  readonly ContentDate: string;
  readonly ContentTime: string;
  readonly AcquisitionNumber: string;
  readonly AcquisitionTime: string;
  readonly ImageType: readonly string[];
  readonly FrameOfReferenceUID: string;
  readonly NumberOfFrames: number;

  /** Present when the object has the Image Pixel module. */
  readonly image?: ImageHeader;
  /** Warnings that do not refuse the object ("UID component with leading zero"). */
  readonly warnings: readonly string[];
}

/** Play-back of a multi-frame object (PS3.3 C.7.6.5): rates in frames a second, recommended and as acquired, milliseconds a frame. */
export interface CineHeader {
  readonly recommendedFps?: number;
  readonly frameTimeMs?: number;
  readonly cineRate?: number;
  /** Preferred Playback Sequencing 1: to the end and back. */
  readonly sweeps?: true;
  /** First and last frame of what is to be played, counted from 1. */
  readonly startTrim?: number;
  readonly stopTrim?: number;
}

/** What the private elements of a Siemens mosaic say, unchecked: slices by (0019,xx0A) and by the CSA header, and the way in which the slices follow each other (LPS). */
export interface MosaicHeader {
  readonly images?: number;
  readonly csaImages?: number;
  readonly normal?: Vector3;
}

/** How an object of one frame was weighted by diffusion. */
export interface DiffusionHeader {
  /** s/mm²; empty where it is not said. */
  readonly DiffusionBValue: string;
  /** Diffusion Gradient Orientation (LPS). */
  readonly gradient?: Vector3;
  /** Private creator of the elements that say it; absent: the attributes of the standard. */
  readonly diffusionBasis?: string;
}

/** Image attributes of a single- or multi-frame object at the top level, and what its functional groups or vectors say frame by frame. */
export interface ImageHeader extends DiffusionHeader {
  readonly format: PixelFormat;
  readonly positionLps?: Vector3;
  readonly orientation?: readonly [number, number, number, number, number, number];
  /** [between rows, between columns] as in Pixel Spacing (0028,0030). */
  readonly PixelSpacing?: readonly [number, number];
  readonly PixelSpacingCalibrationType: string;
  readonly ImagerPixelSpacing?: readonly [number, number];
  readonly NominalScannedPixelSpacing?: readonly [number, number];
  readonly EstimatedRadiographicMagnificationFactor?: number;
  readonly PixelAspectRatio?: readonly [number, number];
  readonly SliceThickness?: number;
  readonly SpacingBetweenSlices?: number;
  readonly SliceLocation?: number;
  readonly rescale?: { readonly slope: number; readonly intercept: number; readonly type: string };
  readonly windows: readonly VoiWindow[];
  readonly PixelPaddingValue?: number;
  readonly PixelPaddingRangeLimit?: number;
  readonly lossy?: { readonly ratio?: number; readonly method?: string };
  /** How the image was made, by keyword, as it stands in the object. */
  readonly acquisition?: Readonly<Record<string, string>>;
  readonly extras?: ImageExtras;
  readonly mosaic?: MosaicHeader;
  readonly EchoNumbers: string;
  readonly EchoTime: string;
  readonly TemporalPositionIdentifier: string;
  readonly TriggerTime: string;
  readonly cine?: CineHeader;
  readonly hasModalityLutSequence: boolean;
  readonly hasVoiLutSequence: boolean;
  /** A `FrameTable` as JSON, of objects that say something frame by frame: text, so that only who builds display sets pays for reading it. */
  readonly frames?: string;
  /** What each of the Dimension Index Values stands for (PS3.3 C.7.6.17): attribute, its functional group, label. */
  readonly dimensions?: readonly { readonly pointer: number; readonly group: number; readonly label: string }[];
  readonly DimensionOrganizationType?: string;
  readonly regions?: readonly UltrasoundRegion[];
  /** Place of the first slice for each detector (PS3.3 C.8.4.11), and names of the energy windows; by number from 1 of the vectors. */
  readonly detectors?: readonly { readonly positionLps?: Vector3; readonly orientation?: readonly [number, number, number, number, number, number] }[];
  readonly energyWindows?: readonly string[];
}
