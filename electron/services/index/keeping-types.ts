import type { ArchivedState, StudyKeeping, StudyUid, ViewedCounts } from '@shared/domain';

/** How it is known that an archive has an object. */
export interface Proof {
  readonly SOPInstanceUID: string;
  readonly node: string;
  /** `committed`: storage commitment. `proven`: an IMAGE-level query or its DICOMweb like listed it. */
  readonly kind: 'committed' | 'proven';
  readonly atMs: number;
  /** Transaction UID, or what the query was about. */
  readonly reference: string;
}

/** A request for storage commitment that waits for its report (PS3.4 J.3). */
export interface Commitment {
  readonly transactionUid: string;
  readonly node: string;
  readonly state: 'asked' | 'answered' | 'abandoned';
  /** When it is taken for lost, milliseconds since the epoch. */
  readonly dueAtMs: number;
  readonly askedAtMs: number;
  /** 1 for the first request about these objects. */
  readonly attempt: number;
  readonly objects: readonly { readonly item: string; readonly SOPInstanceUID: string; readonly SOPClassUID: string }[];
}

/** A request of a modality that we have to report about. */
export interface CommitmentAnswer {
  readonly transactionUid: string;
  readonly aeTitle: string;
  readonly tries: number;
  readonly objects: readonly { readonly SOPInstanceUID: string; readonly SOPClassUID: string }[];
}

/** Copies of an archive that were compared with what is here. */
export interface ContentCheckRow {
  readonly StudyInstanceUID: string;
  readonly node: string;
  /** Where in the order of the study's objects the next look begins; 0: with the first. */
  readonly nextAt: number;
  readonly compared: number;
  readonly atMs: number;
}

/** What eviction weighs. */
export interface EvictableStudy {
  readonly StudyInstanceUID: StudyUid;
  readonly PatientName: string;
  readonly StudyDate: string;
  readonly StudyDescription: string;
  readonly modalities: readonly string[];
  readonly state: string;
  readonly objects: number;
  readonly sizeBytes: number;
  readonly lastArrivalMs: number;
  readonly lastOpenedMs: number;
  readonly setAside: number;
  readonly unsent: number;
  readonly committed: number;
  readonly proven: number;
  readonly nodes: readonly string[];
  readonly pinned: boolean;
  readonly legalHold: boolean;
}

export interface KeepingEntryRow {
  readonly StudyInstanceUID: string;
  readonly pinned: boolean;
  readonly legalHold: boolean;
  readonly actor: string;
  readonly atMs: number;
  readonly reason: string;
}

/** What is known of objects and no file tells: kept beside the index too, in the order in which it became known. */
export type ObjectNote =
  | {
      readonly kind: 'proofs';
      readonly node: string;
      readonly proof: Proof['kind'];
      readonly atMs: number;
      readonly reference: string;
      readonly uids: readonly string[];
    }
  /** An archive was found without them. */
  | { readonly kind: 'disproved'; readonly node: string; readonly uids: readonly string[] }
  /** They are no longer here: nothing of this is known of them any more. */
  | { readonly kind: 'gone'; readonly uids: readonly string[] }
  /** Frames that stood on the screen, `1-12,15`, and how many the object has. */
  | { readonly kind: 'viewed'; readonly images: readonly (readonly [uid: string, frames: string, of: number])[] };

/** Frames of one object that stood on the screen. */
export interface ViewedFrames {
  readonly SOPInstanceUID: string;
  readonly StudyInstanceUID: string;
  /** Numbers, 1-based. */
  readonly frameNumbers: readonly number[];
  readonly NumberOfFrames: number;
}

/** What is known of single objects, in SQLite and noted beside it. Forgotten with the object. */
export interface ObjectStore {
  /** These stood on the screen. Durable, and noted beside the index. */
  view(images: readonly ViewedFrames[]): void;
  /** Images of a study of which every frame stood on the screen, and those of which only some did. */
  viewedOf(StudyInstanceUID: string): ViewedCounts;
  /** A study of which more stood on the screen. Returns the unsubscriber. */
  onViewed(listener: (StudyInstanceUID: string) => void): () => void;
  /** All notes that hold now, few and in no order: for the journal when it has become long. */
  notes(): Iterable<ObjectNote>;
  /** What notes say, in their order, one commit; not noted again. Returns the studies of which proofs were touched. */
  restore(notes: Iterable<ObjectNote>): string[];
}

/** Proofs, pins and holds, in SQLite: what decides whether an object may leave the cache. */
export interface KeepingStore {
  prove(proofs: readonly Proof[]): void;
  proofsOf(SOPInstanceUID: string): Proof[];
  /** An archive was found without it: what was known of it there no longer holds. */
  disprove(SOPInstanceUIDs: readonly string[], node: string): void;
  /** Looks at the objects of a study again; true when its archived state is another one now. */
  refreshArchived(StudyInstanceUID: string): boolean;
  archivedOf(StudyInstanceUID: string): ArchivedState | undefined;
  /** Studies of which every object is known to be elsewhere and that were opened since, the last first, by their rows alone: asked for in the background. */
  openedSince(atMs: number): { readonly StudyInstanceUID: StudyUid; readonly nodes: readonly string[] }[];
  /** Archives that committed to, or were found to have, every object of the study; what was only sent proves nothing. */
  provenAt(StudyInstanceUID: string): string[];
  /** Durable, and noted beside the index. */
  keep(entry: KeepingEntryRow): void;
  keepingOf(StudyInstanceUID: string): StudyKeeping | undefined;
  restore(entries: readonly KeepingEntryRow[]): void;
  contentChecks(StudyInstanceUID: string): ContentCheckRow[];
  checkedContent(check: ContentCheckRow): void;
  opened(StudyInstanceUID: string, atMs: number): void;
  /** One study, looked at object by object; or all, of which only those that are known to be elsewhere are: the others count as proven nowhere. */
  evictable(StudyInstanceUID?: string): EvictableStudy[];
  putCommitment(commitment: Commitment): void;
  commitment(transactionUid: string): Commitment | undefined;
  commitments(state: Commitment['state']): Commitment[];
  putAnswer(answer: CommitmentAnswer): void;
  removeAnswer(transactionUid: string): void;
  answers(): CommitmentAnswer[];
}
