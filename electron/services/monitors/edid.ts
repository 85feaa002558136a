import type { EdidIdentity } from '@shared/domain';
import { readChromaticity, readExtensions } from './edid-colour';

const HEADER = [0, 255, 255, 255, 255, 255, 255, 0];
const BLOCK = 128;
/** Base block and at most 255 extensions. */
export const MOST_EDID_BYTES = BLOCK * 256;

export type EdidReading = { readonly ok: true; readonly identity: EdidIdentity } | { readonly ok: false; readonly reason: string };

/**
 * Reads who a monitor is and what it says of its colours from its EDID (VESA E-EDID 1.4, 3.1 to 3.10, and the extension blocks of CTA-861 where they are given). The bytes
 * come from the monitor: lengths and check sums are proven first, and texts keep printable ASCII only.
 */
export function parseEdid(bytes: Uint8Array): EdidReading {
  if (bytes.length < BLOCK) return { ok: false, reason: `${bytes.length} bytes are no EDID` };
  const block = bytes.subarray(0, BLOCK);
  if (HEADER.some((value, at) => block[at] !== value)) return { ok: false, reason: 'it does not begin as an EDID does' };
  if (block.reduce((sum, value) => (sum + value) & 0xff, 0) !== 0) return { ok: false, reason: 'its check sum is wrong' };
  const at = (index: number): number => block[index] ?? 0;
  const maker = (at(8) << 8) | at(9);
  const letters = [10, 5, 0].map((shift) => String.fromCharCode(64 + ((maker >> shift) & 31))).join('');
  const number = (at(12) | (at(13) << 8) | (at(14) << 16) | (at(15) << 24)) >>> 0;
  const descriptors = [54, 72, 90, 108].map((start) => block.subarray(start, start + 18));
  const serialText = textOf(descriptors, 0xff);
  const timing = descriptors.find((one) => ((one[0] ?? 0) | (one[1] ?? 0)) !== 0);
  const digital = (at(20) & 0x80) !== 0;
  const depth = digital && at(19) >= 4 ? BITS[(at(20) >> 4) & 7] : undefined;
  const sizeMm = sizeOf(timing === undefined ? [0, 0] : timingMm(timing), [at(21), at(22)]);
  const preferred = timing === undefined ? undefined : pixelsOf(timing);
  const chromaticity = readChromaticity(block);
  const year = at(17) === 0 ? undefined : 1990 + at(17);
  return {
    ok: true,
    identity: {
      manufacturer: /^[A-Z]{3}$/.test(letters) ? letters : '',
      productCode: at(10) | (at(11) << 8),
      serial: serialText !== '' ? serialText : number === 0 ? '' : String(number),
      name: textOf(descriptors, 0xfc),
      ...(year === undefined ? {} : { year }),
      ...(sizeMm === undefined ? {} : { sizeMm }),
      ...(preferred === undefined ? {} : { preferred }),
      ...(depth === undefined ? {} : { bitsPerColour: depth }),
      ...(chromaticity === undefined ? {} : { chromaticity }),
      ...readExtensions(bytes),
    },
  };
}

/** Colour bit depth of a digital input (table 3.11); 0 and 7 say nothing. */
const BITS: readonly (number | undefined)[] = [undefined, 6, 8, 10, 12, 14, 16, undefined];

/** Text of a display descriptor (3.10.3): up to 13 characters, ended by a line feed. */
function textOf(descriptors: readonly Uint8Array[], tag: number): string {
  const found = descriptors.find((one) => one[0] === 0 && one[1] === 0 && one[2] === 0 && one[3] === tag);
  if (found === undefined) return '';
  const text = String.fromCharCode(...found.subarray(5, 18));
  return (text.split('\n')[0] ?? '').replace(/[^\x20-\x7e]/g, '').trim();
}

/** Shapes of a picture that televisions write where its centimetres belong. */
const SHAPES: ReadonlySet<string> = new Set(['16x9', '16x10', '160x90', '160x100']);

/**
 * Millimetres of the picture: by the detailed timing, else by the whole centimetres of the block (3.6.2). Where both are there and differ by more than a centimetre, one of
 * them is wrong and nobody can tell which: then no size is known.
 */
function sizeOf(mm: readonly [number, number], cm: readonly [number, number]): [number, number] | undefined {
  if (SHAPES.has(cm.join('x'))) return undefined;
  const [hasMm, hasCm] = [mm[0] > 0 && mm[1] > 0, cm[0] > 0 && cm[1] > 0];
  if (!hasMm) return hasCm ? [cm[0] * 10, cm[1] * 10] : undefined;
  const agree = Math.abs(mm[0] - cm[0] * 10) <= 10 && Math.abs(mm[1] - cm[1] * 10) <= 10;
  return hasCm && !agree ? undefined : [mm[0], mm[1]];
}

/** Millimetres in a detailed timing (3.10.2, bytes 12 to 14). */
function timingMm(timing: Uint8Array): [number, number] {
  const high = timing[14] ?? 0;
  return [(timing[12] ?? 0) | ((high & 0xf0) << 4), (timing[13] ?? 0) | ((high & 0x0f) << 8)];
}

function pixelsOf(timing: Uint8Array): { readonly width: number; readonly height: number } | undefined {
  const width = (timing[2] ?? 0) | (((timing[4] ?? 0) & 0xf0) << 4);
  const lines = (timing[5] ?? 0) | (((timing[7] ?? 0) & 0xf0) << 4);
  // The lines of an interlaced timing are those of one field.
  const height = ((timing[17] ?? 0) & 0x80) === 0 ? lines : lines * 2;
  return width > 0 && height > 0 ? { width, height } : undefined;
}
