import type { ReconcileItem, ReconcileRun, StudyUid } from '@shared/domain';

/** What was found of one study and is not done yet, as it outlives the program; no items: nothing any more. */
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

/** Keeps open differences beside the index, so that the next start knows at once what waits for a choice and what must not be sent. */
export class KeptDifferences {
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
      this.last.set(`${node} ${StudyInstanceUID}`, JSON.stringify(items));
      if (isArchive(node)) runs.set(node, [...(runs.get(node) ?? []), ...items.map((item) => ({ ...item, isOld: true }))]);
    }
    return [...runs].map(([node, items]) => {
      const at = items.reduce((latest, { seenAt = '' }) => (seenAt > latest ? seenAt : latest), new Date(0).toISOString());
      return { node, state: 'ready', at, compared: 0, total: 0, same: 0, failed: [], items, isFromBefore: true };
    });
  }

  /** Keeps what is open of a study as the run says now, when that is not kept already. */
  note({ node, items }: ReconcileRun, StudyInstanceUID: StudyUid): void {
    const open = items.filter((item) => item.StudyInstanceUID === StudyInstanceUID && item.applied === undefined).map(({ isOld: _isOld, ...item }) => item);
    const [key, text] = [`${node} ${StudyInstanceUID}`, JSON.stringify(open)];
    if (text === (this.last.get(key) ?? '[]')) return;
    try {
      this.store.keep({ node, StudyInstanceUID, items: open });
      this.last.set(key, text);
    } catch (error) {
      this.onFault(error);
    }
  }
}
