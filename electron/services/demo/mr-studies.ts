import type { BrainPhantom } from './brain/brain';
import type { Contrast } from './brain/contrast';
import { FLAIR, T1, T2 } from './brain/contrast';
import { brainOf, mrImage } from './brain/mr';
import type { DemoPatient, DemoSeries, DemoStudy } from './common';
import { commonAttributes, studyUid } from './common';
import type { Attributes, ObjectAttributes } from './dataset';
import { authorObject, decimal } from './dataset';
import { daysBefore } from './dates';
import type { DemoOrigin } from './random';
import { ALEX, TIM, TOM } from './patients';
import type { Point } from './solids';
import { cross } from './solids';
import type { DemoObject, DemoOptions, PlannedObject } from './types';

const MR_IMAGE_STORAGE = '1.2.840.10008.5.1.4.1.1.4';
const SIZE = 256;

interface MrPlan {
  readonly series: DemoSeries;
  readonly contrast: Contrast;
  readonly count: number;
  readonly thicknessMm: number;
  readonly stepMm: number;
  readonly pixelMm: number;
  readonly rowDirection: Point;
  readonly columnDirection: Point;
  /** Middle of the middle slice, brain space. */
  readonly centre: Point;
  /** 1: slices follow the cross product of row and column; -1: against it. */
  readonly order: 1 | -1;
  readonly noise: number;
  readonly window: { readonly center: number; readonly width: number };
  readonly sequence: Attributes;
}

/** Brain space to the scanner's LPS: where the isocentre lay. */
const ISOCENTRE: Point = [1.4, -12.6, 23.8];
/** Transverse slices follow the line of the commissures: tilted 9 degrees about the left-right axis. */
const TILT = (9 * Math.PI) / 180;
const TILTED: Point = [0, Math.cos(TILT), Math.sin(TILT)];

function series(key: string, number: number, description: string, startSeconds: number): DemoSeries {
  return {
    key,
    SeriesNumber: number,
    SeriesDescription: description,
    ProtocolName: description,
    BodyPartExamined: 'BRAIN',
    Modality: 'MR',
    SOPClassUID: MR_IMAGE_STORAGE,
    startSeconds,
    frameOfReference: 'head',
  };
}

function mrSeries(start: number): MrPlan[] {
  const axial = {
    rowDirection: [1, 0, 0] as Point,
    columnDirection: TILTED,
    centre: [0, 2, 9] as Point,
    order: 1 as const,
    count: 26,
    thicknessMm: 5,
    stepMm: 5.5,
    pixelMm: 0.8984375,
  };
  return [
    {
      series: series('t1-sag', 1, 'T1 sagittal', start + 90),
      contrast: T1,
      count: 25,
      thicknessMm: 5,
      stepMm: 5.5,
      pixelMm: 0.9765625,
      rowDirection: [0, 1, 0],
      columnDirection: [0, 0, -1],
      centre: [0, -6, -24],
      order: -1,
      noise: 13,
      window: { center: 400, width: 820 },
      sequence: {
        ScanningSequence: 'SE',
        SequenceVariant: 'SK',
        ScanOptions: '',
        RepetitionTime: '520',
        EchoTime: '8.9',
        EchoTrainLength: 1,
        FlipAngle: '90',
        PixelBandwidth: '150',
        SequenceName: 'se2d1',
      },
    },
    {
      ...axial,
      series: series('t2-ax', 2, 'T2 transverse', start + 360),
      contrast: T2,
      noise: 13,
      window: { center: 430, width: 900 },
      sequence: {
        ScanningSequence: 'SE',
        SequenceVariant: 'SK',
        ScanOptions: 'FC',
        RepetitionTime: '4200',
        EchoTime: '98',
        EchoTrainLength: 15,
        FlipAngle: '150',
        PixelBandwidth: '190',
        SequenceName: 'tse2d1_15',
      },
    },
    {
      ...axial,
      series: series('flair-ax', 3, 'FLAIR transverse', start + 610),
      contrast: FLAIR,
      noise: 15,
      window: { center: 360, width: 760 },
      sequence: {
        ScanningSequence: ['SE', 'IR'],
        SequenceVariant: ['SK', 'SP'],
        ScanOptions: 'FS',
        RepetitionTime: '9000',
        EchoTime: '89',
        InversionTime: '2500',
        EchoTrainLength: 16,
        FlipAngle: '150',
        PixelBandwidth: '190',
        SequenceName: 'tir2d1_16',
      },
    },
  ];
}

/** The brain MR of another patient: three series in one frame of reference. */
export function brainStudies(options: DemoOptions): PlannedObject[][] {
  const start = 10 * 3600 + 16 * 60 + 5;
  const study: DemoStudy = {
    key: 'mr-brain',
    patient: ALEX,
    StudyDate: daysBefore(options.today, 1),
    startSeconds: start,
    AccessionNumber: 'DEMO-24093',
    StudyID: '24093',
    StudyDescription: 'MR BRAIN W/O CONTRAST',
    ReferringPhysicianName: 'OKAFOR^Ngozi^^Dr.',
  };
  return [planSeries(options, study, mrSeries(start)), mixedStudy(options)];
}

/** One study whose second series came under another patient's name and number: a mistake at the scanner that a reader must see. */
function mixedStudy(options: DemoOptions): PlannedObject[] {
  const start = 17 * 3600 + 28 * 60 + 14;
  const study = (patient: DemoPatient): DemoStudy => ({
    key: 'mr-mixed',
    patient,
    StudyDate: daysBefore(options.today, 7),
    startSeconds: start,
    AccessionNumber: 'DEMO-24019',
    StudyID: '24019',
    StudyDescription: 'MR BRAIN (TWO PATIENT IDS)',
    ReferringPhysicianName: 'NOVAK^Petra^^Dr.',
  });
  const [, t2, flair] = mrSeries(start).map((plan) => ({ ...plan, count: 13 }));
  const body = { ...options, seed: options.seed + 5 };
  return [...planSeries(options, study(TOM), t2 === undefined ? [] : [t2], body), ...planSeries(options, study(TIM), flair === undefined ? [] : [flair], body)];
}

function planSeries(options: DemoOptions, study: DemoStudy, plans: readonly MrPlan[], body: DemoOptions = options): PlannedObject[] {
  const StudyInstanceUID = studyUid(options, study);
  let phantom: BrainPhantom | undefined;
  const brain = () => (phantom ??= brainOf(body.seed));
  return plans.flatMap((plan) =>
    Array.from({ length: plan.count }, (_, index): PlannedObject => ({
      study: study.key,
      series: plan.series.key,
      StudyInstanceUID,
      make: () => makeSlice(options, study, plan, brain(), index),
    })),
  );
}

/** Centre of the first pixel of slice `index`, brain space. */
function originOf(plan: MrPlan, index: number): { origin: Point; normal: Point } {
  const normal = cross(plan.rowDirection, plan.columnDirection);
  const along = plan.order * (index - (plan.count - 1) / 2) * plan.stepMm;
  const half = ((SIZE - 1) / 2) * plan.pixelMm;
  const at = (k: 0 | 1 | 2) => plan.centre[k] + along * normal[k] - half * (plan.rowDirection[k] + plan.columnDirection[k]);
  return { origin: [at(0), at(1), at(2)], normal };
}

function makeSlice(made: DemoOrigin, study: DemoStudy, plan: MrPlan, brain: BrainPhantom, index: number): DemoObject {
  const { origin, normal } = originOf(plan, index);
  const position: Point = [origin[0] + ISOCENTRE[0], origin[1] + ISOCENTRE[1], origin[2] + ISOCENTRE[2]];
  const attributes: ObjectAttributes = {
    ...commonAttributes(made, study, plan.series, index + 1, index * 0.4),
    ...plan.sequence,
    ImageType: ['ORIGINAL', 'PRIMARY', 'OTHER'],
    MRAcquisitionType: '2D',
    AngioFlag: 'N',
    AcquisitionNumber: 1,
    SliceThickness: decimal(plan.thicknessMm),
    NumberOfAverages: '1',
    ImagingFrequency: '63.68',
    ImagedNucleus: '1H',
    EchoNumbers: 1,
    MagneticFieldStrength: '1.5',
    SpacingBetweenSlices: decimal(plan.stepMm),
    NumberOfPhaseEncodingSteps: 205,
    PercentSampling: '80',
    PercentPhaseFieldOfView: '100',
    ReconstructionDiameter: decimal(SIZE * plan.pixelMm),
    ReceiveCoilName: 'Head',
    TransmitCoilName: 'Body',
    AcquisitionMatrix: [0, 256, 205, 0],
    InPlanePhaseEncodingDirection: 'ROW',
    VariableFlipAngleFlag: 'N',
    SAR: '0.62',
    ImagePositionPatient: position.map(decimal),
    ImageOrientationPatient: [...plan.rowDirection, ...plan.columnDirection].map(decimal),
    SliceLocation: decimal(position[0] * normal[0] + position[1] * normal[1] + position[2] * normal[2]),
    PixelSpacing: [decimal(plan.pixelMm), decimal(plan.pixelMm)],
    BitsAllocated: 16,
    BitsStored: 12,
    HighBit: 11,
    PixelRepresentation: 0,
    WindowCenter: decimal(plan.window.center),
    WindowWidth: decimal(plan.window.width),
    WindowCenterWidthExplanation: 'ALGO1',
  };
  const image = mrImage(made.seed, brain, {
    size: SIZE,
    pixelMm: plan.pixelMm,
    thicknessMm: plan.thicknessMm,
    origin,
    rowDirection: plan.rowDirection,
    columnDirection: plan.columnDirection,
    normal,
    contrast: plan.contrast,
    noise: plan.noise,
    name: `${plan.series.key} ${index}`,
  });
  return authorObject(attributes, image);
}
