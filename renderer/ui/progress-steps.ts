/** How long a step is. */
const STEP_MS = 1000;

/**
 * What only tells of progress (bars, counts, small pictures that come) changes in steps, all at once: each is a frame that the whole window is composed for, and
 * that takes the processor as long as some dozens of images where there is no GPU. Milliseconds from now to the next step, half a step at least.
 */
export function nextStepMs(nowMs: number = performance.now()): number {
  const left = STEP_MS - (nowMs % STEP_MS);
  return left < STEP_MS / 2 ? left + STEP_MS : left;
}
