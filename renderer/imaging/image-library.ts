import type { DisplaySet } from '@shared/domain';
import { storedFrameBytes } from '@shared/pixel';
import { DisplaySetLoader } from './display-set-loader';
import { type AskTables, ImageTables } from './image-tables';
import type { OpenDisplaySet } from './loader-types';
import type { PixelPool } from './pixel-pool';

export interface LibraryUsage {
  readonly usedBytes: number;
  readonly budgetBytes: number;
}

/** All display sets whose frames are in memory. Sets that nobody shows stay until the memory is needed, the oldest goes first. */
export interface ImageLibrary {
  /** The same set twice is the same frames. Take a cursor to have it loaded. */
  open(displaySet: DisplaySet): OpenDisplaySet;
  /**
   * Has this frame and its neighbours loaded before anybody looks, where there is room for the set without freeing anything. Returns how to end it: what nobody
   * looks at by then is given up. Undefined: no room.
   */
  ahead(displaySet: DisplaySet, index: number): (() => void) | undefined;
  /** Share of a set's frames that is in memory, from 0 to 1. Asking takes no memory for it. */
  loadedShare(displaySetId: string): number;
  /** Runs whenever `loadedShare` of this set may be another one. Returns the unsubscriber. */
  onLoaded(displaySetId: string, listener: () => void): () => void;
  /** New display sets of a study that is open: sets that are known grow in place. */
  update(displaySets: readonly DisplaySet[]): void;
  /** Frees what nobody shows, of one study or of all. */
  forget(StudyInstanceUID?: string): void;
  readonly usage: LibraryUsage;
  /** Another share of the machine's memory: sets that nobody shows go when it is less. */
  setBudget(bytes: number): void;
  close(): void;
}

/** Loaded ahead with the first picture: so many neighbours to each side at most, and so many bytes. */
const MOST_AHEAD = 8;
const MOST_AHEAD_BYTES = 2 ** 24;
/** Longer than the pause within a double click: decoding neighbours would keep the processor from showing the study. */
const NEIGHBOURS_AFTER_MS = 300;

/** A set that is larger than the memory still gets this many frames: its viewer and neighbours. */
const LEAST_FRAMES = 16;

export interface ImageLibraryOptions {
  readonly pool: PixelPool;
  readonly budgetBytes: number;
  /** Where the look-up tables of an image come from (`image.luts`); without it images that have some say that they cannot be had. */
  readonly askTables?: AskTables;
}

export function createImageLibrary(options: ImageLibraryOptions): ImageLibrary {
  const ask: AskTables = options.askTables ?? (() => Promise.reject(new Error('nobody to ask for look-up tables')));
  return new Library(options.pool, options.budgetBytes, new ImageTables(ask));
}

/** A process gets typed arrays of 8 GB at most on Windows, 16 GB elsewhere (architecture.md 6): this is what images may take of them anywhere. */
const MOST_BYTES = 6 * 2 ** 30;

/** A quarter of the machine's physical memory, at least 256 MiB, at most what a process gets. */
export function budgetBytesFor(memoryBytes: number): number {
  return Math.min(MOST_BYTES, Math.max(2 ** 28, Math.floor(memoryBytes / 4)));
}

class Library implements ImageLibrary {
  /** Least recently used first. */
  private readonly loaders = new Map<string, { readonly loader: DisplaySetLoader; readonly leavePool: () => void }>();
  private readonly followers = new Map<string, Set<() => void>>();

  constructor(
    private readonly pool: PixelPool,
    private budgetBytes: number,
    private readonly tables: ImageTables,
  ) {}

  open(displaySet: DisplaySet): DisplaySetLoader {
    const known = this.loaders.get(displaySet.id);
    if (known !== undefined) {
      if (known.loader.displaySet !== displaySet) known.loader.update(displaySet);
      return known.loader;
    }
    const loader = new DisplaySetLoader(
      displaySet,
      this.pool,
      this.tables,
      (self) => this.giveRoom(self),
      (self) => this.touch(self),
    );
    this.loaders.set(displaySet.id, { loader, leavePool: this.pool.addSource(loader) });
    loader.onChange(() => this.tellFollowers(displaySet.id));
    this.giveRoom(loader);
    return loader;
  }

  ahead(displaySet: DisplaySet, index: number): (() => void) | undefined {
    const known = this.loaders.get(displaySet.id)?.loader;
    const format = displaySet.frames[index]?.format;
    if (format === undefined) return undefined;
    const frameBytes = storedFrameBytes(format);
    if (known === undefined && displaySet.frames.length * frameBytes > this.budgetBytes - this.usedBytes()) return undefined;
    const loader = this.open(displaySet);
    loader.tables(index);
    const reach = Math.min(MOST_AHEAD, Math.floor(MOST_AHEAD_BYTES / frameBytes / 2));
    const cursors = [loader.cursor(index, 0)];
    const later = setTimeout(() => cursors.push(loader.cursor(index, reach)), NEIGHBOURS_AFTER_MS);
    return () => {
      clearTimeout(later);
      for (const cursor of cursors) cursor.release();
      if (known === undefined && !loader.inUse) this.drop(loader);
    };
  }

  loadedShare(displaySetId: string): number {
    const counts = this.loaders.get(displaySetId)?.loader.counts;
    return counts === undefined || counts.total === 0 ? 0 : counts.loaded / counts.total;
  }

  onLoaded(displaySetId: string, listener: () => void): () => void {
    const listeners = this.followers.get(displaySetId) ?? new Set();
    this.followers.set(displaySetId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.followers.get(displaySetId) === listeners) this.followers.delete(displaySetId);
    };
  }

  private tellFollowers(displaySetId: string): void {
    for (const listener of [...(this.followers.get(displaySetId) ?? [])]) listener();
  }

  update(displaySets: readonly DisplaySet[]): void {
    for (const displaySet of displaySets) this.loaders.get(displaySet.id)?.loader.update(displaySet);
  }

  forget(StudyInstanceUID?: string): void {
    for (const { loader } of [...this.loaders.values()]) {
      const meant = StudyInstanceUID === undefined || loader.displaySet.StudyInstanceUID === StudyInstanceUID;
      if (meant && !loader.inUse) this.drop(loader);
    }
  }

  get usage(): LibraryUsage {
    return { usedBytes: this.usedBytes(), budgetBytes: this.budgetBytes };
  }

  setBudget(bytes: number): void {
    this.budgetBytes = bytes;
    for (const { loader } of [...this.loaders.values()]) {
      if (this.usedBytes() <= bytes) break;
      if (!loader.inUse) this.drop(loader);
    }
    for (const { loader } of [...this.loaders.values()]) if (loader.inUse) this.giveRoom(loader);
  }

  close(): void {
    for (const { loader } of [...this.loaders.values()]) this.drop(loader);
  }

  private usedBytes(): number {
    return [...this.loaders.values()].reduce((sum, { loader }) => sum + loader.sizeBytes, 0);
  }

  /** Used now: goes to the end of the line, and may take the room that others left. */
  private touch(loader: DisplaySetLoader): void {
    const entry = this.loaders.get(loader.displaySet.id);
    if (entry?.loader !== loader) return;
    this.loaders.delete(loader.displaySet.id);
    this.loaders.set(loader.displaySet.id, entry);
    if (loader.inUse && loader.capacity < loader.wantedSlots) this.giveRoom(loader);
  }

  /** As many places as the budget has, after those that nobody shows gave theirs. */
  private giveRoom(loader: DisplaySetLoader): void {
    const { frameBytes } = loader;
    const missing = loader.wantedSlots - loader.capacity;
    if (frameBytes === 0 || missing <= 0) return;
    for (const { loader: other } of [...this.loaders.values()]) {
      if (this.budgetBytes - this.usedBytes() >= missing * frameBytes) break;
      if (other !== loader && !other.inUse) this.drop(other);
    }
    const affordable = Math.floor((this.budgetBytes - this.usedBytes()) / frameBytes);
    const least = Math.max(0, Math.min(LEAST_FRAMES - loader.capacity, missing));
    let slots = Math.max(least, Math.min(missing, affordable));
    while (slots > 0 && !loader.grow(slots)) slots = Math.floor(slots / 2);
  }

  private drop(loader: DisplaySetLoader): void {
    const entry = this.loaders.get(loader.displaySet.id);
    if (entry?.loader !== loader) return;
    this.loaders.delete(loader.displaySet.id);
    entry.leavePool();
    loader.close();
    this.tellFollowers(loader.displaySet.id);
  }
}
