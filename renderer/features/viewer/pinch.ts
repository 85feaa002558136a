/** A finger on the screen, CSS pixels of the viewport. */
interface Finger {
  readonly id: number;
  x: number;
  y: number;
}

/** What two fingers did since the last time: zoom by `factor` about `at`, move by `dx`, `dy`. CSS pixels. */
export interface PinchStep {
  readonly factor: number;
  readonly at: readonly [number, number];
  readonly dx: number;
  readonly dy: number;
}

/** Two fingers on one viewport. One finger is the pointer of the tools. */
export class Pinch {
  private fingers: Finger[] = [];

  get active(): boolean {
    return this.fingers.length >= 2;
  }

  down(id: number, x: number, y: number): void {
    this.fingers = [...this.fingers.filter((finger) => finger.id !== id), { id, x, y }].slice(-2);
  }

  up(id: number): void {
    this.fingers = this.fingers.filter((finger) => finger.id !== id);
  }

  /** Undefined while there are not two fingers, or another one moved. */
  move(id: number, x: number, y: number): PinchStep | undefined {
    const finger = this.fingers.find((one) => one.id === id);
    if (finger === undefined) return undefined;
    const before = this.state();
    finger.x = x;
    finger.y = y;
    const after = this.state();
    if (before === undefined || after === undefined) return undefined;
    return {
      factor: before.distance < 1 ? 1 : after.distance / before.distance,
      at: after.middle,
      dx: after.middle[0] - before.middle[0],
      dy: after.middle[1] - before.middle[1],
    };
  }

  private state(): { readonly distance: number; readonly middle: readonly [number, number] } | undefined {
    const [one, two] = this.fingers;
    if (one === undefined || two === undefined) return undefined;
    return { distance: Math.hypot(one.x - two.x, one.y - two.y), middle: [(one.x + two.x) / 2, (one.y + two.y) / 2] };
  }
}
