import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { StudyUid } from '@shared/domain';
import { openStorage, type Storage, type StorageOptions } from '../../../electron/services/cache';
import { layoutOf } from '../../../electron/services/cache/layout';
import { deleteJob, StudyTransfers } from '../../../electron/services/keeping';
import type { JobProgress } from '../../../electron/services/sync';
import { IndexDouble } from '../../support/index-double';
import { LostWriteDisk, type Survival } from '../../support/lost-write-layer';
import { seededRandom, testSeed } from '../../support/seed';
import { hostEnvironment, readBack, SMALL, SENDER, store, testObject, type TestObject } from '../../support/storage-rig';

const DIR = '/data';
const GONE = StudyUid.parse('2.25.71');
const KEPT = StudyUid.parse('2.25.72');
const SCRIPTED: StorageOptions = { ...SMALL, idleMs: 1e7, rowDelayMs: 1e6, segments: 0, maxSegments: 3, aheadBytes: 4096 };
const OBJECTS = Array.from({ length: 8 }, (_, n) => testObject(700 + n, { pixelBytes: 6000 + n, StudyInstanceUID: n % 2 === 0 ? GONE : KEPT }));
const seed = testSeed();

function start(disk: LostWriteDisk, index: IndexDouble, boot: number): Promise<Storage> {
  const env = hostEnvironment(DIR, disk.layer);
  const process = { self: { pid: 7, bootId: `boot-${String(boot)}`, startedAt: '1' }, startOf: () => '1' };
  return openStorage(env, { ...SCRIPTED, process, index: (beside) => index.open(env, beside) });
}

const silent: JobProgress = { set() {}, bytes() {}, alreadyHere() {}, refuse() {}, note() {}, touched() {}, checkpoint() {} };

/** Deletes the study as the job does; true when it says that it is gone. */
async function deleteStudy(storage: Storage, resumeFrom: unknown, checkpoint: (state: unknown) => void): Promise<string[]> {
  const refused: string[] = [];
  const job = deleteJob({
    cache: storage.cache,
    index: storage.index,
    // Long after the last arrival.
    clock: { now: () => Date.now() + 60_000, monotonic: () => performance.now() },
    transfers: new StudyTransfers(() => []),
    retryMs: [0, 0],
  });
  const progress = { ...silent, checkpoint, refuse: (_name: string, reason: string) => void refused.push(reason) };
  const input = { studies: [GONE], lastCopies: true, actor: 'tester' };
  await job.run({ jobId: 'job' as never, input, resumeFrom, progress, signal: new AbortController().signal });
  return refused;
}

async function stored(storage: Storage, object: TestObject): Promise<void> {
  if ((await store(storage.cache, object, SENDER, 6000)).kind === 'refused') throw new Error('the power went');
}

interface Told {
  acknowledged: boolean;
  begun: unknown;
}

async function script(disk: LostWriteDisk, index: IndexDouble, told: Told): Promise<void> {
  let storage: Storage | undefined;
  try {
    storage = await start(disk, index, 1);
    for (const object of OBJECTS.slice(0, 6)) await stored(storage, object);
    await storage.cache.flush();
    for (const object of OBJECTS.slice(6)) await stored(storage, object);
    const refused = await deleteStudy(storage, undefined, (state) => (told.begun = state));
    told.acknowledged = refused.length === 0;
    await storage.close();
  } catch {
    // the power went
  }
  void storage?.close().catch(() => undefined);
}

/** What is wrong after the next start. */
async function faultsAfter(disk: LostWriteDisk, index: IndexDouble, told: Told): Promise<string[]> {
  const storage = await start(disk, index, 2);
  try {
    await storage.cache.settled();
    await storage.cache.flush();
    const faults: string[] = [];
    const here = (uid: string) => readBack(storage, uid).catch(() => undefined);
    const rows = storage.index.uidPage(0, 1000).map(({ SOPInstanceUID }) => SOPInstanceUID);
    for (const uid of rows) if ((await here(uid)) === undefined) faults.push(`half ${uid}`);
    const gone = OBJECTS.filter((_, n) => n % 2 === 0).map(({ SOPInstanceUID }) => SOPInstanceUID);
    if (told.acknowledged) for (const uid of gone) if (rows.includes(uid)) faults.push(`back ${uid}`);
    if (told.acknowledged || told.begun !== undefined) {
      for (const [n, { SOPInstanceUID }] of OBJECTS.entries())
        if (n % 2 === 1 && (await here(SOPInstanceUID)) === undefined) faults.push(`lost ${SOPInstanceUID}`);
      // The kept job goes on and ends it.
      await deleteStudy(storage, told.begun, () => undefined);
      if (storage.index.getStudy(GONE) !== undefined) faults.push('not gone after the job went on');
      if (storage.index.getStudy(KEPT) === undefined) faults.push('the other study went too');
    }
    return faults;
  } finally {
    await storage.close();
  }
}

describe('deleting a study', () => {
  it('takes the study and nothing else', async () => {
    const [disk, index] = [new LostWriteDisk(), new IndexDouble()];
    const told: Told = { acknowledged: false, begun: undefined };
    await script(disk, index, told);
    expect(told.acknowledged).toBe(true);
    expect(await faultsAfter(disk, index, told)).toEqual([]);
  });

  it('that goes on after a restart leaves what was sent again meanwhile', async () => {
    const checkpoints: unknown[] = [];
    const storage = await start(new LostWriteDisk(), new IndexDouble(), 1);
    for (const object of OBJECTS) await stored(storage, object);
    expect(await deleteStudy(storage, undefined, (state) => checkpoints.push(structuredClone(state)))).toEqual([]);
    const begun = { ended: [], begun: { uid: GONE, atMs: Date.now() } };
    await sleep(5);
    await stored(storage, OBJECTS[0] as TestObject);
    await storage.cache.flush();
    // the job had told that it was gone, or was cut before it could say so
    expect(await deleteStudy(storage, checkpoints.at(-1), () => undefined)).toEqual([]);
    expect(storage.index.instances(GONE)).toHaveLength(1);
    expect(await deleteStudy(storage, begun, () => undefined)).toEqual(['it was deleted, and its images came again']);
    expect(storage.index.instances(GONE)).toHaveLength(1);
    await storage.close();
  });

  it('is durable when it is told, and a power cut at any call loses nothing of others and brings nothing half back', { timeout: 600_000 }, async () => {
    console.log(`ALTERNATOR_SEED=${String(seed)}`);
    const whole = new LostWriteDisk();
    await script(whole, new IndexDouble(), { acknowledged: false, begun: undefined });
    const found: string[] = [];
    for (let call = 1 + (seed % 2); call <= whole.calls; call += 2) {
      const random = seededRandom(seed + call);
      const survivals: Survival[] = ['nothing', (chance) => random() < chance];
      for (const survives of survivals) {
        const told: Told = { acknowledged: false, begun: undefined };
        const [disk, index] = [new LostWriteDisk({ cutAt: call }), new IndexDouble()];
        await script(disk, index, told);
        const faults = await faultsAfter(disk.afterCut(survives), index.afterCut(random() < 0.5), told);
        if (faults.length > 0)
          found.push(`call ${String(call)} of ${String(whole.calls)}, ${typeof survives === 'string' ? survives : 'some'}: ${faults.join(', ')}`);
      }
    }
    expect(found).toEqual([]);
  });

  it.each([
    ['sync of the free marks', (call: string, path: string) => call === 'fdatasync' && path.endsWith('.aj')],
    ['sync of the folders', (call: string, path: string) => call === 'fsyncDir' && path.startsWith(layoutOf(DIR).objects)],
  ])('is brought back by a power cut right after it when the %s is taken out', async (_name, ignore) => {
    const told: Told = { acknowledged: false, begun: undefined };
    let isTakenOut = false;
    const [disk, index] = [new LostWriteDisk({ ignore: (call, path) => isTakenOut && ignore(call, path) }), new IndexDouble()];
    const storage = await start(disk, index, 1);
    for (const object of OBJECTS) await stored(storage, object);
    await storage.cache.flush();
    isTakenOut = true;
    expect(await deleteStudy(storage, undefined, (state) => (told.begun = state))).toEqual([]);
    told.acknowledged = true;
    const left = disk.afterCut('nothing');
    void storage.close().catch(() => undefined);
    const faults = await faultsAfter(left, index.afterCut(true), told);
    expect(faults.some((fault) => fault.startsWith('back'))).toBe(true);
  });
});
