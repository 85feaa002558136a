import type { PixelFormat } from '../domain/display-set';
import { bytesPerValue, isChromaHalved, isSigned, type StoredArray, storedType } from './stored-format';

/** Bytes of one uncompressed frame as stored (PS3.5 8.1.1); the last one may be shared where a pixel has 1 bit. */
export function nativeFrameBytes(format: PixelFormat): number {
  const samples = isChromaHalved(format.PhotometricInterpretation) && format.SamplesPerPixel === 3 ? 2 : format.SamplesPerPixel;
  return Math.ceil((format.Rows * format.Columns * samples * format.BitsAllocated) / 8);
}

/** Turns words of `size` bytes around, in place. */
export function swapBytes(raw: Uint8Array, size: number): void {
  for (let at = 0; at + size <= raw.length; at += size) raw.subarray(at, at + size).reverse();
}

/** Pixels of 1 bit, the first in the lowest bit of the first byte (PS3.5 D.1), into one value each. */
export function unpackBits(bytes: Uint8Array, values: StoredArray): void {
  for (let at = 0; at < values.length; at++) values[at] = ((bytes[at >> 3] ?? 0) >> (at & 7)) & 1;
}

/** Keeps `bits` below and with `highBit`, and extends the sign, in place (PS3.5 8.1.1). */
export function cleanBits(values: StoredArray, bits: number, highBit: number, hasSign: boolean): void {
  const up = 31 - highBit;
  const down = 32 - bits;
  if (hasSign) for (let at = 0; at < values.length; at++) values[at] = ((values[at] ?? 0) << up) >> down;
  else for (let at = 0; at < values.length; at++) values[at] = ((values[at] ?? 0) << up) >>> down;
}

/** Uncompressed grey in little or big endian order into values of the stored type. `bytes` is as long as the frame. */
export function readGrey(bytes: Uint8Array, format: PixelFormat, isBigEndian: boolean, values: StoredArray): void {
  if (format.BitsAllocated === 1) {
    unpackBits(bytes, values);
    return;
  }
  const type = storedType(format);
  const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  raw.set(bytes.subarray(0, raw.length));
  if (isBigEndian && bytesPerValue(type) > 1) swapBytes(raw, bytesPerValue(type));
  if (format.floatElement === undefined && format.BitsStored !== format.BitsAllocated) cleanBits(values, format.BitsStored, format.HighBit, isSigned(type));
}
