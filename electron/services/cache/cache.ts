import { setTimeout as sleep } from 'node:timers/promises';
import { CallError } from '@shared/contract';
import type { CacheStatus, InstanceId, QuarantineItem, VerifyResult } from '@shared/domain';
import type {
  Cache,
  CacheNotice,
  DamagedObject,
  EvictResult,
  LocatedObject,
  QuarantinedObject,
  Reading,
  RebuildProgress,
  RebuildResult,
  StoredEvent,
} from './cache-types';
import { type CheckDepth, isDamage } from '../index';
import { copyRoom, copyStore } from './copy-store';
import { evictObjects } from './evict';
import type { QuarantineFacts } from './quarantine';
import { ObjectReceiver } from './object-receiver';
import { PatientCheck } from './patient-check';
import { openQuarantined } from './quarantined-object';
import { NOTES_TAKEN, reconcile, rebuildIndex, type RebuildParts } from './rebuild';
import type { StoreParts } from './store-parts';
import type { CopyVerdict, IncomingObject, ObjectSource, ObjectStore, ObjectWriter } from './types';
import { verifyObjects } from './verify';

/** At the end of the program the rest of the journal is made files for so long at most; the next start does what is left. */
const CLOSE_MS = 5000;
/** And the check after an unclean end goes on for so long. */
const UNCHECKED_MS = 2000;
const NOT_WHOLE = 'The list does not have every image that is here and must be made again from the image files';
const UNCOMPARED = 'After an end that was not in order files and list could not be compared';
const WAITS = 'It is tried again by itself; what is ordered of images without a row, and what is to be deleted, waits for it.';

export class ObjectCache implements Cache {
  readonly store: ObjectStore;
  private readonly copies = copyRoom();
  /** The last program did not end in order, and what it left is looked through. */
  private unclean: PatientCheck | undefined;
  private rebuilding = false;
  private readonly ending = new AbortController();
  private toldFull = false;
  private losses = 0;

  constructor(
    private readonly parts: StoreParts,
    private readonly rebuildParts: RebuildParts,
    private readonly markClosed: () => void,
  ) {
    this.store = { receive: (incoming) => this.receive(incoming), burst: () => this.parts.buffers.burst(), admission: () => this.admission() };
  }

  compareCopies(tell: (SOPInstanceUID: string, verdict: CopyVerdict) => void): ObjectStore {
    return copyStore(this.parts, tell, this.copies);
  }

  locate(instanceId: InstanceId): LocatedObject {
    return this.parts.reader.locate(instanceId);
  }

  readRange(instanceId: InstanceId, offset: number, length: number, reading?: Reading): Promise<Uint8Array> {
    return this.parts.reader.readRange(instanceId, offset, length, reading);
  }

  onStored(listener: (event: StoredEvent) => void): () => void {
    return this.parts.events.stored.add(listener);
  }

  onQuarantined(listener: (item: QuarantineItem) => void): () => void {
    return this.parts.events.quarantined.add(listener);
  }

  onNotice(listener: (notice: CacheNotice) => void): () => void {
    return this.parts.events.notices.add(listener);
  }

  onListChanged(listener: () => void): () => void {
    return this.parts.events.list.add(listener);
  }

  status(): CacheStatus {
    const { free, total } = this.parts.disk.space();
    const full = this.parts.disk.full();
    const notices: string[] = [];
    if (full) notices.push('The disk is full: senders are told to wait. Free some space.');
    const damaged = this.rebuildNeeded();
    if (damaged !== undefined) notices.push(this.rebuilding ? `The list is made again from the image files: ${damaged}.` : `${NOT_WHOLE}: ${damaged}.`);
    if (this.unclean?.why !== undefined) notices.push(`${UNCOMPARED} (${this.unclean.why}). ${WAITS}`);
    const { quarantine } = this.parts;
    const set = { quarantined: quarantine.list().length, quarantinedBytes: quarantine.sizeBytes };
    return { ...this.parts.index.counts(), diskFreeBytes: free, diskTotalBytes: total, ...set, full, notices };
  }

  quarantineList(): QuarantineItem[] {
    return this.parts.quarantine.list();
  }

  openQuarantined(id: string): Promise<QuarantinedObject> {
    return openQuarantined(this.parts.files, this.parts.quarantine.pathOf(id));
  }

  rebuildNeeded(): string | undefined {
    return this.parts.index.rebuildNeeded();
  }

  isListLost(): boolean {
    return this.rebuildNeeded() !== undefined && this.parts.index.mark(NOTES_TAKEN) === undefined;
  }

  listLosses(): number {
    return this.losses;
  }

  async rebuild(progress: (progress: RebuildProgress) => void, signal: AbortSignal): Promise<RebuildResult> {
    if (this.rebuilding) throw new CallError('busy', 'the index is being rebuilt already');
    this.rebuilding = true;
    this.parts.events.list.tell();
    try {
      return await rebuildIndex(this.rebuildParts, progress, AbortSignal.any([signal, this.ending.signal]));
    } finally {
      this.rebuilding = false;
      await this.parts.reader.forget();
      this.parts.events.list.tell();
    }
  }

  get reserveBytes(): number {
    return this.parts.options.reserveBytes;
  }

  evict(SOPInstanceUIDs: readonly string[], mayGo?: () => boolean): Promise<EvictResult> {
    return evictObjects(this.parts, this.rebuildParts.side, SOPInstanceUIDs, undefined, mayGo);
  }

  sourceOf(instanceId: InstanceId): Promise<ObjectSource | undefined> {
    return this.parts.reader.sourceOf(instanceId);
  }

  check(instanceId: InstanceId): Promise<number | string | undefined> {
    return this.parts.reader.check(instanceId);
  }

  onDamaged(listener: (damaged: DamagedObject) => void): () => void {
    return this.parts.events.damaged.add(listener);
  }

  async setAside(SOPInstanceUIDs: readonly string[], reason: string): Promise<EvictResult> {
    const { index, reader, quarantine } = this.parts;
    await this.flush();
    const facts = new Map<string, QuarantineFacts>();
    for (const uid of SOPInstanceUIDs) {
      const record = index.instanceByUid(uid);
      if (record === undefined) continue;
      const { SOPInstanceUID, StudyInstanceUID } = record.attributes;
      const source = await reader.sourceOf(record.id);
      facts.set(uid, { reason, SOPInstanceUID, StudyInstanceUID, source, sizeBytes: record.sizeBytes, wasTaken: true });
    }
    return evictObjects(this.parts, this.rebuildParts.side, [...facts.keys()], async (uid, path) => {
      const known = facts.get(uid);
      if (known === undefined || (await quarantine.adopt(path, known)) === undefined) throw Object.assign(new Error('it cannot be set aside'), { code: 'EIO' });
    });
  }

  async verify(progress: (done: number, total: number) => void, signal: AbortSignal): Promise<VerifyResult> {
    await this.flush();
    return verifyObjects(this.parts, progress, AbortSignal.any([signal, this.ending.signal]));
  }

  flushRows(): void {
    this.parts.rows.flush();
  }

  async flush(): Promise<void> {
    this.flushRows();
    await this.parts.checkpointer.flush();
  }

  rowsAreWhole(): boolean {
    return this.unclean?.isDone !== false && !this.rebuilding && this.rebuildNeeded() === undefined && !this.parts.rows.isBehind;
  }

  async settled(): Promise<void> {
    await this.unclean?.ended;
  }

  /** After an unclean end: compares files and rows, then checks the database; nothing that arrives waits for it. */
  checkInBackground(): void {
    const { options, log } = this.parts;
    this.unclean = new PatientCheck(
      () => this.compare(),
      options.uncheckedRetryMs,
      log,
      () => this.parts.events.list.tell(),
    );
  }

  async close(): Promise<void> {
    this.markClosed();
    // a small cache is looked through by then; what is left of a large one is the next start's
    this.unclean?.stop();
    await Promise.race([this.settled(), sleep(UNCHECKED_MS, undefined, { ref: false })]);
    this.ending.abort(new CallError('cancelled', 'the cache is closing'));
    await this.settled();
    await Promise.race([this.parts.checkpointer.flush(), sleep(CLOSE_MS, undefined, { ref: false })]);
    await this.parts.checkpointer.close();
    const isWritten = this.parts.rows.close();
    await this.parts.reader.close();
    await this.parts.journal.close();
    // the next start must look for them
    if (this.unclean?.isDone === false) throw new CallError('unavailable', 'files and rows were not compared to the end');
    // files without rows
    if (!isWritten) throw new CallError('unavailable', 'the index did not take the last rows');
  }

  private receive(incoming: IncomingObject): ObjectWriter {
    return new ObjectReceiver(this.parts, incoming);
  }

  private admission(): string | undefined {
    if (this.parts.isClosed()) return 'the cache is closing';
    const refusal = this.parts.disk.refusal();
    if (refusal !== undefined && !this.toldFull) {
      const text = 'The disk is full: new images are refused until there is room';
      this.parts.events.notices.tell({ level: 'danger', text, detail: refusal, key: 'cache-full' });
    }
    this.toldFull = refusal !== undefined;
    return refusal;
  }

  private async compare(): Promise<void> {
    if (this.rebuildNeeded() !== undefined) {
      // damage that an earlier try found: what was set aside then is not made again by the start
      if (this.losses > 0) await this.rebuild(() => undefined, this.ending.signal);
      return;
    }
    try {
      const { adopted, removed, refused } = await reconcile(this.rebuildParts, this.ending.signal);
      this.parts.log.info({ adopted, removed, refused }, 'files and rows compared after an unclean end');
    } catch (error) {
      // rows that cannot be read would not be read at the next try either: the list is made again from the files, which compares both
      if (!isDamage(error) || !(await this.checkIndex('quick'))) throw error;
      return;
    }
    this.parts.shelf.trustRows();
    await this.checkIndex('quick');
  }

  /** Looks for damage in the index and makes it again from the files when there is some (C2). */
  async checkIndex(depth: CheckDepth): Promise<boolean> {
    if (this.rebuildNeeded() !== undefined || this.rebuilding) return false;
    const faults = await this.parts.index.check(depth);
    if (faults.length === 0 || this.ending.signal.aborted) return false;
    this.parts.log.error({ faults: faults.length }, 'index damaged, made again from the files');
    this.parts.index.replaceDamaged('the check of the index found damage');
    this.losses++;
    const text = 'The list was damaged and is being made again from the image files';
    this.parts.events.notices.tell({ level: 'attention', text, key: 'index-rebuild' });
    await this.rebuild(() => undefined, this.ending.signal);
    return true;
  }
}
