import { T2 } from './brain/contrast';
import { brainOf, mrImage } from './brain/mr';
import { frameOfReferenceUid, type DemoSeries, type DemoStudy, objectAttributes, studyUid } from './common';
import { type Attributes, authorFrames, bytesOf, decimal } from './dataset';
import { daysBefore } from './dates';
import { demoUid } from './random';
import { XIAODONG } from './patients';
import type { Point } from './solids';
import type { DemoObject, DemoOptions, PlannedObject } from './types';

const ENHANCED_MR = '1.2.840.10008.5.1.4.1.1.4.1';
const SIZE = 256;
const PIXEL_MM = 0.8984375;
const FRAMES = 24;
const STEP_MM = 5;
const ISOCENTRE: Point = [-2.1, 8.4, -17];

/** A brain in one enhanced multi-frame object: places, orders and contrasts stand in its functional groups, not in the top of the data set. */
export function enhancedMrStudies(options: DemoOptions): PlannedObject[] {
  const study: DemoStudy = {
    key: 'mr-enhanced',
    patient: XIAODONG,
    StudyDate: daysBefore(options.today, 9),
    startSeconds: 18 * 3600 + 2 * 60 + 50,
    AccessionNumber: 'DEMO-24002',
    StudyID: '24002',
    StudyDescription: 'MR BRAIN ENHANCED MULTI-FRAME',
    ReferringPhysicianName: 'OKAFOR^Ngozi^^Dr.',
  };
  return [{ study: study.key, series: 't2', StudyInstanceUID: studyUid(options, study), make: () => makeVolume(options, study) }];
}

/** Height of the first row's first pixel of frame `index`, brain space. */
function originOf(index: number): Point {
  const half = ((SIZE - 1) / 2) * PIXEL_MM;
  return [-half, 2 - half, -46 + index * STEP_MM];
}

function makeVolume(options: DemoOptions, study: DemoStudy): DemoObject {
  const series: DemoSeries = {
    key: 't2',
    SeriesNumber: 1,
    SeriesDescription: 'T2 transverse, enhanced',
    ProtocolName: 'T2 transverse',
    BodyPartExamined: 'BRAIN',
    Modality: 'MR',
    SOPClassUID: ENHANCED_MR,
    startSeconds: study.startSeconds + 240,
    frameOfReference: 'head',
  };
  const brain = brainOf(options.seed + 9);
  const frames = Array.from({ length: FRAMES }, (_, index) =>
    bytesOf(
      mrImage(options.seed, brain, {
        size: SIZE,
        pixelMm: PIXEL_MM,
        thicknessMm: 4,
        origin: originOf(index),
        rowDirection: [1, 0, 0],
        columnDirection: [0, 1, 0],
        normal: [0, 0, 1],
        contrast: T2,
        noise: 12,
        name: `enhanced ${index}`,
      }),
    ),
  );
  const began = `${study.StudyDate}180650`;
  const attributes = {
    ...objectAttributes(options, study, series, 1),
    ...sequenceAttributes(began),
    FrameOfReferenceUID: frameOfReferenceUid(options, study, series.frameOfReference),
    PositionReferenceIndicator: '',
    PatientPosition: 'HFS',
    DimensionOrganizationSequence: [{ DimensionOrganizationUID: demoUid(options, 'dimensions mr-enhanced') }],
    DimensionIndexSequence: dimensions(demoUid(options, 'dimensions mr-enhanced')),
    DimensionOrganizationType: '3D',
    NumberOfFrames: FRAMES,
    SharedFunctionalGroupsSequence: [sharedGroups()],
    PerFrameFunctionalGroupsSequence: frames.map((_, index) => frameGroups(began, index)),
  };
  return authorFrames(attributes, { Rows: SIZE, Columns: SIZE }, frames);
}

function sequenceAttributes(began: string): Attributes {
  return {
    ImageType: ['ORIGINAL', 'PRIMARY', 'T2', 'NONE'],
    PixelPresentation: 'MONOCHROME',
    VolumetricProperties: 'VOLUME',
    VolumeBasedCalculationTechnique: 'NONE',
    ComplexImageComponent: 'MAGNITUDE',
    AcquisitionContrast: 'T2',
    AcquisitionNumber: 1,
    AcquisitionDateTime: began,
    AcquisitionDuration: 168,
    AcquisitionContextSequence: [],
    ContentQualification: 'PRODUCT',
    ApplicableSafetyStandardAgency: 'IEC',
    ResonantNucleus: '1H',
    KSpaceFiltering: 'NONE',
    MagneticFieldStrength: 3,
    PulseSequenceName: 'tse2d',
    MRAcquisitionType: '2D',
    EchoPulseSequence: 'SPIN',
    MultipleSpinEcho: 'NO',
    MultiPlanarExcitation: 'NO',
    PhaseContrast: 'NO',
    TimeOfFlightContrast: 'NO',
    SteadyStatePulseSequence: 'NONE',
    EchoPlanarPulseSequence: 'NO',
    SpectrallySelectedSuppression: 'NONE',
    SaturationRecovery: 'NO',
    OversamplingPhase: 'NONE',
    GeometryOfKSpaceTraversal: 'RECTILINEAR',
    RectilinearPhaseEncodeReordering: 'LINEAR',
    SegmentedKSpaceTraversal: 'PARTIAL',
    NumberOfKSpaceTrajectories: 1,
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    BitsAllocated: 16,
    BitsStored: 12,
    HighBit: 11,
    PixelRepresentation: 0,
    BurnedInAnnotation: 'NO',
    LossyImageCompression: '00',
    PresentationLUTShape: 'IDENTITY',
  };
}

/** Stack, then place in the stack. */
function dimensions(uid: string): Attributes[] {
  const frameContent = 0x00209111;
  return [
    { DimensionOrganizationUID: uid, DimensionIndexPointer: 0x00209056, FunctionalGroupPointer: frameContent, DimensionDescriptionLabel: 'Stack' },
    { DimensionOrganizationUID: uid, DimensionIndexPointer: 0x00209057, FunctionalGroupPointer: frameContent, DimensionDescriptionLabel: 'In stack' },
  ];
}

function sharedGroups(): Attributes {
  return {
    PixelMeasuresSequence: [{ SliceThickness: '4', SpacingBetweenSlices: decimal(STEP_MM), PixelSpacing: [decimal(PIXEL_MM), decimal(PIXEL_MM)] }],
    PlaneOrientationSequence: [{ ImageOrientationPatient: ['1', '0', '0', '0', '1', '0'] }],
    FrameAnatomySequence: [{ FrameLaterality: 'U', AnatomicRegionSequence: [{ CodeValue: '12738006', CodingSchemeDesignator: 'SCT', CodeMeaning: 'Brain' }] }],
    FrameVOILUTSequence: [{ WindowCenter: '430', WindowWidth: '900', WindowCenterWidthExplanation: 'ALGO1' }],
    PixelValueTransformationSequence: [{ RescaleIntercept: '0', RescaleSlope: '1', RescaleType: 'US' }],
    MRImageFrameTypeSequence: [
      {
        FrameType: ['ORIGINAL', 'PRIMARY', 'T2', 'NONE'],
        PixelPresentation: 'MONOCHROME',
        VolumetricProperties: 'VOLUME',
        VolumeBasedCalculationTechnique: 'NONE',
        ComplexImageComponent: 'MAGNITUDE',
        AcquisitionContrast: 'T2',
      },
    ],
    MRTimingAndRelatedParametersSequence: [
      {
        RepetitionTime: '4200',
        FlipAngle: '150',
        EchoTrainLength: 15,
        RFEchoTrainLength: 15,
        GradientEchoTrainLength: 0,
        SpecificAbsorptionRateSequence: [{ SpecificAbsorptionRateDefinition: 'IEC_HEAD', SpecificAbsorptionRateValue: 0.9 }],
        GradientOutputType: 'DB_DT',
        GradientOutput: 21,
        OperatingModeSequence: [{ OperatingModeType: 'STATIC FIELD', OperatingMode: 'IEC_NORMAL' }],
      },
    ],
    MRFOVGeometrySequence: [
      {
        InPlanePhaseEncodingDirection: 'ROW',
        MRAcquisitionFrequencyEncodingSteps: SIZE,
        MRAcquisitionPhaseEncodingStepsInPlane: 205,
        PercentSampling: '80',
        PercentPhaseFieldOfView: '100',
      },
    ],
    MREchoSequence: [{ EffectiveEchoTime: 98 }],
    MRModifierSequence: [
      {
        InversionRecovery: 'NO',
        FlowCompensation: 'NONE',
        Spoiling: 'NONE',
        T2Preparation: 'NO',
        SpectrallySelectedExcitation: 'NONE',
        SpatialPresaturation: 'NONE',
        PartialFourier: 'NO',
        ParallelAcquisition: 'NO',
      },
    ],
    MRImagingModifierSequence: [
      { MagnetizationTransfer: 'NONE', BloodSignalNulling: 'NO', Tagging: 'NONE', TransmitterFrequency: 123.2, PixelBandwidth: '190' },
    ],
    MRReceiveCoilSequence: [{ ReceiveCoilName: 'Head', ReceiveCoilManufacturerName: '', ReceiveCoilType: 'VOLUME', QuadratureReceiveCoil: 'YES' }],
    MRTransmitCoilSequence: [{ TransmitCoilName: 'Body', TransmitCoilManufacturerName: '', TransmitCoilType: 'BODY' }],
    MRAveragesSequence: [{ NumberOfAverages: '1' }],
  };
}

function frameGroups(began: string, index: number): Attributes {
  const origin = originOf(index);
  return {
    FrameContentSequence: [
      {
        FrameAcquisitionNumber: 1,
        FrameReferenceDateTime: began,
        FrameAcquisitionDateTime: began,
        FrameAcquisitionDuration: 168_000,
        StackID: '1',
        InStackPositionNumber: index + 1,
        DimensionIndexValues: [1, index + 1],
      },
    ],
    PlanePositionSequence: [{ ImagePositionPatient: origin.map((value, axis) => decimal(value + (ISOCENTRE[axis] ?? 0))) }],
  };
}
