import { dimseStatus } from '@shared/dicom';
import type { ObjectStore } from '../cache';
import type { GetResult, QueryLevel, RetrieveEnd, ScuFailure } from '../dimse';
import { AnswerIntake } from './answer-intake';
import { bodyOf, type BodyStream } from './body-stream';
import { IncomingPart, type WantedObjects } from './incoming-part';
import { boundaryOf, LengthFault, MultipartFault, MultipartReader } from './multipart-reader';
import { statusFailure, type WebClient, webFailure, type WebTarget } from './web-client';

export interface WadoRequest extends WantedObjects {
  readonly level: QueryLevel;
  readonly SeriesInstanceUID?: string | undefined;
  readonly onProgress: (arrived: number) => void;
}

export interface WadoParts {
  readonly client: WebClient;
  readonly store: ObjectStore;
}

/** Parts of an answer that came and said nothing that could be read: which objects they were nobody knows. */
export interface UnreadParts {
  readonly count: number;
  /** Of the last of them. */
  readonly reason: string;
}

export type WadoResult = Omit<GetResult, 'notOffered'> & { readonly unread: UnreadParts };

const NO_COUNTS = { remaining: undefined, completed: undefined, failed: undefined, warning: undefined };
/** As stored there, whatever that is (PS3.18 8.7.3.5.2): nothing is converted on the way. */
const ACCEPT = 'multipart/related; type="application/dicom"; transfer-syntax=*';
const AT_A_TIME = 3;
/** Services by their address whose parts have other lengths than they say: their parts' ends are looked for as long as the client lives. */
const wrongLengths = new WeakMap<WebClient, Set<string>>();

/**
 * WADO-RS (PS3.18 10.4): Part 10 files of a study, a series or single objects, each streamed into the cache as it comes; its data-set bytes are kept as they are.
 * Never rejects for what the service does. Counts what arrived, as every retrieve.
 */
export async function webRetrieve(parts: WadoParts, target: WebTarget, request: WadoRequest, signal: AbortSignal): Promise<WadoResult> {
  const run = new WadoRun(parts, target, request, signal);
  // a sync in the loop would keep the bytes that come meanwhile waiting
  const endBurst = request.wanted === 'all' || request.wanted.size > 1 ? parts.store.burst?.() : undefined;
  try {
    const failure = await fetchLevel(run, request);
    return { end: endOf(failure, signal), arrived: run.arrived, refused: run.refused, unread: run.unread };
  } finally {
    endBurst?.();
  }
}

function fetchLevel(run: WadoRun, { level, StudyInstanceUID, SeriesInstanceUID = '', wanted }: WadoRequest): Promise<ScuFailure | undefined> {
  const base = `/studies/${StudyInstanceUID}`;
  if (level === 'STUDY' || wanted === 'all') return run.fetch(base, true);
  if (level === 'SERIES') return run.fetch(`${base}/series/${SeriesInstanceUID}`, true);
  return run.fetchEach([...wanted].map((uid) => `${base}/series/${SeriesInstanceUID}/instances/${uid}`));
}

function endOf(failure: ScuFailure | undefined, signal: AbortSignal): RetrieveEnd {
  if (signal.aborted) return { kind: 'cancelled', counters: NO_COUNTS };
  if (failure !== undefined) return { kind: 'failed', failure, counters: NO_COUNTS };
  return { kind: 'answered', status: dimseStatus('C-GET', 0), words: '', counters: NO_COUNTS, failedUids: [] };
}

class WadoRun {
  readonly arrived = new Set<string>();
  readonly refused = new Map<string, string>();
  unread: UnreadParts = { count: 0, reason: '' };

  constructor(
    private readonly parts: WadoParts,
    private readonly target: WebTarget,
    private readonly request: WadoRequest,
    private readonly signal: AbortSignal,
  ) {}

  async fetchEach(paths: readonly string[]): Promise<ScuFailure | undefined> {
    const queue = [...paths];
    let failure: ScuFailure | undefined;
    const lane = async (): Promise<void> => {
      for (let path = queue.shift(); path !== undefined && !this.signal.aborted; path = queue.shift()) {
        const found = await this.fetch(path);
        if (found !== undefined) failure = found;
        // one that is missing there says nothing of the others; a service that is away does
        if (found?.isTransient === true) queue.length = 0;
      }
    };
    await Promise.all(Array.from({ length: Math.min(AT_A_TIME, paths.length) }, lane));
    return failure;
  }

  /** `isLong`: of many objects, which is worth a connection of its own. */
  async fetch(path: string, isLong = false): Promise<ScuFailure | undefined> {
    const believesLengths = wrongLengths.get(this.parts.client)?.has(this.target.url) !== true;
    try {
      return await this.fetchOnce(path, isLong, believesLengths);
    } catch (error) {
      if (!(error instanceof LengthFault)) throw error;
      if (this.signal.aborted) return webFailure('cancelled', 'Cancelled.');
      const { client } = this.parts;
      wrongLengths.set(client, (wrongLengths.get(client) ?? new Set()).add(this.target.url));
      return this.fetchOnce(path, isLong, false);
    }
  }

  /** Rejects with LengthFault alone: what came whole is kept, the rest is to be asked for anew. */
  private async fetchOnce(path: string, isLong: boolean, believesLengths: boolean): Promise<ScuFailure | undefined> {
    const stream = await this.ask(path, isLong);
    if ('isTransient' in stream) return stream;
    const failure = statusFailure(this.target.name, stream.status);
    const boundary = boundaryOf(stream.contentType);
    if (failure === undefined && boundary !== undefined) return await this.read(stream, new MultipartReader(boundary, believesLengths));
    stream.destroy();
    return failure ?? webFailure('protocol', `${this.target.name} did not answer with DICOM objects.`);
  }

  private async ask(path: string, isLong: boolean): Promise<BodyStream | ScuFailure> {
    const { client } = this.parts;
    const wanted = { method: 'GET', path, accept: ACCEPT } as const;
    if (isLong) {
      const answer = await client.stream(this.target, wanted, this.signal);
      return 'failure' in answer ? answer.failure : answer.stream;
    }
    const answer = await client.ask(this.target, wanted, this.signal);
    return 'failure' in answer ? answer.failure : bodyOf(answer.response);
  }

  private async read(stream: BodyStream, reader: MultipartReader): Promise<ScuFailure | undefined> {
    const { host } = new URL(this.target.url);
    const unread: string[] = [];
    const intake = new AnswerIntake(
      reader,
      () => new IncomingPart(this.parts.store, { kind: 'web', node: this.target.name, host: host.slice(0, 255) }, this.request),
      (part) => this.finish(part, unread),
    );
    try {
      await stream.each((piece) => intake.take(piece));
      reader.finish();
      await intake.finished();
      this.takeUnread(unread);
      return undefined;
    } catch (error) {
      stream.destroy();
      await intake.broken();
      if (this.signal.aborted) return webFailure('cancelled', 'Cancelled.');
      // it is asked for once more: what could not be read of it comes again
      if (error instanceof LengthFault) throw error;
      this.takeUnread(unread);
      if (error instanceof MultipartFault) return webFailure('closed', `${this.target.name}: ${error.message}.`);
      return webFailure('closed', `The connection to ${this.target.name} ended: ${error instanceof Error ? error.message : String(error)}.`);
    }
  }

  /** Answers come side by side: each counts its own. */
  private takeUnread(reasons: readonly string[]): void {
    this.unread = { count: this.unread.count + reasons.length, reason: reasons.at(-1) ?? this.unread.reason };
  }

  private async finish(part: IncomingPart, unread: string[]): Promise<void> {
    const { SOPInstanceUID, reason } = await part.finish();
    if (reason === undefined) this.arrived.add(SOPInstanceUID);
    else if (SOPInstanceUID === '') unread.push(reason);
    else this.refused.set(SOPInstanceUID, reason);
    this.request.onProgress(this.arrived.size);
  }
}
