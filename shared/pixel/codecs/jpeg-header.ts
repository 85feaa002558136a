/** What a JPEG or JPEG-LS codestream says of itself (ISO/IEC 10918-1 B.2, 14495-1 C.2). */
export interface JpegHeader {
  /** Low byte of the frame marker: 0xc0 baseline ... 0xc3 lossless ..., 0xf7 JPEG-LS. */
  readonly frameMarker: number;
  readonly precision: number;
  readonly rows: number;
  readonly columns: number;
  readonly components: readonly { readonly id: number; readonly horizontal: number; readonly vertical: number }[];
  readonly hasJfif: boolean;
  /** Transform of the Adobe APP14 marker: 0 none, 1 YCbCr, 2 YCCK; absent without the marker. */
  readonly adobeTransform?: number;
  /** JPEG-LS interleave mode of the first scan: 0 by component, 1 by line, 2 by sample. */
  readonly interleave: number;
  /** Components of the first scan. */
  readonly scanComponents: number;
}

export type HeaderResult<Header> = { readonly ok: true; readonly header: Header } | { readonly ok: false; readonly reason: string };

const no = (reason: string): { ok: false; reason: string } => ({ ok: false, reason });

/** Reads the markers up to the first scan; nothing is decoded. */
export function readJpegHeader(bytes: Uint8Array): HeaderResult<JpegHeader> {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return no('the frame does not start as a JPEG codestream');
  let hasJfif = false;
  let adobeTransform: number | undefined;
  let frame: Pick<JpegHeader, 'frameMarker' | 'precision' | 'rows' | 'columns' | 'components'> | undefined;
  let at = 2;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) return no('the codestream has rubbish between its markers');
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1; // fill byte
      continue;
    }
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      at += 2;
      continue;
    }
    if (marker === 0xd9) return no('the codestream ends before its picture');
    const length = u16(bytes, at + 2);
    const end = at + 2 + length;
    if (length < 2 || end > bytes.length) return no('the codestream is cut short in its header');
    const body = bytes.subarray(at + 4, end);
    if (isFrameMarker(marker)) {
      if (frame !== undefined) return no('the codestream has several frames');
      const found = readFrame(marker, body);
      if (found === undefined) return no('the frame header of the codestream is broken');
      frame = found;
    } else if (marker === 0xe0 && startsWith(body, 'JFIF\0')) hasJfif = true;
    else if (marker === 0xee && startsWith(body, 'Adobe') && body.length >= 12) adobeTransform = body[11];
    else if (marker === 0xda) {
      if (frame === undefined) return no('the codestream has a scan before its frame header');
      const scanComponents = body[0] ?? 0;
      const interleave = body[2 * scanComponents + 2] ?? 0;
      return { ok: true, header: { ...frame, hasJfif, interleave, scanComponents, ...(adobeTransform === undefined ? {} : { adobeTransform }) } };
    }
    at = end;
  }
  return no('the codestream ends before its picture');
}

function isFrameMarker(marker: number): boolean {
  if (marker === 0xf7) return true;
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function readFrame(frameMarker: number, body: Uint8Array): Pick<JpegHeader, 'frameMarker' | 'precision' | 'rows' | 'columns' | 'components'> | undefined {
  const count = body[5] ?? 0;
  if (count < 1 || body.length < 6 + 3 * count) return undefined;
  const components = Array.from({ length: count }, (_, index) => {
    const sampling = body[7 + 3 * index] ?? 0;
    return { id: body[6 + 3 * index] ?? 0, horizontal: sampling >> 4, vertical: sampling & 15 };
  });
  if (components.some(({ horizontal, vertical }) => horizontal < 1 || horizontal > 4 || vertical < 1 || vertical > 4)) return undefined;
  return { frameMarker, precision: body[0] ?? 0, rows: u16(body, 1), columns: u16(body, 3), components };
}

function startsWith(body: Uint8Array, text: string): boolean {
  return Array.from(text, (character) => character.charCodeAt(0)).every((code, index) => body[index] === code);
}

function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0);
}
