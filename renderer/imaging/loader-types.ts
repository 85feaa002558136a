import type { DisplaySet } from '@shared/domain';
import type { StoredArray } from '@shared/pixel';
import type { TableState } from './image-tables';

/** `waiting`: not asked for yet. `failed` carries its reason in words for the image. */
export type FrameState =
  { readonly kind: 'waiting' } | { readonly kind: 'requested' } | { readonly kind: 'loaded' } | { readonly kind: 'failed'; readonly reason: string };

export interface LoadedFrame {
  /** Names the content for ever: instance id, frame index and tile. */
  readonly key: string;
  /** A view of shared memory: valid until the set is closed or the frame gives way. Copy to keep. */
  readonly values: StoredArray;
  /** Of all values, found when they are asked for first. */
  readonly min: number;
  readonly max: number;
}

export interface LoadCounts {
  readonly total: number;
  readonly loaded: number;
  readonly failed: number;
  /** Frames that have room in memory; fewer than total when the set is larger than the budget allows. */
  readonly room: number;
}

export type LoaderChange = { readonly kind: 'frame'; readonly key: string; readonly index: number } | { readonly kind: 'displaySet' };

/** A place in a display set where someone looks. */
export interface SetCursor {
  /** Loading follows: this frame first, then its neighbours in the sense of movement, then the rest. */
  setIndex(index: number): void;
  release(): void;
}

/** Frames of one display set, shared by all that show it. */
export interface OpenDisplaySet {
  readonly displaySet: DisplaySet;
  /** By index in display order. */
  state(index: number): FrameState;
  frame(index: number): LoadedFrame | undefined;
  /** Asks for the tables of this image when nobody did; a change of the frame is told when they are there. */
  tables(index: number): TableState;
  readonly counts: LoadCounts;
  onChange(listener: (change: LoaderChange) => void): () => void;
  cursor(index: number): SetCursor;
  /** The study grew: same set, other frames or order. What is loaded stays; indices are new. */
  update(displaySet: DisplaySet): void;
  /** Frames and tables that failed are tried once more. */
  retryFailed(): void;
}
