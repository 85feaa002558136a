import { MEDIA_STORAGE_DIRECTORY } from '@shared/dicom';
import type { ObjectStore, StoreOutcome } from '../cache';
import { type Part10Header, readOwnUids, readPart10Header } from '../part10';
import type { ByteSource } from './byte-source';
import { fileProblem } from './file-problem';
import { isZipStart } from './scan';
import { ZipProblem } from './zip-archive';

export type ImportOutcome = StoreOutcome | { readonly kind: 'notTaken'; readonly reason: string };

export interface ImportedItem {
  /** What it is called in the journal of the cache: a file's name, never a path. */
  readonly name: string;
  open(): Promise<ByteSource>;
}

const HEAD_BYTES = 64 * 1024;
/** Up to this a file is read at once: a second read costs more than its bytes. */
const SMALL_BYTES = 256 * 1024;
const MAX_HEAD_BYTES = 2 * 1024 * 1024;
const CHUNK_BYTES = 256 * 1024;
/** Objects beyond it may be written before they are walked: what they call themselves must be known first. */
const LARGE_BYTES = 1024 * 1024;

/** One Part 10 file into the cache: the data-set bytes as they are, the source only read. Never rejects but by the signal. */
export async function importObject(store: ObjectStore, item: ImportedItem, jobId: string, signal: AbortSignal): Promise<ImportOutcome> {
  let source: ByteSource;
  try {
    source = await item.open();
  } catch (error) {
    return { kind: 'notTaken', reason: problemOf(error) };
  }
  try {
    return await takeObject(store, source, item.name, jobId, signal);
  } catch (error) {
    signal.throwIfAborted();
    return { kind: 'notTaken', reason: problemOf(error) };
  } finally {
    await source.close();
  }
}

async function takeObject(store: ObjectStore, source: ByteSource, name: string, jobId: string, signal: AbortSignal): Promise<ImportOutcome> {
  if (source.size === 0) return { kind: 'notTaken', reason: 'empty file' };
  const start = await readStart(source);
  const { header } = start;
  if (!header.ok) return { kind: 'notTaken', reason: isZipStart(start.bytes) ? 'a zip archive: choose it by itself to import it' : header.text };
  if (header.MediaStorageSOPClassUID === MEDIA_STORAGE_DIRECTORY)
    return { kind: 'notTaken', reason: 'the index of a disc, not an object: its files are taken one by one' };
  if (header.TransferSyntaxUID === '') return { kind: 'notTaken', reason: 'the meta header names no transfer syntax' };
  const own = source.size > LARGE_BYTES ? readOwnUids(start.bytes.subarray(header.dataSetOffset), header.TransferSyntaxUID) : {};

  const writer = store.receive({
    SOPClassUID: own.SOPClassUID ?? header.MediaStorageSOPClassUID,
    SOPInstanceUID: own.SOPInstanceUID ?? header.MediaStorageSOPInstanceUID,
    TransferSyntaxUID: header.TransferSyntaxUID,
    source: { kind: 'import', jobId, name },
  });
  try {
    let given = start.bytes.length;
    for (let chunk = start.bytes.subarray(header.dataSetOffset); ;) {
      if (chunk.length > 0 && !writer.write(chunk)) await writer.drained();
      if (given >= source.size) break;
      signal.throwIfAborted();
      chunk = await source.read(CHUNK_BYTES);
      if (chunk.length === 0) throw new ZipProblem('it became shorter while it was read');
      given += chunk.length;
    }
  } catch (error) {
    writer.abort();
    throw error;
  }
  return writer.finish();
}

/** The first bytes of a source, as many as its header needs (and, of a large object, its own UIDs). */
async function readStart(source: ByteSource): Promise<{ bytes: Uint8Array; header: Part10Header }> {
  let bytes = await source.read(source.size <= SMALL_BYTES ? SMALL_BYTES : HEAD_BYTES);
  for (;;) {
    const isWhole = bytes.length >= source.size;
    const header = readPart10Header(bytes, isWhole);
    const wanted = header.ok ? (source.size > LARGE_BYTES && !knowsItself(bytes, header) ? MAX_HEAD_BYTES : 0) : (header.moreBytes ?? 0);
    if (isWhole || wanted <= bytes.length || bytes.length >= MAX_HEAD_BYTES) return { bytes, header };
    const more = await source.read(MAX_HEAD_BYTES - bytes.length);
    if (more.length === 0) return { bytes, header };
    bytes = Buffer.concat([bytes, more]);
  }
}

function knowsItself(bytes: Uint8Array, header: Extract<Part10Header, { ok: true }>): boolean {
  const own = readOwnUids(bytes.subarray(header.dataSetOffset), header.TransferSyntaxUID);
  return own.SOPClassUID !== undefined && own.SOPInstanceUID !== undefined;
}

function problemOf(error: unknown): string {
  return error instanceof ZipProblem ? error.message : fileProblem(error);
}
