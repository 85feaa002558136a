import type { ObjectStore } from '../cache';
import { webRetrieve, type WebTarget } from '../dicomweb';
import type { JobProgress } from '../sync';
import type { ArchivePool } from './archive-pool';

/** A study on its way by WADO-RS while the archive still lists it. */
export interface StudyAhead {
  /** How it ended; never rejects. */
  readonly end: ReturnType<typeof webRetrieve>;
  /** So many objects the archive has of it: now the progress can say of how many. */
  listed(total: number): void;
  /** Breaks it off; what has come stays. */
  stop(): Promise<void>;
}

/**
 * Asks for a whole study of which nothing is here without waiting for its list, which costs an archive as much as sending it may do. The list decides afterwards what is still missing.
 * Objects must say that they belong to the study.
 */
export function fetchAhead(
  { pool, store }: { readonly pool: Pick<ArchivePool, 'web'>; readonly store: ObjectStore },
  web: WebTarget,
  StudyInstanceUID: string,
  progress: Pick<JobProgress, 'set' | 'touched'>,
  signal: AbortSignal,
): StudyAhead {
  const stopping = new AbortController();
  let [arrived, total] = [0, Number.POSITIVE_INFINITY];
  const tell = (): void => {
    if (arrived > 0) progress.touched(StudyInstanceUID);
    // it may send more than it lists
    progress.set(Math.min(arrived, total), Number.isFinite(total) ? total : undefined);
  };
  const onProgress = (count: number): void => {
    arrived = count;
    tell();
  };
  const request = { level: 'STUDY' as const, StudyInstanceUID, wanted: 'all' as const, onProgress };
  return {
    end: webRetrieve({ client: pool.web, store }, web, request, AbortSignal.any([signal, stopping.signal])),
    listed(count) {
      total = count;
      tell();
    },
    async stop() {
      stopping.abort();
      await this.end;
    },
  };
}
