/** How long a step is. */
const STEP_MS = 500;

/**
 * Bars and counts of sets that load grow in steps, all at once: each step is a frame that the whole window is composed for, and that takes as long as some
 * dozens of images where the processor does it. Milliseconds from now to the next one.
 */
export function nextStepMs(nowMs: number = performance.now()): number {
  return STEP_MS - (nowMs % STEP_MS);
}
