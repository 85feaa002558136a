import { z } from 'zod';
import { StudyUid } from './ids';

/** Ten minutes of the station. Counts of objects. */
export const HealthSample = z.object({
  /** Start of the ten minutes (ISO). */
  at: z.string(),
  received: z.int(),
  /** Taken by archives and nodes. */
  sent: z.int(),
  /** Dead letters that came to be. */
  failed: z.int(),
  /** The most that waited at once. */
  waiting: z.int(),
  /** Share of the disk that is used, 0 to 1. */
  diskUsed: z.number().min(0).max(1),
});
export type HealthSample = z.infer<typeof HealthSample>;

/** Somebody who brings objects: a modality, an archive, files. */
export const HealthSender = z.object({
  name: z.string(),
  lastAt: z.string(),
  /** Objects of the last 24 h, and of each hour of them, oldest first. */
  count: z.int(),
  hours: z.array(z.int()).max(24),
});
export type HealthSender = z.infer<typeof HealthSender>;

/** A line of the station's log: fixed text and facts, never of a patient. */
export const LogLine = z.object({ at: z.string(), level: z.string(), part: z.string(), text: z.string() });
export type LogLine = z.infer<typeof LogLine>;

/** What the health board draws. */
export const Health = z.object({
  /** Of the last 24 h, oldest first. */
  samples: z.array(HealthSample),
  /** The last of each day, 30 days, oldest first. */
  days: z.array(HealthSample.pick({ at: true, diskUsed: true })),
  senders: z.array(HealthSender),
  queues: z.object({
    /** What has waited longest to be sent: for whom, of which study, since when. */
    oldestWaiting: z.object({ node: z.string(), StudyInstanceUID: StudyUid, since: z.string() }).optional(),
    /** So many bytes of the cache, and what is removed by itself begins; absent: nothing is. */
    quotaBytes: z.number().min(0).optional(),
    /** `cache`: its own bound; `free`: the free space that is kept on the disk. */
    quotaBasis: z.enum(['cache', 'free']).optional(),
  }),
  /** The look through all objects that goes on by itself. */
  scrub: z.object({ isRunning: z.boolean(), checked: z.int(), total: z.int(), damaged: z.int(), lastEndedAt: z.string().optional() }),
  /** Newest first. */
  log: z.array(LogLine),
});
export type Health = z.infer<typeof Health>;
