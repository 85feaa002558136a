import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import type { AsyncFiles } from './file-layer';
import { digestsOf } from './digest';
import { encodeObjectHeader, type ObjectIdentity } from './object-file';
import { renamePatiently } from './rename';

/** One synced record that becomes a file. */
export interface CheckpointTask {
  readonly identity: ObjectIdentity;
  readonly segmentPath: string;
  readonly offset: number;
  readonly length: number;
  readonly crc: number;
  readonly tempPath: string;
  readonly path: string;
}

export type CheckpointOutcome =
  | { readonly kind: 'done'; readonly dataOffset: number; readonly sha256: Uint8Array; readonly chunkDigests: Uint8Array }
  /** The journal's bytes are no longer those that were received. */
  | { readonly kind: 'damaged' }
  | { readonly kind: 'failed'; readonly code: string };

/** One buffer for all data sets, one after the other: new memory for each would be collected too late. */
export class Scratch {
  private buffer = new Uint8Array(0);

  take(length: number): Uint8Array {
    if (this.buffer.length < length) this.buffer = new Uint8Array(length);
    return this.buffer.subarray(0, length);
  }
}

/**
 * Makes the files of a batch: every temp written and synced, then all renamed, then each folder synced once. Only when this has resolved may rows name the files and
 * the segment be used anew. Answers one outcome a task, in order. One call at a time for each `scratch`.
 */
export async function makeObjectFiles(files: AsyncFiles, tasks: readonly CheckpointTask[], scratch: Scratch): Promise<CheckpointOutcome[]> {
  const outcomes: CheckpointOutcome[] = [];
  for (const task of tasks) outcomes.push(await attempt(() => writeTemp(files, task, scratch)));
  const folders = new Set<string>();
  for (const [index, task] of tasks.entries()) {
    if (outcomes[index]?.kind !== 'done') continue;
    const renamed = await attempt(async () => {
      await files.mkdirs(dirname(task.path));
      await renamePatiently(files, task.tempPath, task.path);
      return outcomes[index] as CheckpointOutcome;
    });
    outcomes[index] = renamed;
    if (renamed.kind === 'done') folders.add(dirname(task.path));
  }
  for (const folder of folders) {
    const synced = await attempt(async () => {
      await files.fsyncDir(folder);
      return { kind: 'damaged' };
    });
    if (synced.kind !== 'failed') continue;
    tasks.forEach((task, index) => {
      if (dirname(task.path) === folder && outcomes[index]?.kind === 'done') outcomes[index] = synced;
    });
  }
  return outcomes;
}

async function writeTemp(files: AsyncFiles, task: CheckpointTask, scratch: Scratch): Promise<CheckpointOutcome> {
  const data = scratch.take(task.length);
  const segment = await files.open(task.segmentPath, 'r');
  try {
    const count = await files.read(segment, data, task.offset);
    if (count < task.length || crc32(data) !== task.crc) return { kind: 'damaged' };
  } finally {
    await files.close(segment);
  }
  const digests = digestsOf(data);
  const header = encodeObjectHeader(task.identity, digests);
  const handle = await files.open(task.tempPath, 'w');
  try {
    await files.write(handle, header, 0);
    await files.write(handle, data, header.length);
    await files.fsync(handle);
  } finally {
    await files.close(handle);
  }
  return { kind: 'done', dataOffset: header.length, ...digests };
}

async function attempt(work: () => Promise<CheckpointOutcome>): Promise<CheckpointOutcome> {
  try {
    return await work();
  } catch (error) {
    return { kind: 'failed', code: errorCode(error) };
  }
}

export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'UNKNOWN';
}
