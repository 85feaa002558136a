import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StudyUid } from '@shared/domain';
import { createNodeFiles, type Storage } from '../../../electron/services/cache';
import { FaultLayer } from '../../support/fault-layer';
import { readBack, store, storageRig, type StorageRig, testObject } from '../../support/storage-rig';

let faults: FaultLayer;
let rig: StorageRig;
let storage: Storage;

beforeEach(async () => {
  faults = new FaultLayer(createNodeFiles());
  rig = storageRig({ files: faults.layer });
  storage = await rig.open();
});
afterEach(async () => {
  faults.clear();
  await rig.dispose();
});

/** After the fault is gone the same cache takes the same object and gives it back. */
async function expectAlive(n: number, pixelBytes = 1000): Promise<void> {
  faults.clear();
  await sleep(510); // free space is looked at twice a second
  const object = testObject(n, { pixelBytes });
  expect((await store(storage.cache, object)).kind).toBe('stored');
  await storage.cache.flush();
  expect(Buffer.compare((await readBack(storage, object.SOPInstanceUID)) as Uint8Array, object.bytes)).toBe(0);
}

describe('a disk that fails', () => {
  it.each([
    ['write', 'ENOSPC'],
    ['write', 'EIO'],
    ['fdatasync', 'EIO'],
    ['fdatasync', 'EDQUOT'],
  ] as const)('at the %s of a record with %s: A700, and the services go on', async (call, code) => {
    faults.fail({ call, code, path: '.aj' });
    expect(await store(storage.cache, testObject(1))).toMatchObject({ kind: 'refused', status: 0xa700 });
    expect(storage.index.counts().objects).toBe(0);
    await expectAlive(1);
  });

  it.each([
    ['open', 'EACCES'],
    ['write', 'ENOSPC'],
    ['fsync', 'EIO'],
    ['rename', 'EIO'],
  ] as const)('at the %s of a streamed object with %s: A700, no temp left, and the services go on', async (call, code) => {
    faults.fail({ call, code, path: '/rx-' });
    expect(await store(storage.cache, testObject(1, { pixelBytes: 2_500_000 }))).toMatchObject({ kind: 'refused', status: 0xa700 });
    faults.clear();
    expect(faults.layer.sync.list(`${rig.dir}/cache/incoming`)).toEqual([]);
    await expectAlive(1, 2_500_000);
  });

  it('with a fault that nobody foresaw: 0110, the bytes stand aside, and the services go on', async () => {
    const object = testObject(1);
    await store(storage.cache, testObject(2));
    // a code that no system gives
    faults.fail({ call: 'write', code: 'UNKNOWN', path: '.aj', times: 1 });
    const outcome = await store(storage.cache, object);
    expect(outcome).toMatchObject({ kind: 'refused', status: 0x0110, comment: 'processing failure', quarantineId: expect.any(String) });
    expect(storage.cache.quarantineList()).toMatchObject([{ SOPInstanceUID: object.SOPInstanceUID, reason: 'processing failure' }]);
    await storage.cache.flush();
    expect(storage.index.instanceByUid(object.SOPInstanceUID)).toBeUndefined();
    await expectAlive(1);
  });

  it('below the reserve: A700 and no new association, until there is room', async () => {
    await storage.close();
    storage = await rig.open({ reserveBytes: 2 ** 20 });
    faults.freeBytes = 1000;
    expect(storage.cache.store.admission()).toContain('disk full');
    expect(await store(storage.cache, testObject(1))).toMatchObject({ kind: 'refused', status: 0xa700 });
    expect(storage.cache.status()).toMatchObject({ full: true });
    await expectAlive(1);
    expect(storage.cache.store.admission()).toBeUndefined();
  });

  it.each(['EPERM', 'EBUSY'])('that holds a new file (%s at the rename) is asked again until it lets go', async (code) => {
    faults.fail({ call: 'rename', code, path: '/cp-', times: 3 });
    await expectFileMade();
  });

  it('that takes no files keeps the object in the journal, readable, and makes the file when it can', async () => {
    const object = testObject(1);
    faults.fail({ call: 'open', code: 'ENOSPC', path: '/cp-' });
    expect((await store(storage.cache, object)).kind).toBe('stored');
    await storage.cache.flush();
    expect(Buffer.compare((await readBack(storage, object.SOPInstanceUID)) as Uint8Array, object.bytes)).toBe(0);
    expect(storage.index.instanceByUid(object.SOPInstanceUID)?.file).toBeUndefined();
    faults.clear();
    await storage.cache.flush();
    expect(storage.index.instanceByUid(object.SOPInstanceUID)?.file).toBeDefined();
  });

  it('that does not let go of a file keeps the object in the list: neither lost nor hidden', async () => {
    const object = testObject(1);
    await store(storage.cache, object);
    await storage.cache.flush();
    faults.fail({ call: 'unlink', code: 'EPERM', path: '.dcm' });
    expect(await storage.cache.evict([object.SOPInstanceUID])).toEqual({ removed: 0, kept: ['EPERM'] });
    expect(storage.index.counts()).toMatchObject({ objects: 1, studies: 1 });
    expect(await readBack(storage, object.SOPInstanceUID)).toEqual(object.bytes);
    faults.clear();
    faults.fail({ call: 'rename', code: 'EIO', path: '.dcm' });
    expect(await storage.cache.setAside([object.SOPInstanceUID], 'rejected')).toEqual({ removed: 0, kept: ['EIO'] });
    expect(storage.cache.quarantineList()).toEqual([]);
    expect(await readBack(storage, object.SOPInstanceUID)).toEqual(object.bytes);
    faults.clear();
    expect(await storage.cache.evict([object.SOPInstanceUID, object.SOPInstanceUID])).toEqual({ removed: 1, kept: [] });
  });

  it('that takes the row of a kept file later only gives its study the state then that somebody had given it', async () => {
    const objects = [testObject(1), testObject(2)];
    for (const object of objects) await store(storage.cache, object);
    await storage.cache.flush();
    const study = StudyUid.parse(storage.index.instanceByUid(objects[0]?.SOPInstanceUID ?? '')?.attributes.StudyInstanceUID);
    storage.index.setState(study, 'done', 'anna', 1000);
    faults.fail({ call: 'unlink', code: 'EPERM', path: '.dcm' });
    const put = storage.index.put.bind(storage.index);
    let refused = 0;
    storage.index.put = (...args) => {
      if (++refused > 3) put(...args);
      else throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
    };
    expect(await storage.cache.evict(objects.map(({ SOPInstanceUID }) => SOPInstanceUID))).toEqual({ removed: 0, kept: ['EPERM', 'EPERM'] });
    expect(storage.index.getStudy(study)).toBeUndefined();
    await expect.poll(() => storage.index.getStudy(study), { timeout: 8000 }).toMatchObject({ state: 'done', instanceCount: 2 });
    expect(storage.cache.rowsAreWhole()).toBe(true);
  });

  it('that cannot be written at the start is told in words', async () => {
    await storage.close();
    faults.fail({ call: 'open', code: 'EROFS', path: '/lock' });
    await expect(rig.open()).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('cannot be written') });
  });
});

async function expectFileMade(): Promise<void> {
  const object = testObject(1);
  expect((await store(storage.cache, object)).kind).toBe('stored');
  await storage.cache.flush();
  expect(storage.index.instanceByUid(object.SOPInstanceUID)?.file).toBeDefined();
}
