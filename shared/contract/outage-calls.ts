import { z } from 'zod';
import { ArchiveReach, ReachSample } from '../domain';
import { anyone, type CallShape, changers, nothing } from './call-shape';

/** Whether archives answer, and what is done about it when one does not. */
export const outageCalls = {
  'outage.status': { servedBy: 'services', roles: anyone, idempotent: true, request: nothing, response: z.object({ archives: z.array(ArchiveReach) }) },
  /** Answers of the last day of each archive, oldest first. */
  'outage.samples': {
    servedBy: 'services',
    roles: anyone,
    idempotent: true,
    request: nothing,
    response: z.object({ archives: z.array(z.object({ node: z.string(), samples: z.array(ReachSample) })) }),
  },
  /** Asks these archives now; absent: all of them. Resolves when they have answered, or not. */
  'outage.tryNow': {
    servedBy: 'services',
    roles: changers,
    timeoutMs: 60_000,
    request: z.object({ node: z.string().min(1).max(64).optional() }),
    response: z.object({ archives: z.array(ArchiveReach) }),
  },
} as const satisfies Record<string, CallShape>;
