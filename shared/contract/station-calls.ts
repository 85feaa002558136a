import { z } from 'zod';
import { Health, JobId, KeptObject, StationStatus, StudyUid, VerifyResult } from '../domain';
import { anyone, type CallShape, changers, nothing } from './call-shape';

/** What a script, and a supporter, asks of the whole station. */
export const stationCalls = {
  'station.status': {
    servedBy: 'services',
    roles: anyone,
    idempotent: true,
    timeoutMs: 60_000,
    /** `viewed`: with what stood on the screen of each, which takes a look at every object. */
    request: z.object({ studies: z.int().min(0).max(100_000).default(1000), viewed: z.boolean().default(false) }),
    response: StationStatus,
  },
  /** Counts of the day, senders, the look through all objects, and the newest lines of the log. Holds nothing of a patient. */
  'station.health': { servedBy: 'services', roles: anyone, idempotent: true, request: nothing, response: Health },
  'study.objects': {
    servedBy: 'services',
    roles: anyone,
    idempotent: true,
    request: z.object({ StudyInstanceUID: StudyUid }),
    response: z.object({ objects: z.array(KeptObject) }),
  },
  /** Files against index against digests, as a job; `verify.result` has what the last one found. */
  'verify.start': { servedBy: 'services', roles: changers, request: nothing, response: z.object({ jobId: JobId }) },
  'verify.result': {
    servedBy: 'services',
    roles: anyone,
    idempotent: true,
    request: z.object({ jobId: JobId }),
    response: z.object({ result: VerifyResult.optional() }),
  },
  /** Ends the program in order. */
  'station.quit': { servedBy: 'services', roles: changers, request: nothing, response: nothing },
} as const satisfies Record<string, CallShape>;
