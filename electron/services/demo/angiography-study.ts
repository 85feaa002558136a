import { coronaryRun } from './angiography/coronary';
import { type DemoSeries, type DemoStudy, imageAttributes, studyUid } from './common';
import { authorJpegLossless, decimal } from './dataset';
import { daysBefore } from './dates';
import { JUERGEN } from './patients';
import type { DemoObject, DemoOptions, PlannedObject } from './types';

const XA_IMAGE_STORAGE = '1.2.840.10008.5.1.4.1.1.12.1';
const SIZE = 512;
const FRAMES = 44;

/** A coronary angiogram: one cine whose frames are not equally spaced, so each carries its time (Frame Time Vector); JPEG Lossless. */
export function angiographyStudies(options: DemoOptions): PlannedObject[] {
  const study: DemoStudy = {
    key: 'xa-heart',
    patient: JUERGEN,
    StudyDate: daysBefore(options.today, 8),
    startSeconds: 7 * 3600 + 52 * 60 + 18,
    AccessionNumber: 'DEMO-24008',
    StudyID: '24008',
    StudyDescription: 'XA CORONARY ANGIOGRAM',
    ReferringPhysicianName: 'RIVERA^Ana^^Dr.',
  };
  return [{ study: study.key, series: 'run', StudyInstanceUID: studyUid(options, study), make: () => makeRun(options, study) }];
}

function makeRun(options: DemoOptions, study: DemoStudy): DemoObject {
  const series: DemoSeries = {
    key: 'run',
    SeriesNumber: 1,
    SeriesDescription: 'Left coronary RAO 30 CAUD 20',
    ProtocolName: 'Coro 15/s',
    BodyPartExamined: 'HEART',
    Modality: 'XA',
    SOPClassUID: XA_IMAGE_STORAGE,
    startSeconds: study.startSeconds + 400,
    frameOfReference: '',
  };
  const frames = coronaryRun(options.seed, { size: SIZE, frames: FRAMES, framesPerBeat: 13 });
  // 15 images a second while the contrast flows in, 7.5 while it washes out.
  const times = frames.map((_, index) => (index === 0 ? 0 : index < 30 ? 66.667 : 133.333));
  const attributes = {
    ...imageAttributes(options, study, series, 1),
    ImageType: ['ORIGINAL', 'PRIMARY', 'SINGLE PLANE'],
    NumberOfFrames: FRAMES,
    FrameIncrementPointer: 0x00181065,
    FrameTimeVector: times.map(decimal),
    RecommendedDisplayFrameRate: 15,
    CineRate: 15,
    PixelIntensityRelationship: 'LIN',
    RadiationSetting: 'GR',
    RadiationMode: 'PULSED',
    KVP: '82',
    ExposureTime: 6,
    XRayTubeCurrent: 640,
    Exposure: 4,
    AveragePulseWidth: '6.2',
    ImagerPixelSpacing: ['0.308', '0.308'],
    DistanceSourceToDetector: '1040',
    DistanceSourceToPatient: '760',
    EstimatedRadiographicMagnificationFactor: '1.368421',
    IntensifierSize: '200',
    FieldOfViewShape: 'ROUND',
    FieldOfViewDimensions: 158,
    PositionerMotion: 'STATIC',
    PositionerPrimaryAngle: '-30',
    PositionerSecondaryAngle: '-20',
    PatientOrientation: ['L', 'F'],
    AcquisitionNumber: 1,
    WindowCenter: '128',
    WindowWidth: '220',
    BitsAllocated: 8,
    BitsStored: 8,
    HighBit: 7,
    PixelRepresentation: 0,
  };
  return authorJpegLossless(attributes, { Rows: SIZE, Columns: SIZE }, frames, 8);
}
