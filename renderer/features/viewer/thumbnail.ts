import { type DisplaySet, type ImageFrame, pixelAspect } from '@shared/domain';
import { levelFunction, outputLevel } from '@shared/grayscale';
import { ColourMaps, type ImageLibrary, type LoadedFrame, type TableState } from '../../imaging';
import { isColour } from './cell';
import { chosenVoi, greySettings, tablesFailure, tablesSettled, wholeRange } from './grey';

/** Places within a pixel of the thumbnail whose levels are averaged: a fine pattern does not become a coarse one. */
const SAMPLES = [1, 3, 5].flatMap((y) => [1, 3, 5].map((x) => [x / 6, y / 6] as const));

/** Draws a frame into a square of `size` pixels, whole image, black around. */
export function drawThumbnail(context: CanvasRenderingContext2D, set: DisplaySet, index: number, loaded: LoadedFrame, tables: TableState, size: number): void {
  const frame = set.frames[index];
  if (frame === undefined) return;
  const { Columns, Rows } = frame.format;
  const channels = isColour(frame) ? 3 : 1;
  const levelOf = channels === 3 ? colourLevels(frame, loaded, tables) : greyLevels(frame, loaded, tables);
  const height = Rows * pixelAspect(frame);
  const scale = size / Math.max(Columns, height);
  const offsetX = (size - Columns * scale) / 2;
  const offsetY = (size - height * scale) / 2;
  const image = context.createImageData(size, size);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const at = (y * size + x) * 4;
      const sums = [0, 0, 0];
      for (const step of SAMPLES) {
        const row = Math.floor(((y + step[1] - offsetY) / (height * scale)) * Rows);
        const column = Math.floor((x + step[0] - offsetX) / scale);
        if (row < 0 || row >= Rows || column < 0 || column >= Columns) continue;
        for (let channel = 0; channel < channels; channel++) sums[channel] = (sums[channel] ?? 0) + levelOf(row * Columns + column, channel);
      }
      for (let channel = 0; channel < 3; channel++) image.data[at + channel] = outputLevel((sums[channel % channels] ?? 0) / SAMPLES.length);
      image.data[at + 3] = 255;
    }
  }
  context.putImageData(image, 0, 0);
}

type LevelOf = (pixel: number, channel: number) => number;

function colourLevels({ format }: ImageFrame, { values }: LoadedFrame, tables: TableState): LevelOf {
  const luts = tables.kind === 'ready' ? tables.luts : undefined;
  const map = new ColourMaps().of(format.PhotometricInterpretation === 'PALETTE COLOR', format.SamplesPerPixel > 1, luts);
  const rgb = new Uint8Array(map === undefined ? 0 : format.Rows * format.Columns * 3);
  map?.apply(values, rgb);
  if (map !== undefined) return (pixel, channel) => rgb[pixel * 3 + channel] ?? 0;
  return (pixel, channel) => values[pixel * 3 + channel] ?? 0;
}

function greyLevels(frame: ImageFrame, loaded: LoadedFrame, tables: TableState): LevelOf {
  const voi = chosenVoi(frame, tables, undefined) ?? wholeRange(frame, tables, loaded);
  const levelOf = levelFunction({ ...greySettings(frame, tables, voi, false), signed: frame.format.PixelRepresentation === 1 });
  return (pixel) => levelOf(loaded.values[pixel] ?? 0);
}

/** Index of the image that stands for the set: the middle one. */
export function middleOf(set: DisplaySet): number {
  return Math.floor(set.frames.length / 2);
}

/**
 * Waits for the middle frame and draws it; asks for nothing else.
 * @returns the unsubscriber
 */
export function followThumbnail(library: ImageLibrary, set: DisplaySet, draw: (index: number, loaded: LoadedFrame, tables: TableState) => void): () => void {
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
    const frame = set.frames[index];
    const tables = open.tables(index);
    const loaded = frame !== undefined && tablesSettled(frame, tables) ? open.frame(index) : undefined;
    if (loaded !== undefined) draw(index, loaded, tables);
    if (loaded !== undefined || open.state(index).kind === 'failed' || tablesFailure(frame, tables) !== '') end();
  };
  const leave = open.onChange(attempt);
  attempt();
  return end;
}
