import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CallError } from '@shared/contract';
import { type ReconcileItem, StudyUid } from '@shared/domain';
import { closeInOrder } from '../close-in-order';
import type { HostEnvironment } from '../host-environment';
import { type Index, type IndexOptions, openIndex, type OutboxNote, type StateEntry } from '../index';
import type { Cache } from './cache-types';
import { errorCode } from './checkpoint-task';
import { fileSystemType, judgeFolder } from './file-system';
import { layoutOf } from './layout';
import { type ProcessProbe, processProbe, takeLock } from './lock';
import { openCache } from './open-cache';
import type { CacheOptions } from './options';
import { ObjectJournal } from './object-journal';
import { NOTES_TAKEN } from './rebuild';
import { SideJournal } from './side-journal';
import type { DifferencesEntry, SideNote } from './side-notes';

/** What a data folder holds, opened: rows and objects. */
export interface Storage {
  readonly index: Index;
  readonly cache: Cache;
  /** What differs between studies and archives and waits for a choice: outlives program and index. */
  readonly differences: { all(): DifferencesEntry[]; keep(found: ReadonlyDifferences): void };
  /** How far rules of routing came (arrival, ms since the epoch): outlives the index. */
  readonly routed: { throughMs(): number | undefined; note(throughMs: number): void };
  /** Why the folder may not keep what it is given, in words for the user. */
  readonly folderWarning: string | undefined;
  /** Ends both in order and gives the lock back. */
  close(): Promise<void>;
}

interface ReadonlyDifferences {
  readonly node: string;
  readonly StudyInstanceUID: StudyUid;
  readonly items: readonly ReconcileItem[];
}

/** For tests: sizes and times, another process identity, another index. */
export interface StorageOptions extends Partial<CacheOptions> {
  readonly process?: ProcessProbe;
  readonly index?: (beside: IndexOptions) => Index;
  readonly fileSystemType?: (path: string) => number | undefined;
}

/**
 * Opens (or makes) everything in `env.options.dataDir`: takes the lock, opens the index (a damaged one is set aside: `cache.rebuildNeeded()`),
 * replays the journal. Rejects with CallError `busy` when another live program has the folder, `unavailable` when it cannot be written or lies on another computer.
 */
export async function openStorage(env: HostEnvironment, options: StorageOptions = {}): Promise<Storage> {
  const { process: probe, index: makeIndex, fileSystemType: typeOf = fileSystemType, ...sizes } = options;
  const layout = layoutOf(env.options.dataDir);
  makeFolder(env, layout.root);
  const folderWarning = lookAtFolder(layout.root, typeOf);
  const lock = takeLock(env.files.sync, layout.lock, probe ?? processProbe());
  const opened: (() => Promise<void> | void)[] = [];
  /** What is not closed in order, or had not been looked after yet, is looked after by the next start. */
  const closeAll = async (isInOrder: boolean): Promise<void> => {
    let isClosed = false;
    try {
      await closeInOrder(opened);
      isClosed = true;
    } finally {
      if (isInOrder && isClosed) lock.release();
      else lock.abandon();
    }
  };
  try {
    const side = SideJournal.open(env.files, layout.sideJournal);
    opened.push(() => side.close());
    const objects = ObjectJournal.open(env.files, layout.objectJournal);
    opened.push(() => objects.close());
    const keepState = (entry: StateEntry) => side.append({ kind: 'state', ...entry });
    const beside: IndexOptions = {
      onState: keepState,
      onOutbox: (note) => side.append(mutable(note)),
      onKeeping: (entry) => side.append({ kind: 'keeping', ...entry }),
      onObjects: (note) => objects.append(note),
    };
    const index = makeIndex?.(beside) ?? openIndex(layout.index, env, { ...beside, ...worker(env, 'checkWorker', 'index-check.worker.cjs') });
    opened.push(() => index.close());
    const states = () => side.states().flatMap((entry) => (StudyUid.safeParse(entry.StudyInstanceUID).success ? [entry] : []));
    // Work that waits does not wait for the comparison of files and rows.
    if (lock.wasUnclean || index.rebuildNeeded() !== undefined) index.outbox.restore(side.orders());
    if (!lock.wasUnclean && index.rebuildNeeded() === undefined) shorten(objects, index);
    const checkpoint = env.files.isSystem === true ? worker(env, 'checkpointWorker', 'checkpoint.worker.cjs') : {};
    const cache = await openCache(
      env,
      index,
      { ...checkpoint, ...sizes },
      {
        side: { states, keeping: () => side.keeping(), orders: () => side.orders(), objects: (onlyLast) => (onlyLast ? objects.last() : objects.notes()) },
        wasUnclean: lock.wasUnclean,
      },
    );
    opened.push(() => cache.close());
    let closing: Promise<void> | undefined;
    const differences: Storage['differences'] = {
      all: () => side.differences(),
      keep: ({ node, StudyInstanceUID, items }) => side.append({ kind: 'differences', node, StudyInstanceUID, items: [...items] }),
    };
    const routed: Storage['routed'] = { throughMs: () => side.routedThroughMs(), note: (throughMs) => side.append({ kind: 'routed', throughMs }) };
    return { index, cache, differences, routed, folderWarning, close: () => (closing ??= closeAll(true)) };
  } catch (error) {
    await closeAll(!lock.wasUnclean).catch(() => undefined);
    throw error;
  }
}

/** The index is sound and knows all that the journal says. */
function shorten(objects: ObjectJournal, index: Index): void {
  const isKnown = index.mark(NOTES_TAKEN) !== undefined;
  // a database that was made anew has not read the journal yet: nothing is taken out of it
  if (!isKnown && !objects.isNew) return;
  if (objects.isNew || objects.isLong(index.counts().objects)) objects.replace(index.objects.notes());
  if (!isKnown) index.setMark(NOTES_TAKEN, 1);
}

/** The same note; the journal's type comes from its schema and knows no `readonly`. */
function mutable(note: OutboxNote): SideNote {
  return structuredClone(note) as SideNote;
}

function makeFolder(env: HostEnvironment, root: string): void {
  try {
    env.files.sync.mkdirs(root);
  } catch (error) {
    throw new CallError('unavailable', `the data folder cannot be made (${errorCode(error)}): ${root}`);
  }
}

/** C6: on another computer's disk neither log nor lock can be relied on. What cannot be told is no reason against a folder. */
function lookAtFolder(root: string, typeOf: (path: string) => number | undefined): string | undefined {
  let type: number | undefined;
  try {
    type = typeOf(root);
  } catch {
    return undefined;
  }
  const verdict = judgeFolder(root, type);
  if (verdict.kind === 'network') {
    const why = `the data folder lies on a network file system (${verdict.name}), where neither its list nor its lock is safe`;
    throw new CallError('unavailable', `${why}: choose a folder on a disk of this computer with --data-dir (${root})`);
  }
  if (verdict.kind === 'local') return undefined;
  return `The data folder lies on a file system (${verdict.name}) that may not keep what it is told to: choose a disk of this computer for patients' images.`;
}

/** A worker's script when the bundle is there; plain runs from source work in this thread. */
function worker<K extends string>(env: HostEnvironment, key: K, name: string): { [P in K]?: string } {
  const script = join(env.options.workersDir, name);
  return env.options.workersDir !== '' && existsSync(script) ? ({ [key]: script } as { [P in K]?: string }) : {};
}
