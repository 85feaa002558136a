import { join } from './encode-data-set';

const MAX_CATEGORY = 16;
/** ITU-T T.81 Annex K has no table for 17 categories: this one suits smooth pictures with noise, and is complete. Code lengths by category. */
const LENGTHS = [4, 4, 3, 3, 3, 3, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13] as const;

interface Code {
  readonly bits: number;
  readonly length: number;
}

/**
 * JPEG Lossless, first-order prediction (process 14, selection value 1; transfer syntax 1.2.840.10008.1.2.4.70) of a grey frame.
 * `samples` in row order, each below 2^precision.
 */
export function encodeJpegLossless(samples: Uint16Array | Uint8Array, rows: number, columns: number, precision: number): Uint8Array<ArrayBuffer> {
  const { table, codes } = huffmanTable();
  const scan = new BitWriter(samples.length * 2 + 1024);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const at = row * columns + column;
      // H.1.2.1: the sample to the left; in the first column the one above; 2^(P-1) for the very first.
      const prediction = column > 0 ? samples[at - 1] : row > 0 ? samples[at - columns] : 2 ** (precision - 1);
      writeDifference(scan, codes, wrapped((samples[at] ?? 0) - (prediction ?? 0)));
    }
  }
  const frameHeader = [precision, rows >> 8, rows & 255, columns >> 8, columns & 255, 1, 1, 0x11, 0];
  return join([
    Uint8Array.of(0xff, 0xd8),
    segment(0xc3, frameHeader),
    segment(0xc4, [0x00, ...table]),
    segment(0xda, [1, 1, 0x00, 1, 0, 0]),
    scan.finish(),
    Uint8Array.of(0xff, 0xd9),
  ]);
}

function segment(marker: number, content: readonly number[]): Uint8Array {
  const length = content.length + 2;
  return Uint8Array.of(0xff, marker, length >> 8, length & 255, ...content);
}

/** Counts by length and categories by code (T.81 B.2.4.2), and the code of each category (annex C). */
function huffmanTable(): { table: readonly number[]; codes: readonly Code[] } {
  const order = [...LENGTHS.keys()].sort((a, b) => (LENGTHS[a] ?? 0) - (LENGTHS[b] ?? 0) || a - b);
  const counts = Array.from({ length: 16 }, (_, index) => LENGTHS.filter((length) => length === index + 1).length);
  const codes: Code[] = [];
  let code = 0;
  let before = 0;
  for (const category of order) {
    const length = LENGTHS[category] ?? 0;
    code = before === 0 ? 0 : (code + 1) << (length - before);
    before = length;
    codes[category] = { bits: code, length };
  }
  return { table: [...counts, ...order], codes };
}

/** Differences are taken modulo 2^16 (H.1.2.1); 32768 is the one of category 16. */
function wrapped(difference: number): number {
  return ((difference + 32_768) & 0xffff) - 32_768;
}

function writeDifference(out: BitWriter, codes: readonly Code[], difference: number): void {
  const size = difference === 0 ? 0 : 32 - Math.clz32(Math.abs(difference));
  const code = codes[Math.min(size, MAX_CATEGORY)];
  if (code === undefined) throw new RangeError(`a difference of ${difference} has no category`);
  out.write(code.bits, code.length);
  if (size > 0 && size < MAX_CATEGORY) out.write(difference > 0 ? difference : difference + 2 ** size - 1, size);
}

/** Bits, most significant first, with a zero byte stuffed behind each 0xFF (T.81 B.1.1.5). */
class BitWriter {
  private bytes: Uint8Array<ArrayBuffer>;
  private at = 0;
  private held = 0;
  private heldBits = 0;

  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity);
  }

  write(bits: number, length: number): void {
    for (let left = length; left > 0;) {
      const take = Math.min(left, 8 - this.heldBits);
      this.held = (this.held << take) | ((bits >> (left - take)) & ((1 << take) - 1));
      this.heldBits += take;
      left -= take;
      if (this.heldBits === 8) this.emit();
    }
  }

  finish(): Uint8Array {
    while (this.heldBits > 0) this.write(1, 1);
    return this.bytes.subarray(0, this.at);
  }

  private emit(): void {
    if (this.at + 2 > this.bytes.length) {
      const larger = new Uint8Array(this.bytes.length * 2);
      larger.set(this.bytes);
      this.bytes = larger;
    }
    this.bytes[this.at++] = this.held;
    if (this.held === 0xff) this.bytes[this.at++] = 0;
    this.held = 0;
    this.heldBits = 0;
  }
}
