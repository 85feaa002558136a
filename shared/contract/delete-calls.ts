import { z } from 'zod';
import { DeleteCandidate, JobId, StudyUid } from '../domain';
import { anyone, type CallShape, changers } from './call-shape';

const studies = z.object({ studies: z.array(StudyUid).min(1).max(1000) });

/** Deleting studies from this station; archives are never touched. */
export const deleteCalls = {
  /** Studies that are not here are left out. */
  'study.deletePlan': { servedBy: 'services', roles: anyone, idempotent: true, request: studies, response: z.object({ studies: z.array(DeleteCandidate) }) },
  /** `lastCopies`: also objects that are not proven to be anywhere else. Each study is looked at again before it goes. */
  'study.delete': {
    servedBy: 'services',
    roles: changers,
    request: studies.extend({ lastCopies: z.boolean() }),
    response: z.object({ jobId: JobId }),
  },
} as const satisfies Record<string, CallShape>;
