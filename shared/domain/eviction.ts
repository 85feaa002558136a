import { z } from 'zod';
import { StudyUid } from './ids';

/** What makes room, and when. Kept in the settings document `eviction`. */
export const EvictionPolicy = z.object({
  /** Off: nothing is ever removed by itself. */
  automatic: z.boolean(),
  /** The cache is kept below this; 0: no bound of its own. */
  maxBytes: z.number().min(0),
  /** Free space that is kept on the disk. */
  minFreeBytes: z.number().min(0),
  /** Studies that were opened or came within so many days stay. */
  keepDays: z.number().min(0).max(36_500),
  /** Only studies that somebody has marked as done. */
  onlyDone: z.boolean(),
  /** What goes first. */
  order: z.enum(['lastOpened', 'arrival', 'studyDate']),
});
export type EvictionPolicy = z.infer<typeof EvictionPolicy>;

export const DEFAULT_EVICTION: EvictionPolicy = {
  automatic: true,
  maxBytes: 0,
  minFreeBytes: 8 * 2 ** 30,
  keepDays: 7,
  onlyDone: false,
  order: 'lastOpened',
};

/** Why a study stays. */
export const EvictionObstacle = z.enum(['notProven', 'unsent', 'open', 'pinned', 'legalHold', 'tooRecent', 'notDone', 'setAside', 'arriving', 'unfinished']);
export type EvictionObstacle = z.infer<typeof EvictionObstacle>;

export const EvictionCandidate = z.object({
  StudyInstanceUID: StudyUid,
  PatientName: z.string(),
  StudyDate: z.string(),
  StudyDescription: z.string(),
  Modalities: z.array(z.string()),
  objects: z.int(),
  sizeBytes: z.number(),
  lastOpenedAt: z.string().optional(),
  lastArrivalAt: z.string(),
  /** Empty: it may go. */
  obstacles: z.array(EvictionObstacle),
  /** Why it may go: where each object is kept, and how that is known. */
  proof: z.string(),
});
export type EvictionCandidate = z.infer<typeof EvictionCandidate>;

export const EvictionPreview = z.object({
  policy: EvictionPolicy,
  usedBytes: z.number(),
  freeBytes: z.number(),
  /** What has to go to keep to the policy. 0: nothing. */
  neededBytes: z.number(),
  /** What would go now, in this order. */
  goes: z.array(EvictionCandidate),
  goesBytes: z.number(),
  /** The biggest of those that stay, and why. */
  stays: z.array(EvictionCandidate),
  /** Not enough can go: new retrieves are refused. */
  short: z.boolean(),
  words: z.string(),
});
export type EvictionPreview = z.infer<typeof EvictionPreview>;

export const StudyKeeping = z.object({ pinned: z.boolean(), legalHold: z.boolean(), by: z.string(), at: z.string(), reason: z.string() });
export type StudyKeeping = z.infer<typeof StudyKeeping>;
