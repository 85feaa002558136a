import { z } from 'zod';

/** Whether an archive answers, by every contact with it: our own questions and all other work. */
export const ArchiveReach = z.object({
  node: z.string(),
  state: z.enum(['unknown', 'ok', 'noAnswer']),
  /** ISO; of `noAnswer`: the last time that it answered, or when it was first found silent. */
  since: z.string(),
  lastAnswerAt: z.string().optional(),
  /** How long its last answer took. */
  answerMs: z.number().optional(),
  /** When it is asked next (ISO). */
  nextTryAt: z.string().optional(),
  /** Why it does not answer. */
  words: z.string(),
});
export type ArchiveReach = z.infer<typeof ArchiveReach>;

/** One answer of the last day; `ms` absent: none came. */
export const ReachSample = z.object({ at: z.string(), ms: z.number().optional() });
export type ReachSample = z.infer<typeof ReachSample>;
