import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';
import { CallError } from '@shared/contract';
import { transferSyntax } from '@shared/dicom';
import type { ObjectRef } from '@shared/domain';
import type { Cache } from '../cache';
import type { DataSetReader } from '../part10';
import { buildElementTable, type TableLimits } from './build-table';
import type { ElementTable } from './element-table';

/** A data set ready to be read by ranges. */
export interface OpenedObject {
  readonly reader: DataSetReader;
  /** Bytes of the (inflated) data set. */
  readonly sizeBytes: number;
  readonly TransferSyntaxUID: string;
  readonly SOPClassUID: string;
  /** Where encapsulated pixel data lie, when that is known. */
  readonly pixel?: { readonly offset: number; readonly end: number; readonly fragments: number };
}

export type ObjectCache = Pick<Cache, 'locate' | 'readRange' | 'openQuarantined'>;

/** One deflated object is inflated in memory up to this. */
const MAX_INFLATED_BYTES = 2 ** 28;
const inflateInThread = promisify<Uint8Array, { maxOutputLength: number }, Uint8Array>(inflateRaw);

/** Rejects with `notFound`, `corrupt` (its bytes changed, or do not inflate) or `cannotDecode` (too large to be inflated). */
export async function openObject(cache: ObjectCache, object: ObjectRef): Promise<OpenedObject> {
  const opened = 'instanceId' in object ? fromCache(cache, object.instanceId) : await fromQuarantine(cache, object.quarantineId);
  if (transferSyntax(opened.TransferSyntaxUID)?.isDeflated !== true) return opened;
  const inflated = await inflate(await opened.reader.read(0, opened.sizeBytes));
  const { TransferSyntaxUID, SOPClassUID } = opened;
  return { reader: { read: (offset, length) => inflated.subarray(offset, offset + length) }, sizeBytes: inflated.length, TransferSyntaxUID, SOPClassUID };
}

/** The elements of an object as a table. `fragments`: those of its pixel data are listed one by one even where their place is known. */
export async function openTable(
  cache: ObjectCache,
  object: ObjectRef,
  limits: Partial<TableLimits> = {},
  { fragments = false } = {},
): Promise<{ table: ElementTable; opened: OpenedObject }> {
  const opened = await openObject(cache, object);
  const { reader, sizeBytes, TransferSyntaxUID, pixel } = opened;
  return { table: await buildElementTable(reader, sizeBytes, TransferSyntaxUID, { limits, ...(pixel !== undefined && !fragments && { pixel }) }), opened };
}

function fromCache(cache: ObjectCache, instanceId: Parameters<Cache['locate']>[0]): OpenedObject {
  const { attributes, sizeBytes, pixel } = cache.locate(instanceId);
  const read = async (offset: number, length: number): Promise<Uint8Array> =>
    offset >= sizeBytes ? new Uint8Array(0) : await cache.readRange(instanceId, offset, Math.min(length, sizeBytes - offset));
  const { TransferSyntaxUID, SOPClassUID } = attributes;
  const place = pixel.kind === 'encapsulated' ? { offset: pixel.offset, end: pixel.offset + pixel.length, fragments: pixel.fragments } : undefined;
  return { reader: { read }, sizeBytes, TransferSyntaxUID, SOPClassUID, ...(place !== undefined && { pixel: place }) };
}

async function fromQuarantine(cache: ObjectCache, id: string): Promise<OpenedObject> {
  const { TransferSyntaxUID, SOPClassUID, sizeBytes, read } = await cache.openQuarantined(id);
  return { reader: { read }, sizeBytes, TransferSyntaxUID, SOPClassUID };
}

async function inflate(bytes: Uint8Array): Promise<Uint8Array> {
  try {
    return await inflateInThread(bytes, { maxOutputLength: MAX_INFLATED_BYTES });
  } catch (error) {
    const isTooLarge = error instanceof RangeError || (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    if (isTooLarge) throw new CallError('cannotDecode', `the deflated object is larger than ${MAX_INFLATED_BYTES / 2 ** 20} MiB`);
    throw new CallError('corrupt', 'the deflated object does not inflate');
  }
}
