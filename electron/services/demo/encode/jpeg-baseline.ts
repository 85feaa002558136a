import { BitWriter, huffmanCodes, segment, writeValue, type HuffmanCode } from './bit-writer';
import { join } from '../../encode';

/** ITU-T T.81 Annex K: quantisation of luminance (K.1), counts and symbols of the luminance tables (K.3, K.5); used for colour too. */
const QUANTISATION = [
  ...[16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62],
  ...[18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99],
] as const;
const DC_COUNTS = [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0] as const;
const DC_SYMBOLS = Array.from({ length: 12 }, (_, category) => category);
const AC_COUNTS = [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 125] as const;
/** The frequent ones in their order; all others follow ascending. */
const AC_FIRST = [
  ...[0x01, 0x02, 0x03, 0x00, 0x04, 0x11, 0x05, 0x12, 0x21, 0x31, 0x41, 0x06, 0x13, 0x51, 0x61, 0x07, 0x22, 0x71, 0x14],
  ...[0x32, 0x81, 0x91, 0xa1, 0x08, 0x23, 0x42, 0xb1, 0xc1, 0x15, 0x52, 0xd1, 0xf0, 0x24, 0x33, 0x62, 0x72, 0x82],
] as const;
const ZERO_RUN = 0xf0;

/** An encoder of RGB frames: JPEG baseline (1.2.840.10008.1.2.4.50), YCbCr with colour halved across (4:2:2); tables for `quality` (divides the steps). */
export function jpegBaselineEncoder(rows: number, columns: number, quality: number): (rgb: Uint8Array) => Uint8Array<ArrayBuffer> {
  const symbols = acSymbols();
  const [dc, ac] = [huffmanCodes(DC_COUNTS, DC_SYMBOLS), huffmanCodes(AC_COUNTS, symbols)];
  const steps = QUANTISATION.map((step) => Math.max(1, Math.round(step / quality)));
  const order = zigzag();
  const head = [
    Uint8Array.of(0xff, 0xd8),
    segment(0xdb, [0, ...order.map((place) => steps[place] ?? 1)]),
    segment(0xc0, [8, rows >> 8, rows & 255, columns >> 8, columns & 255, 3, 1, 0x21, 0, 2, 0x11, 0, 3, 0x11, 0]),
    segment(0xc4, [0x00, ...DC_COUNTS, ...DC_SYMBOLS]),
    segment(0xc4, [0x10, ...AC_COUNTS, ...symbols]),
    segment(0xda, [3, 1, 0, 2, 0, 3, 0, 0, 63, 0]),
  ];
  return (rgb) => {
    const [y, cb, cr] = planes(rgb, rows, columns);
    const scan = new BitWriter(rgb.length);
    const before = [0, 0, 0];
    const put = (plane: Float32Array, stride: number, left: number, top: number, component: number): void => {
      const block = transformed(plane, stride, left, top);
      const quantised = order.map((place) => Math.round((block[place] ?? 0) / (steps[place] ?? 1)));
      const mean = quantised[0] ?? 0;
      writeValue(scan, dc, mean - (before[component] ?? 0), (size) => size);
      before[component] = mean;
      writeRuns(scan, ac, quantised);
    };
    for (let top = 0; top < rows; top += 8) {
      for (let left = 0; left < columns; left += 16) {
        put(y, columns, left, top, 0);
        put(y, columns, left + 8, top, 0);
        put(cb, columns / 2, left / 2, top, 1);
        put(cr, columns / 2, left / 2, top, 2);
      }
    }
    return join([...head, scan.finish(), Uint8Array.of(0xff, 0xd9)]);
  };
}

function acSymbols(): number[] {
  const all = Array.from({ length: 160 }, (_, index) => (Math.floor(index / 10) << 4) | ((index % 10) + 1));
  const first: readonly number[] = AC_FIRST;
  return [...first, ...all.filter((symbol) => !first.includes(symbol))];
}

/** Places of a block in the order of their frequency (T.81 figure 5). */
function zigzag(): number[] {
  const places = Array.from({ length: 64 }, (_, place) => place);
  const diagonal = (place: number): number => (place >> 3) + (place & 7);
  // Odd diagonals run down to the left, even ones up to the right.
  return places.sort((a, b) => diagonal(a) - diagonal(b) || (diagonal(a) % 2 === 0 ? (b >> 3) - (a >> 3) : (a >> 3) - (b >> 3)));
}

/** Luminance, and the two colours of each pair of pixels, about zero (PS3.3 C.7.6.3.1.2, YBR_FULL_422). */
function planes(rgb: Uint8Array, rows: number, columns: number): [Float32Array, Float32Array, Float32Array] {
  const pixels = rows * columns;
  const [y, cb, cr] = [new Float32Array(pixels), new Float32Array(pixels / 2), new Float32Array(pixels / 2)];
  for (let i = 0; i < pixels; i++) {
    const [red, green, blue] = [rgb[3 * i] ?? 0, rgb[3 * i + 1] ?? 0, rgb[3 * i + 2] ?? 0];
    y[i] = 0.299 * red + 0.587 * green + 0.114 * blue - 128;
    const pair = i >> 1;
    cb[pair] = (cb[pair] ?? 0) + (-0.168736 * red - 0.331264 * green + 0.5 * blue) / 2;
    cr[pair] = (cr[pair] ?? 0) + (0.5 * red - 0.418688 * green - 0.081312 * blue) / 2;
  }
  return [y, cb, cr];
}

const COSINES = Float64Array.from({ length: 64 }, (_, index) => {
  const [frequency, place] = [index >> 3, index & 7];
  return (frequency === 0 ? Math.SQRT1_2 : 1) * 0.5 * Math.cos(((2 * place + 1) * frequency * Math.PI) / 16);
});

/** Discrete cosine transform of the 8 x 8 samples at a place (T.81 A.3.3), rows first. */
function transformed(plane: Float32Array, stride: number, left: number, top: number): Float64Array {
  const across = new Float64Array(64);
  const out = new Float64Array(64);
  for (let row = 0; row < 8; row++)
    for (let u = 0; u < 8; u++) {
      let sum = 0;
      for (let x = 0; x < 8; x++) sum += (COSINES[8 * u + x] ?? 0) * (plane[(top + row) * stride + left + x] ?? 0);
      across[8 * row + u] = sum;
    }
  for (let u = 0; u < 8; u++)
    for (let v = 0; v < 8; v++) {
      let sum = 0;
      for (let row = 0; row < 8; row++) sum += (COSINES[8 * v + row] ?? 0) * (across[8 * row + u] ?? 0);
      out[8 * v + u] = sum;
    }
  return out;
}

/** Runs of zeros and the values behind them; the end of the block when only zeros are left (T.81 F.1.2.2). */
function writeRuns(scan: BitWriter, ac: readonly HuffmanCode[], quantised: readonly number[]): void {
  let last = 63;
  while (last > 0 && quantised[last] === 0) last--;
  let zeros = 0;
  for (let k = 1; k <= last; k++) {
    const value = quantised[k] ?? 0;
    if (value === 0) {
      zeros++;
      continue;
    }
    for (; zeros > 15; zeros -= 16) writeValue(scan, ac, 0, () => ZERO_RUN);
    const run = zeros << 4;
    writeValue(scan, ac, value, (size) => run | size);
    zeros = 0;
  }
  if (last < 63) writeValue(scan, ac, 0, () => 0);
}
