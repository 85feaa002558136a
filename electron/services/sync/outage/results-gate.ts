import type { HeldResults } from '../../index';

export interface ResultsGateParts {
  /** It was away, and what changed there meanwhile is not settled. */
  isUnsettled(node: string): boolean;
  /** Other results may go now, or others wait. */
  onChanged(node: string): void;
}

/** Why results wait. */
export interface ResultsWait {
  readonly why: string;
  /** Something went wrong: it does not end by itself. */
  readonly isProblem: boolean;
  /** When it is compared again (ms since the epoch). */
  readonly nextTryMs?: number;
}

interface NodeGate {
  /** Everything was compared since it was away last. */
  isOpen: boolean;
  /** It went away while it was being compared: what was found before counts no more. */
  isStale: boolean;
  readonly cleared: Set<string>;
  /** Studies that could not be compared, and why. */
  readonly problems: Map<string, string>;
  brokeOff?: string | undefined;
  nextTryMs?: number | undefined;
}

/**
 * Results for an archive that was away wait until the study that they are about was compared: what was re-identified there must not get results of the old patient by
 * itself. Only a comparison that was made lets them go, or a person; one that failed or broke off holds them, with its reason.
 */
export class ResultsGate {
  private readonly gates = new Map<string, NodeGate>();
  /** By archive and study: known to be in conflict, nobody has chosen yet. */
  private readonly conflicts = new Map<string, string>();

  constructor(private readonly parts: ResultsGateParts) {}

  /** Which results wait; undefined: none. */
  held(node: string): HeldResults | undefined {
    const { isOpen, cleared, problems } = this.of(node);
    if (!this.parts.isUnsettled(node)) return undefined;
    if (!isOpen) return { but: true, studies: [...cleared] };
    return problems.size === 0 ? undefined : { but: false, studies: [...problems.keys()] };
  }

  /** Why results of a study wait; undefined: they do not. */
  why(node: string, StudyInstanceUID: string): ResultsWait | undefined {
    const gate = this.of(node);
    const next = gate.nextTryMs === undefined ? {} : { nextTryMs: gate.nextTryMs };
    if (!this.parts.isUnsettled(node)) return undefined;
    const problem = gate.problems.get(StudyInstanceUID);
    if (problem !== undefined) return { why: `the study could not be compared with ${node}: ${problem}`, isProblem: true, ...next };
    if (gate.isOpen || gate.cleared.has(StudyInstanceUID)) return undefined;
    return this.whyAll(node) ?? { why: `${node} was away: the study is compared with it first`, isProblem: false };
  }

  /** What went wrong with a whole comparison, or with some studies; undefined: nothing did. */
  problem(node: string): ResultsWait | undefined {
    const { problems, nextTryMs } = this.of(node);
    if (!this.parts.isUnsettled(node)) return undefined;
    const [words] = problems.values();
    const next = nextTryMs === undefined ? {} : { nextTryMs };
    return this.whyAll(node) ?? (words === undefined ? undefined : { why: `the study could not be compared with ${node}: ${words}`, isProblem: true, ...next });
  }

  /** Everything was compared since it was away last, or it was not away: what is left to settle stands in rows. */
  isCompared(node: string): boolean {
    return this.of(node).isOpen;
  }

  away(node: string): void {
    const gate = this.of(node);
    gate.isOpen = false;
    gate.isStale = true;
    gate.cleared.clear();
  }

  began(node: string): void {
    this.gates.set(node, fresh());
    this.parts.onChanged(node);
  }

  cleared(node: string, StudyInstanceUID: string): void {
    const gate = this.of(node);
    gate.problems.delete(StudyInstanceUID);
    // where all go, or where there was no outage, nothing has to be known of each
    if (!gate.isStale && !gate.isOpen && this.parts.isUnsettled(node)) gate.cleared.add(StudyInstanceUID);
    this.parts.onChanged(node);
  }

  failed(node: string, StudyInstanceUID: string, words: string): void {
    const gate = this.of(node);
    gate.cleared.delete(StudyInstanceUID);
    if (this.parts.isUnsettled(node)) gate.problems.set(StudyInstanceUID, words);
    this.parts.onChanged(node);
  }

  /** Every study was asked about. False: the archive was away meanwhile, and all of it counts no more. */
  finished(node: string): boolean {
    const gate = this.of(node);
    if (gate.isStale) return false;
    gate.isOpen = true;
    gate.brokeOff = undefined;
    gate.cleared.clear();
    this.parts.onChanged(node);
    return true;
  }

  /** Nothing is open: there was no outage when this was found. */
  open(node: string): void {
    const gate = this.of(node);
    gate.isOpen = true;
    gate.isStale = false;
    gate.cleared.clear();
  }

  /** The study is not here any more: there is nothing of it to send. */
  forget(StudyInstanceUID: string): void {
    for (const [node, { cleared, problems }] of this.gates) {
      const isCleared = cleared.delete(StudyInstanceUID);
      if (problems.delete(StudyInstanceUID) || isCleared) this.parts.onChanged(node);
    }
    for (const key of [...this.conflicts.keys()]) if (key.endsWith(` ${StudyInstanceUID}`)) this.conflicts.delete(key);
  }

  brokeOff(node: string, words: string): void {
    const gate = this.of(node);
    gate.isOpen = false;
    gate.brokeOff = words;
    this.parts.onChanged(node);
  }

  nextTry(node: string, atMs: number | undefined): void {
    this.of(node).nextTryMs = atMs;
    this.parts.onChanged(node);
  }

  /** What is ordered of the study from now on waits for a choice as well. `why` undefined: no longer. */
  conflict(node: string, StudyInstanceUID: string, why: string | undefined): void {
    if (why === undefined) this.conflicts.delete(`${node} ${StudyInstanceUID}`);
    else this.conflicts.set(`${node} ${StudyInstanceUID}`, why);
  }

  conflictOf(node: string, StudyInstanceUID: string): string | undefined {
    return this.conflicts.get(`${node} ${StudyInstanceUID}`);
  }

  private whyAll(node: string): ResultsWait | undefined {
    const { isOpen, brokeOff, nextTryMs } = this.of(node);
    if (isOpen || brokeOff === undefined) return undefined;
    return { why: `the comparison with ${node} broke off: ${brokeOff}`, isProblem: true, ...(nextTryMs === undefined ? {} : { nextTryMs }) };
  }

  private of(node: string): NodeGate {
    let gate = this.gates.get(node);
    if (gate === undefined) this.gates.set(node, (gate = fresh()));
    return gate;
  }
}

function fresh(): NodeGate {
  return { isOpen: false, isStale: false, cleared: new Set(), problems: new Map() };
}
