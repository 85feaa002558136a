import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { DEFAULT_EVICTION, OutboxId, StudyUid } from '@shared/domain';
import { createNodeFiles, openStorage, type Storage } from '../../electron/services/cache';
import type { HostEnvironment } from '../../electron/services/host-environment';
import { Eviction } from '../../electron/services/keeping';
import { silentLogger } from '../../electron/services/logging/logger';
import { Commitments, type ConfirmDriver, type DeliveryDriver, Outbox, systemTimers } from '../../electron/services/sync';
import { archiveObject, studyOf } from './archive-object';
import { hostEnvironment, SMALL, store } from './storage-rig';

/** A day ahead: what came a moment ago is old enough to go. */
const AHEAD_MS = 86_400_000;

/**
 * Child of the kill test: ingests, sends through the outbox, has it confirmed, evicts and fetches back, all at once and for ever. The archive is a file outside the
 * data folder: one line for each object that it has taken. Arguments: data folder, archive file, first number.
 */
async function main(): Promise<void> {
  const [dataDir = '', archive = '', first = '0'] = process.argv.slice(2);
  const files = createNodeFiles();
  const env: HostEnvironment = {
    ...hostEnvironment(dataDir, files),
    clock: { now: () => Date.now() + AHEAD_MS, monotonic: () => performance.now() },
  };
  const storage = await openStorage(hostEnvironment(dataDir, files), { ...SMALL, idleMs: 15 });
  const { index } = storage;
  const timers = systemTimers(env.clock);
  const outbox = new Outbox({ store: index.outbox, driver: driverOf(storage, archive), timers, log: silentLogger });
  let uids = Number(first);
  const commitments: Commitments = new Commitments({
    ...{ outbox, store: index.outbox, keeping: index.keeping, timers, log: silentLogger, afterMs: 100 },
    driver: confirmOf(archive, (report) => commitments.report(report)),
    newUid: () => `2.25.77${String(uids++)}${String(process.pid)}`,
    onProven: (study) => void index.keeping.refreshArchived(study),
    audit: () => undefined,
  });
  outbox.start();
  commitments.start(['PACS']);
  process.stdout.write('READY\n');
  await Promise.all([ingest(storage, outbox, Number(first)), evict(storage, env, timers), fetchBack(storage, archive)]);
}

async function ingest(storage: Storage, outbox: Outbox, first: number): Promise<void> {
  for (let n = first; ; n++) {
    const outcome = await store(storage.cache, archiveObject(n));
    if (outcome.kind === 'refused') throw new Error(outcome.comment);
    process.stdout.write(`OK ${String(n)}\n`);
    if (n % 4 !== 3) continue;
    const study = studyOf(n);
    const objects = [n - 3, n - 2, n - 1, n].filter((each) => each >= first).map(archiveObject);
    outbox.enqueue({
      id: OutboxId.parse(`o-${String(n)}`),
      node: 'PACS',
      StudyInstanceUID: StudyUid.parse(study),
      reason: 'user',
      why: '',
      by: 'test',
      objects,
    });
    process.stdout.write(`ORDER ${String(n)}\n`);
  }
}

async function evict(storage: Storage, env: HostEnvironment, timers: ReturnType<typeof systemTimers>): Promise<void> {
  const settings = { value: () => ({ ...DEFAULT_EVICTION, minFreeBytes: 0, maxBytes: 1, keepDays: 0 }) };
  const eviction = new Eviction({ ...storage, settings, clock: env.clock, timers, log: silentLogger, start: () => undefined });
  const nothing = (): void => undefined;
  const progress = { set: nothing, bytes: nothing, alreadyHere: nothing, note: nothing, touched: nothing, checkpoint: nothing, refuse: nothing };
  for (;;) {
    await eviction.job().run({ jobId: 'evict' as never, input: {}, resumeFrom: undefined, progress, signal: new AbortController().signal });
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

/** What the archive has and the cache has not is brought back, some of it. */
async function fetchBack({ cache, index }: Storage, archive: string): Promise<void> {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 40));
    const numbers = taken(archive).map(({ n }) => n);
    const n = numbers[Math.floor(Math.random() * numbers.length)];
    if (n === undefined || index.has(archiveObject(n).SOPInstanceUID)) continue;
    const outcome = await store(cache, archiveObject(n), { kind: 'web', node: 'PACS', host: 'archive' });
    if (outcome.kind === 'refused') throw new Error(outcome.comment);
    process.stdout.write(`OK ${String(n)}\n`);
  }
}

function taken(archive: string): { n: number; uid: string }[] {
  if (!existsSync(archive)) return [];
  return readFileSync(archive, 'utf8')
    .split('\n')
    .flatMap((line) => (line === '' ? [] : [{ n: Number(line.split(' ')[0]), uid: line.split(' ')[1] ?? '' }]));
}

/** Takes an object, once its bytes were read, and answers; now and then it is away, refuses for a while, or drops the line. */
function driverOf({ cache, index }: Storage, archive: string): DeliveryDriver {
  let tries = 0;
  return {
    async deliver(_node, objects, onDelivery, signal) {
      if (++tries % 5 === 0) {
        for (const { SOPInstanceUID } of objects) onDelivery(SOPInstanceUID, { kind: 'untried' });
        return;
      }
      await cache.flush();
      for (const { SOPInstanceUID } of objects) {
        const record = index.instanceByUid(SOPInstanceUID);
        if (signal.aborted) onDelivery(SOPInstanceUID, { kind: 'untried' });
        else if (record === undefined) onDelivery(SOPInstanceUID, { kind: 'refused', words: 'not here' });
        else {
          await cache.readRange(record.id, 0, record.sizeBytes);
          appendFileSync(archive, `${SOPInstanceUID.split('.').at(-1) ?? ''} ${SOPInstanceUID}\n`);
          onDelivery(SOPInstanceUID, { kind: 'stored' });
        }
      }
    },
  };
}

function confirmOf(archive: string, report: (report: Parameters<Commitments['report']>[0]) => number): ConfirmDriver {
  return {
    ask(_node, transactionUid, objects) {
      const has = new Set(taken(archive).map(({ uid }) => uid));
      const committed = objects.filter(({ SOPInstanceUID }) => has.has(SOPInstanceUID));
      const failed = objects.filter(({ SOPInstanceUID }) => !has.has(SOPInstanceUID)).map((object) => ({ ...object, reason: 0x0112 }));
      setTimeout(() => report({ transactionUid, committed, failed }), 5);
      return Promise.resolve({ kind: 'accepted' });
    },
    list: () => Promise.resolve({ kind: 'notOffered', words: '' }),
  };
}

void main();
