import type { PixelFormat } from '../domain/display-set';
import { bytesPerValue, isSigned, type StoredArray, storedFrameBytes, storedType, storedView, valuesPerFrame, whyNotDecodable } from './stored-format';
import { frameCoding } from './transfer-syntax';

export type DecodedFrame =
  | { readonly ok: true; readonly values: StoredArray; readonly min: number; readonly max: number }
  /** `reason` in words, naming syntax or fault; nothing was written. */
  | { readonly ok: false; readonly kind: 'unsupported' | 'corrupt'; readonly reason: string };

/**
 * Decodes one frame into `target` (allocated here when absent): stored values, sign-extended from Bits Stored, what lies
 * outside of Bits Stored (old overlays, PS3.5 8.1.1) masked off. `bytes` is the frame as the services hand it out, at
 * least as long as the header says; the header's limits are checked before anything is allocated. Never throws on bytes.
 */
export function decodeFrame(bytes: Uint8Array, format: PixelFormat, TransferSyntaxUID: string, target?: StoredArray): DecodedFrame {
  const fault = whyNotDecodable(format, TransferSyntaxUID);
  if (fault !== undefined) return { ok: false, kind: 'unsupported', reason: `cannot decode yet: ${fault}` };
  const needed = storedFrameBytes(format);
  if (bytes.byteLength < needed) {
    return { ok: false, kind: 'corrupt', reason: `the frame has ${bytes.byteLength} of ${needed} bytes: the object is cut short` };
  }
  const type = storedType(format);
  const count = valuesPerFrame(format);
  const values = target ?? storedView(type, new ArrayBuffer(needed), 0, count);
  if (values.length !== count || values.BYTES_PER_ELEMENT !== bytesPerValue(type)) {
    return { ok: false, kind: 'corrupt', reason: `the frame has ${count} pixels, its place ${values.length}` };
  }
  const raw = new Uint8Array(values.buffer, values.byteOffset, needed);
  raw.set(bytes.subarray(0, needed));
  if (bytesPerValue(type) === 2 && frameCoding(TransferSyntaxUID) === 'bigEndian') swapPairs(raw);
  cleanBits(values, format);
  return { ok: true, values, ...extremes(values) };
}

/** Big endian words into this machine's (little endian) order, in place. */
function swapPairs(raw: Uint8Array): void {
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const first = raw[at] ?? 0;
    raw[at] = raw[at + 1] ?? 0;
    raw[at + 1] = first;
  }
}

/** Keeps Bits Stored below High Bit and extends the sign, in place (PS3.5 8.1.1). */
function cleanBits(values: StoredArray, format: PixelFormat): void {
  const { BitsAllocated, BitsStored, HighBit } = format;
  if (BitsStored === BitsAllocated) return;
  const up = 31 - HighBit;
  const down = 32 - BitsStored;
  if (isSigned(storedType(format))) {
    for (let at = 0; at < values.length; at++) values[at] = ((values[at] ?? 0) << up) >> down;
  } else {
    for (let at = 0; at < values.length; at++) values[at] = ((values[at] ?? 0) << up) >>> down;
  }
}

function extremes(values: StoredArray): { min: number; max: number } {
  let min = values[0] ?? 0;
  let max = min;
  for (let at = 1; at < values.length; at++) {
    const value = values[at] ?? 0;
    if (value < min) min = value;
    else if (value > max) max = value;
  }
  return { min, max };
}
