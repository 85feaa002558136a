import { type AssociationPool, createPool, find, type FindRequest, type FindRun, type PoolOptions, type ScuTarget } from '../dimse';
import { type Authorization, createWebClient, type WebClient, webFind, type WebTarget, type WebTls } from '../dicomweb';

/** How an archive is called: by DIMSE, or by DICOMweb when it has a URL. Everything above asks in the same words and gets the same outcomes. */
export interface ArchiveTarget extends ScuTarget {
  readonly web?: WebTarget | undefined;
  /** Objects may be fetched from it by DIMSE too, though it has a URL. */
  readonly alsoDimse?: boolean | undefined;
}

/** Associations and connections of ours. */
export interface ArchivePool extends AssociationPool {
  readonly web: WebClient;
}

export function createArchivePool(
  authorization?: Authorization,
  options: PoolOptions = {},
  tls?: WebTls,
  onCertificate?: (name: string, validUntilMs: number) => void,
): ArchivePool {
  const pool = createPool(options);
  const web = createWebClient(authorization, tls, onCertificate);
  return {
    web,
    lease: (wish, signal) => pool.lease(wish, signal),
    async close() {
      web.close();
      await pool.close();
    },
  };
}

/** C-FIND or QIDO-RS. */
export function findAt(pool: ArchivePool, target: ArchiveTarget, request: FindRequest, signal: AbortSignal): FindRun {
  return target.web === undefined ? find(pool, target, request, signal) : webFind(pool.web, target.web, request, signal);
}
