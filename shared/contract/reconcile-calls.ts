import { z } from 'zod';
import { JobId, ReconcileChoice, ReconcileRun, ReturnCounts, ReturnEvent, SeenRow, StudyUid } from '../domain';
import { anyone, type CallShape, changers, nothing } from './call-shape';

const node = z.string().min(1).max(64);

/** What changed at an archive while it was away, and what is done about it. */
export const reconcileCalls = {
  /** The last comparison with each archive in this run. */
  'reconcile.list': { servedBy: 'services', roles: anyone, idempotent: true, request: nothing, response: z.object({ runs: z.array(ReconcileRun) }) },
  /** Somebody opened a study: it is compared in the background with the archives that have it, if that was not done a moment ago. */
  'reconcile.opened': { servedBy: 'services', roles: anyone, idempotent: true, request: z.object({ StudyInstanceUID: StudyUid }), response: nothing },
  /** Compares the studies that are here with an archive. */
  'reconcile.compare': { servedBy: 'services', roles: changers, request: z.object({ node }), response: z.object({ jobId: JobId }) },
  'reconcile.choose': {
    servedBy: 'services',
    roles: changers,
    request: z.object({ node, id: z.string().max(200), choice: ReconcileChoice }),
    response: z.object({ run: ReconcileRun }),
  },
  /** What happened to a study since an archive went away, oldest first: also what was applied, and by whom. */
  'reconcile.history': {
    servedBy: 'services',
    roles: anyone,
    idempotent: true,
    request: z.object({ node, StudyInstanceUID: StudyUid }),
    response: z.object({ events: z.array(ReturnEvent) }),
  },
  /** What left for an archive since it went away. */
  'reconcile.counts': { servedBy: 'services', roles: anyone, idempotent: true, request: z.object({ node }), response: ReturnCounts },
  /** Does what was chosen, and nothing where nothing was. With `seen` only those rows, and only where they still stand as they were seen. */
  'reconcile.apply': {
    servedBy: 'services',
    roles: changers,
    timeoutMs: 600_000,
    request: z.object({ node, seen: z.array(SeenRow).max(100_000).optional() }),
    response: z.object({ run: ReconcileRun }),
  },
} as const satisfies Record<string, CallShape>;
