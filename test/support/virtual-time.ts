import { setImmediate as turn } from 'node:timers/promises';
import type { Timers } from '../../electron/services/sync';
import { seededRandom } from './seed';

interface Waiting {
  readonly at: number;
  readonly call: () => void;
}

/** A clock that a test moves: what is due is called in order, and everything that follows from it happens before the next. */
export class VirtualTime implements Timers {
  private monotonicMs = 0;
  private readonly waiting = new Set<Waiting>();
  private readonly dice: () => number;

  constructor(
    private wallMs = Date.UTC(2026, 0, 15),
    seed = 1,
  ) {
    this.dice = seededRandom(seed);
  }

  now(): number {
    return this.wallMs;
  }

  monotonic(): number {
    return this.monotonicMs;
  }

  random(): number {
    return this.dice();
  }

  after(ms: number, call: () => void): () => void {
    const entry = { at: this.monotonicMs + Math.max(0, ms), call };
    this.waiting.add(entry);
    return () => this.waiting.delete(entry);
  }

  /** The wall clock is set; timers run on. */
  stepWall(ms: number): void {
    this.wallMs += ms;
  }

  /** Lets what was begun come to rest, without time passing. */
  async settle(): Promise<void> {
    for (let n = 0; n < 20; n++) await turn();
  }

  async advance(ms: number): Promise<void> {
    const end = this.monotonicMs + ms;
    await this.settle();
    for (;;) {
      const [next] = [...this.waiting].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.waiting.delete(next);
      this.pass(next.at - this.monotonicMs);
      next.call();
      await this.settle();
    }
    this.pass(end - this.monotonicMs);
  }

  private pass(ms: number): void {
    this.monotonicMs += ms;
    this.wallMs += ms;
  }
}
