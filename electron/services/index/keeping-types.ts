import type { ArchivedState, StudyKeeping, StudyUid } from '@shared/domain';

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

/** Proofs, pins and holds, in SQLite: what decides whether an object may leave the cache. */
export interface KeepingStore {
  prove(proofs: readonly Proof[]): void;
  proofsOf(SOPInstanceUID: string): Proof[];
  /** An archive was found without it: what was known of it there no longer holds. */
  disprove(SOPInstanceUIDs: readonly string[], node: string): void;
  /** Looks at the objects of a study again; true when its archived state is another one now. */
  refreshArchived(StudyInstanceUID: string): boolean;
  archivedOf(StudyInstanceUID: string): ArchivedState | undefined;
  /** Durable, and noted beside the index. */
  keep(entry: KeepingEntryRow): void;
  keepingOf(StudyInstanceUID: string): StudyKeeping | undefined;
  restore(entries: readonly KeepingEntryRow[]): void;
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
