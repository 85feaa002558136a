/** How long a step is: where a graphics processor composes the window, and where the processor does it. */
const STEP_MS = 100;
const SOFTWARE_STEP_MS = 1000;
let stepMs = STEP_MS;

/** Says who composes the window; a graphics processor until it is said otherwise. */
export function setComposedBySoftware(bySoftware: boolean): void {
  stepMs = bySoftware ? SOFTWARE_STEP_MS : STEP_MS;
}

/**
 * What only tells of progress (bars, counts, small pictures that come) changes in steps, all at once: each is a frame that the whole window is composed for, and
 * that takes the processor as long as some dozens of images where there is no GPU. Milliseconds from now to the next step, half a step at least.
 */
export function nextStepMs(nowMs: number = performance.now()): number {
  const left = stepMs - (nowMs % stepMs);
  return left < stepMs / 2 ? left + stepMs : left;
}
