import { CallError } from '@shared/contract';
import { type OutagePlan, type OutageRule, OutageSet, type OutageStudy, type StudyUid } from '@shared/domain';
import type { JobDefinition } from '../job-types';
import type { Timers } from '../outbox';

/** A study as an archive lists it. */
export interface ListedStudy {
  readonly StudyInstanceUID: StudyUid;
  readonly PatientName: string;
  readonly PatientID: string;
  readonly StudyDate: string;
  readonly StudyDescription: string;
  readonly ModalitiesInStudy: readonly string[];
}

export interface OutageSetParts {
  readonly timers: Timers;
  /** The kept set, parsed again here; anything: none is kept yet. */
  load(): unknown;
  save(set: OutageSet): void;
  /** Studies of an archive, by date (DA, inclusive) or patient. Rejects with an Error in words. */
  find(
    node: string,
    by: { readonly from?: string; readonly to?: string; readonly PatientID?: string; readonly modality?: string },
    signal: AbortSignal,
  ): Promise<ListedStudy[]>;
  /** SOP Instance UIDs that an archive has of a study. Rejects with an Error in words. */
  contents(node: string, uid: StudyUid, signal: AbortSignal): Promise<readonly string[]>;
  isHere(SOPInstanceUID: string): boolean;
  /** Why nothing more is fetched now: no room. */
  refusal(): string | undefined;
  /** Fetches a study, before nobody's work; resolves when it has ended, however. */
  fetch(study: ListedStudy, node: string, signal: AbortSignal): Promise<void>;
  onChanged(set: OutageSet): void;
  /** Starts the job below. */
  start(): void;
}

const MOST_STUDIES = 2000;
const LOOK_EVERY_MS = 10 * 60_000;
const EMPTY: OutageSet = { plan: { rules: [] }, studies: [], problems: [] };

interface Wanted {
  readonly study: ListedStudy;
  readonly node: string;
  readonly why: string;
}

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
    return this.put({ ...this.set, plan });
  }

  /** Runs by itself at the hour of the plan, once a day. */
  watch(): void {
    this.stopTimer = this.parts.timers.after(LOOK_EVERY_MS, () => {
      const now = new Date(this.parts.timers.now());
      const day = now.toDateString();
      if (now.getHours() === this.set.plan.hour && this.lastRunDay !== day && this.set.plan.rules.length > 0) {
        this.lastRunDay = day;
        this.parts.start();
      }
      this.watch();
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
        const { wanted, problems } = await this.wanted(signal);
        this.put({ ...this.set, problems, studies: wanted.map((one) => rowOf(one, { here: 0, ready: false, waits: 'not compared yet' })) });
        progress.set(0, wanted.length);
        for (const [at, one] of wanted.entries()) {
          signal.throwIfAborted();
          const row = await this.verified(one, signal);
          this.put({ ...this.set, studies: this.set.studies.with(at, row) });
          if (!row.ready) progress.note(`${one.study.StudyInstanceUID}: ${row.waits}`);
          progress.set(at + 1, wanted.length);
        }
        this.put({ ...this.set, comparedAt: new Date(this.parts.timers.now()).toISOString() });
      },
    };
  }

  /** What the rules want, each study once, in the order of the rules; a rule whose archive does not answer keeps what it wanted before. */
  private async wanted(signal: AbortSignal): Promise<{ wanted: Wanted[]; problems: string[] }> {
    const wanted = new Map<string, Wanted>();
    const problems: string[] = [];
    for (const rule of this.set.plan.rules) {
      try {
        for (const one of await this.ofRule(rule, signal))
          if (wanted.size < MOST_STUDIES && !wanted.has(one.study.StudyInstanceUID)) wanted.set(one.study.StudyInstanceUID, one);
      } catch (error) {
        signal.throwIfAborted();
        problems.push(`${rule.name}: ${error instanceof Error ? error.message : 'no reason given'}`);
        for (const row of this.set.studies) {
          if (row.node === rule.node && !wanted.has(row.StudyInstanceUID))
            wanted.set(row.StudyInstanceUID, { study: { ...row, ModalitiesInStudy: row.Modalities }, node: row.node, why: row.why });
        }
      }
    }
    return { wanted: [...wanted.values()], problems };
  }

  private async ofRule(rule: OutageRule, signal: AbortSignal): Promise<Wanted[]> {
    const { node, name, modality, days, priors, priorYears, samePriors } = rule;
    const today = this.parts.timers.now();
    const found = await this.parts.find(node, { from: dayOf(today, days), ...(modality === '' ? {} : { modality }) }, signal);
    const wanted: Wanted[] = found.map((study) => ({ study, node, why: name }));
    if (priors === 0) return wanted;
    for (const study of found) {
      // Studies without a Patient ID are of different people: they have no priors.
      if (study.PatientID === '') continue;
      const others = await this.parts.find(node, { PatientID: study.PatientID, from: dayOf(today, priorYears * 365) }, signal);
      const older = others
        .filter((other) => other.StudyInstanceUID !== study.StudyInstanceUID && other.StudyDate <= study.StudyDate)
        .filter((other) => !samePriors || other.ModalitiesInStudy.some((one) => study.ModalitiesInStudy.includes(one)))
        .sort((a, b) => b.StudyDate.localeCompare(a.StudyDate));
      wanted.push(...older.slice(0, priors).map((prior) => ({ study: prior, node, why: `${name}: prior` })));
    }
    return wanted;
  }

  /** Ready only when the archive's own list of UIDs is here, all of it. */
  private async verified(one: Wanted, signal: AbortSignal): Promise<OutageStudy> {
    const { study, node } = one;
    try {
      let uids = await this.parts.contents(node, study.StudyInstanceUID, signal);
      let here = uids.filter((uid) => this.parts.isHere(uid)).length;
      if (uids.length === 0) return rowOf(one, { here: 0, ready: false, waits: `not found at ${node}` });
      if (here < uids.length) {
        const refusal = this.parts.refusal();
        if (refusal !== undefined) return rowOf(one, { expected: uids.length, here, ready: false, waits: refusal });
        await this.parts.fetch(study, node, signal);
        uids = await this.parts.contents(node, study.StudyInstanceUID, signal);
        here = uids.filter((uid) => this.parts.isHere(uid)).length;
      }
      const ready = here === uids.length;
      return rowOf(one, { expected: uids.length, here, ready, waits: ready ? '' : `${String(here)} of ${String(uids.length)} came from ${node}` });
    } catch (error) {
      signal.throwIfAborted();
      return rowOf(one, { here: 0, ready: false, waits: error instanceof Error ? error.message : 'no reason given' });
    }
  }

  private put(set: OutageSet): OutageSet {
    this.set = set;
    this.parts.save(set);
    this.parts.onChanged(set);
    return set;
  }
}

function rowOf({ study, node, why }: Wanted, state: Pick<OutageStudy, 'here' | 'ready' | 'waits'> & { readonly expected?: number }): OutageStudy {
  const { StudyInstanceUID, PatientName, PatientID, StudyDate, StudyDescription, ModalitiesInStudy } = study;
  return { StudyInstanceUID, PatientName, PatientID, StudyDate, StudyDescription, Modalities: [...ModalitiesInStudy], node, why, ...state };
}

/** DA of a day so many days ago, in the station's own time zone. */
function dayOf(nowMs: number, daysAgo: number): string {
  const now = new Date(nowMs);
  const day = new Date(now.getFullYear(), now.getMonth(), now.getDate() - daysAgo);
  return `${String(day.getFullYear())}${String(day.getMonth() + 1).padStart(2, '0')}${String(day.getDate()).padStart(2, '0')}`;
}
