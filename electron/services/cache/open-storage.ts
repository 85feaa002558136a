import { CallError } from '@shared/contract';
import type { HostEnvironment } from '../host-environment';
import type { Index } from '../index';
import type { Cache } from './cache-types';

/** What a data folder holds, opened: rows and objects. */
export interface Storage {
  readonly index: Index;
  readonly cache: Cache;
  /** Ends both in order and gives the lock back. */
  close(): Promise<void>;
}

export interface StorageOptions {
  /** Free space below which nothing is taken any more (B15). */
  readonly reserveBytes?: number;
}

/**
 * Opens (or makes) everything in `env.options.dataDir`: takes the lock, opens the index (a damaged one is set aside: `cache.rebuildNeeded()`),
 * replays the journal. Rejects with CallError `busy` when another live program has the folder, `unavailable` when it cannot be written.
 */
export function openStorage(_env: HostEnvironment, _options: StorageOptions = {}): Promise<Storage> {
  return Promise.reject(new CallError('unavailable', 'the storage is not built yet'));
}
