import { type FileHandle, open } from 'node:fs/promises';
import { basename } from 'node:path';
import { MEDIA_STORAGE_DIRECTORY } from '@shared/dicom';
import type { ObjectStore, StoreOutcome } from '../cache';
import { readPart10Header } from '../part10';
import { fileProblem } from './scan';

export type ImportOutcome = StoreOutcome | { readonly kind: 'notTaken'; readonly reason: string };

const HEAD_BYTES = 64 * 1024;
const CHUNK_BYTES = 256 * 1024;

/** One Part 10 file into the cache: the data-set bytes as they are, the source only read. Never rejects but by the signal. */
export async function importFile(store: ObjectStore, path: string, jobId: string, signal: AbortSignal): Promise<ImportOutcome> {
  let handle: FileHandle;
  try {
    handle = await open(path, 'r');
  } catch (error) {
    return { kind: 'notTaken', reason: fileProblem(error) };
  }
  try {
    return await takeFile(store, handle, path, jobId, signal);
  } catch (error) {
    signal.throwIfAborted();
    return { kind: 'notTaken', reason: fileProblem(error) };
  } finally {
    await handle.close();
  }
}

async function takeFile(store: ObjectStore, handle: FileHandle, path: string, jobId: string, signal: AbortSignal): Promise<ImportOutcome> {
  const { size } = await handle.stat();
  if (size === 0) return { kind: 'notTaken', reason: 'empty file' };
  let head = await readAt(handle, 0, Math.min(size, HEAD_BYTES));
  let header = readPart10Header(head, head.length === size);
  if (!header.ok && header.moreBytes !== undefined && header.moreBytes <= 2 * 1024 * 1024) {
    head = await readAt(handle, 0, Math.min(size, Math.max(header.moreBytes, 2 * 1024 * 1024)));
    header = readPart10Header(head, head.length === size);
  }
  if (!header.ok) return { kind: 'notTaken', reason: header.text };
  if (header.MediaStorageSOPClassUID === MEDIA_STORAGE_DIRECTORY)
    return { kind: 'notTaken', reason: 'DICOMDIR: the index of a disc; its files are taken one by one' };
  if (header.TransferSyntaxUID === '') return { kind: 'notTaken', reason: 'the meta header names no transfer syntax' };

  const writer = store.receive({
    SOPClassUID: header.MediaStorageSOPClassUID,
    SOPInstanceUID: header.MediaStorageSOPInstanceUID,
    TransferSyntaxUID: header.TransferSyntaxUID,
    source: { kind: 'import', jobId, name: basename(path) },
  });
  try {
    for (let at = header.dataSetOffset; at < size;) {
      signal.throwIfAborted();
      const chunk = at < head.length ? head.subarray(at) : await readAt(handle, at, Math.min(CHUNK_BYTES, size - at));
      if (chunk.length === 0) throw new Error('the file became shorter while it was read');
      at += chunk.length;
      if (!writer.write(chunk)) await writer.drained();
    }
  } catch (error) {
    writer.abort();
    throw error;
  }
  return writer.finish();
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const buffer = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}
