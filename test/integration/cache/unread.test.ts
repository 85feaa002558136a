import { truncateSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createNodeFiles, type Storage } from '../../../electron/services/cache';
import { layoutOf } from '../../../electron/services/cache/layout';
import { FaultLayer } from '../../support/fault-layer';
import { storageOfEachTest } from '../../support/storage-of-each-test';
import { readBack, store, storageRig, testObject } from '../../support/storage-rig';

const here = storageOfEachTest();
const { objectPath } = here;
const [BAD, GOOD] = [testObject(1), testObject(2)];
const { SOPInstanceUID } = BAD;
const EIO = { code: 'EIO', path: '' };
const faults = new FaultLayer(createNodeFiles());
const signal = new AbortController().signal;
const MONTH_MS = 31 * 86_400_000;
let laterMs = 0;

beforeEach(async () => {
  faults.clear();
  laterMs = 0;
  EIO.path = objectPath(SOPInstanceUID);
  for (const object of [BAD, GOOD]) await store(here.storage.cache, object);
  await here.storage.cache.flush();
});
afterEach(() => here.storage.close().catch(() => undefined));

/** The same folder through a disk that fails as told. */
async function reopened(unclean = false): Promise<Storage> {
  await here.storage.close();
  if (unclean) writeFileSync(layoutOf(here.rig.dir).lock, '');
  const rig = storageRig({ files: faults.layer, dir: here.rig.dir });
  vi.spyOn(rig.env.clock, 'now').mockImplementation(() => Date.now() + laterMs);
  here.storage = await rig.open({ uncheckedRetryMs: 150 });
  return here.storage;
}

async function until(isSo: () => boolean): Promise<void> {
  for (let n = 0; !isSo() && n < 200; n++) await sleep(20);
  expect(isSo()).toBe(true);
}

describe('a file that the disk does not give', () => {
  it('once is read again, and stays', async () => {
    const { cache, index } = await reopened();
    faults.fail({ ...EIO, call: 'read', times: 1 });
    expect(await cache.rebuild(() => undefined, signal)).toEqual({ objects: 2, refused: [] });
    expect([index.has(SOPInstanceUID), cache.quarantineList()]).toEqual([true, []]);
    expect(await readBack(here.storage, SOPInstanceUID)).toEqual(BAD.bytes);
  });

  it('stays where it is with its row, is refused by name, and is there when the disk gives it again', async () => {
    const { cache } = await reopened();
    faults.fail({ ...EIO, call: 'read' });
    const { refused } = await cache.rebuild(() => undefined, signal);
    expect(refused).toEqual([{ name: SOPInstanceUID, reason: expect.stringContaining('EIO') }]);
    expect(cache.quarantineList()).toEqual([]);
    faults.clear();
    expect(await readBack(here.storage, SOPInstanceUID)).toEqual(BAD.bytes);
  });

  it('and that cannot be set aside either keeps the check going until it is taken up', async () => {
    here.storage.index.remove([SOPInstanceUID]);
    faults.fail({ ...EIO, call: 'read' });
    faults.fail({ ...EIO, call: 'rename' });
    const { cache, index } = await reopened(true);
    await until(() => cache.status().notices.length > 0);
    expect([cache.rowsAreWhole(), cache.status().notices]).toEqual([false, [expect.stringMatching(/could not be compared \(EIO\)/)]]);
    faults.clear();
    await until(() => cache.rowsAreWhole());
    expect([index.has(SOPInstanceUID), cache.quarantineList()]).toEqual([true, []]);
  });

  it('and that has no row is set aside by the name that was noted of it, and no age throws it away', async () => {
    here.storage.index.keeping.prove([{ SOPInstanceUID, node: 'MAIN', kind: 'proven', atMs: 1, reference: '' }]);
    here.storage.index.remove([SOPInstanceUID]);
    faults.fail({ ...EIO, call: 'read' });
    const { cache } = await reopened(true);
    await until(() => cache.rowsAreWhole());
    const aside = [{ SOPInstanceUID, reason: expect.stringMatching(/EIO.*[0-9a-f]{64}\.dcm$/) }];
    expect(cache.quarantineList()).toMatchObject(aside);
    faults.clear();
    laterMs = MONTH_MS;
    const later = await reopened();
    expect(later.cache.quarantineList()).toMatchObject(aside);
    const { sizeBytes } = await later.cache.openQuarantined(later.cache.quarantineList()[0]?.id ?? '');
    expect(sizeBytes).toBe(BAD.bytes.length);
  });
});

describe('a file that is no object any more', () => {
  it('is set aside by the name of its row when the list is made again, and told as damaged with where it can be had', async () => {
    here.storage.index.keeping.prove([{ SOPInstanceUID, node: 'MAIN', kind: 'proven', atMs: 1, reference: '' }]);
    const { cache, index } = await reopened();
    const damaged: unknown[] = [];
    cache.onDamaged((one) => damaged.push(one));
    truncateSync(objectPath(SOPInstanceUID), 100);
    const { StudyInstanceUID } = index.instanceByUid(SOPInstanceUID)?.attributes ?? expect.fail('no row');
    const { refused } = await cache.rebuild(() => undefined, signal);
    expect(refused).toEqual([{ name: SOPInstanceUID, reason: expect.any(String) }]);
    expect(damaged).toEqual([{ SOPInstanceUID, StudyInstanceUID, nodes: ['MAIN'] }]);
    expect(cache.quarantineList()).toMatchObject([{ SOPInstanceUID, StudyInstanceUID }]);
    expect([index.has(SOPInstanceUID), index.has(GOOD.SOPInstanceUID)]).toEqual([false, true]);
  });
});
