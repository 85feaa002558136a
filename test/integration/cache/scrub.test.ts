import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { DamagedObject, Storage } from '../../../electron/services/cache';
import { layoutOf } from '../../../electron/services/cache/layout';
import { Scrub } from '../../../electron/services/keeping';
import { silentLogger } from '../../../electron/services/logging/logger';
import { readBack, storageRig, type StorageRig, store, testObject } from '../../support/storage-rig';
import { VirtualTime } from '../../support/virtual-time';

const DAY = 86_400_000;
let rig: StorageRig | undefined;
afterEach(() => rig?.dispose());

async function filled(count: number): Promise<Storage> {
  rig = storageRig();
  const storage = await rig.open();
  for (let n = 0; n < count; n++) await store(storage.cache, testObject(n, { pixelBytes: n === 3 ? 2_500_000 : 2000 }));
  await storage.cache.flush();
  return storage;
}

/** Turns one bit of an object's file, in its last byte. */
function rot(n: number): void {
  const path = layoutOf(rig?.dir ?? '').objectPath(testObject(n).SOPInstanceUID);
  const bytes = readFileSync(path);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  writeFileSync(path, bytes);
}

const scrubOf = ({ index, cache }: Storage, time: VirtualTime): Scrub =>
  new Scrub({ index, cache, timers: time, log: silentLogger, bytesPerSecond: 1_000_000 });

/** Virtual time passes while real files are read, until it has come to that. */
async function until(time: VirtualTime, done: () => boolean): Promise<void> {
  for (let turn = 0; turn < 3000 && !done(); turn++) {
    await time.advance(1000);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  expect(done()).toBe(true);
}

describe('the look through all objects', () => {
  it('finds an object whose bytes have changed before anybody opens it, and says where it can be had again', async () => {
    const storage = await filled(6);
    const damaged: DamagedObject[] = [];
    storage.cache.onDamaged((each) => damaged.push(each));
    storage.index.keeping.prove([{ SOPInstanceUID: testObject(3).SOPInstanceUID, node: 'PACS', kind: 'proven', atMs: 1, reference: '' }]);
    rot(3);
    const time = new VirtualTime(Date.now());
    const scrub = scrubOf(storage, time);
    scrub.start();
    await until(time, () => scrub.state().checked === 5);
    await scrub.close();
    expect(damaged).toEqual([{ SOPInstanceUID: testObject(3).SOPInstanceUID, StudyInstanceUID: expect.any(String) as string, nodes: ['PACS'] }]);
    expect(scrub.state()).toMatchObject({ checked: 5, damaged: 1 });
    expect(await readBack(storage, testObject(3).SOPInstanceUID)).toBeUndefined();
    expect(storage.cache.quarantineList()).toHaveLength(1);
    for (const n of [0, 1, 2, 4, 5])
      expect(Buffer.from((await readBack(storage, testObject(n).SOPInstanceUID)) ?? []).equals(testObject(n, { pixelBytes: 2000 }).bytes), String(n)).toBe(
        true,
      );
  });

  it('rests for a week after each round, and then begins anew', async () => {
    const storage = await filled(2);
    const time = new VirtualTime(Date.now());
    const scrub = scrubOf(storage, time);
    scrub.start();
    await until(time, () => scrub.state().lastEndedAtMs !== undefined);
    expect(scrub.state().checked).toBe(2);
    await time.advance(6 * DAY);
    expect(scrub.state()).toMatchObject({ checked: 2, isRunning: false });
    time.stepWall(2 * DAY);
    await until(time, () => scrub.state().checked === 4);
    await scrub.close();
  });

  it('looks through the whole index when each round has ended', async () => {
    const { index, cache } = await filled(2);
    const depths: string[] = [];
    const looked = {
      check: cache.check.bind(cache),
      onStored: cache.onStored.bind(cache),
      checkIndex: (depth: string) => Promise.resolve(depths.push(depth) === 0),
    };
    const time = new VirtualTime(Date.now());
    const scrub = new Scrub({ index, cache: looked, timers: time, log: silentLogger });
    scrub.start();
    await until(time, () => depths.length > 0);
    expect(scrub.state()).toMatchObject({ checked: 2 });
    await scrub.close();
    expect(depths).toEqual(['full']);
  });

  it('leaves the disk to what arrives', async () => {
    const storage = await filled(2);
    const time = new VirtualTime(Date.now());
    const scrub = scrubOf(storage, time);
    scrub.start();
    for (let n = 10; n < 20; n++) {
      await store(storage.cache, testObject(n));
      await time.advance(10_000);
    }
    expect(scrub.state().checked).toBe(0);
    await scrub.close();
  });
});
