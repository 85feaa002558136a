import type { NodeLimits } from './limits';

export type Expired =
  | { readonly kind: 'artim' }
  | { readonly kind: 'pdu'; readonly words: string }
  | { readonly kind: 'idle'; readonly words: string }
  | { readonly kind: 'write'; readonly words: string };

/** What the connection is in the middle of, asked at each look. */
export interface Activity {
  readonly isOpen: boolean;
  readonly insidePdu: boolean;
  readonly insideMessage: boolean;
  /** A request of the peer has no response yet: it is we who are slow. */
  readonly owesResponse: boolean;
  readonly isPaused: boolean;
  readonly unsentBytes: number;
}

/**
 * The timers of one connection as numbers that a shared ticker looks at: no timer object per PDU. Times are monotonic
 * milliseconds.
 */
export class Deadlines {
  private artimAt: number | undefined;
  private pduSince: number;
  private windowSince: number;
  private windowBytes = 0;
  private lastHeard: number;
  private stuckSince: number;
  private sentSoFar = 0;

  constructor(
    private readonly limits: NodeLimits,
    now: number,
  ) {
    this.pduSince = now;
    this.windowSince = now;
    this.lastHeard = now;
    this.stuckSince = now;
  }

  startArtim(now: number): void {
    this.artimAt = now + this.limits.artimMs;
  }

  stopArtim(): void {
    this.artimAt = undefined;
  }

  heard(bytes: number, now: number): void {
    this.lastHeard = now;
    this.windowBytes += bytes;
  }

  /** The first byte of a PDU came. */
  pduBegan(now: number): void {
    this.pduSince = now;
  }

  /** Time in which we did not read is not the peer's. */
  readingResumed(now: number): void {
    this.lastHeard = now;
    this.pduSince = now;
    this.restartWindow(now);
  }

  /** @param bytesOut bytes that the operating system has taken so far */
  check(now: number, activity: Activity, bytesOut: number): Expired | undefined {
    if (this.artimAt !== undefined && now >= this.artimAt) return { kind: 'artim' };
    return this.checkWrite(now, activity, bytesOut) ?? (activity.isOpen && !activity.isPaused ? this.checkRead(now, activity) : undefined);
  }

  private checkWrite(now: number, activity: Activity, bytesOut: number): Expired | undefined {
    if (activity.unsentBytes === 0 || bytesOut !== this.sentSoFar) {
      this.sentSoFar = bytesOut;
      this.stuckSince = now;
      return undefined;
    }
    if (now - this.stuckSince < this.limits.writeDeadlineMs) return undefined;
    return { kind: 'write', words: 'peer does not read our responses' };
  }

  private checkRead(now: number, activity: Activity): Expired | undefined {
    if (activity.insidePdu && now - this.pduSince >= this.limits.pduDeadlineMs) return { kind: 'pdu', words: 'PDU not complete in time' };
    if (!activity.insidePdu && !activity.insideMessage) {
      this.restartWindow(now);
      if (activity.owesResponse || now - this.lastHeard < this.limits.idleMs) return undefined;
      return { kind: 'idle', words: 'association idle for too long' };
    }
    const elapsed = now - this.windowSince;
    if (elapsed < this.limits.rateWindowMs) return undefined;
    if (this.windowBytes < (this.limits.minimumBytesPerSecond * elapsed) / 1000) return { kind: 'pdu', words: 'message arrives too slowly' };
    this.restartWindow(now);
    return undefined;
  }

  private restartWindow(now: number): void {
    this.windowSince = now;
    this.windowBytes = 0;
  }
}
