import { createHash, timingSafeEqual } from 'node:crypto';
import { CallError } from '@shared/contract';
import type { InstanceId } from '@shared/domain';
import type { FileFacts, Index, InstanceRecord } from '../index';
import type { LocatedObject, Reading } from './cache-types';
import { errorCode } from './checkpoint-task';
import { inMemory } from './data-set-source';
import { CHUNK_BYTES, DIGEST_BYTES } from './digest';
import type { FileLayer, Handle } from './file-layer';
import type { Journal } from './journal';
import type { Layout } from './layout';
import { decodeObjectHeader } from './object-file';
import { OpenFiles } from './open-files';
import type { Shelf } from './shelf';
import { type OpenSource, openSource } from './spool';
import type { ObjectSource } from './types';

const OPEN_FILES = 16;
const REMEMBERED = 20_000;
/** A range that is so much of its chunk comes as a view of the chunk, which is read anyway: no copy is made. */
const MOST_OF_CHUNK = 0.9;

interface OpenObject {
  readonly uid: string;
  readonly path: string;
  readonly sizeBytes: number;
  readonly facts: FileFacts;
  /** Chunks that agreed with their digest in this run. */
  readonly verified: Set<number>;
}

/** Reads data-set bytes by instance id, from the journal or the object file, and checks what it reads. */
export class ObjectReader {
  private readonly objects = new Map<number, OpenObject>();
  private readonly handles: OpenFiles;

  constructor(
    private readonly files: FileLayer,
    private readonly layout: Layout,
    private readonly index: Index,
    private readonly shelf: Shelf,
    private readonly journal: () => Journal,
    /** Takes a damaged object out of the way. */
    private readonly onCorrupt: (record: InstanceRecord, reason: string) => Promise<void>,
  ) {
    this.handles = new OpenFiles(files, OPEN_FILES);
  }

  locate(id: InstanceId): LocatedObject {
    const record = this.record(id);
    const { attributes, pixel, sizeBytes } = record;
    const pending = this.shelf.pendingOf(attributes.SOPInstanceUID);
    const location =
      pending === undefined
        ? { path: this.layout.objectPath(attributes.SOPInstanceUID), offset: record.file?.dataOffset ?? 0, length: sizeBytes }
        : { path: pending.place.segment.path, offset: pending.place.offset, length: pending.place.length };
    return { attributes, pixel, sizeBytes, location };
  }

  async readRange(id: InstanceId, offset: number, length: number, reading: Reading = AT_ONCE): Promise<Uint8Array> {
    const known = this.objects.get(id);
    const record = known === undefined ? this.record(id) : undefined;
    const uid = known?.uid ?? (record as InstanceRecord).attributes.SOPInstanceUID;
    const sizeBytes = known?.sizeBytes ?? (record as InstanceRecord).sizeBytes;
    if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0 || offset + length > sizeBytes) {
      throw new CallError('badRequest', `bytes ${String(offset)}+${String(length)} lie outside the object (${String(sizeBytes)} bytes)`);
    }
    if (length === 0) return new Uint8Array(0);
    const pending = this.shelf.pendingOf(uid);
    if (pending !== undefined) return this.journal().read(pending.place, offset, length);
    return this.checked(id, async () => this.readChecked(known ?? (await this.open(id, record ?? this.record(id))), offset, length, reading));
  }

  /** The data set of an object that is here, by ranges: to compare a duplicate with. Checked as every read is; one that has no row yet is read as it stands. */
  async source(SOPInstanceUID: string): Promise<OpenSource> {
    const pending = this.shelf.pendingOf(SOPInstanceUID);
    if (pending !== undefined) {
      // its place in the journal may be another object's by the next read
      const bytes = await this.journal().read(pending.place, 0, pending.place.length);
      return { ...inMemory(bytes, pending.identity.TransferSyntaxUID), close: () => Promise.resolve() };
    }
    const record = this.rowOf(SOPInstanceUID);
    if (record !== undefined) {
      const { id, sizeBytes, attributes } = record;
      const read = (offset: number, length: number): Promise<Uint8Array> => this.readRange(id, offset, length);
      return { TransferSyntaxUID: attributes.TransferSyntaxUID, sizeBytes, read, close: () => Promise.resolve() };
    }
    return await this.sourceOfFile(this.layout.objectPath(SOPInstanceUID));
  }

  /**
   * Reads the whole object from the disk and compares it with its digests and with those in its own header, whatever was checked before in this run. Returns its
   * bytes, the problem in words (it stands in quarantine then), or undefined when it has gone meanwhile or stands only in the journal, whose replay checks it.
   */
  async check(id: InstanceId): Promise<number | string | undefined> {
    const record = this.index.instance(id);
    if (record === undefined) return undefined;
    const uid = record.attributes.SOPInstanceUID;
    if (this.shelf.pendingOf(uid) !== undefined) return undefined;
    try {
      return await this.checked(id, () => this.compareWhole(record));
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      // an object that was removed while it was read is no damage
      return error.code === 'corrupt' ? error.message : undefined;
    }
  }

  /** Where the object came from, as its record or its file's header says. */
  async sourceOf(id: InstanceId): Promise<ObjectSource | undefined> {
    const { SOPInstanceUID } = this.record(id).attributes;
    const pending = this.shelf.pendingOf(SOPInstanceUID);
    if (pending !== undefined) return pending.identity.source;
    try {
      const handle = await this.files.async.open(this.layout.objectPath(SOPInstanceUID), 'r');
      try {
        return (await readObjectHeader(this.files, handle))?.info?.source;
      } finally {
        await this.files.async.close(handle);
      }
    } catch {
      return undefined; // it is found damaged when it is read
    }
  }

  /** Nothing that was known of files holds any more (a rebuild, an object taken away). */
  async forget(): Promise<void> {
    this.objects.clear();
    await this.handles.forget();
  }

  /** The cache is closing: nothing is read any more. */
  async close(): Promise<void> {
    await this.forget();
  }

  private async compareWhole(record: InstanceRecord): Promise<number> {
    const path = this.layout.objectPath(record.attributes.SOPInstanceUID);
    const handle = await this.files.async.open(path, 'r');
    try {
      const header = await readObjectHeader(this.files, handle);
      const facts = record.file ?? (await this.factsOf(path));
      if (header?.dataOffset !== facts.dataOffset || (header.info !== undefined && !sameBytes(header.info.sha256, facts.sha256))) throw new Mismatch();
      if ((await this.files.async.size(handle)) !== facts.dataOffset + record.sizeBytes) throw new Mismatch();
      const block = new Uint8Array(CHUNK_BYTES);
      for (let at = 0, chunk = 0; at < record.sizeBytes; at += CHUNK_BYTES, chunk++) {
        const whole = block.subarray(0, Math.min(CHUNK_BYTES, record.sizeBytes - at));
        if ((await this.files.async.read(handle, whole, facts.dataOffset + at)) < whole.length) throw new Mismatch();
        if (!agrees(facts, chunk, whole)) throw new Mismatch();
      }
      return record.sizeBytes;
    } finally {
      await this.files.async.close(handle);
    }
  }

  private rowOf(SOPInstanceUID: string): InstanceRecord | undefined {
    try {
      return this.index.instanceByUid(SOPInstanceUID);
    } catch {
      return undefined; // a damaged index is no reason not to look at the file
    }
  }

  private async sourceOfFile(path: string): Promise<OpenSource> {
    const handle = await this.files.async.open(path, 'r');
    try {
      const sizeBytes = await this.files.async.size(handle);
      const header = await readObjectHeader(this.files, handle);
      if (header === undefined) throw new Mismatch('no Part 10 header');
      const { dataOffset: offset, TransferSyntaxUID } = header;
      return await openSource({ files: this.files }, path, { offset, sizeBytes: sizeBytes - offset, TransferSyntaxUID });
    } finally {
      await this.files.async.close(handle);
    }
  }

  private record(id: InstanceId): InstanceRecord {
    const record = this.index.instance(id);
    if (record === undefined) throw new CallError('notFound', `no object has the id ${String(id)}`);
    return record;
  }

  /** A fault of the file itself is `corrupt` and takes the object out of the list; others (too many open files) are told as they are. */
  private async checked<T>(id: InstanceId, read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      const gone = errorCode(error) === 'ENOENT';
      if (!gone && !(error instanceof Mismatch)) throw error;
      const record = this.index.instance(id);
      if (record === undefined) throw new CallError('notFound', 'the object was removed while it was read');
      const reason = gone ? 'its file is gone' : 'its bytes on the disk are not those that were received';
      await this.forget();
      await this.onCorrupt(record, reason);
      throw new CallError('corrupt', `the object ${record.attributes.SOPInstanceUID} is damaged: ${reason}; have it sent again`);
    }
  }

  private async open(id: InstanceId, record: InstanceRecord): Promise<OpenObject> {
    const uid = record.attributes.SOPInstanceUID;
    const path = this.layout.objectPath(uid);
    const facts = record.file ?? (await this.factsOf(path));
    const object: OpenObject = { uid, path, sizeBytes: record.sizeBytes, facts, verified: new Set() };
    if (this.objects.size >= REMEMBERED) this.objects.clear();
    this.objects.set(id, object);
    return object;
  }

  private async factsOf(path: string): Promise<FileFacts> {
    const handle = await this.files.async.open(path, 'r');
    try {
      const header = await readObjectHeader(this.files, handle);
      if (header?.info?.chunkDigests === undefined) throw new Mismatch();
      return { dataOffset: header.dataOffset, sha256: header.info.sha256, chunkDigests: header.info.chunkDigests };
    } finally {
      await this.files.async.close(handle);
    }
  }

  private readChecked(object: OpenObject, offset: number, length: number, reading: Reading): Promise<Uint8Array> {
    return this.handles.use(object.path, (handle) => this.readFrom(handle, object, offset, length, reading));
  }

  private async readFrom(handle: Handle, object: OpenObject, offset: number, length: number, { memory, turn }: Reading): Promise<Uint8Array> {
    const first = Math.floor(offset / CHUNK_BYTES);
    const last = Math.floor((offset + length - 1) / CHUNK_BYTES);
    let trusted = true;
    for (let chunk = first; chunk <= last; chunk++) trusted &&= object.verified.has(chunk);
    if (trusted) {
      const bytes = memory(length);
      if ((await this.files.async.read(handle, bytes, object.facts.dataOffset + offset)) < length) throw new Mismatch();
      return bytes;
    }
    const isMostOfOne = first === last && length >= Math.min(CHUNK_BYTES, object.sizeBytes - first * CHUNK_BYTES) * MOST_OF_CHUNK;
    const bytes = new Uint8Array(isMostOfOne ? 0 : length);
    for (let chunk = first; chunk <= last; chunk++) {
      const start = chunk * CHUNK_BYTES;
      const size = Math.min(CHUNK_BYTES, object.sizeBytes - start);
      const whole = isMostOfOne ? memory(size) : new Uint8Array(size);
      if ((await this.files.async.read(handle, whole, object.facts.dataOffset + start)) < whole.length) throw new Mismatch();
      if (!object.verified.has(chunk)) {
        await turn();
        if (!agrees(object.facts, chunk, whole)) throw new Mismatch();
        object.verified.add(chunk);
      }
      if (isMostOfOne) return whole.subarray(offset - start, offset - start + length);
      const from = Math.max(offset, start);
      const to = Math.min(offset + length, start + whole.length);
      bytes.set(whole.subarray(from - start, to - start), from - offset);
    }
    return bytes;
  }
}

const AT_ONCE: Reading = { memory: (length) => new Uint8Array(length), turn: () => Promise.resolve() };

function agrees(facts: FileFacts, chunk: number, bytes: Uint8Array): boolean {
  const expected = facts.chunkDigests.length === 0 ? facts.sha256 : facts.chunkDigests.subarray(chunk * DIGEST_BYTES, (chunk + 1) * DIGEST_BYTES);
  return sameBytes(expected, createHash('sha256').update(bytes).digest());
}

/** The stored bytes are not those that were received. */
class Mismatch extends Error {}

/** Header of an object file; undefined when it is none. */
export async function readObjectHeader(
  files: FileLayer,
  handle: Handle,
): Promise<Exclude<ReturnType<typeof decodeObjectHeader>, undefined | { moreBytes: number }> | undefined> {
  for (let size = 4096; size <= 2 ** 21;) {
    const head = new Uint8Array(size);
    const count = await files.async.read(handle, head, 0);
    const header = decodeObjectHeader(head.subarray(0, count));
    if (header === undefined) return undefined;
    if (!('moreBytes' in header)) return header;
    if (count < size) return undefined;
    size = Math.max(size * 2, header.moreBytes);
  }
  return undefined;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
