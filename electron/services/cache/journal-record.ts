import { crc32 } from 'node:zlib';
import type { ObjectSource } from './types';

/** Records and segment headers start on this boundary: writing one never touches a page that holds an acknowledged other. */
export const PAGE = 4096;
/** Room in front of the data in a writer's buffer, so that header, ids and data are one write. */
export const HEADROOM = 2048;
const HEADER = 64;
const SEGMENT_MAGIC = 0x47455341; // "ASEG"
const RECORD_MAGIC = 0x43455241; // "AREC"
const VERSION = 1;

/** What stands in a record beside the data set. */
export interface RecordMeta {
  readonly SOPClassUID: string;
  readonly SOPInstanceUID: string;
  readonly TransferSyntaxUID: string;
  readonly source: ObjectSource;
  readonly arrivedAtMs: number;
}

export interface RecordHeader {
  readonly generation: number;
  readonly sequence: number;
  /** Every record up to this one was known to be synced when this one was written: tells damage from a torn end. */
  readonly durableThrough: number;
  readonly metaLength: number;
  readonly dataLength: number;
  readonly metaCrc: number;
  readonly dataCrc: number;
  /** Offset of the data from the start of the record. */
  readonly dataOffset: number;
  /** Bytes the record takes in the segment, whole pages. */
  readonly span: number;
}

/** Where in a writer's buffer a record begins whose ids take so many bytes. */
export function recordStart(metaLength: number): number {
  const start = HEADROOM - HEADER - align(metaLength, 8);
  if (start < 0) throw new RangeError('record ids too long');
  return start;
}

/**
 * Puts header and ids into the headroom before `buffer[HEADROOM]`; returns the record's first byte and span. The tail up to the page is zeroed.
 * `knownCrc`: that of the data, from who has computed it already.
 */
export function encodeRecord(
  buffer: Uint8Array,
  dataLength: number,
  meta: Uint8Array,
  ids: { generation: number; sequence: number; durableThrough: number },
  knownCrc?: number,
): { start: number; span: number; dataCrc: number } {
  const start = recordStart(meta.length);
  const metaSpan = HEADROOM - HEADER - start;
  const dataCrc = knownCrc ?? crc32(buffer.subarray(HEADROOM, HEADROOM + dataLength));
  buffer.fill(0, start, HEADROOM);
  const view = new DataView(buffer.buffer, buffer.byteOffset + start, HEADER);
  view.setUint32(0, RECORD_MAGIC, true);
  view.setUint32(4, VERSION, true);
  view.setFloat64(8, ids.generation, true);
  view.setFloat64(16, ids.sequence, true);
  view.setFloat64(24, ids.durableThrough, true);
  view.setUint32(32, meta.length, true);
  view.setUint32(36, dataLength, true);
  view.setUint32(40, crc32(meta), true);
  view.setUint32(44, dataCrc, true);
  view.setUint32(60, crc32(buffer.subarray(start, start + 60)), true);
  buffer.set(meta, start + HEADER);
  const span = align(HEADER + metaSpan + dataLength, PAGE);
  buffer.fill(0, HEADROOM + dataLength, start + span);
  return { start, span, dataCrc };
}

/** The header at the start of `bytes` (64 at least); undefined when none of this generation (absent: of any) stands there. */
export function decodeRecordHeader(bytes: Uint8Array, generation?: number): RecordHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < HEADER || view.getUint32(0, true) !== RECORD_MAGIC || view.getUint32(4, true) !== VERSION) return undefined;
  const own = view.getFloat64(8, true);
  if (view.getUint32(60, true) !== crc32(bytes.subarray(0, 60)) || (generation !== undefined && own !== generation)) return undefined;
  const metaLength = view.getUint32(32, true);
  const dataLength = view.getUint32(36, true);
  const dataOffset = HEADER + align(metaLength, 8);
  return {
    generation: own,
    sequence: view.getFloat64(16, true),
    durableThrough: view.getFloat64(24, true),
    metaLength,
    dataLength,
    metaCrc: view.getUint32(40, true),
    dataCrc: view.getUint32(44, true),
    dataOffset,
    span: align(dataOffset + dataLength, PAGE),
  };
}

export function encodeMeta(meta: RecordMeta): Uint8Array {
  const room = HEADROOM - HEADER - 8;
  const bytes = Buffer.from(JSON.stringify(meta), 'utf8');
  if (bytes.length <= room) return bytes;
  // only the name of an imported file can be that long, and it is for people: the rest counts
  const source: ObjectSource = meta.source.kind === 'import' ? { ...meta.source, name: meta.source.name.slice(-200) } : meta.source;
  const shorter = Buffer.from(JSON.stringify({ ...meta, source }), 'utf8');
  return shorter.length <= room ? shorter : Buffer.from(JSON.stringify({ ...meta, source: { kind: 'demo' } }), 'utf8');
}

/** The ids of a record whose CRC holds; undefined for damaged ones. */
export function decodeMeta(bytes: Uint8Array, header: RecordHeader): RecordMeta | undefined {
  if (bytes.length !== header.metaLength || crc32(bytes) !== header.metaCrc) return undefined;
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8')) as RecordMeta;
  } catch {
    return undefined;
  }
}

export interface SegmentHeader {
  readonly generation: number;
  readonly firstSequence: number;
  readonly free: boolean;
}

export function encodeSegmentHeader(header: SegmentHeader): Uint8Array {
  const page = new Uint8Array(PAGE);
  const view = new DataView(page.buffer);
  view.setUint32(0, SEGMENT_MAGIC, true);
  view.setUint32(4, VERSION, true);
  view.setFloat64(8, header.generation, true);
  view.setUint32(16, header.free ? 1 : 0, true);
  view.setFloat64(24, header.firstSequence, true);
  view.setUint32(60, crc32(page.subarray(0, 60)), true);
  return page;
}

export function decodeSegmentHeader(page: Uint8Array): SegmentHeader | undefined {
  const view = new DataView(page.buffer, page.byteOffset, page.length);
  if (page.length < 64 || view.getUint32(0, true) !== SEGMENT_MAGIC || view.getUint32(60, true) !== crc32(page.subarray(0, 60))) return undefined;
  return { generation: view.getFloat64(8, true), firstSequence: view.getFloat64(24, true), free: view.getUint32(16, true) === 1 };
}

export function align(value: number, to: number): number {
  return Math.ceil(value / to) * to;
}
