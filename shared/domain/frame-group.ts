import type { PlaneAxes } from '../geometry';
import type { FrameItem } from './frame-items';

/** Frames of a series that make one display set. */
export interface FrameGroup {
  /** Stable as more images come: made of values, not of order. */
  readonly key: string;
  readonly items: readonly FrameItem[];
  /** One for each rule. */
  readonly values: readonly string[];
  /** Position in time or slice, where time did split. */
  readonly timeWords: string;
  /** Volumes one after the other instead of places. */
  readonly byVolume: boolean;
  readonly axes: PlaneAxes | undefined;
  /** The kinds of frames are too many to be told apart. */
  readonly mixed?: boolean;
}
