import { type ChestPhantom, createChest, TABLE_SHIFT_MM, toStored } from './chest/ct';
import { commonAttributes, type DemoSeries, type DemoStudy, seriesUid, studyUid } from './common';
import { type Attributes, authorObject, authorRle, bytesOf, decimal, type ObjectAttributes } from './dataset';
import { daysBefore, timeOf } from './dates';
import { createSpaceNoise, type SpaceNoise } from './noise';
import { GILDONG } from './patients';
import { uptakeSlice } from './pet/uptake';
import { subSeed } from './random';
import type { DemoObject, DemoOptions, PlannedObject } from './types';

const CT_IMAGE_STORAGE = '1.2.840.10008.5.1.4.1.1.2';
const PET_IMAGE_STORAGE = '1.2.840.10008.5.1.4.1.1.128';
export const PET_SLICES = 60;
const STEP_MM = 5;
const TABLE_Z = -731;
const CT = { size: 512, pixelMm: 0.9765625 };
const PET = { size: 144, pixelMm: 4.07283 };
/** Injected activity (Bq), and the half-life of fluorine 18 (s). */
const DOSE_BQ = 348_000_000;
const HALF_LIFE_S = 6586.2;
const UPTAKE_S = 3720;

export function petCtStudy(options: DemoOptions): DemoStudy {
  return {
    key: 'pet-ct',
    patient: GILDONG,
    StudyDate: daysBefore(options.today, 6),
    startSeconds: 10 * 3600 + 31 * 60 + 44,
    AccessionNumber: 'DEMO-24031',
    StudyID: '24031',
    StudyDescription: 'PET CT THORAX F-18 FDG',
    ReferringPhysicianName: 'NOVAK^Petra^^Dr.',
  };
}

function seriesOf(study: DemoStudy, modality: 'CT' | 'PT'): DemoSeries {
  const ct = modality === 'CT';
  return {
    key: modality,
    SeriesNumber: ct ? 2 : 3,
    SeriesDescription: ct ? 'CT low dose 5.0' : 'PET AC',
    ProtocolName: 'Thorax FDG',
    BodyPartExamined: 'CHEST',
    Modality: modality,
    SOPClassUID: ct ? CT_IMAGE_STORAGE : PET_IMAGE_STORAGE,
    startSeconds: study.startSeconds + (ct ? 60 : 180),
    // One patient, one table, one scanner: what fusion rests on.
    frameOfReference: 'table',
  };
}

/** PET and low-dose CT of one thorax in one frame of reference; the CT in RLE. SUV by body weight follows from the PET's own attributes. */
export function petCtImages(options: DemoOptions): PlannedObject[] {
  const study = petCtStudy(options);
  const StudyInstanceUID = studyUid(options, study);
  let chest: ChestPhantom | undefined;
  const phantom = () => (chest ??= createChest(options.seed + 3, { noduleMm: 17 }));
  let noise: SpaceNoise | undefined;
  const counts = () => (noise ??= createSpaceNoise(subSeed(options.seed, 'pet counts')));
  const images = (modality: 'CT' | 'PT', make: (index: number) => DemoObject) =>
    Array.from({ length: PET_SLICES }, (_, index): PlannedObject => ({ study: study.key, series: modality, StudyInstanceUID, make: () => make(index) }));
  return [
    ...images('CT', (index) => makeCt(options, study, phantom(), index)),
    ...images('PT', (index) => makePet(options, study, phantom(), counts(), index)),
  ];
}

function geometry({ size, pixelMm }: typeof CT, index: number): Attributes {
  const corner = -(size * pixelMm) / 2 + pixelMm / 2;
  const z = TABLE_Z - index * STEP_MM;
  return {
    ImagePositionPatient: [corner, corner + TABLE_SHIFT_MM, z].map(decimal),
    ImageOrientationPatient: ['1', '0', '0', '0', '1', '0'],
    SliceLocation: decimal(z),
    SliceThickness: decimal(STEP_MM),
    PixelSpacing: [decimal(pixelMm), decimal(pixelMm)],
  };
}

function makeCt(options: DemoOptions, study: DemoStudy, chest: ChestPhantom, index: number): DemoObject {
  const attributes: ObjectAttributes = {
    ...commonAttributes(options, study, seriesOf(study, 'CT'), index + 1, index * 0.05),
    ...geometry(CT, index),
    ImageType: ['ORIGINAL', 'PRIMARY', 'AXIAL'],
    KVP: '120',
    AcquisitionNumber: 1,
    ExposureTime: 500,
    XRayTubeCurrent: 60,
    Exposure: 30,
    ConvolutionKernel: 'SOFT30',
    RescaleIntercept: '-1024',
    RescaleSlope: '1',
    RescaleType: 'HU',
    WindowCenter: ['40', '-600'],
    WindowWidth: ['400', '1500'],
    WindowCenterWidthExplanation: ['MEDIASTINUM', 'LUNG'],
    BitsAllocated: 16,
    BitsStored: 16,
    HighBit: 15,
    PixelRepresentation: 1,
  };
  const recon = { ...CT, thicknessMm: STEP_MM, noiseHu: 16, kernel: 'soft' as const, name: 'low dose' };
  const image = toStored(chest.slice(-index * STEP_MM, recon, index), CT.size);
  return authorRle(attributes, image, [bytesOf(image)], 2);
}

function makePet(options: DemoOptions, study: DemoStudy, chest: ChestPhantom, noise: SpaceNoise, index: number): DemoObject {
  const series = seriesOf(study, 'PT');
  const z = -index * STEP_MM;
  const hu = chest.slice(z, { ...PET, thicknessMm: STEP_MM, noiseHu: 0, kernel: 'none', name: 'pet' }, index);
  const half = (PET.size * PET.pixelMm) / 2;
  const place = (column: number, row: number) => [(column + 0.5) * PET.pixelMm - half, (row + 0.5) * PET.pixelMm - half + TABLE_SHIFT_MM] as const;
  const suv = uptakeSlice(hu, PET.size, PET.pixelMm, z, place, noise);
  const weight = Number(study.patient.PatientWeight);
  // SUV = activity concentration (Bq/ml) x weight (g) / dose decayed to the series' time (Decay Correction START).
  const atStart = DOSE_BQ * 2 ** (-UPTAKE_S / HALF_LIFE_S);
  const becquerels = atStart / (weight * 1000);
  const largest = Math.max(1, ...suv) * becquerels;
  const slope = Number((largest / 32_000).toPrecision(8));
  const pixels = new Int16Array(suv.length);
  for (let i = 0; i < pixels.length; i++) pixels[i] = Math.round(((suv[i] ?? 0) * becquerels) / slope);
  // Patient Position is said by codes here (PS3.3 C.7.3.1.1.2).
  const { PatientPosition: _byCodes, ...common } = commonAttributes(options, study, series, index + 1, 0);
  const attributes = {
    ...common,
    ...geometry(PET, index),
    ...petAttributes(study, index),
    RescaleIntercept: '0',
    RescaleSlope: decimal(slope),
    WindowCenter: decimal(becquerels * 3.5),
    WindowWidth: decimal(becquerels * 7),
    SmallestImagePixelValue: 0,
    LargestImagePixelValue: 32_000,
  };
  return authorObject(attributes, { Rows: PET.size, Columns: PET.size, pixels });
}

function petAttributes(study: DemoStudy, index: number): Attributes {
  const injected = study.startSeconds + 180 - UPTAKE_S;
  return {
    ImageType: ['ORIGINAL', 'PRIMARY'],
    SeriesType: ['STATIC', 'IMAGE'],
    Units: 'BQML',
    CountsSource: 'EMISSION',
    NumberOfSlices: PET_SLICES,
    CorrectedImage: ['DECY', 'ATTN', 'SCAT', 'DTIM', 'RAN', 'NORM'],
    DecayCorrection: 'START',
    CollimatorType: 'NONE',
    ImageIndex: index + 1,
    FrameReferenceTime: '90000',
    ActualFrameDuration: '180000',
    DecayFactor: '1',
    AcquisitionNumber: 1,
    RandomsCorrectionMethod: 'DLYD',
    AttenuationCorrectionMethod: 'CT based',
    ScatterCorrectionMethod: 'Model based',
    ReconstructionMethod: 'Generated',
    ConvolutionKernel: 'Gauss 6 mm',
    RadiopharmaceuticalInformationSequence: [
      {
        Radiopharmaceutical: 'Fluorodeoxyglucose',
        RadiopharmaceuticalVolume: '',
        RadiopharmaceuticalStartTime: timeOf(injected),
        RadiopharmaceuticalStartDateTime: `${study.StudyDate}${timeOf(injected)}`,
        RadionuclideTotalDose: decimal(DOSE_BQ),
        RadionuclideHalfLife: decimal(HALF_LIFE_S),
        RadionuclidePositronFraction: '0.967',
        RadionuclideCodeSequence: [{ CodeValue: '77004003', CodingSchemeDesignator: 'SCT', CodeMeaning: '^18^Fluorine' }],
        RadiopharmaceuticalCodeSequence: [{ CodeValue: '35321007', CodingSchemeDesignator: 'SCT', CodeMeaning: 'Fluorodeoxyglucose F^18^' }],
      },
    ],
    PatientOrientationCodeSequence: [
      {
        CodeValue: '102538003',
        CodingSchemeDesignator: 'SCT',
        CodeMeaning: 'recumbent',
        PatientOrientationModifierCodeSequence: [{ CodeValue: '40199007', CodingSchemeDesignator: 'SCT', CodeMeaning: 'supine' }],
      },
    ],
    PatientGantryRelationshipCodeSequence: [{ CodeValue: '102540001', CodingSchemeDesignator: 'SCT', CodeMeaning: 'headfirst' }],
    BitsAllocated: 16,
    BitsStored: 16,
    HighBit: 15,
    PixelRepresentation: 1,
  };
}

/** The slices that show the nodule best, with the identity of their series: what notes and reports refer to. */
export function petCtFinding(options: DemoOptions): { readonly study: DemoStudy; readonly seriesUid: string; readonly indices: readonly number[] } {
  const study = petCtStudy(options);
  return { study, seriesUid: seriesUid(options, study, 'CT'), indices: [12, 13, 20] };
}
