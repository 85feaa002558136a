export type RleResult = { readonly ok: true; readonly bytes: Uint8Array<ArrayBuffer> } | { readonly ok: false; readonly reason: string };

export interface RleShape {
  readonly pixels: number;
  readonly samplesPerPixel: number;
  readonly bytesPerSample: number;
}

const HEADER_BYTES = 64;
const MAX_SEGMENTS = 15;

/**
 * Decodes an RLE frame (PS3.5 Annex G) to interleaved samples in little endian order. Segments are, per sample, its bytes from the most significant on.
 * A segment may end up to one pad byte early or late in the codestream; too few bytes for its picture are a fault, too many are passed over (some encoders
 * pad the runs of the last row).
 */
export function decodeRle(encoded: Uint8Array, { pixels, samplesPerPixel, bytesPerSample }: RleShape): RleResult {
  if (encoded.length < HEADER_BYTES) return { ok: false, reason: 'the RLE header is cut short' };
  const view = new DataView(encoded.buffer, encoded.byteOffset, encoded.byteLength);
  const count = view.getUint32(0, true);
  const expected = samplesPerPixel * bytesPerSample;
  if (count !== expected || count > MAX_SEGMENTS) return { ok: false, reason: `the RLE frame has ${count} segments, ${expected} are needed` };
  const starts = Array.from({ length: count }, (_, index) => view.getUint32(4 + 4 * index, true));
  const out = new Uint8Array(pixels * expected);
  for (let segment = 0; segment < count; segment++) {
    const from = starts[segment] ?? 0;
    const to = starts[segment + 1] ?? encoded.length;
    if (from < HEADER_BYTES || from > encoded.length || to < from || to > encoded.length) {
      return { ok: false, reason: `RLE segment ${segment + 1} lies outside of the frame` };
    }
    const sample = Math.floor(segment / bytesPerSample);
    const byte = bytesPerSample - 1 - (segment % bytesPerSample);
    const written = decodeSegment(encoded.subarray(from, to), out, sample * bytesPerSample + byte, expected);
    if (written < pixels) return { ok: false, reason: `RLE segment ${segment + 1} has ${written} of ${pixels} bytes` };
  }
  return { ok: true, bytes: out };
}

/** One PackBits segment into every `stride`th byte from `first` on. @returns how many were written */
function decodeSegment(segment: Uint8Array, out: Uint8Array, first: number, stride: number): number {
  let at = 0;
  let place = first;
  const end = out.length;
  while (at + 1 < segment.length && place < end) {
    const control = segment[at++] ?? 0;
    if (control < 128) {
      const stop = Math.min(at + control + 1, segment.length);
      for (; at < stop && place < end; place += stride) out[place] = segment[at++] ?? 0;
    } else if (control > 128) {
      const value = segment[at++] ?? 0;
      for (let left = 257 - control; left > 0 && place < end; left--, place += stride) out[place] = value;
    }
  }
  return (place - first) / stride;
}
