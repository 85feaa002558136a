import { crc32 } from 'node:zlib';
import { encodeMeta, HEADROOM, PAGE, type RecordMeta, recordStart } from './journal-record';
import type { Segment } from './segment';

/**
 * A record that goes to its place while its bytes still come, so that little is left to do behind the last one. Its first page, which alone makes it a
 * record, is written at the end: what the power cuts before is pages that nothing names. The bytes stay in the buffer, so the place may be lost to another
 * record at any time: then the whole is written again, elsewhere.
 */
export class RecordAhead {
  readonly meta: Uint8Array;
  /** Offset of the record's first byte in the buffer. */
  readonly start: number;
  private readonly at: number;
  private readonly generation: number;
  /** End of what stands in the file, offset in the buffer: whole pages of the record. */
  private written: number;
  /** CRC of the data so far. */
  private crc = 0;
  private crcThrough = HEADROOM;

  constructor(
    meta: RecordMeta,
    private readonly segment: Segment,
  ) {
    this.meta = encodeMeta(meta);
    this.start = recordStart(this.meta.length);
    this.at = segment.end;
    this.generation = segment.generation;
    this.written = this.start + PAGE;
  }

  /** The record can still stand there: no other has been written since. */
  isAt(segment: Segment | undefined): boolean {
    return segment === this.segment && segment.end === this.at && segment.generation === this.generation;
  }

  /** Enough has come for a call. */
  isDue(length: number, step: number): boolean {
    return HEADROOM + length - this.written >= Math.max(step, PAGE);
  }

  /** Takes `length` data bytes of the buffer into account; returns the whole pages that are new, and where they go. */
  advance(buffer: Uint8Array, length: number): { readonly bytes: Uint8Array; readonly at: number } {
    this.checksum(buffer, length);
    const from = this.written;
    this.written += Math.floor((HEADROOM + length - from) / PAGE) * PAGE;
    return { bytes: buffer.subarray(from, this.written), at: this.at + from - this.start };
  }

  /** The CRC of all `length` data bytes. */
  checksum(buffer: Uint8Array, length: number): number {
    const end = HEADROOM + length;
    if (this.crcThrough < end) this.crc = crc32(buffer.subarray(this.crcThrough, end), this.crc);
    this.crcThrough = end;
    return this.crc;
  }

  /** What is left to write of a record of `span` bytes whose first page is ready. */
  rest(buffer: Uint8Array, span: number): { readonly bytes: Uint8Array; readonly at: number }[] {
    const { start, written, at } = this;
    const end = start + span;
    const first = { bytes: buffer.subarray(start, Math.min(start + PAGE, end)), at };
    return written < end ? [{ bytes: buffer.subarray(written, end), at: at + written - start }, first] : [first];
  }
}
