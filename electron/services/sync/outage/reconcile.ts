import { CallError } from '@shared/contract';
import { isConflict, type ReconcileChoice, type ReconcileItem, type ReconcileRun, type SeenRow, type StudyUid } from '@shared/domain';
import { z } from 'zod';
import type { Clock } from '../../host-environment';
import type { JobDefinition } from '../job-types';
import { compareStudy } from './compare-study';
import { MOST_FAILED_IN_A_ROW } from './compare-again';
import { holdWords, isAnswered, withFound, wordsOf } from './difference';
import type { HowToLook, LocalStudy, RemoteStudy, ReplacedObject, SampleSize } from './difference';
import { type DifferenceStore, KeptDifferences } from './kept-differences';
import { KeptOld } from './kept-old';
import type { ResultsGate } from './results-gate';
import { Turns } from '../../turns';

export interface ReconcileParts {
  readonly clock: Clock;
  /** Studies that an archive had, or that wait to be sent there: those with unsent work first, then the latest. */
  studiesAt(node: string): readonly StudyUid[];
  local(node: string, uid: StudyUid): LocalStudy | undefined;
  /** Undefined: the archive does not know it. Rejects with an Error in words when it cannot be asked. */
  remote(node: string, uid: StudyUid, here: ReadonlySet<string>, sample: SampleSize, signal: AbortSignal): Promise<Omit<RemoteStudy, 'replaced'> | undefined>;
  /** Objects of the study that the archive has with other content under the same UID. */
  replaced(node: string, local: LocalStudy, remote: RemoteStudy, how: HowToLook, signal: AbortSignal): Promise<readonly ReplacedObject[]>;
  /** Whether results of studies may go to an archive that was away: only what was compared lets them go. */
  readonly gate: Pick<ResultsGate, 'began' | 'cleared' | 'failed' | 'finished' | 'brokeOff'>;
  /** Orders of the study for the archive wait for a choice, or no longer; `why` of the hold. */
  hold(node: string, uid: StudyUid, why: string): void;
  /** Only what is ordered from now on. */
  holdNew(node: string, uid: StudyUid, why: string): void;
  release(node: string, uid: StudyUid, by: string): void;
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
  /** Outlives the program: what was found and not done about yet. */
  readonly kept: DifferenceStore;
  onNotKept(error: unknown): void;
  audit(user: string, detail: string): void;
  onChanged(run: ReconcileRun): void;
}

const Input = z.object({ node: z.string(), awaySince: z.string().optional() });
/** One lost answer is no deletion: what was not found is asked for a second time. */
const ASKED = 2;
const ASKED_AGAIN_MS = 60_000;
const NOT_DONE = /; not done: .*$/;
const SYSTEM = 'system';

/** What the comparison of one study came to. */
interface Found {
  readonly items: readonly ReconcileItem[];
  /** Studies without a difference: 0 or 1. */
  readonly same: number;
  readonly problem?: ReconcileRun['failed'][number];
}

/** Compares what is here with an archive that was away, and does what people choose about each difference. */
export class Reconcile {
  private readonly runs = new Map<string, ReconcileRun>();
  /** What archives said of studies that differ, by archive and study: values as they are, for writing results again. */
  private readonly found = new Map<string, RemoteStudy>();
  private readonly keptOld = new KeptOld();
  private readonly kept: KeptDifferences;
  private readonly turns = new Turns();

  constructor(private readonly parts: ReconcileParts) {
    this.kept = new KeptDifferences(parts.kept, (error) => parts.onNotKept(error));
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
    const found = await this.compared(node, uid, sample, signal);
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
      if (!isWanted(known) || (known.isOld === true && !(await this.isAskedAgain(node, known)))) continue;
      const item = stands();
      if (!isWanted(item) || item.there !== known.there) continue;
      // Work that was made since the comparison is unsent work as well.
      const local = this.parts.local(node, item.StudyInstanceUID);
      if (local !== undefined && local.unsent > item.unsent && item.kind !== 'newObjects') {
        this.askAgain(node, item, local);
        continue;
      }
      try {
        const applied = await this.done(item, node, user);
        this.keptOld.note(node, item);
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

  /** What was found before is found again before anything is done about it. */
  private async isAskedAgain(node: string, item: ReconcileItem): Promise<boolean> {
    try {
      const { items, problem } = await this.compared(node, item.StudyInstanceUID, 'none', AbortSignal.timeout(ASKED_AGAIN_MS));
      if (problem !== undefined) throw new Error(problem.words);
      this.kept.note(this.put({ ...this.runOf(node), items: withFound(this.runOf(node).items, item.StudyInstanceUID, items) }), item.StudyInstanceUID);
      return true;
    } catch (error) {
      this.change(node, { ...item, here: `${item.here.replace(NOT_DONE, '')}; not done: ${node} must be asked again first: ${wordsOf(error)}` });
      return false;
    }
  }

  private async done(item: ReconcileItem, node: string, user: string): Promise<string> {
    const { does } = this.parts;
    switch (item.choice) {
      case 'follow':
        return item.kind === 'rejected' ? does.setAside(item, node) : does.fetchAgain(item, node, `re-identified at ${node}`);
      case 'useNew':
        return does.fetchAgain(item, node, `replaced at ${node}`);
      case 'newId': {
        const values = this.found.get(`${node} ${item.StudyInstanceUID}`);
        if (values === undefined) throw new Error(`what ${node} says of the patient is not known any more: compare again`);
        return does.rewrite(item, node, values, user);
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

  private async compareAll(node: string, awaySince: string | undefined, tell: (done: number, total: number) => void, signal: AbortSignal): Promise<void> {
    const studies = this.parts.studiesAt(node);
    // what is known of a study stands until it was compared again
    const old =
      this.runs
        .get(node)
        ?.items.filter(({ applied }) => applied === undefined)
        .map((item) => ({ ...item, isOld: true })) ?? [];
    const run: ReconcileRun = {
      ...{ node, state: 'comparing', at: this.now(), compared: 0, total: studies.length, same: 0, failed: [], items: old },
      ...(awaySince === undefined ? {} : { awaySince, backSince: this.now() }),
    };
    for (const key of [...this.found.keys()]) if (key.startsWith(`${node} `)) this.found.delete(key);
    this.parts.gate.began(node);
    this.put(run);
    tell(0, studies.length);
    let failedInARow = 0;
    for (const uid of studies) {
      signal.throwIfAborted();
      const { items, same, problem } = await this.compared(node, uid, 'none', signal);
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
    if (!this.parts.gate.finished(node)) throw new Error(`${node} was away meanwhile`);
    this.end(node);
  }

  /** What was known of studies that are not here any more is nothing to choose about; one that is here and was not among those that are compared stands as it was found. */
  private end(node: string): void {
    const run = this.runOf(node);
    const failed = new Set<string>(run.failed.map(({ StudyInstanceUID }) => StudyInstanceUID));
    const isGone = (uid: StudyUid): boolean => !failed.has(uid) && this.parts.local(node, uid) === undefined;
    const gone = run.items.filter(({ isOld, StudyInstanceUID }) => isOld === true && isGone(StudyInstanceUID));
    const next = this.put({ ...run, state: 'ready', at: this.now(), items: run.items.filter((item) => !gone.includes(item)) });
    for (const { StudyInstanceUID } of gone) this.kept.note(next, StudyInstanceUID);
  }

  private async compared(node: string, uid: StudyUid, sample: SampleSize, signal: AbortSignal): Promise<Found> {
    let PatientName = '';
    try {
      const local = this.parts.local(node, uid);
      if (local === undefined) return { items: [], same: 0 };
      ({ PatientName } = local);
      const here = new Set(local.objects.map(({ SOPInstanceUID }) => SOPInstanceUID));
      let remote: RemoteStudy | undefined;
      for (let n = 0; n < ASKED && remote === undefined; n++) {
        const found = await this.parts.remote(node, uid, here, sample, signal);
        remote = found && { ...found, replaced: [] };
      }
      let items = compareStudy(node, local, remote);
      // another patient's values stand in every object: that is one difference, not many
      if (remote !== undefined && !items.some(({ kind }) => kind === 'reidentified')) {
        const known = this.runs.get(node)?.items.flatMap((one) => (one.id === `replaced ${uid}` && one.applied === undefined ? one.objects : [])) ?? [];
        const how = { sample, known, answered: this.keptOld.of(node, uid) };
        remote = { ...remote, replaced: this.keptOld.without(node, uid, await this.parts.replaced(node, local, remote, how, signal)) };
        items = compareStudy(node, local, remote);
      }
      if (remote !== undefined && items.length > 0) this.found.set(`${node} ${uid}`, remote);
      const conflict = items.find((item) => isConflict(item) && !isAnswered(item, this.runs.get(node)?.items ?? []));
      if (conflict !== undefined) this.parts.hold(node, uid, holdWords(conflict));
      else this.parts.release(node, uid, SYSTEM);
      // what is in conflict is held by its orders
      this.parts.gate.cleared(node, uid);
      return { items: items.map((item) => ({ ...item, seenAt: this.now() })), same: items.length === 0 ? 1 : 0 };
    } catch (error) {
      signal.throwIfAborted();
      const words = wordsOf(error);
      this.parts.gate.failed(node, uid, words);
      return { items: [], same: 0, problem: { StudyInstanceUID: uid, PatientName, words } };
    }
  }

  /** What waited for a choice goes when nothing of the study is left to choose. */
  private letGo(node: string, uid: StudyUid, user: string): void {
    const left = this.runOf(node).items.filter((item) => item.StudyInstanceUID === uid && item.applied === undefined);
    if (!left.some(isConflict)) this.parts.release(node, uid, user);
  }

  private askAgain(node: string, item: ReconcileItem, local: LocalStudy): void {
    const remote = this.found.get(`${node} ${item.StudyInstanceUID}`);
    const { choice: _choice, ...rest } = compareStudy(node, local, remote).find(({ id }) => id === item.id) ?? { ...item, unsent: local.unsent };
    this.parts.hold(node, item.StudyInstanceUID, holdWords(rest));
    this.change(node, rest);
  }

  /** What was found stays to be chosen about; the rest was not compared, and is later. */
  private brokeOff(node: string, words: string): void {
    this.parts.gate.brokeOff(node, words);
    const run = this.runs.get(node);
    if (run?.state === 'comparing') this.put({ ...run, state: 'ready', at: this.now(), brokeOff: words });
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
