import { apply, type Affine, inverse, isPixelExact } from '../../../shared/geometry';
import { continuousLevel, outputLevel } from '../../../shared/grayscale';
import { readElements } from './elements';
import type { Picture } from './png';

/** A native 16-bit image as the page must draw it, in double precision. */
export interface StoredImage {
  readonly columns: number;
  readonly rows: number;
  readonly signed: boolean;
  readonly rescale: { readonly slope: number; readonly intercept: number };
  readonly window: { readonly center: number; readonly width: number };
  valueAt(column: number, row: number): number;
}

/** Reads what the tests author: Explicit VR Little Endian, 16 bits, in the file's own first window. */
export function storedImageOf(dataSet: Uint8Array): StoredImage {
  const elements = readElements(dataSet);
  const short = (tag: string): number => {
    const bytes = elements.bytes(tag);
    return (bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8);
  };
  const first = (tag: string): number => Number((elements.text(tag) ?? '').split('\\')[0]);
  const [rows, columns] = [short('00280010'), short('00280011')];
  const signed = short('00280103') === 1;
  const bytes = elements.bytes('7fe00010');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    columns,
    rows,
    signed,
    rescale: { slope: Number(elements.text('00281053') ?? '1'), intercept: Number(elements.text('00281052') ?? '0') },
    window: { center: first('00281050'), width: first('00281051') },
    valueAt: (column, row) => {
      const at = 2 * (Math.min(rows - 1, Math.max(0, row)) * columns + Math.min(columns - 1, Math.max(0, column)));
      return signed ? view.getInt16(at, true) : view.getUint16(at, true);
    },
  };
}

/** Grey level of one device pixel: interpolated on stored values, black beside the image. */
function levelAt(image: StoredImage, back: Affine, exact: boolean, x: number, y: number): number {
  const [column, row] = apply(back, [x + 0.5, y + 0.5]);
  if (column < 0 || row < 0 || column >= image.columns || row >= image.rows) return 0;
  const chain = {
    signed: image.signed,
    rescale: image.rescale,
    voi: { kind: 'LINEAR', center: image.window.center, width: image.window.width },
    inverse: false,
    inverted: false,
  } as const;
  const level = (value: number): number => continuousLevel(value, chain);
  if (exact) return outputLevel(level(image.valueAt(Math.floor(column), Math.floor(row))));
  return outputLevel(level(meanOf(image, back, column, row)));
}

/** Made small, a pixel has the mean of what it covers, by taps at most 1.5 pixels apart (build/decisions/0251-pictures-made-small.md); otherwise the value at its middle. */
function meanOf(image: StoredImage, back: Affine, column: number, row: number): number {
  const [wide, high] = [Math.max(1, Math.hypot(back.a, back.c)), Math.max(1, Math.hypot(back.b, back.d))];
  const isReduced = Math.max(wide, high) > 1.5;
  const [across, down] = isReduced ? [Math.ceil(wide / 1.5 - 0.001), Math.ceil(high / 1.5 - 0.001)] : [1, 1];
  let sum = 0;
  for (let tap = 0; tap < across * down; tap++) {
    const [x, y] = [((tap % across) + 0.5) / across - 0.5, (Math.floor(tap / across) + 0.5) / down - 0.5];
    sum += valueBetween(image, column + wide * x, row + high * y);
  }
  return sum / (across * down);
}

/** Interpolated between the four pixels around a point. */
function valueBetween(image: StoredImage, column: number, row: number): number {
  const [left, top] = [Math.floor(column - 0.5), Math.floor(row - 0.5)];
  const [fx, fy] = [column - 0.5 - left, row - 0.5 - top];
  const upper = image.valueAt(left, top) * (1 - fx) + image.valueAt(left + 1, top) * fx;
  const lower = image.valueAt(left, top + 1) * (1 - fx) + image.valueAt(left + 1, top + 1) * fx;
  return upper * (1 - fy) + lower * fy;
}

export interface Wrong {
  readonly count: number;
  /** Left, top, right, bottom of what differs, in pixels of the rectangle. */
  readonly box: readonly [number, number, number, number];
}

/**
 * Compares a rectangle of a picture with the image as this view puts it there. Levels may differ by 2: the page interpolates in float32. A pixel on
 * the very edge of the image may be either.
 */
export function compareView(
  picture: Picture,
  at: { readonly left: number; readonly top: number; readonly width: number; readonly height: number },
  image: StoredImage,
  view: Affine,
  inset = 0,
): Wrong {
  const back = inverse(view);
  const exact = isPixelExact(view);
  let count = 0;
  const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let y = inset; y < at.height - inset; y++) {
    for (let x = inset; x < at.width - inset; x++) {
      const seen = picture.rgb[((at.top + y) * picture.width + at.left + x) * 3] ?? -1;
      if (Math.abs(seen - levelAt(image, back, exact, x, y)) <= 2) continue;
      const [column, row] = apply(back, [x + 0.5, y + 0.5]);
      if ([column, row, column - image.columns, row - image.rows].some((distance) => Math.abs(distance) < 1e-3)) continue;
      count++;
      box[0] = Math.min(box[0], x);
      box[1] = Math.min(box[1], y);
      box[2] = Math.max(box[2], x);
      box[3] = Math.max(box[3], y);
    }
  }
  return { count, box };
}
