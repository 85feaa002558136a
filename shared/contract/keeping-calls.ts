import { z } from 'zod';
import { EvictionPreview, JobId, StudyKeeping, StudyUid } from '../domain';
import { anyone, type CallShape, changers, nothing } from './call-shape';

const study = z.object({ StudyInstanceUID: StudyUid });
const keepingAnswer = z.object({ keeping: StudyKeeping.optional() });

/** What stays in the cache and what may go. The policy is the settings document `eviction`. */
export const keepingCalls = {
  /** A dry run: what would go, what stays and why. Changes nothing. */
  'eviction.preview': { servedBy: 'services', roles: anyone, idempotent: true, timeoutMs: 60_000, request: nothing, response: EvictionPreview },
  /** Removes what the preview names; each study is checked again before it goes. */
  'eviction.run': { servedBy: 'services', roles: changers, request: nothing, response: z.object({ jobId: JobId }) },
  'study.keeping': { servedBy: 'services', roles: anyone, idempotent: true, request: study, response: keepingAnswer },
  'study.pin': { servedBy: 'services', roles: changers, request: study.extend({ pinned: z.boolean() }), response: keepingAnswer },
  'study.legalHold': {
    servedBy: 'services',
    roles: changers,
    request: study.extend({ legalHold: z.boolean(), reason: z.string().max(200) }),
    response: keepingAnswer,
  },
} as const satisfies Record<string, CallShape>;
