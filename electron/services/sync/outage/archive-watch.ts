import type { ArchiveReach, ReachSample } from '@shared/domain';
import type { Timers } from '../outbox';

export interface Answer {
  readonly ok: boolean;
  readonly words: string;
  readonly elapsedMs: number;
}

export interface WatchParts {
  readonly timers: Timers;
  /** Names of the archives to look after, now. */
  archives(): readonly string[];
  /** Since when it is known to have been away, from an earlier run too (ms), when what came of that is not settled yet. */
  unsettledSince?(node: string): number | undefined;
  /** One question to an archive (C-ECHO). Never rejects. */
  ask(node: string, signal: AbortSignal): Promise<Answer>;
  /** Its state has changed: `back` and `away` follow each other. */
  onChanged(reach: ArchiveReach, change: 'back' | 'away' | undefined): void;
}

export interface ArchiveWatch {
  start(): void;
  status(): ArchiveReach[];
  samples(): { node: string; samples: ReachSample[] }[];
  /** Asks now; resolves when all have answered, or not. */
  tryNow(node?: string): Promise<void>;
  /** Other work with it went well or not: a failure is looked into at once, it proves nothing by itself. */
  noteContact(node: string, answered: boolean): void;
  close(): Promise<void>;
}

/** An archive that nobody works with is asked so often. */
const QUIET_MS = 60_000;
/** One lost packet is no outage: a silent archive is asked a second time so soon. */
const SECOND_LOOK_MS = 3000;
/** An archive that is away is asked ever more seldom, down to this. */
const AWAY_MS: readonly number[] = [10_000, 20_000, 40_000, 60_000, 120_000];
const FAILURES_OF_AN_OUTAGE = 2;
const KEPT_SAMPLES = 1440;

/** Looks after every archive: one that misses two answers in a row is away, one answer brings it back. */
export function createArchiveWatch(parts: WatchParts): ArchiveWatch {
  const { timers } = parts;
  const watched = new Map<string, Watched>();
  const ending = new AbortController();
  let stopTimer: (() => void) | undefined;

  const one = (node: string): Watched => {
    const known = watched.get(node);
    if (known !== undefined) return known;
    const made = new Watched(node, parts, ending.signal);
    watched.set(node, made);
    return made;
  };
  const all = (): Watched[] => {
    const names = parts.archives();
    for (const [name, each] of watched) {
      if (names.includes(name)) continue;
      void each.close();
      watched.delete(name);
    }
    return names.map(one);
  };

  /** Archives may be added at any time: the list is looked through again and again. */
  function look(): void {
    for (const each of all()) each.begin();
    stopTimer = timers.after(SECOND_LOOK_MS, look);
  }

  return {
    start: look,
    status: () => all().map((each) => each.reach()),
    samples: () => all().map((each) => ({ node: each.node, samples: [...each.samples] })),
    async tryNow(node) {
      await Promise.all(
        all()
          .filter((each) => node === undefined || each.node === node)
          .map((each) => each.ask()),
      );
    },
    noteContact(node, answered) {
      if (parts.archives().includes(node)) one(node).noteContact(answered);
    },
    async close() {
      stopTimer?.();
      ending.abort();
      await Promise.all([...watched.values()].map((each) => each.close()));
    },
  };
}

class Watched {
  readonly samples: ReachSample[] = [];
  private state: ArchiveReach['state'] = 'unknown';
  private sinceMs: number;
  private lastAnswerMs: number | undefined;
  private answerMs: number | undefined;
  private nextTryMs: number | undefined;
  private words = '';
  private failures = 0;
  private asking: Promise<void> | undefined;
  private stopTimer: (() => void) | undefined;
  private isClosed = false;
  /** It was away when the last run ended: its first answer is a return. */
  private unsettledMs: number | undefined;

  constructor(
    readonly node: string,
    private readonly parts: WatchParts,
    private readonly signal: AbortSignal,
  ) {
    this.sinceMs = parts.timers.now();
    this.unsettledMs = parts.unsettledSince?.(node);
  }

  begin(): void {
    if (this.stopTimer === undefined && this.asking === undefined) this.after(0);
  }

  reach(): ArchiveReach {
    const iso = (ms: number): string => new Date(ms).toISOString();
    return {
      ...{ node: this.node, state: this.state, since: iso(this.sinceMs), words: this.words },
      ...(this.lastAnswerMs !== undefined && { lastAnswerAt: iso(this.lastAnswerMs) }),
      ...(this.answerMs !== undefined && { answerMs: this.answerMs }),
      ...(this.nextTryMs !== undefined && { nextTryAt: iso(this.nextTryMs) }),
    };
  }

  /** One question at a time. */
  ask(): Promise<void> {
    this.asking ??= this.askOnce().finally(() => {
      this.asking = undefined;
    });
    return this.asking;
  }

  noteContact(answered: boolean): void {
    if (answered) this.answered(undefined);
    else if (this.state !== 'noAnswer') this.after(0);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.stopTimer?.();
    await this.asking;
  }

  private async askOnce(): Promise<void> {
    this.stopTimer?.();
    this.stopTimer = undefined;
    const { ok, words, elapsedMs } = await this.parts.ask(this.node, this.signal);
    if (this.isClosed || this.signal.aborted) return;
    this.keep(ok ? elapsedMs : undefined);
    if (ok) this.answered(elapsedMs);
    else this.silent(words);
  }

  private keep(ms: number | undefined): void {
    this.samples.push({ at: new Date(this.parts.timers.now()).toISOString(), ...(ms !== undefined && { ms }) });
    if (this.samples.length > KEPT_SAMPLES) this.samples.shift();
  }

  private answered(elapsedMs: number | undefined): void {
    const before = this.state;
    this.lastAnswerMs = this.parts.timers.now();
    if (elapsedMs !== undefined) this.answerMs = elapsedMs;
    this.failures = 0;
    this.words = '';
    const isBack = before === 'noAnswer' || (before === 'unknown' && this.unsettledMs !== undefined);
    this.unsettledMs = undefined;
    if (before !== 'ok') this.sinceMs = this.lastAnswerMs;
    this.state = 'ok';
    this.after(QUIET_MS);
    this.parts.onChanged(this.reach(), isBack ? 'back' : undefined);
  }

  private silent(words: string): void {
    this.failures++;
    this.words = words;
    const isAway = this.failures >= FAILURES_OF_AN_OUTAGE;
    const wasAway = this.state === 'noAnswer';
    if (isAway && !wasAway) {
      this.state = 'noAnswer';
      this.sinceMs = this.lastAnswerMs ?? this.unsettledMs ?? this.parts.timers.now();
    }
    this.after(isAway ? (AWAY_MS[Math.min(this.failures - FAILURES_OF_AN_OUTAGE, AWAY_MS.length - 1)] ?? QUIET_MS) : SECOND_LOOK_MS);
    this.parts.onChanged(this.reach(), isAway && !wasAway ? 'away' : undefined);
  }

  private after(ms: number): void {
    if (this.isClosed) return;
    this.stopTimer?.();
    this.nextTryMs = this.parts.timers.now() + ms;
    this.stopTimer = this.parts.timers.after(ms, () => {
      this.stopTimer = undefined;
      void this.ask();
    });
  }
}
