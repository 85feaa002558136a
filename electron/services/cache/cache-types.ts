import type { CacheStatus, InstanceId, QuarantineItem, VerifyResult } from '@shared/domain';
import type { CheckDepth } from '../index';
import type { InstanceAttributes, PixelLayout } from '../part10';
import type { CopyVerdict, ObjectLocation, ObjectSource, ObjectStore } from './types';

export interface StoredEvent {
  readonly attributes: InstanceAttributes;
  readonly source: ObjectSource;
  readonly sizeBytes: number;
  readonly arrivedAtMs: number;
}

/** An object found for reading. `location` is for tests and information: read through `readRange`, which checks digests and holds the bytes in place. */
export interface LocatedObject {
  readonly attributes: InstanceAttributes;
  /** Where the pixel data lie in the data set. */
  readonly pixel: PixelLayout;
  /** Length of the data set, bytes; offsets of `readRange` count from its first byte. */
  readonly sizeBytes: number;
  readonly location: ObjectLocation;
}

/** One calm line for the user. `key` names the matter, so that a later line replaces an earlier one. */
export interface CacheNotice {
  readonly level: 'info' | 'attention' | 'danger';
  readonly text: string;
  readonly detail?: string;
  readonly key: string;
}

export interface DamagedObject {
  readonly SOPInstanceUID: string;
  readonly StudyInstanceUID: string;
  /** Names of archives. */
  readonly nodes: readonly string[];
}

export interface RebuildProgress {
  readonly done: number;
  readonly total: number;
}

export interface RebuildResult {
  readonly objects: number;
  /** Files that could not be read as objects; they stand in quarantine, or stay with their row where only the disk did not give them. */
  readonly refused: readonly { readonly name: string; readonly reason: string }[];
}

export interface QuarantinedObject {
  readonly TransferSyntaxUID: string;
  readonly SOPClassUID: string;
  readonly sizeBytes: number;
  /** Fewer bytes than asked for at the end only. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

export interface EvictResult {
  readonly removed: number;
  /** Files that the system did not let go of, with its code; they are in the list again, proven nowhere. */
  readonly kept: readonly string[];
}

/** How one who reads many objects, one after the other, wants a range: where it may stand, and when it may be digested. */
export interface Reading {
  readonly memory: (length: number) => Uint8Array;
  /** Awaited between disk and digest: the digest takes the loop for itself. */
  readonly turn: () => Promise<void>;
}

/** Objects on disk: the one module that writes and opens them (architecture 7). */
export interface Cache {
  readonly store: ObjectStore;
  /** Takes copies of objects that are here only to compare them; nothing of them is kept. */
  compareCopies(tell: (SOPInstanceUID: string, verdict: CopyVerdict) => void): ObjectStore;
  /** Throws CallError `notFound`. */
  locate(instanceId: InstanceId): LocatedObject;
  /**
   * Bytes [offset, offset + length) of the data set. Each 1 MiB chunk is checked against its digest on its first read of a run: a mismatch is
   * CallError `corrupt`, the object goes to quarantine and is never shown (reliability C3).
   * `memory` may be asked for a little more than the range; the bytes come back as a view of it, or in memory of their own.
   */
  readRange(instanceId: InstanceId, offset: number, length: number, reading?: Reading): Promise<Uint8Array>;
  /** After the object is durable, before its row is visible; `Index.onChanged` tells of the row. */
  onStored(listener: (event: StoredEvent) => void): () => void;
  onQuarantined(listener: (item: QuarantineItem) => void): () => void;
  onNotice(listener: (notice: CacheNotice) => void): () => void;
  /** Whether the list has every object that is here, or why it does not, may be another now: `status`, `rowsAreWhole`. */
  onListChanged(listener: () => void): () => void;
  status(): CacheStatus;
  quarantineList(): QuarantineItem[];
  /** The data set of what was set aside, by ranges. Rejects with CallError `notFound`. */
  openQuarantined(id: string): Promise<QuarantinedObject>;
  /** Why the index must be made again (it was damaged and is set aside): the composition starts `rebuild` as a job then. */
  rebuildNeeded(): string | undefined;
  /** The list is being made again because it was lost: what stood in it alone (that an archive was away) is not known any more. */
  isListLost(): boolean;
  /** How often it was found damaged and set aside since the start. */
  listLosses(): number;
  /** Makes all rows again from the object files; the list stays usable meanwhile. One at a time (CallError `busy`). */
  rebuild(progress: (progress: RebuildProgress) => void, signal: AbortSignal): Promise<RebuildResult>;
  /** Where an object came from; undefined when its file does not tell. */
  sourceOf(instanceId: InstanceId): Promise<ObjectSource | undefined>;
  /** Reads one object as `verify` does: its bytes, its problem in words (it stands in quarantine then), or undefined when there is nothing to read. */
  check(instanceId: InstanceId): Promise<number | string | undefined>;
  /** An object whose bytes are not those that were received was set aside; where else it is known to be. */
  onDamaged(listener: (damaged: DamagedObject) => void): () => void;
  /** Looks for damage in the index; a damaged one is set aside and made again from the files, and told of. True: that was done. */
  checkIndex(depth: CheckDepth): Promise<boolean>;
  /** Compares every object on the disk with index and digests; what is damaged goes to quarantine. */
  verify(progress: (done: number, total: number) => void, signal: AbortSignal): Promise<VerifyResult>;
  /**
   * Removes objects whose bytes are known to stand elsewhere: who calls has made sure of that, and says it again (`mayGo`) before each portion, as it takes a while.
   * What stays for that is `kept` as INUSE.
   */
  evict(SOPInstanceUIDs: readonly string[], mayGo?: () => boolean): Promise<EvictResult>;
  /** Moves objects that must not be shown any more to quarantine, where they stand for 30 days. Those that stand in the journal stay. */
  setAside(SOPInstanceUIDs: readonly string[], reason: string): Promise<EvictResult>;
  /** Below so much free space nothing is taken any more. */
  readonly reserveBytes: number;
  /** Makes the rows of everything stored: what is durable is in the index then, whether its file is made or not. */
  flushRows(): void;
  /** Makes the files of everything that stands in the journal, and the rows of everything stored. */
  flush(): Promise<void>;
  /** False while an object may be here whose row is not (yet): after an unclean end, until files and rows were compared, until a damaged index is made again, and while the index does not take rows. */
  rowsAreWhole(): boolean;
  /** Resolves when the checks after an unclean end are done. */
  settled(): Promise<void>;
  /** Ends in order: no new objects, files made, lock released. */
  close(): Promise<void>;
}
