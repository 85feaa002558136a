import { z } from 'zod';
import { SopInstanceUid, StudyUid } from './ids';

/** Names an order in the outbox. */
export const OutboxId = z.string().min(1).max(64).brand<'OutboxId'>();
export type OutboxId = z.infer<typeof OutboxId>;

/** Where one object of an order stands. Only `waiting` objects are ever sent. */
export const OutboxObjectState = z.enum([
  'waiting',
  'sending',
  /** Stored there by its own response, perhaps with a warning; not confirmed. */
  'sent',
  /** Storage commitment: the archive has taken responsibility (PS3.4 J). */
  'committed',
  /** Found there by an IMAGE-level query. */
  'proven',
  /** A dead letter: sending the same again cannot help. It stays until a person decides. */
  'failed',
  'cancelled',
]);
export type OutboxObjectState = z.infer<typeof OutboxObjectState>;

export const OutboxObject = z.object({
  SOPInstanceUID: SopInstanceUid,
  SOPClassUID: z.string(),
  state: OutboxObjectState,
  /** How often it was on the wire. */
  attempts: z.int(),
  /** Not tried again before (ISO); absent: as soon as its archive is asked. */
  notBefore: z.string().optional(),
  /** What the archive said last, or why it could not be sent. */
  words: z.string(),
  /** Last DIMSE or STOW-RS status of this object. */
  status: z.int().optional(),
});
export type OutboxObject = z.infer<typeof OutboxObject>;

export const OutboxCounts = z.object({
  waiting: z.int(),
  sending: z.int(),
  sent: z.int(),
  committed: z.int(),
  proven: z.int(),
  failed: z.int(),
  cancelled: z.int(),
});
export type OutboxCounts = z.infer<typeof OutboxCounts>;

export const OutboxReason = z.enum([
  /** Somebody asked for it. */
  'user',
  /** A routing rule on arrival. */
  'routing',
  /** We made it. */
  'authored',
]);
export type OutboxReason = z.infer<typeof OutboxReason>;

/** Why results wait. */
export const ResultsWait = z.object({
  why: z.string(),
  /** It does not end by itself: something went wrong. */
  isProblem: z.boolean(),
  /** When it is compared again (ISO). */
  nextTryAt: z.string().optional(),
});
export type ResultsWait = z.infer<typeof ResultsWait>;

/** One order: these objects of a study to that archive, why and by whom. It describes itself: nothing else is needed to carry it out. */
export const OutboxItem = z.object({
  id: OutboxId,
  StudyInstanceUID: StudyUid,
  /** Name of the archive or node. */
  node: z.string(),
  reason: OutboxReason,
  /** In words: the rule's name, for instance. */
  why: z.string(),
  by: z.string(),
  createdAt: z.string(),
  /** `held`: nothing of it is sent until somebody releases it. `open`: work is left. `done`: every object has ended; some may have failed. */
  state: z.enum(['held', 'open', 'done']),
  /** Who held or released it last, and when. */
  transition: z.object({ to: z.enum(['held', 'released']), by: z.string(), at: z.string(), why: z.string() }).optional(),
  /** Results of it are not sent before their study was compared with an archive that was away; somebody may release them. */
  waits: ResultsWait.optional(),
  /** For the list; empty when the study is not here any more. */
  PatientName: z.string(),
  StudyDescription: z.string(),
  Modalities: z.array(z.string()),
  total: z.int(),
  counts: OutboxCounts,
  /** Last words of the archive about it. */
  words: z.string(),
});
export type OutboxItem = z.infer<typeof OutboxItem>;

/** How our sending to a node fares; whether it answers at all is `ArchiveReach`. */
export const ArchiveState = z.object({
  node: z.string(),
  role: z.enum(['archive', 'other']),
  /**
   * `unknown`: nothing was sent to it in this run. `pausing`: it failed, and is asked again at `nextTryAt`. `onHold`: it refuses us, nothing is sent until
   * somebody has looked (`outbox.retryNode`).
   */
  state: z.enum(['unknown', 'answering', 'pausing', 'onHold']),
  /** ISO, of the state; absent where nothing was ever sent. */
  since: z.string().optional(),
  words: z.string(),
  lastContactAt: z.string().optional(),
  nextTryAt: z.string().optional(),
  /** Tries in a row that failed. */
  failures: z.int(),
  counts: OutboxCounts,
  /** Results for it that wait because a comparison failed or broke off. */
  resultsWait: ResultsWait.extend({ count: z.int() }).optional(),
  /** Objects on their way in by a retrieve. */
  retrieving: z.int(),
});
export type ArchiveState = z.infer<typeof ArchiveState>;

/** Whether a study is anywhere else than here. */
export const ArchivedState = z.object({
  /** The least of its objects: `localOnly` when any object is nowhere else. */
  state: z.enum(['localOnly', 'sending', 'sent', 'committed', 'proven', 'failed']),
  /** Where: names of archives. */
  nodes: z.array(z.string()),
});
export type ArchivedState = z.infer<typeof ArchivedState>;
