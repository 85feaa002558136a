import { appendFileSync, existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { StudyUid } from '@shared/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Storage } from '../../../electron/services/cache';
import { layoutOf } from '../../../electron/services/cache/layout';
import { store, storageRig, type StorageRig, testObject } from '../../support/storage-rig';

const STUDY = StudyUid.parse('2.25.11');
const uidOf = (n: number): string => testObject(n).SOPInstanceUID;
const signal = new AbortController().signal;
let rig: StorageRig;
let storage: Storage;

beforeEach(async () => {
  rig = storageRig();
  storage = await rig.open();
  for (let n = 1; n <= 4; n++) await store(storage.cache, testObject(n));
  await storage.cache.flush();
});
afterEach(() => rig.dispose());

const prove = (numbers: readonly number[], kind: 'committed' | 'proven' = 'committed'): void =>
  storage.index.keeping.prove(numbers.map((n) => ({ SOPInstanceUID: uidOf(n), node: 'PACS', kind, atMs: 7, reference: '2.25.1' })));
const view = (n: number, frameNumbers: readonly number[], NumberOfFrames = 1): void =>
  storage.index.objects.view([{ SOPInstanceUID: uidOf(n), StudyInstanceUID: STUDY, frameNumbers, NumberOfFrames }]);
const kinds = (): string[][] =>
  [1, 2, 3, 4].map((n) => storage.index.keeping.proofsOf(uidOf(n)).map(({ node, kind, atMs, reference }) => `${node} ${kind} ${String(atMs)} ${reference}`));

/** The index is lost; files and journals are there. */
async function withoutIndex(): Promise<void> {
  await storage.close();
  for (const end of ['', '-wal', '-shm']) rmSync(`${layoutOf(rig.dir).index}${end}`, { force: true });
  storage = await rig.open();
  await storage.cache.rebuild(() => undefined, signal);
}

describe('what is known of single objects', () => {
  it('outlives the index: proofs with their reference and time, and what stood on the screen', async () => {
    prove([1, 2, 3, 4]);
    view(1, [1]);
    view(2, [1, 2, 5], 5);
    storage.index.keeping.refreshArchived(STUDY);
    const before = storage.index.getStudy(STUDY)?.archived;
    expect(before).toEqual({ state: 'committed', nodes: ['PACS'] });
    await withoutIndex();
    expect(kinds()).toEqual([1, 2, 3, 4].map(() => ['PACS committed 7 2.25.1']));
    expect(storage.index.getStudy(STUDY)?.archived).toEqual(before);
    expect(storage.index.objects.viewedOf(STUDY)).toEqual({ whole: 1, part: 1 });
    view(2, [3, 4], 5);
    expect(storage.index.objects.viewedOf(STUDY)).toEqual({ whole: 2, part: 0 });
  });

  it('does not bring back what was taken back: a proof that no longer counts, and one of an object that went and came again', async () => {
    prove([1, 2, 3]);
    storage.index.keeping.disprove([uidOf(1)], 'PACS');
    await storage.cache.evict([uidOf(2)]);
    await store(storage.cache, testObject(2));
    await storage.cache.flush();
    await withoutIndex();
    expect(kinds()).toEqual([[], [], ['PACS committed 7 2.25.1'], []]);
    expect(storage.index.getStudy(STUDY)?.archived?.state ?? 'localOnly').toBe('localOnly');
  });

  it('never makes less of a commitment by a later query, nor writes down again what it knows', async () => {
    prove([1]);
    const bytes = statSync(layoutOf(rig.dir).objectJournal).size;
    prove([1], 'proven');
    prove([1]);
    expect(statSync(layoutOf(rig.dir).objectJournal).size).toBe(bytes);
    prove([2], 'proven');
    prove([2]);
    await withoutIndex();
    expect(kinds()).toEqual([['PACS committed 7 2.25.1'], ['PACS committed 7 2.25.1'], [], []]);
  });

  it('is taken over from an index of a version that had no journal', async () => {
    prove([3]);
    await storage.close();
    rmSync(layoutOf(rig.dir).objectJournal);
    storage = await rig.open();
    await withoutIndex();
    expect(kinds()[2]).toEqual(['PACS committed 7 2.25.1']);
  });

  it('is written short when it has become long, and says the same', async () => {
    prove([4]);
    view(4, [1]);
    prove([1]);
    storage.index.keeping.disprove([uidOf(1)], 'PACS');
    const { objectJournal } = layoutOf(rig.dir);
    const odd = Array.from({ length: 20_000 }, (_, n) => 2 * n + 1);
    for (let n = 1; statSync(objectJournal).size < 1_200_000; n++) view(2, n === 1 ? odd : [2 * n], 50_000);
    view(
      2,
      Array.from({ length: 50_000 }, (_, n) => n + 1),
      50_000,
    );
    await storage.close();
    storage = await rig.open();
    expect(statSync(objectJournal).size).toBeLessThan(1000);
    await withoutIndex();
    expect(kinds()).toEqual([[], [], [], ['PACS committed 7 2.25.1']]);
    expect(storage.index.objects.viewedOf(STUDY)).toEqual({ whole: 2, part: 0 });
  });

  it('reads over a torn last line, and goes on behind it', async () => {
    prove([1]);
    await storage.close();
    const { objectJournal } = layoutOf(rig.dir);
    appendFileSync(objectJournal, '0000abcd {"kind":"proofs","node":"PA');
    storage = await rig.open();
    prove([2]);
    await withoutIndex();
    expect(kinds()).toEqual([['PACS committed 7 2.25.1'], ['PACS committed 7 2.25.1'], [], []]);
    expect(readFileSync(objectJournal, 'utf8')).not.toContain('0000abcd');
    expect(existsSync(`${objectJournal}.tmp`)).toBe(false);
  });
});
