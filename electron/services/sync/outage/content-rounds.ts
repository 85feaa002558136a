import type { StudyUid } from '@shared/domain';
import type { Timers } from '../outbox';

/** A study whose objects have not all been compared with an archive that has it. */
export interface UncomparedStudy {
  readonly node: string;
  readonly StudyInstanceUID: StudyUid;
}

/** What is fetched for comparing in a day, by all looks together: a station that stands beside a busy archive, or behind a slow line, must not be known by it. */
export interface ComparisonBudget {
  bytesADay(): number;
  /** In the day that began at `sinceMs`, by the wall clock: a day outlives the program. */
  spent(): SpentBytes | undefined;
  keep(spent: SpentBytes): void;
}

export interface SpentBytes {
  readonly bytes: number;
  readonly sinceMs: number;
}

export interface ContentRoundsParts {
  readonly timers: Timers;
  readonly budget: ComparisonBudget;
  /** Those that were opened lately, the last first. Called every ten minutes or oftener. */
  waiting(): readonly UncomparedStudy[];
  /** It is as it was when it was found waiting: hours may lie between, in which its archive went away, is to be settled first, or has it compared. */
  isWaiting(study: UncomparedStudy): boolean;
  /** Something goes on that network, disk or processor are for. */
  isBusy(): boolean;
  /** Tells of each object that arrives; returns the function that ends it. */
  onArrival(tell: () => void): () => void;
  /** Compares some objects of it. Rejects when the archive cannot be asked, or breaks off. */
  compare(study: UncomparedStudy, signal: AbortSignal): Promise<ContentLook>;
  /** Bytes of copies that came since the program was started, of those that broke off too. */
  fetched(): number;
  /** What must not be: the next look is later. */
  onFault(error: unknown): void;
}

export interface ContentLook {
  /** Others have not had their turn. */
  readonly left: boolean;
  /** Copies of some could be had. */
  readonly compared: boolean;
}

/** So much of one study is fetched beside the cache at a time, in bytes and in objects. */
export const LOOK_BYTES = 64 * 2 ** 20;
export const LOOK_OBJECTS = 128;
const DAY_MS = 86_400_000;
const LOOK_MS = 60_000;
const NOTHING_MS = 10 * LOOK_MS;
/** Arrivals have the disk for themselves. */
const QUIET_MS = 30_000;

/**
 * Goes on with what an opening began: the objects of studies that were opened lately are compared with their archives, some a minute while nothing else goes on, until all had their turn. So one
 * image that was replaced under its UID is found without anybody opening the study again.
 */
export class ContentRounds {
  private readonly ending = new AbortController();
  /** Archives give no copy of these: they are not asked again in this run. */
  private readonly hopeless = new Set<string>();
  private queue: UncomparedStudy[] = [];
  private cancelTimer: (() => void) | undefined;
  private running: Promise<void> = Promise.resolve();
  private lastArrivalMs = Number.NEGATIVE_INFINITY;
  private readonly off: () => void;

  constructor(private readonly parts: ContentRoundsParts) {
    this.off = parts.onArrival(() => (this.lastArrivalMs = parts.timers.monotonic()));
  }

  start(): void {
    this.next(NOTHING_MS);
  }

  async close(): Promise<void> {
    this.ending.abort();
    this.off();
    this.cancelTimer?.();
    await this.running;
  }

  private next(ms: number): void {
    if (this.ending.signal.aborted) return;
    this.cancelTimer = this.parts.timers.after(ms, () => {
      this.running = this.step()
        .catch((error: unknown) => {
          this.parts.onFault(error);
          return NOTHING_MS;
        })
        .then((wait) => this.next(wait));
    });
  }

  /** Milliseconds until the next look. */
  private async step(): Promise<number> {
    const { timers } = this.parts;
    if (this.parts.isBusy() || timers.monotonic() - this.lastArrivalMs < QUIET_MS) return LOOK_MS;
    const spent = this.today();
    if (spent.bytes >= this.parts.budget.bytesADay()) return NOTHING_MS;
    const [study] = this.stillWaiting();
    if (study === undefined) return NOTHING_MS;
    let isDone = true;
    const before = this.parts.fetched();
    try {
      const { left, compared } = await this.parts.compare(study, this.ending.signal);
      if (!compared) this.hopeless.add(keyOf(study));
      isDone = !left || !compared;
    } catch {
      // away, or it broke off: others first, this one when they are through
    } finally {
      const bytes = this.parts.fetched() - before;
      if (bytes > 0) this.parts.budget.keep({ ...spent, bytes: spent.bytes + bytes });
    }
    if (isDone) this.queue.shift();
    return LOOK_MS;
  }

  /** A clock that was set back begins no day: what was spent counts for one from then on. */
  private today(): SpentBytes {
    const { timers, budget } = this.parts;
    const now = timers.now();
    const spent = budget.spent() ?? { bytes: 0, sinceMs: now };
    if (now - spent.sinceMs >= DAY_MS) return { bytes: 0, sinceMs: now };
    if (spent.sinceMs > now) budget.keep({ ...spent, sinceMs: now });
    return { ...spent, sinceMs: Math.min(spent.sinceMs, now) };
  }

  private stillWaiting(): readonly UncomparedStudy[] {
    const first = this.queue.findIndex((study) => this.parts.isWaiting(study));
    this.queue = first < 0 ? this.parts.waiting().filter((study) => !this.hopeless.has(keyOf(study))) : this.queue.slice(first);
    return this.queue;
  }
}

function keyOf({ node, StudyInstanceUID }: UncomparedStudy): string {
  return `${node} ${StudyInstanceUID}`;
}
