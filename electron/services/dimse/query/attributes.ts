import type { VR } from '@shared/dicom';
import type { QueryLevel } from '../query-classes';

type Attribute = readonly [keyword: string, tag: number, vr: VR, level: QueryLevel];

/** Keys that are supported, each at the level that it belongs to (PS3.4 C.6.1.1, C.3.4). */
const ATTRIBUTES = [
  ['PatientName', 0x00100010, 'PN', 'PATIENT'],
  ['PatientID', 0x00100020, 'LO', 'PATIENT'],
  ['IssuerOfPatientID', 0x00100021, 'LO', 'PATIENT'],
  ['PatientBirthDate', 0x00100030, 'DA', 'PATIENT'],
  ['PatientSex', 0x00100040, 'CS', 'PATIENT'],
  ['NumberOfPatientRelatedStudies', 0x00201200, 'IS', 'PATIENT'],
  ['NumberOfPatientRelatedSeries', 0x00201202, 'IS', 'PATIENT'],
  ['NumberOfPatientRelatedInstances', 0x00201204, 'IS', 'PATIENT'],
  ['StudyInstanceUID', 0x0020000d, 'UI', 'STUDY'],
  ['StudyDate', 0x00080020, 'DA', 'STUDY'],
  ['StudyTime', 0x00080030, 'TM', 'STUDY'],
  ['AccessionNumber', 0x00080050, 'SH', 'STUDY'],
  ['StudyID', 0x00200010, 'SH', 'STUDY'],
  ['StudyDescription', 0x00081030, 'LO', 'STUDY'],
  ['ReferringPhysicianName', 0x00080090, 'PN', 'STUDY'],
  ['InstitutionName', 0x00080080, 'LO', 'STUDY'],
  ['ModalitiesInStudy', 0x00080061, 'CS', 'STUDY'],
  ['SOPClassesInStudy', 0x00080062, 'UI', 'STUDY'],
  ['NumberOfStudyRelatedSeries', 0x00201206, 'IS', 'STUDY'],
  ['NumberOfStudyRelatedInstances', 0x00201208, 'IS', 'STUDY'],
  ['SeriesInstanceUID', 0x0020000e, 'UI', 'SERIES'],
  ['Modality', 0x00080060, 'CS', 'SERIES'],
  ['SeriesNumber', 0x00200011, 'IS', 'SERIES'],
  ['SeriesDescription', 0x0008103e, 'LO', 'SERIES'],
  ['SeriesDate', 0x00080021, 'DA', 'SERIES'],
  ['SeriesTime', 0x00080031, 'TM', 'SERIES'],
  ['BodyPartExamined', 0x00180015, 'CS', 'SERIES'],
  ['Laterality', 0x00200060, 'CS', 'SERIES'],
  ['ProtocolName', 0x00181030, 'LO', 'SERIES'],
  ['RequestAttributesSequence', 0x00400275, 'SQ', 'SERIES'],
  ['NumberOfSeriesRelatedInstances', 0x00201209, 'IS', 'SERIES'],
  ['SOPInstanceUID', 0x00080018, 'UI', 'IMAGE'],
  ['SOPClassUID', 0x00080016, 'UI', 'IMAGE'],
  ['AvailableTransferSyntaxUID', 0x00083002, 'UI', 'IMAGE'],
  ['InstanceNumber', 0x00200013, 'IS', 'IMAGE'],
  ['AcquisitionNumber', 0x00200012, 'IS', 'IMAGE'],
  ['ImageType', 0x00080008, 'CS', 'IMAGE'],
  ['ContentDate', 0x00080023, 'DA', 'IMAGE'],
  ['ContentTime', 0x00080033, 'TM', 'IMAGE'],
  ['NumberOfFrames', 0x00280008, 'IS', 'IMAGE'],
  ['FrameOfReferenceUID', 0x00200052, 'UI', 'IMAGE'],
] as const satisfies readonly Attribute[];

export type QueryAttribute = (typeof ATTRIBUTES)[number][0];

export interface AttributeFacts {
  readonly keyword: QueryAttribute;
  readonly tag: number;
  readonly vr: VR;
  readonly level: QueryLevel;
}

export const QUERY_ATTRIBUTES: ReadonlyMap<number, AttributeFacts> = new Map(ATTRIBUTES.map(([keyword, tag, vr, level]) => [tag, { keyword, tag, vr, level }]));

export const QUERY_RETRIEVE_LEVEL = 0x00080052;
export const RETRIEVE_AE_TITLE = 0x00080054;
export const INSTANCE_AVAILABILITY = 0x00080056;
export const FAILED_SOP_INSTANCE_UID_LIST = 0x00080058;

/** Elements of an identifier that are no attributes of what is looked for. */
export const CONTROL_TAGS: ReadonlySet<number> = new Set([0x00080005, 0x00080201, QUERY_RETRIEVE_LEVEL, RETRIEVE_AE_TITLE, INSTANCE_AVAILABILITY]);

/** What can stand in the items of Request Attributes Sequence, as keys and as values (PS3.3 10.6, IHE SWF). */
export const REQUEST_ATTRIBUTES: ReadonlyMap<number, VR> = new Map<number, VR>([
  [0x00080050, 'SH'],
  [0x0020000d, 'UI'],
  [0x00321060, 'LO'],
  [0x00400007, 'LO'],
  [0x00400009, 'SH'],
  [0x00401001, 'SH'],
]);

/** The VR of an element of an identifier, for implicit encodings. */
export function identifierVr(tag: number): VR | undefined {
  if (tag === QUERY_RETRIEVE_LEVEL || tag === 0x00080005 || tag === INSTANCE_AVAILABILITY) return 'CS';
  return QUERY_ATTRIBUTES.get(tag)?.vr ?? REQUEST_ATTRIBUTES.get(tag);
}

const LEVELS: readonly QueryLevel[] = ['PATIENT', 'STUDY', 'SERIES', 'IMAGE'];

/** Whether attributes of one level are answered at another: those of the levels above are. */
export function isAtOrAbove(level: QueryLevel, of: QueryLevel): boolean {
  return LEVELS.indexOf(level) <= LEVELS.indexOf(of);
}

export function isLevel(text: string): text is QueryLevel {
  return LEVELS.some((level) => level === text);
}
