import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { createDataSetWalker, type DataSetWalker } from '../part10';
import { announce, compareWithStored, conflict, identityOf, isRefused, judge, type Refused, refusedOutcome } from './accept';
import { Digester, type Digests } from './digest';
import type { Handle } from './file-layer';
import { encodeObjectHeader, type ObjectIdentity, STREAMED_INFO_BYTES } from './object-file';
import { renamePatiently } from './rename';
import type { SameVerdict } from './same-pixels';
import { openSource } from './spool';
import type { StoreParts, WalkedObject } from './store-parts';
import type { IncomingObject, StoreOutcome } from './types';

const BLOCK = 2 ** 20;
/** Blocks on their way to the disk before the sender has to wait (B18). */
const MAX_BLOCKS = 4;

/** An object too large for the journal: its bytes go to a file of their own as they come, walked and hashed on the way; memory stays at a few blocks (B19). */
export class StreamedObject {
  private readonly path: string;
  private identity: ObjectIdentity;
  private readonly headerBytes: number;
  private readonly walker: DataSetWalker;
  private readonly digester = new Digester();
  private handle: Handle | undefined;
  private block = new Uint8Array(BLOCK);
  private filled = 0;
  private length = 0;
  private inFlight = 0;
  private readonly spare: Uint8Array<ArrayBuffer>[] = [];
  private tail: Promise<void>;
  private fault: Error | undefined;
  private waiters: (() => void)[] = [];
  private placed = false;

  constructor(
    private readonly parts: StoreParts,
    private readonly incoming: IncomingObject,
  ) {
    this.path = join(parts.layout.incoming, `rx-${randomBytes(8).toString('hex')}.tmp`);
    this.identity = identityOf(incoming, parts.now());
    const header = encodeObjectHeader(this.identity, undefined, STREAMED_INFO_BYTES);
    this.headerBytes = header.length;
    this.walker = createDataSetWalker({ TransferSyntaxUID: incoming.TransferSyntaxUID, expected: incoming });
    this.tail = this.guard(async () => {
      this.handle = await parts.files.async.open(this.path, 'w');
      await parts.files.async.write(this.handle, header, 0);
    });
  }

  write(chunk: Uint8Array): boolean {
    if (this.fault !== undefined) return true;
    this.walker.write(chunk);
    for (let at = 0; at < chunk.length;) {
      const piece = chunk.subarray(at, at + Math.min(BLOCK - this.filled, chunk.length - at));
      this.block.set(piece, this.filled);
      this.filled += piece.length;
      at += piece.length;
      if (this.filled === BLOCK) this.send();
    }
    return this.inFlight < MAX_BLOCKS;
  }

  async drained(): Promise<void> {
    await this.walker.drained();
    if (this.inFlight < MAX_BLOCKS) return;
    await new Promise<void>((resolve) => this.waiters.push(resolve));
  }

  async finish(): Promise<StoreOutcome> {
    try {
      if (this.filled > 0) this.send();
      await this.tail;
      if (this.fault !== undefined) throw this.fault;
      const walked = judge(await this.walker.finish());
      if (isRefused(walked)) return await this.quarantine(walked);
      const digests = this.digester.finish();
      await this.seal(digests);
      const { SOPInstanceUID } = this.incoming;
      return await this.parts.shelf.inTurn(SOPInstanceUID, () => this.place(walked, digests));
    } finally {
      await this.discard();
    }
  }

  abort(): void {
    this.walker.abort();
    void this.discard();
  }

  /** Header with the digests, and the sync that 0x0000 stands for. */
  private async seal(digests: Digests): Promise<void> {
    const { async: files } = this.parts.files;
    const handle = this.handle as Handle;
    // as much later than its first byte as it was on its way
    this.identity = identityOf(this.incoming, this.parts.now());
    await files.write(handle, encodeObjectHeader(this.identity, digests, STREAMED_INFO_BYTES), 0);
    await files.fsync(handle);
    await this.close();
  }

  private async place(walked: WalkedObject, digests: Digests): Promise<StoreOutcome> {
    const { parts } = this;
    const { SOPInstanceUID } = this.incoming;
    if (parts.shelf.where(SOPInstanceUID) !== undefined) {
      const verdict = await this.compare(digests);
      if (verdict === 'same') return { kind: 'duplicate', attributes: walked.attributes };
      // what stood here and was found damaged stands aside now: this is the copy to have
      if (verdict !== 'damaged' || parts.shelf.where(SOPInstanceUID) !== undefined)
        return this.quarantine(conflict(verdict, walked.attributes.StudyInstanceUID));
    }
    const path = parts.layout.objectPath(SOPInstanceUID);
    await parts.files.async.mkdirs(dirname(path));
    await renamePatiently(parts.files.async, this.path, path);
    this.placed = true;
    parts.shelf.fileWithoutRow(SOPInstanceUID);
    try {
      await parts.files.async.fsyncDir(dirname(path));
    } catch (error) {
      // not durable, so not told as stored: the name goes again, or the retry would meet it as a duplicate
      await parts.files.async.unlink(path).catch(() => undefined);
      throw error;
    }
    announce(parts, this.identity, walked, this.length);
    const file = { dataOffset: this.headerBytes, ...digests };
    parts.rows.addNow({ ...walked, sizeBytes: this.length, arrivedAtMs: this.identity.arrivedAtMs, file });
    return { kind: 'stored', attributes: walked.attributes };
  }

  /** However large: by digest, then range by range (B13). */
  private async compare(digests: Digests): Promise<SameVerdict | 'damaged'> {
    if (this.sameFile(digests)) return 'same';
    const { TransferSyntaxUID } = this.incoming;
    const source = await openSource(this.parts, this.path, { offset: this.headerBytes, sizeBytes: this.length, TransferSyntaxUID });
    try {
      return await compareWithStored(this.parts, this.incoming, source);
    } finally {
      await source.close();
    }
  }

  /** Equal digests of equal lengths in the same syntax: the same bytes. */
  private sameFile(digests: Digests): boolean {
    this.parts.rows.flush();
    const stored = this.parts.index.instanceByUid(this.incoming.SOPInstanceUID);
    if (stored?.file === undefined || stored.sizeBytes !== this.length || stored.attributes.TransferSyntaxUID !== this.incoming.TransferSyntaxUID) return false;
    return Buffer.compare(stored.file.sha256, digests.sha256) === 0;
  }

  private async quarantine(refused: Refused): Promise<StoreOutcome> {
    await this.close();
    const facts = { ...refused, SOPInstanceUID: this.incoming.SOPInstanceUID, source: this.incoming.source, sizeBytes: this.length };
    return refusedOutcome(refused, await this.parts.quarantine.adopt(this.path, facts));
  }

  private send(): void {
    const bytes = this.block.subarray(0, this.filled);
    const whole = this.block;
    const at = this.headerBytes + this.length;
    this.length += this.filled;
    this.block = this.spare.pop() ?? new Uint8Array(BLOCK);
    this.filled = 0;
    this.inFlight++;
    const before = this.tail;
    this.tail = this.guard(async () => {
      await before;
      if (this.fault !== undefined) return;
      if (this.parts.disk.full()) throw Object.assign(new Error('disk full'), { code: 'ENOSPC' });
      this.digester.update(bytes);
      await this.parts.files.async.write(this.handle as Handle, bytes, at);
    }).then(() => {
      this.inFlight--;
      this.spare.push(whole);
      for (const wake of this.waiters.splice(0)) wake();
    });
  }

  private async guard(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.fault ??= error instanceof Error ? error : new Error(String(error));
    }
  }

  private async close(): Promise<void> {
    const handle = this.handle;
    this.handle = undefined;
    if (handle !== undefined) await this.parts.files.async.close(handle);
  }

  /** Removes what was not renamed away. */
  private async discard(): Promise<void> {
    this.fault ??= new Error('ended');
    await this.tail;
    await this.close().catch(() => undefined);
    if (!this.placed) await this.parts.files.async.unlink(this.path).catch(() => undefined);
  }
}
