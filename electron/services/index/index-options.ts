import type { KeepingEntryRow, ObjectNote } from './keeping-types';
import type { OutboxNote } from './outbox-types';
import type { StateEntry } from './types';

/** What keeps beside the index what a rebuild could not derive: each is called before the rows change, and throws when it cannot. */
export interface IndexOptions {
  readonly onState?: (entry: StateEntry) => void;
  readonly onOutbox?: (note: OutboxNote) => void;
  readonly onKeeping?: (entry: KeepingEntryRow) => void;
  readonly onObjects?: (note: ObjectNote) => void;
  /** Script of the worker that checks the database. */
  readonly checkWorker?: string;
}
