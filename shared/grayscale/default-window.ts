import type { VoiWindow } from '../domain/display-set';
import { modalityFunction, type ModalityTransform } from './modality';
import { clampedWidth, type VoiLinear } from './voi';

/** The file's window as the chain takes it. */
export function voiOf(window: Pick<VoiWindow, 'center' | 'width' | 'function'>): VoiLinear {
  return { kind: window.function, center: window.center, width: clampedWidth(window.function, window.width) };
}

/**
 * The window that spans all values of a frame, for an object that brings neither window nor table: lowest value black, highest white. The range is that of
 * the stored values that are no padding (`storedRange`).
 */
export function fullRangeWindow(
  minStored: number,
  maxStored: number,
  rescale: ModalityTransform['rescale'],
  modalityLut?: ModalityTransform['modalityLut'],
): VoiLinear {
  const [low, high] = modalityRange(minStored, maxStored, { rescale, modalityLut });
  // LINEAR is black at low and white above center - 0.5 + (width - 1) / 2 (PS3.3 C.11.2.1.2.1).
  const width = Math.max(1, high - low + 1);
  return { kind: 'LINEAR', center: low + width / 2, width };
}

/** Lowest and highest modality value of a range of stored values; a table need not rise. */
export function modalityRange(minStored: number, maxStored: number, transform: ModalityTransform): readonly [number, number] {
  const modality = modalityFunction(transform);
  const lut = transform.modalityLut;
  // Outside of its entries a table is constant: the ends and what lies between stand for all.
  const from = lut === undefined ? maxStored : Math.max(minStored, Math.min(maxStored, lut.first));
  const to = lut === undefined ? maxStored : Math.min(maxStored, lut.first + lut.values.length - 1);
  let low = Math.min(modality(minStored), modality(maxStored));
  let high = Math.max(modality(minStored), modality(maxStored));
  for (let stored = from; stored <= to; stored++) {
    const value = modality(stored);
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}
