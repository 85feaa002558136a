import { Turns } from '../turns';
import type { Index, IndexedObject } from '../index';
import type { FileLayer } from './file-layer';
import type { JournalPlace } from './adopt-segment';
import type { Layout } from './layout';
import type { ObjectIdentity } from './object-file';
import type { InstanceAttributes, PixelLayout } from '../part10';

/** An object that stands in the journal and is not yet a file. */
export interface PendingObject {
  readonly identity: ObjectIdentity;
  readonly place: JournalPlace;
  readonly attributes: InstanceAttributes;
  readonly pixel: PixelLayout;
}

/** Where each object stands now: in the journal or as a file; and one key a SOP Instance UID for those who change that. */
export class Shelf {
  private readonly pending = new Map<string, PendingObject>();
  private readonly turns = new Turns();
  /** Files whose rows may not be there (yet). */
  private readonly unlisted = new Set<string>();
  private rowsAreFiles = false;

  constructor(
    private readonly files: FileLayer,
    private readonly layout: Layout,
    readonly index: Index,
  ) {}

  /** Asks the index where its rows are known to be the files, else the disk: a look there for each arrival costs a millisecond while files are made. */
  where(SOPInstanceUID: string): PendingObject | 'file' | undefined {
    const pending = this.pending.get(SOPInstanceUID);
    if (pending !== undefined) return pending;
    if (this.rowsAreFiles && this.index.rebuildNeeded() === undefined && !this.unlisted.has(SOPInstanceUID)) {
      try {
        return this.index.has(SOPInstanceUID) ? 'file' : undefined;
      } catch {
        // a damaged index is no reason to take an object for new
      }
    }
    return this.isOnDisk(SOPInstanceUID) ? 'file' : undefined;
  }

  isOnDisk(SOPInstanceUID: string): boolean {
    return this.files.sync.exists(this.layout.objectPath(SOPInstanceUID));
  }

  /** Every object file has its row from now on, but for those that are told by `fileWithoutRow`. */
  trustRows(): void {
    this.rowsAreFiles = true;
  }

  /** A file came to stand, or was left, before its row is certain. */
  fileWithoutRow(SOPInstanceUID: string): void {
    this.unlisted.add(SOPInstanceUID);
  }

  pendingOf(SOPInstanceUID: string): PendingObject | undefined {
    return this.pending.get(SOPInstanceUID);
  }

  put(object: PendingObject): void {
    this.pending.set(object.identity.SOPInstanceUID, object);
  }

  take(SOPInstanceUID: string): void {
    this.pending.delete(SOPInstanceUID);
  }

  all(): IterableIterator<PendingObject> {
    return this.pending.values();
  }

  get size(): number {
    return this.pending.size;
  }

  /** One at a time for each SOP Instance UID: two associations may bring the same object at the same moment. */
  inTurn<T>(SOPInstanceUID: string, work: () => Promise<T>): Promise<T> {
    return this.turns.take(SOPInstanceUID, work);
  }
}

export function rowOf({ identity, place, attributes, pixel }: PendingObject): IndexedObject {
  return { attributes, pixel, sizeBytes: place.length, arrivedAtMs: identity.arrivedAtMs };
}
