import { randomInt } from 'node:crypto';
import type { IncomingObject, ObjectStore } from '../cache';
import { type AssociationEvent, type AssociationPool, FIRST_CHOSEN_ID, hostMatcher, move, type MoveResult, type ScuTarget } from '../dimse';
import { arrivalsOf } from './arrivals';
import type { RetrieveStep } from './plan-retrieve';

export interface MoveCopiesParts {
  readonly pool: AssociationPool;
  /** Takes what is received. */
  readonly store: ObjectStore;
  onAssociation(listener: (event: AssociationEvent) => void): () => void;
}

export interface CopiesWanted {
  readonly StudyInstanceUID: string;
  readonly step: RetrieveStep;
  /** Takes the copies that are for this comparison. */
  readonly into: ObjectStore;
}

interface Run {
  readonly StudyInstanceUID: string;
  /** Ours. */
  readonly aeTitle: string;
  readonly archive: { readonly aeTitle: string; isAt(host: string): boolean };
  readonly uids: ReadonlySet<string>;
  readonly into: ObjectStore;
  /** The C-MOVE has not been answered to its end. */
  isAsked: boolean;
  /** Associations by which copies of it came. */
  readonly associations: Set<number>;
  hasTaken: boolean;
}

/** Runs that ended stay known: an archive that was told to stop, or answered before it was done, may send what was on its way. */
const REMEMBERED_RUNS = 32;
const IDS = 0x10000 - FIRST_CHOSEN_ID;

/**
 * Copies for a comparison from archives that send by C-MOVE alone: they come in by the front door, to our own SCP. What answers the C-MOVE of a comparison goes to it, whether the object
 * is still here or somebody deleted it meanwhile; everything else is received as ever, whoever sends it.
 */
export class MoveCopies {
  private readonly runs = new Map<number, Run>();
  /** Studies that are being fetched to be kept: by how many at the same time. */
  private readonly retrieved = new Map<string, number>();
  private readonly known = new Set<string>();
  private readonly withoutGet = new Set<string>();
  /** Not the numbers of the program that ran before: a C-MOVE of it may still be at work. */
  private lastId = randomInt(IDS);

  constructor(private readonly parts: MoveCopiesParts) {}

  /** For the SCP: every object that somebody sends to this station comes to it. */
  get store(): ObjectStore {
    const { store } = this.parts;
    return {
      receive: (incoming) => (this.takenBy(incoming)?.into ?? store).receive(incoming),
      burst: () => store.burst?.() ?? ((): void => undefined),
      admission: () => store.admission(),
    };
  }

  /** Objects of the study are fetched to be kept until what this returns is called: an object of it that names no C-MOVE of a comparison is no copy meanwhile. */
  retrieving(StudyInstanceUID: string): () => void {
    const count = (by: number): void => {
      const now = (this.retrieved.get(StudyInstanceUID) ?? 0) + by;
      if (now > 0) this.retrieved.set(StudyInstanceUID, now);
      else this.retrieved.delete(StudyInstanceUID);
    };
    count(1);
    return () => count(-1);
  }

  /** In this run of the program: it gives no copy by C-GET. */
  isWithoutGet(target: ScuTarget): boolean {
    return this.withoutGet.has(keyOf(target));
  }

  noteWithoutGet(target: ScuTarget): void {
    this.withoutGet.add(keyOf(target));
  }

  /** Copies of it came to a comparison in this run of the program. Where they do not (it sends under another title, or from another machine) each is received as any object is. */
  isToldApart(target: ScuTarget): boolean {
    return this.known.has(keyOf(target));
  }

  /** Asks for the copies and resolves when the archive has sent them all. Never throws for what the archive does. */
  async fetch(target: ScuTarget, { StudyInstanceUID, step, into }: CopiesWanted, signal: AbortSignal): Promise<MoveResult> {
    const uids = new Set(step.wanted.map(({ SOPInstanceUID }) => SOPInstanceUID));
    const archive = { aeTitle: target.calledAeTitle.trim(), isAt: await hostMatcher(target.host.trim()) };
    const about = { StudyInstanceUID, aeTitle: target.callingAeTitle.trim(), archive, uids, into };
    const run: Run = { ...about, isAsked: true, associations: new Set(), hasTaken: false };
    const messageId = this.begin(run);
    try {
      const request = { root: 'study' as const, level: step.level, keys: step.keys, destination: target.callingAeTitle, messageId };
      const isOurs = ({ SOPInstanceUID }: { SOPInstanceUID: string }): boolean => uids.has(SOPInstanceUID);
      return await move({ pool: this.parts.pool, arrivals: arrivalsOf(this.parts.onAssociation) }, target, { ...request, isOurs }, signal);
    } finally {
      run.isAsked = false;
      if (run.hasTaken) this.known.add(keyOf(target));
    }
  }

  private begin(run: Run): number {
    this.lastId = (this.lastId + 1) % IDS;
    const messageId = FIRST_CHOSEN_ID + this.lastId;
    this.runs.set(messageId, run);
    for (const old of this.runs.keys()) {
      if (this.runs.size <= REMEMBERED_RUNS) break;
      this.runs.delete(old);
    }
    return messageId;
  }

  private takenBy(incoming: IncomingObject): Run | undefined {
    const { moveOriginator: origin, SOPInstanceUID, source } = incoming;
    const named = origin === undefined ? undefined : this.runs.get(origin.messageId);
    const isNamed = named !== undefined && named.aeTitle === origin?.aeTitle && named.uids.has(SOPInstanceUID);
    const run = isNamed ? named : this.answered(incoming);
    if (run === undefined) return undefined;
    run.hasTaken = true;
    if (source.kind === 'association') run.associations.add(source.associationId);
    return run;
  }

  /** Of several comparisons that asked for it the one that asks now, else the last: an archive may send for all of them by one association, which it keeps open. */
  private answered(incoming: IncomingObject): Run | undefined {
    const runs = [...this.runs.values()].reverse().filter((run) => this.isAnswer(run, incoming));
    return runs.find(({ isAsked }) => isAsked) ?? runs[0];
  }

  /**
   * Of an archive that does not name our C-MOVE: under its title and from its address, while it answers or by an association that brought copies before, an object that was asked for,
   * of a study that nobody fetches to keep at the same time. One that says to answer somebody else's C-MOVE is none.
   */
  private isAnswer(run: Run, { moveOriginator: origin, SOPInstanceUID, source }: IncomingObject): boolean {
    if (source.kind !== 'association' || !run.uids.has(SOPInstanceUID) || (origin !== undefined && origin.aeTitle !== run.archive.aeTitle)) return false;
    if (source.callingAeTitle !== run.archive.aeTitle || !run.archive.isAt(source.host)) return false;
    return (run.isAsked || run.associations.has(source.associationId)) && !this.retrieved.has(run.StudyInstanceUID);
  }
}

function keyOf({ calledAeTitle, host, port }: ScuTarget): string {
  return JSON.stringify([calledAeTitle, host, port]);
}
