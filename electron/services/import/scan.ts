import type { Dirent } from 'node:fs';
import { lstat, readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';

export interface Scan {
  /** Regular files in a fixed order: the same folder gives the same list, so that a resume can count. */
  readonly files: string[];
  readonly refused: { readonly path: string; readonly reason: string }[];
}

const MAX_FILES = 1_000_000;
const MAX_DEPTH = 64;

/**
 * The regular files behind the paths that a person chose: an explicit stack, no links followed below them (a link chosen by hand is), no
 * devices or pipes opened.
 */
export async function scanPaths(paths: readonly string[], signal: AbortSignal): Promise<Scan> {
  const files = new Set<string>();
  const refused: { path: string; reason: string }[] = [];
  const stack: { path: string; depth: number }[] = [];
  for (const chosen of [...paths].reverse()) {
    try {
      stack.push({ path: await realpath(chosen), depth: 0 });
    } catch (error) {
      refused.push({ path: chosen, reason: fileProblem(error) });
    }
  }
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    signal.throwIfAborted();
    const { path, depth } = next;
    try {
      const stats = await lstat(path);
      if (stats.isFile()) {
        if (files.size >= MAX_FILES) {
          refused.push({ path, reason: `more than ${MAX_FILES} files: import the rest separately` });
          return { files: [...files], refused };
        }
        files.add(path);
      } else if (!stats.isDirectory()) refused.push({ path, reason: stats.isSymbolicLink() ? 'a link, not followed' : 'not a file' });
      else if (depth >= MAX_DEPTH) refused.push({ path, reason: `folders nested deeper than ${MAX_DEPTH}` });
      else for (const entry of (await entries(path)).reverse()) stack.push({ path: join(path, entry.name), depth: depth + 1 });
    } catch (error) {
      refused.push({ path, reason: fileProblem(error) });
    }
  }
  return { files: [...files], refused };
}

async function entries(folder: string): Promise<Dirent[]> {
  const found = await readdir(folder, { withFileTypes: true });
  return found.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** A fault of the file system in words for the person who chose the file. */
export function fileProblem(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  switch (code) {
    case 'ENOENT':
      return 'not there (any more)';
    case 'EACCES':
    case 'EPERM':
      return 'no permission to read it';
    case 'EIO':
      return 'the disk could not read it';
    case 'EMFILE':
    case 'ENFILE':
      return 'too many open files on this computer';
    default:
      return code === '' ? 'cannot be read' : `cannot be read (${code})`;
  }
}
