import type { StudyUid } from '@shared/domain';
import type { Cache, CopyVerdict, ObjectStore } from '../cache';
import { webRetrieve } from '../dicomweb';
import { get, type GetResult, NO_COUNTS, RETRIEVE_SYNTAXES, type RetrieveEnd } from '../dimse';
import type { InstanceRecord } from '../index';
import type { Logger } from '../logging/logger';
import type { ArchivePool, ArchiveTarget } from './archive-pool';
import type { MoveCopies } from './move-copies';
import { imageSteps, type RemoteObject, type RetrieveStep } from './plan-retrieve';

export interface CopySources {
  readonly cache: Pick<Cache, 'compareCopies'>;
  readonly pool: ArchivePool;
  readonly moves: MoveCopies;
  readonly log: Logger;
  /** So many bytes of copies came, whatever becomes of them. */
  onFetched(bytes: number): void;
}

export interface Copies {
  readonly verdicts: ReadonlyMap<string, CopyVerdict>;
  /** Asked for, and what came of it is known. */
  readonly reached: ReadonlySet<string>;
}

interface CopiesOf {
  readonly StudyInstanceUID: StudyUid;
  readonly records: readonly InstanceRecord[];
  /** Found to have other content before. */
  readonly believed: ReadonlySet<string>;
}

/**
 * Fetches copies of objects that are here, only to compare them: by WADO-RS, by C-GET, or, where an archive gives none so, by C-MOVE to our own SCP. Rejects when `signal` is aborted,
 * never for what the archive does.
 */
export async function fetchCopies(sources: CopySources, target: ArchiveTarget, of: CopiesOf, signal: AbortSignal): Promise<Copies> {
  const fetching = new Fetching(sources, target, of, signal);
  await fetching.run();
  return fetching;
}

class Fetching implements Copies {
  readonly verdicts = new Map<string, CopyVerdict>();
  readonly reached = new Set<string>();
  private readonly store: ObjectStore;

  constructor(
    private readonly sources: CopySources,
    private readonly target: ArchiveTarget,
    private readonly of: CopiesOf,
    private readonly signal: AbortSignal,
  ) {
    this.store = counted(sources.cache.compareCopies(this.tell), (bytes) => sources.onFetched(bytes));
  }

  async run(): Promise<void> {
    const { moves } = this.sources;
    const wanted = this.of.records.map(({ attributes: { SeriesInstanceUID, SOPInstanceUID, SOPClassUID } }) => ({
      SeriesInstanceUID,
      SOPInstanceUID,
      SOPClassUID,
    }));
    for (const step of imageSteps(this.of.StudyInstanceUID, wanted)) {
      if (this.target.web !== undefined) await this.byWeb(step);
      else if (moves.isWithoutGet(this.target)) await this.byMove(step.wanted);
      else await this.byGet(step);
      this.signal.throwIfAborted();
    }
  }

  private readonly tell = (uid: string, verdict: CopyVerdict): void => {
    this.verdicts.set(uid, verdict);
    this.reached.add(uid);
  };

  private ended({ kind }: RetrieveEnd, wanted: readonly RemoteObject[]): void {
    if (kind === 'answered') for (const { SOPInstanceUID } of wanted) this.reached.add(SOPInstanceUID);
  }

  private async byWeb({ level, keys, wanted }: RetrieveStep): Promise<void> {
    const { target, sources, store, signal } = this;
    if (target.web === undefined) return;
    const uids = new Set(wanted.map(({ SOPInstanceUID }) => SOPInstanceUID));
    const { StudyInstanceUID } = this.of;
    const request = { level, StudyInstanceUID, SeriesInstanceUID: keys.SeriesInstanceUID, wanted: uids, onProgress: () => undefined };
    this.ended((await webRetrieve({ client: sources.pool.web, store }, target.web, request, signal)).end, wanted);
  }

  private async byGet({ level, keys, wanted }: RetrieveStep): Promise<void> {
    const { pool, log, moves } = this.sources;
    const sopClasses = [...new Set(wanted.map(({ SOPClassUID }) => SOPClassUID))];
    const request = { root: 'study' as const, level, keys, sopClasses, transferSyntaxes: RETRIEVE_SYNTAXES };
    const result = await get({ pool, store: this.store, log, nextAssociationId: () => 0 }, this.target, request, this.signal);
    if (this.signal.aborted || !isWithoutGet(result)) {
      this.ended(result.end, wanted);
      return;
    }
    await this.byMove(wanted);
    // this time only, where it does not send to us either
    if (wanted.some(({ SOPInstanceUID }) => this.verdicts.has(SOPInstanceUID))) moves.noteWithoutGet(this.target);
  }

  /** Where it is not known whether what the archive sends can be told from what arrives, one of them tells; each other would be received as any object is, and might be set aside. */
  private async byMove(wanted: readonly RemoteObject[]): Promise<void> {
    const { moves } = this.sources;
    let left = wanted;
    if (!moves.isToldApart(this.target)) {
      const first = wanted.find((object) => !this.isBelieved(object)) ?? wanted[0];
      if (first === undefined || !(await this.moveThese([first])) || !moves.isToldApart(this.target)) return;
      left = wanted.filter((object) => object !== first);
    }
    await this.moveThese(left);
  }

  private isBelieved({ SOPInstanceUID }: RemoteObject): boolean {
    return this.of.believed.has(SOPInstanceUID);
  }

  /** False: nothing more is to be had now. */
  private async moveThese(wanted: readonly RemoteObject[]): Promise<boolean> {
    for (const { wanted: some } of imageSteps(this.of.StudyInstanceUID, wanted)) {
      // at the first copy that we answer with a failure, as another one than ours, some archives send no more: the rest is asked for again as long as something comes
      for (let left = some; left.length > 0;) {
        const end = await this.moveOnce(left);
        const lacking = left.filter(({ SOPInstanceUID }) => !this.verdicts.has(SOPInstanceUID));
        const isOver = end.kind !== 'answered' || end.status.category === 'success' || lacking.length === left.length;
        if (isOver) {
          this.ended(end, lacking);
          if (end.kind !== 'answered' || (end.status.category === 'failure' && lacking.length === some.length)) return false;
          break;
        }
        left = lacking;
      }
    }
    return true;
  }

  private async moveOnce(wanted: readonly RemoteObject[]): Promise<RetrieveEnd> {
    let end: RetrieveEnd = { kind: 'cancelled', counters: NO_COUNTS };
    for (const step of imageSteps(this.of.StudyInstanceUID, wanted)) {
      ({ end } = await this.sources.moves.fetch(this.target, { StudyInstanceUID: this.of.StudyInstanceUID, step, into: this.store }, this.signal));
      this.signal.throwIfAborted();
    }
    return end;
  }
}

/** What goes into the store, told as it comes: what breaks off has been paid for as well. */
function counted(store: ObjectStore, onBytes: (bytes: number) => void): ObjectStore {
  return {
    receive(incoming) {
      const writer = store.receive(incoming);
      return {
        write(chunk) {
          onBytes(chunk.length);
          return writer.write(chunk);
        },
        drained: () => writer.drained(),
        finish: () => writer.finish(),
        abort: () => writer.abort(),
      };
    },
    ...(store.burst && { burst: () => store.burst?.() ?? ((): void => undefined) }),
    admission: () => store.admission(),
  };
}

/** The archive offers no C-GET, refuses it as a whole, or (as Orthanc does) ends the association of one who may not: it sends nothing. Not when it is away or short of resources. */
function isWithoutGet({ end, arrived, refused }: GetResult): boolean {
  if (arrived.size > 0 || refused.size > 0 || end.kind === 'cancelled') return false;
  if (end.kind === 'failed') return end.failure.cause === 'noContext' || end.failure.cause === 'aborted' || end.failure.cause === 'closed';
  return end.status.category === 'failure' && end.status.remedy !== 'retry';
}
