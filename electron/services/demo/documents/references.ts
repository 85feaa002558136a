import type { Attributes } from '../dataset';

export interface ReferencedImage {
  readonly SOPClassUID: string;
  readonly SOPInstanceUID: string;
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

export function imageItem(image: ReferencedImage, relationship: string, concept?: Attributes): Attributes {
  return {
    RelationshipType: relationship,
    ValueType: 'IMAGE',
    ...(concept === undefined ? {} : { ConceptNameCodeSequence: [concept] }),
    ReferencedSOPSequence: [{ ReferencedSOPClassUID: image.SOPClassUID, ReferencedSOPInstanceUID: image.SOPInstanceUID }],
  };
}

export function textItem(concept: Attributes, TextValue: string, relationship = 'CONTAINS'): Attributes {
  return { RelationshipType: relationship, ValueType: 'TEXT', ConceptNameCodeSequence: [concept], TextValue };
}

/** What a document's own data set does not have of what every object of ours carries (its equipment takes no images). */
export function documentSeries(key: string, number: number, description: string, modality: string, SOPClassUID: string, startSeconds: number) {
  return {
    key,
    SeriesNumber: number,
    SeriesDescription: description,
    ProtocolName: '',
    BodyPartExamined: '',
    Modality: modality,
    SOPClassUID,
    startSeconds,
    frameOfReference: '',
  };
}
