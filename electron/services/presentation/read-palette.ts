import type { PaletteColors } from '@shared/domain';
import { readPalette, type PaletteTable } from '@shared/pixel';
import type { TreeItem } from '../part10';

const DESCRIPTORS = [0x00281101, 0x00281102, 0x00281103] as const;
const DATA = [0x00281201, 0x00281202, 0x00281203] as const;
const SEGMENTED = [0x00281221, 0x00281222, 0x00281223] as const;

/**
 * Palette Color Lookup Tables, plain or segmented (PS3.3 C.7.9), or a supplemental palette (C.7.6.19), as RGB of 8 bits. `isSigned`: stored values are two's
 * complement, so is the first one mapped. Undefined without tables; tables that cannot be used are named in `problems`.
 */
export function readPaletteColours(root: TreeItem, isSigned: boolean, problems: string[]): PaletteColors | undefined {
  if (!root.has(DESCRIPTORS[0])) return undefined;
  const tables: PaletteTable[] = [];
  for (const channel of [0, 1, 2] as const) {
    const table = tableOf(root, channel, isSigned);
    if (table === undefined) {
      problems.push('the palette cannot be used: one of its three tables is missing');
      return undefined;
    }
    tables.push(table);
  }
  const [red, green, blue] = tables as [PaletteTable, PaletteTable, PaletteTable];
  const read = readPalette({ red, green, blue });
  if (read.ok) return { first: read.first, rgb: read.rgb };
  problems.push(`the palette cannot be used: ${read.reason}`);
  return undefined;
}

function tableOf(root: TreeItem, channel: 0 | 1 | 2, isSigned: boolean): PaletteTable | undefined {
  const [entries, , bits] = unsigned(root, DESCRIPTORS[channel]);
  const [, first] = isSigned ? root.signedShorts(DESCRIPTORS[channel]) : root.shorts(DESCRIPTORS[channel]);
  if (entries === undefined || first === undefined || bits === undefined) return undefined;
  const isSegmented = !root.has(DATA[channel]);
  const tag = isSegmented ? SEGMENTED[channel] : DATA[channel];
  const raw = root.bytes(tag);
  if (raw.length === 0) return undefined;
  const data = root.isLittleEndian || root.element(tag)?.vr === 'OB' ? raw : raw.map((_, index) => raw[index ^ 1] ?? 0);
  return { descriptor: [entries, first, bits], data, isSegmented };
}

/** The number of entries is unsigned whatever the VR: 65,535 is no -1. */
function unsigned(root: TreeItem, tag: number): readonly number[] {
  return root.shorts(tag).map((value) => value & 0xffff);
}
