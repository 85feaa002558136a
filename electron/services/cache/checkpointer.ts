import { join } from 'node:path';
import type { Logger } from '../logging/logger';
import type { CheckpointRunner } from './checkpoint-runner';
import type { CheckpointOutcome, CheckpointTask } from './checkpoint-task';
import type { Journal } from './journal';
import type { Layout } from './layout';
import type { CacheOptions } from './options';
import type { RowWriter } from './row-writer';
import { type PendingObject, rowOf, type Shelf } from './shelf';

/** One synced transaction of the index for so many: small objects would pay it dearly one by one. */
const BATCH_OBJECTS = 64;
const BATCH_BYTES = 32 * 2 ** 20;
/** While objects arrive, files are made only for lack of free segments, and in small portions: their syncs delay those of the records. Eight slices of a CT. */
const BURST_BATCH_BYTES = 4.5 * 2 ** 20;
const RETRY_MS = 1000;
/** So many times `idleMs` after its arrival a record becomes a file even if a slow stream of others never rests. */
const OLD = 30;

export interface CheckpointerParts {
  readonly runner: CheckpointRunner;
  readonly journal: Journal;
  readonly shelf: Shelf;
  readonly rows: RowWriter;
  readonly layout: Layout;
  readonly options: CacheOptions;
  readonly log: Logger;
  readonly now: () => number;
  onDamaged(object: PendingObject): Promise<void>;
  onFault(code: string): void;
}

/**
 * Turns records into files when nothing arrives for a moment; during a burst only when no free segment is left, those of full segments. Order: files synced, rows
 * committed, segment free. At rest it also makes segments ahead and tidies the index, so that no burst meets these.
 */
export class Checkpointer {
  private readonly queue: PendingObject[] = [];
  private running: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private lastArrivalMs = 0;
  private failing = false;
  /** Something has come since the last rest. */
  private restDue = true;
  private closed = false;
  private nextTemp = 1;

  constructor(private readonly parts: CheckpointerParts) {}

  add(object: PendingObject): void {
    this.queue.push(object);
    this.restDue = true;
    this.arriving();
    this.arm();
  }

  /** An object has begun to come: the disk is for records now. */
  arriving(): void {
    this.lastArrivalMs = this.parts.now();
  }

  /** The last batch could not be made files; it is tried again. */
  get isFailing(): boolean {
    return this.failing;
  }

  /** The journal is short of segments: does not wait for the next look. */
  hurry(): void {
    if (this.timer === undefined || this.failing) return;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.arm(0);
  }

  /** Begins to look for rest; before the first object too. */
  start(): void {
    this.arm();
  }

  /** Makes everything files that stands in the journal now. */
  async flush(): Promise<void> {
    this.failing = false;
    do {
      await this.runBatch(() => true);
      await this.running; // a batch of the timer's may have come between
    } while (this.queue.length > 0 && !this.mustPause());
    this.parts.journal.seal();
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.running;
    await this.parts.runner.close();
  }

  private arm(soonestMs = Math.max(5, this.parts.options.idleMs / 4)): void {
    if (this.timer !== undefined || this.closed || (this.queue.length === 0 && !this.restDue)) return;
    const delayMs = this.failing ? RETRY_MS : soonestMs;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.failing = false;
      void this.work();
    }, delayMs);
  }

  private async work(): Promise<void> {
    const isOld = ({ identity }: PendingObject) => this.parts.now() - identity.arrivedAtMs >= OLD * this.parts.options.idleMs;
    const due = (object: PendingObject) => this.isQuiet() || (object.place.segment.sealed && this.parts.journal.isShort) || isOld(object);
    for (let more = true; more;) more = !this.mustPause() && (await this.runBatch(due));
    if (this.queue.length === 0 && this.isQuiet() && !this.mustPause()) await this.rest();
    this.arm();
  }

  private isQuiet(): boolean {
    return this.parts.now() - this.lastArrivalMs >= this.parts.options.idleMs;
  }

  private async rest(): Promise<void> {
    const { journal, shelf } = this.parts;
    this.restDue = false;
    journal.seal();
    try {
      shelf.index.tidy();
      await journal.prepare(() => this.isQuiet());
      if (!this.isQuiet()) this.restDue = true;
    } catch (error) {
      // what was not made ahead is made when it is needed, or refused then with the reason
      this.parts.log.warn({ error: String(error) }, 'nothing could be prepared for the next objects');
    }
  }

  private mustPause(): boolean {
    return this.failing || this.closed;
  }

  /** One at a time. False: nothing was due. */
  private async runBatch(due: (object: PendingObject) => boolean): Promise<boolean> {
    while (this.running !== undefined) await this.running;
    let bytes = 0;
    let count = 0;
    const mostBytes = this.isQuiet() ? BATCH_BYTES : BURST_BATCH_BYTES;
    for (const object of this.queue) {
      if (count === BATCH_OBJECTS || (count > 0 && bytes + object.place.length > mostBytes) || !due(object)) break;
      bytes += object.place.length;
      count++;
    }
    if (count === 0) return false;
    const batch = this.queue.splice(0, count);
    this.running = this.make(batch).finally(() => {
      this.running = undefined;
    });
    await this.running;
    return true;
  }

  private async make(batch: readonly PendingObject[]): Promise<void> {
    let outcomes: CheckpointOutcome[];
    try {
      outcomes = await this.parts.runner.run(batch.map((object) => this.taskOf(object)));
    } catch (error) {
      this.fail(batch, String(error));
      return;
    }
    const made = batch.filter((_, index) => outcomes[index]?.kind === 'done');
    const committed = this.commit(batch, outcomes);
    if (!committed) this.fail(made, 'index');
    for (const [index, object] of batch.entries()) {
      const outcome = outcomes[index];
      const isAside = outcome?.kind === 'damaged' && (await this.setAside(object));
      if (outcome?.kind === 'failed') this.fail([object], outcome.code);
      if (isAside || (outcome?.kind === 'done' && committed)) {
        this.parts.shelf.take(object.identity.SOPInstanceUID);
        this.parts.journal.settle(object.place, object.identity.SOPInstanceUID);
      }
    }
  }

  /** False: not yet; its record stays and is looked at again. */
  private async setAside(object: PendingObject): Promise<boolean> {
    try {
      await this.parts.onDamaged(object);
      return true;
    } catch (error) {
      this.fail([object], String(error));
      return false;
    }
  }

  /** Rows with file facts, in one synced transaction; those still waiting without them go first, so that they cannot overwrite these. */
  private commit(batch: readonly PendingObject[], outcomes: readonly CheckpointOutcome[]): boolean {
    if (!this.parts.rows.flush()) return false;
    const made = batch.flatMap((object, index) => {
      const outcome = outcomes[index];
      if (outcome?.kind !== 'done') return [];
      const { dataOffset, sha256, chunkDigests } = outcome;
      const { SOPInstanceUID } = object.identity;
      return [{ object, SOPInstanceUID, file: { dataOffset, sha256: Buffer.from(sha256), chunkDigests: Buffer.from(chunkDigests) } }];
    });
    const { index } = this.parts.shelf;
    try {
      const missing = new Set(index.putFiles(made));
      const rows = made.filter(({ SOPInstanceUID }) => missing.has(SOPInstanceUID)).map(({ object, file }) => ({ ...rowOf(object), file }));
      index.put(rows, { durable: true });
      return true;
    } catch (error) {
      this.parts.log.error({ error: String(error) }, 'index rows of new files cannot be written, tried again');
      return false;
    }
  }

  private fail(batch: readonly PendingObject[], code: string): void {
    if (batch.length === 0) return;
    this.queue.unshift(...batch);
    this.failing = true;
    this.parts.onFault(code);
  }

  private taskOf({ identity, place }: PendingObject): CheckpointTask {
    return {
      identity,
      segmentPath: place.segment.path,
      offset: place.offset,
      length: place.length,
      crc: place.crc,
      tempPath: join(this.parts.layout.incoming, `cp-${String(this.nextTemp++)}.tmp`),
      path: this.parts.layout.objectPath(identity.SOPInstanceUID),
    };
  }
}
