import type { FrameDigest } from './same-pixels';

/** Sizes and times of the cache. Tests make them small. */
export interface CacheOptions {
  readonly segmentBytes: number;
  /** Segments made ahead, in the background, while nothing arrives: what a burst takes without waiting for files to be made. */
  readonly segments: number;
  /** More than this are never made: writers wait for the checkpoint then. */
  readonly maxSegments: number;
  /** Objects above stream to a file of their own. At most a quarter of a segment. */
  readonly contiguousBytes: number;
  /** Bound of the memory for objects on their way in; beyond it they stream to files early. */
  readonly bufferBytes: number;
  /** B15: below this much free space nothing is taken. */
  readonly reserveBytes: number;
  /** Records of a segment that is not full are made files after this long without arrivals. */
  readonly idleMs: number;
  /** Rows of stored objects are visible after this long at most. */
  readonly rowDelayMs: number;
  /** So many bytes of an object that is still coming are written at a time. */
  readonly aheadBytes: number;
  readonly sync: 'adaptive' | 'loop' | 'pool';
  /** Pause after the first look at what an unclean end left that failed; each next one is twice as long. */
  readonly uncheckedRetryMs: number;
  readonly quarantineBytes: number;
  readonly quarantineItems: number;
  /** Script of the checkpoint worker; absent: the checkpoint runs in this thread (tests). */
  readonly checkpointWorker?: string;
  /** Decodes a frame to compare two copies in different compressions; absent: those count as different. */
  readonly frameDigest?: FrameDigest;
}

export const CACHE_DEFAULTS: CacheOptions = {
  segmentBytes: 64 * 2 ** 20,
  segments: 6,
  maxSegments: 8,
  contiguousBytes: 16 * 2 ** 20 - 65_536,
  bufferBytes: 96 * 2 ** 20,
  reserveBytes: 2 * 2 ** 30,
  idleMs: 1000,
  rowDelayMs: 100,
  aheadBytes: 128 * 1024,
  sync: 'adaptive',
  uncheckedRetryMs: 5000,
  quarantineBytes: 2 * 2 ** 30,
  quarantineItems: 2000,
};
