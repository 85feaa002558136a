import { BitWriter, huffmanCodes, segment, writeValue } from './bit-writer';
import { join } from '../../encode';

/**
 * ITU-T T.81 Annex K has no table for 17 categories: this one suits smooth pictures with noise. Counts of codes by their length, and the categories in
 * order of their codes.
 */
const COUNTS = [0, 0, 5, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0] as const;
const CATEGORIES = [2, 3, 4, 5, 6, 0, 1, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16] as const;

/**
 * JPEG Lossless, first-order prediction (process 14, selection value 1; transfer syntax 1.2.840.10008.1.2.4.70) of a grey frame.
 * `samples` in row order, each below 2^precision.
 */
export function encodeJpegLossless(samples: Uint16Array | Uint8Array, rows: number, columns: number, precision: number): Uint8Array<ArrayBuffer> {
  const codes = huffmanCodes(COUNTS, CATEGORIES);
  const scan = new BitWriter(samples.length * 2 + 1024);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const at = row * columns + column;
      // H.1.2.1: the sample to the left; in the first column the one above; 2^(P-1) for the very first.
      const prediction = column > 0 ? samples[at - 1] : row > 0 ? samples[at - columns] : 2 ** (precision - 1);
      writeValue(scan, codes, wrapped((samples[at] ?? 0) - (prediction ?? 0)), (size) => size);
    }
  }
  return join([
    Uint8Array.of(0xff, 0xd8),
    segment(0xc3, [precision, rows >> 8, rows & 255, columns >> 8, columns & 255, 1, 1, 0x11, 0]),
    segment(0xc4, [0x00, ...COUNTS, ...CATEGORIES]),
    segment(0xda, [1, 1, 0x00, 1, 0, 0]),
    scan.finish(),
    Uint8Array.of(0xff, 0xd9),
  ]);
}

/** Differences are taken modulo 2^16 (H.1.2.1); 32768 is the one of category 16. */
function wrapped(difference: number): number {
  return ((difference + 32_768) & 0xffff) - 32_768;
}
