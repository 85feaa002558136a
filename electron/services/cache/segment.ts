import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { FileLayer, Handle } from './file-layer';
import { encodeSegmentHeader, PAGE } from './journal-record';

/** One prewritten file of the journal. */
export interface Segment {
  readonly path: string;
  readonly handle: Handle;
  readonly bytes: number;
  generation: number;
  /** Where the next record goes. */
  end: number;
  /** Records whose objects are not yet files. */
  unsettled: number;
  /** SOP Instance UIDs of records in it whose objects are files. */
  readonly settled: Set<string>;
  readers: number;
  /** No record goes here any more until it was free again. */
  sealed: boolean;
}

const ZEROS = 2 ** 20;

/**
 * Makes a segment: zeros in every block, so that a record's fdatasync has no block to allocate and no size to change (ingest.md), and its name synced:
 * a record in a file whose name is lost would be lost with it.
 */
export async function createSegment(files: FileLayer, folder: string, number: number, bytes: number): Promise<Segment> {
  const path = join(folder, segmentName(number));
  let handle = await files.async.open(path, 'w');
  try {
    const zeros = new Uint8Array(Math.min(ZEROS, bytes));
    for (let at = 0; at < bytes; at += zeros.length) await files.async.write(handle, zeros.subarray(0, Math.min(zeros.length, bytes - at)), at);
    await files.async.fdatasync(handle);
    await files.async.fsyncDir(folder);
    await files.async.close(handle);
    handle = await files.async.open(path, 'r+'); // records are read back from here too
  } catch (error) {
    await files.async.close(handle).catch(() => undefined);
    await files.async.unlink(path).catch(() => undefined);
    throw error;
  }
  return { path, handle, bytes, generation: 0, end: PAGE, unsettled: 0, settled: new Set(), readers: 0, sealed: false };
}

/** Starts a segment anew under a generation that no stale record in it can have. The header becomes durable with the first record's sync. */
export function beginGeneration(files: FileLayer, segment: Segment, firstSequence: number): void {
  segment.generation = randomBytes(6).readUIntBE(0, 6) + 1;
  files.sync.write(segment.handle, encodeSegmentHeader({ generation: segment.generation, firstSequence, free: false }), 0);
  segment.end = PAGE;
  segment.sealed = false;
}

/** Says that nothing in it is needed. A lost mark costs only a second look at the next start. */
export function markFree(files: FileLayer, segment: Segment): void {
  files.sync.write(segment.handle, encodeSegmentHeader({ generation: segment.generation, firstSequence: 0, free: true }), 0);
}

export function segmentName(number: number): string {
  return `seg-${String(number).padStart(4, '0')}.aj`;
}

export function segmentNumber(name: string): number | undefined {
  const match = /^seg-(\d{4,})\.aj$/.exec(name);
  return match === null ? undefined : Number(match[1]);
}

export function isFree(segment: Segment): boolean {
  return segment.generation === 0 && segment.readers === 0;
}
