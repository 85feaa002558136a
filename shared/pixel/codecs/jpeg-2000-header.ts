import type { HeaderResult } from './jpeg-header';

/** What a JPEG 2000 codestream says of itself (ISO/IEC 15444-1 A.5.1, A.6.1). */
export interface Jpeg2000Header {
  readonly rows: number;
  readonly columns: number;
  readonly components: readonly { readonly precision: number; readonly isSigned: boolean; readonly horizontal: number; readonly vertical: number }[];
  readonly tiles: number;
  /** The codestream uses the component transformation (RCT or ICT): the decoder gives RGB. */
  readonly usesColourTransform: boolean;
  /** The wavelet of whole numbers (5-3): each decoder gives the same values. */
  readonly isReversible: boolean;
  /** Block coding of ISO/IEC 15444-15 (HTJ2K). */
  readonly isHighThroughput: boolean;
  /** Where the codestream starts: behind JP2 boxes, which DICOM forbids (PS3.5 A.4.4) and some devices write. */
  readonly offset: number;
}

const no = (reason: string): { ok: false; reason: string } => ({ ok: false, reason });

/** Tiles of 64 x 64 in the largest frame; more is an attack. */
const MAX_TILES = 65_535;

export function readJpeg2000Header(bytes: Uint8Array): HeaderResult<Jpeg2000Header> {
  const offset = codestreamOffset(bytes);
  if (offset === undefined) return no('the frame does not start as a JPEG 2000 codestream');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.byteLength >= offset + 6 ? view.getUint16(offset + 4) : 0;
  const body = offset + 6;
  if (length < 41 || body + length - 2 > view.byteLength) return no('the size marker of the codestream is cut short');
  const [width, height, left, top, tileWidth, tileHeight, tileLeft, tileTop] = Array.from({ length: 8 }, (_, index) =>
    view.getUint32(body + 2 + 4 * index),
  ) as [...Eight];
  const count = view.getUint16(body + 34);
  if (count < 1 || length !== 38 + 3 * count) return no('the size marker of the codestream is broken');
  if (width <= left || height <= top || tileWidth === 0 || tileHeight === 0 || tileLeft > left || tileTop > top) {
    return no('the size marker of the codestream is broken');
  }
  const tiles = Math.ceil((width - tileLeft) / tileWidth) * Math.ceil((height - tileTop) / tileHeight);
  if (tiles > MAX_TILES) return no(`the codestream states ${tiles} tiles`);
  const components = Array.from({ length: count }, (_, index) => {
    const depth = view.getUint8(body + 36 + 3 * index);
    return {
      precision: (depth & 0x7f) + 1,
      isSigned: depth >= 0x80,
      horizontal: view.getUint8(body + 37 + 3 * index),
      vertical: view.getUint8(body + 38 + 3 * index),
    };
  });
  const style = codingStyle(view, body + length - 2);
  if (style === undefined) return no('the codestream has no coding style before its picture');
  return { ok: true, header: { rows: height - top, columns: width - left, components, tiles, offset, ...style } };
}

type Eight = [number, number, number, number, number, number, number, number];

function codestreamOffset(bytes: Uint8Array): number | undefined {
  const isStart = (at: number): boolean => bytes[at] === 0xff && bytes[at + 1] === 0x4f && bytes[at + 2] === 0xff && bytes[at + 3] === 0x51;
  if (isStart(0)) return 0;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || view.getUint32(4) !== 0x6a502020) return undefined;
  for (let at = 0, boxes = 0; at + 8 <= bytes.length && boxes < 64; boxes++) {
    const length = view.getUint32(at);
    if (view.getUint32(at + 4) === 0x6a703263) return isStart(at + 8) ? at + 8 : isStart(at + 16) ? at + 16 : undefined;
    if (length < 8) return undefined;
    at += length;
  }
  return undefined;
}

/** The COD marker of the main header. */
function codingStyle(view: DataView, from: number): Pick<Jpeg2000Header, 'usesColourTransform' | 'isReversible' | 'isHighThroughput'> | undefined {
  for (let at = from; at + 4 <= view.byteLength;) {
    const marker = view.getUint16(at);
    const length = view.getUint16(at + 2);
    if (marker === 0xff90 || marker < 0xff00 || length < 2) return undefined;
    if (marker === 0xff52) {
      if (length < 12 || at + 2 + length > view.byteLength) return undefined;
      const [transform, style, wavelet] = [view.getUint8(at + 8), view.getUint8(at + 12), view.getUint8(at + 13)];
      return { usesColourTransform: (transform & 1) === 1, isReversible: wavelet === 1, isHighThroughput: (style & 0x40) !== 0 };
    }
    at += 2 + length;
  }
  return undefined;
}
