/** A look-up table of the file (PS3.3 C.11.1.1.1, C.11.2.1.1), entries as numbers whatever their packing was. */
export interface LutTable {
  /** First input value mapped. Inputs below it take the first entry, inputs behind the last one the last. */
  readonly first: number;
  /** Entries span 0 .. 2^bits - 1. */
  readonly bits: number;
  /** 1 to 65,536 entries. */
  readonly values: Uint16Array<ArrayBuffer>;
  /** LUT Explanation (0028,3003), for the user; empty when absent. */
  readonly explanation: string;
}

/** The three values of LUT Descriptor (0028,3002) as they stand: 16 bits each, unsigned. */
export interface LutDescriptor {
  readonly entries: number;
  readonly first: number;
  readonly bits: number;
}

export type LutReading = { readonly ok: true; readonly lut: LutTable; readonly notes: readonly string[] } | { readonly ok: false; readonly reason: string };

export interface LutSource {
  readonly descriptor: LutDescriptor;
  /** The first input value is two's complement: by Pixel Representation in a Modality LUT, when modality values can be negative in a VOI LUT. */
  readonly firstIsSigned: boolean;
  /** LUT Data (0028,3006) as stored, of VR US or OW. */
  readonly data: Uint8Array;
  readonly isLittleEndian: boolean;
  readonly explanation: string;
}

/**
 * Reads one table. 0 entries mean 65,536. Entries of 8 bits may lie one in a byte or one in a word: the length tells. Data beyond the descriptor are left
 * out, entries larger than the stated depth widen it (both seen in the field, both noted); data that are too short make no table: nothing is guessed.
 */
export function readLut({ descriptor, firstIsSigned, data, isLittleEndian, explanation }: LutSource): LutReading {
  const entries = descriptor.entries === 0 ? 65_536 : descriptor.entries;
  const { bits } = descriptor;
  if (bits < 1 || bits > 16) return { ok: false, reason: `entries of ${bits} bits` };
  const isPacked = bits <= 8 && data.length < entries * 2;
  const needed = isPacked ? entries : entries * 2;
  if (data.length < needed) return { ok: false, reason: `${data.length} bytes of data for ${entries} entries of ${bits} bits` };
  const notes: string[] = [];
  if (data.length > needed + 1) notes.push(`data for more than the ${entries} entries stated`);
  const values = isPacked ? packedEntries(data, entries, isLittleEndian) : wordEntries(data, entries, isLittleEndian);
  const needs = bitsOf(values.reduce((most, value) => Math.max(most, value), 0));
  if (needs > bits) notes.push(`entries of ${needs} bits where ${bits} are stated`);
  const first = firstIsSigned && descriptor.first > 32_767 ? descriptor.first - 65_536 : descriptor.first;
  return { ok: true, lut: { first, bits: Math.max(bits, needs), values, explanation }, notes };
}

/** Entry for an input that need not be whole: the nearest one, halves up, clamped to both ends. */
export function lutEntry({ first, values }: LutTable, input: number): number {
  const at = Math.floor(input - first + 0.5);
  return values[Math.min(values.length - 1, Math.max(0, at))] ?? 0;
}

/** The largest output that the table can have: 2^bits - 1. */
export function lutMaximum(lut: LutTable): number {
  return 2 ** lut.bits - 1;
}

function wordEntries(data: Uint8Array, entries: number, isLittleEndian: boolean): Uint16Array<ArrayBuffer> {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return Uint16Array.from({ length: entries }, (_, index) => view.getUint16(2 * index, isLittleEndian));
}

/** Two entries in a word, the first in its low byte (PS3.5 8.1.1 packs pixels alike). */
function packedEntries(data: Uint8Array, entries: number, isLittleEndian: boolean): Uint16Array<ArrayBuffer> {
  // An odd count has its last entry alone: in big endian words its byte is the padded word's second.
  return Uint16Array.from({ length: entries }, (_, index) => data[isLittleEndian ? index : index ^ 1] ?? data[index] ?? 0);
}

function bitsOf(value: number): number {
  return 32 - Math.clz32(value);
}
