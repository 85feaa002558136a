import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { CallError } from '@shared/contract';
import type { RebuildProgress, RebuildResult } from './cache-types';
import type { NotedOrder, ObjectNote } from '../index';
import { type AdoptParts, FileAdopter, objectFiles } from './reconcile';
import type { RowWriter } from './row-writer';
import { rowOf } from './shelf';
import type { KeepingEntry, SideEntry } from './side-notes';

const PAGE = 2000;
/** This database has all that the journal of objects says. */
export const NOTES_TAKEN = 'objectNotes';

/** What the side journal knows and no object file tells. */
export interface SideSource {
  states(): readonly SideEntry[];
  keeping(): readonly KeepingEntry[];
  orders(): readonly NotedOrder[];
  /** `onlyLast`: the index was never made anew, it can miss only what was noted last. */
  objects(onlyLast: boolean): Iterable<ObjectNote>;
}

export interface RebuildParts extends AdoptParts {
  readonly rows: RowWriter;
  readonly side: SideSource;
}

/** All rows again from the files and the journal; ids of objects that are known stay. */
export async function rebuildIndex(parts: RebuildParts, progress: (progress: RebuildProgress) => void, signal: AbortSignal): Promise<RebuildResult> {
  parts.rows.flush();
  const paths: string[] = [];
  for await (const folder of objectFiles(parts.files, parts.layout)) paths.push(...folder);
  const adopter = new FileAdopter(parts);
  for (const [index, path] of paths.entries()) {
    if (signal.aborted) throw new CallError('cancelled', 'the rebuild of the index was cancelled');
    if (parts.files.sync.exists(path)) await adopter.adopt(path);
    if (index % 50 === 49) progress({ done: index + 1, total: paths.length });
  }
  await adopter.settle();
  parts.index.put([...parts.shelf.all()].map(rowOf), { durable: true });
  await removeOrphanRows(parts, (uid) => adopter.uids.has(uid) || adopter.left.has(uid));
  await restoreSide(parts);
  restoreSetAside(parts);
  parts.index.rebuilt();
  progress({ done: paths.length, total: paths.length });
  return { objects: adopter.uids.size, refused: adopter.refused };
}

/**
 * After an unclean end: rows without an object go, files without a row get one. Compares names only, so it costs little when all is well.
 * Runs beside arrivals; each removal looks at the disk again.
 */
export async function reconcile(parts: RebuildParts, signal: AbortSignal): Promise<{ adopted: number; removed: number; refused: number }> {
  const onDisk = new Set<number>();
  for await (const folder of objectFiles(parts.files, parts.layout)) {
    signal.throwIfAborted();
    for (const path of folder) onDisk.add(nameNumber(path));
  }
  const unmatched = new Set(onDisk);
  const removed = await removeOrphanRows(parts, (uid, hasFile) => {
    signal.throwIfAborted();
    const name = uidNumber(uid);
    if (hasFile) unmatched.delete(name);
    return onDisk.has(name);
  });
  const adopter = new FileAdopter(parts);
  if (unmatched.size > 0) {
    for await (const folder of objectFiles(parts.files, parts.layout)) {
      for (const path of folder) {
        signal.throwIfAborted();
        if (unmatched.has(nameNumber(path)) && parts.files.sync.exists(path)) await adopter.adopt(path);
      }
    }
    await adopter.settle();
  }
  await restoreSide(parts);
  restoreSetAside(parts);
  return { adopted: adopter.uids.size, removed, refused: adopter.refused.length };
}

async function removeOrphanRows(parts: RebuildParts, isKnown: (uid: string, hasFile: boolean) => boolean): Promise<number> {
  let removed = 0;
  for (let after = 0; ;) {
    const page = parts.index.uidPage(after, PAGE);
    const orphans = page
      .filter(
        ({ SOPInstanceUID, hasFile }) =>
          !isKnown(SOPInstanceUID, hasFile) && parts.shelf.pendingOf(SOPInstanceUID) === undefined && !parts.shelf.isOnDisk(SOPInstanceUID),
      )
      .map(({ SOPInstanceUID }) => SOPInstanceUID);
    if (orphans.length > 0) parts.index.remove(orphans);
    removed += orphans.length;
    if (page.length < PAGE) return removed;
    after = page.at(-1)?.id ?? after;
    await turn();
  }
}

async function restoreSide({ index, side }: RebuildParts): Promise<void> {
  index.restoreStates(side.states());
  index.keeping.restore(side.keeping());
  index.outbox.restore(side.orders());
  // The archived state of a study is made of proofs.
  const isKnown = index.mark(NOTES_TAKEN) !== undefined;
  for (const [at, study] of index.objects.restore(side.objects(isKnown)).entries()) {
    index.keeping.refreshArchived(study);
    if (at % 20 === 19) await turn();
  }
  index.setMark(NOTES_TAKEN, 1);
}

function restoreSetAside(parts: RebuildParts): void {
  const studies = new Map(parts.quarantine.list().map((item) => [item.StudyInstanceUID, item.reason]));
  for (const [uid, reason] of studies) parts.quarantine.mark(uid, reason);
}

/** The first 48 bits of an object's file name: enough to tell a million apart, a mistaken match costs one needless look. */
function nameNumber(path: string): number {
  return Number.parseInt(path.slice(-68, -56), 16);
}

function uidNumber(uid: string): number {
  return createHash('sha256').update(uid, 'utf8').digest().readUIntBE(0, 6);
}
