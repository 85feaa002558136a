import { setTimeout as sleep } from 'node:timers/promises';
import type { ObjectStore } from '../cache';
import { get, move, NO_COUNTS, RETRIEVE_SYNTAXES, type Arrival, type ArrivalSource, type MoveResult, type RetrieveEnd } from '../dimse';
import type { Clock } from '../host-environment';
import type { Logger } from '../logging/logger';
import type { RetrieveChoice, RetrieveWay, StudyUid } from '@shared/domain';
import type { JobDefinition, JobProgress } from '../sync';
import { type WadoResult, webRetrieve, type WebTarget } from '../dicomweb';
import type { ArchivePool, ArchiveTarget } from './archive-pool';
import { measureWays } from './measure-ways';
import type { NodeList } from './node-list';
import { imageSteps, missing, planRetrieve, type RemoteObject, type RetrieveStep } from './plan-retrieve';
import { listedContents } from './listed-contents';
import { classList, remoteClasses, remoteContents } from './remote-contents';
import { isOld, isWithoutMove, waysOf } from './retrieve-ways';
import { fetchAhead, type StudyAhead } from './study-ahead';
import { subjectOf, TransferInput, transferKey } from './transfer-input';

export interface RetrieveParts {
  readonly pool: ArchivePool;
  readonly nodes: Pick<NodeList, 'byName' | 'target' | 'noteRetrieve'>;
  readonly clock: Clock;
  readonly arrivals: ArrivalSource;
  readonly store: ObjectStore;
  readonly log: Logger;
  /** Durable and in the index, or about to be: what need not be fetched. */
  isHere(SOPInstanceUID: string): boolean;
  /** No object of the study is here. */
  isNew(StudyInstanceUID: StudyUid): boolean;
  /** Bytes of these objects, of those that are in the index. */
  bytesOf(SOPInstanceUIDs: readonly string[]): number;
  /** Makes the rows of everything stored. */
  flushRows(): void;
  nextAssociationId(): number;
  /** Objects of the study are being fetched until what this returns is called. */
  retrieving(StudyInstanceUID: StudyUid): () => void;
  /** Waits before an archive that broke off is asked for the rest; absent: the usual ones. */
  readonly retryMs?: readonly number[];
  /** These objects are here, and the archive listed them: they are known to be there. */
  onListed(node: string, StudyInstanceUID: string, SOPInstanceUIDs: readonly string[]): void;
}

const Input = TransferInput;
/** Studies that are fetched at the same time; each is one association at most. */
const PARALLEL = 2;
/** Objects nobody can name that are counted one by one. */
const MOST_UNREAD = 10_000;
/** Anew after each round that brought something. */
const RETRY_MS: readonly number[] = [5000, 20_000, 60_000];

/**
 * Brings a study, or some of its series, from an archive: lists what it has, asks for what is not here, counts what really came (never the peer's counters), asks once
 * more for what failed, and is done only when the sets of UIDs are equal (reliability O11, O12). After a break, and after a restart, it asks for the rest.
 */
export function retrieveJob(parts: RetrieveParts): JobDefinition {
  /** Archives that send nothing by C-MOVE, found by trying: in this run they are asked by C-GET at once. */
  const withoutMove = new Set<string>();
  return {
    unit: 'images',
    parallel: PARALLEL,
    asksWhatIsLeft: true,
    title: (input) => `Fetch a study from "${Input.parse(input).node}"`,
    subject: subjectOf,
    key: transferKey,
    async run({ input, progress, signal }) {
      const { StudyInstanceUID, node, series } = Input.parse(input);
      const known = parts.nodes.byName(node);
      const target = parts.nodes.target(known);
      const { retrieveBy = 'auto', retrieve } = known;
      const isFree = retrieveBy === 'auto';
      const ways = waysOf(target).filter((way) => way !== 'move' || !withoutMove.has(node));
      const by = isFree ? (ways.find((way) => way === retrieve?.by) ?? ways[0] ?? 'get') : retrieveBy;
      const measured = isFree && ways.length > 1 && isOld(retrieve, parts.clock.now()) ? ways : [];
      const whole = series === undefined;
      const isAhead = whole && by === 'wado' && measured.length === 0 && parts.isNew(StudyInstanceUID);
      const ahead = isAhead && target.web !== undefined ? fetchAhead(parts, target.web, StudyInstanceUID, progress, signal) : undefined;
      const remote = await listedContents(parts.pool, target, { node, StudyInstanceUID, series }, ahead, signal);
      const run = new RetrieveRun(parts, { target, by, isFree, StudyInstanceUID, whole, remote }, progress, signal);
      const ended = parts.retrieving(StudyInstanceUID);
      try {
        await run.run(measured, ahead);
      } finally {
        ended();
        if (run.wentByGet) withoutMove.add(node);
        if (run.choice !== undefined) parts.nodes.noteRetrieve(known, run.choice);
        // what brought nothing is no way to go on with
        else if (isFree && run.broughtNothing) parts.nodes.noteRetrieve(known, undefined);
        // of one that broke off, too: what came is told with its row
        parts.flushRows();
        const here = remote.filter(({ SOPInstanceUID }) => run.hasHere(SOPInstanceUID));
        parts.onListed(
          node,
          StudyInstanceUID,
          here.map(({ SOPInstanceUID }) => SOPInstanceUID),
        );
      }
    },
  };
}

interface Wanted {
  readonly target: ArchiveTarget;
  readonly by: RetrieveWay;
  /** Nobody chose the way: another one may be taken. */
  readonly isFree: boolean;
  readonly StudyInstanceUID: string;
  /** All that the archive has of the study, not some of its series. */
  readonly whole: boolean;
  readonly remote: readonly RemoteObject[];
}

class RetrieveRun {
  private readonly reasons = new Map<string, string>();
  private readonly arrived = new Set<string>();
  private readonly target: ArchiveTarget;
  private readonly studyUid: string;
  private readonly remote: readonly RemoteObject[];
  private by: RetrieveWay;
  /** What was measured in this run. */
  choice: RetrieveChoice | undefined;
  private lastWords = '';
  /** About objects that came and could not be named. */
  private unreadWords = '';
  private classes: readonly string[] | undefined;
  private asksExactly = false;
  /** Something came by C-MOVE. */
  private hasMoved = false;
  /** The archive was away, or broke off: asking again can help. */
  private isBroken = false;

  constructor(
    private readonly parts: RetrieveParts,
    private readonly wanted: Wanted,
    private readonly progress: JobProgress,
    private readonly signal: AbortSignal,
  ) {
    this.by = wanted.by;
    this.target = wanted.target;
    this.studyUid = wanted.StudyInstanceUID;
    this.remote = wanted.remote;
  }

  /** `measured`: ways that are tried with a part of what is wanted, when there is enough of it. `ahead`: the study has been on its way since before it was listed. */
  async run(measured: readonly RetrieveWay[], ahead?: StudyAhead): Promise<void> {
    const { remote, studyUid } = this;
    if (ahead !== undefined) this.take(await ahead.end);
    else {
      const first = this.lacking();
      for (let n = first.length; n < remote.length; n++) this.progress.alreadyHere();
      this.tell();
      await this.measure(measured, first);
    }
    await this.round(planRetrieve(studyUid, remote, this.lacking(), this.wanted.whole));
    this.asksExactly = true;
    await this.round(imageSteps(studyUid, this.lacking()));
    await this.afterBreaks();
    this.tell();
    const left = this.lacking();
    const words = `${this.lastWords} ${this.unreadWords}`.trim();
    for (const { SOPInstanceUID } of left) this.progress.refuse(SOPInstanceUID, this.reasons.get(SOPInstanceUID) ?? `did not come. ${words}`.trim());
    if (left.length > 0) throw new Error(`${String(left.length)} of ${String(remote.length)} images did not come. ${words}`.trim());
  }

  /** By C-GET because C-MOVE brought nothing; not when it broke off in the middle: the next study is asked for by C-MOVE again. */
  get wentByGet(): boolean {
    return this.by === 'get' && this.wanted.isFree && this.wanted.by === 'move' && this.choice === undefined && this.arrived.size > 0 && !this.hasMoved;
  }

  /** It came in this run, or was here before. The index is asked about the latter alone: a lookup each for what just came would keep the end of the job waiting. */
  hasHere(SOPInstanceUID: string): boolean {
    return this.arrived.has(SOPInstanceUID) || this.parts.isHere(SOPInstanceUID);
  }

  get broughtNothing(): boolean {
    return this.arrived.size === 0 && this.lacking().length > 0;
  }

  private async measure(ways: readonly RetrieveWay[], lacking: readonly RemoteObject[]): Promise<void> {
    const { clock, log } = this.parts;
    this.choice = await measureWays({
      ...{ ways, lacking, monotonic: () => clock.monotonic(), nowMs: clock.now() },
      fetch: async (way, objects) => {
        for (const step of imageSteps(this.studyUid, objects)) await this.stepBy(way, step);
        this.parts.flushRows();
        const missed = missing(objects, (uid) => this.hasHere(uid)).length;
        const problem = missed === 0 ? undefined : `${String(missed)} of ${String(objects.length)} images did not come. ${this.lastWords}`.trim();
        return { bytes: this.parts.bytesOf(objects.map(({ SOPInstanceUID }) => SOPInstanceUID)), problem };
      },
    });
    if (this.choice === undefined) return;
    this.by = this.choice.by;
    this.lastWords = '';
    this.isBroken = false;
    log.info({ node: this.target.calledAeTitle, by: this.by, rates: this.choice.rates }, 'ways to fetch measured');
  }

  private async stepBy(way: RetrieveWay, step: RetrieveStep): Promise<void> {
    this.signal.throwIfAborted();
    if (way === 'wado' && this.target.web !== undefined) await this.fetch(step, this.target.web);
    else if (way === 'move') await this.move(step);
    else await this.get(step);
  }

  private async round(steps: readonly RetrieveStep[]): Promise<void> {
    this.isBroken = false;
    for (const step of steps) await this.step(step);
    this.parts.flushRows();
  }

  private async afterBreaks(): Promise<void> {
    const { retryMs = RETRY_MS } = this.parts;
    let waits = [...retryMs];
    for (let left = this.lacking().length; left > 0 && this.isBroken && waits.length > 0;) {
      this.progress.note(`The archive broke off with ${String(left)} images to come; it was asked again.`);
      await sleep(waits.shift() ?? 0, undefined, { signal: this.signal });
      await this.round(imageSteps(this.studyUid, this.lacking()));
      const now = this.lacking().length;
      if (now < left) waits = [...retryMs];
      left = now;
    }
  }

  private lacking(): RemoteObject[] {
    return missing(this.remote, (uid) => this.hasHere(uid));
  }

  private tell(): void {
    this.progress.set(this.remote.length - this.lacking().length, this.remote.length);
  }

  private async step(step: RetrieveStep): Promise<void> {
    this.signal.throwIfAborted();
    if (this.by !== 'move') {
      await this.stepBy(this.by, step);
      return;
    }
    const result = await this.move(step);
    this.hasMoved ||= result.arrived.size > 0;
    if (!this.wanted.isFree || !isWithoutMove(result)) return;
    const moveWords = this.lastWords;
    this.parts.log.info({ node: this.target.calledAeTitle }, 'no C-MOVE to us: C-GET is tried');
    this.progress.note(`By C-MOVE ${this.hasMoved ? 'no more' : 'nothing'} came, so C-GET was taken: ${moveWords}`);
    this.by = 'get';
    const got = await this.get(step);
    if (got.kind === 'failed' || (got.kind === 'answered' && got.status.category === 'failure')) {
      const { callingAeTitle } = this.target;
      this.lastWords = `${moveWords} Is our AE title ${callingAeTitle} registered there as a destination, with the address and port of this computer?`;
    }
  }

  private async move(step: RetrieveStep): Promise<MoveResult> {
    const wanted = new Set(step.wanted.map((object) => object.SOPInstanceUID));
    const isOurs = (arrival: Arrival): boolean => wanted.has(arrival.SOPInstanceUID) || arrival.StudyInstanceUID === this.studyUid;
    const before = this.lacking().length;
    const request = {
      root: 'study' as const,
      level: step.level,
      keys: step.keys,
      destination: this.target.callingAeTitle,
      isOurs,
      onProgress: (_counters: unknown, count: number) => {
        if (count > 0) this.progress.touched(this.studyUid);
        this.progress.set(Math.min(this.remote.length, this.remote.length - before + count), this.remote.length);
      },
    };
    const result = await move(this.parts, this.target, request, this.signal);
    this.take(result);
    return result;
  }

  private async get(step: RetrieveStep): Promise<RetrieveEnd> {
    let sopClasses: readonly string[];
    try {
      sopClasses = await this.classesOf(step);
    } catch (error) {
      this.signal.throwIfAborted();
      this.lastWords = error instanceof Error ? error.message : String(error);
      this.isBroken = true;
      return { kind: 'failed', failure: { cause: 'closed', isTransient: true, words: this.lastWords }, counters: NO_COUNTS };
    }
    const before = this.lacking().length;
    const onProgress = (_counters: unknown, count: number): void => {
      if (count > 0) this.progress.touched(this.studyUid);
      this.progress.set(Math.min(this.remote.length, this.remote.length - before + count), this.remote.length);
    };
    const request = { root: 'study' as const, level: step.level, keys: step.keys, sopClasses, transferSyntaxes: RETRIEVE_SYNTAXES, onProgress };
    const result = await get(this.parts, this.target, request, this.signal);
    this.take(result);
    return result.end;
  }

  /** Each is a presentation context of a C-GET. What did not come with the rest is asked for with its own class, whatever the sum says. */
  private async classesOf({ level, wanted }: RetrieveStep): Promise<readonly string[]> {
    const { pool } = this.parts;
    if (level !== 'IMAGE' || !this.asksExactly) return (this.classes ??= await remoteClasses(pool, this.target, this.studyUid, this.signal));
    const series = [...new Set(wanted.map(({ SeriesInstanceUID }) => SeriesInstanceUID))];
    const uids = new Set(wanted.map(({ SOPInstanceUID }) => SOPInstanceUID));
    const objects = await remoteContents(pool, this.target, this.studyUid, this.signal, { series, classes: true });
    return classList(objects.filter(({ SOPInstanceUID }) => uids.has(SOPInstanceUID)).map(({ SOPClassUID }) => SOPClassUID));
  }

  private async fetch({ level, keys, wanted }: RetrieveStep, web: WebTarget): Promise<void> {
    const before = this.lacking().length;
    const { remote, studyUid, parts } = this;
    const onProgress = (count: number): void => {
      this.progress.touched(studyUid);
      this.progress.set(Math.min(remote.length, remote.length - before + count), remote.length);
    };
    const uids = new Set(wanted.map(({ SOPInstanceUID }) => SOPInstanceUID));
    const request = { level, StudyInstanceUID: studyUid, SeriesInstanceUID: keys.SeriesInstanceUID, wanted: uids, onProgress };
    this.take(await webRetrieve({ client: parts.pool.web, store: parts.store }, web, request, this.signal));
  }

  private take(result: Pick<WadoResult, 'end' | 'arrived' | 'refused'> & Partial<WadoResult>): void {
    for (const uid of result.arrived) this.arrived.add(uid);
    for (const [uid, reason] of result.refused) this.reasons.set(uid, `refused here: ${reason}`);
    const { end } = result;
    if (end.kind === 'answered') {
      this.lastWords = end.status.category === 'success' ? '' : end.words;
      for (const uid of end.failedUids) if (!this.reasons.has(uid)) this.reasons.set(uid, `${this.target.calledAeTitle} could not send it`);
    } else if (end.kind === 'failed') {
      this.lastWords = end.failure.words;
      this.isBroken = end.failure.isTransient;
    }
    if (result.unread !== undefined) this.takeUnread(result.unread);
    this.signal.throwIfAborted();
    this.tell();
  }

  /** As many of them as objects are missing now are those, and asked for again by their UIDs; any beyond belong to nothing that the archive lists. */
  private takeUnread({ count, reason }: WadoResult['unread']): void {
    if (count === 0) return;
    this.unreadWords = `The head of ${count === 1 ? 'one object' : `${String(count)} objects`} that came could not be read (${reason}).`;
    this.progress.note(this.unreadWords);
    for (let n = this.lacking().length; n < Math.min(count, MOST_UNREAD); n++)
      this.progress.refuse('an object without a name', `its head cannot be read: ${reason}`);
  }
}
