import { Tag, type Keyword, type VR } from '@shared/dicom';
import { QUERY_SOP_CLASSES, type QueryLevel, type QueryRoot } from '../query-classes';

export { QUERY_SOP_CLASSES, type QueryLevel, type QueryRoot };

/** Queries and moves of one root go over one association: a move follows the queries that planned it. */
export function queryContexts(
  root: QueryRoot,
  transferSyntaxes: readonly string[],
): { readonly abstractSyntax: string; readonly transferSyntaxes: readonly string[] }[] {
  const { find, move } = QUERY_SOP_CLASSES[root];
  return [find, move].map((abstractSyntax) => ({ abstractSyntax, transferSyntaxes }));
}

/** Attributes that only queries have (PS3.4 C.3.4) or that the objects' list of tags does not need. */
const QUERY_TAG = {
  InstanceCreationDate: 0x00080012,
  InstanceCreationTime: 0x00080013,
  QueryRetrieveLevel: 0x00080052,
  RetrieveAETitle: 0x00080054,
  InstanceAvailability: 0x00080056,
  FailedSOPInstanceUIDList: 0x00080058,
  ModalitiesInStudy: 0x00080061,
  SOPClassesInStudy: 0x00080062,
  NumberOfPatientRelatedStudies: 0x00201200,
  NumberOfStudyRelatedSeries: 0x00201206,
  NumberOfStudyRelatedInstances: 0x00201208,
  NumberOfSeriesRelatedInstances: 0x00201209,
} as const;

/** Keys that queries may carry and the VR that PS3.6 gives them. */
export const QUERY_VR = {
  QueryRetrieveLevel: 'CS',
  RetrieveAETitle: 'AE',
  InstanceAvailability: 'CS',
  FailedSOPInstanceUIDList: 'UI',
  PatientName: 'PN',
  PatientID: 'LO',
  IssuerOfPatientID: 'LO',
  PatientBirthDate: 'DA',
  PatientSex: 'CS',
  NumberOfPatientRelatedStudies: 'IS',
  StudyInstanceUID: 'UI',
  StudyDate: 'DA',
  StudyTime: 'TM',
  AccessionNumber: 'SH',
  StudyID: 'SH',
  StudyDescription: 'LO',
  ReferringPhysicianName: 'PN',
  InstitutionName: 'LO',
  ModalitiesInStudy: 'CS',
  SOPClassesInStudy: 'UI',
  NumberOfStudyRelatedSeries: 'IS',
  NumberOfStudyRelatedInstances: 'IS',
  SeriesInstanceUID: 'UI',
  SeriesNumber: 'IS',
  SeriesDescription: 'LO',
  SeriesDate: 'DA',
  SeriesTime: 'TM',
  Modality: 'CS',
  BodyPartExamined: 'CS',
  NumberOfSeriesRelatedInstances: 'IS',
  SOPInstanceUID: 'UI',
  SOPClassUID: 'UI',
  InstanceNumber: 'IS',
  NumberOfFrames: 'IS',
  ContentDate: 'DA',
  ContentTime: 'TM',
  InstanceCreationDate: 'DA',
  InstanceCreationTime: 'TM',
} as const satisfies Partial<Record<Keyword | keyof typeof QUERY_TAG, VR>>;

export type QueryKeyword = keyof typeof QUERY_VR;
export const QUERY_KEYWORDS = Object.keys(QUERY_VR) as QueryKeyword[];

export function queryTag(keyword: QueryKeyword): number {
  return keyword in QUERY_TAG ? QUERY_TAG[keyword as keyof typeof QUERY_TAG] : Tag[keyword as Keyword & QueryKeyword];
}

const PATIENT_KEYS: readonly QueryKeyword[] = ['PatientName', 'PatientID', 'IssuerOfPatientID', 'PatientBirthDate', 'PatientSex'];

/** Keys that are asked back at a level when the caller names no others; the level's unique key is among them (PS3.4 C.6). */
const RETURN_KEYS: Readonly<Record<QueryLevel, readonly QueryKeyword[]>> = {
  PATIENT: [...PATIENT_KEYS, 'NumberOfPatientRelatedStudies'],
  STUDY: [
    'StudyInstanceUID',
    'StudyDate',
    'StudyTime',
    'AccessionNumber',
    'StudyID',
    'StudyDescription',
    'ReferringPhysicianName',
    'InstitutionName',
    'ModalitiesInStudy',
    'NumberOfStudyRelatedSeries',
    'NumberOfStudyRelatedInstances',
  ],
  SERIES: [
    'SeriesInstanceUID',
    'Modality',
    'SeriesNumber',
    'SeriesDescription',
    'SeriesDate',
    'SeriesTime',
    'BodyPartExamined',
    'NumberOfSeriesRelatedInstances',
  ],
  IMAGE: ['SOPInstanceUID', 'SOPClassUID', 'InstanceNumber'],
};

/** In the study root, attributes of the patient are attributes of the study level (PS3.4 C.6.2.1). */
export function returnKeys(root: QueryRoot, level: QueryLevel): readonly QueryKeyword[] {
  return root === 'study' && level === 'STUDY' ? [...PATIENT_KEYS, ...RETURN_KEYS.STUDY] : RETURN_KEYS[level];
}
