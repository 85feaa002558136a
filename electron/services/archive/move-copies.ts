import { randomInt } from 'node:crypto';
import type { CopyVerdict, IncomingObject, ObjectStore } from '../cache';
import { type AssociationEvent, type AssociationPool, createSenderPolicy, FIRST_CHOSEN_ID, move, type MoveResult, type ScuTarget } from '../dimse';
import { arrivalsOf } from './arrivals';
import type { RetrieveStep } from './plan-retrieve';

export interface MoveCopiesParts {
  readonly pool: AssociationPool;
  /** Takes what is received. */
  readonly store: ObjectStore;
  /** Durable here: there is something to compare a copy with. */
  isHere(SOPInstanceUID: string): boolean;
  onAssociation(listener: (event: AssociationEvent) => void): () => void;
}

export interface CopiesWanted {
  readonly step: RetrieveStep;
  /** Takes the copies that are surely for this comparison. */
  readonly into: ObjectStore;
  /** Of the others, which were received as any object is: what that told of their content. */
  tell(SOPInstanceUID: string, verdict: CopyVerdict): void;
}

interface Run {
  readonly aeTitle: string;
  readonly uids: ReadonlySet<string>;
  readonly into: ObjectStore;
  /** What went to the comparison. */
  readonly taken: Set<string>;
}

/** Runs that ended stay known: an archive that was told to stop, or answered before it was done, may send what was on its way. */
const REMEMBERED_RUNS = 32;
const IDS = 0x10000 - FIRST_CHOSEN_ID;

/**
 * Copies for a comparison from archives that send by C-MOVE alone: they come in by the front door, to our own SCP. What is surely a copy for a comparison (it names our C-MOVE as its
 * originator, was asked for, and is here already) goes to it; everything else is received as ever, whoever sends it.
 */
export class MoveCopies {
  private readonly runs = new Map<number, Run>();
  private readonly origins = new Map<string, boolean>();
  private readonly withoutGet = new Set<string>();
  /** Not the numbers of the program that ran before: a C-MOVE of it may still be at work. */
  private lastId = randomInt(IDS);

  constructor(private readonly parts: MoveCopiesParts) {}

  /** For the SCP: every object that somebody sends to this station comes to it. */
  get store(): ObjectStore {
    const { store } = this.parts;
    return {
      receive: (incoming) => {
        const run = this.runOf(incoming);
        run?.taken.add(incoming.SOPInstanceUID);
        return (run?.into ?? store).receive(incoming);
      },
      burst: () => store.burst?.() ?? ((): void => undefined),
      admission: () => store.admission(),
    };
  }

  /** In this run of the program: it gives no copy by C-GET. */
  isWithoutGet(target: ScuTarget): boolean {
    return this.withoutGet.has(keyOf(target));
  }

  noteWithoutGet(target: ScuTarget): void {
    this.withoutGet.add(keyOf(target));
  }

  /** Whether its objects name the C-MOVE that they answer; undefined: not seen in this run of the program. Where they do not, copies of other content come to stand in quarantine. */
  namesOrigin(target: ScuTarget): boolean | undefined {
    return this.origins.get(keyOf(target));
  }

  /** Asks for the copies and resolves when the archive has sent them all. Never throws for what the archive does. */
  async fetch(target: ScuTarget, { step, into, tell }: CopiesWanted, signal: AbortSignal): Promise<MoveResult> {
    const uids = new Set(step.wanted.map(({ SOPInstanceUID }) => SOPInstanceUID));
    const taken = new Set<string>();
    const messageId = this.begin({ aeTitle: target.callingAeTitle.trim(), uids, into, taken });
    const { onAssociation, pool } = this.parts;
    const others = new Map<string, { readonly host: string; readonly verdict: CopyVerdict }>();
    const off = onAssociation((event) => {
      if (event.kind !== 'object' || !uids.has(event.SOPInstanceUID) || taken.has(event.SOPInstanceUID)) return;
      if (event.association.callingAeTitle !== target.calledAeTitle.trim()) return;
      const verdict = verdictOf(event);
      if (verdict !== undefined) others.set(event.SOPInstanceUID, { host: event.association.host, verdict });
    });
    try {
      const request = { root: 'study' as const, level: step.level, keys: step.keys, destination: target.callingAeTitle, messageId };
      const isOurs = ({ SOPInstanceUID }: { SOPInstanceUID: string }): boolean => uids.has(SOPInstanceUID);
      const result = await move({ pool, arrivals: arrivalsOf(onAssociation) }, target, { ...request, isOurs }, signal);
      const hasOthers = await this.tellOthers(target, others, tell);
      if (taken.size > 0 || hasOthers) this.origins.set(keyOf(target), taken.size > 0);
      return result;
    } finally {
      off();
    }
  }

  /** An AE title alone is nobody's: what another machine sent tells nothing of the archive. False: nothing was the archive's. */
  private async tellOthers(
    target: ScuTarget,
    others: ReadonlyMap<string, { host: string; verdict: CopyVerdict }>,
    tell: CopiesWanted['tell'],
  ): Promise<boolean> {
    let isSome = false;
    const aeTitle = target.calledAeTitle.trim();
    const policy = createSenderPolicy(() => [{ aeTitle, host: target.host, source: 'run' }]);
    for (const [uid, { host, verdict }] of others) {
      if (!(await policy.judge({ aeTitle, host })).accepted) continue;
      tell(uid, verdict);
      isSome = true;
    }
    return isSome;
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

  private runOf({ moveOriginator: origin, SOPInstanceUID }: IncomingObject): Run | undefined {
    const run = origin === undefined ? undefined : this.runs.get(origin.messageId);
    const isFor = run !== undefined && run.aeTitle === origin?.aeTitle && run.uids.has(SOPInstanceUID) && this.parts.isHere(SOPInstanceUID);
    return isFor ? run : undefined;
  }
}

function verdictOf({ outcome }: Extract<AssociationEvent, { kind: 'object' }>): CopyVerdict | undefined {
  if (outcome.kind === 'duplicate') return 'same';
  return outcome.kind === 'refused' && outcome.isOtherContent === true ? 'different' : undefined;
}

function keyOf({ calledAeTitle, host, port }: ScuTarget): string {
  return JSON.stringify([calledAeTitle, host, port]);
}
