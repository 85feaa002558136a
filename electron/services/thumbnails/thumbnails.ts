import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CallError } from '@shared/contract';
import { buildDisplaySets, type ImageFrame, type InstanceId } from '@shared/domain';
import type { Cache } from '../cache';
import type { Logger } from '../logging/logger';
import { createPixelSource, imageLuts } from '../pixel';
import { inProcessThumbnails, type ThumbnailRunner, workerThumbnails } from './thumbnail-runner';
import { THUMBNAIL_SIZE } from './thumbnail-task';

/** A frame, or one tile of it by its number. */
export interface ThumbnailOf {
  readonly instanceId: InstanceId;
  readonly frameIndex: number;
  readonly tile?: number | undefined;
}

export interface Thumbnails {
  /** RGB of 64 x 64 pixels. Rejects with `notFound`, `cannotDecode` (in words) or `corrupt`. */
  get(picture: ThumbnailOf, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
  close(): Promise<void>;
}

export interface ThumbnailsParts {
  readonly cache: Pick<Cache, 'locate' | 'readRange'>;
  /** Where they are kept; may be removed at any time. */
  readonly folder: string;
  /** Folder with `thumbnail.worker.cjs`; without it they are made in this thread. */
  readonly workersDir: string;
  readonly log: Logger;
  readonly runner?: Pick<ThumbnailRunner, 'run' | 'close'>;
}

const BYTES = THUMBNAIL_SIZE * THUMBNAIL_SIZE * 3;
const CHECK_BYTES = 4;
/** Of the drawing: another version finds none of the older ones. */
const VERSION = 'v3';
/** Files that are kept: 12 KiB each. Beyond it all are dropped at the next start, and made again as they are looked at. */
const MAX_FILES = 50_000;

/** Small pictures of frames, made in a worker thread and kept on disk: a file that is missing, short or damaged is made anew. */
export function createThumbnails(parts: ThumbnailsParts): Thumbnails {
  const { cache, folder, workersDir, log } = parts;
  const script = join(workersDir, 'thumbnail.worker.cjs');
  const runner: Pick<ThumbnailRunner, 'run' | 'close'> =
    parts.runner ?? (workersDir !== '' && existsSync(script) ? workerThumbnails(script) : inProcessThumbnails());
  const source = createPixelSource(cache);
  const making = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();
  const ready = trim(folder, log);

  async function make(instanceId: InstanceId, frame: ImageFrame, path: string): Promise<Uint8Array<ArrayBuffer>> {
    if (frame.cannotDecode !== undefined) throw new CallError('cannotDecode', `cannot decode: ${frame.cannotDecode}`);
    const { bytes } = await source.frame(instanceId, frame.frameIndex);
    const bringsMore = frame.luts !== undefined || frame.extras !== undefined;
    const luts = bringsMore ? await imageLuts(cache, instanceId) : undefined;
    const outcome = await runner.run({ frame, bytes, luts });
    if (!outcome.ok) throw new CallError('cannotDecode', outcome.reason);
    await keep(path, outcome.rgb).catch((error: unknown) => log.warn({ error: String(error) }, 'a thumbnail could not be kept'));
    return outcome.rgb;
  }

  return {
    async get(picture, signal) {
      const { instanceId, frameIndex, tile } = picture;
      await ready;
      const { attributes, sizeBytes } = cache.locate(instanceId);
      const name = createHash('sha256')
        .update(
          [
            VERSION,
            // never given twice: an object that took the place of another one under the same UID has another
            String(instanceId),
            attributes.SOPInstanceUID,
            attributes.TransferSyntaxUID,
            String(sizeBytes),
            String(frameIndex),
            ...(tile === undefined ? [] : [`tile ${tile}`]),
          ].join('|'),
        )
        .digest('hex');
      const path = join(folder, name.slice(0, 2), `${name}.rgb`);
      const kept = await readKept(path);
      if (kept !== undefined) return kept;
      signal.throwIfAborted();
      const frame = frameOf(picture, attributes);
      if (frame === undefined) throw new CallError('notFound', 'the object has no such picture');
      const running = making.get(path) ?? make(instanceId, frame, path).finally(() => making.delete(path));
      making.set(path, running);
      return running;
    },
    close: () => runner.close(),
  };
}

function frameOf(
  { instanceId, frameIndex, tile }: ThumbnailOf,
  attributes: Parameters<typeof buildDisplaySets>[0][number]['attributes'],
): ImageFrame | undefined {
  for (const { frames } of buildDisplaySets([{ instanceId, attributes }])) {
    const found = frames.find((frame) => frame.frameIndex === frameIndex && frame.tile?.number === tile);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function readKept(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    const bytes = await readFile(path);
    const rgb = Uint8Array.from(bytes.subarray(0, BYTES));
    return bytes.length === BYTES + CHECK_BYTES && bytes.readUInt32LE(BYTES) === crc32(rgb) ? rgb : undefined;
  } catch {
    return undefined;
  }
}

/** Whole or not at all, with its checksum behind it: nothing is synced, and a power cut may leave a file of the right length with nothing in it. */
async function keep(path: string, rgb: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const beside = `${path}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    const check = Buffer.alloc(CHECK_BYTES);
    check.writeUInt32LE(crc32(rgb));
    await writeFile(beside, Buffer.concat([rgb, check]));
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

async function trim(folder: string, log: Logger): Promise<void> {
  try {
    let files = 0;
    for (const part of await readdir(folder)) files += (await readdir(join(folder, part))).length;
    if (files > MAX_FILES) await rm(folder, { recursive: true, force: true });
  } catch (error) {
    const isFirst = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!isFirst) log.warn({ error: String(error) }, 'the kept thumbnails could not be counted');
  }
}
