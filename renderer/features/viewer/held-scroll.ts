/** A key that is held this long begins to run. */
const HOLD_MS = 240;
/** Images a second at the start and after a second and a half of holding. */
const SLOW = 15;
const FAST = 60;
const FULL_SPEED_MS = 1500;

export interface HeldScrollHost {
  move(steps: number): void;
  requestFrame(run: (nowMs: number) => void): number;
  cancelFrame(id: number): void;
}

/**
 * A held arrow key: one image at once, then faster and faster with the screen's refresh. What is moved follows the time that went by, not the events
 * that came: when a frame takes long, images are left out and the picture never lags behind the hand.
 */
export class HeldScroll {
  private direction = 0;
  private startedMs: number | undefined;
  private lastMs = 0;
  private owed = 0;
  private frame: number | undefined;

  constructor(private readonly host: HeldScrollHost) {}

  /** The key went down, or repeats. */
  press(direction: 1 | -1): void {
    if (this.direction === direction) return;
    this.release();
    this.direction = direction;
    this.host.move(direction);
    this.frame = this.host.requestFrame(this.tick);
  }

  /** The key went up, or the window lost the keyboard. */
  release(): void {
    if (this.frame !== undefined) this.host.cancelFrame(this.frame);
    this.frame = undefined;
    this.direction = 0;
    this.startedMs = undefined;
    this.owed = 0;
  }

  private readonly tick = (nowMs: number): void => {
    if (this.direction === 0) return;
    this.startedMs ??= nowMs;
    const held = nowMs - this.startedMs - HOLD_MS;
    if (held > 0) {
      const elapsed = Math.min(nowMs - this.lastMs, held);
      const speed = SLOW + (FAST - SLOW) * Math.min(1, held / FULL_SPEED_MS);
      this.owed += (elapsed * speed) / 1000;
      const steps = Math.floor(this.owed);
      this.owed -= steps;
      if (steps > 0) this.host.move(this.direction * steps);
    }
    this.lastMs = nowMs;
    this.frame = this.host.requestFrame(this.tick);
  };
}
