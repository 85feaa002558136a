import type { EdidIdentity } from '@shared/domain';

type Xy = readonly [x: number, y: number];

const BLOCK = 128;
/** Tag of an extension block that follows CTA-861, and the first revision of it that has data blocks (CTA-861-H 7.3). */
const CTA = { tag: 0x02, revision: 3 } as const;
/** Tags of data blocks (CTA-861-H tables 53 and 54). */
const VENDOR = 3;
const EXTENDED = 7;
const HDR_STATIC_METADATA = 6;
/** IEEE OUI of HDMI Licensing, as it stands in the block. */
const HDMI = [0x03, 0x0c, 0x00] as const;

/**
 * Chromaticity (CIE 1931 x, y) of the primaries and of the white point (VESA E-EDID 1.4, 3.7): ten bits each. Undefined where the block says none, or what lies outside of the
 * diagram.
 */
export function readChromaticity(block: Uint8Array): EdidIdentity['chromaticity'] {
  const at = (index: number): number => block[index] ?? 0;
  const low = (at(25) << 8) | at(26);
  const one = (order: number): number => ((at(27 + order) << 2) | ((low >> (14 - 2 * order)) & 3)) / 1024;
  const [red, green, blue, white] = [0, 2, 4, 6].map((order): Xy => [one(order), one(order + 1)]);
  if (red === undefined || green === undefined || blue === undefined || white === undefined) return undefined;
  if (white[1] === 0 || [red, green, blue, white].some(([x, y]) => x + y > 1)) return undefined;
  // A display without colours gives its white point only.
  const isMonochrome = [red, green, blue].every(([x, y]) => x === 0 && y === 0);
  return isMonochrome ? { white: [...white] } : { red: [...red], green: [...green], blue: [...blue], white: [...white] };
}

/** What the CTA-861 extension blocks say of deep colour and of HDR. A block whose check sum is wrong says nothing. */
export function readExtensions(bytes: Uint8Array): Pick<EdidIdentity, 'hdr' | 'deepColourBits'> {
  const count = Math.min(bytes[126] ?? 0, Math.floor(bytes.length / BLOCK) - 1);
  const found: { hdr?: EdidIdentity['hdr']; deepColourBits?: number } = {};
  for (let number = 1; number <= count; number++) {
    const block = bytes.subarray(number * BLOCK, (number + 1) * BLOCK);
    if (block[0] !== CTA.tag || (block[1] ?? 0) < CTA.revision || block.reduce((sum, value) => (sum + value) & 0xff, 0) !== 0) continue;
    for (const data of dataBlocks(block)) {
      const hdr = hdrOf(data);
      const bits = deepColourOf(data);
      if (hdr !== undefined) found.hdr ??= hdr;
      if (bits !== undefined) found.deepColourBits ??= bits;
    }
  }
  return found;
}

interface DataBlock {
  readonly tag: number;
  readonly payload: Uint8Array;
}

/** Data blocks stand from byte 4 to where the detailed timings begin (byte 2; 0: no timings and no data blocks); one that would reach beyond ends the list. */
function dataBlocks(block: Uint8Array): readonly DataBlock[] {
  const end = Math.min(block[2] ?? 0, BLOCK - 1);
  const blocks: DataBlock[] = [];
  for (let at = 4; at < end;) {
    const head = block[at] ?? 0;
    const next = at + 1 + (head & 0x1f);
    if (next > end) break;
    blocks.push({ tag: head >> 5, payload: block.subarray(at + 1, next) });
    at = next;
  }
  return blocks;
}

/** Electro-optical transfer functions by bit (CTA-861-H table 83). */
const TRANSFERS = ['SDR', 'HDR gamma', 'PQ', 'HLG'] as const;

/** The HDR Static Metadata Data Block (CTA-861-H 7.5.13). Luminances are what its maker wishes for, cd/m²; 0 says nothing. */
function hdrOf({ tag, payload }: DataBlock): EdidIdentity['hdr'] {
  if (tag !== EXTENDED || payload[0] !== HDR_STATIC_METADATA || payload.length < 3) return undefined;
  const transfers = TRANSFERS.filter((_, bit) => (((payload[1] ?? 0) >> bit) & 1) === 1);
  const [max = 0, average = 0, min] = payload.subarray(3);
  const nits = (code: number): number => 50 * 2 ** (code / 32);
  return {
    transfers,
    ...(max === 0 ? {} : { mostNits: nits(max) }),
    ...(average === 0 ? {} : { mostAverageNits: nits(average) }),
    ...(max === 0 || min === undefined ? {} : { leastNits: (nits(max) * (min / 255) ** 2) / 100 }),
  };
}

/** Most bits a colour over HDMI beyond eight (HDMI 1.4b table 8-16: byte 6 of its vendor-specific block). */
function deepColourOf({ tag, payload }: DataBlock): number | undefined {
  if (tag !== VENDOR || HDMI.some((byte, at) => payload[at] !== byte)) return undefined;
  const flags = payload[5] ?? 0;
  if ((flags & 0x40) !== 0) return 16;
  if ((flags & 0x20) !== 0) return 12;
  return (flags & 0x10) !== 0 ? 10 : undefined;
}
