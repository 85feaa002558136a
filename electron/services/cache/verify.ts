import { setImmediate as turn } from 'node:timers/promises';
import { CallError } from '@shared/contract';
import type { VerifyResult } from '@shared/domain';
import type { Index } from '../index';
import type { FileLayer } from './file-layer';
import type { Layout } from './layout';
import { type ObjectReader, readObjectHeader } from './object-reader';
import { objectFiles } from './reconcile';
import type { Shelf } from './shelf';

export interface VerifyParts {
  readonly files: FileLayer;
  readonly layout: Layout;
  readonly index: Index;
  readonly shelf: Shelf;
  readonly reader: ObjectReader;
}

const PAGE = 500;
/** Findings that are named one by one. */
const MOST_NAMED = 1000;

/**
 * Reads every object that the index names and compares it with the digests that were made when it came; then looks for files that the index does not name. What is
 * damaged goes to quarantine, as at any read (reliability C3). Throws CallError `cancelled`.
 */
export async function verifyObjects(parts: VerifyParts, progress: (done: number, total: number) => void, signal: AbortSignal): Promise<VerifyResult> {
  const { index, shelf, reader } = parts;
  const result: VerifyResult = { objects: 0, bytes: 0, damaged: [], unlisted: [] };
  const total = index.counts().objects;
  const names = new Set<string>();
  for (let after = 0; ;) {
    const page = index.uidPage(after, PAGE);
    for (const { id, SOPInstanceUID } of page) {
      if (signal.aborted) throw new CallError('cancelled', 'the comparison was cancelled');
      if (shelf.pendingOf(SOPInstanceUID) === undefined) names.add(parts.layout.objectPath(SOPInstanceUID));
      const outcome = await reader.check(id);
      if (outcome === undefined) continue;
      result.objects++;
      if (typeof outcome === 'number') result.bytes += outcome;
      else if (result.damaged.length < MOST_NAMED) result.damaged.push({ SOPInstanceUID, problem: outcome });
      if (result.objects % 20 === 0) progress(result.objects, total);
    }
    if (page.length < PAGE) break;
    after = page.at(-1)?.id ?? after;
    await turn();
  }
  for await (const folder of objectFiles(parts.files, parts.layout)) {
    for (const path of folder) {
      if (names.has(path) || result.unlisted.length >= MOST_NAMED || !(await isUnlisted(parts, path))) continue;
      result.unlisted.push({ name: path.slice(-68), problem: 'no row of the index names it: --rebuild-index takes it up' });
    }
  }
  progress(result.objects, total);
  return result;
}

/** Objects come and go meanwhile: only what no row names now is a finding. */
async function isUnlisted({ files, index, layout }: VerifyParts, path: string): Promise<boolean> {
  if (!files.sync.exists(path)) return false;
  const handle = await files.async.open(path, 'r');
  try {
    const header = await readObjectHeader(files, handle);
    return header === undefined || layout.objectPath(header.SOPInstanceUID) !== path || !index.has(header.SOPInstanceUID);
  } finally {
    await files.async.close(handle);
  }
}
