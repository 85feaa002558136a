/** Changes of one kind that follow each other within this time are one step: a drag, a turn of the wheel. */
const SAME_STEP_MS = 700;
const MOST_STEPS = 100;

/** Undo and redo over snapshots. `T` is immutable: what is kept must not change under the hand. */
export class ViewHistory<T> {
  private undone: T[] = [];
  private done: T[] = [];
  private last: { readonly what: string; atMs: number } | undefined;

  /** Before a change: `what` names kind and viewport, so that a drag is one step. `snapshot` is asked for only when a step begins. */
  before(what: string, snapshot: () => T, nowMs: number): void {
    if (this.last?.what === what && nowMs - this.last.atMs < SAME_STEP_MS) {
      this.last.atMs = nowMs;
      return;
    }
    this.last = { what, atMs: nowMs };
    this.done.push(snapshot());
    if (this.done.length > MOST_STEPS) this.done.shift();
    this.undone = [];
  }

  get canUndo(): boolean {
    return this.done.length > 0;
  }

  get canRedo(): boolean {
    return this.undone.length > 0;
  }

  /** What `undo` would give, and `redo`. */
  get next(): { readonly undo: T | undefined; readonly redo: T | undefined } {
    return { undo: this.done.at(-1), redo: this.undone.at(-1) };
  }

  /** State before the last step; `now` is what redo brings back. */
  undo(now: T): T | undefined {
    const state = this.done.pop();
    if (state !== undefined) this.undone.push(now);
    this.last = undefined;
    return state;
  }

  redo(now: T): T | undefined {
    const state = this.undone.pop();
    if (state !== undefined) this.done.push(now);
    this.last = undefined;
    return state;
  }

  clear(): void {
    this.done = [];
    this.undone = [];
    this.last = undefined;
  }
}
