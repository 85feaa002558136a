import { CallError } from '@shared/contract';
import { isConflict, type ReconcileChoice, type ReconcileItem, type ReconcileRun, type SeenRow, type StudyUid } from '@shared/domain';
import { z } from 'zod';
import type { JobDefinition } from '../job-types';
import { MOST_FAILED_IN_A_ROW } from './compare-again';
import { holdWords, withFound, wordsOf } from './difference';
import type { LocalStudy, RemoteStudy, SampleSize } from './difference';
import { type DifferenceStore, KeptDifferences } from './kept-differences';
import type { ResultsGate } from './results-gate';
import { type ComparisonParts, type Found, StudyComparison } from './study-comparison';
import { Turns } from '../../turns';

export interface ReconcileParts extends ComparisonParts {
  /** Studies that an archive had, or that wait to be sent there: those with unsent work first, then the latest. */
  studiesAt(node: string): readonly StudyUid[];
  /** False while a damaged list is being made again: studies are here that it does not know. */
  isListWhole(): boolean;
  /** How often it was lost in this run: another number, and what was read of it before counts no more. */
  listLosses(): number;
  /** Resolves when it is whole. Rejects when `signal` is aborted. */
  listWhole(signal: AbortSignal): Promise<void>;
  readonly gate: Pick<ResultsGate, 'began' | 'cleared' | 'failed' | 'finished' | 'brokeOff' | 'forget'>;
  /** Only what is ordered from now on. */
  holdNew(node: string, uid: StudyUid, why: string): void;
  /** What each choice does. Each resolves to words of what came of it. */
  readonly does: {
    setAside(item: ReconcileItem, node: string): Promise<string>;
    fetch(item: ReconcileItem, node: string): Promise<string>;
    fetchAgain(item: ReconcileItem, node: string, why: string): Promise<string>;
    /** Writes the unsent results again with the values of the archive, and fetches the images again. */
    rewrite(item: ReconcileItem, node: string, values: RemoteStudy, user: string): Promise<string>;
    forgetProof(item: ReconcileItem, node: string): Promise<string>;
    send(item: ReconcileItem, node: string): Promise<string>;
  };
  /** Outlives the program: what was found and not done about yet, and what was answered for. */
  readonly kept: DifferenceStore;
  onNotKept(error: unknown): void;
  audit(user: string, detail: string): void;
  onChanged(run: ReconcileRun): void;
}

const Input = z.object({ node: z.string(), awaySince: z.string().optional() });
const ASKED_AGAIN_MS = 60_000;
/** What these did stands; the others answer for images as they are here. */
const DOES: ReadonlySet<ReconcileChoice | undefined> = new Set(['follow', 'useNew', 'newId', 'fetch', 'send'] as const);
const NOT_DONE = /; not done: .*$/;

/** Compares what is here with an archive that was away, and does what people choose about each difference. */
export class Reconcile {
  private readonly runs = new Map<string, ReconcileRun>();
  private readonly kept: KeptDifferences;
  private readonly comparison: StudyComparison;
  private readonly turns = new Turns();

  constructor(private readonly parts: ReconcileParts) {
    this.kept = new KeptDifferences(parts.kept, (error) => parts.onNotKept(error));
    this.comparison = new StudyComparison(parts, this.kept.old, (node) => this.runs.get(node)?.items ?? []);
  }

  /** What was found in an earlier run and waits: what is ordered of a study in conflict waits from the start on, before its archive answers. Its orders of then are held, or were released by somebody. */
  restore(isArchive: (node: string) => boolean): void {
    for (const run of this.kept.restore(isArchive)) {
      this.runs.set(run.node, run);
      for (const item of run.items.filter(isConflict)) this.parts.holdNew(run.node, item.StudyInstanceUID, holdWords(item));
    }
  }

  list(): ReconcileRun[] {
    return [...this.runs.values()];
  }

  job(): JobDefinition {
    return {
      unit: 'studies',
      title: (input) => `Compare the studies here with ${Input.parse(input).node}`,
      key: (input) => Input.parse(input).node,
      run: async ({ input, progress, signal }) => {
        const { node, awaySince } = Input.parse(input);
        try {
          await this.compareAll(node, awaySince, (done, total) => progress.set(done, total), signal);
        } catch (error) {
          this.brokeOff(node, signal.aborted ? 'it was stopped' : wordsOf(error));
          throw error;
        }
      },
    };
  }

  /** Compares one study and puts what differs in the place of what was known of it. Rejects when the archive cannot be asked. */
  async compareOne(node: string, uid: StudyUid, signal: AbortSignal, sample: SampleSize = 'few'): Promise<void> {
    if (this.runs.get(node)?.state === 'comparing') return;
    const none: ReconcileRun = { ...{ node, state: 'ready', at: this.now(), compared: 1, total: 1, same: 0, failed: [], items: [] } };
    const found = await this.comparison.compare(node, uid, sample, signal);
    const { problem } = found;
    const now = this.runs.get(node);
    // a comparison of everything began meanwhile: it will say the same
    if (now?.state === 'comparing') return;
    const hadFailed = now?.failed.some((one) => one.StudyInstanceUID === uid) === true;
    const failed = now?.failed.filter((one) => one.StudyInstanceUID !== uid) ?? [];
    if (problem !== undefined) {
      if (now !== undefined && hadFailed) this.put({ ...now, failed: [...failed, problem] });
      throw new Error(problem.words);
    }
    const before = now?.items ?? [];
    const items = withFound(before, uid, found.items);
    const isNews = hadFailed || items.length !== before.length || items.some((item, at) => item !== before[at]);
    if (!isNews) return;
    this.kept.note(this.put({ ...(now ?? none), same: (now?.same ?? 0) + (hadFailed ? found.same : 0), failed, items }), uid);
  }

  choose(node: string, id: string, choice: ReconcileChoice): ReconcileRun {
    const run = this.runOf(node);
    const item = run.items.find((one) => one.id === id);
    if (item === undefined) throw new CallError('notFound', 'there is no such difference (any more)');
    if (!item.choices.some((one) => one.id === choice)) throw new CallError('badRequest', 'this cannot be chosen here');
    if (item.applied !== undefined) throw new CallError('badRequest', 'this is done already');
    const next = this.put({ ...run, items: run.items.map((one) => (one.id === id ? { ...one, choice } : one)) });
    this.kept.note(next, item.StudyInstanceUID);
    return next;
  }

  /** One after another, and behind what is being applied already; what fails says so and can be applied again. With `seen` only rows that stand as somebody saw them. */
  apply(node: string, user: string, seen?: readonly SeenRow[]): Promise<ReconcileRun> {
    return this.turns.take(node, () => this.applyNow(node, user, seen));
  }

  private async applyNow(node: string, user: string, seen: readonly SeenRow[] | undefined): Promise<ReconcileRun> {
    for (const { id } of this.runOf(node).items) {
      const stands = (): ReconcileItem | undefined => this.runOf(node).items.find((one) => one.id === id);
      const isWanted = (one: ReconcileItem | undefined): one is ReconcileItem =>
        one?.choice !== undefined &&
        one.applied === undefined &&
        one.choice !== 'hold' &&
        seen?.some((row) => row.id === id && row.there === one.there && row.choice === one.choice) !== false;
      const known = stands();
      if (!isWanted(known)) continue;
      const isStale = known.isOld === true || known.choice === 'newId';
      const found = isStale ? await this.askedAgain(node, known) : undefined;
      const item = stands();
      if (!isWanted(item) || item.there !== known.there || (isStale && found === undefined)) continue;
      // Work that was made since the comparison is unsent work as well.
      const local = this.parts.local(node, item.StudyInstanceUID);
      if (local !== undefined && local.unsent > item.unsent && item.kind !== 'newObjects') {
        if ((await this.askedAgain(node, item)) === undefined) this.holdFor(node, stands() ?? item, local);
        continue;
      }
      try {
        const applied = await this.done(item, node, user, found?.remote);
        this.kept.old.note(node, { ...item, applied });
        this.parts.audit(user, `${item.StudyInstanceUID} with ${node}: ${item.kind}, ${item.choice}: ${applied}`);
        this.change(node, { ...item, applied, appliedBy: user, appliedAt: this.now() });
        this.letGo(node, item.StudyInstanceUID, user);
      } catch (error) {
        this.parts.audit(user, `${item.StudyInstanceUID} with ${node}: ${item.kind}, ${item.choice} failed`);
        this.change(node, { ...item, here: `${item.here}; it failed: ${error instanceof Error ? error.message : 'no reason given'}` });
      }
    }
    return this.runOf(node);
  }

  /** What was found before, or has work beside it that was not there then, is found again before anything is done about it. Undefined: the archive cannot be asked, and the row says so. */
  private async askedAgain(node: string, item: ReconcileItem): Promise<Found | undefined> {
    try {
      const found = await this.comparison.compare(node, item.StudyInstanceUID, 'none', AbortSignal.timeout(ASKED_AGAIN_MS));
      if (found.problem !== undefined) throw new Error(found.problem.words);
      this.kept.note(this.put({ ...this.runOf(node), items: withFound(this.runOf(node).items, item.StudyInstanceUID, found.items) }), item.StudyInstanceUID);
      return found;
    } catch (error) {
      this.change(node, { ...item, here: `${item.here.replace(NOT_DONE, '')}; not done: ${node} must be asked again first: ${wordsOf(error)}` });
      return undefined;
    }
  }

  /** There is work now that nobody knew of when the row was made, and what it means for the row cannot be asked: it waits, and is asked about before it is applied. */
  private holdFor(node: string, { choice: _choice, ...item }: ReconcileItem, { unsent }: LocalStudy): void {
    this.parts.hold(node, item.StudyInstanceUID, holdWords(item));
    this.change(node, { ...item, unsent, isOld: true });
  }

  /** `remote`: as the archive has just described the study. */
  private async done(item: ReconcileItem, node: string, user: string, remote: RemoteStudy | undefined): Promise<string> {
    const { does } = this.parts;
    switch (item.choice) {
      case 'follow':
        return item.kind === 'rejected' ? does.setAside(item, node) : does.fetchAgain(item, node, `re-identified at ${node}`);
      case 'useNew':
        return does.fetchAgain(item, node, `replaced at ${node}`);
      case 'newId': {
        if (remote === undefined) throw new Error(`${node} does not have the study any more`);
        return does.rewrite(item, node, remote, user);
      }
      case 'oldId':
        return 'sent as they are';
      case 'fetch':
        return does.fetch(item, node);
      case 'send':
        return does.send(item, node);
      case 'keep':
        return item.kind === 'missing' ? does.forgetProof(item, node) : 'kept as it is';
      default:
        return 'left as it is';
    }
  }

  /** Studies that the list does not know cannot be compared: it waits until that is made again, and begins anew. Until then nothing may go, and what is known stands. */
  private async compareAll(node: string, awaySince: string | undefined, tell: (done: number, total: number) => void, signal: AbortSignal): Promise<void> {
    let isWhole: boolean;
    do {
      if (!this.parts.isListWhole()) this.begin(node, awaySince, 0);
      await this.parts.listWhole(signal);
      const studies = this.parts.studiesAt(node);
      this.begin(node, awaySince, studies.length);
      tell(0, studies.length);
      isWhole = await this.compareEach(node, studies, tell, signal);
    } while (!isWhole);
    if (!this.parts.gate.finished(node)) throw new Error(`${node} was away meanwhile`);
    this.end(node);
  }

  private begin(node: string, awaySince: string | undefined, total: number): void {
    // what is known of a study stands until it was compared again
    const old =
      this.runs
        .get(node)
        ?.items.filter(({ applied }) => applied === undefined)
        .map((item) => ({ ...item, isOld: true })) ?? [];
    const run: ReconcileRun = {
      ...{ node, state: 'comparing', at: this.now(), compared: 0, total, same: 0, failed: [], items: old },
      ...(awaySince === undefined ? {} : { awaySince, backSince: this.now() }),
      ...(this.parts.isListWhole() ? {} : { waits: 'the list of images must be made again first' }),
    };
    this.parts.gate.began(node);
    this.put(run);
  }

  /** False: the list was lost meanwhile, and may be whole again. */
  private async compareEach(node: string, studies: readonly StudyUid[], tell: (done: number, total: number) => void, signal: AbortSignal): Promise<boolean> {
    const losses = this.parts.listLosses();
    const isSameList = (): boolean => this.parts.isListWhole() && this.parts.listLosses() === losses;
    let failedInARow = 0;
    for (const uid of studies) {
      signal.throwIfAborted();
      if (!isSameList()) return false;
      const { items, same, problem } = await this.comparison.compare(node, uid, 'none', signal);
      if (!isSameList()) return false;
      // rows are chosen about and applied while the comparison goes on: what stands now is what it goes on from
      const now = this.runOf(node);
      const failed = problem === undefined ? now.failed : [...now.failed, problem];
      const known = problem === undefined ? withFound(now.items, uid, items) : now.items;
      const next = this.put({ ...now, compared: now.compared + 1, same: now.same + same, failed, items: known });
      this.kept.note(next, uid);
      tell(next.compared, studies.length);
      failedInARow = problem === undefined ? 0 : failedInARow + 1;
      if (failedInARow >= MOST_FAILED_IN_A_ROW) throw new Error(`${String(failedInARow)} studies in a row could not be compared: ${problem?.words ?? ''}`);
    }
    return isSameList();
  }

  /** What was known of studies that are not here any more is nothing to choose about; one that is here and was not among those that are compared stands as it was found. */
  private end(node: string): void {
    const run = this.runOf(node);
    const failed = new Set<string>(run.failed.map(({ StudyInstanceUID }) => StudyInstanceUID));
    const isGone = (uid: StudyUid): boolean => !failed.has(uid) && !this.parts.isHere(uid);
    const gone = run.items.filter(({ isOld, StudyInstanceUID }) => isOld === true && isGone(StudyInstanceUID));
    const next = this.put({ ...run, state: 'ready', at: this.now(), items: run.items.filter((item) => !gone.includes(item)) });
    for (const { StudyInstanceUID } of gone) this.kept.note(next, StudyInstanceUID);
  }

  /** What waited for a choice goes when nothing of the study is left to choose. */
  private letGo(node: string, uid: StudyUid, user: string): void {
    const left = this.runOf(node).items.filter((item) => item.StudyInstanceUID === uid && item.applied === undefined);
    if (!left.some(isConflict)) this.parts.release(node, uid, user);
  }

  /** What was found stays to be chosen about; the rest was not compared, and is later. */
  private brokeOff(node: string, words: string): void {
    this.parts.gate.brokeOff(node, words);
    const run = this.runs.get(node);
    if (run?.state !== 'comparing') return;
    const { waits: _why, ...rest } = run;
    this.put({ ...rest, state: 'ready', at: this.now(), brokeOff: words });
  }

  /**
   * The study is not here any more, unless it came back meanwhile: nothing waits for a choice about it, nor is it asked again. Behind what is being applied, which may set it
   * aside to have it fetched anew.
   */
  async forget(uid: StudyUid): Promise<void> {
    for (const node of [...this.runs.keys()]) await this.turns.take(node, () => Promise.resolve(this.forgetAt(node, uid)));
    if (this.parts.isHere(uid)) return;
    this.kept.forget(uid);
    this.parts.gate.forget(uid);
  }

  private forgetAt(node: string, uid: StudyUid): void {
    const run = this.runOf(node);
    if (this.parts.isHere(uid)) return;
    const items = run.items.filter(({ StudyInstanceUID, applied, choice }) => StudyInstanceUID !== uid || (applied !== undefined && DOES.has(choice)));
    const failed = run.failed.filter(({ StudyInstanceUID }) => StudyInstanceUID !== uid);
    if (items.length < run.items.length || failed.length < run.failed.length) this.put({ ...run, items, failed });
  }

  /** When it is tried again, what could not be compared (ms since the epoch); undefined: not any more. */
  plan(node: string, atMs: number | undefined): void {
    const { nextTryAt: _before, ...run } = this.runOf(node);
    this.put({ ...run, ...(atMs === undefined ? {} : { nextTryAt: new Date(atMs).toISOString() }) });
  }

  /** What is not compared with the archive yet; undefined: it is being compared now. */
  left(node: string): 'everything' | StudyUid[] | undefined {
    const run = this.runs.get(node);
    if (run === undefined) return [];
    if (run.state === 'comparing') return undefined;
    return run.brokeOff === undefined ? run.failed.map(({ StudyInstanceUID }) => StudyInstanceUID) : 'everything';
  }

  private change(node: string, item: ReconcileItem): void {
    const run = this.runOf(node);
    // a comparison that went on meanwhile found nothing any more where it is done: that it is done is said all the same
    const isTaken = item.applied !== undefined && run.items.every(({ id }) => id !== item.id);
    const items = isTaken ? [...run.items, item] : run.items.map((one) => (one.id === item.id ? item : one));
    this.kept.note(this.put({ ...run, items }), item.StudyInstanceUID);
  }

  /** The last comparison with an archive. Throws CallError `notFound`. */
  runOf(node: string): ReconcileRun {
    const run = this.runs.get(node);
    if (run === undefined) throw new CallError('notFound', `nothing was compared with ${node} in this run`);
    return run;
  }

  private put(run: ReconcileRun): ReconcileRun {
    this.runs.set(run.node, run);
    this.parts.onChanged(run);
    return run;
  }

  private now(): string {
    return new Date(this.parts.clock.now()).toISOString();
  }
}
