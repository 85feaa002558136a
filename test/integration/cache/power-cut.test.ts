import { describe, expect, it } from 'vitest';
import { StudyUid } from '@shared/domain';
import { openStorage, type Storage, type StorageOptions } from '../../../electron/services/cache';
import { layoutOf } from '../../../electron/services/cache/layout';
import { IndexDouble } from '../../support/index-double';
import { LostWriteDisk, type Survival } from '../../support/lost-write-layer';
import { seededRandom, testSeed } from '../../support/seed';
import { hostEnvironment, readBack, SMALL, SENDER, store, testObject, type TestObject } from '../../support/storage-rig';

const DIR = '/data';
const STUDY = StudyUid.parse('2.25.11');
/** No timers of the cache take part: the script alone says when files are made. */
const SCRIPTED: StorageOptions = { ...SMALL, idleMs: 1e7, rowDelayMs: 1e6, segments: 0, maxSegments: 2, aheadBytes: 4096 };
const seed = testSeed();

interface Told {
  readonly objects: TestObject[];
  state: string | undefined;
}

const small = (n: number) => testObject(n, { pixelBytes: 9000 + n });

function probe(boot: number): NonNullable<StorageOptions['process']> {
  return { self: { pid: 7, bootId: `boot-${String(boot)}`, startedAt: '1' }, startOf: () => '1' };
}

function start(disk: LostWriteDisk, index: IndexDouble, boot: number): Promise<Storage> {
  const env = hostEnvironment(DIR, disk.layer);
  return openStorage(env, { ...SCRIPTED, process: probe(boot), index: (beside) => index.open(env, beside) });
}

/** Two associations, a duplicate, two checkpoints, segments used again, an object streamed to its own file, a state; remembers what was acknowledged. */
async function script(storage: Storage, told: Told): Promise<void> {
  const send = async (object: TestObject): Promise<void> => {
    const outcome = await store(storage.cache, object, SENDER, 6000);
    if (outcome.kind !== 'refused') told.objects.push(object);
  };
  await Promise.all([send(small(1)), send(small(2))]);
  await send(small(1));
  await storage.cache.flush();
  storage.index.setState(STUDY, 'reading', 'user', 1000);
  told.state = 'reading';
  await Promise.all([send(small(3)), send(small(4)), send(small(5))]);
  await send(testObject(6, { pixelBytes: 40_000 }));
  await storage.cache.flush();
  for (let n = 7; n < 13; n++) await send(small(n));
  await storage.cache.flush();
  await Promise.all([send(small(13)), send(small(14)), send(testObject(15, { pixelBytes: 30_000 }))]);
  storage.index.setState(STUDY, 'done', 'user', 2000);
  told.state = 'done';
  await storage.close();
}

/** Runs the script until the cut; answers what was told by then and the disk that is left. */
async function runUntilCut(disk: LostWriteDisk, index: IndexDouble): Promise<Told> {
  const told: Told = { objects: [], state: undefined };
  let storage: Storage | undefined;
  try {
    storage = await start(disk, index, 1);
    await script(storage, told);
  } catch {
    // the power went
  }
  void storage?.close().catch(() => undefined);
  return told;
}

/** What is wrong after the next start; empty when everything acknowledged is there, nothing is half, and rows are files. */
async function faultsAfter(disk: LostWriteDisk, index: IndexDouble, told: Told): Promise<string[]> {
  const storage = await start(disk, index, 2);
  try {
    await storage.cache.settled();
    await storage.cache.flush();
    const faults: string[] = [];
    for (const object of told.objects) {
      const bytes = await readBack(storage, object.SOPInstanceUID).catch(() => undefined);
      if (bytes === undefined || Buffer.compare(bytes, object.bytes) !== 0) faults.push(`lost ${object.SOPInstanceUID}`);
    }
    const rows = storage.index.uidPage(0, 1000).map(({ SOPInstanceUID }) => SOPInstanceUID);
    for (const uid of rows) if ((await readBack(storage, uid).catch(() => undefined)) === undefined) faults.push(`half ${uid}`);
    const files = filesOn(disk);
    const named = rows.map((uid) => layoutOf(DIR).objectPath(uid)).sort();
    if (JSON.stringify(files) !== JSON.stringify(named)) faults.push('index and files differ');
    if (disk.layer.sync.list(layoutOf(DIR).incoming).length > 0) faults.push('temps left');
    const state = storage.index.getStudy(STUDY)?.state;
    if (told.state === 'done' ? state !== 'done' : told.state === 'reading' && state === 'unread') faults.push('state lost');
    return faults;
  } finally {
    await storage.close();
  }
}

function filesOn(disk: LostWriteDisk): string[] {
  const { objects } = layoutOf(DIR);
  return disk.layer.sync
    .list(objects)
    .flatMap((folder) => disk.layer.sync.list(`${objects}/${folder}`).map((name) => `${objects}/${folder}/${name}`))
    .sort();
}

async function countCalls(): Promise<number> {
  const disk = new LostWriteDisk();
  const told = await runUntilCut(disk, new IndexDouble());
  expect(told.objects).toHaveLength(16);
  return disk.calls;
}

async function cutAt(
  call: number,
  survives: Survival,
  keeps: 'rows' | 'synced rows' | 'no rows',
  ignore?: (call: string, path: string) => boolean,
): Promise<string[]> {
  const sabotage = ignore === undefined ? {} : { ignore };
  const disk = new LostWriteDisk({ cutAt: call, ...sabotage });
  const index = new IndexDouble();
  const told = await runUntilCut(disk, index);
  const left = keeps === 'no rows' ? new IndexDouble() : index.afterCut(keeps === 'rows');
  return faultsAfter(disk.afterCut(survives), left, told);
}

describe('a power cut', () => {
  it('at any call of an ingest loses nothing acknowledged, shows nothing half, and leaves rows that are files', { timeout: 600_000 }, async () => {
    console.log(`ALTERNATOR_SEED=${String(seed)}`);
    const calls = await countCalls();
    // `npm run crash` takes every call; a plain run every fourth, another quarter with each seed
    const every = process.env['ALTERNATOR_POWER_CUTS'] === 'all' ? 1 : 4;
    const found: string[] = [];
    for (let call = 1 + (seed % every); call <= calls; call += every) {
      const random = seededRandom(seed + call);
      const survivals: Survival[] = ['nothing', (chance) => random() < chance];
      for (const survives of survivals) {
        const faults = await cutAt(call, survives, random() < 0.5 ? 'rows' : random() < 0.7 ? 'synced rows' : 'no rows');
        if (faults.length > 0)
          found.push(`call ${String(call)} of ${String(calls)}, ${typeof survives === 'string' ? survives : 'some'} survives: ${faults.join(', ')}`);
      }
    }
    expect(found).toEqual([]);
  });

  const { journal, objects } = layoutOf(DIR);
  it.each<[string, (call: string, path: string) => boolean]>([
    ['sync of the journal record', (call, path) => call === 'fdatasync' && path.endsWith('.aj')],
    ['sync of the journal folder', (call, path) => call === 'fsyncDir' && path === journal],
    ['sync of the checkpoint file', (call, path) => call === 'fsync' && path.includes('/cp-')],
    ['sync of the streamed file', (call, path) => call === 'fsync' && path.includes('/rx-')],
    ['sync of the object folder', (call, path) => call === 'fsyncDir' && path.startsWith(objects)],
    ['sync of new folders', (call) => call === 'mkdirs'],
    ['sync of the side journal', (call, path) => call === 'fdatasync' && path.endsWith('side.journal')],
  ])('is noticed by this test when the %s is taken out', { timeout: 600_000 }, async (_name, ignore) => {
    const calls = await countCalls();
    let noticed = false;
    for (let call = calls; call > 0 && !noticed; call -= 3)
      noticed = (await cutAt(call, 'nothing', call % 2 === 0 ? 'synced rows' : 'no rows', ignore)).length > 0;
    expect(noticed).toBe(true);
  });

  it('after objects were set aside leaves them listed with their reason', async () => {
    const disk = new LostWriteDisk();
    const index = new IndexDouble();
    const storage = await start(disk, index, 1);
    await store(storage.cache, small(1));
    await storage.cache.flush();
    expect(await storage.cache.setAside([small(1).SOPInstanceUID], 'rejected at PACS')).toEqual({ removed: 1, kept: [] });
    const left = disk.afterCut('nothing');
    void storage.close().catch(() => undefined);
    const next = await start(left, index.afterCut(false), 2);
    await next.cache.settled();
    expect(next.cache.quarantineList()).toMatchObject([{ SOPInstanceUID: small(1).SOPInstanceUID, reason: 'rejected at PACS' }]);
    expect(next.index.has(small(1).SOPInstanceUID)).toBe(false);
    await next.close();
  });

  it('in any run, not only the first on a folder, is known as an end out of order', async () => {
    const first = new LostWriteDisk();
    const index = new IndexDouble();
    await (await start(first, index, 1)).close();
    const disk = first.afterCut('everything');
    const storage = await start(disk, index, 2);
    const streamed = testObject(1, { pixelBytes: 40_000 });
    expect((await store(storage.cache, streamed)).kind).toBe('stored');
    const left = disk.afterCut('nothing');
    void storage.close().catch(() => undefined);
    const next = await start(left, index.afterCut(false), 3);
    await next.cache.settled();
    expect(await readBack(next, streamed.SOPInstanceUID)).toEqual(streamed.bytes);
    await next.close();
  });

  it.each([false, true])('keeps the states of a side journal that was made anew, unless its name is not synced (taken out: %s)', async (takenOut) => {
    const first = new LostWriteDisk();
    await runUntilCut(first, new IndexDouble());
    first.layer.sync.unlink(layoutOf(DIR).sideJournal);
    first.layer.sync.fsyncDir(DIR);
    const disk = first.afterCut('everything', takenOut ? { ignore: (call, path) => call === 'fsyncDir' && path === DIR } : {});
    const storage = await start(disk, new IndexDouble(), 2);
    await storage.cache.settled();
    storage.index.setState(STUDY, 'done', 'user', 3000);
    const left = disk.afterCut('nothing');
    void storage.close().catch(() => undefined);
    const last = await start(left, new IndexDouble(), 3);
    await last.cache.rebuild(() => undefined, new AbortController().signal);
    expect(last.index.getStudy(STUDY)?.state).toBe(takenOut ? 'unread' : 'done');
    await last.close();
  });

  it.each([false, true])(
    'after a kill between rename and folder sync keeps the object, unless the next start does not sync the name (taken out: %s)',
    async (takenOut) => {
      const disk = new LostWriteDisk({ ignore: (call, path) => call === 'fsyncDir' && path.startsWith(objects) });
      const told: Told = { objects: [], state: undefined };
      const storage = await start(disk, new IndexDouble(), 1);
      await store(storage.cache, small(1));
      told.objects.push(small(1));
      const before = disk.layer.sync.list(journal).map((name) => [name, contentOf(disk, `${journal}/${name}`)] as const);
      await storage.cache.flush();
      // as if the process had died right after the rename: the record still stands in the journal
      for (const [name, bytes] of before) rewrite(disk, `${journal}/${name}`, bytes);
      const killed = disk.afterKill(takenOut ? { ignore: (call, path) => call === 'fsyncDir' && path.startsWith(objects) } : {});
      const second = await start(killed, new IndexDouble(), 2);
      await second.cache.settled();
      for (let n = 30; n < 42; n++) {
        await store(second.cache, small(n));
        await second.cache.flush();
      }
      const left = killed.afterCut('nothing');
      void second.close().catch(() => undefined);
      const faults = await faultsAfter(left, new IndexDouble(), told);
      expect(faults.includes(`lost ${small(1).SOPInstanceUID}`)).toBe(takenOut);
    },
  );
});

function contentOf(disk: LostWriteDisk, path: string): Uint8Array {
  const handle = disk.layer.sync.open(path, 'r');
  const bytes = new Uint8Array(disk.layer.sync.size(handle));
  disk.layer.sync.read(handle, bytes, 0);
  disk.layer.sync.close(handle);
  return bytes;
}

function rewrite(disk: LostWriteDisk, path: string, bytes: Uint8Array): void {
  const handle = disk.layer.sync.open(path, 'r+');
  disk.layer.sync.write(handle, bytes, 0);
  disk.layer.sync.fsync(handle);
  disk.layer.sync.close(handle);
}
