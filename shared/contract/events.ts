import { z } from 'zod';
import {
  ArchiveReach,
  ArchiveSearchEnd,
  ArchiveState,
  ArchiveStudy,
  CacheStatus,
  Job,
  KeyImages,
  KnownNode,
  NodeStatus,
  OutageSet,
  OutboxCounts,
  ReconcileRun,
  RefusedSender,
  StudyRow,
  StudyUid,
  ViewedCounts,
} from '../domain';

/** Every event. The unknown ones are logged and dropped by the receiver. */
export const events = {
  /** A study's row is new or other than before (coalesced, at most about 5 a second per study). */
  'study.changed': z.object({ study: StudyRow, revision: z.int() }),
  /** More of its images stood on the screen (coalesced). */
  'study.viewed': z.object({ StudyInstanceUID: StudyUid, viewed: ViewedCounts }),
  'study.removed': z.object({ StudyInstanceUID: StudyUid }),
  'node.changed': NodeStatus,
  'node.senderRefused': RefusedSender,
  /** The demo archive came, moved to another port or went. */
  'node.listChanged': z.object({ nodes: z.array(KnownNode) }),
  'job.changed': Job,
  /** Something of the outbox or of what is known of archives has changed (coalesced): counts of everything, and how the archives fare. */
  'outbox.changed': z.object({ counts: OutboxCounts, archives: z.array(ArchiveState) }),
  /** Whether archives answer has changed, or when they answered last (coalesced). */
  'outage.changed': z.object({ archives: z.array(ArchiveReach) }),
  /** A comparison with an archive goes on, or something was chosen or done. */
  'reconcile.changed': z.object({ run: ReconcileRun }),
  'outageSet.changed': z.object({ set: OutageSet }),
  /** Rows of a search at an archive, a few at a time, in the order of the archive. */
  'archive.matches': z.object({ searchId: z.string(), studies: z.array(ArchiveStudy) }),
  'archive.searchEnded': ArchiveSearchEnd,
  /** Marks of a study, or what was made of them, are others now. */
  'keyImages.changed': z.object({ keyImages: KeyImages }),
  'cache.changed': CacheStatus,
  /** One calm line above the status line; without text: what was said under that key holds no more. */
  'station.notice': z.object({ level: z.enum(['info', 'attention', 'danger']), text: z.string(), detail: z.string().optional(), key: z.string() }),
  /** A screen came, went or changed, or the window stands on another one (from main): `app.screens` tells. */
  'app.screensChanged': z.object({}),
  /** Paths that came by the command line, a second start or the OS: open them (from main). */
  'app.openStudy': z.object({ StudyInstanceUID: StudyUid }),
} as const satisfies Record<string, z.ZodType>;

export type EventName = keyof typeof events;
export type EventPayload<N extends EventName> = z.output<(typeof events)[N]>;
