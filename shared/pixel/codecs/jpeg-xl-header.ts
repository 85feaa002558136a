import type { HeaderResult } from './jpeg-header';

export interface JpegXlHeader {
  readonly rows: number;
  readonly columns: number;
}

const no = (reason: string): { ok: false; reason: string } => ({ ok: false, reason });

/** Width by ratio code 1 to 7 (ISO/IEC 18181-1, SizeHeader). */
const RATIOS = [
  [1, 1],
  [12, 10],
  [4, 3],
  [3, 2],
  [16, 9],
  [5, 4],
  [2, 1],
] as const;
const WIDTH_BITS = [9, 13, 18, 30] as const;

/** Size of a JPEG XL picture, bare or in its container (ISO/IEC 18181-1 SizeHeader, 18181-2 boxes). */
export function readJpegXlHeader(bytes: Uint8Array): HeaderResult<JpegXlHeader> {
  const start = codestreamStart(bytes);
  if (start === undefined || bytes[start] !== 0xff || bytes[start + 1] !== 0x0a) return no('the frame does not start as a JPEG XL codestream');
  let bit = (start + 2) * 8;
  const take = (count: number): number => {
    let value = 0;
    for (let index = 0; index < count; index++, bit++) value += (((bytes[bit >> 3] ?? 0) >> (bit & 7)) & 1) * 2 ** index;
    return value;
  };
  const isSmall = take(1) === 1;
  const side = (): number => (isSmall ? 8 * (take(5) + 1) : 1 + take(WIDTH_BITS[take(2) as 0 | 1 | 2 | 3]));
  const rows = side();
  const ratio = RATIOS[take(3) - 1];
  const columns = ratio === undefined ? side() : Math.floor((rows * ratio[0]) / ratio[1]);
  return bit > bytes.length * 8 ? no('the codestream is cut short in its header') : { ok: true, header: { rows, columns } };
}

function codestreamStart(bytes: Uint8Array): number | undefined {
  if (bytes[0] === 0xff) return 0;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0, boxes = 0; at + 8 <= bytes.length && boxes < 64; boxes++) {
    const length = view.getUint32(at);
    const type = view.getUint32(at + 4);
    if (type === 0x6a786c63) return at + (length === 1 ? 16 : 8);
    if (type === 0x6a786c70) return at + (length === 1 ? 20 : 12);
    if (length < 8) return undefined;
    at += length;
  }
  return undefined;
}
