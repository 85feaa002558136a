import type { Attributes } from './encode-data-set';

export interface ReferencedImage {
  readonly SOPClassUID: string;
  readonly SOPInstanceUID: string;
  /** Which of its frames, from 1; absent or empty: all of it (PS3.3 10.3). */
  readonly frames?: readonly number[];
}

export interface ReferencedSeries {
  readonly StudyInstanceUID: string;
  readonly SeriesInstanceUID: string;
  readonly images: readonly ReferencedImage[];
}

export function code(CodeValue: string, CodingSchemeDesignator: string, CodeMeaning: string): Attributes {
  return { CodeValue, CodingSchemeDesignator, CodeMeaning };
}

/** Evidence (PS3.3 C.17.2): every object that a document refers to, by study and series. */
export function evidence(series: readonly ReferencedSeries[]): Attributes[] {
  const studies = [...new Set(series.map((each) => each.StudyInstanceUID))];
  return studies.map((StudyInstanceUID) => ({
    StudyInstanceUID,
    ReferencedSeriesSequence: series
      .filter((each) => each.StudyInstanceUID === StudyInstanceUID)
      .map(({ SeriesInstanceUID, images }) => ({
        SeriesInstanceUID,
        ReferencedSOPSequence: images.map(({ SOPClassUID, SOPInstanceUID }) => ({
          ReferencedSOPClassUID: SOPClassUID,
          ReferencedSOPInstanceUID: SOPInstanceUID,
        })),
      })),
  }));
}

export function imageItem({ SOPClassUID, SOPInstanceUID, frames = [] }: ReferencedImage, relationship: string, concept?: Attributes): Attributes {
  const reference = { ReferencedSOPClassUID: SOPClassUID, ReferencedSOPInstanceUID: SOPInstanceUID };
  return {
    RelationshipType: relationship,
    ValueType: 'IMAGE',
    ...(concept === undefined ? {} : { ConceptNameCodeSequence: [concept] }),
    ReferencedSOPSequence: [frames.length === 0 ? reference : { ...reference, ReferencedFrameNumber: frames.map(String) }],
  };
}

export function textItem(concept: Attributes, TextValue: string, relationship = 'CONTAINS'): Attributes {
  return { RelationshipType: relationship, ValueType: 'TEXT', ConceptNameCodeSequence: [concept], TextValue };
}

export interface KeyObjectContent {
  readonly title: Attributes;
  readonly description: string;
  readonly series: readonly ReferencedSeries[];
  /** Items of HAS OBS CONTEXT (TID 1002). */
  readonly context?: readonly Attributes[];
  /** In the order in which they are shown; absent: that of the series. */
  readonly images?: readonly ReferencedImage[];
}

/**
 * What TID 2010 puts into a Key Object Selection Document (PS3.16; PS3.3 A.35.4): title, context, description, images, evidence.
 * The caller adds patient, study, series, equipment and SOP common attributes.
 */
export function keyObjectContent(parts: KeyObjectContent): Attributes {
  const { title, description, series, context = [] } = parts;
  const images: readonly ReferencedImage[] = parts.images ?? series.flatMap((each) => each.images);
  return {
    ReferencedPerformedProcedureStepSequence: [],
    ValueType: 'CONTAINER',
    ContinuityOfContent: 'SEPARATE',
    ConceptNameCodeSequence: [title],
    ContentTemplateSequence: [{ MappingResource: 'DCMR', TemplateIdentifier: '2010' }],
    CurrentRequestedProcedureEvidenceSequence: evidence(series),
    ContentSequence: [
      ...context,
      ...(description === '' ? [] : [textItem(code('113012', 'DCM', 'Key Object Description'), description)]),
      ...images.map((image) => imageItem(image, 'CONTAINS')),
    ],
  };
}
