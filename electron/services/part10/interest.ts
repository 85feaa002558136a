import { Tag, type Keyword, type VR } from '@shared/dicom';
import { ACQUISITION } from './acquisition-attributes';
import { PRIVATE_ELEMENTS, type PrivateName } from './private-blocks';
import type { Interest } from './structure-walker';

/** Attributes that a walk keeps, with the VR that PS3.6 gives them. The first stand for identity: each may be there only once. */
const IDENTITY = [
  ['SpecificCharacterSet', 'CS'],
  ['SOPClassUID', 'UI'],
  ['SOPInstanceUID', 'UI'],
  ['StudyInstanceUID', 'UI'],
  ['SeriesInstanceUID', 'UI'],
  ['PatientName', 'PN'],
  ['PatientID', 'LO'],
  ['IssuerOfPatientID', 'LO'],
] as const satisfies readonly (readonly [Keyword, VR])[];

const OTHERS = [
  ['PatientBirthDate', 'DA'],
  ['PatientSex', 'CS'],
  ['StudyDate', 'DA'],
  ['StudyTime', 'TM'],
  ['AccessionNumber', 'SH'],
  ['StudyDescription', 'LO'],
  ['StudyID', 'SH'],
  ['ReferringPhysicianName', 'PN'],
  ['InstitutionName', 'LO'],
  ['Modality', 'CS'],
  ['SeriesNumber', 'IS'],
  ['SeriesDescription', 'LO'],
  ['SeriesDate', 'DA'],
  ['SeriesTime', 'TM'],
  ['BodyPartExamined', 'CS'],
  ['Laterality', 'CS'],
  ['ProtocolName', 'LO'],
  ['InstanceNumber', 'IS'],
  ['ContentDate', 'DA'],
  ['ContentTime', 'TM'],
  ['AcquisitionNumber', 'IS'],
  ['AcquisitionTime', 'TM'],
  ['ImageType', 'CS'],
  ['FrameOfReferenceUID', 'UI'],
  ['NumberOfFrames', 'IS'],
  ['RecommendedDisplayFrameRate', 'IS'],
  ['StartTrim', 'IS'],
  ['StopTrim', 'IS'],
  ['CineRate', 'IS'],
  ['FrameTime', 'DS'],
  ['FrameTimeVector', 'DS'],
  ['PreferredPlaybackSequencing', 'US'],
  ['SliceThickness', 'DS'],
  ['EchoTime', 'DS'],
  ['EchoNumbers', 'IS'],
  ['SpacingBetweenSlices', 'DS'],
  ['TriggerTime', 'DS'],
  ['EstimatedRadiographicMagnificationFactor', 'DS'],
  ['ImagerPixelSpacing', 'DS'],
  ['NominalScannedPixelSpacing', 'DS'],
  ['DiffusionBValue', 'FD'],
  ['DiffusionGradientOrientation', 'FD'],
  ['ScanningSequence', 'CS'],
  ['ImagePositionPatient', 'DS'],
  ['ImageOrientationPatient', 'DS'],
  ['TemporalPositionIdentifier', 'IS'],
  ['SliceLocation', 'DS'],
  ['SamplesPerPixel', 'US'],
  ['PhotometricInterpretation', 'CS'],
  ['PlanarConfiguration', 'US'],
  ['Rows', 'US'],
  ['Columns', 'US'],
  ['PixelSpacing', 'DS'],
  ['PixelAspectRatio', 'IS'],
  ['BitsAllocated', 'US'],
  ['BitsStored', 'US'],
  ['HighBit', 'US'],
  ['PixelRepresentation', 'US'],
  ['PixelPaddingValue', 'SS'],
  ['PixelPaddingRangeLimit', 'SS'],
  ['PixelSpacingCalibrationType', 'CS'],
  ['WindowCenter', 'DS'],
  ['WindowWidth', 'DS'],
  ['RescaleIntercept', 'DS'],
  ['RescaleSlope', 'DS'],
  ['RescaleType', 'LO'],
  ['WindowCenterWidthExplanation', 'LO'],
  ['VOILUTFunction', 'CS'],
  ['LossyImageCompression', 'CS'],
  ['LossyImageCompressionRatio', 'DS'],
  ['DimensionOrganizationType', 'CS'],
  ['EnergyWindowVector', 'US'],
  ['DetectorVector', 'US'],
  ['PhaseVector', 'US'],
  ['RotationVector', 'US'],
  ['RRIntervalVector', 'US'],
  ['TimeSlotVector', 'US'],
  ['SliceVector', 'US'],
  ['AngularViewVector', 'US'],
  ['TimeSliceVector', 'US'],
  ['LossyImageCompressionMethod', 'CS'],
  ['PixelPresentation', 'CS'],
  ['BurnedInAnnotation', 'CS'],
  ['FloatPixelPaddingValue', 'FL'],
  ['FloatPixelPaddingRangeLimit', 'FL'],
  ['DoubleFloatPixelPaddingValue', 'FD'],
  ['DoubleFloatPixelPaddingRangeLimit', 'FD'],
  ['RedPaletteColorLookupTableDescriptor', 'US'],
  ['ICCProfile', 'OB'],
  ['ShutterShape', 'CS'],
  ['OverlayRows', 'US'],
  ['PresentationLUTShape', 'CS'],
  ['PresentationLUTSequence', 'SQ'],
  ['ModalityLUTSequence', 'SQ'],
  ['VOILUTSequence', 'SQ'],
  ['MaskSubtractionSequence', 'SQ'],
] as const satisfies readonly (readonly [Keyword, VR])[];

const ALL: readonly (readonly [Keyword, VR])[] = [...IDENTITY, ...ACQUISITION, ...OTHERS];

export type WalkedKeyword = (typeof IDENTITY)[number][0] | (typeof ACQUISITION)[number][0] | (typeof OTHERS)[number][0] | PrivateName;

export const SLOT_COUNT = ALL.length + PRIVATE_ELEMENTS.length;

/** Slot of each attribute in the value store: private ones stand behind the others. */
export const SLOT = Object.fromEntries([...ALL, ...PRIVATE_ELEMENTS].map(([keyword], slot) => [keyword, slot])) as Readonly<Record<WalkedKeyword, number>>;

export const SLOT_VR: readonly VR[] = [...ALL.map(([, vr]) => vr), ...PRIVATE_ELEMENTS.map(([, , vr]) => vr)];

/** Overlays may stand in sixteen groups (PS3.5 7.6). */
const OVERLAY_GROUPS = Array.from({ length: 16 }, (_, index) => [Tag.OverlayRows + index * 0x20000, SLOT.OverlayRows] as const);

export const WALK_INTEREST: Interest = {
  slots: new Map([
    ...ALL.map(([keyword], slot) => [Tag[keyword], slot] as const),
    ...OVERLAY_GROUPS,
    ...PRIVATE_ELEMENTS.map(([name, tag]) => [tag, SLOT[name]] as const),
  ]),
  onceBelow: IDENTITY.length,
  presence: new Set([SLOT.ICCProfile, SLOT.OverlayRows, SLOT.RedPaletteColorLookupTableDescriptor]),
};
