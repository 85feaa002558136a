/**
 * The one door to the disk for the cache: objects, journal, quarantine, side journal. Production passes node:fs;
 * power-cut tests pass a layer that loses every write, rename and unlink that no sync has covered; fault tests one
 * that fails at the nth call. Paths are absolute and made by the cache alone, never from DICOM text.
 *
 * Synchronous calls are for the journal's short writes (ingest.md 3); the asynchronous ones for the checkpoint.
 */
export interface FileLayer {
  readonly sync: SyncFiles;
  readonly async: AsyncFiles;
  /** The disk of this system: what a worker thread opens by itself is the same. */
  readonly isSystem?: boolean;
}

export type Handle = number;

export interface SyncFiles {
  open(path: string, flags: 'r' | 'r+' | 'w' | 'wx'): Handle;
  close(handle: Handle): void;
  /** Writes all of `data` at `position`; throws the system's error otherwise. */
  write(handle: Handle, data: Uint8Array, position: number): void;
  /** Returns the count of bytes read, less than asked for only at the end of the file. */
  read(handle: Handle, into: Uint8Array, position: number): number;
  fdatasync(handle: Handle): void;
  fsync(handle: Handle): void;
  truncate(handle: Handle, length: number): void;
  size(handle: Handle): number;
  rename(from: string, to: string): void;
  unlink(path: string): void;
  /** Makes the folder and its parents, and syncs what it made. */
  mkdirs(path: string): void;
  fsyncDir(path: string): void;
  /** Names in a folder; an absent folder has none. */
  list(path: string): string[];
  exists(path: string): boolean;
  freeBytes(path: string): { free: number; total: number };
}

export type AsyncFiles = { readonly [K in keyof SyncFiles]: (...args: Parameters<SyncFiles[K]>) => Promise<ReturnType<SyncFiles[K]>> };
