import { type DemoSeries, type DemoStudy, imageAttributes, studyUid } from './common';
import { type Attributes, authorJpegLossless, decimal, type ObjectAttributes } from './dataset';
import { daysBefore } from './dates';
import { ELENI } from './patients';
import { sigmoidTable } from './radiography/film';
import { breastImage, type BreastView } from './radiography/breast';
import type { DemoObject, DemoOptions, PlannedObject } from './types';

const MG_FOR_PRESENTATION = '1.2.840.10008.5.1.4.1.1.1.2';
const ROWS = 1536;
const COLUMNS = 1196;
const PIXEL_MM = 0.15;

interface MammogramPlan {
  readonly study: DemoStudy;
  readonly massMm: number;
}

function plans(options: DemoOptions): MammogramPlan[] {
  const study = (key: string, daysAgo: number, number: string, start: number): DemoStudy => ({
    key,
    patient: ELENI,
    StudyDate: daysBefore(options.today, daysAgo),
    startSeconds: start,
    AccessionNumber: `DEMO-${number}`,
    StudyID: number,
    StudyDescription: 'MAMMOGRAM SCREENING BILATERAL',
    ReferringPhysicianName: 'NOVAK^Petra^^Dr.',
  });
  return [
    { study: study('mg', 3, '24066', 9 * 3600 + 5 * 60 + 20), massMm: 13 },
    { study: study('mg-prior', 741, '17230', 13 * 3600 + 48 * 60 + 2), massMm: 0 },
  ];
}

const VIEWS = [
  { side: 'R', view: 'CC' },
  { side: 'L', view: 'CC' },
  { side: 'R', view: 'MLO' },
  { side: 'L', view: 'MLO' },
] as const;

/** Screening mammograms of four views, and those of two years before; JPEG Lossless, as many systems send them. */
export function mammograms(options: DemoOptions): PlannedObject[] {
  return plans(options).flatMap((plan) =>
    VIEWS.map(({ side, view }, index): PlannedObject => {
      const series = seriesOf(plan.study, `${side}-${view}`, index + 1);
      return {
        study: plan.study.key,
        series: series.key,
        StudyInstanceUID: studyUid(options, plan.study),
        make: () =>
          makeMammogram(options, plan, series, {
            side,
            view,
            rows: ROWS,
            columns: COLUMNS,
            pixelMm: PIXEL_MM,
            massMm: side === 'L' ? plan.massMm : 0,
            name: plan.study.key,
          }),
      };
    }),
  );
}

function seriesOf(study: DemoStudy, key: string, number: number): DemoSeries {
  return {
    key,
    SeriesNumber: number,
    SeriesDescription: key.replace('-', ' '),
    ProtocolName: 'Screening',
    BodyPartExamined: 'BREAST',
    Modality: 'MG',
    SOPClassUID: MG_FOR_PRESENTATION,
    startSeconds: study.startSeconds + 40 * number,
    frameOfReference: key,
  };
}

function makeMammogram(options: DemoOptions, { study }: MammogramPlan, series: DemoSeries, view: BreastView): DemoObject {
  const grey = breastImage(options.seed, view);
  const pixels = new Uint16Array(grey.length);
  for (let i = 0; i < pixels.length; i++) pixels[i] = Math.max(0, Math.min(4095, Math.round(4095 * (grey[i] ?? 0))));
  const attributes: ObjectAttributes = {
    ...imageAttributes(options, study, series, 1),
    ...geometryOf(view),
    ...lookUpTables(),
    ImageType: ['DERIVED', 'PRIMARY'],
    DerivationDescription: 'Generated, processed for presentation',
    PresentationIntentType: 'FOR PRESENTATION',
    BitsAllocated: 16,
    BitsStored: 12,
    HighBit: 11,
    PixelRepresentation: 0,
    PixelIntensityRelationship: 'LOG',
    PixelIntensityRelationshipSign: -1,
    RescaleIntercept: '0',
    RescaleSlope: '1',
    RescaleType: 'US',
    PresentationLUTShape: 'IDENTITY',
    WindowCenter: ['2048', '1900'],
    WindowWidth: ['4096', '2600'],
    WindowCenterWidthExplanation: ['FULL', 'DENSE'],
  };
  return authorJpegLossless(attributes, { Rows: view.rows, Columns: view.columns }, [pixels], 12);
}

function code(CodeValue: string, CodeMeaning: string): Attributes {
  return { CodeValue, CodingSchemeDesignator: 'SCT', CodeMeaning };
}

function geometryOf({ side, view, pixelMm }: BreastView): Attributes {
  const cranioCaudal = view === 'CC';
  return {
    ImageLaterality: side,
    ViewPosition: view,
    // Rows run to the back for the right breast (chest wall at the right of the picture), to the front for the left one.
    PatientOrientation: side === 'R' ? ['P', cranioCaudal ? 'L' : 'FL'] : ['A', cranioCaudal ? 'R' : 'FR'],
    ViewCodeSequence: [
      {
        ...(cranioCaudal ? code('399162004', 'cranio-caudal') : code('399368009', 'medio-lateral oblique')),
        ViewModifierCodeSequence: [],
      },
    ],
    AnatomicRegionSequence: [code('76752008', 'Breast')],
    AcquisitionContextSequence: [],
    ImagerPixelSpacing: [decimal(pixelMm), decimal(pixelMm)],
    PositionerType: 'MAMMOGRAPHIC',
    PositionerPrimaryAngle: cranioCaudal ? '0' : side === 'R' ? '-45' : '45',
    BodyPartThickness: cranioCaudal ? '52' : '58',
    CompressionForce: cranioCaudal ? '98' : '112',
    OrganExposed: 'BREAST',
    OrganDose: '0.0132',
    EntranceDoseInmGy: '6.2',
    BreastImplantPresent: 'NO',
    PartialView: 'NO',
    KVP: '29',
    ExposureTime: 920,
    XRayTubeCurrent: 82,
    Exposure: 75,
    AnodeTargetMaterial: 'TUNGSTEN',
    FilterMaterial: 'RHODIUM',
    DistanceSourceToDetector: '660',
    DistanceSourceToPatient: '640',
    EstimatedRadiographicMagnificationFactor: '1.03125',
    DetectorType: 'DIRECT',
    DetectorID: 'DEMO-MG-1',
    DetectorDescription: 'Generated',
    DetectorTemperature: '27',
    FieldOfViewShape: 'RECTANGLE',
    FieldOfViewDimensions: [Math.round(ROWS * pixelMm), Math.round(COLUMNS * pixelMm)],
    Grid: 'RECIPROCATING',
  };
}

/** Three tables as vendors send them: the middle one first, a harder and a softer one. */
function lookUpTables(): Attributes {
  const item = (LUTExplanation: string, width: number): Attributes => ({
    LUTDescriptor: [4096, 0, 16],
    LUTExplanation,
    LUTData: sigmoidTable(1900, width),
  });
  return { VOILUTSequence: [item('NORMAL', 2700), item('HARDER', 1900), item('SOFTER', 3600)] };
}
