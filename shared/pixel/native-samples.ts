import type { PixelFormat } from '../domain/display-set';
import { bytesPerValue, isChromaHalved, isPacked, isSigned, type StoredArray, storedType } from './stored-format';

/** Bytes of one uncompressed frame as stored (PS3.5 8.1.1); the last one may be shared where cells are packed. */
export function nativeFrameBytes(format: PixelFormat): number {
  const samples = isChromaHalved(format.PhotometricInterpretation) && format.SamplesPerPixel === 3 ? 2 : format.SamplesPerPixel;
  return Math.ceil((format.Rows * format.Columns * samples * format.BitsAllocated) / 8);
}

/** Turns words of `size` bytes around, in place. */
export function swapBytes(raw: Uint8Array, size: number): void {
  for (let at = 0; at + size <= raw.length; at += size) raw.subarray(at, at + size).reverse();
}

/**
 * Packed cells of 1 to 31 bits into one value each: the lowest bit of the first cell is the lowest of the first byte, the next cell goes on in the next bit
 * (PS3.5 8.1.1, pictures in annex D). `bytes` has them in this order: words of a big endian object were turned around before. Bits behind the end are 0.
 */
export function unpackCells(bytes: Uint8Array, bits: number, values: StoredArray): void {
  const mask = 2 ** bits - 1;
  let byte = 0;
  let shift = 0;
  for (let at = 0; at < values.length; at++) {
    const four = (bytes[byte] ?? 0) | ((bytes[byte + 1] ?? 0) << 8) | ((bytes[byte + 2] ?? 0) << 16) | ((bytes[byte + 3] ?? 0) << 24);
    let cell = four >>> shift;
    if (shift + bits > 32) cell |= (bytes[byte + 4] ?? 0) << (32 - shift);
    values[at] = cell & mask;
    shift += bits;
    byte += shift >> 3;
    shift &= 7;
  }
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
  const type = storedType(format);
  const { BitsAllocated, BitsStored, HighBit } = format;
  if (isPacked(BitsAllocated)) {
    unpackCells(bytes, BitsAllocated, values);
    if (BitsAllocated > 1) cleanBits(values, BitsStored, HighBit, isSigned(type));
    return;
  }
  const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  raw.set(bytes.subarray(0, raw.length));
  if (isBigEndian && bytesPerValue(type) > 1) swapBytes(raw, bytesPerValue(type));
  if (format.floatElement === undefined && BitsStored !== BitsAllocated) cleanBits(values, BitsStored, HighBit, isSigned(type));
}
