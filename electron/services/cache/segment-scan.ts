import { crc32 } from 'node:zlib';
import type { FileLayer, Handle } from './file-layer';
import { decodeMeta, decodeRecordHeader, decodeSegmentHeader, PAGE, type RecordHeader, type RecordMeta, type SegmentHeader } from './journal-record';

export interface ScannedRecord {
  readonly header: RecordHeader;
  /** Offset of the record in the segment. */
  readonly offset: number;
  /** Absent when the ids are damaged. */
  readonly meta?: RecordMeta;
  /** Header, ids and data agree with their CRCs. */
  readonly sound: boolean;
}

export interface SegmentScan {
  readonly generation: number;
  readonly records: ScannedRecord[];
  readonly end: number;
  /** A record that was synced is not there any more: damage of the disk. */
  readonly acknowledgedGap: boolean;
}

const READ = 1 * 2 ** 20;

/**
 * Reads what a segment holds after a start: follows the chain of headers, and where one is damaged looks for the next on the following pages. A damaged record
 * counts as acknowledged only if a later record says that it was synced; otherwise it is the torn end that nobody was told about, and is dropped.
 */
export async function scanSegment(files: FileLayer, handle: Handle): Promise<SegmentScan | undefined> {
  const size = await files.async.size(handle);
  const window = new Window(files, handle);
  const page = await window.page(0);
  const segment = decodeSegmentHeader(page) ?? (page.some((byte) => byte !== 0) ? await lostHeader(window, size) : undefined);
  if (segment === undefined || segment.free) return undefined;
  const records: ScannedRecord[] = [];
  let at = PAGE;
  let end = PAGE;
  let expected = segment.firstSequence;
  while (at + PAGE <= size) {
    const header = decodeRecordHeader(await window.page(at), segment.generation);
    if (header === undefined || header.sequence < expected || at + header.span > size) {
      at += PAGE;
      continue;
    }
    records.push(await readRecord(files, handle, at, header));
    expected = header.sequence + 1;
    at += header.span;
    end = at;
  }
  return { generation: segment.generation, records, end, acknowledgedGap: gapIsAcknowledged(segment.firstSequence, records) };
}

/**
 * What a damaged header said, by the records themselves: those written last are of one generation. They may have been files already: then they are found to be so. Nothing
 * of a segment is given up because its first page cannot be read; a header that was torn when it was written has no records behind it.
 */
async function lostHeader(window: Window, size: number): Promise<SegmentHeader | undefined> {
  const found: RecordHeader[] = [];
  for (let at = PAGE; at + PAGE <= size; at += PAGE) {
    const header = decodeRecordHeader(await window.page(at));
    if (header !== undefined) found.push(header);
  }
  const last = found.reduce<RecordHeader | undefined>((latest, each) => (latest === undefined || each.sequence > latest.sequence ? each : latest), undefined);
  if (last === undefined) return undefined;
  const firstSequence = Math.min(...found.filter(({ generation }) => generation === last.generation).map(({ sequence }) => sequence));
  return { generation: last.generation, firstSequence, free: false };
}

/** Pages of a file, read a mebibyte at a time. */
class Window {
  private readonly buffer = new Uint8Array(READ);
  private start = -1;
  private length = 0;

  constructor(
    private readonly files: FileLayer,
    private readonly handle: Handle,
  ) {}

  /** The page at a multiple of PAGE; shorter at the end of the file. */
  async page(at: number): Promise<Uint8Array> {
    if (this.start < 0 || at < this.start || at >= this.start + this.length) {
      this.start = at;
      this.length = await this.files.async.read(this.handle, this.buffer, at);
    }
    return this.buffer.subarray(at - this.start, Math.min(at - this.start + PAGE, this.length));
  }
}

/** Records that were acknowledged for sure or are whole; damaged ones at the torn end are left out. */
export function keptRecords(records: readonly ScannedRecord[]): ScannedRecord[] {
  const durableThrough = records.reduce((max, record) => Math.max(max, record.header.durableThrough), 0);
  return records.filter((record) => record.sound || record.header.sequence <= durableThrough);
}

async function readRecord(files: FileLayer, handle: Handle, offset: number, header: RecordHeader): Promise<ScannedRecord> {
  const metaBytes = new Uint8Array(header.metaLength);
  await files.async.read(handle, metaBytes, offset + 64);
  const meta = decodeMeta(metaBytes, header);
  const buffer = new Uint8Array(Math.min(READ, header.dataLength));
  let crc = 0;
  for (let done = 0; done < header.dataLength; done += buffer.length) {
    const piece = buffer.subarray(0, Math.min(buffer.length, header.dataLength - done));
    await files.async.read(handle, piece, offset + header.dataOffset + done);
    crc = crc32(piece, crc);
  }
  const sound = meta !== undefined && crc === header.dataCrc;
  return { header, offset, sound, ...(meta === undefined ? {} : { meta }) };
}

function gapIsAcknowledged(first: number, records: readonly ScannedRecord[]): boolean {
  const durableThrough = records.reduce((max, record) => Math.max(max, record.header.durableThrough), 0);
  const present = new Set(records.map((record) => record.header.sequence));
  for (let sequence = first; sequence <= durableThrough; sequence++) if (!present.has(sequence)) return true;
  return false;
}
