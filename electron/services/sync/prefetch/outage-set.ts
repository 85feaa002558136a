import { CallError } from '@shared/contract';
import { type OutagePlan, type OutageRule, OutageSet, type OutageStudy, type ScheduledPatient, type StudyUid } from '@shared/domain';
import type { JobDefinition } from '../job-types';
import { every, type Timers } from '../outbox';
import { type ListedStudy, scheduledBy, studiesOf, type StudyQuestions, type Wanted } from './rule-studies';

export interface OutageSetParts extends StudyQuestions {
  readonly timers: Timers;
  /** The kept set, parsed again here; anything: none is kept yet. */
  load(): unknown;
  save(set: OutageSet): void;
  /** SOP Instance UIDs that an archive has of a study. Rejects with an Error in words. */
  contents(node: string, uid: StudyUid, signal: AbortSignal): Promise<readonly string[]>;
  isHere(SOPInstanceUID: string): boolean;
  /** Bytes of a study that are here. */
  sizeOf(StudyInstanceUID: StudyUid): number;
  /** Why nothing more is fetched now: no room. */
  refusal(): string | undefined;
  /** Fetches a study, before nobody's work; resolves when it has ended, however. */
  fetch(study: ListedStudy, node: string, signal: AbortSignal): Promise<void>;
  /** Compares some of a study that was here already with the archive's copies: its list of UIDs does not tell that one was replaced. Returns how many bytes came, at most. */
  compareContent(node: string, uid: StudyUid, signal: AbortSignal): Promise<number>;
  onChanged(set: OutageSet): void;
  /** Starts the job below. */
  start(): void;
}

const MOST_STUDIES = 2000;
const LOOK_EVERY_MS = 10 * 60_000;
const EMPTY: OutageSet = { plan: { rules: [] }, studies: [], scheduled: [], problems: [] };

/** Keeps the studies that rules want here before an archive goes away: finds them, verifies each against the archive's own list, fetches what is missing. */
export class OutageSets {
  private set: OutageSet;
  private lastRunDay = '';
  private stopTimer: (() => void) | undefined;

  constructor(private readonly parts: OutageSetParts) {
    const parsed = OutageSet.safeParse(parts.load());
    this.set = parsed.success ? parsed.data : EMPTY;
  }

  get(): OutageSet {
    return this.set;
  }

  plan(plan: OutagePlan): OutageSet {
    const ids = plan.rules.map(({ id }) => id);
    if (new Set(ids).size < ids.length) throw new CallError('badRequest', 'two rules have the same id');
    const { comparedAt, ...set } = this.set;
    // What was found before says nothing of other rules.
    return this.put({ ...set, ...(comparedAt !== undefined && areSame(plan.rules, set.plan.rules) && { comparedAt }), plan });
  }

  /** Runs by itself at the hour of the plan, once a day. */
  watch(): void {
    this.stopTimer = every(this.parts.timers, LOOK_EVERY_MS, () => {
      const now = new Date(this.parts.timers.now());
      const day = now.toDateString();
      if (now.getHours() === this.set.plan.hour && this.lastRunDay !== day && this.set.plan.rules.length > 0) {
        this.lastRunDay = day;
        this.parts.start();
      }
    });
  }

  close(): void {
    this.stopTimer?.();
  }

  job(): JobDefinition {
    return {
      unit: 'studies',
      title: () => 'Make the outage set ready',
      key: () => 'outageSet',
      run: async ({ progress, signal }) => {
        const { rules } = this.set.plan;
        const { wanted, scheduled, problems } = await this.wanted(rules, signal);
        this.put({ ...this.set, problems, scheduled, studies: wanted.map((one) => rowOf(one, { here: 0, ready: false, waits: 'not compared yet' })) });
        progress.set(0, wanted.length);
        for (const [at, one] of wanted.entries()) {
          signal.throwIfAborted();
          const row = await this.verified(one, signal);
          this.put({ ...this.set, studies: this.set.studies.with(at, row) });
          if (!row.ready) progress.note(`${one.study.StudyInstanceUID}: ${row.waits}`);
          progress.set(at + 1, wanted.length);
        }
        if (areSame(rules, this.set.plan.rules)) this.put({ ...this.set, comparedAt: new Date(this.parts.timers.now()).toISOString() });
      },
    };
  }

  /** What the rules want, each study once, in the order of the rules; a rule whose archive does not answer keeps what it wanted before. */
  private async wanted(rules: readonly OutageRule[], signal: AbortSignal): Promise<{ wanted: Wanted[]; scheduled: ScheduledPatient[]; problems: string[] }> {
    const wanted = new Map<string, Wanted>();
    const scheduled: ScheduledPatient[] = [];
    const problems: string[] = [];
    for (const rule of rules) {
      try {
        const now = this.parts.timers.now();
        const found =
          rule.worklist === '' ? { wanted: await studiesOf(this.parts, rule, now, signal), scheduled: [] } : await scheduledBy(this.parts, rule, now, signal);
        scheduled.push(...found.scheduled);
        for (const one of found.wanted) if (wanted.size < MOST_STUDIES && !wanted.has(one.study.StudyInstanceUID)) wanted.set(one.study.StudyInstanceUID, one);
      } catch (error) {
        signal.throwIfAborted();
        problems.push(`${rule.name}: ${error instanceof Error ? error.message : 'no reason given'}`);
        scheduled.push(...this.set.scheduled.filter((one) => one.worklist === rule.worklist && one.node === rule.node));
        for (const row of this.set.studies) {
          if (row.node === rule.node && !wanted.has(row.StudyInstanceUID))
            wanted.set(row.StudyInstanceUID, { study: { ...row, IssuerOfPatientID: '', ModalitiesInStudy: row.Modalities }, node: row.node, why: row.why });
        }
      }
    }
    scheduled.sort((a, b) => (a.date + a.time).localeCompare(b.date + b.time));
    return { wanted: [...wanted.values()], scheduled, problems };
  }

  /** Ready only when the archive's own list of UIDs is here, all of it. */
  private async verified(one: Wanted, signal: AbortSignal): Promise<OutageStudy> {
    const { study, node } = one;
    try {
      let uids = await this.parts.contents(node, study.StudyInstanceUID, signal);
      let here = uids.filter((uid) => this.parts.isHere(uid)).length;
      if (uids.length === 0) return rowOf(one, { here: 0, ready: false, waits: `not found at ${node}` });
      const wasHere = here === uids.length;
      if (!wasHere) {
        const refusal = this.parts.refusal();
        if (refusal !== undefined) return rowOf(one, { expected: uids.length, here, ready: false, waits: refusal });
        await this.fetched(study, node, signal);
        uids = await this.parts.contents(node, study.StudyInstanceUID, signal);
        here = uids.filter((uid) => this.parts.isHere(uid)).length;
      }
      const ready = here === uids.length;
      if (wasHere) await this.within(await this.parts.compareContent(node, study.StudyInstanceUID, signal), signal);
      return rowOf(one, { expected: uids.length, here, ready, waits: ready ? '' : `${String(here)} of ${String(uids.length)} came from ${node}` });
    } catch (error) {
      signal.throwIfAborted();
      return rowOf(one, { here: 0, ready: false, waits: error instanceof Error ? error.message : 'no reason given' });
    }
  }

  /** Fetches, and then rests until what came is within the bound of the line. */
  private async fetched(study: ListedStudy, node: string, signal: AbortSignal): Promise<void> {
    const { timers, sizeOf, fetch } = this.parts;
    const [beganMs, before] = [timers.monotonic(), sizeOf(study.StudyInstanceUID)];
    await fetch(study, node, signal);
    await this.within(sizeOf(study.StudyInstanceUID) - before, signal, timers.monotonic() - beganMs);
  }

  /** Rests until so many bytes are within the bound of the line. */
  private async within(bytes: number, signal: AbortSignal, tookMs = 0): Promise<void> {
    const { megabitsPerSecond } = this.set.plan;
    if (megabitsPerSecond === undefined) return;
    const restMs = (bytes * 8) / (megabitsPerSecond * 1000) - tookMs;
    if (restMs > 0) await rest(this.parts.timers, restMs, signal);
  }

  private put(set: OutageSet): OutageSet {
    this.set = set;
    this.parts.save(set);
    this.parts.onChanged(set);
    return set;
  }
}

/** Both lists want the same studies. */
function areSame(rules: readonly OutageRule[], others: readonly OutageRule[]): boolean {
  return JSON.stringify(rules) === JSON.stringify(others);
}

/** Rejects when it is cancelled. */
async function rest(timers: Timers, ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const end = (): void => {
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = timers.after(ms, end);
    signal.addEventListener('abort', end);
  });
  signal.throwIfAborted();
}

function rowOf({ study, node, why }: Wanted, state: Pick<OutageStudy, 'here' | 'ready' | 'waits'> & { readonly expected?: number }): OutageStudy {
  const { StudyInstanceUID, PatientName, PatientID, StudyDate, StudyDescription, ModalitiesInStudy } = study;
  return { StudyInstanceUID, PatientName, PatientID, StudyDate, StudyDescription, Modalities: [...ModalitiesInStudy], node, why, ...state };
}
