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

  /**
   * Images to move (signed, positive = down) for one wheel event. `notches`: how many notches of a mouse's wheel it is, where that is known: how far one goes in
   * pixels is a setting of the system, and a busy page gets several in one event.
   */
  steps(deltaY: number, deltaMode: number, timeMs: number, accelerated = true, notches?: number): number {
    const px = deltaMode === 1 ? deltaY * 40 : deltaMode === 2 ? deltaY * 400 : deltaY;
    const fast = timeMs - this.lastMs < SPIN_MS && Math.sign(px) === Math.sign(this.travel === 0 ? px : this.travel);
    this.spin = fast && (notches ?? (Math.abs(px) >= TRAVEL_PER_IMAGE / 2 ? 1 : 0)) > 0 ? this.spin + 1 : 0;
    if (Math.sign(px) !== Math.sign(this.travel)) this.travel = 0;
    this.lastMs = timeMs;
    const turned = notches ?? (Math.abs(px) >= TRAVEL_PER_IMAGE ? 1 : 0);
    if (turned > 0) {
      this.travel = 0;
      return Math.sign(px) * Math.max(turned, accelerated ? Math.min(MOST_AT_ONCE, turned + Math.floor(this.spin / 2)) : 0);
    }
    this.travel += px;
    const images = Math.trunc(this.travel / TRAVEL_PER_IMAGE);
    this.travel -= images * TRAVEL_PER_IMAGE;
    return images;
  }
}
