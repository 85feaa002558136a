/** Calls slower than this are left to the thread pool, so that a slow disk never holds the loop. */
const FAST_MS = 4;
/** What the pool measures has the wake-ups of a busy machine in it: below this every eighth call is tried on the loop, to learn the truth. */
const DOUBTFUL_MS = 16;
const TRY_EVERY = 8;
const WINDOW = 15;

/** How long the last calls to the disk took. */
export class SyncClock {
  private readonly last: number[] = [];
  private asked = 0;

  constructor(private readonly monotonic: () => number) {}

  begin(): number {
    return this.monotonic();
  }

  end(begin: number): void {
    this.last.push(this.monotonic() - begin);
    if (this.last.length > WINDOW) this.last.shift();
  }

  /** Whether the median of the last calls was short. A disk that nobody measured yet is not trusted. */
  fast(): boolean {
    if (this.last.length < 3) return false;
    const sorted = [...this.last].sort((a, b) => a - b);
    const median = sorted[sorted.length >> 1] as number;
    return median < FAST_MS || (median < DOUBTFUL_MS && ++this.asked % TRY_EVERY === 0);
  }
}
