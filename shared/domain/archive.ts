import { z } from 'zod';
import { StudyUid } from './ids';

/** PS3.5 6.2, VR AE: no backslash, no control characters, not only spaces. */
const AeTitle = z
  .string()
  .trim()
  .regex(/^[\x20-\x5b\x5d-\x7e]{1,16}$/, 'an AE title has 1 to 16 characters, without backslash');

/** A DICOM application that we query, retrieve from or send to; accepted as a sender too. */
export const RemoteNode = z.object({
  /** What people call it; unique. */
  name: z.string().trim().min(1).max(64),
  aeTitle: AeTitle,
  host: z.string().trim().min(1).max(255),
  port: z.int().min(1).max(65535),
  /** `archive`: searched and retrieved from. */
  role: z.enum(['archive', 'other']),
});
export type RemoteNode = z.infer<typeof RemoteNode>;

export const KnownNode = RemoteNode.extend({
  /** `run`: given on the command line, forgotten at the end of this run. */
  source: z.enum(['settings', 'run']),
});
export type KnownNode = z.infer<typeof KnownNode>;

export const NodeTest = z.object({
  outcome: z.enum([
    'reachable',
    'callingAeUnknown',
    'calledAeUnknown',
    /** The association was refused for another reason. */
    'refused',
    /** An association, but none of the services that were proposed. */
    'noContext',
    'unreachable',
    'noAnswer',
    'failed',
  ]),
  /** What happened and, when it failed, what to look at. */
  words: z.string(),
  elapsedMs: z.number(),
  /** Services that it accepted when they were proposed: "Study Root C-FIND" … */
  offers: z.array(z.string()),
  /** Storage SOP classes that it takes, of those that were proposed. */
  storageClasses: z.int(),
  storageClassesProposed: z.int(),
});
export type NodeTest = z.infer<typeof NodeTest>;

/** What an archive is asked for; wild cards `*` and `?` as in PS3.4 C.2.2.2.4. */
export const ArchiveFilter = z.object({
  PatientName: z.string().max(200).optional(),
  PatientID: z.string().max(64).optional(),
  PatientBirthDate: z
    .string()
    .regex(/^\d{8}$/)
    .optional(),
  AccessionNumber: z.string().max(16).optional(),
  StudyDescription: z.string().max(64).optional(),
  StudyInstanceUID: StudyUid.optional(),
  Modality: z.string().max(16).optional(),
  /** Inclusive, YYYYMMDD. */
  studyDateFrom: z
    .string()
    .regex(/^\d{8}$/)
    .optional(),
  studyDateTo: z
    .string()
    .regex(/^\d{8}$/)
    .optional(),
});
export type ArchiveFilter = z.infer<typeof ArchiveFilter>;

/** A study as an archive describes it; what it does not say is empty. */
export const ArchiveStudy = z.object({
  StudyInstanceUID: StudyUid,
  PatientName: z.string(),
  PatientID: z.string(),
  IssuerOfPatientID: z.string(),
  PatientBirthDate: z.string(),
  PatientSex: z.string(),
  StudyDate: z.string(),
  StudyTime: z.string(),
  AccessionNumber: z.string(),
  StudyDescription: z.string(),
  ReferringPhysicianName: z.string(),
  InstitutionName: z.string(),
  ModalitiesInStudy: z.array(z.string()),
  /** Absent when the archive does not count. */
  instanceCount: z.int().optional(),
  seriesCount: z.int().optional(),
  /** Objects of the study that are in the cache. */
  hereCount: z.int(),
});
export type ArchiveStudy = z.infer<typeof ArchiveStudy>;

export const ArchiveSearchEnd = z.object({
  searchId: z.string(),
  outcome: z.enum(['complete', 'limited', 'cancelled', 'failed']),
  matches: z.int(),
  /** For the user, when it failed or was limited. */
  words: z.string(),
});
export type ArchiveSearchEnd = z.infer<typeof ArchiveSearchEnd>;
