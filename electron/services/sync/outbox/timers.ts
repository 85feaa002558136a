import type { Clock } from '../../host-environment';

/** Time as the outbox sees it: a test brings its own. */
export interface Timers extends Clock {
  /** Calls once after `ms`; the returned function takes it back. */
  after(ms: number, call: () => void): () => void;
  /** 0 <= x < 1. */
  random(): number;
}

const LONGEST_MS = 60 * 60_000;

/** Again and again; one that fails is no reason not to come again. Returns the function that ends it. */
export function every(timers: Pick<Timers, 'after'>, ms: number, work: () => void): () => void {
  let cancel = timers.after(ms, next);
  function next(): void {
    cancel = timers.after(ms, next);
    work();
  }
  return () => cancel();
}

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
