import type { ByteRange } from './walk-types';

/** Bytes of a data set by range: less than asked for only at its end. Offsets count from the start of the (inflated) data set. */
export interface DataSetReader {
  read(offset: number, length: number): Uint8Array | Promise<Uint8Array>;
}

const WINDOW_BYTES = 65_536;
/** Behind a long jump the next thing is one header far from the one after it. */
const SMALL_WINDOW_BYTES = 512;
const MAX_FRAGMENTS = 1_000_000;
const ITEM = 0xfffee000;
const SEQUENCE_END = 0xfffee0dd;

/** A reader that fetches windows, so that headers and tables beside each other cost one read. */
export class WindowReader {
  private window: Uint8Array = new Uint8Array(0);
  private start = 0;

  constructor(private readonly source: DataSetReader) {}

  /** Exactly `length` bytes (small), or undefined when the data set ends before. */
  async take(offset: number, length: number): Promise<Uint8Array | undefined> {
    if (offset < this.start || offset + length > this.start + this.window.length) {
      const isJump = this.start > 0 && Math.abs(offset - this.start) > WINDOW_BYTES;
      this.window = await this.source.read(offset, Math.max(length, isJump ? SMALL_WINDOW_BYTES : WINDOW_BYTES));
      this.start = offset;
    }
    const from = offset - this.start;
    return from + length > this.window.length ? undefined : this.window.subarray(from, from + length);
  }
}

export type FragmentIndex =
  { readonly ok: true; readonly basicOffsetTable: ByteRange; readonly fragments: readonly ByteRange[] } | { readonly ok: false; readonly reason: string };

/** Reads the item headers of encapsulated Pixel Data from its first item on (PS3.5 A.4); the fragments themselves are passed over. */
export async function indexFragments(reader: WindowReader, offset: number): Promise<FragmentIndex> {
  const items: ByteRange[] = [];
  let at = offset;
  for (;;) {
    const header = await reader.take(at, 8);
    if (header === undefined) return { ok: false, reason: 'pixel data end without a sequence delimiter' };
    const view = new DataView(header.buffer, header.byteOffset, 8);
    const tag = view.getUint16(0, true) * 0x10000 + view.getUint16(2, true);
    const length = view.getUint32(4, true);
    if (tag === SEQUENCE_END) break;
    if (tag !== ITEM || length === 0xffffffff) return { ok: false, reason: 'pixel data are no sequence of fragments' };
    if (items.length > MAX_FRAGMENTS) return { ok: false, reason: 'too many fragments' };
    items.push({ offset: at + 8, length });
    at += 8 + length;
  }
  const [basicOffsetTable, ...fragments] = items;
  if (basicOffsetTable === undefined) return { ok: false, reason: 'pixel data without a Basic Offset Table item' };
  return { ok: true, basicOffsetTable, fragments };
}
