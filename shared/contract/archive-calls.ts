import { z } from 'zod';
import { ArchiveFilter, ArchiveSeries, JobId, SeriesUid, SopInstanceUid, StudyUid } from '../domain';
import { anyone, type CallShape, changers, nothing } from './call-shape';

const node = z.string().min(1).max(64);
const transfer = z.object({
  StudyInstanceUID: StudyUid,
  node,
  /** Only these; absent: all. */
  series: z.array(SeriesUid).min(1).max(1000).optional(),
});
const started = z.object({ jobId: JobId });

/** Searches at archives, and studies on their way between them and here. */
export const archiveCalls = {
  /** Rows come as `archive.matches`, the end as `archive.searchEnded`, both with this id. `study.search` lists them by it. */
  'archive.search': {
    servedBy: 'services',
    roles: anyone,
    request: z.object({ node, filter: ArchiveFilter, limit: z.int().min(1).max(20_000) }),
    response: z.object({ searchId: z.string() }),
  },
  'archive.cancelSearch': { servedBy: 'services', roles: anyone, request: z.object({ searchId: z.string().max(64) }), response: nothing },
  /** What an archive says of the series of a study now. */
  'archive.series': {
    servedBy: 'services',
    roles: anyone,
    idempotent: true,
    timeoutMs: 40_000,
    request: z.object({ StudyInstanceUID: StudyUid, node }),
    response: z.object({ series: z.array(ArchiveSeries) }),
  },
  /** `urgent`: somebody waits for it; it goes before everything that nobody waits for. */
  'transfer.retrieve': { servedBy: 'services', roles: changers, request: transfer.extend({ urgent: z.boolean().optional() }), response: started },
  'transfer.send': {
    servedBy: 'services',
    roles: changers,
    request: transfer.extend({ images: z.array(SopInstanceUid).min(1).max(20_000).optional() }),
    response: started,
  },
} as const satisfies Record<string, CallShape>;
