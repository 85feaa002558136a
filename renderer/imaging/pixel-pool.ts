import type { ErrorCode, FramePriority } from '@shared/contract';
import type { DecodeWorker, FrameRequest, FrameTarget, FromDecodeWorker } from './decode-protocol';
import { AHEAD_RANK, PoolTurns, type TurnsOptions } from './pool-turns';

/** How a frame's loading ended. `lost`: nobody's fault (services or worker went away): ask again. */
export type FrameOutcome =
  | { readonly kind: 'loaded' }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly reason: string }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'lost' };

export interface FrameJob {
  readonly frame: FrameRequest;
  readonly priority: FramePriority;
  readonly target: FrameTarget;
  /** Called exactly once; until then the target belongs to the worker. */
  done(outcome: FrameOutcome): void;
}

/** Who wants frames. The pool asks when a worker is free, so that what is wanted is decided at the last moment. */
export interface JobSource {
  /** Urgency of what `take` would give; lower is sooner, undefined = nothing wanted. */
  rank(): number | undefined;
  take(): FrameJob | undefined;
}

export interface PixelPoolOptions extends TurnsOptions {
  readonly spawn: () => DecodeWorker;
  /** New ports to services/pixel (HostConnection.pixelPorts); waits for the services, rejects when they cannot be had. */
  readonly ports: (count: number) => Promise<MessagePort[]>;
  readonly workers: number;
  readonly inFlightPerWorker?: number;
  /** How long one frame may take to decode before its worker is replaced. */
  readonly decodeTimeoutMs?: number;
  /** How long the services may take for one frame's bytes. */
  readonly answerTimeoutMs?: number;
  readonly retryMs?: number;
  readonly report: (text: string) => void;
}

export interface PixelPool {
  addSource(source: JobSource): () => void;
  /** Something is wanted, or wanted more. */
  kick(): void;
  cancel(job: FrameJob): void;
  /** Somebody begins to look at a set whose picture may be here already: all that nobody waits for begins later, neighbours too. */
  holdOthers(): void;
  /** Somebody does something: what nobody looks at yet waits. */
  stir(): void;
  /** Runs once nothing that is looked at was loaded and nobody did anything for so long. Returns how to call it off. */
  whenQuiet(forMs: number, run: () => void): () => void;
  /** Nobody waits: codecs are loaded and compiled before the first coded frame needs them. */
  warm(): void;
  /** The services are new: old ports are dead, get new ones. */
  reconnect(): void;
  readonly connected: boolean;
  readonly inFlight: number;
  close(): void;
}

/** Two workers filled a buffer fastest on two cores, six frames under way (architecture.md 6). */
const IN_FLIGHT_PER_WORKER = 3;
/** So many more of a codec that takes less than this for a frame: its worker would wait for the next one now and then. Of a slow one somebody who moves on would wait for them all. */
const QUICK_MS = 10;
const FURTHER_OF_QUICK = 2;
const DECODE_TIMEOUT_MS = 15_000;
const ANSWER_TIMEOUT_MS = 60_000;
const RETRY_MS = 500;

interface Running {
  readonly id: number;
  readonly job: FrameJob;
  cancelled: boolean;
  timer: ReturnType<typeof setTimeout> | undefined;
  decodingSinceMs?: number;
}

interface Lane {
  worker: DecodeWorker;
  connected: boolean;
  /** What a codec took for the last frame that it decoded there; undefined of what needs none. */
  decodeMs: number | undefined;
  readonly running: Map<number, Running>;
}

/** Owns the decode workers: hands out frames, watches them, replaces one that hangs or dies, reconnects after a restart. */
export function createPixelPool(options: PixelPoolOptions): PixelPool {
  return new Pool(options);
}

class Pool implements PixelPool {
  private readonly lanes: Lane[];
  private readonly sources = new Set<JobSource>();
  private nextId = 1;
  private closed = false;
  private connecting: Promise<void> | undefined;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private dispatching = false;
  private readonly turns: PoolTurns;
  /** Workers have been warmed: one that takes another's place is warmed too. */
  private isWarm = false;

  constructor(private readonly options: PixelPoolOptions) {
    this.turns = new PoolTurns({ ...options, isAwaiting: () => this.isUnderWay(isAwaited), isLoading: () => this.isLoading(), kick: () => this.kick() });
    this.lanes = Array.from({ length: Math.max(1, options.workers) }, () => this.openLane());
    this.connect();
  }

  addSource(source: JobSource): () => void {
    this.sources.add(source);
    this.kick();
    return () => this.sources.delete(source);
  }

  get connected(): boolean {
    return this.lanes.some((lane) => lane.connected);
  }

  get inFlight(): number {
    return this.lanes.reduce((sum, lane) => sum + lane.running.size, 0);
  }

  kick(): void {
    if (this.dispatching || this.closed) return;
    this.dispatching = true; // a source's `done` may kick again: one loop serves all
    try {
      for (let lane = this.freeLane(); lane !== undefined; lane = this.freeLane()) {
        const job = this.mostUrgent(lane.running.size === 0);
        if (job === undefined) break;
        this.start(lane, job);
      }
    } finally {
      this.dispatching = false;
    }
  }

  cancel(job: FrameJob): void {
    for (const lane of this.lanes) {
      for (const running of lane.running.values()) {
        if (running.job !== job || running.cancelled) continue;
        running.cancelled = true;
        lane.worker.post({ kind: 'cancel', job: running.id });
      }
    }
  }

  warm(): void {
    this.isWarm = true;
    for (const { worker } of this.lanes) worker.post({ kind: 'warm' });
  }

  reconnect(): void {
    for (const lane of this.lanes) lane.connected = false;
    this.connecting = undefined;
    this.connect();
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.retryTimer);
    this.turns.close();
    for (const lane of this.lanes) {
      lane.worker.terminate();
      this.endAll(lane, () => ({ kind: 'cancelled' }));
    }
    this.sources.clear();
  }

  private freeLane(): Lane | undefined {
    const usual = this.options.inFlightPerWorker ?? IN_FLIGHT_PER_WORKER;
    const mostOf = ({ decodeMs = Infinity }: Lane): number => usual + (decodeMs < QUICK_MS ? FURTHER_OF_QUICK : 0);
    const free = this.lanes.filter((lane) => lane.connected && lane.running.size < mostOf(lane));
    return free.sort((left, right) => left.running.size - right.running.size)[0];
  }

  private mostUrgent(laneIsIdle: boolean): FrameJob | undefined {
    let best: JobSource | undefined;
    let bestRank = Infinity;
    for (const source of this.sources) {
      const rank = source.rank();
      if (rank === undefined || rank >= bestRank) continue;
      best = source;
      bestRank = rank;
    }
    return best !== undefined && this.turns.begins(bestRank, laneIsIdle) ? best.take() : undefined;
  }

  holdOthers(): void {
    this.turns.holdOthers();
  }

  stir(): void {
    this.turns.stir();
  }

  whenQuiet(forMs: number, run: () => void): () => void {
    return this.turns.whenQuiet(forMs, run);
  }

  private isUnderWay(which: (job: FrameJob) => boolean): boolean {
    return this.lanes.some(({ running }) => [...running.values()].some(({ job, cancelled }) => !cancelled && which(job)));
  }

  private isLoading(): boolean {
    return this.isUnderWay(isLookedAt) || [...this.sources].some((source) => (source.rank() ?? AHEAD_RANK) < AHEAD_RANK);
  }

  private start(lane: Lane, job: FrameJob): void {
    const running: Running = { id: this.nextId++, job, cancelled: false, timer: undefined };
    lane.running.set(running.id, running);
    this.watch(lane, running, this.options.answerTimeoutMs ?? ANSWER_TIMEOUT_MS, 'the cache did not answer for this frame');
    lane.worker.post({ kind: 'load', job: running.id, frame: job.frame, priority: job.priority, target: job.target });
  }

  /** A frame that takes too long ends with its worker: what writes into shared memory is stopped before its place is used again. */
  private watch(lane: Lane, running: Running, timeoutMs: number, reason: string): void {
    clearTimeout(running.timer);
    running.timer = setTimeout(() => this.replace(lane, running.id, `${reason} within ${timeoutMs / 1000} s`), timeoutMs);
  }

  private openLane(): Lane {
    const lane: Lane = { worker: this.options.spawn(), connected: false, decodeMs: undefined, running: new Map() };
    this.listen(lane, lane.worker);
    return lane;
  }

  private listen(lane: Lane, worker: DecodeWorker): void {
    worker.onMessage((message) => {
      if (lane.worker === worker) this.receive(lane, message);
    });
    worker.onError((reason) => {
      if (lane.worker === worker && !this.closed) this.replace(lane, undefined, `the decoder ended: ${reason}`);
    });
  }

  private receive(lane: Lane, message: FromDecodeWorker): void {
    if (message.kind === 'portLost') {
      lane.connected = false;
      this.connect();
      return;
    }
    const running = lane.running.get(message.job);
    if (running === undefined) return;
    switch (message.kind) {
      case 'decoding':
        running.decodingSinceMs = performance.now();
        this.watch(lane, running, this.options.decodeTimeoutMs ?? DECODE_TIMEOUT_MS, 'this frame was not decoded');
        return;
      case 'loaded':
        lane.decodeMs = running.decodingSinceMs === undefined ? undefined : performance.now() - running.decodingSinceMs;
        this.end(lane, running, { kind: 'loaded' });
        break;
      case 'failed':
        this.end(lane, running, outcomeOf(message.code, message.reason));
        break;
    }
    this.kick();
  }

  private end(lane: Lane, running: Running, outcome: FrameOutcome): void {
    clearTimeout(running.timer);
    lane.running.delete(running.id);
    if (outcome.kind === 'loaded' && isAwaited(running.job)) this.turns.awaitedCame();
    if (isLookedAt(running.job)) this.turns.stir();
    running.job.done(outcome);
  }

  private endAll(lane: Lane, outcome: (running: Running) => FrameOutcome): void {
    for (const running of [...lane.running.values()]) this.end(lane, running, outcome(running));
  }

  /** A new worker in place of one that hangs or died. The frame it hung on is marked; without one, the first under way is. */
  private replace(lane: Lane, guiltyId: number | undefined, reason: string): void {
    const guilty = guiltyId ?? [...lane.running.keys()][0];
    this.options.report(`a decode worker was replaced: ${reason}`);
    lane.worker.terminate();
    lane.worker = this.options.spawn();
    lane.connected = false;
    this.listen(lane, lane.worker);
    if (this.isWarm) lane.worker.post({ kind: 'warm' });
    this.endAll(lane, (running) => (running.id === guilty ? { kind: 'failed', code: 'cannotDecode', reason } : { kind: 'lost' }));
    this.connect();
  }

  private connect(): void {
    if (this.closed || this.connecting !== undefined) return;
    const needing = this.lanes.filter((lane) => !lane.connected);
    if (needing.length === 0) return;
    const attempt = this.options.ports(needing.length).then(
      (ports) => {
        if (this.connecting !== attempt || this.closed) {
          for (const port of ports) port.close(); // asked for before a restart: dead already
          return;
        }
        this.connecting = undefined;
        needing.forEach((lane, index) => {
          const port = ports[index];
          if (port === undefined) return;
          lane.connected = true;
          lane.worker.post({ kind: 'port', port }, [port]);
        });
        this.kick();
        this.connect();
      },
      () => {
        if (this.connecting !== attempt || this.closed) return;
        this.connecting = undefined;
        clearTimeout(this.retryTimer);
        this.retryTimer = setTimeout(() => this.connect(), this.options.retryMs ?? RETRY_MS);
      },
    );
    this.connecting = attempt;
  }
}

function isLookedAt({ priority }: FrameJob): boolean {
  return priority !== 'ahead';
}

function isAwaited({ priority }: FrameJob): boolean {
  return priority === 'visible' || priority === 'interaction';
}

function outcomeOf(code: ErrorCode, reason: string): FrameOutcome {
  if (code === 'cancelled') return { kind: 'cancelled' };
  if (code === 'disconnected') return { kind: 'lost' };
  return { kind: 'failed', code, reason };
}
