import type { DisplaySet, ImageFrame } from '@shared/domain';
import { extremes, type StoredArray, storedType, valuesPerFrame } from '@shared/pixel';
import { FrameStore } from './frame-store';
import type { ImageTables, TableState } from './image-tables';
import type { FrameState, LoadCounts, LoadedFrame, LoaderChange, OpenDisplaySet, SetCursor } from './loader-types';
import type { FrameJob, FrameOutcome, JobSource, PixelPool } from './pixel-pool';
import { AHEAD_RANK } from './pool-turns';
import { type Ahead, type Candidate, type Cursor, newCursor, rankOf } from './set-cursor';

/** Work on frames further away is given up when the cursor moves on. */
const GIVE_UP_BEYOND = 24;
/** A frame that the services or a worker lost is asked for again this often. */
const MAX_LOSSES = 3;

const WAITING: FrameState = { kind: 'waiting' };
const REQUESTED: FrameState = { kind: 'requested' };
const LOADED: FrameState = { kind: 'loaded' };

export function frameKey({ instanceId, frameIndex, tile }: Pick<ImageFrame, 'instanceId' | 'frameIndex' | 'tile'>): string {
  return tile === undefined ? `${instanceId}:${frameIndex}` : `${instanceId}:${frameIndex}:${tile.number}`;
}

/** Loads the frames of one display set around where its viewers look. `requestRoom` asks the library for memory. */
export class DisplaySetLoader implements OpenDisplaySet, JobSource {
  private keys: string[] = [];
  private indexOf = new Map<string, number>();
  private readonly states = new Map<string, FrameState>();
  private readonly jobs = new Map<string, FrameJob>();
  private readonly losses = new Map<string, number>();
  private readonly cursors = new Set<Cursor>();
  private readonly listeners = new Set<(change: LoaderChange) => void>();
  /** Made for the first frame that can be decoded, which may come later than others. */
  private store: FrameStore | undefined;
  private candidate: Candidate | undefined;
  private closed = false;
  private used = false;
  /** Frames of the set by what is known of them, counted along. */
  private readonly known = { waiting: 0, requested: 0, loaded: 0, failed: 0 };
  private set: DisplaySet;

  constructor(
    displaySet: DisplaySet,
    private readonly pool: PixelPool,
    private readonly imageTables: ImageTables,
    private readonly requestRoom: (loader: DisplaySetLoader) => void,
    private readonly onUse: (loader: DisplaySetLoader) => void,
  ) {
    this.set = displaySet;
    this.index();
  }

  get displaySet(): DisplaySet {
    return this.set;
  }

  get frameBytes(): number {
    return this.store?.frameBytes ?? 0;
  }

  get sizeBytes(): number {
    return this.store?.sizeBytes ?? 0;
  }

  get capacity(): number {
    return this.store?.capacity ?? 0;
  }

  /** Frames that want a place. */
  get wantedSlots(): number {
    return this.set.frames.filter((frame) => frame.cannotDecode === undefined).length;
  }

  /** Somebody looks at it. */
  get inUse(): boolean {
    return [...this.cursors].some(({ ahead }) => ahead === undefined);
  }

  /** Nobody looks at it: it stands ready for somebody who may come. */
  get heldAhead(): boolean {
    return this.cursors.size > 0 && !this.inUse;
  }

  /** Somebody looks at it, or has. */
  get wasUsed(): boolean {
    return this.used;
  }

  grow(slots: number): boolean {
    return this.store?.grow(slots) ?? true;
  }

  state(index: number): FrameState {
    const key = this.keys[index];
    return key === undefined ? WAITING : (this.states.get(key) ?? WAITING);
  }

  frame(index: number): LoadedFrame | undefined {
    const key = this.keys[index];
    const state = this.state(index);
    const values = key === undefined || state.kind !== 'loaded' ? undefined : this.store?.values(key);
    return key === undefined || state.kind !== 'loaded' || values === undefined ? undefined : loadedFrame(key, values);
  }

  tables(index: number): TableState {
    const frame = this.set.frames[index];
    if (frame === undefined) return { kind: 'none' };
    const key = frameKey(frame);
    return this.imageTables.of(frame, () => this.tell({ kind: 'frame', key, index: this.indexOf.get(key) ?? -1 }));
  }

  get counts(): LoadCounts {
    return { total: this.keys.length, loaded: this.known.loaded, failed: this.known.failed, room: this.capacity };
  }

  onChange(listener: (change: LoaderChange) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  cursor(index: number): SetCursor {
    this.beUsed();
    const cursor = newCursor(index, Infinity);
    this.cursors.add(cursor);
    this.onUse(this);
    this.pool.holdOthers();
    this.pool.kick();
    return { setIndex: (next) => this.move(cursor, next), release: () => this.leave(cursor) };
  }

  /** Loads as a cursor does, up to `reach` frames away, for somebody who has not come yet: it is no use of the set. Returns its end. */
  lookAhead(index: number, reach: number, how: Ahead): () => void {
    const cursor = newCursor(index, reach, how);
    this.cursors.add(cursor);
    this.pool.kick();
    return () => this.leave(cursor);
  }

  update(displaySet: DisplaySet): void {
    if (displaySet.id !== this.set.id) throw new Error(`display set ${displaySet.id} is not ${this.set.id}`);
    this.set = displaySet;
    this.index();
    this.requestRoom(this);
    this.tell({ kind: 'displaySet' });
    this.pool.kick();
  }

  retryFailed(): void {
    this.waitAgain();
    this.pool.kick();
  }

  /** What failed before anybody looked is tried once more for the one who does. */
  private beUsed(): void {
    if (!this.used && (this.cursors.size > 0 || this.known.failed > 0)) this.waitAgain();
    this.used = true;
  }

  private waitAgain(): void {
    this.losses.clear();
    this.imageTables.retryFailed();
    for (const frame of this.set.frames) {
      const key = frameKey(frame);
      if (frame.cannotDecode === undefined && this.states.get(key)?.kind === 'failed') this.setState(key, WAITING);
    }
  }

  close(): void {
    this.closed = true;
    this.giveUp(() => true);
    this.listeners.clear();
  }

  rank(): number | undefined {
    this.candidate = this.findCandidate();
    return this.candidate?.rank;
  }

  take(): FrameJob | undefined {
    const candidate = this.candidate ?? this.findCandidate();
    this.candidate = undefined;
    const frame = candidate === undefined ? undefined : this.set.frames[candidate.index];
    if (candidate === undefined || frame === undefined || this.store === undefined) return undefined;
    const key = frameKey(frame);
    const target = this.store.reserve(key, candidate.index) ?? (this.makeWay(candidate) ? this.store.reserve(key, candidate.index) : undefined);
    if (target === undefined) return undefined;
    const { instanceId, frameIndex, tile, TransferSyntaxUID, format } = frame;
    const job: FrameJob = {
      frame: { instanceId, frameIndex, ...(tile === undefined ? {} : { tile }), TransferSyntaxUID, format },
      priority: candidate.priority,
      target,
      done: (outcome) => this.ended(key, outcome),
    };
    this.jobs.set(key, job);
    this.setState(key, REQUESTED);
    return job;
  }

  private index(): void {
    const first = this.set.frames.find((frame) => frame.cannotDecode === undefined);
    if (first !== undefined) this.store ??= new FrameStore(storedType(first.format), valuesPerFrame(first.format));
    this.keys = this.set.frames.map(frameKey);
    this.indexOf = new Map(this.keys.map((key, index) => [key, index]));
    for (const frame of this.set.frames) {
      if (frame.cannotDecode !== undefined) this.states.set(frameKey(frame), { kind: 'failed', reason: `cannot decode: ${frame.cannotDecode}` });
    }
    this.lookAgain();
    for (const [key] of [...this.states]) {
      if (this.indexOf.has(key)) continue;
      this.states.delete(key);
      if (!this.jobs.has(key)) this.store?.release(key);
    }
    Object.assign(this.known, { waiting: 0, requested: 0, loaded: 0, failed: 0 });
    for (let index = 0; index < this.keys.length; index++) this.known[this.state(index).kind]++;
  }

  private move(cursor: Cursor, next: number): void {
    if (next === cursor.index || !this.cursors.has(cursor)) return;
    cursor.direction = next > cursor.index ? 1 : -1;
    cursor.index = next;
    cursor.moved = true;
    this.pool.stir();
    this.lookAgain();
    this.onUse(this);
    this.giveUp((index) => this.distance(index) > GIVE_UP_BEYOND);
    this.pool.kick();
  }

  private leave(cursor: Cursor): void {
    this.cursors.delete(cursor);
    if (this.cursors.size === 0) this.giveUp(() => true);
    if (cursor.ahead === undefined) this.onUse(this);
  }

  /** Work under way that nobody waits for any more. Its place stays taken until the worker has let go. */
  private giveUp(unwanted: (index: number) => boolean): void {
    for (const [key, job] of this.jobs) {
      if (unwanted(this.indexOf.get(key) ?? Infinity)) this.pool.cancel(job);
    }
  }

  private ended(key: string, outcome: FrameOutcome): void {
    this.jobs.delete(key);
    const known = this.indexOf.has(key);
    if (outcome.kind === 'loaded' && known && !this.closed) {
      this.setState(key, LOADED);
      return;
    }
    this.store?.release(key);
    if (!known || this.closed) {
      this.states.delete(key);
      return;
    }
    if (outcome.kind === 'failed') this.setState(key, { kind: 'failed', reason: outcome.reason });
    else if (outcome.kind === 'lost' && this.countLoss(key) >= MAX_LOSSES)
      this.setState(key, { kind: 'failed', reason: 'the decoder was lost on this frame several times' });
    else this.setState(key, WAITING);
    this.pool.kick();
  }

  private countLoss(key: string): number {
    const count = (this.losses.get(key) ?? 0) + 1;
    this.losses.set(key, count);
    return count;
  }

  /** The most wanted frame that is not asked for yet. */
  private findCandidate(): Candidate | undefined {
    if (this.closed || this.cursors.size === 0 || this.store === undefined) return undefined;
    let best: Candidate | undefined;
    for (const cursor of this.cursors) {
      while (cursor.after < this.keys.length && this.state(cursor.after).kind !== 'waiting') cursor.after++;
      while (cursor.before >= 0 && this.state(cursor.before).kind !== 'waiting') cursor.before--;
      for (const index of [cursor.after, cursor.before]) {
        if (index < 0 || index >= this.keys.length || Math.abs(index - cursor.index) > cursor.reach) continue;
        const candidate = rankOf(index, cursor);
        if (best === undefined || candidate.rank < best.rank) best = candidate;
      }
    }
    if (best === undefined || !this.store.isFull) return best;
    if (best.rank >= AHEAD_RANK) return undefined; // nothing gives way to it
    return this.farthestLoaded(this.distance(best.index)) === undefined ? undefined : best;
  }

  /** Frames wait again, or cursors stand elsewhere: the search starts at the cursors. */
  private lookAgain(): void {
    for (const cursor of this.cursors) {
      cursor.after = Math.max(0, cursor.index);
      cursor.before = Math.min(cursor.index, this.keys.length) - 1;
    }
  }

  private distance(index: number): number {
    let nearest = Infinity;
    for (const cursor of this.cursors) nearest = Math.min(nearest, Math.abs(index - cursor.index));
    return nearest;
  }

  /** Memory is full: the loaded frame farthest from all cursors gives way to a nearer one. */
  private makeWay(candidate: Candidate): boolean {
    const index = this.farthestLoaded(this.distance(candidate.index));
    const key = index === undefined ? undefined : this.keys[index];
    if (key === undefined) return false;
    this.store?.release(key);
    this.setState(key, WAITING);
    return true;
  }

  private farthestLoaded(beyond: number): number | undefined {
    let farthest: number | undefined;
    let most = beyond + 1;
    for (let index = 0; index < this.keys.length; index++) {
      if (this.state(index).kind !== 'loaded') continue;
      const distance = this.distance(index);
      if (distance <= most) continue;
      farthest = index;
      most = distance;
    }
    return farthest;
  }

  private setState(key: string, state: FrameState): void {
    if (this.indexOf.has(key)) {
      this.known[(this.states.get(key) ?? WAITING).kind]--;
      this.known[state.kind]++;
    }
    this.states.set(key, state);
    if (state.kind === 'waiting') this.lookAgain();
    this.tell({ kind: 'frame', key, index: this.indexOf.get(key) ?? -1 });
  }

  private tell(change: LoaderChange): void {
    for (const listener of [...this.listeners]) listener(change);
  }
}

function loadedFrame(key: string, values: StoredArray): LoadedFrame {
  let range: { readonly min: number; readonly max: number } | undefined;
  return {
    key,
    values,
    get min() {
      return (range ??= extremes(values)).min;
    },
    get max() {
      return (range ??= extremes(values)).max;
    },
  };
}
