import type { VoiWindow } from '../domain/display-set';
import { type GreyChain, modalityValue } from './grey-table';
import { clampedWidth, type Voi } from './voi';

/** The file's window as the chain takes it. */
export function voiOf(window: Pick<VoiWindow, 'center' | 'width' | 'function'>): Voi {
  return { kind: window.function, center: window.center, width: clampedWidth(window.function, window.width) };
}

/** The window that spans all values of a frame, for an object that brings none: lowest value black, highest white. */
export function fullRangeWindow(minStored: number, maxStored: number, rescale: GreyChain['rescale']): Voi {
  const ends = [modalityValue(minStored, rescale), modalityValue(maxStored, rescale)];
  const low = Math.min(...ends);
  const high = Math.max(...ends);
  // LINEAR is black at low and white above center - 0.5 + (width - 1) / 2 (PS3.3 C.11.2.1.2.1).
  const width = Math.max(1, high - low + 1);
  return { kind: 'LINEAR', center: low + width / 2, width };
}
