import type { StoredArray } from '@shared/pixel';
import type { OpenDisplaySet } from './loader-types';

/** What a volume is filled into: by index of the image in its display set. */
export interface SliceTarget {
  has(slice: number): boolean;
  put(slice: number, values: StoredArray): void;
}

export interface VolumeFeed {
  /** Slices that are in the target, that cannot be had, and all of them. */
  readonly counts: { readonly here: number; readonly failed: number; readonly total: number };
  /** The target lost what it had. */
  again(): void;
  release(): void;
}

/** Copying slices may take this long of a frame of the screen, milliseconds. */
const COPY_MS = 10;

export interface FeedClock {
  nowMs(): number;
  /** Runs with the next frame of the screen; returns what takes it back. */
  soon(run: () => void): () => void;
}

/**
 * Fills a volume with the frames of a display set as they arrive, a few a frame of the screen. Loading follows a cursor of its own at the first slice that is
 * missing: a set that is larger than the memory goes through it piece by piece. `told` is called after each step.
 */
export function feedVolume(open: OpenDisplaySet, target: SliceTarget, clock: FeedClock, told: () => void): VolumeFeed {
  const total = open.displaySet.frames.length;
  const cursor = open.cursor(0);
  let stop: (() => void) | undefined;
  let released = false;
  let counts = { here: 0, failed: 0, total };

  function fill(): void {
    stop = undefined;
    if (released) return;
    const until = clock.nowMs() + COPY_MS;
    let [here, failed] = [0, 0];
    let [missing, waits]: [number | undefined, boolean] = [undefined, false];
    for (let slice = 0; slice < total; slice++) {
      if (!target.has(slice)) {
        const loaded = open.frame(slice);
        const inTime = clock.nowMs() < until;
        if (loaded !== undefined && inTime) target.put(slice, loaded.values);
        else if (open.state(slice).kind === 'failed') failed++;
        else missing ??= slice;
        waits ||= loaded !== undefined && !inTime;
      }
      if (target.has(slice)) here++;
    }
    counts = { here, failed, total };
    if (missing !== undefined) cursor.setIndex(missing);
    if (waits) ask();
    told();
  }

  function ask(): void {
    if (!released) stop ??= clock.soon(fill);
  }

  const leave = open.onChange(ask);
  ask();
  return {
    get counts() {
      return counts;
    },
    again: ask,
    release() {
      released = true;
      stop?.();
      leave();
      cursor.release();
    },
  };
}
