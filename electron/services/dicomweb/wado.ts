import type { IncomingMessage } from 'node:http';
import { dimseStatus } from '@shared/dicom';
import type { ObjectStore, ObjectWriter } from '../cache';
import type { GetResult, QueryLevel, RetrieveEnd, ScuFailure } from '../dimse';
import { readPart10Header } from '../part10';
import { boundaryOf, MultipartFault, MultipartReader } from './multipart-reader';
import { statusFailure, type WebClient, webFailure, type WebTarget } from './web-client';

export interface WadoRequest {
  readonly level: QueryLevel;
  readonly StudyInstanceUID: string;
  readonly SeriesInstanceUID?: string | undefined;
  /** SOP Instance UIDs that are wanted: nothing else that comes is taken. `all`: whatever the study has, for which its objects must say that they belong to it. */
  readonly wanted: ReadonlySet<string> | 'all';
  readonly onProgress: (arrived: number) => void;
}

export interface WadoParts {
  readonly client: WebClient;
  readonly store: ObjectStore;
}

const NO_COUNTS = { remaining: undefined, completed: undefined, failed: undefined, warning: undefined };
/** As stored there, whatever that is (PS3.18 8.7.3.5.2): nothing is converted on the way. */
const ACCEPT = 'multipart/related; type="application/dicom"; transfer-syntax=*';
const MOST_HEADER_BYTES = 2 * 2 ** 20;
const AT_A_TIME = 3;
/** Objects of one answer that are being made durable while the next ones come, and their bytes: one sync serves those that are ready. */
const MOST_FINISHING = 16;
const MOST_FINISHING_BYTES = 32 * 2 ** 20;
/** Bytes of what was asked for must come; anything else is no progress (reliability O13). */
const STALLED_MS = 120_000;

/**
 * WADO-RS (PS3.18 10.4): Part 10 files of a study, a series or single objects, each streamed into the cache as it comes; its data-set bytes are kept as they are.
 * Never rejects for what the service does. Counts what arrived, as every retrieve.
 */
export async function webRetrieve(parts: WadoParts, target: WebTarget, request: WadoRequest, signal: AbortSignal): Promise<Omit<GetResult, 'notOffered'>> {
  const run = new WadoRun(parts, target, request, signal);
  // a sync in the loop would keep the bytes that come meanwhile waiting
  const endBurst = request.wanted === 'all' || request.wanted.size > 1 ? parts.store.burst?.() : undefined;
  try {
    const failure = await fetchLevel(run, request);
    return { end: endOf(failure, signal), arrived: run.arrived, refused: run.refused };
  } finally {
    endBurst?.();
  }
}

function fetchLevel(run: WadoRun, { level, StudyInstanceUID, SeriesInstanceUID = '', wanted }: WadoRequest): Promise<ScuFailure | undefined> {
  const base = `/studies/${StudyInstanceUID}`;
  if (level === 'STUDY' || wanted === 'all') return run.fetch(base);
  if (level === 'SERIES') return run.fetch(`${base}/series/${SeriesInstanceUID}`);
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

  async fetch(path: string): Promise<ScuFailure | undefined> {
    const answer = await this.parts.client.ask(this.target, { method: 'GET', path, accept: ACCEPT }, this.signal);
    if ('failure' in answer) return answer.failure;
    const { response } = answer;
    const failure = statusFailure(this.target.name, response.statusCode ?? 0);
    if (failure !== undefined) {
      response.resume();
      return failure;
    }
    const boundary = boundaryOf(response.headers['content-type']);
    if (boundary === undefined) {
      response.destroy();
      return webFailure('protocol', `${this.target.name} did not answer with DICOM objects.`);
    }
    return await this.read(response, boundary);
  }

  private async read(response: IncomingMessage, boundary: string): Promise<ScuFailure | undefined> {
    const reader = new MultipartReader(boundary);
    let part: IncomingPart | undefined;
    let usefulAtMs = performance.now();
    const finishing = new Map<Promise<void>, number>();
    const finish = async (ended: IncomingPart | undefined): Promise<void> => {
      const done = this.finish(ended).finally(() => finishing.delete(done));
      finishing.set(done, ended?.length ?? 0);
      // told by what is waited for
      done.catch(() => undefined);
      while (finishing.size >= MOST_FINISHING || bytesOf(finishing) > MOST_FINISHING_BYTES) await Promise.race(finishing.keys());
    };
    try {
      for await (const chunk of response as AsyncIterable<Buffer>) {
        for (const event of reader.feed(chunk)) {
          if (event.kind === 'part') part = new IncomingPart(this.parts.store, this.target, this.request);
          else if (event.kind === 'data' && (await part?.take(event.bytes)) === true) usefulAtMs = performance.now();
          else if (event.kind === 'partEnd') await finish(part);
          if (event.kind === 'partEnd') part = undefined;
        }
        if (performance.now() - usefulAtMs > STALLED_MS) throw new MultipartFault('nothing of what was asked for came in time');
      }
      reader.finish();
      await Promise.all(finishing.keys());
      return undefined;
    } catch (error) {
      response.destroy();
      part?.abort();
      await Promise.allSettled(finishing.keys());
      if (this.signal.aborted) return webFailure('cancelled', 'Cancelled.');
      if (error instanceof MultipartFault) return webFailure('closed', `${this.target.name}: ${error.message}.`);
      return webFailure('closed', `The connection to ${this.target.name} ended: ${error instanceof Error ? error.message : String(error)}.`);
    }
  }

  private async finish(part: IncomingPart | undefined): Promise<void> {
    const end = await part?.finish();
    if (end === undefined) return;
    if (end.reason === undefined) this.arrived.add(end.SOPInstanceUID);
    else this.refused.set(end.SOPInstanceUID, end.reason);
    this.request.onProgress(this.arrived.size);
  }
}

function bytesOf(finishing: ReadonlyMap<unknown, number>): number {
  let sum = 0;
  for (const bytes of finishing.values()) sum += bytes;
  return sum;
}

/** One Part 10 file on its way into the cache. Bytes are handed on or copied before `take` resolves. */
class IncomingPart {
  private head: Buffer | undefined = Buffer.alloc(0);
  private writer: ObjectWriter | undefined;
  private uid = '';
  private problem: string | undefined;
  /** Bytes of its data set so far. */
  length = 0;

  constructor(
    private readonly store: ObjectStore,
    private readonly target: WebTarget,
    private readonly request: Pick<WadoRequest, 'wanted' | 'StudyInstanceUID'>,
  ) {}

  /** False: nothing that anybody asked for. */
  async take(bytes: Uint8Array): Promise<boolean> {
    if (this.problem !== undefined) return false;
    if (this.head === undefined) {
      await this.write(bytes);
      return true;
    }
    this.head = Buffer.concat([this.head, bytes]);
    const header = readPart10Header(this.head);
    if (!header.ok) {
      if (header.moreBytes === undefined || this.head.length > MOST_HEADER_BYTES) this.problem = header.text;
      return false;
    }
    const rest = this.head.subarray(header.dataSetOffset);
    this.head = undefined;
    this.uid = header.MediaStorageSOPInstanceUID;
    const { MediaStorageSOPClassUID: SOPClassUID, MediaStorageSOPInstanceUID: SOPInstanceUID, TransferSyntaxUID } = header;
    // what was not asked for is not taken: a service must not fill the cache with other studies
    const { wanted, StudyInstanceUID } = this.request;
    if (wanted !== 'all' && !wanted.has(SOPInstanceUID)) this.problem = 'it was not asked for';
    else {
      const source = { kind: 'web' as const, node: this.target.name, host: new URL(this.target.url).host.slice(0, 255) };
      this.writer = this.store.receive({ SOPClassUID, SOPInstanceUID, TransferSyntaxUID, source, ...(wanted === 'all' && { StudyInstanceUID }) });
      await this.write(rest);
    }
    return this.problem === undefined;
  }

  abort(): void {
    this.writer?.abort();
    this.writer = undefined;
  }

  /** Undefined: nothing that could be named came. */
  async finish(): Promise<{ readonly SOPInstanceUID: string; readonly reason?: string } | undefined> {
    const { uid: SOPInstanceUID, writer } = this;
    if (writer === undefined) return SOPInstanceUID === '' ? undefined : { SOPInstanceUID, reason: this.problem ?? 'nothing came' };
    this.writer = undefined;
    const outcome = await writer.finish();
    return outcome.kind === 'refused' ? { SOPInstanceUID, reason: outcome.comment } : { SOPInstanceUID };
  }

  private async write(bytes: Uint8Array): Promise<void> {
    this.length += bytes.length;
    if (bytes.length === 0 || this.writer === undefined) return;
    if (!this.writer.write(bytes)) await this.writer.drained();
  }
}
