import { z } from 'zod';
import { ArchiveFilter, ArchiveSeries, JobId, SecretsStatus, SeriesUid, SopInstanceUid, StudyUid } from '../domain';
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
  /** A person signs in, in the browser of the system, which is opened; resolves when that is done. Fails with `denied` in words. */
  'archive.signIn': {
    servedBy: 'services',
    roles: changers,
    timeoutMs: 330_000,
    request: z.object({ node }),
    response: z.object({ user: z.string() }),
  },
  'archive.signOut': { servedBy: 'services', roles: changers, timeoutMs: 40_000, request: z.object({ node }), response: nothing },
  /** The secret of our client; it can be replaced and forgotten (empty), never read. */
  'archive.setSecret': { servedBy: 'services', roles: changers, request: z.object({ node, secret: z.string().max(10_000) }), response: nothing },
  /** Where the key that secrets of this station are sealed with is kept. */
  'secrets.status': { servedBy: 'services', roles: anyone, idempotent: true, request: nothing, response: SecretsStatus },
} as const satisfies Record<string, CallShape>;
