/** An object as storage commitment names it. */
export interface CommitmentSubject {
  readonly SOPClassUID: string;
  readonly SOPInstanceUID: string;
}

/** What an archive reports of a request (PS3.4 J.3.3). */
export interface Report {
  readonly transactionUid: string;
  readonly committed: readonly CommitmentSubject[];
  /** `reason`: Failure Reason (0008,1197). */
  readonly failed: readonly (CommitmentSubject & { readonly reason: number })[];
}

/** How the request itself was taken. */
export type Asked =
  /** The report will come: on this association, or on one of the archive's own. */
  | { readonly kind: 'accepted' }
  /** No storage commitment there: a query has to prove it (O8). */
  | { readonly kind: 'notOffered'; readonly words: string }
  /** Not now. */
  | { readonly kind: 'later'; readonly words: string };

/** What an archive has of a study, by its UIDs; or why that cannot be known. */
export type Listed = { readonly kind: 'listed'; readonly uids: ReadonlySet<string> } | { readonly kind: 'notOffered' | 'later'; readonly words: string };

/** How an archive is asked whether it keeps what was sent to it. */
export interface ConfirmDriver {
  /** `onReport`: one that comes on the same association; returns the status to answer with. */
  ask(node: string, transactionUid: string, objects: readonly CommitmentSubject[], onReport: (report: Report) => number, signal: AbortSignal): Promise<Asked>;
  /** IMAGE-level query of a study. */
  list(node: string, StudyInstanceUID: string, signal: AbortSignal): Promise<Listed>;
}
