import type { CodecKind } from '@shared/dicom';
import type { WindowReader } from './fragment-index';
import type { ByteRange } from './walk-types';

interface Fragments {
  readonly basicOffsetTable: ByteRange;
  readonly fragments: readonly ByteRange[];
  readonly extendedOffsetTable?: ByteRange;
  readonly extendedOffsetTableLengths?: ByteRange;
}

type Frames = readonly (readonly ByteRange[])[];

export type FrameGroups =
  { readonly ok: true; readonly frames: Frames; readonly warnings: readonly string[] } | { readonly ok: false; readonly reason: string };

/** Which fragments make which frame, by the first rule that fits (PS3.5 A.4, PS3.3 C.7.6.3.1.8). */
export async function groupFragments(reader: WindowReader, pixel: Fragments, count: number, codec: CodecKind): Promise<FrameGroups> {
  const { fragments } = pixel;
  const warnings: string[] = [];
  if (pixel.extendedOffsetTable !== undefined) {
    const frames = await byExtendedTable(reader, pixel, pixel.extendedOffsetTable, count);
    if (frames !== undefined) return { ok: true, frames, warnings };
    warnings.push('Extended Offset Table does not fit the fragments');
  }
  if (pixel.basicOffsetTable.length > 0) {
    const frames = await byBasicTable(reader, pixel, count);
    if (frames !== undefined) return { ok: true, frames, warnings };
    warnings.push('Basic Offset Table does not fit the fragments');
  }
  if (fragments.length < count) return { ok: false, reason: `${String(fragments.length)} fragments for ${String(count)} frames` };
  if (fragments.length === count) return { ok: true, frames: fragments.map((fragment) => [fragment]), warnings };
  if (count === 1) return { ok: true, frames: [fragments], warnings };
  const frames = await byMarkers(reader, fragments, codec);
  if (frames.length === count) return { ok: true, frames, warnings: [...warnings, 'frames found by the markers of the codec'] };
  return { ok: false, reason: `${String(fragments.length)} fragments without an offset table cannot be told apart into ${String(count)} frames` };
}

/** Byte offsets of the tables count from the first byte of the first item tag after the Basic Offset Table. */
function fragmentNumbers(pixel: Fragments): ReadonlyMap<number, number> {
  const base = pixel.basicOffsetTable.offset + pixel.basicOffsetTable.length;
  return new Map(pixel.fragments.map((fragment, index) => [fragment.offset - 8 - base, index]));
}

/** One fragment a frame, its true length in the second table. */
async function byExtendedTable(reader: WindowReader, pixel: Fragments, table: ByteRange, count: number): Promise<Frames | undefined> {
  const lengths = pixel.extendedOffsetTableLengths;
  if (table.length !== 8 * count || lengths?.length !== 8 * count) return undefined;
  const numbers = fragmentNumbers(pixel);
  const frames: ByteRange[][] = [];
  for (let index = 0; index < count; index += 1) {
    const fragment = pixel.fragments[numbers.get(await readOv(reader, table.offset + 8 * index)) ?? -1];
    const length = await readOv(reader, lengths.offset + 8 * index);
    // Also false for NaN, a length beyond all offsets.
    const fits = fragment !== undefined && length >= 1 && length <= fragment.length;
    if (!fits) return undefined;
    frames.push([{ offset: fragment.offset, length }]);
  }
  return frames;
}

/** An unsigned 64 bit number; NaN when it is not there or too large to be an offset. */
async function readOv(reader: WindowReader, offset: number): Promise<number> {
  const bytes = await reader.take(offset, 8);
  if (bytes === undefined) return NaN;
  const value = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? NaN : Number(value);
}

async function byBasicTable(reader: WindowReader, pixel: Fragments, count: number): Promise<Frames | undefined> {
  const table = pixel.basicOffsetTable;
  if (table.length !== 4 * count) return undefined;
  const numbers = fragmentNumbers(pixel);
  const starts: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const bytes = await reader.take(table.offset + 4 * index, 4);
    const value = bytes && new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
    const number = value === undefined ? undefined : numbers.get(value);
    if (number === undefined || number <= (starts.at(-1) ?? -1)) return undefined;
    starts.push(number);
  }
  if (starts[0] !== 0) return undefined;
  return starts.map((start, index) => pixel.fragments.slice(start, starts[index + 1]));
}

/** Signatures at the start of a frame, and the marker that stands at its end (behind it at most padding). */
const MARKERS: Partial<Readonly<Record<CodecKind, { starts: readonly (readonly number[])[]; end: readonly [number, number] }>>> = {
  jpeg: { starts: [[0xff, 0xd8, 0xff]], end: [0xff, 0xd9] },
  jpegLossless: { starts: [[0xff, 0xd8, 0xff]], end: [0xff, 0xd9] },
  jpegLs: { starts: [[0xff, 0xd8, 0xff]], end: [0xff, 0xd9] },
  jpeg2000: {
    starts: [
      [0xff, 0x4f, 0xff, 0x51],
      [0x00, 0x00, 0x00, 0x0c, 0x6a, 0x50],
    ],
    end: [0xff, 0xd9],
  },
  htj2k: { starts: [[0xff, 0x4f, 0xff, 0x51]], end: [0xff, 0xd9] },
};
const TAIL_BYTES = 10;

/** A frame begins where a fragment starts with the codec's signature and the one before ended with its end marker. */
async function byMarkers(reader: WindowReader, fragments: readonly ByteRange[], codec: CodecKind): Promise<Frames> {
  const markers = MARKERS[codec];
  if (markers === undefined) return [];
  const frames: ByteRange[][] = [];
  let hasEnded = true;
  for (const fragment of fragments) {
    const head = (await reader.take(fragment.offset, Math.min(6, fragment.length))) ?? new Uint8Array(0);
    const isStart = markers.starts.some((start) => start.every((byte, index) => head[index] === byte));
    if (hasEnded && isStart) frames.push([fragment]);
    else if (frames.length === 0) return [];
    else frames.at(-1)?.push(fragment);
    const tailBytes = Math.min(TAIL_BYTES, fragment.length);
    hasEnded = endsWith(await reader.take(fragment.offset + fragment.length - tailBytes, tailBytes), markers.end);
  }
  return frames;
}

function endsWith(tail: Uint8Array | undefined, [first, second]: readonly [number, number]): boolean {
  if (tail === undefined) return false;
  for (let at = tail.length - 2; at >= 0; at -= 1) if (tail[at] === first && tail[at + 1] === second) return true;
  return false;
}
