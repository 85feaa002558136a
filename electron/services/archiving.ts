import type { VerifyResult } from '@shared/domain';
import type { Eviction, Scrub } from './keeping';
import type { CommitmentAnswers } from './archive';
import type { Commitments, Jobs, Outbox, ResultsGate } from './sync';

/** What keeps cache and archives in step: what leaves, what is known to be there, what may go. */
export interface Archiving {
  /** What comparisons of files and index found, by their jobs. */
  readonly verifications: Map<string, VerifyResult>;
  readonly eviction: Eviction;
  readonly scrub: Scrub;
  readonly outbox: Outbox;
  /** Whether results wait for a comparison. */
  readonly gate: ResultsGate;
  readonly commitments: Commitments;
  /** Modalities that ask us. */
  readonly answers: CommitmentAnswers;
  /** These objects are here, and the archive listed them. */
  listed(node: string, StudyInstanceUID: string, SOPInstanceUIDs: readonly string[]): void;
  /** Begins to work, once everything that it works with stands. */
  start(jobs: Jobs): void;
  close(): Promise<void>;
}
