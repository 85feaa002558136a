import { createRandom, subSeed } from '../random';

/** A projection on its detector: millimetres of water behind each pixel, in row order. */
export interface Film {
  readonly columns: number;
  readonly rows: number;
  readonly pixelMm: number;
  readonly water: Float32Array;
}

/** How a film becomes grey: what a digital system's processing does. */
export interface Processing {
  /** Exposure falls by e in so many millimetres of water, scatter included. */
  readonly halvingMm: number;
  /** Part of the local contrast that is added (unsharp mask of `maskMm`). */
  readonly detail: number;
  readonly maskMm: number;
  readonly noise: number;
  readonly name: string;
}

/**
 * Logarithmic exposure, 0 (none) to 1 (unattenuated), with the detail raised and quantum noise that grows where little arrives.
 */
export function exposed(seed: number, film: Film, processing: Processing): Float32Array {
  const { columns, rows, pixelMm, water } = film;
  const grey = new Float32Array(water.length);
  const deepest = 320;
  for (let i = 0; i < grey.length; i++) {
    // Scatter fills the dense parts: the logarithm flattens there.
    const direct = Math.exp(-(water[i] ?? 0) / processing.halvingMm);
    grey[i] = 1 + Math.log(direct + 0.012) / (deepest / 70);
  }
  const smooth = boxBlur(boxBlur(grey, columns, rows, processing.maskMm / pixelMm), columns, rows, processing.maskMm / pixelMm);
  const random = createRandom(subSeed(seed, `film ${processing.name}`));
  for (let i = 0; i < grey.length; i++) {
    const here = grey[i] ?? 0;
    const detail = processing.detail * (here - (smooth[i] ?? 0));
    // Sum of two uniforms: near enough to normal, and four times as fast for millions of pixels.
    const noise = (random.next() + random.next() - 1) * 2.4 * processing.noise * (1.4 - 0.9 * here);
    grey[i] = here + detail + noise;
  }
  return grey;
}

/** Mean over a square of about `size` pixels a side; edges repeat. */
export function boxBlur(input: Float32Array, columns: number, rows: number, size: number): Float32Array {
  const reach = Math.max(1, Math.round(size / 2));
  const across = new Float32Array(input.length);
  for (let row = 0; row < rows; row++) slide(input, across, row * columns, 1, columns, reach);
  const out = new Float32Array(input.length);
  for (let column = 0; column < columns; column++) slide(across, out, column, columns, rows, reach);
  return out;
}

function slide(from: Float32Array, to: Float32Array, start: number, step: number, count: number, reach: number): void {
  const at = (index: number) => from[start + step * Math.min(count - 1, Math.max(0, index))] ?? 0;
  let sum = 0;
  for (let i = -reach; i <= reach; i++) sum += at(i);
  for (let i = 0; i < count; i++) {
    to[start + step * i] = sum / (2 * reach + 1);
    sum += at(i + reach + 1) - at(i - reach);
  }
}

/** Smooth enlargement (Catmull-Rom) of a coarse projection to a detector's raster. */
export function enlarge(sums: Float32Array, columns: number, rows: number, toColumns: number, toRows: number): Float32Array {
  const wide = new Float32Array(toColumns * rows);
  for (let row = 0; row < rows; row++) stretch(sums, row * columns, 1, columns, wide, row * toColumns, 1, toColumns);
  const out = new Float32Array(toColumns * toRows);
  for (let column = 0; column < toColumns; column++) stretch(wide, column, toColumns, rows, out, column, toColumns, toRows);
  return out;
}

function stretch(from: Float32Array, start: number, step: number, count: number, to: Float32Array, toStart: number, toStep: number, toCount: number): void {
  const at = (index: number) => from[start + step * Math.min(count - 1, Math.max(0, index))] ?? 0;
  for (let i = 0; i < toCount; i++) {
    const place = ((i + 0.5) / toCount) * count - 0.5;
    const low = Math.floor(place);
    const t = place - low;
    const [a, b, c, d] = [at(low - 1), at(low), at(low + 1), at(low + 2)];
    to[toStart + toStep * i] = b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
  }
}

/** Data of a VOI LUT of 4096 entries of 16 bits: a sigmoid about `middle` that takes 0 to 0 and 4095 to 65535. */
export function sigmoidTable(middle: number, width: number): Uint8Array {
  const data = new DataView(new ArrayBuffer(2 * 4096));
  const at = (input: number): number => 1 / (1 + Math.exp((-4 * (input - middle)) / width));
  const [low, high] = [at(0), at(4095)];
  for (let input = 0; input < 4096; input++) data.setUint16(2 * input, Math.round((65535 * (at(input) - low)) / (high - low)), true);
  return new Uint8Array(data.buffer);
}
