import type { Index, IndexedObject } from '../index';
import type { Logger } from '../logging/logger';

const BATCH = 500;
const RETRY_MS = 1000;

/** Writes rows of stored objects a moment after they are durable, many in one transaction; the journal brings back what this loses. */
export class RowWriter {
  private queue: IndexedObject[] = [];
  private whenWritten: (() => void)[] = [];
  private timer: NodeJS.Timeout | undefined;
  private isRefused = false;

  constructor(
    private readonly index: Index,
    private readonly delayMs: number,
    private readonly log: Logger,
    private readonly onFault: (error: unknown) => void,
  ) {}

  /** The index did not take rows when it was asked last: they wait here. */
  get isBehind(): boolean {
    return this.isRefused;
  }

  add(object: IndexedObject): void {
    this.queue.push(object);
    if (this.queue.length >= BATCH) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), this.delayMs);
  }

  /** For a file that no journal knows: its row is on the disk when this returns, so that the next start does not have to find the file first. A row that the index does not take is tried again; `whenWritten` runs when it has taken it, and is tried again with it. */
  addNow(object: IndexedObject, whenWritten?: () => void): void {
    this.queue.push(object);
    if (whenWritten !== undefined) this.whenWritten.push(whenWritten);
    this.flush(true);
  }

  /** Writes all that waits. False: the index did not take it (the rows stay here and are tried again). */
  flush(durable = false): boolean {
    clearTimeout(this.timer);
    this.timer = undefined;
    const batch = this.queue;
    if (batch.length === 0) return true;
    this.queue = [];
    try {
      this.index.put(batch, { durable });
      for (const run of this.whenWritten) run();
      this.whenWritten = [];
      this.isRefused = false;
      return true;
    } catch (error) {
      this.queue = [...batch, ...this.queue];
      this.isRefused = true;
      this.timer = setTimeout(() => this.flush(), RETRY_MS).unref();
      this.log.error({ rows: batch.length, error: String(error) }, 'index rows cannot be written, tried again');
      this.onFault(error);
      return false;
    }
  }

  /** False: rows were left that the index did not take. */
  close(): boolean {
    const isWritten = this.flush();
    clearTimeout(this.timer);
    return isWritten;
  }
}
