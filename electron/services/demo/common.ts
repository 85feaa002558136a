import type { ObjectAttributes } from './dataset';
import { ageAt, timeOf } from './dates';
import { type DemoOrigin, demoUid } from './random';

export interface DemoPatient {
  readonly PatientName: string;
  readonly PatientID: string;
  readonly PatientBirthDate: string;
  readonly PatientSex: 'F' | 'M' | 'O';
  /** What the name is written in, when ISO_IR 100 does not have it (PS3.3 C.12.1.1.2). */
  readonly SpecificCharacterSet?: string | readonly string[];
  readonly PatientSize: string;
  readonly PatientWeight: string;
}

export interface DemoStudy {
  readonly key: string;
  readonly patient: DemoPatient;
  readonly StudyDate: string;
  /** Seconds after midnight. */
  readonly startSeconds: number;
  readonly AccessionNumber: string;
  readonly StudyID: string;
  readonly StudyDescription: string;
  readonly ReferringPhysicianName: string;
}

export interface DemoSeries {
  readonly key: string;
  readonly SeriesNumber: number;
  readonly SeriesDescription: string;
  readonly ProtocolName: string;
  readonly BodyPartExamined: string;
  readonly Modality: string;
  readonly SOPClassUID: string;
  readonly startSeconds: number;
  /** Series of one frame share the name of their frame of reference. */
  readonly frameOfReference: string;
}

export function studyUid(origin: DemoOrigin, study: DemoStudy): string {
  return demoUid(origin, `study ${study.key}`);
}

export function seriesUid(origin: DemoOrigin, study: DemoStudy, seriesKey: string): string {
  return demoUid(origin, `series ${study.key}/${seriesKey}`);
}

export function instanceUid(origin: DemoOrigin, study: DemoStudy, seriesKey: string, number: number): string {
  return demoUid(origin, `instance ${study.key}/${seriesKey}/${number}`);
}

/** Patient, study, series, equipment and SOP common attributes: what any object has, image or not. */
export function objectAttributes(origin: DemoOrigin, study: DemoStudy, series: DemoSeries, number: number, secondsIntoSeries = 0): ObjectAttributes {
  const { patient } = study;
  const made = timeOf(series.startSeconds + secondsIntoSeries);
  return {
    SpecificCharacterSet: patient.SpecificCharacterSet ?? 'ISO_IR 100',
    InstanceCreationDate: study.StudyDate,
    InstanceCreationTime: timeOf(series.startSeconds + secondsIntoSeries + 2),
    SOPClassUID: series.SOPClassUID,
    SOPInstanceUID: instanceUid(origin, study, series.key, number),
    StudyDate: study.StudyDate,
    SeriesDate: study.StudyDate,
    ContentDate: study.StudyDate,
    StudyTime: timeOf(study.startSeconds),
    SeriesTime: timeOf(series.startSeconds),
    ContentTime: made,
    AccessionNumber: study.AccessionNumber,
    Modality: series.Modality,
    Manufacturer: 'Alternator',
    InstitutionName: 'Demo data, not a patient',
    ReferringPhysicianName: study.ReferringPhysicianName,
    StationName: `DEMO${series.Modality}1`,
    StudyDescription: study.StudyDescription,
    SeriesDescription: series.SeriesDescription,
    ManufacturerModelName: 'Demo phantom 1',
    PatientName: patient.PatientName,
    PatientID: patient.PatientID,
    IssuerOfPatientID: 'DEMO',
    PatientBirthDate: patient.PatientBirthDate,
    PatientSex: patient.PatientSex,
    PatientAge: ageAt(patient.PatientBirthDate, study.StudyDate),
    PatientSize: patient.PatientSize,
    PatientWeight: patient.PatientWeight,
    PatientComments: 'Generated demonstration images: no person was examined.',
    DeviceSerialNumber: '0001',
    SoftwareVersions: 'demo 1',
    StudyInstanceUID: studyUid(origin, study),
    SeriesInstanceUID: seriesUid(origin, study, series.key),
    StudyID: study.StudyID,
    SeriesNumber: series.SeriesNumber,
    InstanceNumber: number,
  };
}

/** The same of a grey image, with the image pixel and acquisition attributes that all of ours share. */
export function imageAttributes(origin: DemoOrigin, study: DemoStudy, series: DemoSeries, number: number, secondsIntoSeries = 0): ObjectAttributes {
  return {
    ...objectAttributes(origin, study, series, number, secondsIntoSeries),
    AcquisitionDate: study.StudyDate,
    AcquisitionTime: timeOf(series.startSeconds + secondsIntoSeries),
    BodyPartExamined: series.BodyPartExamined,
    ProtocolName: series.ProtocolName,
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    BurnedInAnnotation: 'NO',
    LossyImageCompression: '00',
  };
}

export function frameOfReferenceUid(origin: DemoOrigin, study: DemoStudy, name: string): string {
  return demoUid(origin, `frame ${study.key}/${name}`);
}

/** The same of a slice of a scanner: with its frame of reference and the patient lying on the back. */
export function commonAttributes(origin: DemoOrigin, study: DemoStudy, series: DemoSeries, number: number, secondsIntoSeries: number): ObjectAttributes {
  return {
    ...imageAttributes(origin, study, series, number, secondsIntoSeries),
    FrameOfReferenceUID: frameOfReferenceUid(origin, study, series.frameOfReference),
    PositionReferenceIndicator: series.Modality === 'CT' ? 'SN' : '',
    PatientPosition: 'HFS',
  };
}
