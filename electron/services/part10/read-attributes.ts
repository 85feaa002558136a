import { checkUid, NO_PATIENT_DESCRIPTION, NO_PATIENT_STUDY, noPatientSeries, sopClassLabel, storageSopClass, Tag, transferSyntax } from '@shared/dicom';
import type { InstanceAttributes } from './attributes';
import type { AttributeReader } from './attribute-reader';
import type { GroupCollector } from './group-collector';
import { readImageHeader } from './image-header';
import type { PixelLayout, Refusal, WalkOptions } from './walk-types';

const MAX_WARNINGS = 24;
const MAX_FRAMES = 2 ** 31 - 1;

type IdentityUid = 'SOPClassUID' | 'SOPInstanceUID' | 'StudyInstanceUID' | 'SeriesInstanceUID';

/** The identifying UIDs, or why the object cannot be kept without them (reliability B6, B9, B10). */
export function checkIdentity(reader: AttributeReader, expected: WalkOptions['expected']): Refusal | undefined {
  for (const keyword of ['SOPClassUID', 'SOPInstanceUID', 'StudyInstanceUID', 'SeriesInstanceUID'] as const) {
    const uid = reader.uid(keyword);
    if (uid === '' && isOfNoPatient(reader)) continue;
    if (uid === '') return reason('missingUid', `${keyword} missing or empty`, keyword);
    const verdict = checkUid(uid);
    if (verdict === 'invalid') return reason('badUid', `${keyword} is not a valid UID`, keyword);
    if (verdict === 'leadingZero') reader.warnings.add(`${keyword}: UID component with leading zero`);
  }
  for (const keyword of ['SOPClassUID', 'SOPInstanceUID', 'StudyInstanceUID'] as const) {
    const said = expected?.[keyword];
    if (said !== undefined && said !== '' && said !== reader.uid(keyword)) return reason('uidMismatch', `${keyword} differs from the command`, keyword);
  }
  return undefined;
}

/** A class of PS3.4 GG.3 that names neither study nor series, as it should be; its own UIDs are asked for like any other's. */
function isOfNoPatient(reader: AttributeReader): boolean {
  const isClass = storageSopClass(reader.uid('SOPClassUID'))?.isNonPatient === true;
  return isClass && reader.uid('SOPInstanceUID') !== '' && reader.uid('StudyInstanceUID') === '' && reader.uid('SeriesInstanceUID') === '';
}

function reason(code: Refusal['code'], text: string, keyword: IdentityUid): Refusal {
  return { code, text, offset: 0, tag: Tag[keyword] };
}

/** Everything that the index keeps of the object; call after `checkIdentity`. */
export function readAttributes(reader: AttributeReader, TransferSyntaxUID: string, pixel: PixelLayout, groups?: GroupCollector): InstanceAttributes {
  const NumberOfFrames = readNumberOfFrames(reader);
  if (groups !== undefined && groups.left > 0) reader.warnings.add('functional groups beyond what is read');
  const image = readImageHeader(reader, pixel, NumberOfFrames, groups);
  checkEncapsulation(reader, TransferSyntaxUID, pixel);
  const apart = isOfNoPatient(reader) ? reader.uid('SOPClassUID') : undefined;
  return {
    SOPClassUID: reader.uid('SOPClassUID'),
    SOPInstanceUID: reader.uid('SOPInstanceUID'),
    StudyInstanceUID: apart === undefined ? reader.uid('StudyInstanceUID') : NO_PATIENT_STUDY,
    SeriesInstanceUID: apart === undefined ? reader.uid('SeriesInstanceUID') : noPatientSeries(apart),
    TransferSyntaxUID,
    PatientName: reader.text('PatientName'),
    PatientID: reader.text('PatientID'),
    IssuerOfPatientID: reader.text('IssuerOfPatientID'),
    PatientBirthDate: reader.text('PatientBirthDate'),
    PatientSex: reader.text('PatientSex'),
    StudyDate: reader.text('StudyDate'),
    StudyTime: reader.text('StudyTime'),
    AccessionNumber: reader.text('AccessionNumber'),
    StudyDescription: apart === undefined ? reader.text('StudyDescription') : NO_PATIENT_DESCRIPTION,
    StudyID: reader.text('StudyID'),
    ReferringPhysicianName: reader.text('ReferringPhysicianName'),
    InstitutionName: reader.text('InstitutionName'),
    Modality: reader.text('Modality'),
    SeriesNumber: reader.text('SeriesNumber'),
    SeriesDescription: apart === undefined ? reader.text('SeriesDescription') : sopClassLabel(apart),
    SeriesDate: reader.text('SeriesDate'),
    SeriesTime: reader.text('SeriesTime'),
    BodyPartExamined: reader.text('BodyPartExamined'),
    Laterality: reader.text('Laterality'),
    ProtocolName: reader.text('ProtocolName'),
    InstanceNumber: reader.text('InstanceNumber'),
    ContentDate: reader.text('ContentDate'),
    ContentTime: reader.text('ContentTime'),
    AcquisitionNumber: reader.text('AcquisitionNumber'),
    AcquisitionTime: reader.text('AcquisitionTime'),
    ImageType: imageType(reader),
    FrameOfReferenceUID: reader.text('FrameOfReferenceUID'),
    NumberOfFrames,
    ...(image !== undefined && { image }),
    warnings: [...reader.warnings].slice(0, MAX_WARNINGS),
  };
}

function imageType(reader: AttributeReader): readonly string[] {
  const text = reader.text('ImageType');
  return text === '' ? [] : text.split('\\').map((value) => value.trim());
}

function readNumberOfFrames(reader: AttributeReader): number {
  const value = reader.number('NumberOfFrames');
  if (value === undefined) return 1;
  if (Number.isInteger(value) && value >= 1 && value <= MAX_FRAMES) return value;
  reader.warnings.add('Number of Frames is no count: taken as 1');
  return 1;
}

/** PS3.5 A.4: fragments and an encapsulated syntax go together. */
function checkEncapsulation(reader: AttributeReader, uid: string, pixel: PixelLayout): void {
  const isEncapsulated = transferSyntax(uid)?.isEncapsulated ?? true;
  if (pixel.kind === 'encapsulated' && !isEncapsulated) reader.warnings.add('pixel data in fragments though the transfer syntax is not encapsulated');
  if (pixel.kind === 'native' && pixel.element === 'PixelData' && isEncapsulated)
    reader.warnings.add('pixel data not in fragments though the transfer syntax is encapsulated');
}
