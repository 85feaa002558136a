/** Ranks from here on: nobody waits for the frame yet. */
export const REST_RANK = 100;
/** Ranks from here on: nobody looks at the set yet, and perhaps nobody will. */
export const AHEAD_RANK = 1e9;
/** Up to here: somebody looks at its place now. */
const AWAITED_RANK = 1;
/** Somebody moves through a set. */
const MOVING_RANK = 0;

/** A frame that somebody waits for and that does not come holds the others back so many times `restAfterMs`. */
const MOST_HOLDS = 5;

export interface TurnsOptions {
  /** So long after the last frame that somebody waited for came, what nobody waits for yet is not begun: drawing that frame needs the processor. Nothing is held back when absent. */
  readonly restAfterMs?: number;
  /** So long everything else is at rest, the reader's hands too, before a frame of a set is begun that nobody looks at yet. At once when absent. */
  readonly aheadAfterMs?: number;
  /** Something outside needs the processor, or nobody sees the window: nothing of such sets is begun. */
  readonly isOccupied?: () => boolean;
}

export interface TurnsParts extends TurnsOptions {
  /** A frame that somebody looks for is on its way. */
  readonly isAwaiting: () => boolean;
  /** Something of a set that somebody looks at is wanted or on its way. */
  readonly isLoading: () => boolean;
  readonly kick: () => void;
}

/** When which frames may be begun. */
export class PoolTurns {
  private restTimer: ReturnType<typeof setTimeout> | undefined;
  private aheadTimer: ReturnType<typeof setTimeout> | undefined;
  /** From this rank on nothing is begun until the timer ends. */
  private heldFrom = Infinity;
  private holds = 0;
  private stirredMs = performance.now();

  constructor(private readonly parts: TurnsParts) {}

  /** Whether a frame of this rank may be begun now; what it holds back then. `laneIsIdle`: the worker that would do it does nothing else. */
  begins(rank: number, laneIsIdle: boolean): boolean {
    if (rank >= this.heldFrom) return false;
    if (rank >= AHEAD_RANK) return laneIsIdle && this.aheadMayBegin();
    // Who moves through a set needs the neighbours at once.
    if (rank <= MOVING_RANK) this.hold(REST_RANK);
    else if (rank <= AWAITED_RANK) this.hold(Math.min(this.heldFrom, REST_RANK));
    return true;
  }

  /** Somebody begins to look. */
  holdOthers(): void {
    this.hold(AWAITED_RANK + 1);
  }

  /** A frame that somebody waited for came: now it is drawn. */
  awaitedCame(): void {
    if (this.heldFrom < Infinity) this.hold(this.heldFrom);
  }

  /** Somebody does something, or a frame that is looked at was worked on. */
  stir(): void {
    this.stirredMs = performance.now();
  }

  /** So long nothing stirred. */
  private quietMs(): number {
    if (this.parts.isOccupied?.() === true || this.parts.isLoading()) this.stir();
    return performance.now() - this.stirredMs;
  }

  /** Runs once nothing has stirred for so long. Returns how to call it off. */
  whenQuiet(forMs: number, run: () => void): () => void {
    let timer: ReturnType<typeof setTimeout>;
    const look = (): void => {
      const leftMs = forMs - this.quietMs();
      if (leftMs <= 0) run();
      else timer = setTimeout(look, leftMs);
    };
    timer = setTimeout(look);
    return () => clearTimeout(timer);
  }

  close(): void {
    clearTimeout(this.restTimer);
    clearTimeout(this.aheadTimer);
  }

  private aheadMayBegin(): boolean {
    const { aheadAfterMs = 0, kick } = this.parts;
    if (aheadAfterMs === 0) return true;
    const leftMs = aheadAfterMs - this.quietMs();
    if (leftMs <= 0) return true;
    clearTimeout(this.aheadTimer);
    this.aheadTimer = setTimeout(kick, leftMs);
    return false;
  }

  private hold(rank: number): void {
    this.holds = 0;
    this.holdOn(rank);
  }

  private holdOn(rank: number): void {
    const { restAfterMs = 0, isAwaiting, kick } = this.parts;
    if (restAfterMs === 0) return;
    clearTimeout(this.restTimer);
    this.heldFrom = rank;
    this.restTimer = setTimeout(() => {
      // A decoder that takes long is not helped by others that take the processor from it.
      if (isAwaiting() && ++this.holds < MOST_HOLDS) {
        this.holdOn(rank);
        return;
      }
      this.heldFrom = Infinity;
      kick();
    }, restAfterMs);
  }
}
