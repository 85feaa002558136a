import type { PixelFormat } from '../domain/display-set';
import { transferSyntaxLabel } from '../dicom';
import { frameCoding } from './transfer-syntax';

/** How decoded frames of a display set lie in memory: grey in its stored type, nothing widened; colour as RGB, 8 bits a sample, by pixel. */
export type StoredType = 'uint8' | 'int8' | 'uint16' | 'int16' | 'uint32' | 'int32' | 'float32' | 'float64';
export type StoredArray = Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array;

/** The largest frame that is taken on: 16,384 x 16,384 (a whole slide's level comes in tiles). */
export const MAX_FRAME_PIXELS = 16_384 * 16_384;
/** Decoded bytes of one frame at most. */
export const MAX_FRAME_BYTES = 2 ** 30;

const GREY = new Set(['MONOCHROME1', 'MONOCHROME2', 'PALETTE COLOR']);
const COLOUR = new Set(['RGB', 'YBR_FULL', 'YBR_FULL_422', 'YBR_PARTIAL_422', 'YBR_PARTIAL_420', 'YBR_ICT', 'YBR_RCT']);
/** "Shall only be used for pixel data in an Encapsulated (compressed) format" (PS3.3 C.7.6.3.1.2; how, PS3.5 8.2): no clause says how its samples would lie in native pixel data. */
const CODED_ONLY = new Set(['YBR_PARTIAL_420', 'YBR_ICT', 'YBR_RCT']);

/** Why frames like this cannot be decoded, in words; undefined when they can. Decides by the header alone, before any allocation. */
export function whyNotDecodable(format: PixelFormat, TransferSyntaxUID: string): string | undefined {
  const coding = frameCoding(TransferSyntaxUID);
  if (coding === undefined) return transferSyntaxLabel(TransferSyntaxUID);
  const isCoded = coding.kind !== 'native' && coding.kind !== 'deflatedFrame' && coding.kind !== 'rle';
  const fault = sizeFault(format) ?? bitsFault(format) ?? coloursFault(format, isCoded);
  if (fault !== undefined) return fault;
  if (isCoded && format.BitsAllocated > 16) return `${format.BitsAllocated} bits allocated with ${transferSyntaxLabel(TransferSyntaxUID)}`;
  return undefined;
}

function sizeFault({ Rows, Columns, SamplesPerPixel, BitsAllocated }: PixelFormat): string | undefined {
  if (![Rows, Columns].every(Number.isInteger) || Rows < 1 || Columns < 1) return `an image of ${Columns} x ${Rows} pixels`;
  if (SamplesPerPixel !== 1 && SamplesPerPixel !== 3) return `${SamplesPerPixel} samples a pixel`;
  const isTooLarge = Rows * Columns > MAX_FRAME_PIXELS || Rows * Columns * SamplesPerPixel * Math.ceil(BitsAllocated / 8) > MAX_FRAME_BYTES;
  if (isTooLarge) return `an image of ${Columns} x ${Rows} pixels (limit ${MAX_FRAME_PIXELS} pixels, ${MAX_FRAME_BYTES / 2 ** 20} MiB)`;
  return undefined;
}

function bitsFault({ SamplesPerPixel, BitsAllocated, BitsStored, HighBit, floatElement }: PixelFormat): string | undefined {
  if (floatElement !== undefined) {
    const bits = floatElement === 'FloatPixelData' ? 32 : 64;
    return BitsAllocated === bits && SamplesPerPixel === 1 ? undefined : `${floatElement} with ${BitsAllocated} bits allocated, ${SamplesPerPixel} samples`;
  }
  if (!Number.isInteger(BitsAllocated) || BitsAllocated < 1 || BitsAllocated > 32) return `${BitsAllocated} bits allocated`;
  if (!Number.isInteger(BitsStored) || BitsStored < 1 || BitsStored > BitsAllocated) return `${BitsStored} bits stored in ${BitsAllocated} allocated`;
  if (!Number.isInteger(HighBit) || HighBit >= BitsAllocated || HighBit < BitsStored - 1) return `High Bit ${HighBit} with ${BitsStored} bits stored`;
  return undefined;
}

function coloursFault({ SamplesPerPixel, PhotometricInterpretation, PixelRepresentation, Columns }: PixelFormat, isCoded: boolean): string | undefined {
  const name = PhotometricInterpretation || 'no Photometric Interpretation';
  if (SamplesPerPixel === 1) return GREY.has(PhotometricInterpretation) ? undefined : `one sample a pixel as ${name}`;
  if (!COLOUR.has(PhotometricInterpretation)) return `colour (${name})`;
  if (PixelRepresentation === 1) return `signed colour (${name})`;
  if (isCoded) return undefined;
  if (CODED_ONLY.has(PhotometricInterpretation)) return `uncompressed colour (${name}, which PS3.3 C.7.6.3.1.2 allows in compressed pixel data only)`;
  return isChromaHalved(PhotometricInterpretation) && Columns % 2 === 1 ? `${name} with an odd number of columns` : undefined;
}

/** Uncompressed pixels come in pairs that share their chroma: two samples a pixel. */
export function isChromaHalved(PhotometricInterpretation: string): boolean {
  return PhotometricInterpretation === 'YBR_FULL_422' || PhotometricInterpretation === 'YBR_PARTIAL_422';
}

/** Type of the decoded values. Only for formats that `whyNotDecodable` lets through. */
export function storedType(format: PixelFormat): StoredType {
  if (format.floatElement !== undefined) return format.floatElement === 'FloatPixelData' ? 'float32' : 'float64';
  if (format.SamplesPerPixel > 1 || (format.BitsAllocated <= 8 && format.PixelRepresentation === 0)) return 'uint8';
  return `${format.PixelRepresentation === 1 ? 'int' : 'uint'}${wordBits(format.BitsAllocated)}`;
}

/** Whether pixel cells fill no whole words: they lie without a gap one behind the other, across bytes and frames (PS3.5 8.1.1). */
export function isPacked(BitsAllocated: number): boolean {
  return BitsAllocated % 8 !== 0 || BitsAllocated === 24;
}

/** Bits of the word that holds a cell in memory. */
export function wordBits(BitsAllocated: number): 8 | 16 | 32 {
  return BitsAllocated <= 8 ? 8 : BitsAllocated <= 16 ? 16 : 32;
}

/** How the decoded values lie: RGB by pixel in 8 bits for colour, else as they came. */
export function decodedFormat(format: PixelFormat): PixelFormat {
  if (format.SamplesPerPixel === 1) return format;
  return {
    ...format,
    PhotometricInterpretation: 'RGB',
    SamplesPerPixel: 3,
    PlanarConfiguration: 0,
    BitsAllocated: 8,
    BitsStored: 8,
    HighBit: 7,
    PixelRepresentation: 0,
  };
}

interface TypeRow {
  readonly bytes: 1 | 2 | 4 | 8;
  readonly make: (buffer: ArrayBufferLike, byteOffset: number, count: number) => StoredArray;
}

const TYPES: Readonly<Record<StoredType, TypeRow>> = {
  uint8: { bytes: 1, make: (buffer, offset, count) => new Uint8Array(buffer, offset, count) },
  int8: { bytes: 1, make: (buffer, offset, count) => new Int8Array(buffer, offset, count) },
  uint16: { bytes: 2, make: (buffer, offset, count) => new Uint16Array(buffer, offset, count) },
  int16: { bytes: 2, make: (buffer, offset, count) => new Int16Array(buffer, offset, count) },
  uint32: { bytes: 4, make: (buffer, offset, count) => new Uint32Array(buffer, offset, count) },
  int32: { bytes: 4, make: (buffer, offset, count) => new Int32Array(buffer, offset, count) },
  float32: { bytes: 4, make: (buffer, offset, count) => new Float32Array(buffer, offset, count) },
  float64: { bytes: 8, make: (buffer, offset, count) => new Float64Array(buffer, offset, count) },
};

export function bytesPerValue(type: StoredType): 1 | 2 | 4 | 8 {
  return TYPES[type].bytes;
}

export function isSigned(type: StoredType): boolean {
  return type === 'int8' || type === 'int16' || type === 'int32';
}

/** Decoded values of one frame: a pixel of colour has three. */
export function valuesPerFrame(format: PixelFormat): number {
  return format.Rows * format.Columns * format.SamplesPerPixel;
}

/** Bytes of one decoded frame. */
export function storedFrameBytes(format: PixelFormat): number {
  return valuesPerFrame(format) * bytesPerValue(storedType(format));
}

/** A view of `count` values of the stored type. */
export function storedView(type: StoredType, buffer: ArrayBufferLike, byteOffset: number, count: number): StoredArray {
  return TYPES[type].make(buffer, byteOffset, count);
}
