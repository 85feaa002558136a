import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { DataSetSource } from './data-set-source';
import type { DiskGuard } from './disk-guard';
import type { FileLayer, Handle } from './file-layer';
import type { Layout } from './layout';

/** A data set that stands in a file of its own for as long as it is open. */
export interface OpenSource extends DataSetSource {
  close(): Promise<void>;
}

interface SpoolParts {
  readonly files: FileLayer;
  readonly layout: Layout;
  readonly disk: Pick<DiskGuard, 'full'>;
}

/** On their way to the disk before the sender has to wait (B18), bytes. */
const MOST_IN_FLIGHT = 4 * 2 ** 20;

/** Opens a data set that stands in a file from `offset` on. */
export async function openSource(
  { files }: { readonly files: FileLayer },
  path: string,
  { offset, sizeBytes, TransferSyntaxUID }: { readonly offset: number; readonly sizeBytes: number; readonly TransferSyntaxUID: string },
): Promise<OpenSource> {
  const handle = await files.async.open(path, 'r');
  return {
    TransferSyntaxUID,
    sizeBytes,
    async read(from, length) {
      const bytes = new Uint8Array(length);
      if ((await files.async.read(handle, bytes, offset + from)) < length) throw Object.assign(new Error('the file is shorter than it was'), { code: 'EIO' });
      return bytes;
    },
    close: () => files.async.close(handle),
  };
}

/** How many bytes may stand in such files at once: what a peer sends to be looked at must not take the disk from what is sent to be kept. */
export class SpoolRoom {
  private taken = 0;

  constructor(private readonly mostBytes: number) {}

  /** Throws an Error with code `EFBIG` when there is no room for so many more. */
  take(bytes: number): void {
    if (this.taken + bytes > this.mostBytes)
      throw Object.assign(new Error(`more than ${String(this.mostBytes)} bytes came to be compared: too large to stand beside the cache`), { code: 'EFBIG' });
    this.taken += bytes;
  }

  giveBack(bytes: number): void {
    this.taken -= bytes;
  }
}

/** Bytes that are too many for memory, in a file among the unfinished objects: what a crash leaves of it goes at the next start. */
export class Spool {
  private readonly path: string;
  private handle: Handle | undefined;
  private tail: Promise<void>;
  private fault: Error | undefined;
  private length = 0;
  /** Of the room. */
  private taken = 0;
  private inFlight = 0;
  private waiters: (() => void)[] = [];

  constructor(
    private readonly parts: SpoolParts,
    private readonly room: SpoolRoom,
  ) {
    this.path = join(parts.layout.incoming, `copy-${randomBytes(8).toString('hex')}.tmp`);
    this.tail = this.guard(async () => {
      this.handle = await parts.files.async.open(this.path, 'w');
    });
  }

  /** Takes the bytes over: they must not change any more. False: wait for `drained()`. After a fault, which `finish` tells, nothing more is written. */
  write(bytes: Uint8Array): boolean {
    if (this.fault !== undefined || !this.hasRoom(bytes.length)) return true;
    const at = this.length;
    this.length += bytes.length;
    this.inFlight += bytes.length;
    const before = this.tail;
    this.tail = this.guard(async () => {
      await before;
      if (this.fault !== undefined) return;
      if (this.parts.disk.full()) throw Object.assign(new Error('disk full'), { code: 'ENOSPC' });
      await this.parts.files.async.write(this.handle as Handle, bytes, at);
    }).then(() => {
      this.inFlight -= bytes.length;
      for (const wake of this.waiters.splice(0)) wake();
    });
    return this.inFlight < MOST_IN_FLIGHT;
  }

  async drained(): Promise<void> {
    if (this.inFlight < MOST_IN_FLIGHT) return;
    await new Promise<void>((resolve) => this.waiters.push(resolve));
  }

  /** All of it, by ranges; closing it removes the file. Rejects with the fault of the disk. */
  async finish(TransferSyntaxUID: string): Promise<OpenSource> {
    await this.tail;
    if (this.fault !== undefined) throw this.fault;
    const source = await openSource(this.parts, this.path, { offset: 0, sizeBytes: this.length, TransferSyntaxUID });
    return {
      ...source,
      close: async () => {
        await source.close();
        await this.discard();
      },
    };
  }

  /** Ends it and removes the file. Never rejects. */
  async discard(): Promise<void> {
    await this.tail;
    this.fault ??= new Error('ended');
    const { handle } = this;
    this.handle = undefined;
    if (handle !== undefined) await this.parts.files.async.close(handle).catch(() => undefined);
    await this.parts.files.async.unlink(this.path).catch(() => undefined);
    this.room.giveBack(this.taken);
    this.taken = 0;
  }

  private hasRoom(bytes: number): boolean {
    try {
      this.room.take(bytes);
      this.taken += bytes;
      return true;
    } catch (error) {
      this.fault ??= error as Error;
      return false;
    }
  }

  private async guard(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.fault ??= error instanceof Error ? error : new Error('the disk refused it');
    }
  }
}
