/** Travel of the wheel that is one image: a notch of a mouse is 100 to 120, a trackpad sends many small ones. */
const TRAVEL_PER_IMAGE = 80;
/** Notches closer together than this belong to one spin. */
const SPIN_MS = 60;
const MOST_AT_ONCE = 12;

/** Turns wheel travel into images: slowly one by one, a fast spin more and more. */
export class WheelStepper {
  private travel = 0;
  private lastMs = -Infinity;
  private spin = 0;

  /** Images to move (signed, positive = down) for one wheel event. */
  steps(deltaY: number, deltaMode: number, timeMs: number, accelerated = true): number {
    const px = deltaMode === 1 ? deltaY * 40 : deltaMode === 2 ? deltaY * 400 : deltaY;
    const fast = timeMs - this.lastMs < SPIN_MS && Math.sign(px) === Math.sign(this.travel === 0 ? px : this.travel);
    this.spin = fast && Math.abs(px) >= TRAVEL_PER_IMAGE / 2 ? this.spin + 1 : 0;
    if (Math.sign(px) !== Math.sign(this.travel)) this.travel = 0;
    this.lastMs = timeMs;
    const notch = Math.abs(px) >= TRAVEL_PER_IMAGE;
    if (notch) {
      this.travel = 0;
      return Math.sign(px) * (accelerated ? Math.min(MOST_AT_ONCE, 1 + Math.floor(this.spin / 2)) : 1);
    }
    this.travel += px;
    const images = Math.trunc(this.travel / TRAVEL_PER_IMAGE);
    this.travel -= images * TRAVEL_PER_IMAGE;
    return images;
  }
}
