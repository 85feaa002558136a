import type { RoleSelection } from '../association-items';
import type { ScuFailure } from './failure';
import { proposals, type ScuTarget, type ScuTimeouts } from './options';
import { ScuAssociation } from './scu-association';

export interface PoolWish {
  readonly target: ScuTarget;
  readonly contexts: readonly { readonly abstractSyntax: string; readonly transferSyntaxes: readonly string[] }[];
  readonly roles?: readonly RoleSelection[];
  readonly timeouts?: Partial<ScuTimeouts>;
}

export interface Lease {
  readonly association: ScuAssociation;
  /** Once. The association waits a little for the next who wants the same, then it is released; `keep: false`: at once. */
  giveBack(keep?: boolean): void;
}

export interface AssociationPool {
  /** An association of one's own with the accepted contexts of the wish; waits while the node's cap is reached. Never rejects. */
  lease(wish: PoolWish, signal: AbortSignal): Promise<Lease | { readonly failure: ScuFailure }>;
  /** Releases what waits; leases that are out end when they are given back. */
  close(): Promise<void>;
}

export interface PoolOptions {
  /** Associations with one node at the same time. */
  readonly maxPerNode?: number;
  /** How long an association that nobody uses is kept. */
  readonly keepMs?: number;
}

interface Kept {
  readonly association: ScuAssociation;
  readonly wishKey: string;
  timer: NodeJS.Timeout | undefined;
}

interface NodePool {
  used: number;
  readonly kept: Kept[];
  readonly waiting: (() => void)[];
}

const CANCELLED: ScuFailure = { cause: 'cancelled', isTransient: false, words: 'Cancelled.' };

/** Associations of ours, at most so many with each node; one that was given back is used again by the same wish. */
export function createPool({ maxPerNode = 4, keepMs = 5000 }: PoolOptions = {}): AssociationPool {
  const nodes = new Map<string, NodePool>();
  let isClosed = false;

  const nodeOf = (target: ScuTarget): NodePool => {
    const key = JSON.stringify([target.host, target.port, target.calledAeTitle, target.callingAeTitle, target.tls !== undefined, target.tlsName]);
    const known = nodes.get(key);
    if (known) return known;
    const made: NodePool = { used: 0, kept: [], waiting: [] };
    nodes.set(key, made);
    return made;
  };

  const drop = (node: NodePool, kept: Kept): Promise<void> => {
    clearTimeout(kept.timer);
    node.kept.splice(node.kept.indexOf(kept), 1);
    return kept.association.release();
  };

  const free = (node: NodePool): void => {
    node.used--;
    node.waiting[0]?.();
  };

  const takeKept = (node: NodePool, wishKey: string): ScuAssociation | undefined => {
    for (const kept of [...node.kept]) {
      if (kept.association.isOpen && kept.wishKey !== wishKey) continue;
      clearTimeout(kept.timer);
      node.kept.splice(node.kept.indexOf(kept), 1);
      if (kept.association.isOpen) return kept.association;
    }
    return undefined;
  };

  const giveBack = (node: NodePool, association: ScuAssociation, wishKey: string, keep: boolean): void => {
    if (!association.isOpen) free(node);
    else if (isClosed || !keep || keepMs === 0) void association.release().then(() => free(node));
    else {
      const kept: Kept = { association, wishKey, timer: undefined };
      node.kept.push(kept);
      kept.timer = setTimeout(() => void drop(node, kept), keepMs);
      kept.timer.unref();
      free(node);
    }
  };

  /** A place under the cap; kept associations of other wishes make room first. */
  const place = async (node: NodePool, signal: AbortSignal): Promise<boolean> => {
    while (node.used >= maxPerNode) {
      await new Promise<void>((resolve) => {
        const go = (): void => {
          signal.removeEventListener('abort', go);
          const at = node.waiting.indexOf(go);
          if (at >= 0) node.waiting.splice(at, 1);
          resolve();
        };
        node.waiting.push(go);
        signal.addEventListener('abort', go, { once: true });
      });
      if (signal.aborted) {
        // The place that woke us, if one did, is somebody else's.
        node.waiting[0]?.();
        return false;
      }
    }
    node.used++;
    return true;
  };

  return {
    async lease(wish, signal) {
      const node = nodeOf(wish.target);
      const wishKey = JSON.stringify([wish.contexts, wish.roles, wish.timeouts]);
      if (signal.aborted || !(await place(node, signal))) return { failure: CANCELLED };
      let association: ScuAssociation | ScuFailure | undefined = takeKept(node, wishKey);
      if (association === undefined) {
        // Some nodes serve one association at a time: what nobody uses must not keep them busy.
        await Promise.all([...node.kept].map((kept) => drop(node, kept)));
        association = await ScuAssociation.open({ ...wish, contexts: proposals(wish.contexts) }, signal);
      }
      if (!(association instanceof ScuAssociation)) {
        free(node);
        return { failure: association };
      }
      const open = association;
      let isBack = false;
      return {
        association: open,
        giveBack(keep = true) {
          if (isBack) return;
          isBack = true;
          giveBack(node, open, wishKey, keep);
        },
      };
    },
    async close() {
      isClosed = true;
      await Promise.all([...nodes.values()].flatMap((node) => node.kept.map((kept) => drop(node, kept))));
    },
  };
}
