import type { Index, IndexedObject } from '../index';
import type { FileLayer } from './file-layer';
import type { JournalPlace } from './journal';
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
  private readonly turns = new Map<string, Promise<unknown>>();

  constructor(
    private readonly files: FileLayer,
    private readonly layout: Layout,
    readonly index: Index,
  ) {}

  where(SOPInstanceUID: string): PendingObject | 'file' | undefined {
    const pending = this.pending.get(SOPInstanceUID);
    if (pending !== undefined) return pending;
    return this.files.sync.exists(this.layout.objectPath(SOPInstanceUID)) ? 'file' : undefined;
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
  async inTurn<T>(SOPInstanceUID: string, work: () => Promise<T>): Promise<T> {
    const before = this.turns.get(SOPInstanceUID);
    const mine = before === undefined ? work() : before.then(work, work);
    const settled = mine.catch(() => undefined);
    this.turns.set(SOPInstanceUID, settled);
    try {
      return await mine;
    } finally {
      if (this.turns.get(SOPInstanceUID) === settled) this.turns.delete(SOPInstanceUID);
    }
  }
}

export function rowOf({ identity, place, attributes, pixel }: PendingObject): IndexedObject {
  return { attributes, pixel, sizeBytes: place.length, arrivedAtMs: identity.arrivedAtMs };
}
