/** What a peer must bring, on the average of each window: one that is never silent and brings next to nothing would keep a request for ever. */
export interface Rate {
  readonly windowMs: number;
  readonly bytesPerSecond: number;
}

/** The floor that senders of DICOM have (limits of the node), over a longer window: an archive may fetch what it sends from a slow place. */
export const LEAST_RATE: Rate = { windowMs: 120_000, bytesPerSecond: 1024 };

/** Watches the rate of one answer. Silence is watched elsewhere: this looks when something comes. */
export class RateWatch {
  private sinceMs = performance.now();
  private bytes = 0;

  constructor(private readonly rate: Rate) {}

  /** So many bytes came. Throws an Error with code `ESOCKETTIMEDOUT` when too few came in the window that ends now. */
  came(bytes: number): void {
    this.bytes += bytes;
    const { windowMs, bytesPerSecond } = this.rate;
    const elapsedMs = performance.now() - this.sinceMs;
    if (elapsedMs < windowMs) return;
    if (this.bytes * 1000 < bytesPerSecond * elapsedMs)
      throw Object.assign(new Error(`it came slower than ${String(bytesPerSecond)} bytes a second`), { code: 'ESOCKETTIMEDOUT' });
    this.restart();
  }

  /** The time since the last look was not the peer's. */
  restart(): void {
    this.sinceMs = performance.now();
    this.bytes = 0;
  }
}
