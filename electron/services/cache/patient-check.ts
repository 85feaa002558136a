import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../logging/logger';
import { errorCode } from './checkpoint-task';

const LONGEST_PAUSE_MS = 15 * 60_000;

/** The look at what a program that did not end in order left: tried again in growing pauses until it is done. */
export class PatientCheck {
  /** Why it is not done and waits for another try. */
  why: string | undefined;
  isDone = false;
  /** Resolves when it is done, or will not be in this run. */
  readonly ended: Promise<void>;
  private readonly closing = new AbortController();

  constructor(
    private readonly work: () => Promise<void>,
    private readonly firstPauseMs: number,
    private readonly log: Logger,
    /** It is done now, or failed. */
    private readonly onChanged: () => void,
  ) {
    this.ended = this.run();
  }

  /** It is not begun again; a try that runs is not cut. */
  stop(): void {
    this.closing.abort();
  }

  private async run(): Promise<void> {
    const { signal } = this.closing;
    const isStopped = (): boolean => signal.aborted;
    for (let pauseMs = this.firstPauseMs; !isStopped(); pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)) {
      try {
        await this.work();
        this.isDone = true;
        this.why = undefined;
        this.onChanged();
        return;
      } catch (error) {
        if (isStopped()) return;
        this.why = errorCode(error);
        this.log.error({ code: this.why, error: String(error) }, 'check after an unclean end failed, tried again');
        this.onChanged();
      }
      await sleep(pauseMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }
}
