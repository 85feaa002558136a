import { type Dirent, type Stats } from 'node:fs';
import { lstat, open, readdir, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { MEDIA_STORAGE_DIRECTORY } from '@shared/dicom';
import { readPart10Header } from '../part10';
import { readDiscIndex } from './dicomdir';
import { fileProblem } from './file-problem';

export interface FoundFile {
  readonly path: string;
  readonly sizeBytes: number;
}

export interface Scan {
  /** Regular files in a fixed order: the same folder gives the same list, so that a resume can count. */
  readonly files: FoundFile[];
  /** Zip archives, opened by the caller. */
  readonly archives: FoundFile[];
  readonly refused: { readonly path: string; readonly reason: string }[];
  /** What is worth a line but is no fault. */
  readonly notes: string[];
}

const MAX_FILES = 1_000_000;
const MAX_DEPTH = 64;
const HEAD_BYTES = 8192;

/**
 * The regular files behind the paths that a person chose: an explicit stack, no links followed below them (a link chosen by hand is), no
 * devices or pipes opened. A chosen DICOMDIR stands for the files that it names; where it is no use, its folder is scanned instead.
 */
export async function scanPaths(paths: readonly string[], signal: AbortSignal): Promise<Scan> {
  return new Scanner(signal).scan(paths);
}

class Scanner {
  private readonly found = new Map<string, FoundFile>();
  private readonly archives = new Map<string, FoundFile>();
  private readonly indexes: string[] = [];
  private readonly refused: { path: string; reason: string }[] = [];
  private readonly notes: string[] = [];
  private isFull = false;

  constructor(private readonly signal: AbortSignal) {}

  async scan(paths: readonly string[]): Promise<Scan> {
    for (const chosen of paths) {
      try {
        const path = await realpath(chosen);
        const stats = await lstat(path);
        if (!stats.isFile()) await this.walk(path);
        else if (await isDiscIndex(path)) await this.takeIndexed(path);
        else if (await startsAsZip(path)) this.archives.set(path, { path, sizeBytes: stats.size });
        else this.take(path, stats);
      } catch (error) {
        this.signal.throwIfAborted();
        this.refused.push({ path: chosen, reason: fileProblem(error) });
      }
    }
    for (const index of this.indexes) await this.compare(index);
    return { files: [...this.found.values()], archives: [...this.archives.values()], refused: this.refused, notes: this.notes };
  }

  private async walk(top: string): Promise<void> {
    const stack: { path: string; depth: number }[] = [{ path: top, depth: 0 }];
    for (let next = stack.pop(); next !== undefined && !this.isFull; next = stack.pop()) {
      this.signal.throwIfAborted();
      const { path, depth } = next;
      try {
        const stats = await lstat(path);
        if (stats.isFile()) await this.takeFound(path, stats);
        else if (!stats.isDirectory()) this.refused.push({ path, reason: stats.isSymbolicLink() ? 'a link, not followed' : 'not a file' });
        else if (depth >= MAX_DEPTH) this.refused.push({ path, reason: `folders nested deeper than ${MAX_DEPTH}` });
        else for (const entry of (await entries(path)).reverse()) stack.push({ path: join(path, entry.name), depth: depth + 1 });
      } catch (error) {
        this.refused.push({ path, reason: fileProblem(error) });
      }
    }
  }

  private async takeFound(path: string, stats: Stats): Promise<void> {
    if (/^dicomdir(;\d+)?$/i.test(basename(path)) && (await isDiscIndex(path))) this.indexes.push(path);
    else if (/\.zip$/i.test(path) && (await startsAsZip(path))) this.archives.set(path, { path, sizeBytes: stats.size });
    else this.take(path, stats);
  }

  private take(path: string, stats: Stats): void {
    if (this.isFull) return;
    if (this.found.size >= MAX_FILES) {
      this.isFull = true;
      this.refused.push({ path, reason: `more than ${MAX_FILES} files: import the rest separately` });
    } else this.found.set(path, { path, sizeBytes: stats.size });
  }

  /** A DICOMDIR chosen by itself. */
  private async takeIndexed(path: string): Promise<void> {
    const index = await readDiscIndex(path, this.signal);
    if (index.files.length === 0) {
      this.notes.push(`${basename(path)} ${whyUseless(index)}: its folder was scanned instead.`);
      await this.walk(dirname(path));
      return;
    }
    for (const file of index.files) this.take(file, await lstat(file));
    for (const { name, reason } of index.missing) this.refused.push({ path: join(dirname(path), name), reason });
    if (index.problem !== undefined) this.notes.push(`${basename(path)} is damaged (${index.problem}): import its folder to take what it does not name.`);
  }

  /** A DICOMDIR in a folder that was scanned: everything there is taken anyway; what it names and is not there is told. */
  private async compare(path: string): Promise<void> {
    const index = await readDiscIndex(path, this.signal);
    const total = index.files.length + index.missing.length;
    if (index.problem !== undefined || total === 0) this.notes.push(`${basename(path)} ${whyUseless(index)}: its folder was scanned.`);
    else this.notes.push(`${basename(path)} names ${total} files, ${index.files.length === total ? 'all' : String(index.files.length)} are on the medium.`);
    for (const { name, reason } of index.missing) this.refused.push({ path: join(dirname(path), name), reason });
  }
}

function whyUseless({ problem, missing }: { readonly problem?: string; readonly missing: readonly unknown[] }): string {
  if (problem !== undefined) return `cannot be read (${problem})`;
  return missing.length === 0 ? 'names no file' : `names ${missing.length} files and none is there`;
}

async function entries(folder: string): Promise<Dirent[]> {
  const found = await readdir(folder, { withFileTypes: true });
  return found.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

async function isDiscIndex(path: string): Promise<boolean> {
  const header = readPart10Header(await headOf(path), false);
  return header.ok && header.MediaStorageSOPClassUID === MEDIA_STORAGE_DIRECTORY;
}

async function startsAsZip(path: string): Promise<boolean> {
  return isZipStart(await headOf(path));
}

/** Local file header, or the end record of an archive without entries (APPNOTE 4.3.7, 4.3.16). */
export function isZipStart(head: Uint8Array): boolean {
  return head[0] === 0x50 && head[1] === 0x4b && ((head[2] === 3 && head[3] === 4) || (head[2] === 5 && head[3] === 6));
}

async function headOf(path: string): Promise<Uint8Array> {
  const handle = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
