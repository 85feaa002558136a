import { existsSync, rmSync } from 'node:fs';
import { DEFAULT_EVICTION, type EvictionPolicy, StudyUid } from '@shared/domain';
import { afterEach, describe, expect, it } from 'vitest';
import { createNodeFiles, type Storage } from '../../../electron/services/cache';
import { layoutOf } from '../../../electron/services/cache/layout';
import { Eviction } from '../../../electron/services/keeping';
import { silentLogger } from '../../../electron/services/logging/logger';
import type { JobProgress } from '../../../electron/services/sync';
import { FaultLayer } from '../../support/fault-layer';
import { readBack, storageRig, type StorageRig, store, testObject } from '../../support/storage-rig';
import { VirtualTime } from '../../support/virtual-time';

const STUDY = StudyUid.parse('1.2.826.0.1.3680043.10.1');
let rig: StorageRig | undefined;
afterEach(() => rig?.dispose());

const object = (n: number, StudyInstanceUID: string = STUDY): ReturnType<typeof testObject> =>
  testObject(n, { StudyInstanceUID, SeriesInstanceUID: `${StudyInstanceUID}.1` });
const prove = ({ index }: Storage, numbers: readonly number[]): void => {
  index.keeping.prove(numbers.map((n) => ({ SOPInstanceUID: object(n).SOPInstanceUID, node: 'PACS', kind: 'committed', atMs: 1, reference: '2.25.1' })));
  index.keeping.refreshArchived(STUDY);
};

async function filled(numbers: readonly number[]): Promise<Storage> {
  rig = storageRig();
  const storage = await rig.open();
  for (const n of numbers) await store(storage.cache, object(n));
  await storage.cache.flush();
  return storage;
}

function eviction(storage: Storage, policy: Partial<EvictionPolicy>, time: VirtualTime): { eviction: Eviction; run: () => Promise<string[]> } {
  const made = new Eviction({
    ...storage,
    settings: { value: () => ({ ...DEFAULT_EVICTION, minFreeBytes: 0, ...policy }) },
    clock: time,
    timers: time,
    log: silentLogger,
    start: () => undefined,
  });
  const run = async (): Promise<string[]> => {
    const kept: string[] = [];
    const nothing = (): void => undefined;
    const progress: JobProgress = {
      set: nothing,
      bytes: nothing,
      alreadyHere: nothing,
      note: nothing,
      touched: nothing,
      checkpoint: nothing,
      refuse: (_name, reason) => kept.push(reason),
    };
    await made.job().run({ jobId: 'j' as never, input: {}, resumeFrom: undefined, progress, signal: new AbortController().signal });
    return kept;
  };
  return { eviction: made, run };
}

describe('eviction from the cache', () => {
  it('removes files and rows of what is proven elsewhere, audits it with its proof, and takes it again from the archive', async () => {
    const storage = await filled([1, 2, 3]);
    prove(storage, [1, 2, 3]);
    const { run } = eviction(storage, { maxBytes: 1, keepDays: 30 }, new VirtualTime(Date.now() + 31 * 86_400_000));
    expect(await run()).toEqual([]);
    const layout = layoutOf(rig?.dir ?? '');
    for (const n of [1, 2, 3]) {
      expect(existsSync(layout.objectPath(object(n).SOPInstanceUID))).toBe(false);
      expect(storage.index.has(object(n).SOPInstanceUID)).toBe(false);
      expect(storage.index.keeping.proofsOf(object(n).SOPInstanceUID)).toEqual([]);
    }
    expect(storage.index.getStudy(STUDY)).toBeUndefined();
    expect(storage.index.auditTail(1)).toMatchObject([
      { action: 'eviction.study', detail: expect.stringContaining('3 of 3 objects at PACS: 3 committed') as string },
    ]);
    expect(await store(storage.cache, object(2))).toMatchObject({ kind: 'stored' });
    await storage.cache.flush();
    expect(await readBack(storage, object(2).SOPInstanceUID)).toEqual(object(2).bytes);
  });

  it('leaves every file of a study with one object that is proven nowhere', async () => {
    const storage = await filled([1, 2, 3]);
    prove(storage, [1, 3]);
    const { eviction: made, run } = eviction(storage, { maxBytes: 1, keepDays: 0 }, new VirtualTime(Date.now() + 86_400_000));
    await run();
    expect(storage.index.counts().objects).toBe(3);
    expect(made.preview()).toMatchObject({ short: true, goes: [], stays: [{ obstacles: ['notProven'], proof: '2 of 3 objects are known to be elsewhere' }] });
    expect(made.refusal()).toContain('The cache is full');
  });

  it('looks again right before it removes: an object that came meanwhile keeps the study', async () => {
    const storage = await filled([1, 2]);
    prove(storage, [1, 2]);
    const time = new VirtualTime(Date.now() + 86_400_000);
    const { run } = eviction(storage, { maxBytes: 1, keepDays: 0 }, time);
    await store(storage.cache, object(3));
    expect(await run()).toEqual([]);
    expect(storage.index.counts().objects).toBe(3);
  });

  it('stops in the middle of a study that somebody opens: the rest stays, and can be read', async () => {
    const numbers = Array.from({ length: 70 }, (_, n) => n + 1);
    const storage = await filled(numbers);
    prove(storage, numbers);
    const { eviction: made, run } = eviction(storage, { maxBytes: 1, keepDays: 0 }, new VirtualTime(Date.now() + 86_400_000));
    const off = storage.index.onChanged(() => {
      off();
      made.opened(STUDY);
    });
    expect(await run()).toEqual(['it is needed again: 6 objects of it stay']);
    expect(storage.index.instances(STUDY)).toHaveLength(6);
    expect(await readBack(storage, object(70).SOPInstanceUID)).toEqual(object(70).bytes);
  });

  it('calls nothing damaged that is removed while it is read', async () => {
    const faults = new FaultLayer(createNodeFiles());
    rig = storageRig({ files: faults.layer });
    const storage = await rig.open();
    await store(storage.cache, object(1));
    await storage.cache.flush();
    const id = storage.index.instanceByUid(object(1).SOPInstanceUID)?.id;
    if (id === undefined) throw new Error('no row');
    faults.fail({ call: 'open', code: 'ENOENT', path: layoutOf(rig.dir).objectPath(object(1).SOPInstanceUID) });
    const reading = storage.cache.readRange(id, 0, 10);
    // found in the list, and gone before its file was opened
    storage.index.remove([object(1).SOPInstanceUID]);
    await expect(reading).rejects.toMatchObject({ code: 'notFound' });
  });

  it('leaves a hold with who put it, when and why, whoever pins the study meanwhile, and says in its row that it stays', async () => {
    const storage = await filled([1]);
    const time = new VirtualTime();
    const { eviction: made } = eviction(storage, {}, time);
    const row = () => storage.index.search({ filter: {}, sort: { key: 'StudyDate', descending: false }, offset: 0, limit: 10 }).rows[0];
    expect(row()).not.toHaveProperty('kept');
    const first = made.keep(STUDY, { legalHold: true, reason: 'court order' }, 'anna');
    await time.advance(60_000);
    expect(made.keep(STUDY, { pinned: true }, 'ben')).toEqual({ ...first, pinned: true });
    expect(row()?.kept).toEqual({ pinned: true, legalHold: true });
    expect(storage.index.getStudy(STUDY)?.kept).toEqual({ pinned: true, legalHold: true });
    expect(made.keep(STUDY, { legalHold: false, reason: 'the case is closed' }, 'carl')).toMatchObject({
      pinned: true,
      legalHold: false,
      by: 'carl',
      reason: '',
    });
    made.keep(STUDY, { pinned: false }, 'ben');
    expect(row()).not.toHaveProperty('kept');
  });

  it('keeps what is pinned or on hold over a lost index', async () => {
    const storage = await filled([1]);
    const { eviction: made } = eviction(storage, {}, new VirtualTime());
    made.keep(STUDY, { legalHold: true, reason: 'court order' }, 'anna');
    await storage.close();
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${layoutOf(rig?.dir ?? '').index}${suffix}`, { force: true });
    const again = await (rig as StorageRig).open();
    await again.cache.rebuild(() => undefined, new AbortController().signal);
    expect(again.index.keeping.keepingOf(STUDY)).toMatchObject({ legalHold: true, by: 'anna', reason: 'court order' });
  });
});

describe('what is set aside', () => {
  it('is set aside whole, however much it is: bounds are for what was refused', async () => {
    rig = storageRig();
    const storage = await rig.open({ quarantineItems: 1, quarantineBytes: 100 });
    for (const n of [1, 2, 3]) await store(storage.cache, object(n));
    await storage.cache.flush();
    const uids = [1, 2, 3].map((n) => object(n).SOPInstanceUID);
    expect(await storage.cache.setAside(uids, 're-identified')).toEqual({ removed: 3, kept: [] });
    expect(
      storage.cache
        .quarantineList()
        .map(({ SOPInstanceUID }) => SOPInstanceUID)
        .sort(),
    ).toEqual(uids);
    expect(await store(storage.cache, { ...object(4), SOPInstanceUID: '2.25.999' })).not.toHaveProperty('quarantineId');
  });
});
