import type { ReconcileItem, ReconcileRun, StudyUid } from '@shared/domain';
import { isKeptOld, KeptOld } from './kept-old';

/** What was found of one study and is not done yet, and what was answered for, as it outlives the program; no items: nothing any more. */
export interface FoundDifferences {
  readonly node: string;
  readonly StudyInstanceUID: StudyUid;
  readonly items: readonly ReconcileItem[];
}

export interface DifferenceStore {
  all(): readonly FoundDifferences[];
  /** Durable when it returns. Throws what the disk throws. */
  keep(found: FoundDifferences): void;
}

/** Keeps open differences, and images that were answered for, beside the index: the next start knows at once what waits for a choice, what must not be sent and what is not asked again. */
export class KeptDifferences {
  readonly old = new KeptOld();
  /** Of studies of which something is kept. */
  private readonly last = new Map<string, string>();

  constructor(
    private readonly store: DifferenceStore,
    /** It could not be kept: the next start finds it by comparing. */
    private readonly onFault: (error: unknown) => void,
  ) {}

  /** What was known when the program ended, for these archives: each row says when it was found and that nobody has asked since. */
  restore(isArchive: (node: string) => boolean): ReconcileRun[] {
    const runs = new Map<string, ReconcileItem[]>();
    for (const { node, StudyInstanceUID, items } of this.store.all()) {
      this.last.set(keyOf(node, StudyInstanceUID), JSON.stringify(items));
      for (const item of items) this.old.note(node, item);
      const open = items.filter((item) => !isKeptOld(item)).map((item) => ({ ...item, isOld: true }));
      if (isArchive(node) && open.length > 0) runs.set(node, [...(runs.get(node) ?? []), ...open]);
    }
    return [...runs].map(([node, items]) => {
      const at = items.reduce((latest, { seenAt = '' }) => (seenAt > latest ? seenAt : latest), new Date(0).toISOString());
      return { node, state: 'ready', at, compared: 0, total: 0, same: 0, failed: [], items, isFromBefore: true };
    });
  }

  /** Keeps what is open of a study as the run says now, and what was answered for, when that is not kept already. */
  note({ node, items }: Pick<ReconcileRun, 'node' | 'items'>, StudyInstanceUID: StudyUid): void {
    const open = items.filter((item) => item.StudyInstanceUID === StudyInstanceUID && item.applied === undefined).map(({ isOld: _isOld, ...item }) => item);
    const answer = this.old.row(node, StudyInstanceUID);
    const kept = answer === undefined ? open : [...open, answer];
    const [key, text] = [keyOf(node, StudyInstanceUID), JSON.stringify(kept)];
    if (text === (this.last.get(key) ?? '[]')) return;
    try {
      this.store.keep({ node, StudyInstanceUID, items: kept });
      if (kept.length === 0) this.last.delete(key);
      else this.last.set(key, text);
    } catch (error) {
      this.onFault(error);
    }
  }

  /** The study is not here any more. */
  forget(StudyInstanceUID: StudyUid): void {
    const end = ` ${StudyInstanceUID}`;
    for (const key of [...this.last.keys()]) {
      if (!key.endsWith(end)) continue;
      const node = key.slice(0, -end.length);
      this.old.forget(node, StudyInstanceUID);
      this.note({ node, items: [] }, StudyInstanceUID);
    }
  }
}

function keyOf(node: string, StudyInstanceUID: StudyUid): string {
  return `${node} ${StudyInstanceUID}`;
}
