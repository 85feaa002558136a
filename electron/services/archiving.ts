import type { Jobs, Outbox } from './sync';

/** What keeps cache and archives in step: what leaves, what is known to be there, what may go. */
export interface Archiving {
  readonly outbox: Outbox;
  /** Begins to work, once everything that it works with stands. */
  start(jobs: Jobs): void;
  close(): Promise<void>;
}
