import type { StudyUid } from '@shared/domain';
import { backOffMs, type Timers } from '../outbox';

export interface CompareAgainParts {
  readonly timers: Timers;
  /** What is not compared yet; undefined: it is being compared now. */
  left(node: string): 'everything' | readonly StudyUid[] | undefined;
  /** Compares one study. Rejects when that cannot be done. */
  one(node: string, uid: StudyUid, signal: AbortSignal): Promise<void>;
  /** Starts the comparison of everything. */
  everything(node: string): void;
  /** When it is tried again (ms since the epoch); undefined: not any more. */
  onPlanned(node: string, atMs: number | undefined): void;
}

interface Plan {
  tries: number;
  cancel?: (() => void) | undefined;
  running?: Promise<void> | undefined;
}

/** So many in a row that cannot be compared: the rest would only fail as well. */
export const MOST_FAILED_IN_A_ROW = 3;

/** Compares again what could not be compared: in growing intervals, and at once when the archive answers that did not. */
export class CompareAgain {
  private readonly plans = new Map<string, Plan>();
  private readonly ending = new AbortController();

  constructor(private readonly parts: CompareAgainParts) {}

  /** There may be something to try again, or nothing any more. */
  look(node: string): void {
    const plan = this.plans.get(node);
    if (this.ending.signal.aborted || plan?.running !== undefined) return;
    const left = this.parts.left(node);
    if (left === undefined || left.length === 0) {
      plan?.cancel?.();
      if (plan !== undefined) plan.cancel = undefined;
      // while it is being compared the pause goes on growing
      if (left !== undefined && this.plans.delete(node)) this.parts.onPlanned(node, undefined);
      return;
    }
    if (plan?.cancel === undefined) this.plan(node);
  }

  /** It answers, or somebody wants it tried now. */
  contact(node: string): void {
    const plan = this.plans.get(node);
    if (plan?.cancel === undefined) return;
    plan.cancel();
    plan.cancel = undefined;
    this.run(node, plan);
  }

  /** Resolves when nothing is being tried any more. */
  async settled(): Promise<void> {
    for (const { running } of [...this.plans.values()]) await running;
  }

  async close(): Promise<void> {
    this.ending.abort();
    for (const { cancel } of this.plans.values()) cancel?.();
    await this.settled();
  }

  private plan(node: string): void {
    const { timers } = this.parts;
    const plan = this.plans.get(node) ?? { tries: 0 };
    this.plans.set(node, plan);
    plan.tries++;
    const ms = backOffMs(plan.tries, timers.random());
    plan.cancel = timers.after(ms, () => {
      plan.cancel = undefined;
      this.run(node, plan);
    });
    this.parts.onPlanned(node, timers.now() + ms);
  }

  private run(node: string, plan: Plan): void {
    if (this.ending.signal.aborted || plan.running !== undefined) return;
    plan.running = this.tryAll(node).finally(() => {
      plan.running = undefined;
      this.look(node);
    });
  }

  private async tryAll(node: string): Promise<void> {
    const left = this.parts.left(node);
    if (left === undefined) return;
    if (left === 'everything') {
      this.parts.everything(node);
      return;
    }
    let inARow = 0;
    for (const uid of left) {
      if (this.ending.signal.aborted || inARow >= MOST_FAILED_IN_A_ROW) return;
      // why it failed stands with the study
      inARow = await this.parts.one(node, uid, this.ending.signal).then(
        () => 0,
        () => inARow + 1,
      );
    }
  }
}
