import type { StudyUid } from '@shared/domain';

export interface AtOpeningParts {
  monotonic(): number;
  /** Archives that are known to have the study, that answer, and with which nothing else is to be settled first. */
  archivesOf(uid: StudyUid): readonly string[];
  /** It is on its way in: what is missing now is not missing. */
  isArriving(uid: StudyUid): boolean;
  /** Resolves when what was opened is on the screen, or by then should be: asking and copies to compare with would take network and processor from it. Rejects when aborted. */
  pause(signal: AbortSignal): Promise<void>;
  /** Compares one study. Rejects when that cannot be done. */
  compare(node: string, uid: StudyUid, signal: AbortSignal): Promise<void>;
}

/** A study that is opened again and again is asked about so often at most. */
const EVERY_MS = 10 * 60_000;
const REMEMBERED = 5000;

/** Reliability C8: a study that somebody opens is compared with the archives that have it, in the background, one study at a time; opening never waits for it. */
export class AtOpening {
  private readonly last = new Map<string, number>();
  private readonly ending = new AbortController();
  private working: Promise<void> = Promise.resolve();

  constructor(private readonly parts: AtOpeningParts) {}

  opened(uid: StudyUid): void {
    if (this.ending.signal.aborted || this.parts.isArriving(uid)) return;
    for (const node of this.parts.archivesOf(uid)) {
      const key = `${node} ${uid}`;
      const now = this.parts.monotonic();
      if (now - (this.last.get(key) ?? Number.NEGATIVE_INFINITY) < EVERY_MS) continue;
      this.last.delete(key);
      this.last.set(key, now);
      for (const oldest of this.last.keys()) {
        if (this.last.size <= REMEMBERED) break;
        this.last.delete(oldest);
      }
      this.working = this.working.then(() => this.compare(node, uid, key));
    }
  }

  /** Resolves when nothing is being compared any more. */
  async settled(): Promise<void> {
    await this.working;
  }

  async close(): Promise<void> {
    this.ending.abort();
    await this.working;
  }

  private async compare(node: string, uid: StudyUid, key: string): Promise<void> {
    if (this.ending.signal.aborted) return;
    try {
      await this.parts.pause(this.ending.signal);
      await this.parts.compare(node, uid, this.ending.signal);
    } catch {
      // nobody waits for it, and an archive that is away is told of elsewhere: the next opening asks again
      this.last.delete(key);
    }
  }
}
