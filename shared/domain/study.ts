import { z } from 'zod';
import { ArchivedState } from './outbox';
import { PatientKey, SeriesUid, StudyUid } from './ids';

/** What a person has to do (architecture: one enumerated machine; transitions carry an actor). */
export const WorkState = z.enum(['unread', 'reading', 'discussion', 'done', 'held', 'released', 'rejected']);
export type WorkState = z.infer<typeof WorkState>;

/** Where the bytes are. Sending states belong to the outbox and are added with it. */
export const Where = z.discriminatedUnion('kind', [
  /** An association that brings this study is open, or objects came within the last seconds. */
  z.object({ kind: z.literal('arriving'), received: z.int(), expected: z.int().optional() }),
  z.object({ kind: z.literal('here') }),
  /** Nothing of it is here; `at` says which archives listed it. */
  z.object({ kind: z.literal('remote') }),
  /** Some objects of the study stand in quarantine. */
  z.object({ kind: z.literal('setAside'), count: z.int(), reason: z.string() }),
]);
export type Where = z.infer<typeof Where>;

/** An archive that listed the study in a search, and what it said of it. */
export const StudyPlace = z.object({
  node: z.string(),
  /** Absent when the archive does not count. */
  instanceCount: z.int().optional(),
  seriesCount: z.int().optional(),
  /** ISO time of the answer. */
  asOf: z.string(),
});
export type StudyPlace = z.infer<typeof StudyPlace>;

/** One row of the worklist. Texts are decoded to Unicode, raw DICOM form (carets, `=` groups) kept; the page formats them. */
export const StudyRow = z.object({
  StudyInstanceUID: StudyUid,
  patientKey: PatientKey,
  PatientName: z.string(),
  PatientID: z.string(),
  IssuerOfPatientID: z.string(),
  /** DA as in the object (YYYYMMDD) or empty. */
  PatientBirthDate: z.string(),
  PatientSex: z.string(),
  StudyDate: z.string(),
  /** TM as in the object or empty. */
  StudyTime: z.string(),
  AccessionNumber: z.string(),
  ModalitiesInStudy: z.array(z.string()),
  StudyDescription: z.string(),
  InstitutionName: z.string(),
  ReferringPhysicianName: z.string(),
  seriesCount: z.int(),
  instanceCount: z.int(),
  sizeBytes: z.number(),
  state: WorkState,
  urgent: z.boolean(),
  where: Where,
  /** Archives that listed it in the searches that this list is of. */
  at: z.array(StudyPlace).optional(),
  /** Objects of this study name different patients (reliability B14): shown, never merged silently. */
  identityConflict: z.boolean(),
  /** ISO time of the last object that came. */
  lastArrivalAt: z.string(),
  /** Absent: nothing is known, it is taken for local only. */
  archived: ArchivedState.optional(),
  /** It stays here, proven elsewhere or not; absent: neither pinned nor on legal hold. */
  kept: z.object({ pinned: z.boolean(), legalHold: z.boolean() }).optional(),
});
export type StudyRow = z.infer<typeof StudyRow>;

/** Images of a study of which every frame stood on the screen of this station, and those of which only some did. */
export const ViewedCounts = z.object({ whole: z.int(), part: z.int() });
export type ViewedCounts = z.infer<typeof ViewedCounts>;

export const SeriesRow = z.object({
  SeriesInstanceUID: SeriesUid,
  StudyInstanceUID: StudyUid,
  Modality: z.string(),
  SeriesNumber: z.string(),
  SeriesDescription: z.string(),
  SeriesDate: z.string(),
  SeriesTime: z.string(),
  BodyPartExamined: z.string(),
  Laterality: z.string(),
  instanceCount: z.int(),
  sizeBytes: z.number(),
});
export type SeriesRow = z.infer<typeof SeriesRow>;

export const StudyFilter = z.object({
  /** Free words over name, id, accession, description (each word must match somewhere). */
  text: z.string().max(200).optional(),
  PatientName: z.string().max(200).optional(),
  PatientID: z.string().max(200).optional(),
  AccessionNumber: z.string().max(64).optional(),
  Modality: z.string().max(16).optional(),
  StudyDescription: z.string().max(200).optional(),
  /** Inclusive, YYYYMMDD. */
  studyDateFrom: z
    .string()
    .regex(/^\d{8}$/)
    .optional(),
  studyDateTo: z
    .string()
    .regex(/^\d{8}$/)
    .optional(),
  birthYear: z.string().max(8).optional(),
  ReferringPhysicianName: z.string().max(200).optional(),
  /** Of any series of the study. */
  BodyPartExamined: z.string().max(16).optional(),
  state: WorkState.optional(),
  where: z.enum(['arriving', 'here', 'setAside', 'remote']).optional(),
});
export type StudyFilter = z.infer<typeof StudyFilter>;

export const StudySortKey = z.enum([
  'PatientName',
  'PatientID',
  'PatientBirthDate',
  'StudyDate',
  'AccessionNumber',
  'Modality',
  'StudyDescription',
  'instanceCount',
  'state',
  'lastArrivalAt',
]);
export type StudySortKey = z.infer<typeof StudySortKey>;
