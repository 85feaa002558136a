import { element, encodeDataSet, join, type Attributes } from '../encode';
import { jpegBaselineEncoder } from './encode/jpeg-baseline';
import { encodeJpegLossless } from './encode/jpeg-lossless';
import { encodeRle } from './encode/rle';
import type { DemoObject, RenderedImage } from './types';

export type { Attributes, Value } from '../encode';

const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';
const RLE_LOSSLESS = '1.2.840.10008.1.2.5';
const JPEG_LOSSLESS_SV1 = '1.2.840.10008.1.2.4.70';
const JPEG_BASELINE = '1.2.840.10008.1.2.4.50';
const PIXEL_DATA = 0x7fe00010;

/** Attributes of a whole object: these two name it. */
export interface ObjectAttributes extends Attributes {
  readonly SOPClassUID: string;
  readonly SOPInstanceUID: string;
}

/** Decimal String of at most 16 characters (PS3.5 6.2), exact to 1e-6 or to the digits that fit. */
export function decimal(value: number): string {
  const text = String(Number(value.toFixed(6)));
  return text.length <= 16 ? text : value.toPrecision(9);
}

/** An object without Pixel Data: a document, a presentation state, a waveform. */
export function authorDocument(attributes: ObjectAttributes): DemoObject {
  const { SOPClassUID, SOPInstanceUID } = attributes;
  return { SOPClassUID, SOPInstanceUID, TransferSyntaxUID: EXPLICIT_LITTLE_ENDIAN, dataSet: encodeDataSet(attributes) };
}

/** An image of one frame, its samples as rendered. Pixel Data (7FE0,0010) is the last element of what we author. */
export function authorObject(attributes: ObjectAttributes, image: RenderedImage): DemoObject {
  return authorFrames(attributes, image, [bytesOf(image)]);
}

/** A multi-frame image, native; every frame has the size of `image`, whose own samples are not written. */
export function authorFrames(
  attributes: ObjectAttributes,
  { Rows, Columns }: Pick<RenderedImage, 'Rows' | 'Columns'>,
  frames: readonly Uint8Array[],
): DemoObject {
  return author(attributes, { Rows, Columns }, EXPLICIT_LITTLE_ENDIAN, element(PIXEL_DATA, 'OW', join(frames)));
}

/** The same in RLE Lossless: a fragment each frame, with a Basic Offset Table. */
export function authorRle(
  attributes: ObjectAttributes,
  { Rows, Columns }: Pick<RenderedImage, 'Rows' | 'Columns'>,
  frames: readonly Uint8Array[],
  bytesPerSample: 1 | 2,
  samplesPerPixel: 1 | 3 = 1,
): DemoObject {
  const coded = frames.map((frame) => encodeRle(frame, Columns, bytesPerSample, samplesPerPixel));
  return author(attributes, { Rows, Columns }, RLE_LOSSLESS, encapsulated(coded));
}

/** Grey frames in JPEG Lossless, first-order prediction; samples below 2^precision. */
export function authorJpegLossless(
  attributes: ObjectAttributes,
  { Rows, Columns }: Pick<RenderedImage, 'Rows' | 'Columns'>,
  frames: readonly (Uint8Array | Uint16Array)[],
  precision: number,
): DemoObject {
  const coded = frames.map((frame) => encodeJpegLossless(frame, Rows, Columns, precision));
  return author(attributes, { Rows, Columns }, JPEG_LOSSLESS_SV1, encapsulated(coded));
}

/** RGB frames in JPEG baseline as YBR_FULL_422; Rows and Columns are multiples of 8 and 16. The attributes must say that it is lossy. */
export function authorJpegBaseline(
  attributes: ObjectAttributes,
  { Rows, Columns }: Pick<RenderedImage, 'Rows' | 'Columns'>,
  frames: readonly Uint8Array[],
): DemoObject {
  const coded = frames.map(jpegBaselineEncoder(Rows, Columns, 4));
  const ratio = (Rows * Columns * 3 * frames.length) / coded.reduce((sum, frame) => sum + frame.length, 0);
  return author({ ...attributes, LossyImageCompressionRatio: ratio.toFixed(1) }, { Rows, Columns }, JPEG_BASELINE, encapsulated(coded));
}

export function bytesOf({ pixels }: RenderedImage): Uint8Array {
  return new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength);
}

function author(
  attributes: ObjectAttributes,
  { Rows, Columns }: Pick<RenderedImage, 'Rows' | 'Columns'>,
  TransferSyntaxUID: string,
  pixelData: Uint8Array,
): DemoObject {
  const { SOPClassUID, SOPInstanceUID } = attributes;
  return { SOPClassUID, SOPInstanceUID, TransferSyntaxUID, dataSet: join([encodeDataSet({ ...attributes, Rows, Columns }), pixelData]) };
}

/** Encapsulated Pixel Data of undefined length (PS3.5 A.4): the table of offsets, a fragment each frame, the delimiter. */
function encapsulated(fragments: readonly Uint8Array[]): Uint8Array {
  const even = fragments.map((fragment) => (fragment.length % 2 === 0 ? fragment : join([fragment, Uint8Array.of(0)])));
  const offsets = new DataView(new ArrayBuffer(4 * even.length));
  let at = 0;
  even.forEach((fragment, index) => {
    offsets.setUint32(4 * index, at, true);
    at += 8 + fragment.length;
  });
  const head = Uint8Array.of(0xe0, 0x7f, 0x10, 0x00, 0x4f, 0x42, 0, 0, 0xff, 0xff, 0xff, 0xff);
  const items = [new Uint8Array(offsets.buffer), ...even].flatMap((content) => [itemHead(content.length), content]);
  return join([head, ...items, Uint8Array.of(0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0)]);
}

function itemHead(length: number): Uint8Array {
  const bytes = Uint8Array.of(0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0);
  new DataView(bytes.buffer).setUint32(4, length, true);
  return bytes;
}
