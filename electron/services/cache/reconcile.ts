import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDataSetWalker } from '../part10';
import type { Index, IndexedObject, InstanceRecord } from '../index';
import type { Logger } from '../logging/logger';
import { errorCode } from './checkpoint-task';
import { Digester } from './digest';
import type { CacheEvents } from './events';
import type { FileLayer } from './file-layer';
import type { Layout } from './layout';
import { namesOf, type NameSources } from './file-names';
import { readObjectHeader } from './object-reader';
import type { Quarantine } from './quarantine';
import { tellDamaged } from './recovery';
import type { Shelf } from './shelf';

const BLOCK = 2 ** 20;
const ROWS = 200;
/** A disk that did not give a file is asked once more after so long. */
const AGAIN_MS = 500;
const UNREAD = 'its bytes cannot be read from the disk (EIO)';

export interface ReconcileParts {
  readonly files: FileLayer;
  readonly layout: Layout;
  readonly index: Index;
  readonly quarantine: Quarantine;
  readonly log: Logger;
  readonly now: () => number;
}

export interface AdoptParts extends ReconcileParts, NameSources {
  readonly shelf: Shelf;
  readonly events: CacheEvents;
  /** Takes a damaged object out of the list and out of the way, and tells of it. */
  setAside(record: InstanceRecord, reason: string): Promise<void>;
}

/** Paths of all object files, folder by folder. */
export async function* objectFiles(files: FileLayer, layout: Layout): AsyncGenerator<string[]> {
  for (const folder of (await files.async.list(layout.objects)).sort()) {
    const names = await files.async.list(join(layout.objects, folder));
    yield names.filter((name) => name.endsWith('.dcm')).map((name) => join(layout.objects, folder, name));
  }
}

interface Refused {
  readonly reason: string;
  readonly sizeBytes: number;
}

/** Makes rows of files, in batches. What is no object, or is not given by the disk, is named at the end, by `settle`. */
export class FileAdopter {
  /** Each refused file with its reason, by its SOP Instance UID where that is known. */
  readonly refused: { name: string; reason: string }[] = [];
  readonly uids = new Set<string>();
  /** Objects whose files the disk does not give now: they stay as they are, with their rows. */
  readonly left = new Set<string>();
  private readonly bad = new Map<string, Refused>();
  private readonly unread: string[] = [];
  private batch: IndexedObject[] = [];
  private readonly block = new Uint8Array(BLOCK);

  constructor(private readonly parts: AdoptParts) {}

  async adopt(path: string): Promise<void> {
    try {
      await this.take(path);
    } catch (error) {
      if (!isUnread(error)) throw error;
      this.unread.push(path);
    }
  }

  /** To be called once all files were adopted: reads again what the disk did not give, and sets aside what is no object, by the name that its row or a note gives it. Rejects where a file without a row can be neither read nor set aside. */
  async settle(): Promise<void> {
    if (this.unread.length > 0) await sleep(AGAIN_MS);
    const unread = new Set<string>();
    for (const path of this.unread) {
      try {
        await this.take(path);
      } catch (error) {
        if (!isUnread(error)) throw error;
        unread.add(path);
        this.bad.set(path, { reason: UNREAD, sizeBytes: await sizeOf(this.parts.files, path) });
      }
    }
    this.flush();
    if (this.bad.size === 0) return;
    const names = await namesOf(this.parts, new Set(this.bad.keys()));
    for (const [path, refused] of this.bad) await this.refuse(path, refused, names.get(path), unread.has(path));
  }

  private async take(path: string): Promise<void> {
    const outcome = await this.read(path).catch(gone);
    if (outcome === undefined) return;
    if (!('object' in outcome)) {
      this.bad.set(path, outcome);
      return;
    }
    this.uids.add(outcome.object.attributes.SOPInstanceUID);
    this.batch.push(outcome.object);
    if (this.batch.length >= ROWS) this.flush();
  }

  private async refuse(path: string, { reason, sizeBytes }: Refused, SOPInstanceUID: string | undefined, isUnread: boolean): Promise<void> {
    const { index, shelf, quarantine, log, events } = this.parts;
    this.refused.push({ name: SOPInstanceUID ?? path.slice(-20), reason });
    const record = SOPInstanceUID === undefined ? undefined : index.instanceByUid(SOPInstanceUID);
    if (SOPInstanceUID !== undefined && record !== undefined) {
      // the journal has its bytes, and its file is made anew
      if (shelf.pendingOf(SOPInstanceUID) !== undefined) return;
      log.error({ SOPInstanceUID, reason }, 'file of an object that is in the list refused');
      if (isUnread) this.left.add(SOPInstanceUID);
      else await this.parts.setAside(record, reason);
      return;
    }
    const facts = { SOPInstanceUID: SOPInstanceUID ?? '', StudyInstanceUID: '', source: undefined, sizeBytes, wasTaken: true };
    const id = await quarantine.adopt(path, { ...facts, reason: isUnread ? `${reason}: ${path.slice(-68)}` : reason, isKept: isUnread });
    if (id !== undefined) tellDamaged(events, 1);
    // a file that nothing names must not be taken for one that is settled
    else if (isUnread) throw Object.assign(new Error('a file is neither read nor set aside'), { code: 'EIO' });
  }

  flush(): void {
    const { batch } = this;
    this.batch = [];
    this.parts.index.put(batch, { durable: true });
  }

  /** Walks a file piece by piece. Its own digests are believed, so that rot since the receipt is still found at a read; files without them are hashed. */
  private async read(path: string): Promise<{ object: IndexedObject } | { reason: string; sizeBytes: number }> {
    const { async: files } = this.parts.files;
    const handle = await files.open(path, 'r');
    try {
      const fileBytes = await files.size(handle);
      const header = await readObjectHeader(this.parts.files, handle);
      if (header === undefined) return { reason: 'no Part 10 header', sizeBytes: fileBytes };
      const { TransferSyntaxUID, SOPClassUID, SOPInstanceUID, dataOffset, info } = header;
      if (this.parts.layout.objectPath(SOPInstanceUID) !== path) return { reason: 'the file is not the object that its name says', sizeBytes: fileBytes };
      const walker = createDataSetWalker({ TransferSyntaxUID, expected: { SOPClassUID, SOPInstanceUID } });
      const digester = info?.chunkDigests === undefined ? new Digester() : undefined;
      for (let at = dataOffset; at < fileBytes;) {
        const count = await files.read(handle, this.block.subarray(0, Math.min(BLOCK, fileBytes - at)), at);
        if (count === 0) break;
        const piece = this.block.subarray(0, count);
        walker.write(piece);
        await walker.drained();
        digester?.update(piece);
        at += count;
      }
      const walked = await walker.finish();
      if (!walked.ok) return { reason: walked.reason.text, sizeBytes: fileBytes };
      const computed = digester?.finish();
      const sha256 = info?.sha256 ?? computed?.sha256;
      const chunkDigests = info?.chunkDigests ?? computed?.chunkDigests;
      if (sha256 === undefined || chunkDigests === undefined) return { reason: 'no digest', sizeBytes: fileBytes };
      const { attributes, pixel } = walked;
      const arrivedAtMs = info?.arrivedAtMs ?? this.parts.now();
      return { object: { attributes, pixel, sizeBytes: fileBytes - dataOffset, arrivedAtMs, file: { dataOffset, sha256, chunkDigests } } };
    } finally {
      await files.close(handle);
    }
  }
}

/** Undefined: it has gone meanwhile. Other faults (too many open files, no memory) are not the file's. */
function gone(error: unknown): undefined {
  if (errorCode(error) !== 'ENOENT') throw error;
}

/** One file that the disk does not give is no reason to leave out the others. */
function isUnread(error: unknown): boolean {
  return errorCode(error) === 'EIO';
}

async function sizeOf({ async: files }: FileLayer, path: string): Promise<number> {
  try {
    const handle = await files.open(path, 'r');
    try {
      return await files.size(handle);
    } finally {
      await files.close(handle);
    }
  } catch {
    return 0; // the disk does not give that either
  }
}
