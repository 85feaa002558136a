import { z } from 'zod';
import { InstanceId, StudyUid } from './ids';

export const ReconcileKind = z.enum([
  /** A rejection note of the archive names objects that are here (IHE IOCM). */
  'rejected',
  /** The archive knows the study under another patient, or other values of the same one. */
  'reidentified',
  /** The archive has an object under the same UID whose elements or pixels are others. */
  'replaced',
  /** The archive has objects of the study that are not here. */
  'newObjects',
  /** The archive does not have objects any more that it had, and no note says why. */
  'missing',
]);
export type ReconcileKind = z.infer<typeof ReconcileKind>;

export const ReconcileChoice = z.enum(['follow', 'keep', 'fetch', 'notNow', 'send', 'asIs', 'newId', 'oldId', 'useNew', 'keepOld', 'hold']);
export type ReconcileChoice = z.infer<typeof ReconcileChoice>;

/** What was made here and is not sent. */
export const OwnResult = z.object({
  /** `marks`: key images that are not finished to a note. */
  kind: z.enum(['note', 'marks']),
  /** Of a note. */
  SOPInstanceUID: z.string().optional(),
  title: z.string(),
  images: z.int(),
  /** One of the images that it names, when it is here: for a picture of it. */
  imageId: InstanceId.optional(),
  by: z.string(),
  at: z.string(),
});
export type OwnResult = z.infer<typeof OwnResult>;

/** One difference between this station and an archive. Nothing of it is applied before somebody says so. */
export const ReconcileItem = z.object({
  id: z.string(),
  kind: ReconcileKind,
  StudyInstanceUID: StudyUid,
  PatientName: z.string(),
  PatientID: z.string(),
  StudyDate: z.string(),
  StudyDescription: z.string(),
  Modalities: z.array(z.string()),
  /** How it is at the archive now, in words. */
  there: z.string(),
  here: z.string(),
  /** Objects of the study wait here to be sent: nothing happens without a choice. */
  unsent: z.int(),
  /** Objects that it is about. */
  objects: z.array(z.string()).max(50_000),
  choices: z.array(z.object({ id: ReconcileChoice, text: z.string(), willHappen: z.string() })).min(1),
  /** What is chosen; absent: nobody has chosen, and it needs a choice. */
  choice: ReconcileChoice.optional(),
  /** What was made here and waits. */
  results: z.array(OwnResult),
  /** Values side by side. */
  values: z.array(z.object({ name: z.string(), here: z.string(), there: z.string() })),
  /** When the archive was asked about it (ISO). */
  seenAt: z.string().optional(),
  /** Found before the program was started, or before the comparison that goes on: it stands as of `seenAt` until the study was compared again. */
  isOld: z.boolean().optional(),
  /** Undefined: not applied. Otherwise what came of it. */
  applied: z.string().optional(),
  /** Who did it, and when (ISO). */
  appliedBy: z.string().optional(),
  appliedAt: z.string().optional(),
});
export type ReconcileItem = z.infer<typeof ReconcileItem>;

/** What is done about it touches work that is not sent. */
export function isConflict({ unsent, kind }: Pick<ReconcileItem, 'unsent' | 'kind'>): boolean {
  return unsent > 0 && kind !== 'newObjects';
}

/** A row as somebody saw it who applies it. */
export const SeenRow = z.object({ id: z.string().max(200), there: ReconcileItem.shape.there, choice: ReconcileChoice });
export type SeenRow = z.infer<typeof SeenRow>;

export const ReconcileRun = z.object({
  node: z.string(),
  state: z.enum(['comparing', 'ready']),
  /** When the archive was away (ISO), when that is known. */
  awaySince: z.string().optional(),
  /** Since when it answers again (ISO); absent: nobody was away, the comparison was asked for. */
  backSince: z.string().optional(),
  at: z.string(),
  /** Why it has not begun. */
  waits: z.string().optional(),
  compared: z.int(),
  total: z.int(),
  /** Studies with no difference: the same UIDs, the same values. */
  same: z.int(),
  /** Studies that could not be compared, and why. */
  failed: z.array(z.object({ StudyInstanceUID: StudyUid, PatientName: z.string(), words: z.string() })),
  /** Why it ended before all were compared: the rest is not known, and results of it wait. */
  brokeOff: z.string().optional(),
  /** When it is tried again (ISO), what could not be compared. */
  nextTryAt: z.string().optional(),
  /** Nothing was compared since the program was started: these rows were found before. */
  isFromBefore: z.boolean().optional(),
  items: z.array(ReconcileItem),
});
export type ReconcileRun = z.infer<typeof ReconcileRun>;

/** Objects for an archive that waited when it went away or came since, and how far that is; results are those that were made here. */
export const ReturnCounts = z.object({
  images: z.int(),
  imagesSent: z.int(),
  results: z.int(),
  resultsSent: z.int(),
  /** Of both. */
  proven: z.int(),
  /** Results that wait for a choice. */
  resultsHeld: z.int(),
  /** Results that wait because their study is not compared yet, or could not be. */
  resultsUncompared: z.int(),
});
export type ReturnCounts = z.infer<typeof ReturnCounts>;

/** One line of what happened to a study while an archive was away. */
export const ReturnEvent = z.object({ at: z.string(), text: z.string(), by: z.string().optional(), isProof: z.boolean().optional() });
export type ReturnEvent = z.infer<typeof ReturnEvent>;
