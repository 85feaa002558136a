import type { Clock } from '../../host-environment';

/** Time as the outbox sees it: a test brings its own. */
export interface Timers extends Clock {
  /** Calls once after `ms`; the returned function takes it back. */
  after(ms: number, call: () => void): () => void;
  /** 0 <= x < 1. */
  random(): number;
}

const LONGEST_MS = 60 * 60_000;

export function systemTimers(clock: Clock): Timers {
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    after(ms, call) {
      const timer = setTimeout(call, Math.min(Math.max(0, ms), LONGEST_MS));
      timer.unref();
      return () => clearTimeout(timer);
    },
    random: () => Math.random(),
  };
}
