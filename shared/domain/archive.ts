import { z } from 'zod';
import { AccessState, ArchiveAccess } from './archive-access';
import { SeriesUid, StudyUid } from './ids';

/** PS3.5 6.2, VR AE: no backslash, no control characters, not only spaces. */
const AeTitle = z
  .string()
  .trim()
  .regex(/^[\x20-\x5b\x5d-\x7e]{1,16}$/, 'an AE title has 1 to 16 characters, without backslash');

/** https, or http to this computer itself; no user, no slash at the end. */
const WebUrl = z
  .string()
  .trim()
  .max(2000)
  .regex(
    /^(https:\/\/[^\s/@?#]+|http:\/\/(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?)(\/[^\s?#]*)?$/i,
    'an https URL without user and query is expected; http is allowed to this computer only',
  )
  .transform((url) => url.replace(/\/+$/, ''));

/** A DICOM application that we query, retrieve from or send to; accepted as a sender too. */
export const RemoteNode = z.object({
  /** What people call it; unique. */
  name: z.string().trim().min(1).max(64),
  aeTitle: AeTitle,
  host: z.string().trim().min(1).max(255),
  port: z.int().min(1).max(65535),
  /** `archive`: searched and retrieved from. */
  role: z.enum(['archive', 'other']),
  /** It may store objects here (C-STORE); absent: it may, as a C-MOVE comes as an association of the archive's own. */
  maySend: z.boolean().optional(),
  /** It may query and retrieve what is here; absent: it may not. */
  mayQuery: z.boolean().optional(),
  /** Offered as a destination when a study is sent; absent: it is. */
  weSend: z.boolean().optional(),
  /** Root of its DICOMweb services (PS3.18): it is called by https then, and AE title, host and port only name it. Plain http to this computer alone. */
  url: WebUrl.optional(),
  /** With a URL: objects may be fetched from AE title, host and port by DIMSE too, where that is faster. */
  dimse: z.boolean().optional(),
  /** Called by TLS (PS3.15 B.12), and never without it. */
  tls: z.boolean().optional(),
  /** How access to its DICOMweb services is had; absent: it asks for none, or the command line names a file. */
  access: ArchiveAccess.optional(),
  /** What its certificate must be made out to, where that is another name than `host`; sent as server name too (RFC 6066). */
  tlsName: z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9._:-]{1,253}$/, 'a host name or an IP address is expected')
    .optional(),
  /** How objects are fetched; absent or `auto`: by what was measured to be fastest, until then by C-MOVE, and by C-GET where that does not work. */
  retrieveBy: z.enum(['auto', 'move', 'get', 'wado']).optional(),
});
export type RemoteNode = z.infer<typeof RemoteNode>;

/** What a node may do here and what we do there, with what holds when nothing is said. */
export interface NodePermissions {
  readonly maySend: boolean;
  readonly mayQuery: boolean;
  readonly weQuery: boolean;
  readonly weSend: boolean;
}

export function nodePermissions(node: Pick<RemoteNode, 'role' | 'maySend' | 'mayQuery' | 'weSend' | 'url' | 'dimse'>): NodePermissions {
  return {
    maySend: node.maySend ?? (node.url === undefined || node.dimse === true),
    mayQuery: node.mayQuery ?? false,
    weQuery: node.role === 'archive',
    weSend: node.weSend ?? true,
  };
}

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
    /** The host name is in no name service. */
    'nameUnknown',
    /** The computer answers, nothing listens on the port. */
    'connectionRefused',
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

export const RetrieveWay = z.enum(['move', 'get', 'wado']);
export type RetrieveWay = z.infer<typeof RetrieveWay>;

/** By what objects are fetched from an archive, measured with objects that were wanted anyway. */
export const RetrieveChoice = z.object({
  by: RetrieveWay,
  /** ISO. */
  at: z.string(),
  /** One of the two stands. */
  rates: z.array(z.object({ by: RetrieveWay, bytesPerSecond: z.number().min(0).optional(), problem: z.string().max(500).optional() })).max(3),
});
export type RetrieveChoice = z.infer<typeof RetrieveChoice>;

const TestedAt = NodeTest.extend({ at: z.string() });

/** What was found out about nodes at their addresses: a settings document. */
export const ArchiveFacts = z.object({
  facts: z.array(z.object({ key: z.string().max(4000), tested: TestedAt.optional(), retrieve: RetrieveChoice.optional() })).max(1000),
});
export type ArchiveFacts = z.infer<typeof ArchiveFacts>;

export const KnownNode = RemoteNode.extend({
  /** `run`: given on the command line, forgotten at the end of this run; `demo`: our own archive of demo studies. */
  source: z.enum(['settings', 'run', 'demo']),
  /** How it stands with its access; absent: it asks for none. */
  accessState: AccessState.optional(),
  /** The last test of this AE title at this address, and when (ISO). */
  tested: TestedAt.optional(),
  /** By what objects are fetched, measured; absent: not yet. */
  retrieve: RetrieveChoice.optional(),
  /** Until when the certificate is valid that it showed last in this run (ISO); absent: none was seen. */
  certificateUntil: z.string().optional(),
});
export type KnownNode = z.infer<typeof KnownNode>;

/** What an archive is asked for; wild cards `*` and `?` as in PS3.4 C.2.2.2.4. */
export const ArchiveFilter = z.object({
  PatientName: z.string().max(200).optional(),
  PatientID: z.string().max(64).optional(),
  PatientBirthDate: z
    .string()
    .regex(/^\d{8}$/)
    .optional(),
  birthYear: z
    .string()
    .regex(/^\d{4}$/)
    .optional(),
  AccessionNumber: z.string().max(16).optional(),
  StudyDescription: z.string().max(64).optional(),
  ReferringPhysicianName: z.string().max(200).optional(),
  /** A key of series: not every archive looks for studies by it, and one that does not says so. */
  BodyPartExamined: z.string().max(16).optional(),
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

/** A series as an archive describes it; what it does not say is empty. */
export const ArchiveSeries = z.object({
  SeriesInstanceUID: SeriesUid,
  Modality: z.string(),
  SeriesNumber: z.string(),
  SeriesDescription: z.string(),
  BodyPartExamined: z.string(),
  instanceCount: z.int().optional(),
  hereCount: z.int(),
});
export type ArchiveSeries = z.infer<typeof ArchiveSeries>;

export const ArchiveSearchEnd = z.object({
  searchId: z.string(),
  outcome: z.enum(['complete', 'limited', 'cancelled', 'failed']),
  matches: z.int(),
  /** For the user, when it failed or was limited. */
  words: z.string(),
});
export type ArchiveSearchEnd = z.infer<typeof ArchiveSearchEnd>;
