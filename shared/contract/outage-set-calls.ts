import { z } from 'zod';
import { JobId, OutagePlan, OutageSet } from '../domain';
import { anyone, type CallShape, changers, nothing } from './call-shape';

/** The studies that must be here when an archive goes away. */
export const outageSetCalls = {
  'outageSet.get': { servedBy: 'services', roles: anyone, idempotent: true, request: nothing, response: z.object({ set: OutageSet }) },
  'outageSet.plan': { servedBy: 'services', roles: changers, request: z.object({ plan: OutagePlan }), response: z.object({ set: OutageSet }) },
  /** Compares the set with the archives and fetches what is missing. */
  'outageSet.run': { servedBy: 'services', roles: changers, request: nothing, response: z.object({ jobId: JobId }) },
} as const satisfies Record<string, CallShape>;
