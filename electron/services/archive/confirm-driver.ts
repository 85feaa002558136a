import { requestCommitment } from '../dimse';
import type { Asked, ConfirmDriver, Listed } from '../sync';
import type { ArchivePool } from './archive-pool';
import type { NodeList } from './node-list';
import { remoteContents } from './remote-contents';

export interface ConfirmDriverParts {
  readonly pool: ArchivePool;
  readonly nodes: Pick<NodeList, 'byName' | 'target'>;
}

/** A report may come on the association of the request: it is kept open for so long. Afterwards it comes to our node. */
const WAIT_MS = 5000;
/** PS3.7 Annex C: the archive does not know the service or will not do it for us, now or later. */
const NEVER: ReadonlySet<number> = new Set([0x0118, 0x0122, 0x0123, 0x0124, 0x0211]);

/** Storage commitment (PS3.4 J) and IMAGE-level queries by DIMSE. */
export function confirmDriver({ pool, nodes }: ConfirmDriverParts): ConfirmDriver {
  const targetOf = (node: string): ReturnType<NodeList['target']> => nodes.target(nodes.byName(node));
  return {
    async ask(node, transactionUid, objects, onReport, signal): Promise<Asked> {
      let target;
      try {
        target = targetOf(node);
      } catch (error) {
        return { kind: 'later', words: wordsOf(error) };
      }
      if (target.web !== undefined) return { kind: 'notOffered', words: 'DICOMweb has no storage commitment here.' };
      const end = await requestCommitment(pool, target, { transactionUid, objects, onReport, waitMs: WAIT_MS }, signal);
      switch (end.kind) {
        case 'accepted':
          return { kind: 'accepted' };
        case 'refused':
          return { kind: NEVER.has(end.status.code) ? 'notOffered' : 'later', words: end.words };
        case 'failed':
          return { kind: end.failure.cause === 'noContext' ? 'notOffered' : 'later', words: end.failure.words };
        case 'unknown':
          return { kind: 'later', words: end.words };
        case 'cancelled':
          return { kind: 'later', words: '' };
      }
    },
    async list(node, StudyInstanceUID, signal): Promise<Listed> {
      try {
        const objects = await remoteContents(pool, targetOf(node), StudyInstanceUID, signal);
        return { kind: 'listed', uids: new Set(objects.map(({ SOPInstanceUID }) => SOPInstanceUID)) };
      } catch (error) {
        return { kind: 'later', words: wordsOf(error) };
      }
    },
  };
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
