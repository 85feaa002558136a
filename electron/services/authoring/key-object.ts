import { KEY_IMAGE_TITLES, type InstanceAttributes, type KeyImageTitle } from '@shared/domain';
import { type Attributes, code, encodeDataSet, keyObjectContent, type ReferencedImage, type ReferencedSeries } from '../encode';
import type { MarkEdit } from './key-image-fold';

export const KEY_OBJECT_SELECTION = '1.2.840.10008.5.1.4.1.1.88.59';
/** What `keyObject` writes. */
export const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';

export interface KeyObjectParts {
  /** An object of the study: whose patient and study the document is about. */
  readonly of: InstanceAttributes;
  readonly SOPInstanceUID: string;
  readonly SeriesInstanceUID: string;
  readonly SeriesNumber: number;
  readonly title: KeyImageTitle;
  readonly description: string;
  /** In the order in which they are to be looked at; all of one study. */
  readonly marks: readonly MarkEdit[];
  readonly by: string;
  /** When it was finished by its author. */
  readonly atMs: number;
  /** When this object was made of it; absent: then. */
  readonly createdAtMs?: number;
  readonly softwareVersion: string;
}

/**
 * A Key Object Selection Document (PS3.3 A.35.4, TID 2010) as a data set in Explicit VR Little Endian. Texts are written in UTF-8 when they need it
 * (PS3.3 C.12.1.1.2), times in the local time of this computer with its offset (0008,0201).
 */
export function keyObject(parts: KeyObjectParts): Uint8Array<ArrayBuffer> {
  const { of, title, description, marks, by, atMs } = parts;
  const { date, time, offset } = localTime(atMs);
  const created = localTime(parts.createdAtMs ?? atMs);
  const attributes: Attributes = {
    SOPClassUID: KEY_OBJECT_SELECTION,
    SOPInstanceUID: parts.SOPInstanceUID,
    InstanceCreationDate: created.date,
    InstanceCreationTime: created.time,
    TimezoneOffsetFromUTC: offset,
    StudyDate: of.StudyDate,
    StudyTime: of.StudyTime,
    SeriesDate: date,
    SeriesTime: time,
    ContentDate: date,
    ContentTime: time,
    AccessionNumber: of.AccessionNumber,
    Modality: 'KO',
    Manufacturer: 'Alternator',
    ManufacturerModelName: 'Alternator',
    SoftwareVersions: parts.softwareVersion,
    ReferringPhysicianName: of.ReferringPhysicianName,
    ...(of.StudyDescription === '' ? {} : { StudyDescription: of.StudyDescription }),
    SeriesDescription: 'Key images',
    PatientName: of.PatientName,
    PatientID: of.PatientID,
    ...(of.IssuerOfPatientID === '' ? {} : { IssuerOfPatientID: of.IssuerOfPatientID }),
    PatientBirthDate: of.PatientBirthDate,
    PatientSex: of.PatientSex,
    StudyInstanceUID: of.StudyInstanceUID,
    SeriesInstanceUID: parts.SeriesInstanceUID,
    StudyID: of.StudyID,
    SeriesNumber: parts.SeriesNumber,
    InstanceNumber: 1,
    ...keyObjectContent({
      title: code(title, 'DCM', KEY_IMAGE_TITLES[title]),
      description,
      series: seriesOf(marks),
      images: imagesOf(marks),
      context: [observer(by)],
    }),
  };
  return encodeDataSet(isAscii(attributes) ? attributes : { ...attributes, SpecificCharacterSet: 'ISO_IR 192' });
}

/** TID 1003: who marked them, as this station knows them. */
function observer(by: string): Attributes {
  return {
    RelationshipType: 'HAS OBS CONTEXT',
    ValueType: 'PNAME',
    ConceptNameCodeSequence: [code('121008', 'DCM', 'Person Observer Name')],
    // a name of one part, in the form of PS3.5 6.2 that is not the retired one
    PersonName: `${by.replaceAll(/[\\^=\p{Cc}]/gu, ' ').slice(0, 63)}^`,
  };
}

/** Frames of one object stand together, where the first of them was marked. */
function imagesOf(marks: readonly MarkEdit[]): ReferencedImage[] {
  const images = new Map<string, ReferencedImage & { readonly frames: number[] }>();
  for (const { SOPInstanceUID, SOPClassUID, frame } of marks) {
    const image = images.get(SOPInstanceUID) ?? { SOPClassUID, SOPInstanceUID, frames: [] };
    if (frame > 0) image.frames.push(frame);
    images.set(SOPInstanceUID, image);
  }
  return [...images.values()].map((image) => ({ ...image, frames: [...image.frames].sort((a, b) => a - b) }));
}

function seriesOf(marks: readonly MarkEdit[]): ReferencedSeries[] {
  const series = new Map<string, MarkEdit[]>();
  for (const mark of marks) series.set(mark.SeriesInstanceUID, [...(series.get(mark.SeriesInstanceUID) ?? []), mark]);
  return [...series].map(([SeriesInstanceUID, of]) => ({ StudyInstanceUID: of[0]?.StudyInstanceUID ?? '', SeriesInstanceUID, images: imagesOf(of) }));
}

function localTime(atMs: number): { readonly date: string; readonly time: string; readonly offset: string } {
  const at = new Date(atMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  const east = -at.getTimezoneOffset();
  const minutes = Math.abs(east);
  return {
    date: `${String(at.getFullYear()).padStart(4, '0')}${two(at.getMonth() + 1)}${two(at.getDate())}`,
    time: `${two(at.getHours())}${two(at.getMinutes())}${two(at.getSeconds())}`,
    offset: `${east < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}${two(minutes % 60)}`,
  };
}

/** Walks values only: keywords are ASCII. */
function isAscii(value: Attributes | Attributes[string] | string | number): boolean {
  if (typeof value === 'string') return !/[^\x20-\x7e\r\n\t\f]/.test(value);
  if (typeof value === 'number' || value instanceof Uint8Array) return true;
  const inner: readonly (Attributes[string] | Attributes | string | number)[] = Array.isArray(value) ? (value as readonly string[]) : Object.values(value);
  return inner.every(isAscii);
}
