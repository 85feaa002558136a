import { backOffMs } from './back-off';
import type { Timers } from './timers';

export type BreakerState =
  | { readonly kind: 'unknown'; readonly sinceMs: number }
  | { readonly kind: 'answering'; readonly sinceMs: number }
  | { readonly kind: 'pausing'; readonly sinceMs: number; readonly untilMs: number; readonly words: string }
  | { readonly kind: 'onHold'; readonly sinceMs: number; readonly words: string };

/** How much may be sent now: everything, one object to see whether it answers, or nothing. */
export type Gate = { readonly open: 'all' | 'one' } | { readonly open: 'none'; readonly waitMs: number | undefined };

/** One for each archive: after a failure it is asked again, by one object, in growing intervals; what refuses us for good waits for a person. */
export class Breaker {
  private current: BreakerState;
  failures = 0;
  lastContactMs: number | undefined;

  constructor(
    private readonly timers: Timers,
    private readonly onChanged: () => void,
  ) {
    this.current = { kind: 'unknown', sinceMs: timers.now() };
  }

  get state(): BreakerState {
    return this.current;
  }

  gate(): Gate {
    switch (this.current.kind) {
      case 'answering':
      case 'unknown':
        return { open: 'all' };
      case 'onHold':
        return { open: 'none', waitMs: undefined };
      case 'pausing': {
        // measured on the monotonic clock: a step of the wall clock neither hurries nor holds up
        const waitMs = this.untilMonotonic - this.timers.monotonic();
        return waitMs <= 0 ? { open: 'one' } : { open: 'none', waitMs };
      }
    }
  }

  answered(): void {
    this.lastContactMs = this.timers.now();
    this.failures = 0;
    if (this.current.kind !== 'answering') this.become({ kind: 'answering', sinceMs: this.timers.now() });
  }

  failed(words: string): void {
    this.failures++;
    const pauseMs = backOffMs(this.failures, this.timers.random());
    this.untilMonotonic = this.timers.monotonic() + pauseMs;
    const sinceMs = this.current.kind === 'pausing' ? this.current.sinceMs : this.timers.now();
    this.become({ kind: 'pausing', sinceMs, untilMs: this.timers.now() + pauseMs, words });
  }

  refused(words: string): void {
    this.lastContactMs = this.timers.now();
    this.failures++;
    this.become({ kind: 'onHold', sinceMs: this.timers.now(), words });
  }

  /** A person wants it asked now. */
  reset(): void {
    this.failures = 0;
    this.become({ kind: 'unknown', sinceMs: this.timers.now() });
  }

  private untilMonotonic = 0;

  private become(state: BreakerState): void {
    this.current = state;
    this.onChanged();
  }
}
