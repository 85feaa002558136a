import type { ChestPhantom, ChestRecon } from './chest/ct';
import { TABLE_SHIFT_MM, createChest, toStored } from './chest/ct';
import type { Projection } from './chest/topogram';
import { project, topogramImage } from './chest/topogram';
import type { DemoSeries, DemoStudy } from './common';
import { commonAttributes, studyUid } from './common';
import type { Attributes, ObjectAttributes } from './dataset';
import { authorObject, authorRle, bytesOf, decimal } from './dataset';
import { daysBefore } from './dates';
import { JANE, LAYLA } from './patients';
import type { DemoOrigin } from './random';
import type { DemoOptions, DemoObject, PlannedObject } from './types';

const CT_IMAGE_STORAGE = '1.2.840.10008.5.1.4.1.1.2';
const SCOUT_COLUMNS = 512;
const SCOUT_PIXEL_MM = 0.78125;

interface AxialPlan {
  readonly series: DemoSeries;
  readonly recon: ChestRecon;
  readonly count: number;
  readonly stepMm: number;
  /** Height of the first (topmost) slice in the phantom. */
  readonly firstZ: number;
  readonly windows: readonly { readonly center: number; readonly width: number; readonly name: string }[];
  readonly kernel: string;
}

interface ChestStudyPlan {
  readonly study: DemoStudy;
  readonly noduleMm: number;
  /** Another body than that of the first patient. */
  readonly bodySeed?: number;
  /** Slices that are missing, by their place from the top. */
  readonly missing?: readonly number[];
  /** Stored in RLE Lossless instead of uncompressed. */
  readonly rle?: boolean;
  /** Added to the phantom's heights: where the table stood. */
  readonly tableZ: number;
  readonly exposureMas: number;
  /** Stored value outside the round field of view, when the scanner leaves it blank. */
  readonly padding?: number;
  readonly axial: readonly AxialPlan[];
  readonly scouts: readonly ('frontal' | 'lateral')[];
}

const SOFT = [
  { center: 40, width: 400, name: 'MEDIASTINUM' },
  { center: -600, width: 1500, name: 'LUNG' },
] as const;
const LUNG = [SOFT[1], SOFT[0]] as const;

function series(key: string, number: number, description: string, startSeconds: number): DemoSeries {
  return {
    key,
    SeriesNumber: number,
    SeriesDescription: description,
    ProtocolName: 'Chest routine',
    BodyPartExamined: 'CHEST',
    Modality: 'CT',
    SOPClassUID: CT_IMAGE_STORAGE,
    startSeconds,
    frameOfReference: 'table',
  };
}

function currentStudy(options: DemoOptions): ChestStudyPlan {
  const start = 8 * 3600 + 2 * 60 + 11;
  const study: DemoStudy = {
    key: 'ct-chest',
    patient: JANE,
    StudyDate: options.today,
    startSeconds: start,
    AccessionNumber: 'DEMO-24107',
    StudyID: '24107',
    StudyDescription: 'CT CHEST W/O CONTRAST',
    ReferringPhysicianName: 'RIVERA^Ana^^Dr.',
  };
  const recon = (name: string, thicknessMm: number, kernel: 'soft' | 'lung', noiseHu: number): ChestRecon => ({
    size: 512,
    pixelMm: 0.78125,
    thicknessMm,
    kernel,
    noiseHu,
    name,
  });
  return {
    study,
    noduleMm: 11,
    tableZ: -412.5,
    exposureMas: 96,
    scouts: ['frontal', 'lateral'],
    axial: [
      {
        series: series('soft', 2, 'Chest 2.0 soft', start + 120),
        recon: recon('soft', 2, 'soft', 12),
        count: 150,
        stepMm: 2,
        firstZ: 0,
        windows: SOFT,
        kernel: 'SOFT40',
      },
      {
        series: series('lung', 3, 'Chest 5.0 lung', start + 121),
        recon: recon('lung', 5, 'lung', 24),
        count: 60,
        stepMm: 5,
        firstZ: 0,
        windows: LUNG,
        kernel: 'LUNG57',
      },
    ],
  };
}

function priorStudy(options: DemoOptions): ChestStudyPlan {
  const start = 14 * 3600 + 37 * 60 + 48;
  const study: DemoStudy = {
    key: 'ct-chest-prior',
    patient: JANE,
    StudyDate: daysBefore(options.today, 494),
    startSeconds: start,
    AccessionNumber: 'DEMO-19822',
    StudyID: '19822',
    StudyDescription: 'CT CHEST W/O CONTRAST',
    ReferringPhysicianName: 'RIVERA^Ana^^Dr.',
  };
  const recon: ChestRecon = { size: 512, pixelMm: 0.8203125, thicknessMm: 5, kernel: 'soft', noiseHu: 9, name: 'prior' };
  return {
    study,
    noduleMm: 6.5,
    tableZ: -1088,
    exposureMas: 110,
    padding: -2000,
    scouts: ['frontal'],
    axial: [{ series: series('soft', 2, 'Chest 5.0 soft', start + 110), recon, count: 58, stepMm: 5, firstZ: -3, windows: SOFT, kernel: 'STANDARD' }],
  };
}

/** Four slices of the middle never arrived: their numbers and places are missing. */
function studyWithGap(options: DemoOptions): ChestStudyPlan {
  const start = 16 * 3600 + 5 * 60 + 37;
  const study: DemoStudy = {
    key: 'ct-gap',
    patient: LAYLA,
    StudyDate: daysBefore(options.today, 5),
    startSeconds: start,
    AccessionNumber: 'DEMO-24044',
    StudyID: '24044',
    StudyDescription: 'CT CHEST (SLICES MISSING)',
    ReferringPhysicianName: 'OKAFOR^Ngozi^^Dr.',
  };
  const recon: ChestRecon = { size: 512, pixelMm: 0.703125, thicknessMm: 5, kernel: 'soft', noiseHu: 10, name: 'gap' };
  const axial = { series: series('soft', 2, 'Chest 5.0 soft', start + 90), recon, count: 56, stepMm: 5, firstZ: -4, windows: SOFT, kernel: 'SOFT40' };
  return { study, noduleMm: 0, bodySeed: options.seed + 11, tableZ: -260, exposureMas: 104, missing: [21, 22, 23, 24], rle: true, axial: [axial], scouts: [] };
}

/** The chest CT and its prior, and one with a gap: plans of every image, in order. */
export function chestStudies(options: DemoOptions): PlannedObject[][] {
  return [currentStudy(options), priorStudy(options), studyWithGap(options)].map((plan) => planStudy(options, plan));
}

function planStudy(origin: DemoOrigin, plan: ChestStudyPlan): PlannedObject[] {
  const { seed } = origin;
  const StudyInstanceUID = studyUid(origin, plan.study);
  let phantom: ChestPhantom | undefined;
  const chest = () => (phantom ??= createChest(plan.bodySeed ?? seed, { noduleMm: plan.noduleMm }));
  let shadows: ReturnType<typeof project> | undefined;
  const projections = () => (shadows ??= project(chest(), SCOUT_COLUMNS * SCOUT_PIXEL_MM));
  const planned: PlannedObject[] = [];
  plan.scouts.forEach((view, index) => {
    planned.push({ study: plan.study.key, series: 'topogram', StudyInstanceUID, make: () => makeScout(origin, plan, projections()[view], view, index + 1) });
  });
  for (const axial of plan.axial) {
    for (let index = 0; index < axial.count; index++) {
      if (plan.missing?.includes(index) === true) continue;
      planned.push({ study: plan.study.key, series: axial.series.key, StudyInstanceUID, make: () => makeSlice(origin, plan, axial, chest(), index) });
    }
  }
  return planned;
}

function ctAttributes(): Attributes {
  return {
    ContrastBolusAgent: '',
    KVP: '120',
    AcquisitionNumber: 1,
    GantryDetectorTilt: '0',
    RotationDirection: 'CW',
    FilterType: 'FLAT',
    GeneratorPower: '36',
    DistanceSourceToDetector: '1085.6',
    DistanceSourceToPatient: '595',
    TableHeight: '151',
    BitsAllocated: 16,
    BitsStored: 16,
    HighBit: 15,
    PixelRepresentation: 1,
    RescaleIntercept: '-1024',
    RescaleSlope: '1',
  };
}

function makeSlice(origin: DemoOrigin, plan: ChestStudyPlan, axial: AxialPlan, chest: ChestPhantom, index: number): DemoObject {
  const { recon } = axial;
  const z = axial.firstZ - index * axial.stepMm;
  const corner = -(recon.size * recon.pixelMm) / 2 + recon.pixelMm / 2;
  const where = plan.tableZ + z;
  const attributes: ObjectAttributes = {
    ...commonAttributes(origin, plan.study, axial.series, index + 1, index * 0.025),
    ...ctAttributes(),
    RescaleType: 'HU',
    ImageType: ['ORIGINAL', 'PRIMARY', 'AXIAL'],
    ScanOptions: 'HELICAL MODE',
    SliceThickness: decimal(recon.thicknessMm),
    DataCollectionDiameter: '500',
    ReconstructionDiameter: decimal(recon.size * recon.pixelMm),
    ExposureTime: 500,
    XRayTubeCurrent: Math.round(plan.exposureMas / 0.5),
    Exposure: plan.exposureMas,
    FocalSpots: '1.2',
    ConvolutionKernel: axial.kernel,
    SpiralPitchFactor: 1.2,
    ImagePositionPatient: [corner, corner + TABLE_SHIFT_MM, where].map(decimal),
    ImageOrientationPatient: ['1', '0', '0', '0', '1', '0'],
    SliceLocation: decimal(where),
    PixelSpacing: [decimal(recon.pixelMm), decimal(recon.pixelMm)],
    WindowCenter: axial.windows.map((window) => String(window.center)),
    WindowWidth: axial.windows.map((window) => String(window.width)),
    WindowCenterWidthExplanation: axial.windows.map((window) => window.name),
  };
  const image = toStored(chest.slice(z, recon, index), recon.size, plan.padding);
  if (plan.rle === true) return authorRle(attributes, image, [bytesOf(image)], 2);
  return authorObject(plan.padding === undefined ? attributes : { ...attributes, PixelPaddingValue: plan.padding }, image);
}

/** Frontal scout: rows to the patient's left, columns to the feet. Lateral: rows to the back, columns to the feet. */
function makeScout(origin: DemoOrigin, plan: ChestStudyPlan, projection: Projection, view: 'frontal' | 'lateral', number: number): DemoObject {
  const pixelMm = SCOUT_PIXEL_MM;
  const fieldMm = SCOUT_COLUMNS * pixelMm;
  const rows = Math.round((projection.rows * projection.rowMm) / pixelMm);
  const corner = -fieldMm / 2 + pixelMm / 2;
  const top = plan.tableZ + 4 - pixelMm / 2;
  const frontal = view === 'frontal';
  const attributes: ObjectAttributes = {
    ...commonAttributes(origin, plan.study, series('topogram', 1, 'Topogram', plan.study.startSeconds + 20), number, number * 8),
    ...ctAttributes(),
    RescaleType: 'US',
    ImageType: ['ORIGINAL', 'PRIMARY', 'LOCALIZER'],
    ScanOptions: 'SCOUT MODE',
    SliceThickness: '0.6',
    DataCollectionDiameter: decimal(fieldMm),
    ExposureTime: 3200,
    XRayTubeCurrent: 35,
    Exposure: 112,
    ConvolutionKernel: 'SCOUT',
    ImagePositionPatient: (frontal ? [corner, 0, top] : [0, corner + TABLE_SHIFT_MM, top]).map(decimal),
    ImageOrientationPatient: frontal ? ['1', '0', '0', '0', '0', '-1'] : ['0', '1', '0', '0', '0', '-1'],
    PixelSpacing: [decimal(pixelMm), decimal(pixelMm)],
    WindowCenter: '-120',
    WindowWidth: '1100',
    WindowCenterWidthExplanation: 'SCOUT',
  };
  return authorObject(attributes, topogramImage(origin.seed, `${plan.study.key} ${view}`, projection, SCOUT_COLUMNS, rows));
}
