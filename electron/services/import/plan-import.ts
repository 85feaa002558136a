import { basename } from 'node:path';
import { openFileSource } from './byte-source';
import { fileProblem } from './file-problem';
import type { ImportedItem } from './import-object';
import { scanPaths } from './scan';
import { openZip, type OpenedZip, ZipProblem } from './zip-archive';

export interface PlannedItem extends ImportedItem {
  /** The file at the source that holds it: the object's own, or the archive. */
  readonly path: string;
  /** For the list of refused ones. */
  readonly label: string;
  readonly sizeBytes: number;
}

export interface ImportPlan {
  readonly items: readonly PlannedItem[];
  readonly refused: readonly { readonly name: string; readonly path: string; readonly reason: string }[];
  readonly notes: readonly string[];
  readonly totalBytes: number;
  /** Closes the archives that the items read from. */
  close(): void;
}

/** Everything that an import will look at, in a fixed order, with its size; nothing was read of the objects yet. Rejects by the signal only. */
export async function planImport(paths: readonly string[], signal: AbortSignal): Promise<ImportPlan> {
  const scan = await scanPaths(paths, signal);
  const refused = scan.refused.map(({ path, reason }) => ({ name: path, path, reason }));
  const items = scan.files.map(({ path, sizeBytes }): PlannedItem => ({
    path,
    label: path,
    name: basename(path),
    sizeBytes,
    open: () => openFileSource(path),
  }));
  const opened: OpenedZip[] = [];
  const close = (): void => {
    for (const archive of opened) archive.close();
  };
  for (const { path } of scan.archives) {
    try {
      const archive = await openZip(path, signal);
      opened.push(archive);
      for (const { name, reason } of archive.refused) refused.push({ name: `${path} > ${name}`, path, reason });
      for (const entry of archive.entries) items.push(entryItem(path, entry));
    } catch (error) {
      if (signal.aborted) close();
      signal.throwIfAborted();
      refused.push({ name: path, path, reason: error instanceof ZipProblem ? error.message : fileProblem(error) });
    }
  }
  return { items, refused, notes: scan.notes, totalBytes: items.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0), close };
}

function entryItem(path: string, entry: OpenedZip['entries'][number]): PlannedItem {
  const name = entry.name.split(/[\\/]/).at(-1) ?? entry.name;
  return { path, label: `${path} > ${entry.name}`, name, sizeBytes: entry.size, open: () => entry.open() };
}
