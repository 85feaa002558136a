import type { Cache } from '../cache';
import { type Index, isDamage } from '../index';
import type { Logger } from '../logging/logger';
import type { Timers } from '../sync';

export interface ScrubParts {
  readonly index: Pick<Index, 'uidPage' | 'mark' | 'setMark' | 'counts'>;
  readonly cache: Pick<Cache, 'check' | 'checkIndex' | 'onStored'>;
  readonly timers: Timers;
  readonly log: Logger;
  /** Bytes a second that it may read; absent: the usual budget. */
  readonly bytesPerSecond?: number;
}

/** How far the look through all objects has come. */
export interface ScrubState {
  readonly checked: number;
  readonly damaged: number;
  readonly lastEndedAtMs: number | undefined;
  readonly isRunning: boolean;
}

const AT = 'scrubbedThrough';
const ENDED = 'scrubEndedAtMs';
const BYTES_PER_SECOND = 4 * 2 ** 20;
const EVERY_MS = 7 * 86_400_000;
/** Arrivals have the disk for themselves. */
const QUIET_MS = 30_000;
const LOOK_MS = 60_000;
const PAGE = 50;

/**
 * Reads every object once a week and compares it with its digests (reliability C3), then the index with itself (C2), within a budget of bytes a second and never while objects arrive. Goes on where it
 * was after a restart. What is damaged is taken out of the way by the cache, which tells of it.
 */
export class Scrub {
  private readonly off: () => void;
  private cancelTimer: (() => void) | undefined;
  private running: Promise<void> = Promise.resolve();
  private lastArrivalMs = -Infinity;
  private checked = 0;
  private damaged = 0;
  private isRunning = false;
  private isClosed = false;

  constructor(private readonly parts: ScrubParts) {
    this.off = parts.cache.onStored(() => (this.lastArrivalMs = parts.timers.monotonic()));
  }

  start(): void {
    this.next(LOOK_MS);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.off();
    this.cancelTimer?.();
    await this.running;
  }

  state(): ScrubState {
    return { checked: this.checked, damaged: this.damaged, lastEndedAtMs: this.parts.index.mark(ENDED), isRunning: this.isRunning };
  }

  private next(ms: number): void {
    if (this.isClosed) return;
    this.cancelTimer = this.parts.timers.after(ms, () => {
      this.running = this.step()
        .catch((error: unknown) => this.failed(error))
        .then((wait) => this.next(wait));
    });
  }

  /** Rows that cannot be read end each round before its look at the index: that is looked at now. */
  private async failed(error: unknown): Promise<number> {
    const { cache, log } = this.parts;
    log.error({ error: String(error) }, 'objects could not be checked');
    try {
      if (isDamage(error)) await cache.checkIndex('quick');
    } catch (fault) {
      log.error({ error: String(fault) }, 'the index could not be checked');
    }
    return LOOK_MS;
  }

  /** Milliseconds until the next step: as long as what was read may take. */
  private async step(): Promise<number> {
    const { index, cache, timers, bytesPerSecond = BYTES_PER_SECOND } = this.parts;
    if (timers.monotonic() - this.lastArrivalMs < QUIET_MS) return QUIET_MS;
    const at = index.mark(AT) ?? 0;
    if (at === 0 && timers.now() - (index.mark(ENDED) ?? 0) < EVERY_MS) {
      this.isRunning = false;
      return LOOK_MS * 10;
    }
    this.isRunning = true;
    const page = index.uidPage(at, PAGE);
    let bytes = 0;
    let through = at;
    for (const { id } of page) {
      if (this.isClosed || timers.monotonic() - this.lastArrivalMs < QUIET_MS || bytes >= bytesPerSecond) break;
      const outcome = await cache.check(id);
      if (typeof outcome === 'number') {
        bytes += outcome;
        this.checked++;
      } else if (outcome !== undefined) this.damaged++;
      through = id;
    }
    if (page.length < PAGE && through === (page.at(-1)?.id ?? at)) {
      index.setMark(AT, 0);
      index.setMark(ENDED, timers.now());
      // C2: once a week the index is looked through to its last entry, too
      await cache.checkIndex('full');
      this.parts.log.info({ checked: this.checked, damaged: this.damaged }, 'all objects were compared with their digests');
    } else if (through !== at) index.setMark(AT, through);
    return Math.max(50, (bytes / bytesPerSecond) * 1000);
  }
}
