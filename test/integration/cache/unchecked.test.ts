import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StudyUid } from '@shared/domain';
import { createNodeFiles, type Storage } from '../../../electron/services/cache';
import { layoutOf } from '../../../electron/services/cache/layout';
import { deleteJob, StudyTransfers } from '../../../electron/services/keeping';
import { FaultLayer } from '../../support/fault-layer';
import { storageOfEachTest } from '../../support/storage-of-each-test';
import { readBack, store, storageRig, testObject } from '../../support/storage-rig';

const here = storageOfEachTest();
const { objectPath } = here;
const [WITHOUT_ROW, WITH_ROW, ALSO_WITHOUT] = [testObject(1), testObject(2), testObject(3)];
const faults = new FaultLayer(createNodeFiles());
beforeEach(() => faults.clear());
afterEach(() => here.storage.close().catch(() => undefined));

/** The folder as a program left it that died: the file of one object, or of each that is named, has no row. */
async function afterDeath(options: Parameters<typeof here.rig.open>[0] = {}, withoutRow = [WITHOUT_ROW]): Promise<Storage> {
  for (const object of [WITH_ROW, ...withoutRow]) await store(here.storage.cache, object);
  await here.storage.cache.flush();
  here.storage.index.remove(withoutRow.map(({ SOPInstanceUID }) => SOPInstanceUID));
  await here.storage.close();
  writeFileSync(layoutOf(here.rig.dir).lock, '');
  here.storage = await storageRig({ files: faults.layer, dir: here.rig.dir }).open(options);
  return here.storage;
}

async function until(isSo: () => boolean): Promise<void> {
  for (let n = 0; !isSo() && n < 200; n++) await sleep(20);
}

describe('the comparison of files and rows after an unclean end', () => {
  it('that failed says why on the board, is tried again, and finds then what had no row', async () => {
    faults.fail({ call: 'list', code: 'EMFILE', path: layoutOf(here.rig.dir).objects, from: 2, times: 3 });
    const { cache, index } = await afterDeath({ uncheckedRetryMs: 150 });
    const told: string[][] = [];
    cache.onListChanged(() => told.push(cache.status().notices));
    await until(() => cache.status().notices.length > 0);
    expect(cache.status().notices).toEqual([expect.stringMatching(/could not be compared \(EMFILE\).*tried again/)]);
    expect([cache.rowsAreWhole(), index.has(WITHOUT_ROW.SOPInstanceUID)]).toEqual([false, false]);
    await until(() => cache.rowsAreWhole());
    expect([cache.rowsAreWhole(), cache.status().notices]).toEqual([true, []]);
    // the board hears of the failure and of the end
    expect([told.at(0)?.length, told.at(-1)]).toEqual([1, []]);
    expect(await readBack(here.storage, WITHOUT_ROW.SOPInstanceUID)).toEqual(WITHOUT_ROW.bytes);
  });

  it('that fails for good keeps a delete waiting, and neither its end nor that of the program', async () => {
    faults.fail({ call: 'list', code: 'EMFILE', path: layoutOf(here.rig.dir).objects, from: 2 });
    const { cache, index } = await afterDeath({ uncheckedRetryMs: 1e6 });
    await until(() => cache.status().notices.length > 0);
    const job = deleteJob({ cache, index, clock: here.rig.env.clock, transfers: new StudyTransfers(() => []) });
    const stop = new AbortController();
    const input = { studies: [StudyUid.parse('2.25.11')], lastCopies: true, actor: 'tester' };
    const silent = { set() {}, bytes() {}, alreadyHere() {}, refuse() {}, note() {}, touched() {}, checkpoint() {} };
    const run = job.run({ jobId: 'job' as never, input, resumeFrom: undefined, progress: silent, signal: stop.signal });
    expect(await Promise.race([run.then(() => 'deleted'), sleep(100).then(() => 'waits')])).toBe('waits');
    stop.abort(new Error('stopped'));
    await expect(run).rejects.toThrow('stopped');
    expect(index.has(WITH_ROW.SOPInstanceUID)).toBe(true);
    const began = performance.now();
    await expect(here.storage.close()).rejects.toThrow('not compared to the end');
    expect(performance.now() - began).toBeLessThan(1500);
  });

  it('sets a file aside that the disk does not give, and takes up the others', async () => {
    faults.fail({ call: 'read', code: 'EIO', path: objectPath(WITHOUT_ROW.SOPInstanceUID) });
    const { cache, index } = await afterDeath({}, [WITHOUT_ROW, ALSO_WITHOUT]);
    await until(() => cache.rowsAreWhole());
    expect(cache.rowsAreWhole()).toBe(true);
    expect([WITHOUT_ROW, ALSO_WITHOUT].map(({ SOPInstanceUID }) => index.has(SOPInstanceUID))).toEqual([false, true]);
    expect(await readBack(here.storage, ALSO_WITHOUT.SOPInstanceUID)).toEqual(ALSO_WITHOUT.bytes);
    expect(cache.quarantineList()).toMatchObject([{ reason: expect.stringContaining('EIO') }]);
  });

  it('is no reason that a list is not made again: nor is one file that the disk does not give', async () => {
    const { cache, index } = await afterDeath();
    await cache.settled();
    faults.fail({ call: 'read', code: 'EIO', path: objectPath(WITH_ROW.SOPInstanceUID) });
    const { objects, refused } = await cache.rebuild(() => undefined, new AbortController().signal);
    expect({ objects, refused }).toEqual({ objects: 1, refused: [expect.objectContaining({ reason: expect.stringContaining('EIO') })] });
    expect([WITHOUT_ROW, WITH_ROW].map(({ SOPInstanceUID }) => index.has(SOPInstanceUID))).toEqual([true, true]);
  });
});
