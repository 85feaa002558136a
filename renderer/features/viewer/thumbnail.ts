import type { DisplaySet } from '@shared/domain';
import { fullRangeWindow, outputLevel, continuousLevel, voiOf } from '@shared/grayscale';
import type { ImageLibrary, LoadedFrame } from '../../imaging';
import { pixelAspect } from './cell';

/** Places within a pixel of the thumbnail whose levels are averaged: a fine pattern does not become a coarse one. */
const SAMPLES = [1, 3, 5].flatMap((y) => [1, 3, 5].map((x) => [x / 6, y / 6] as const));

/** Draws a frame into a square of `size` pixels, whole image, black around. */
export function drawThumbnail(context: CanvasRenderingContext2D, set: DisplaySet, index: number, loaded: LoadedFrame, size: number): void {
  const frame = set.frames[index];
  if (frame === undefined) return;
  const { Columns, Rows, PixelRepresentation, PhotometricInterpretation } = frame.format;
  const own = frame.windows[0];
  const chain = {
    signed: PixelRepresentation === 1,
    rescale: frame.rescale,
    voi: own === undefined ? fullRangeWindow(loaded.min, loaded.max, frame.rescale) : voiOf(own),
    inverse: PhotometricInterpretation === 'MONOCHROME1',
    inverted: false,
  };
  const height = Rows * pixelAspect(frame);
  const scale = size / Math.max(Columns, height);
  const offsetX = (size - Columns * scale) / 2;
  const offsetY = (size - height * scale) / 2;
  const image = context.createImageData(size, size);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const at = (y * size + x) * 4;
      let sum = 0;
      for (const step of SAMPLES) {
        const row = Math.floor(((y + step[1] - offsetY) / (height * scale)) * Rows);
        const column = Math.floor((x + step[0] - offsetX) / scale);
        if (row < 0 || row >= Rows || column < 0 || column >= Columns) continue;
        sum += continuousLevel(loaded.values[row * Columns + column] ?? 0, chain);
      }
      const level = outputLevel(sum / SAMPLES.length);
      image.data[at + 3] = 255;
      image.data[at] = level;
      image.data[at + 1] = level;
      image.data[at + 2] = level;
    }
  }
  context.putImageData(image, 0, 0);
}

/** Index of the image that stands for the set: the middle one. */
export function middleOf(set: DisplaySet): number {
  return Math.floor(set.frames.length / 2);
}

/**
 * Waits for the middle frame and draws it; asks for nothing else.
 * @returns the unsubscriber
 */
export function followThumbnail(library: ImageLibrary, set: DisplaySet, draw: (index: number, loaded: LoadedFrame) => void): () => void {
  const index = middleOf(set);
  const open = library.open(set);
  const cursor = open.cursor(index);
  let ended = false;
  const end = (): void => {
    if (ended) return;
    ended = true;
    leave();
    cursor.release();
  };
  const attempt = (): void => {
    const loaded = open.frame(index);
    if (loaded !== undefined) draw(index, loaded);
    if (loaded !== undefined || open.state(index).kind === 'failed') end();
  };
  const leave = open.onChange(attempt);
  attempt();
  return end;
}
