import { CallError } from '@shared/contract';
import { join } from 'node:path';
import { adoptSegment, type JournalPlace, type RecoveredRecord } from './adopt-segment';
import type { FileLayer } from './file-layer';
import type { JournalHooks } from './journal-hooks';
import { encodeMeta, encodeRecord, HEADROOM, PAGE, type RecordMeta } from './journal-record';
import type { CacheOptions } from './options';
import { RecordAhead } from './record-ahead';
import { beginGeneration, createSegment, isFree, markFree, type Segment, segmentNumber } from './segment';
import { SyncClock } from './sync-clock';

interface Waiting {
  /** Buffer with HEADROOM bytes of room before the data and a page after it. */
  readonly buffer: Uint8Array;
  readonly length: number;
  readonly meta: Uint8Array;
  readonly ahead: RecordAhead | undefined;
  readonly crc: number | undefined;
  resolve(place: JournalPlace): void;
  reject(error: unknown): void;
}

/**
 * Write-ahead log of the cache (ingest.md 1): objects are safe once their record is synced, long before they are files. One sync serves every record that waits at
 * that moment. The page cache takes a record on the loop while it is quick; a lone record on a fast disk is synced there too, which saves the thread's
 * wake-ups (ingest.md 3). While other objects are on their way in, the pool syncs and the loop takes their bytes.
 */
export class Journal {
  private readonly segments: Segment[] = [];
  private active: Segment | undefined;
  private readonly marked = new Set<Segment>(); // free, and not yet durably so
  private readonly waiting: Waiting[] = [];
  private scheduled = false;
  private flushing = false;
  private creating: Promise<void> | undefined;
  private nextNumber = 1;
  private nextSequence = 1;
  private durableThrough = 0;
  private closed = false;
  private readonly syncs: SyncClock;
  private readonly writes: SyncClock;

  private constructor(
    private readonly files: FileLayer,
    private readonly folder: string,
    private readonly options: CacheOptions,
    monotonic: () => number,
    private readonly onFault: (error: unknown) => void,
    private readonly hooks: JournalHooks,
  ) {
    this.syncs = new SyncClock(monotonic);
    this.writes = new SyncClock(monotonic);
  }

  /**
   * Opens the segments of a folder and reads what they hold. `damaged`: segments in which acknowledged bytes are gone.
   */
  static async open(
    files: FileLayer,
    folder: string,
    options: CacheOptions,
    monotonic: () => number,
    onFault: (error: unknown) => void,
    hooks: JournalHooks = { othersArrive: () => false, onShort: () => undefined, isStuck: () => false },
  ): Promise<{ journal: Journal; recovered: RecoveredRecord[]; damaged: string[] }> {
    const journal = new Journal(files, folder, options, monotonic, onFault, hooks);
    const recovered: RecoveredRecord[] = [];
    const damaged: string[] = [];
    for (const name of (await files.async.list(folder)).sort()) {
      const number = segmentNumber(name);
      if (number === undefined) continue;
      journal.nextNumber = Math.max(journal.nextNumber, number + 1);
      const { segment, records, gap } = await adoptSegment(files, options, join(folder, name));
      if (segment !== undefined) journal.segments.push(segment);
      recovered.push(...records);
      if (gap) damaged.push(name);
    }
    recovered.sort((a, b) => a.place.sequence - b.place.sequence);
    journal.nextSequence = (recovered.at(-1)?.place.sequence ?? 0) + 1;
    journal.durableThrough = journal.nextSequence - 1;
    return { journal, recovered, damaged };
  }

  /** A record that may be written while its bytes come; undefined when others would be in its way. */
  ahead(meta: RecordMeta): RecordAhead | undefined {
    return this.active !== undefined && this.isFreeAhead() ? new RecordAhead(meta, this.active) : undefined;
  }

  /** Writes what has come of a record, where its place is still free and the disk is quick. */
  advance(ahead: RecordAhead, buffer: Uint8Array, length: number): void {
    const segment = this.active;
    if (segment === undefined || !ahead.isDue(length, this.options.aheadBytes) || !ahead.isAt(segment) || !this.isFreeAhead()) return;
    if (segment.end + HEADROOM + length + PAGE > segment.bytes || !this.onLoop(this.writes)) return;
    const { bytes, at } = ahead.advance(buffer, length);
    const began = this.writes.begin();
    try {
      this.files.sync.write(segment.handle, bytes, at);
      this.writes.end(began);
    } catch (error) {
      this.retire(segment, error);
    }
  }

  /** Resolves when the record is synced; rejects with the system's error when it is not, and then forgets it. `ahead`: what was written of it before; `crc`: of the data. */
  append(buffer: Uint8Array, length: number, meta: RecordMeta, ahead?: RecordAhead, crc?: number): Promise<JournalPlace> {
    return new Promise((resolve, reject) => {
      if (this.closed) {
        reject(new CallError('unavailable', 'the cache is closed'));
        return;
      }
      this.waiting.push({ buffer, length, meta: ahead?.meta ?? encodeMeta(meta), ahead, crc, resolve, reject });
      this.schedule();
    });
  }

  /** The object is a file now (or void): the record is no longer needed. */
  settle({ segment }: JournalPlace, SOPInstanceUID?: string): void {
    segment.unsettled--;
    if (SOPInstanceUID !== undefined) segment.settled.add(SOPInstanceUID);
    this.recycle(segment);
  }

  /** Reads data bytes of a record that is not settled; holds the segment in place meanwhile. */
  async read(place: JournalPlace, offset: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    place.segment.readers++;
    try {
      const count = await this.files.async.read(place.segment.handle, bytes, place.offset + offset);
      if (count < length) throw new CallError('corrupt', 'a journal segment is shorter than it was');
      return bytes;
    } finally {
      place.segment.readers--;
      this.recycle(place.segment);
    }
  }

  /** No further record goes to the active segment: what it holds can be made files and the segment used anew. */
  seal(): void {
    const segment = this.active;
    if (segment === undefined || this.flushing || segment.end === PAGE) return;
    this.active = undefined;
    segment.sealed = true;
    this.recycle(segment);
  }

  /** Which of these the next start would still make anew from their records; for all others it is durable that it does not. */
  async stillRecorded(uids: readonly string[]): Promise<string[]> {
    this.seal();
    this.recycleAll();
    for (const segment of [...this.marked]) await this.files.async.fdatasync(segment.handle).then(() => this.marked.delete(segment));
    return uids.filter((uid) => this.segments.some((segment) => segment.settled.has(uid)));
  }

  /** Makes segments ahead until `options.segments` are there or `goOn` says no: zeros and their sync would stand in the way of records. */
  async prepare(goOn: () => boolean = () => true): Promise<void> {
    while (this.segments.length < Math.min(this.options.segments, this.options.maxSegments) && !this.closed && goOn()) await this.create();
  }

  /** None is left over for when the active segment is full: files must be made now, in the middle of a burst or not. */
  get isShort(): boolean {
    return !this.segments.some((segment) => segment !== this.active && isFree(segment));
  }

  async close(): Promise<void> {
    this.closed = true;
    while (this.flushing || this.creating !== undefined) await (this.creating ?? new Promise((resolve) => setImmediate(resolve)));
    for (const waiting of this.waiting.splice(0)) waiting.reject(new CallError('unavailable', 'the cache is closed'));
    for (const segment of this.segments) {
      if (segment.unsettled === 0 && segment.generation !== 0) this.quietly(() => markFree(this.files, segment));
      this.quietly(() => this.files.sync.close(segment.handle));
    }
  }

  private schedule(): void {
    if (this.scheduled || this.flushing) return;
    if (!this.hooks.othersArrive()) {
      void this.flush();
      return;
    }
    this.scheduled = true;
    // after the sockets of this turn: whatever they complete shares the sync
    setImmediate(() => {
      this.scheduled = false;
      void this.flush();
    });
  }

  private async flush(): Promise<void> {
    if (this.flushing) return;
    this.flushing = true;
    try {
      while (this.waiting.length > 0) {
        const first = this.waiting[0] as Waiting;
        const segment = this.segmentFor(spanBound(first)) ?? (await this.waitForSegment(spanBound(first)));
        if (segment === undefined) {
          this.waiting.shift();
          first.reject(new CallError('diskFull', 'no journal segment can be made'));
          continue;
        }
        await this.writeGroup(segment, this.takeGroup(segment));
      }
    } finally {
      this.flushing = false;
      this.recycleAll();
    }
  }

  private takeGroup(segment: Segment): Waiting[] {
    let end = segment.end;
    let count = 0;
    for (const item of this.waiting) {
      if (end + spanBound(item) > segment.bytes) break;
      end += spanBound(item);
      count++;
    }
    return this.waiting.splice(0, count);
  }

  private async writeGroup(segment: Segment, group: Waiting[]): Promise<void> {
    const isAlone = group.length === 1 && !this.hooks.othersArrive();
    const { sync, async: pool } = this.files;
    const places: JournalPlace[] = [];
    try {
      for (const item of group) {
        const ids = { generation: segment.generation, sequence: this.nextSequence++, durableThrough: this.durableThrough };
        const ahead = item.ahead?.isAt(segment) === true ? item.ahead : undefined;
        const knownCrc = item.ahead?.checksum(item.buffer, item.length) ?? item.crc;
        const { start, span, dataCrc } = encodeRecord(item.buffer, item.length, item.meta, ids, knownCrc);
        const at = segment.end;
        const parts = ahead?.rest(item.buffer, span) ?? [{ bytes: item.buffer.subarray(start, start + span), at }];
        segment.end += span;
        places.push({ segment, offset: at + HEADROOM - start, length: item.length, crc: dataCrc, sequence: ids.sequence });
        const began = this.writes.begin();
        for (const part of parts) {
          if (this.onLoop(this.writes)) sync.write(segment.handle, part.bytes, part.at);
          else await pool.write(segment.handle, part.bytes, part.at);
        }
        this.writes.end(began);
      }
      const began = this.syncs.begin();
      if (isAlone && this.onLoop(this.syncs)) sync.fdatasync(segment.handle);
      else await pool.fdatasync(segment.handle);
      this.syncs.end(began);
    } catch (error) {
      this.retire(segment, error);
      for (const item of group) item.reject(error);
      return;
    }
    segment.unsettled += group.length;
    this.durableThrough = (places.at(-1) as JournalPlace).sequence;
    group.forEach((item, index) => item.resolve(places[index] as JournalPlace));
  }

  private isFreeAhead(): boolean {
    return !this.flushing && !this.closed && this.waiting.length === 0 && !this.hooks.othersArrive();
  }

  private onLoop(clock: SyncClock): boolean {
    return this.options.sync === 'loop' || (this.options.sync === 'adaptive' && clock.fast());
  }

  /** After a failed write or sync nobody knows what the pages hold: no record goes there any more; the synced ones before stay good. */
  private retire(segment: Segment, error: unknown): void {
    segment.sealed = true;
    if (this.active === segment) this.active = undefined;
    this.onFault(error);
  }

  private segmentFor(span: number): Segment | undefined {
    const active = this.active;
    if (active !== undefined && active.end + span <= active.bytes) return active;
    if (active !== undefined) {
      active.sealed = true;
      this.active = undefined;
      this.recycle(active);
    }
    const free = this.segments.find((segment) => isFree(segment) && segment.bytes >= span + PAGE);
    if (free === undefined) return undefined;
    try {
      beginGeneration(this.files, free, this.nextSequence);
    } catch (error) {
      this.segments.splice(this.segments.indexOf(free), 1);
      this.onFault(error);
      return undefined;
    }
    this.active = free;
    if (this.isShort) this.hooks.onShort();
    return free;
  }

  /** All are in use: makes one more, or waits until a checkpoint frees one. */
  private async waitForSegment(span: number): Promise<Segment | undefined> {
    for (let faults = 0; !this.closed;) {
      this.hooks.onShort();
      if (this.segments.length < this.options.maxSegments) {
        try {
          await this.create();
        } catch (error) {
          this.onFault(error);
          if (++faults > 1 || !this.segments.some((segment) => segment.unsettled > 0)) return undefined;
        }
      } else if (this.hooks.isStuck()) return undefined;
      else await new Promise((resolve) => setTimeout(resolve, 5));
      const segment = this.segmentFor(span);
      if (segment !== undefined) return segment;
    }
    return undefined;
  }

  private create(): Promise<void> {
    this.creating ??= createSegment(this.files, this.folder, this.nextNumber++, this.options.segmentBytes)
      .then((segment) => {
        this.segments.push(segment);
      })
      .finally(() => {
        this.creating = undefined;
      });
    return this.creating;
  }

  private recycleAll(): void {
    for (const segment of this.segments) this.recycle(segment);
  }

  private recycle(segment: Segment): void {
    if (!segment.sealed || segment.unsettled > 0 || segment.readers > 0 || segment.generation === 0 || this.closed) return;
    this.quietly(() => markFree(this.files, segment));
    this.marked.add(segment);
    segment.settled.clear();
    segment.sealed = false;
    segment.generation = 0;
  }

  private quietly(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.onFault(error);
    }
  }
}

function spanBound(item: Waiting): number {
  return HEADROOM + item.length + PAGE;
}
