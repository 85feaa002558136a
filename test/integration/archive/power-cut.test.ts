import { JobId, OutboxId, StudyUid } from '@shared/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createArchivePool, retrieveJob } from '../../../electron/services/archive';
import { openStorage, type Storage, type StorageOptions } from '../../../electron/services/cache';
import { layoutOf } from '../../../electron/services/cache/layout';
import type { KeptObjectState, OutboxOrder } from '../../../electron/services/index';
import { silentLogger } from '../../../electron/services/logging/logger';
import { IndexDouble } from '../../support/index-double';
import { LostWriteDisk, type Survival } from '../../support/lost-write-layer';
import { targetOf } from '../../support/scu-run';
import { seededRandom, testSeed } from '../../support/seed';
import { hostEnvironment, readBack, SENDER, SMALL, store, testObject, type TestObject } from '../../support/storage-rig';
import { startWebArchive, type WebArchive } from '../../support/web-archive';

const DIR = '/data';
const SCRIPTED: StorageOptions = { ...SMALL, idleMs: 1e7, rowDelayMs: 1e6, segments: 0, maxSegments: 2, aheadBytes: 4096 };
const seed = testSeed();
const STUDIES = [StudyUid.parse('2.25.61'), StudyUid.parse('2.25.62')] as const;
const RANK: readonly KeptObjectState[] = ['waiting', 'sent', 'committed'];

const object = (n: number): TestObject =>
  testObject(n, { pixelBytes: 3000 + n, StudyInstanceUID: STUDIES[n % 2] ?? STUDIES[0], SeriesInstanceUID: `2.25.6${String(n % 2)}.1` });
const order = (n: number, state: OutboxOrder['state']): OutboxOrder => ({
  id: OutboxId.parse(`order-${String(n)}`),
  ...{ node: 'PACS', StudyInstanceUID: STUDIES[n % 2] ?? STUDIES[0], reason: 'user', why: '', by: 'anna', createdAtMs: n, state },
});

let archive: WebArchive;
beforeAll(async () => {
  archive = await startWebArchive('2.25.60.1', [0, 2, 4, 6].map(object));
});
afterAll(() => archive[Symbol.asyncDispose]());

/** What somebody was told, and what the archive really has. */
interface Told {
  readonly here: Set<number>;
  readonly orders: Map<string, { state: OutboxOrder['state']; objects: Map<string, KeptObjectState> }>;
  /** By the archive's own word. */
  readonly committed: Set<string>;
  readonly listed: Set<string>;
  /** Proofs that were written down: a lost index loses none of them. */
  readonly proofs: Set<string>;
  /** Eviction had begun: these may be gone. */
  readonly mayBeGone: Set<string>;
  readonly holds: Set<string>;
}

function start(disk: LostWriteDisk, index: IndexDouble, boot: number): Promise<Storage> {
  const process = { self: { pid: 7, bootId: `boot-${String(boot)}`, startedAt: '1' }, startOf: () => '1' };
  const env = hostEnvironment(DIR, disk.layer);
  return openStorage(env, { ...SCRIPTED, process, index: (beside) => index.open(env, beside) });
}

async function script({ cache, index }: Storage, told: Told): Promise<void> {
  const send = async (n: number): Promise<void> => {
    if ((await store(cache, object(n), SENDER, 2000)).kind !== 'refused') told.here.add(n);
  };
  const enqueue = (n: number, state: OutboxOrder['state'], numbers: readonly number[]): void => {
    index.outbox.put(order(n, state), numbers.map(object));
    told.orders.set(`order-${String(n)}`, { state, objects: new Map(numbers.map((each) => [object(each).SOPInstanceUID, 'waiting'])) });
  };
  const result = (n: number, numbers: readonly number[], state: KeptObjectState): void => {
    const item = OutboxId.parse(`order-${String(n)}`);
    const changes = numbers.map((each) => ({ item, SOPInstanceUID: object(each).SOPInstanceUID, state, attempts: 1, notBeforeMs: 0, words: '', faults: 0 }));
    index.outbox.record(changes, 1);
    for (const { SOPInstanceUID } of changes) told.orders.get(item)?.objects.set(SOPInstanceUID, state);
  };
  for (let n = 0; n < 6; n++) await send(n);
  await cache.flush();
  enqueue(0, 'open', [0, 2, 4]);
  enqueue(1, 'held', [1, 3, 5]);
  result(0, [0, 2], 'sent');
  await send(6);
  index.outbox.setState(OutboxId.parse('order-1'), 'open', { to: 'released', by: 'anna', atMs: 2, why: '' });
  const released = told.orders.get('order-1');
  if (released) released.state = 'open';
  index.keeping.keep({ StudyInstanceUID: STUDIES[1], pinned: false, legalHold: true, actor: 'anna', atMs: 3, reason: 'court' });
  told.holds.add(STUDIES[1]);
  result(0, [4], 'sent');
  const uids = [0, 2, 4, 6].map((n) => object(n).SOPInstanceUID);
  // the archive's report is heard: from now on it may be written down
  for (const uid of uids) told.committed.add(uid);
  index.keeping.prove(uids.map((SOPInstanceUID) => ({ SOPInstanceUID, node: 'PACS', kind: 'committed', atMs: 4, reference: '2.25.9' })));
  for (const uid of uids) told.proofs.add(uid);
  // and lists what it has of the other study
  const others = [1, 3].map((n) => object(n).SOPInstanceUID);
  for (const uid of others) told.listed.add(uid);
  index.keeping.prove(others.map((SOPInstanceUID) => ({ SOPInstanceUID, node: 'PACS', kind: 'proven', atMs: 4, reference: STUDIES[1] })));
  for (const uid of others) told.proofs.add(uid);
  result(0, [0, 2, 4], 'committed');
  await cache.flush();
  for (const uid of uids) told.mayBeGone.add(uid);
  await cache.evict(uids);
  for (let n = 7; n < 10; n++) await send(n);
  // a retrieve brings them back, whole
  for (const n of [0, 2, 4, 6]) told.here.delete(n);
  for (const uid of uids) told.proofs.delete(uid);
  await fetchBack({ cache, index }, told);
  for (const uid of uids) told.mayBeGone.delete(uid);
  for (const n of [0, 2, 4, 6]) told.here.add(n);
  enqueue(2, 'open', [8]);
  await cache.flush();
}

/** The retrieve job of the program, from the archive by DICOMweb: done when all that the archive lists is here. */
async function fetchBack({ cache, index }: Pick<Storage, 'cache' | 'index'>, told: Told): Promise<void> {
  const pool = createArchivePool(undefined, { keepMs: 0 });
  const node = { name: 'PACS', aeTitle: 'PACS', host: '127.0.0.1', port: 1, role: 'archive' as const, source: 'run' as const };
  const nothing = (): void => undefined;
  const progress = { set: nothing, bytes: nothing, alreadyHere: nothing, note: nothing, touched: nothing, checkpoint: nothing, refuse: nothing };
  const job = retrieveJob({
    pool,
    nodes: { byName: () => node, target: () => ({ ...targetOf(1), web: { name: 'PACS', url: archive.url } }), noteRetrieve: nothing },
    clock: { now: () => 0, monotonic: () => performance.now() },
    bytesOf: () => 0,
    arrivals: () => nothing,
    store: cache.store,
    log: silentLogger,
    isHere: (uid) => index.has(uid),
    isNew: (uid) => index.instances(uid).length === 0,
    flushRows: () => cache.flushRows(),
    nextAssociationId: () => 1,
    retrieving: () => nothing,
    retryMs: [],
    onListed(name, reference, uids) {
      for (const uid of uids) told.listed.add(uid);
      index.keeping.prove(uids.map((SOPInstanceUID) => ({ SOPInstanceUID, node: name, kind: 'proven', atMs: 5, reference })));
      for (const uid of uids) told.proofs.add(uid);
    },
  });
  try {
    const input = { StudyInstanceUID: STUDIES[0], node: 'PACS' };
    await job.run({ jobId: JobId.parse('fetch'), input, resumeFrom: undefined, progress, signal: new AbortController().signal });
  } finally {
    await pool.close();
  }
}

async function runUntilCut(disk: LostWriteDisk, index: IndexDouble): Promise<Told> {
  const told: Told = { here: new Set(), orders: new Map(), committed: new Set(), listed: new Set(), proofs: new Set(), mayBeGone: new Set(), holds: new Set() };
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

async function faultsAfter(disk: LostWriteDisk, left: IndexDouble, told: Told): Promise<string[]> {
  const storage = await start(disk, left, 2);
  const { index } = storage;
  try {
    await storage.cache.settled();
    await storage.cache.flush();
    const faults: string[] = [];
    for (const n of told.here) {
      const { SOPInstanceUID, bytes } = object(n);
      const found = await readBack(storage, SOPInstanceUID).catch(() => undefined);
      if (found === undefined ? !told.mayBeGone.has(SOPInstanceUID) : Buffer.compare(found, bytes) !== 0) faults.push(`lost ${SOPInstanceUID}`);
    }
    for (const [id, { state, objects }] of told.orders) {
      const kept = index.outbox.order(OutboxId.parse(id));
      if (kept === undefined || (state === 'open' && kept.state === 'held')) faults.push(`order ${id} is ${kept?.state ?? 'gone'}`);
      for (const [uid, least] of objects) {
        const now = index.outbox.entry(OutboxId.parse(id), uid)?.state;
        if (now === undefined || RANK.indexOf(now) < RANK.indexOf(least)) faults.push(`${uid} of ${id} is ${now ?? 'gone'}, was ${least}`);
        if (now === 'committed' && !told.committed.has(uid)) faults.push(`${uid} falsely committed`);
      }
    }
    for (const study of told.holds)
      if (index.getStudy(StudyUid.parse(study)) !== undefined && index.keeping.keepingOf(study)?.legalHold !== true) faults.push(`hold of ${study} lost`);
    const rows = index.uidPage(0, 1000).map(({ SOPInstanceUID }) => SOPInstanceUID);
    for (const uid of rows)
      if (index.keeping.proofsOf(uid).length > 0 && !told.committed.has(uid) && !told.listed.has(uid)) faults.push(`${uid} falsely proven`);
    for (const uid of rows)
      if (told.proofs.has(uid) && !told.mayBeGone.has(uid) && index.keeping.proofsOf(uid).length === 0) faults.push(`proof of ${uid} lost`);
    const named = rows.map((uid) => layoutOf(DIR).objectPath(uid)).sort();
    if (JSON.stringify(filesOn(disk)) !== JSON.stringify(named)) faults.push('index and files differ');
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

describe('a power cut over ingest, outbox, commitment, eviction and retrieve', () => {
  it('loses nothing acknowledged, calls nothing committed that is not, and leaves rows that are files', { timeout: 900_000 }, async () => {
    console.log(`ALTERNATOR_SEED=${String(seed)}`);
    const whole = new LostWriteDisk();
    const told = await runUntilCut(whole, new IndexDouble());
    expect([told.here.size, told.orders.size]).toEqual([10, 3]);
    const every = process.env['ALTERNATOR_POWER_CUTS'] === 'all' ? 1 : 5;
    const found: string[] = [];
    for (let call = 1 + (seed % every); call <= whole.calls; call += every) {
      const random = seededRandom(seed + call);
      const survivals: Survival[] = ['nothing', (chance) => random() < chance];
      for (const survives of survivals) {
        const disk = new LostWriteDisk({ cutAt: call });
        const index = new IndexDouble();
        const cut = await runUntilCut(disk, index);
        const keeps = random();
        const left = keeps < 0.2 ? new IndexDouble() : index.afterCut(keeps < 0.6);
        const faults = await faultsAfter(disk.afterCut(survives), left, cut);
        if (faults.length > 0)
          found.push(`call ${String(call)} of ${String(whole.calls)}, ${typeof survives === 'string' ? survives : 'some'} survives: ${faults.join(', ')}`);
      }
    }
    expect(found).toEqual([]);
  });

  it.each(['side.journal', 'objects.journal'])('is noticed by this test when the sync of the %s is taken out', { timeout: 600_000 }, async (journal) => {
    const whole = new LostWriteDisk();
    await runUntilCut(whole, new IndexDouble());
    let noticed = false;
    for (let call = whole.calls; call > 0 && !noticed; call -= 3) {
      const disk = new LostWriteDisk({ cutAt: call, ignore: (kind, path) => kind === 'fdatasync' && path.endsWith(journal) });
      const cut = await runUntilCut(disk, new IndexDouble());
      noticed = (await faultsAfter(disk.afterCut('nothing'), new IndexDouble(), cut)).length > 0;
    }
    expect(noticed).toBe(true);
  });
});
