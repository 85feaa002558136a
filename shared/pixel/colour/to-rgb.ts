/** What three samples of a pixel mean (PS3.3 C.7.6.3.1.2). */
export type ColourSpace = 'RGB' | 'YBR_FULL' | 'YBR_PARTIAL';

/** Where the samples of a frame lie: by pixel, by plane, or as Y Y Cb Cr for each two pixels. */
export type SampleLayout = 'byPixel' | 'byPlane' | 'chromaHalved';

/** Writes 8 bit samples as RGB by pixel into `out` (3 bytes a pixel). */
export function toRgb(samples: Uint8Array, layout: SampleLayout, space: ColourSpace, out: Uint8Array): void {
  arrange(samples, layout, out);
  if (space === 'YBR_FULL') convert(out, FULL);
  else if (space === 'YBR_PARTIAL') convert(out, PARTIAL);
}

function arrange(samples: Uint8Array, layout: SampleLayout, out: Uint8Array): void {
  const pixels = out.length / 3;
  switch (layout) {
    case 'byPixel':
      out.set(samples.subarray(0, out.length));
      return;
    case 'byPlane':
      for (let plane = 0; plane < 3; plane++) {
        const from = plane * pixels;
        for (let pixel = 0, to = plane; pixel < pixels; pixel++, to += 3) out[to] = samples[from + pixel] ?? 0;
      }
      return;
    case 'chromaHalved':
      for (let from = 0, to = 0; to + 5 < out.length; from += 4, to += 6) {
        const blue = samples[from + 2] ?? 0;
        const red = samples[from + 3] ?? 0;
        out[to] = samples[from] ?? 0;
        out[to + 1] = blue;
        out[to + 2] = red;
        out[to + 3] = samples[from + 1] ?? 0;
        out[to + 4] = blue;
        out[to + 5] = red;
      }
  }
}

interface Matrix {
  readonly luma: number;
  readonly black: number;
  readonly redFromCr: number;
  readonly greenFromCb: number;
  readonly greenFromCr: number;
  readonly blueFromCb: number;
}

/** Inverse of PS3.3 C.7.6.3.1.2 YBR_FULL (CCIR 601 over the whole range, as JFIF). */
const FULL: Matrix = { luma: 1, black: 0, redFromCr: 1.402, greenFromCb: (0.114 * 1.772) / 0.587, greenFromCr: (0.299 * 1.402) / 0.587, blueFromCb: 1.772 };

/** Inverse of YBR_PARTIAL: Y from 16 to 235, Cb and Cr from 16 to 240. */
const PARTIAL: Matrix = {
  luma: 255 / 219,
  black: 16,
  redFromCr: 1.402 * (255 / 224),
  greenFromCb: FULL.greenFromCb * (255 / 224),
  greenFromCr: FULL.greenFromCr * (255 / 224),
  blueFromCb: 1.772 * (255 / 224),
};

/** Y Cb Cr to RGB in place, rounded to the nearest and cut to 0..255. Fixed point of 16 bits: exact to less than a thousandth. */
function convert(out: Uint8Array, matrix: Matrix): void {
  const fixed = (factor: number): number => Math.round(factor * 65_536);
  const table = (factor: number, zero: number): Int32Array => Int32Array.from({ length: 256 }, (_, value) => fixed(factor * (value - zero)));
  const luma = table(matrix.luma, matrix.black).map((value) => value + 32_768);
  const red = table(matrix.redFromCr, 128);
  const greenB = table(-matrix.greenFromCb, 128);
  const greenR = table(-matrix.greenFromCr, 128);
  const blue = table(matrix.blueFromCb, 128);
  const clamped = new Uint8ClampedArray(out.buffer, out.byteOffset, out.length);
  for (let at = 0; at + 2 < out.length; at += 3) {
    const y = luma[out[at] ?? 0] ?? 0;
    const cb = out[at + 1] ?? 0;
    const cr = out[at + 2] ?? 0;
    clamped[at] = (y + (red[cr] ?? 0)) >> 16;
    clamped[at + 1] = (y + (greenB[cb] ?? 0) + (greenR[cr] ?? 0)) >> 16;
    clamped[at + 2] = (y + (blue[cb] ?? 0)) >> 16;
  }
}

/** Samples of 1 to 32 bits, little endian, to 8 bits: the upper eight of Bits Stored, fewer spread over the range. Exact copies where they have 8. */
export function toEightBits(bytes: Uint8Array, bitsAllocated: number, bitsStored: number, highBit: number): Uint8Array {
  if (bitsAllocated === 8 && bitsStored === 8) return bytes;
  const size = bitsAllocated / 8;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const out = new Uint8Array(Math.floor(bytes.length / size));
  const most = 2 ** bitsStored - 1;
  for (let at = 0; at < out.length; at++) {
    const word = size === 1 ? view.getUint8(at) : size === 2 ? view.getUint16(2 * at, true) : view.getUint32(4 * at, true);
    const value = (word << (31 - highBit)) >>> (32 - bitsStored);
    out[at] = bitsStored >= 8 ? value >>> (bitsStored - 8) : Math.round((value * 255) / most);
  }
  return out;
}
