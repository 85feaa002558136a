import type { FileLayer } from './file-layer';

const LOOK_AGAIN_MS = 500;

/** Free space against the reserve (B15). */
export class DiskGuard {
  private last = { free: Number.POSITIVE_INFINITY, total: 0 };
  private lookedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly files: FileLayer,
    private readonly folder: string,
    private readonly reserveBytes: number,
    private readonly monotonic: () => number,
  ) {}

  space(): { free: number; total: number } {
    const now = this.monotonic();
    if (now - this.lookedAt >= LOOK_AGAIN_MS) {
      this.lookedAt = now;
      try {
        this.last = this.files.sync.freeBytes(this.folder);
      } catch {
        this.last = { free: 0, total: this.last.total };
      }
    }
    return this.last;
  }

  full(): boolean {
    return this.space().free < this.reserveBytes;
  }

  /** Why nothing is taken, in words; undefined when there is room. */
  refusal(): string | undefined {
    return this.full() ? `disk full: ${gigabytes(this.last.free)} GB free, ${gigabytes(this.reserveBytes)} GB reserved` : undefined;
  }
}

function gigabytes(bytes: number): string {
  return (bytes / 2 ** 30).toFixed(1);
}
