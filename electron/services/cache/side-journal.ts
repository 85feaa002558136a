import type { NotedOrder } from '../index';
import type { FileLayer } from './file-layer';
import { LineJournal } from './line-journal';
import { type DifferencesEntry, type KeepingEntry, type SideEntry, SideFold, SideNote } from './side-notes';

/**
 * What no object file tells and a rebuilt index would lose: who put a study into which state, what must stay, what is to be sent and what became of it
 * (architecture 7). Sender and arrival stand in the files' own headers.
 */
export class SideJournal {
  private constructor(
    private readonly journal: LineJournal<SideNote>,
    private readonly fold: SideFold,
  ) {}

  static open(files: FileLayer, path: string): SideJournal {
    const fold = new SideFold();
    return new SideJournal(
      LineJournal.open(files, path, fold, (value) => SideNote.safeParse(value).data),
      fold,
    );
  }

  /** Durable when it returns. */
  append(note: SideNote): void {
    this.journal.append(note);
  }

  states(): SideEntry[] {
    return this.fold.allStates();
  }

  keeping(): KeepingEntry[] {
    return this.fold.allKeeping();
  }

  differences(): DifferencesEntry[] {
    return this.fold.allDifferences();
  }

  routedThroughMs(): number | undefined {
    return this.fold.routedThroughMs();
  }

  orders(): NotedOrder[] {
    return this.fold.allOrders();
  }

  close(): void {
    this.journal.close();
  }
}
