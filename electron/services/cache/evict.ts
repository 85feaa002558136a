import { dirname } from 'node:path';
import type { Index, InstanceRecord } from '../index';
import type { EvictResult } from './cache-types';
import { errorCode } from './checkpoint-task';
import type { FileLayer } from './file-layer';
import type { Journal } from './journal';
import type { Layout } from './layout';
import type { ObjectReader } from './object-reader';
import type { RowWriter } from './row-writer';
import type { Shelf } from './shelf';
import type { SideSource } from './rebuild';

export interface EvictParts {
  readonly files: FileLayer;
  readonly layout: Layout;
  readonly index: Index;
  readonly shelf: Shelf;
  readonly reader: ObjectReader;
  readonly journal: Pick<Journal, 'stillRecorded'>;
  readonly rows: Pick<RowWriter, 'addNow'>;
}

const BATCH = 64;
/** In the place of a code of the system: whoever evicts did not want it any more. */
export const IN_USE = 'INUSE';

/**
 * Takes objects out of the cache. Rows go first, synced, then the files, then their folders are synced: a cut in between leaves a file without a row, which the
 * next start takes up again; never a row without its bytes. Nobody hears that a study went before its files are gone. What stands in the journal stays, and what the system does not let go of gets its row again: an object that
 * is here is in the list. No arrival of the same object comes between.
 */
export async function evictObjects(
  parts: EvictParts,
  side: Pick<SideSource, 'states'>,
  SOPInstanceUIDs: readonly string[],
  /** What becomes of each file; absent: it is removed. */
  take: (SOPInstanceUID: string, path: string) => Promise<void> = (_uid, path) => parts.files.async.unlink(path),
  /** Asked again before each portion: false, and the rest stays. */
  mayGo: () => boolean = () => true,
): Promise<EvictResult> {
  const { shelf } = parts;
  let removed = 0;
  const kept: string[] = [];
  const uids = [...new Set(SOPInstanceUIDs)];
  for (let at = 0; at < uids.length; at += BATCH) {
    const batch = uids.slice(at, at + BATCH);
    await withTurns(shelf, batch, async () => {
      if (!mayGo()) {
        for (let n = 0; n < batch.length; n++) kept.push(IN_USE);
        return;
      }
      const there = batch.filter((uid) => shelf.pendingOf(uid) === undefined && parts.index.has(uid));
      // A record outlives its file: what the next start would make anew from the journal stays until its segment is free.
      const recorded = new Set(await parts.journal.stillRecorded(there));
      const files = there.filter((uid) => !recorded.has(uid));
      for (let n = 0; n < recorded.size; n++) kept.push('EBUSY');
      if (files.length === 0) return;
      const records = new Map(files.map((uid) => [uid, parts.index.instanceByUid(uid)]));
      for (const uid of files) shelf.fileWithoutRow(uid);
      const folders = new Set<string>();
      const left: InstanceRecord[] = [];
      const tellGone = parts.index.holdRemovals();
      try {
        parts.index.remove(files);
        await parts.reader.forget();
        for (const uid of files) {
          const path = parts.layout.objectPath(uid);
          try {
            await take(uid, path);
            folders.add(dirname(path));
            removed++;
          } catch (error) {
            const record = records.get(uid);
            if (errorCode(error) === 'ENOENT') removed++;
            else kept.push(errorCode(error));
            if (record !== undefined && shelf.isOnDisk(uid)) left.push(record);
          }
        }
        putBack(parts, side, left);
      } finally {
        tellGone(left.map(({ attributes }) => attributes.StudyInstanceUID));
      }
      for (const folder of folders) await parts.files.async.fsyncDir(folder);
    });
  }
  return { removed, kept };
}

/** Rows of files that did not go, and with them the state that somebody gave their study: it stands beside the index. What the index does not take now is tried again. */
function putBack({ rows, index }: EvictParts, side: Pick<SideSource, 'states'>, left: readonly InstanceRecord[]): void {
  const restore = (uid: string) => () => index.restoreStates(side.states().filter(({ StudyInstanceUID }) => StudyInstanceUID === uid));
  const last = new Map(left.map((record) => [record.attributes.StudyInstanceUID, record]));
  for (const record of left) {
    const { StudyInstanceUID } = record.attributes;
    rows.addNow(record, last.get(StudyInstanceUID) === record ? restore(StudyInstanceUID) : undefined);
  }
}

/** Runs `work` while nobody else changes any of these objects. */
async function withTurns(shelf: Shelf, uids: readonly string[], work: () => Promise<void>): Promise<void> {
  let release: (() => void) | undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const held: Promise<void>[] = [];
  const turns = uids.map((uid) => {
    let taken: (() => void) | undefined;
    held.push(new Promise<void>((resolve) => (taken = resolve)));
    return shelf.inTurn(uid, async () => {
      taken?.();
      await released;
    });
  });
  try {
    await Promise.all(held);
    await work();
  } finally {
    release?.();
    await Promise.all(turns);
  }
}
