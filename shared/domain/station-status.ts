import { z } from 'zod';
import { EvictionPolicy } from './eviction';
import { StudyUid } from './ids';
import { CacheStatus, NodeStatus } from './node';
import { ArchiveReach } from './outage';
import { ArchivedState, ArchiveState, OutboxCounts } from './outbox';
import { ViewedCounts, Where, WorkState } from './study';

/** A study without what names a patient: for scripts and logs. */
export const StatusStudy = z.object({
  StudyInstanceUID: StudyUid,
  series: z.int(),
  objects: z.int(),
  sizeBytes: z.number(),
  state: WorkState,
  where: Where,
  archived: ArchivedState,
  lastArrivalAt: z.string(),
  /** Pinned, or under a legal hold: it stays, proven or not. */
  kept: z.boolean(),
  /** Images that stood on the screen, where that was asked for. */
  viewed: ViewedCounts.optional(),
});
export type StatusStudy = z.infer<typeof StatusStudy>;

/** How our sending to a node fares, and whether it answers at all. */
export const StatusArchive = ArchiveState.extend({
  /** Absent of a node that is no archive: such are not asked. */
  reach: ArchiveReach.omit({ node: true }).optional(),
});

/** What an administrator asks a workstation. Holds no name, id or birth date of a patient. */
export const StationStatus = z.object({
  at: z.string(),
  dataDir: z.string(),
  node: NodeStatus,
  archives: z.array(StatusArchive),
  queues: z.object({
    outbox: OutboxCounts,
    orders: z.object({ open: z.int(), held: z.int(), failed: z.int() }),
    jobs: z.record(z.string(), z.object({ running: z.int(), waiting: z.int() })),
    commitments: z.int(),
  }),
  disk: CacheStatus.extend({ eviction: EvictionPolicy, retrievesRefused: z.boolean() }),
  studies: z.object({
    total: z.int(),
    byState: z.record(z.string(), z.int()),
    byArchived: z.record(z.string(), z.int()),
    /** The newest ones; `total` says how many there are. */
    list: z.array(StatusStudy),
  }),
});
export type StationStatus = z.infer<typeof StationStatus>;

/** One object of a study and what is known of it. */
export const KeptObject = z.object({
  SOPInstanceUID: z.string(),
  SOPClassUID: z.string(),
  SeriesInstanceUID: z.string(),
  sizeBytes: z.number(),
  arrivedAt: z.string(),
  /** Archives that have it, and how that is known. */
  proofs: z.array(z.object({ node: z.string(), kind: z.enum(['committed', 'proven']), at: z.string() })),
});
export type KeptObject = z.infer<typeof KeptObject>;

/** What a comparison of files, index and digests found. */
export const VerifyResult = z.object({
  objects: z.int(),
  bytes: z.number(),
  /** Objects whose file is gone, or whose bytes are not those that were received; they stand in quarantine now. */
  damaged: z.array(z.object({ SOPInstanceUID: z.string(), problem: z.string() })),
  /** Files in the cache that no row of the index names. */
  unlisted: z.array(z.object({ name: z.string(), problem: z.string() })),
});
export type VerifyResult = z.infer<typeof VerifyResult>;
