import { CHUNK_BYTES } from './digest';

/** A data set that is read by ranges: it need not stand in memory. */
export interface DataSetSource {
  readonly TransferSyntaxUID: string;
  readonly sizeBytes: number;
  /** Exactly `length` bytes; rejects when they are not there. */
  read(offset: number, length: number): Uint8Array | Promise<Uint8Array>;
}

const WINDOW_BYTES = 64 * 1024;

/** One that stands in memory. */
export function inMemory(bytes: Uint8Array, TransferSyntaxUID: string): DataSetSource {
  return { TransferSyntaxUID, sizeBytes: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) };
}

/** Byte by byte, a chunk of each at a time. */
export async function sameBytes(a: DataSetSource, b: DataSetSource, from = { a: 0, b: 0 }, length = a.sizeBytes): Promise<boolean> {
  for (let at = 0; at < length; at += CHUNK_BYTES) {
    const count = Math.min(CHUNK_BYTES, length - at);
    if (Buffer.compare(await a.read(from.a + at, count), await b.read(from.b + at, count)) !== 0) return false;
  }
  return true;
}

/** Reads short pieces that lie close together without a read for each. */
export class SourceWindow {
  private bytes: Uint8Array = new Uint8Array(0);
  private start = 0;

  constructor(private readonly source: DataSetSource) {}

  /** Up to `length` bytes (few): fewer at the end only. */
  async view(offset: number, length: number): Promise<DataView> {
    const count = Math.min(length, this.source.sizeBytes - offset);
    if (offset < this.start || offset + count > this.start + this.bytes.length) {
      this.bytes = await this.source.read(offset, Math.min(Math.max(WINDOW_BYTES, count), this.source.sizeBytes - offset));
      this.start = offset;
    }
    return new DataView(this.bytes.buffer, this.bytes.byteOffset + offset - this.start, count);
  }
}
