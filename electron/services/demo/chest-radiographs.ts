import { CHEST_BOTTOM } from './chest/cage';
import { createChest, TABLE_SHIFT_MM } from './chest/ct';
import { type DemoSeries, type DemoStudy, imageAttributes, studyUid } from './common';
import { type Attributes, authorObject, decimal, type ObjectAttributes } from './dataset';
import { daysBefore } from './dates';
import { MARIA } from './patients';
import { enlarge, exposed, type Film, sigmoidTable } from './radiography/film';
import type { DemoOptions, DemoObject, PlannedObject } from './types';

const CR_IMAGE_STORAGE = '1.2.840.10008.5.1.4.1.1.1';
/** Raster in which the phantom is cast, and of the detector. */
const CAST = 384;
const CAST_MM = 1;
const STEP_MM = 1.2;
const TOP_Z = 6;
const PIXEL_MM = 0.3;
export const RADIOGRAPH_COLUMNS = 1280;
/** The detector stands behind the middle of the body: what it sees is larger than what is there. */
const MAGNIFICATION = 1.08;
const CAST_ROWS = Math.floor((TOP_Z - CHEST_BOTTOM) / STEP_MM);
export const RADIOGRAPH_ROWS = Math.round((CAST_ROWS * STEP_MM * MAGNIFICATION) / PIXEL_MM);

export type ChestView = 'PA' | 'LL';

export const CHEST_RADIOGRAPHS = 'cr-chest';

export function chestRadiographStudy(options: DemoOptions): DemoStudy {
  return {
    key: CHEST_RADIOGRAPHS,
    patient: MARIA,
    StudyDate: daysBefore(options.today, 2),
    startSeconds: 11 * 3600 + 42 * 60 + 30,
    AccessionNumber: 'DEMO-24071',
    StudyID: '24071',
    StudyDescription: 'XR CHEST PA AND LATERAL',
    ReferringPhysicianName: 'RIVERA^Ana^^Dr.',
  };
}

export function radiographSeries(study: DemoStudy, view: ChestView): DemoSeries {
  return {
    key: view,
    SeriesNumber: view === 'PA' ? 1 : 2,
    SeriesDescription: view === 'PA' ? 'Chest PA' : 'Chest lateral',
    ProtocolName: 'Chest',
    BodyPartExamined: 'CHEST',
    Modality: 'CR',
    SOPClassUID: CR_IMAGE_STORAGE,
    startSeconds: study.startSeconds + (view === 'PA' ? 60 : 150),
    frameOfReference: view,
  };
}

/** Chest radiographs: PA stored dark-on-bright (MONOCHROME1) with windows, lateral MONOCHROME2 with VOI LUTs. */
export function chestRadiographs(options: DemoOptions): PlannedObject[] {
  const study = chestRadiographStudy(options);
  let cast: Readonly<Record<ChestView, Film>> | undefined;
  const films = () => (cast ??= castChest(options.seed + 7));
  return (['PA', 'LL'] as const).map((view) => ({
    study: study.key,
    series: view,
    StudyInstanceUID: studyUid(options, study),
    make: () => makeRadiograph(options, study, view, films()[view]),
  }));
}

/** Adds up the attenuation along y (PA) and x (lateral) in every height of the phantom. */
function castChest(seed: number): Readonly<Record<ChestView, Film>> {
  const chest = createChest(seed, { noduleMm: 0 });
  const rows = CAST_ROWS;
  const frontal = new Float32Array(rows * CAST);
  const lateral = new Float32Array(rows * CAST);
  for (let row = 0; row < rows; row++) {
    const z = TOP_Z - (row + 0.5) * STEP_MM;
    const hu = chest.slice(z, { size: CAST, pixelMm: CAST_MM, thicknessMm: STEP_MM, noiseHu: 0, kernel: 'none', name: 'film' }, row);
    for (let y = 0; y < CAST; y++) {
      for (let x = 0; x < CAST; x++) {
        const value = hu[y * CAST + x] ?? -1000;
        // The scanner's table is not there; bone takes more of the softer beam than its CT number says.
        if (value < -150 && isTable((x + 0.5 - CAST / 2) * CAST_MM, (y + 0.5 - CAST / 2) * CAST_MM + TABLE_SHIFT_MM)) continue;
        const water = Math.max(0, value + 1000 + Math.max(0, value - 150) * 0.9) * 1e-3 * CAST_MM;
        frontal[row * CAST + x] = (frontal[row * CAST + x] ?? 0) + water;
        lateral[row * CAST + y] = (lateral[row * CAST + y] ?? 0) + water;
      }
    }
  }
  const columns = Math.round((CAST * CAST_MM * MAGNIFICATION) / PIXEL_MM);
  const film = (sums: Float32Array): Film => collimated(enlarge(sums, CAST, rows, columns, RADIOGRAPH_ROWS), columns, RADIOGRAPH_ROWS);
  // The left side is against the detector: the sternum looks to the left of the picture, as it is hung.
  return { PA: film(frontal), LL: film(lateral) };
}

/** Behind the mattress's upper face. */
function isTable(x: number, y: number): boolean {
  return y > 115 - 26 * (x / 190) ** 2;
}

function collimated(wide: Float32Array, from: number, rows: number): Film {
  const water = new Float32Array(RADIOGRAPH_COLUMNS * rows);
  const skip = Math.round((from - RADIOGRAPH_COLUMNS) / 2);
  for (let row = 0; row < rows; row++) water.set(wide.subarray(row * from + skip, row * from + skip + RADIOGRAPH_COLUMNS), row * RADIOGRAPH_COLUMNS);
  return { columns: RADIOGRAPH_COLUMNS, rows, pixelMm: PIXEL_MM, water };
}

function makeRadiograph(options: DemoOptions, study: DemoStudy, view: ChestView, film: Film): DemoObject {
  const processing = { halvingMm: view === 'PA' ? 62 : 92, detail: 0.9, maskMm: 22, noise: 0.009, name: view };
  const grey = exposed(options.seed, film, processing);
  const pixels = new Uint16Array(grey.length);
  const inverted = view === 'LL';
  for (let i = 0; i < pixels.length; i++) {
    const value = Math.round(700 + 2900 * (grey[i] ?? 0));
    pixels[i] = Math.max(0, Math.min(4095, inverted ? 4095 - value : value));
  }
  const attributes: ObjectAttributes = {
    ...imageAttributes(options, study, radiographSeries(study, view), 1),
    ...exposureOf(view),
    ...(view === 'PA' ? windows() : lookUpTables()),
    ImageType: ['DERIVED', 'PRIMARY'],
    PhotometricInterpretation: inverted ? 'MONOCHROME2' : 'MONOCHROME1',
    ImagerPixelSpacing: [decimal(PIXEL_MM), decimal(PIXEL_MM)],
    BitsAllocated: 16,
    BitsStored: 12,
    HighBit: 11,
    PixelRepresentation: 0,
  };
  return authorObject(attributes, { Rows: film.rows, Columns: film.columns, pixels });
}

function exposureOf(view: ChestView): Attributes {
  const pa = view === 'PA';
  return {
    ViewPosition: view,
    PatientOrientation: pa ? ['L', 'F'] : ['P', 'F'],
    KVP: '125',
    DistanceSourceToDetector: '1800',
    ExposureTime: pa ? 6 : 14,
    XRayTubeCurrent: 320,
    Exposure: pa ? 2 : 4,
    FocalSpots: '1.2',
    PlateType: 'Generated',
    AcquisitionDeviceProcessingDescription: 'Generated radiograph',
    Sensitivity: '400',
    DerivationDescription: 'Cast from a generated body, detail raised',
  };
}

function windows(): Attributes {
  return { WindowCenter: ['2050', '2500'], WindowWidth: ['2500', '1500'], WindowCenterWidthExplanation: ['NORMAL', 'LUNG'] };
}

/** Two tables of 4096 entries of 16 bits: sigmoids about the soft tissue, one steeper. */
function lookUpTables(): Attributes {
  const item = (explanation: string, middle: number, width: number): Attributes => ({
    LUTDescriptor: [4096, 0, 16],
    LUTExplanation: explanation,
    LUTData: sigmoidTable(middle, width),
  });
  return { VOILUTSequence: [item('NORMAL', 2050, 1900), item('HARDER', 2150, 1250)] };
}
