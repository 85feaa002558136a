import type { StoredArray } from '../stored-format';

/** One table of a palette as the header has it (PS3.3 C.7.6.3.1.5, C.7.6.3.1.6). */
export interface PaletteTable {
  /** (0028,1101) to (0028,1103): entries (0 = 65,536), first stored value mapped, bits an entry. */
  readonly descriptor: readonly [entries: number, first: number, bits: number];
  /** (0028,1201) to (0028,1203) Palette Color Lookup Table Data, little endian; or the segmented data of (0028,1221) to (0028,1223). */
  readonly data: Uint8Array;
  readonly isSegmented: boolean;
}

export interface Palette {
  readonly red: PaletteTable;
  readonly green: PaletteTable;
  readonly blue: PaletteTable;
}

export type PaletteColours =
  { readonly ok: true; readonly first: number; readonly rgb: Uint8Array<ArrayBuffer> } | { readonly ok: false; readonly reason: string };

/**
 * Reads the three tables to RGB in 8 bits (3 bytes an entry). 16 bit entries keep their upper byte; where no entry of any table reaches it (some ultrasound devices
 * write 8 bit values into 16 bit words: the picture would be black) their lower one.
 */
export function readPalette({ red, green, blue }: Palette): PaletteColours {
  const tables = [red, green, blue];
  const entries = red.descriptor[0] === 0 ? 65_536 : red.descriptor[0];
  const first = red.descriptor[1];
  if (!Number.isInteger(entries) || entries < 1 || entries > 65_536) return { ok: false, reason: `a palette of ${entries} entries` };
  const channels: (readonly number[] | Uint16Array | Uint8Array)[] = [];
  for (const table of tables) {
    const [count, start, bits] = table.descriptor;
    if ((count === 0 ? 65_536 : count) !== entries || start !== first || bits !== red.descriptor[2])
      return { ok: false, reason: 'the three tables of the palette differ in size' };
    if (bits !== 8 && bits !== 16) return { ok: false, reason: `palette entries of ${bits} bits` };
    const values = table.isSegmented ? expandSegments(table.data, bits, entries) : plainValues(table.data, bits, entries);
    if (values.length < entries) return { ok: false, reason: `the palette has ${values.length} of ${entries} entries` };
    channels.push(values);
  }
  const isHigh = red.descriptor[2] === 16 && channels.some((values) => values.some((value) => value > 255));
  const rgb = new Uint8Array(entries * 3);
  for (const [channel, values] of channels.entries()) {
    for (let index = 0; index < entries; index++) rgb[index * 3 + channel] = isHigh ? (values[index] ?? 0) >> 8 : (values[index] ?? 0);
  }
  return { ok: true, first, rgb };
}

/** Stored values to RGB; values outside of the table take its ends (PS3.3 C.7.6.3.1.5). `out` has 3 bytes a value. */
export function applyPalette(values: StoredArray, { first, rgb }: { readonly first: number; readonly rgb: Uint8Array }, out: Uint8Array): void {
  const last = rgb.length / 3 - 1;
  for (let at = 0, to = 0; at < values.length; at++, to += 3) {
    const index = Math.min(last, Math.max(0, (values[at] ?? 0) - first)) * 3;
    out[to] = rgb[index] ?? 0;
    out[to + 1] = rgb[index + 1] ?? 0;
    out[to + 2] = rgb[index + 2] ?? 0;
  }
}

/** 8 bit entries may stand in one byte each or, as some devices write them, in 16 bit words. */
function plainValues(data: Uint8Array, bits: number, entries: number): readonly number[] | Uint16Array | Uint8Array {
  if (bits === 8 && data.length < 2 * entries) return data.subarray(0, entries);
  return words(data).subarray(0, entries);
}

function words(data: Uint8Array): Uint16Array {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return Uint16Array.from({ length: data.length >> 1 }, (_, index) => view.getUint16(2 * index, true));
}

/**
 * Segmented table data (PS3.3 C.7.9.2): discrete (0), linear (1) and indirect (2) segments. An indirect segment repeats earlier ones and holds no other
 * indirect one; nothing is written beyond `entries`, so a hostile table ends.
 */
function expandSegments(data: Uint8Array, bits: number, entries: number): number[] {
  const units: Uint8Array | Uint16Array = bits === 8 ? data : words(data);
  const out: number[] = [];
  const run = (from: number, segments: number, isNested: boolean): void => {
    let at = from;
    for (let index = 0; index < segments && at + 1 < units.length && out.length < entries; index++) {
      const opcode = units[at] ?? 0;
      const length = units[at + 1] ?? 0;
      if (length === 0) return; // says nothing, and could say it for ever
      if (opcode === 0) {
        for (let step = 0; step < length && at + 2 + step < units.length && out.length < entries; step++) out.push(units[at + 2 + step] ?? 0);
        at += 2 + length;
      } else if (opcode === 1) {
        const start = out.at(-1) ?? 0;
        const end = units[at + 2] ?? 0;
        for (let step = 1; step <= length && out.length < entries; step++) out.push(Math.round(start + ((end - start) * step) / length));
        at += 3;
      } else if (opcode === 2 && !isNested) {
        const offset = bits === 8 ? indirect8(units, at + 2) : ((units[at + 2] ?? 0) + (units[at + 3] ?? 0) * 65_536) / 2;
        run(offset, length, true);
        at += bits === 8 ? 6 : 4;
      } else return;
    }
  };
  run(0, units.length, false);
  return out;
}

/** A 32 bit byte offset in four 8 bit units. */
function indirect8(units: Uint8Array | Uint16Array, at: number): number {
  return (units[at] ?? 0) + (units[at + 1] ?? 0) * 2 ** 8 + (units[at + 2] ?? 0) * 2 ** 16 + (units[at + 3] ?? 0) * 2 ** 24;
}
