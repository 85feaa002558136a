/** Syncs slower than this are left to the thread pool, so that a slow disk never holds the loop. */
const FAST_MS = 2;
const WINDOW = 15;

/** How long the last syncs took. */
export class SyncClock {
  private readonly last: number[] = [];

  constructor(private readonly monotonic: () => number) {}

  begin(): number {
    return this.monotonic();
  }

  end(begin: number): void {
    this.last.push(this.monotonic() - begin);
    if (this.last.length > WINDOW) this.last.shift();
  }

  /** Whether the median of the last syncs was short. A disk that nobody measured yet is not trusted. */
  fast(): boolean {
    if (this.last.length < 3) return false;
    const sorted = [...this.last].sort((a, b) => a - b);
    return (sorted[sorted.length >> 1] as number) < FAST_MS;
  }
}
