import type { ObjectAttributes } from './dataset';
import { ageAt, timeOf } from './dates';
import { demoUid } from './random';

export interface DemoPatient {
  readonly PatientName: string;
  readonly PatientID: string;
  readonly PatientBirthDate: string;
  readonly PatientSex: 'F' | 'M';
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

export function studyUid(seed: number, study: DemoStudy): string {
  return demoUid(seed, `study ${study.key}`);
}

/** Patient, study, series, equipment, frame of reference and SOP common attributes of one image. */
export function commonAttributes(seed: number, study: DemoStudy, series: DemoSeries, number: number, secondsIntoSeries: number): ObjectAttributes {
  const { patient } = study;
  const taken = timeOf(series.startSeconds + secondsIntoSeries);
  return {
    SpecificCharacterSet: 'ISO_IR 100',
    InstanceCreationDate: study.StudyDate,
    InstanceCreationTime: timeOf(series.startSeconds + secondsIntoSeries + 2),
    SOPClassUID: series.SOPClassUID,
    SOPInstanceUID: demoUid(seed, `instance ${study.key}/${series.key}/${number}`),
    StudyDate: study.StudyDate,
    SeriesDate: study.StudyDate,
    AcquisitionDate: study.StudyDate,
    ContentDate: study.StudyDate,
    StudyTime: timeOf(study.startSeconds),
    SeriesTime: timeOf(series.startSeconds),
    AcquisitionTime: taken,
    ContentTime: taken,
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
    BodyPartExamined: series.BodyPartExamined,
    DeviceSerialNumber: '0001',
    SoftwareVersions: 'demo 1',
    ProtocolName: series.ProtocolName,
    StudyInstanceUID: studyUid(seed, study),
    SeriesInstanceUID: demoUid(seed, `series ${study.key}/${series.key}`),
    StudyID: study.StudyID,
    SeriesNumber: series.SeriesNumber,
    InstanceNumber: number,
    FrameOfReferenceUID: demoUid(seed, `frame ${study.key}/${series.frameOfReference}`),
    PositionReferenceIndicator: series.Modality === 'CT' ? 'SN' : '',
    PatientPosition: 'HFS',
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    BurnedInAnnotation: 'NO',
    LossyImageCompression: '00',
  };
}
