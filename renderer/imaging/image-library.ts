import type { DisplaySet } from '@shared/domain';
import { DisplaySetLoader } from './display-set-loader';
import { type AskTables, ImageTables } from './image-tables';
import type { OpenDisplaySet } from './loader-types';
import type { PixelPool } from './pixel-pool';
import type { Ahead } from './set-cursor';

export interface LibraryUsage {
  readonly usedBytes: number;
  readonly budgetBytes: number;
}

/** All display sets whose frames are in memory. Sets that nobody shows stay until the memory is needed, the oldest goes first. */
export interface ImageLibrary {
  /** The same set twice is the same frames. Take a cursor to have it loaded. */
  open(displaySet: DisplaySet): OpenDisplaySet;
  /**
   * Has frames loaded before anybody looks, where there is room for them (for the whole set, of `first` for one frame), free or of closed studies (`setOpenStudies`); all other sets go before it, and its memory is the
   * first to go. Returns how to end it: what nobody has looked at by then is given up. Undefined: no room.
   */
  ahead(displaySet: DisplaySet, index: number, how: LookAhead): (() => void) | undefined;
  /** Share of a set's frames that is in memory, from 0 to 1. Asking takes no memory for it. */
  loadedShare(displaySetId: string): number;
  /** Runs whenever `loadedShare` of this set may be another one. Returns the unsubscriber. */
  onLoaded(displaySetId: string, listener: () => void): () => void;
  /** New display sets of a study that is open: sets that are known grow in place. */
  update(displaySets: readonly DisplaySet[]): void;
  /** Which studies are open: sets of the others, though they stay until memory is needed, go for what is looked at ahead. Until it is said, all are. */
  setOpenStudies(isOpen: (StudyInstanceUID: string) => boolean): void;
  /** Frees what nobody shows, of one study or of all. */
  forget(StudyInstanceUID?: string): void;
  readonly usage: LibraryUsage;
  /** The reader does something: what nobody looks at yet waits. */
  stir(): void;
  /** Runs once nothing that is looked at was loaded and the reader did nothing for so long. Returns how to call it off. */
  whenQuiet(forMs: number, run: () => void): () => void;
  /** Another share of the machine's memory: sets that nobody shows go when it is less. */
  setBudget(bytes: number): void;
  close(): void;
}

/**
 * `soon`: this frame at once, its neighbours a little later, all others while nothing else is wanted; `idle`: all of them while nothing else is wanted, in this
 * order; `first`: this frame alone, then.
 */
export type LookAhead = 'soon' | 'idle' | 'first';

/** Loaded soon with the first picture: so many neighbours to each side at most, and so many bytes. */
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

interface Entry {
  readonly loader: DisplaySetLoader;
  readonly leavePool: () => void;
  /** So many places it takes while nobody looks at it: of a first frame alone one. */
  placesAhead: number;
}

class Library implements ImageLibrary {
  /** Least recently used first. */
  private readonly loaders = new Map<string, Entry>();
  private readonly followers = new Map<string, Set<() => void>>();
  private isOpen: (StudyInstanceUID: string) => boolean = () => true;

  constructor(
    private readonly pool: PixelPool,
    private budgetBytes: number,
    private readonly tables: ImageTables,
  ) {}

  open(displaySet: DisplaySet): DisplaySetLoader {
    const known = this.known(displaySet);
    if (known !== undefined) return known;
    const loader = this.make(displaySet);
    this.giveRoom(loader);
    return loader;
  }

  private known(displaySet: DisplaySet): DisplaySetLoader | undefined {
    const loader = this.loaders.get(displaySet.id)?.loader;
    if (loader !== undefined && loader.displaySet !== displaySet) loader.update(displaySet);
    return loader;
  }

  private make(displaySet: DisplaySet): DisplaySetLoader {
    const loader = new DisplaySetLoader(
      displaySet,
      this.pool,
      this.tables,
      (self) => this.giveRoom(self),
      (self) => this.touch(self),
    );
    this.loaders.set(displaySet.id, { loader, leavePool: this.pool.addSource(loader), placesAhead: 0 });
    loader.onChange(() => this.tellFollowers(displaySet.id));
    return loader;
  }

  ahead(displaySet: DisplaySet, index: number, how: LookAhead): (() => void) | undefined {
    const loader = this.known(displaySet) ?? this.make(displaySet);
    const entry = this.loaders.get(displaySet.id);
    if (entry !== undefined) entry.placesAhead = Math.max(entry.placesAhead, how === 'first' ? 1 : Infinity);
    if (loader.frameBytes === 0 || (!loader.wasUsed && !this.takeFreeRoom(loader))) {
      if (!loader.wasUsed && !loader.heldAhead) this.drop(loader);
      return undefined;
    }
    loader.tables(index);
    const ends: (() => void)[] = [];
    const stand = (reach: number, as: Ahead): void => void ends.push(loader.lookAhead(index, reach, as));
    let later: ReturnType<typeof setTimeout> | undefined;
    if (how === 'soon') {
      stand(0, 'soon');
      const reach = Math.min(MOST_AHEAD, Math.floor(MOST_AHEAD_BYTES / loader.frameBytes / 2));
      later = setTimeout(() => {
        stand(reach, 'soon');
        stand(Infinity, 'idle');
      }, NEIGHBOURS_AFTER_MS);
    } else stand(how === 'first' ? 0 : Infinity, 'idle');
    return () => {
      clearTimeout(later);
      for (const end of ends) end();
      if (!loader.wasUsed && !loader.heldAhead) this.drop(loader);
    };
  }

  /** Room for a set that nobody looks at yet, for all that is loaded of it by then: what is free, and what studies left that are closed. */
  private takeFreeRoom(loader: DisplaySetLoader): boolean {
    const places = this.loaders.get(loader.displaySet.id)?.placesAhead ?? 0;
    const missing = Math.min(loader.wantedSlots, places) - loader.capacity;
    if (missing <= 0) return true;
    const lacking = missing * loader.frameBytes - (this.budgetBytes - this.usedBytes());
    return (lacking <= 0 || this.freeClosed(lacking)) && loader.grow(missing);
  }

  /** Drops sets of closed studies, the least recently used first, until so many bytes are free; none where all of them are not enough. */
  private freeClosed(bytes: number): boolean {
    const going: DisplaySetLoader[] = [];
    let freed = 0;
    for (const loader of this.dispensable()) {
      if (freed >= bytes) break;
      if (!loader.wasUsed || loader.heldAhead || this.isOpen(loader.displaySet.StudyInstanceUID)) continue;
      going.push(loader);
      freed += loader.sizeBytes;
    }
    if (freed < bytes) return false;
    for (const loader of going) this.drop(loader);
    return true;
  }

  setOpenStudies(isOpen: (StudyInstanceUID: string) => boolean): void {
    this.isOpen = isOpen;
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

  stir(): void {
    this.pool.stir();
  }

  whenQuiet(forMs: number, run: () => void): () => void {
    return this.pool.whenQuiet(forMs, run);
  }

  setBudget(bytes: number): void {
    this.budgetBytes = bytes;
    for (const loader of this.dispensable()) {
      if (this.usedBytes() <= bytes) break;
      this.drop(loader);
    }
    for (const { loader } of [...this.loaders.values()]) if (loader.inUse) this.giveRoom(loader);
  }

  close(): void {
    for (const { loader } of [...this.loaders.values()]) this.drop(loader);
  }

  private usedBytes(): number {
    return [...this.loaders.values()].reduce((sum, { loader }) => sum + loader.sizeBytes, 0);
  }

  /** What nobody looks at, in the order in which it goes: first what nobody has looked at at all. */
  private dispensable(): DisplaySetLoader[] {
    const unused = [...this.loaders.values()].map(({ loader }) => loader).filter((loader) => !loader.inUse);
    return [...unused.filter((loader) => loader.heldAhead && !loader.wasUsed), ...unused.filter((loader) => !loader.heldAhead || loader.wasUsed)];
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
    if (loader.heldAhead) {
      this.takeFreeRoom(loader);
      return;
    }
    for (const other of this.dispensable()) {
      if (this.budgetBytes - this.usedBytes() >= missing * frameBytes) break;
      if (other !== loader) this.drop(other);
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
