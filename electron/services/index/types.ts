import type { InstanceId, PatientKey, SeriesRow, SeriesUid, StudyFilter, StudyRow, StudySortKey, StudyUid, WorkState } from '@shared/domain';
import type { InstanceAttributes, PixelLayout } from '../part10';
import type { KeepingStore, ObjectStore } from './keeping-types';
import type { OutboxStore } from './outbox-types';

/** How deep a check goes: `full` compares each index with its table too, and takes several times as long. */
export type CheckDepth = 'quick' | 'full';

/** One object as the cache hands it to the index. */
export interface IndexedObject {
  readonly attributes: InstanceAttributes;
  /** Where the pixel data lie in the data set, as the walker found them. */
  readonly pixel: PixelLayout;
  /** Length of the data set, bytes. */
  readonly sizeBytes: number;
  /** Milliseconds since the epoch. */
  readonly arrivedAtMs: number;
  /** Present once the object stands as a file: what a later read is checked against. */
  readonly file?: FileFacts;
}

/** Facts of an object file, made at the checkpoint. */
export interface FileFacts {
  /** Offset of the data set in the file, bytes. */
  readonly dataOffset: number;
  /** SHA-256 of the data-set bytes. */
  readonly sha256: Uint8Array;
  /** SHA-256 of each 1 MiB chunk, 32 bytes each; empty when the data set is one chunk (then `sha256` is its digest). */
  readonly chunkDigests: Uint8Array;
}

/** An instance as the index keeps it. `file` is absent while the object stands only in the journal. */
export interface InstanceRecord extends IndexedObject {
  readonly id: InstanceId;
}

export interface StudyPage {
  readonly rows: StudyRow[];
  /** Studies that match the filter. */
  readonly matching: number;
  readonly all: number;
  /** How many of the matching ones are of `others`. */
  readonly remote: number;
}

export interface SearchRequest {
  readonly filter: StudyFilter;
  readonly sort: { readonly key: StudySortKey; readonly descending: boolean };
  readonly offset: number;
  readonly limit: number;
  /** Rows of studies that are elsewhere, listed among the others in their place; those of which something is here are left out. */
  readonly others?: readonly StudyRow[];
}

/** Who put a study into which state, and when. */
export interface StateEntry {
  readonly StudyInstanceUID: string;
  readonly state: WorkState;
  readonly actor: string;
  readonly atMs: number;
}

export interface AuditEntry {
  readonly atMs: number;
  readonly user: string;
  readonly action: string;
  readonly outcome: 'allowed' | 'denied';
  readonly detail: string;
}

/** A job's document as `jobs` keeps it: parsed again by the one who reads it. */
export interface StoredJob {
  readonly id: string;
  readonly document: unknown;
}

/** A study that was touched: its row is other than before. */
export interface StudyChange {
  readonly StudyInstanceUID: StudyUid;
  readonly revision: number;
}

/**
 * What is known about the objects, in SQLite. All of it about objects can be made again from the files; instance ids are never used twice, not even
 * by a rebuilt index. Calls are synchronous and short; writes of object rows are batched by the cache.
 */
export interface Index {
  /** Orders to send, with their objects. */
  readonly outbox: OutboxStore;
  /** What is known to stand elsewhere, and what must stay. */
  readonly keeping: KeepingStore;
  /** What stood on the screen, and all that the journal beside the index keeps of single objects. */
  readonly objects: ObjectStore;
  search(request: SearchRequest): StudyPage;
  getStudy(uid: StudyUid): StudyRow | undefined;
  /** Grows with each change of the study; 0 when it is not known. */
  revision(uid: StudyUid): number;
  series(uid: StudyUid): SeriesRow[];
  /** Every instance of a study, grouped by series in order of arrival. */
  instances(uid: StudyUid): InstanceRecord[];
  seriesInstances(uid: SeriesUid): InstanceRecord[];
  instance(id: InstanceId): InstanceRecord | undefined;
  instanceByUid(SOPInstanceUID: string): InstanceRecord | undefined;
  /** Whether there is a row for this object: one look into one tree. */
  has(SOPInstanceUID: string): boolean;
  /** Other studies of the same patient (id + issuer), newest first. */
  priors(patientKey: PatientKey): StudyRow[];
  /** Kept beside the index too, before it returns: a rebuild cannot derive it. */
  setState(uid: StudyUid, state: WorkState, actor: string, atMs: number): StudyRow | undefined;
  /** States as they were set, after a rebuild: not written beside again. */
  restoreStates(entries: readonly StateEntry[]): void;
  counts(): { objects: number; studies: number; sizeBytes: number };

  /** Adds or replaces rows in one transaction. `durable: false`: no sync, the journal still holds these objects. */
  put(objects: readonly IndexedObject[], options: { readonly durable: boolean }): void;
  /** Adds what is known of their files to rows of `put`, synced; returns those that have no row. Nothing that a list shows changes. */
  putFiles(files: readonly { readonly SOPInstanceUID: string; readonly file: FileFacts }[]): string[];
  /** Removes rows of objects that are no longer there. */
  remove(SOPInstanceUIDs: readonly string[]): void;
  /** Objects of a study that stand in quarantine (0 clears it). */
  setAside(uid: StudyUid, count: number, reason: string): void;
  /** Every row in pages after `afterId`: for the comparison with what is on the disk. */
  uidPage(afterId: number, limit: number): { readonly id: InstanceId; readonly SOPInstanceUID: string; readonly hasFile: boolean }[];

  /** Rows in the order in which they were made, after this one. */
  instancesAfter(afterId: number, limit: number): InstanceRecord[];
  /** Of the row that was made last; 0 when there is none. */
  lastInstanceId(): number;
  /** Latest arrival (ms since the epoch) of the rows up to this one, which are in no order of arrival where they were made anew; 0 when there is none. */
  latestArrivalMs(throughId: number): number;
  /** How far a piece of work has come; undefined: it never began. Durable. */
  mark(name: string): number | undefined;
  setMark(name: string, value: number): void;

  putJob(job: StoredJob): void;
  jobs(): StoredJob[];
  /** Forgets an ended job; one that is not there changes nothing. */
  removeJob(id: string): void;
  /** Appends; there is no other way to change the audit trail. */
  audit(entry: AuditEntry): void;
  auditTail(limit: number): AuditEntry[];
  /** Of the last entries, those whose detail has these words, oldest first. */
  auditOf(words: string, sinceMs: number): AuditEntry[];

  /** Studies whose rows changed, after each commit and once more when a study has stopped arriving. */
  onChanged(listener: (changes: readonly StudyChange[]) => void): () => void;
  /** Until what it returns is called nobody hears of studies that went; then of those that are not back, and not among those that are named as here all the same. */
  holdRemovals(): (stillHere: readonly string[]) => void;
  onRemoved(listener: (uids: readonly StudyUid[]) => void): () => void;
  /** Why the rows must be made again from the files (the database was damaged and is set aside, or an older reader made them); `undefined` when they are good. */
  rebuildNeeded(): string | undefined;
  /** Called when a rebuild has ended. */
  rebuilt(): void;
  /** `PRAGMA quick_check` or `integrity_check`: words of the first faults, empty when sound. Takes seconds for a million rows, so a worker does it where there is one. */
  check(depth: CheckDepth): Promise<string[]>;
  /** Sets a damaged database aside (its name gets the time) and opens an empty one. */
  replaceDamaged(reason: string): void;
  /** Work that can wait for a moment without arrivals: SQLite's log goes into its database. */
  tidy(): void;
  close(): void;
}
