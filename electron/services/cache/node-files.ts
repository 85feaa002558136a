import * as fs from 'node:fs';
import { dirname } from 'node:path';
import type { AsyncFiles, FileLayer, SyncFiles } from './file-layer';

/** The disk itself, by node:fs. */
export function createNodeFiles(): FileLayer {
  return { sync: syncFiles(), async: asyncFiles(), isSystem: true };
}

function syncFiles(): SyncFiles {
  return {
    open: (path, flags) => fs.openSync(path, flags),
    close: (handle) => fs.closeSync(handle),
    write(handle, data, position) {
      let done = 0;
      while (done < data.length) done += fs.writeSync(handle, data, done, data.length - done, position + done);
    },
    read(handle, into, position) {
      let done = 0;
      while (done < into.length) {
        const count = fs.readSync(handle, into, done, into.length - done, position + done);
        if (count === 0) break;
        done += count;
      }
      return done;
    },
    fdatasync: (handle) => fs.fdatasyncSync(handle),
    fsync: (handle) => fs.fsyncSync(handle),
    truncate: (handle, length) => fs.ftruncateSync(handle, length),
    size: (handle) => fs.fstatSync(handle).size,
    rename: (from, to) => fs.renameSync(from, to),
    unlink: (path) => fs.unlinkSync(path),
    mkdirs: mkdirsSynced,
    fsyncDir: fsyncFolder,
    list: listFolder,
    exists: (path) => fs.existsSync(path),
    freeBytes(path) {
      const { bavail, blocks, bsize } = fs.statfsSync(path);
      return { free: bavail * bsize, total: blocks * bsize };
    },
  };
}

function asyncFiles(): AsyncFiles {
  const write = callback<[number, Uint8Array, number, number, number], number>(fs.write);
  const read = callback<[number, Uint8Array, number, number, number], number>(fs.read);
  const open = callback<[string, string], number>(fs.open);
  const close = callback<[number], void>(fs.close);
  return {
    open: (path, flags) => open(path, flags),
    close: (handle) => close(handle),
    async write(handle, data, position) {
      let done = 0;
      while (done < data.length) done += await write(handle, data, done, data.length - done, position + done);
    },
    async read(handle, into, position) {
      let done = 0;
      while (done < into.length) {
        const count = await read(handle, into, done, into.length - done, position + done);
        if (count === 0) break;
        done += count;
      }
      return done;
    },
    fdatasync: callback<[number], void>(fs.fdatasync),
    fsync: callback<[number], void>(fs.fsync),
    truncate: callback<[number, number], void>(fs.ftruncate),
    size: async (handle) => (await callback<[number], fs.Stats>(fs.fstat)(handle)).size,
    rename: (from, to) => fs.promises.rename(from, to),
    unlink: (path) => fs.promises.unlink(path),
    mkdirs: async (path) => mkdirsSynced(path),
    async fsyncDir(path) {
      if (process.platform === 'win32') return;
      const handle = await open(path, 'r');
      try {
        await callback<[number], void>(fs.fsync)(handle);
      } finally {
        await close(handle);
      }
    },
    list: async (path) => {
      try {
        return await fs.promises.readdir(path);
      } catch (error) {
        if (isCode(error, 'ENOENT')) return [];
        throw error;
      }
    },
    exists: async (path) => fs.existsSync(path),
    async freeBytes(path) {
      const { bavail, blocks, bsize } = await fs.promises.statfs(path);
      return { free: bavail * bsize, total: blocks * bsize };
    },
  };
}

/** node:fs functions with a callback as promises of their first result: cheaper than FileHandle and with plain descriptors. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- names the arguments at each use
function callback<A extends unknown[], R>(call: unknown): (...args: A) => Promise<R> {
  const invoke = call as (...args: unknown[]) => void;
  return (...args) =>
    new Promise((resolve, reject) => {
      invoke(...args, (error: Error | null, result: R) => {
        if (error === null) resolve(result);
        else reject(error);
      });
    });
}

/** The names of new folders are data too: each parent that got one is synced. */
function mkdirsSynced(path: string): void {
  if (fs.existsSync(path)) return;
  mkdirsSynced(dirname(path));
  try {
    fs.mkdirSync(path);
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
    return;
  }
  fsyncFolder(dirname(path));
}

/** Windows has no handle on a folder to sync: NTFS journals the rename itself. */
function fsyncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const handle = fs.openSync(path, 'r');
  try {
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}

function listFolder(path: string): string[] {
  try {
    return fs.readdirSync(path);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return [];
    throw error;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/** Synchronous calls in asynchronous dress: for a thread of its own, where the thread pool's wake-ups would only cost. */
export function asAsync(sync: SyncFiles): AsyncFiles {
  const wrap =
    <A extends unknown[], R>(call: (...args: A) => R) =>
    (...args: A): Promise<R> =>
      new Promise((resolve) => {
        resolve(call(...args));
      });
  return {
    open: wrap(sync.open),
    close: wrap(sync.close),
    write: wrap(sync.write),
    read: wrap(sync.read),
    fdatasync: wrap(sync.fdatasync),
    fsync: wrap(sync.fsync),
    truncate: wrap(sync.truncate),
    size: wrap(sync.size),
    rename: wrap(sync.rename),
    unlink: wrap(sync.unlink),
    mkdirs: wrap(sync.mkdirs),
    fsyncDir: wrap(sync.fsyncDir),
    list: wrap(sync.list),
    exists: wrap(sync.exists),
    freeBytes: wrap(sync.freeBytes),
  };
}
