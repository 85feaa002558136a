/** Reliability O1: from five seconds to a quarter of an hour, doubled each time, spread by a fifth so that stations do not knock together. */
const FIRST_MS = 5000;
export const LONGEST_PAUSE_MS = 15 * 60_000;
const SPREAD = 0.2;

/** Pause after the nth failure in a row, n from 1. `random`: 0 <= x < 1. */
export function backOffMs(failures: number, random: number): number {
  const doubled = FIRST_MS * 2 ** Math.min(20, Math.max(0, failures - 1));
  return Math.round(Math.min(LONGEST_PAUSE_MS, doubled) * (1 - SPREAD + 2 * SPREAD * random));
}

/**
 * "Not before" as a clock of today reads it: a time further away than the longest pause was written by a clock that was wrong and holds nothing up (C4).
 */
export function dueAtMs(notBeforeMs: number, nowMs: number): number {
  return notBeforeMs > nowMs + LONGEST_PAUSE_MS * (1 + SPREAD) ? nowMs : notBeforeMs;
}
