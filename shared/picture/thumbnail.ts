import { type ImageFrame, type ImageLuts, pixelAspect } from '../domain';
import { fullRangeWindow, levelFunction, outputLevel, storedRange, type Voi, voiOf } from '../grayscale';
import { applyPalette, type StoredArray } from '../pixel';

/** A decoded frame: grey as stored values, palette colour as indices, colour as RGB by pixel in 8 bits. */
export interface DecodedPicture {
  readonly values: StoredArray;
  readonly min: number;
  readonly max: number;
}

/** Places within a pixel of the thumbnail whose levels are averaged: a fine pattern does not become a coarse one. */
const SAMPLES = [1, 3, 5].flatMap((y) => [1, 3, 5].map((x) => [x / 6, y / 6] as const));

/**
 * The whole image in a square of `size` pixels, RGB of 8 bits, black around; grey by the file's own tables and first window, MONOCHROME1 and Presentation LUT
 * Shape followed, palette colour by its palette. Undefined where what its values mean is not known (a palette or a Modality LUT that could not be read).
 */
export function makeThumbnail(frame: ImageFrame, picture: DecodedPicture, luts: ImageLuts | undefined, size: number): Uint8Array<ArrayBuffer> | undefined {
  const levelOf = levels(frame, picture, luts);
  if (levelOf === undefined) return undefined;
  const { Columns, Rows } = frame.format;
  const height = Rows * pixelAspect(frame);
  const scale = size / Math.max(Columns, height);
  const offsetX = (size - Columns * scale) / 2;
  const offsetY = (size - height * scale) / 2;
  const out = new Uint8Array(size * size * 3);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const sums = [0, 0, 0];
      for (const [stepX, stepY] of SAMPLES) {
        const row = Math.floor(((y + stepY - offsetY) / (height * scale)) * Rows);
        const column = Math.floor((x + stepX - offsetX) / scale);
        if (row < 0 || row >= Rows || column < 0 || column >= Columns) continue;
        for (let channel = 0; channel < 3; channel++) sums[channel] = (sums[channel] ?? 0) + levelOf(row * Columns + column, channel);
      }
      for (let channel = 0; channel < 3; channel++) out[(y * size + x) * 3 + channel] = outputLevel((sums[channel] ?? 0) / SAMPLES.length);
    }
  }
  return out;
}

type LevelOf = (pixel: number, channel: number) => number;

function levels(frame: ImageFrame, { values, min, max }: DecodedPicture, luts: ImageLuts | undefined): LevelOf | undefined {
  const { SamplesPerPixel, PhotometricInterpretation, PixelRepresentation } = frame.format;
  if (SamplesPerPixel > 1) return (pixel, channel) => values[pixel * 3 + channel] ?? 0;
  if (PhotometricInterpretation === 'PALETTE COLOR') {
    if (luts?.palette === undefined) return undefined;
    const rgb = new Uint8Array(values.length * 3);
    applyPalette(values, luts.palette, rgb);
    return (pixel, channel) => rgb[pixel * 3 + channel] ?? 0;
  }
  if (frame.luts?.modality === true && luts?.modalityLut === undefined) return undefined;
  const transform = { rescale: frame.rescale, modalityLut: luts?.modalityLut };
  const levelOf = levelFunction({
    ...transform,
    padding: frame.padding,
    voi: voiFor(frame, { values, min, max }, luts),
    presentationLut: luts?.presentationLut,
    inverse: isInverse(frame, luts),
    inverted: false,
    signed: PixelRepresentation === 1,
  });
  return (pixel) => levelOf(values[pixel] ?? 0);
}

/** The first VOI LUT, else the first window, else what the frame holds (PS3.3 C.11.2). */
function voiFor(frame: ImageFrame, { values, min, max }: DecodedPicture, luts: ImageLuts | undefined): Voi {
  const [lut] = luts?.voiLuts ?? [];
  if (lut !== undefined) return { kind: 'LUT', lut };
  const [own] = frame.windows;
  if (own !== undefined) return voiOf(own);
  const found = frame.padding === undefined ? undefined : storedRange(values, frame.padding);
  const range = found === undefined || found.min === found.max ? { min, max } : found;
  return fullRangeWindow(range.min, range.max, frame.rescale, luts?.modalityLut);
}

/** The lowest value is white (PS3.3 C.11.6): the shape says it, without one the photometric interpretation. */
function isInverse({ format, extras }: ImageFrame, luts: ImageLuts | undefined): boolean {
  if (luts?.presentationLut !== undefined) return false;
  return extras?.presentationLutShape === undefined ? format.PhotometricInterpretation === 'MONOCHROME1' : extras.presentationLutShape === 'INVERSE';
}
