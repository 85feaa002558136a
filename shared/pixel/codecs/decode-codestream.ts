import type { PixelFormat } from '../../domain/display-set';
import type { ColourSpace, SampleLayout } from '../colour/to-rgb';
import type { FrameCoding } from '../transfer-syntax';
import type { Codecs, CodestreamShape, WasmDecoder } from './codec-module';
import { type Jpeg2000Header, readJpeg2000Header } from './jpeg-2000-header';
import { type JpegHeader, readJpegHeader } from './jpeg-header';
import { readJpegXlHeader } from './jpeg-xl-header';

export type CodestreamKind = Exclude<FrameCoding['kind'], 'native' | 'rle' | 'deflatedFrame'>;

/** Samples as a codec gives them. */
export type CodedSamples =
  | {
      readonly ok: true;
      /** Little endian, 8 or 16 bits a sample. */
      readonly bytes: Uint8Array;
      readonly bitsAllocated: 8 | 16;
      readonly bitsStored: number;
      /** The sign is taken from this bit count up; undefined = Bits Stored of the DICOM header says. */
      readonly signBits: number | undefined;
      readonly layout: SampleLayout;
      readonly space: ColourSpace;
    }
  | { readonly ok: false; readonly kind: 'unsupported' | 'corrupt'; readonly reason: string };

interface Plan {
  readonly decoder: WasmDecoder;
  readonly shape: CodestreamShape;
  readonly encoded: Uint8Array;
  readonly layout: SampleLayout;
  readonly space: ColourSpace;
  readonly signBits: number | undefined;
}

type Planned = { readonly ok: true; readonly plan: Plan } | Extract<CodedSamples, { ok: false }>;

const corrupt = (reason: string): Extract<CodedSamples, { ok: false }> => ({ ok: false, kind: 'corrupt', reason });
const unsupported = (reason: string): Extract<CodedSamples, { ok: false }> => ({ ok: false, kind: 'unsupported', reason });

/** Reads the codestream's own header, holds it against the DICOM header, and only then decodes; the length of the result is checked too. */
export function decodeCodestream(kind: CodestreamKind, bytes: Uint8Array, format: PixelFormat, codecs: Codecs): CodedSamples {
  const planned = planOf(kind, bytes, format);
  if (!planned.ok) return planned;
  const { decoder, shape, encoded, layout, space, signBits } = planned.plan;
  const decoded = codecs.decode(decoder, encoded, shape);
  if (!decoded.ok) return corrupt(`the decoder refused the frame: ${decoded.reason}`);
  const expected = shape.columns * shape.rows * shape.samplesPerPixel * (shape.bitsAllocated / 8);
  if (decoded.bytes.length !== expected) return corrupt(`the decoder gave ${decoded.bytes.length} of ${expected} bytes`);
  return { ok: true, bytes: decoded.bytes, bitsAllocated: shape.bitsAllocated, bitsStored: shape.bitsStored, signBits, layout, space };
}

function planOf(kind: CodestreamKind, bytes: Uint8Array, format: PixelFormat): Planned {
  switch (kind) {
    case 'jpeg':
    case 'jpegLossless':
    case 'jpegLs':
      return planJpeg(bytes, format);
    case 'jpeg2000':
    case 'htj2k':
      return planJpeg2000(bytes, format);
    case 'jpegXl':
      return planJpegXl(bytes, format);
  }
}

interface Stated {
  readonly columns: number;
  readonly rows: number;
  readonly components: number;
  readonly precision: number;
}

/** What the codestream and the DICOM header must agree on. A lower precision than Bits Stored is taken, a higher one than Bits Allocated is not. */
function disagreement({ columns, rows, components, precision }: Stated, format: PixelFormat): string | undefined {
  if (columns !== format.Columns || rows !== format.Rows) return `the codestream is ${columns} x ${rows}, the header says ${format.Columns} x ${format.Rows}`;
  if (components !== format.SamplesPerPixel) return `the codestream has ${components} components, the header says ${format.SamplesPerPixel}`;
  if (precision < 1 || precision > Math.max(8, format.BitsAllocated)) return `the codestream has ${precision} bits, the header says ${format.BitsAllocated}`;
  return undefined;
}

/** Baseline, extended, progressive, lossless (Huffman) and JPEG-LS; other processes have no decoder. */
const JPEG_PROCESSES = new Set([0xc0, 0xc1, 0xc2, 0xc3, 0xf7]);
const LOSSLESS = 0xc3;
const JPEG_LS = 0xf7;

function planJpeg(bytes: Uint8Array, format: PixelFormat): Planned {
  const read = readJpegHeader(bytes);
  if (!read.ok) return corrupt(read.reason);
  const { header } = read;
  if (!JPEG_PROCESSES.has(header.frameMarker)) return unsupported(`JPEG process of marker FF${header.frameMarker.toString(16).toUpperCase()}`);
  const fault = disagreement({ ...header, components: header.components.length }, format);
  if (fault !== undefined) return corrupt(fault);
  const isLs = header.frameMarker === JPEG_LS;
  if (isLs && header.components.some(({ horizontal, vertical }) => horizontal !== 1 || vertical !== 1)) return unsupported('sub-sampled components in JPEG-LS');
  // CharLS reads on without end behind a codestream that was cut short (seen in this build of it by the fuzz test).
  if (isLs && !endsWithMarker(bytes)) return corrupt('the codestream is cut short');
  const isByComponent = isLs && header.interleave === 0 && header.components.length > 1;
  return {
    ok: true,
    plan: {
      decoder: isLs ? 'JpegLs' : 'Jpeg',
      encoded: bytes,
      shape: shapeOf(format, header.precision, format.PixelRepresentation === 1, isLs || header.frameMarker === LOSSLESS),
      layout: isByComponent ? 'byPlane' : 'byPixel',
      space: jpegSpace(header, format.PhotometricInterpretation),
      signBits: undefined,
    },
  };
}

/** Whether End of Image stands at the end, before what pads the last fragment. */
function endsWithMarker(bytes: Uint8Array): boolean {
  let end = bytes.length;
  while (end > 2 && bytes[end - 1] === 0) end--;
  return bytes[end - 1] === 0xd9 && bytes[end - 2] === 0xff;
}

/**
 * The codestream's markers say what its components are; without any the DICOM header does. Lossless processes have no colour transform of their own
 * (PS3.5 8.2.1): there the header is right.
 */
function jpegSpace(header: JpegHeader, PhotometricInterpretation: string): ColourSpace {
  const stated = headerSpace(PhotometricInterpretation);
  if (header.frameMarker === LOSSLESS || header.frameMarker === JPEG_LS) return stated;
  if (header.adobeTransform !== undefined) return header.adobeTransform === 0 ? 'RGB' : 'YBR_FULL';
  if (header.hasJfif) return 'YBR_FULL';
  return stated;
}

function headerSpace(PhotometricInterpretation: string): ColourSpace {
  if (PhotometricInterpretation.startsWith('YBR_PARTIAL')) return 'YBR_PARTIAL';
  return PhotometricInterpretation === 'RGB' ? 'RGB' : 'YBR_FULL';
}

function planJpeg2000(bytes: Uint8Array, format: PixelFormat): Planned {
  const read = readJpeg2000Header(bytes);
  if (!read.ok) return corrupt(read.reason);
  const { header } = read;
  const first = header.components[0];
  if (first === undefined) return corrupt('the codestream has no components');
  if (header.components.some((one) => one.precision !== first.precision || one.isSigned !== first.isSigned))
    return unsupported('components of different depth');
  if (header.components.some((one) => one.horizontal !== 1 || one.vertical !== 1)) return unsupported('sub-sampled components in JPEG 2000');
  if (first.precision > 16) return unsupported(`${first.precision} bits in JPEG 2000`);
  const fault = disagreement({ ...header, components: header.components.length, precision: first.precision }, format);
  if (fault !== undefined) return corrupt(fault);
  return {
    ok: true,
    plan: {
      decoder: header.isHighThroughput ? 'HtJpeg2000' : 'Jpeg2000',
      encoded: bytes.subarray(header.offset),
      shape: shapeOf(format, first.precision, first.isSigned, header.isReversible),
      layout: 'byPixel',
      space: jpeg2000Space(header, format.PhotometricInterpretation),
      // Where codestream and header differ in the sign, the codestream's precision says where it stands (as pydicom).
      signBits: first.precision,
    },
  };
}

/** With the component transformation the decoder gives RGB (PS3.5 8.2.4); without it only YBR_FULL and its kin are what they say. */
function jpeg2000Space(header: Jpeg2000Header, PhotometricInterpretation: string): ColourSpace {
  if (header.usesColourTransform || PhotometricInterpretation === 'YBR_RCT') return 'RGB';
  return headerSpace(PhotometricInterpretation);
}

function planJpegXl(bytes: Uint8Array, format: PixelFormat): Planned {
  const read = readJpegXlHeader(bytes);
  if (!read.ok) return corrupt(read.reason);
  const fault = disagreement({ ...read.header, components: format.SamplesPerPixel, precision: format.BitsStored }, format);
  if (fault !== undefined) return corrupt(fault);
  const shape = shapeOf(format, format.BitsStored, format.PixelRepresentation === 1, false);
  // libjxl undoes YCbCr and XYB itself: three channels are RGB.
  return { ok: true, plan: { decoder: 'JpegXl', encoded: bytes, shape, layout: 'byPixel', space: 'RGB', signBits: undefined } };
}

function shapeOf({ Rows, Columns, SamplesPerPixel }: PixelFormat, precision: number, isSigned: boolean, isReversible: boolean): CodestreamShape {
  const bitsAllocated = precision > 8 ? 16 : 8;
  return { columns: Columns, rows: Rows, samplesPerPixel: SamplesPerPixel, bitsAllocated, bitsStored: precision, isSigned, isReversible };
}
