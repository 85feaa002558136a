import type { PixelFormat } from '../domain/display-set';
import { transferSyntaxLabel } from '../dicom';
import { frameCoding } from './transfer-syntax';

/** How decoded frames of a display set lie in memory: the stored type, nothing widened. */
export type StoredType = 'uint8' | 'int8' | 'uint16' | 'int16';
export type StoredArray = Uint8Array | Int8Array | Uint16Array | Int16Array;

/** The largest frame that is taken on: 16,384 x 16,384 (a whole slide's level comes in tiles). */
export const MAX_FRAME_PIXELS = 16_384 * 16_384;

const GREY = new Set(['MONOCHROME1', 'MONOCHROME2']);

/** Why frames like this cannot be shown yet, in words; undefined when they can. Decides by the header alone, before any allocation. */
export function whyNotDecodable(format: PixelFormat, TransferSyntaxUID: string): string | undefined {
  return (frameCoding(TransferSyntaxUID) === undefined ? transferSyntaxLabel(TransferSyntaxUID) : undefined) ?? formatFault(format);
}

function formatFault(format: PixelFormat): string | undefined {
  const { Rows, Columns, SamplesPerPixel, PhotometricInterpretation, BitsAllocated, BitsStored, HighBit } = format;
  const whole = [Rows, Columns, SamplesPerPixel, BitsAllocated, BitsStored, HighBit].every(Number.isInteger);
  if (!whole || Rows < 1 || Columns < 1) return `an image of ${Columns} x ${Rows} pixels`;
  if (SamplesPerPixel !== 1 || !GREY.has(PhotometricInterpretation)) return `colour (${PhotometricInterpretation || 'no Photometric Interpretation'})`;
  if (BitsAllocated !== 8 && BitsAllocated !== 16) return `${BitsAllocated} bits allocated`;
  if (BitsStored < 1 || BitsStored > BitsAllocated) return `${BitsStored} bits stored in ${BitsAllocated} allocated`;
  if (HighBit >= BitsAllocated || HighBit < BitsStored - 1) return `High Bit ${HighBit} with ${BitsStored} bits stored`;
  if (Rows * Columns > MAX_FRAME_PIXELS) return `an image of ${Columns} x ${Rows} pixels (limit ${MAX_FRAME_PIXELS} pixels)`;
  return undefined;
}

/** Type of the decoded values. Only for formats that `whyNotDecodable` lets through. */
export function storedType(format: PixelFormat): StoredType {
  if (format.BitsAllocated <= 8) return format.PixelRepresentation === 1 ? 'int8' : 'uint8';
  return format.PixelRepresentation === 1 ? 'int16' : 'uint16';
}

export function bytesPerValue(type: StoredType): 1 | 2 {
  return type === 'uint8' || type === 'int8' ? 1 : 2;
}

export function isSigned(type: StoredType): boolean {
  return type === 'int8' || type === 'int16';
}

export function valuesPerFrame(format: PixelFormat): number {
  return format.Rows * format.Columns * format.SamplesPerPixel;
}

/** Bytes of one decoded frame. */
export function storedFrameBytes(format: PixelFormat): number {
  return valuesPerFrame(format) * bytesPerValue(storedType(format));
}

/** A view of `count` values of the stored type. */
export function storedView(type: StoredType, buffer: ArrayBufferLike, byteOffset: number, count: number): StoredArray {
  switch (type) {
    case 'uint8':
      return new Uint8Array(buffer, byteOffset, count);
    case 'int8':
      return new Int8Array(buffer, byteOffset, count);
    case 'uint16':
      return new Uint16Array(buffer, byteOffset, count);
    case 'int16':
      return new Int16Array(buffer, byteOffset, count);
  }
}
