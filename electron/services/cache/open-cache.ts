import { CallError } from '@shared/contract';
import type { HostEnvironment } from '../host-environment';
import type { Index, InstanceRecord } from '../index';
import { BufferPool } from './buffer-pool';
import { ObjectCache } from './cache';
import type { Cache } from './cache-types';
import { inProcessRunner, workerRunner } from './checkpoint-runner';
import { errorCode } from './checkpoint-task';
import { Checkpointer } from './checkpointer';
import { DiskGuard } from './disk-guard';
import { createCacheEvents } from './events';
import { Journal } from './journal';
import { type Layout, layoutOf } from './layout';
import { ObjectReader } from './object-reader';
import { CACHE_DEFAULTS, type CacheOptions } from './options';
import { Quarantine } from './quarantine';
import { removeTemps, replayJournal, tellDamaged } from './recovery';
import { RowWriter } from './row-writer';
import { type PendingObject, rowOf, Shelf } from './shelf';
import type { SideSource } from './rebuild';
import type { StoreParts } from './store-parts';

export interface CacheStart {
  readonly side: SideSource;
  readonly wasUnclean: boolean;
}

/** Opens the objects of a data folder over an open index; the caller holds the folder's lock. Replays the journal before it resolves. */
export async function openCache(env: HostEnvironment, index: Index, given: Partial<CacheOptions>, start: CacheStart): Promise<Cache> {
  const options = { ...CACHE_DEFAULTS, ...given };
  const layout = layoutOf(env.options.dataDir);
  await makeFolders(env, layout);
  const temps = await removeTemps(env.files, layout.incoming);
  if (temps > 0) env.log.info({ temps }, 'unfinished objects removed');
  const events = createCacheEvents((error) => env.log.error({ error: String(error) }, 'a listener of the cache failed'));
  const log = env.log.child({ part: 'cache' });
  const now = () => env.clock.now();
  const onJournalFault = (error: unknown) => {
    log.error({ code: errorCode(error) }, 'journal cannot be written');
    const text = 'The disk does not take data: new images are refused';
    events.notices.tell({ level: 'danger', text, detail: errorCode(error), key: 'cache-write' });
  };
  const monotonic = () => env.clock.monotonic();
  const buffers = new BufferPool(options.contiguousBytes, options.bufferBytes);
  const hooks = { othersArrive: () => buffers.isBusy, onShort: () => checkpointer.hurry(), isStuck: () => checkpointer.isFailing };
  const { journal, recovered, damaged } = await Journal.open(env.files, layout.journal, options, monotonic, onJournalFault, hooks);
  const shelf = new Shelf(env.files, layout, index);
  const rows = new RowWriter(index, options.rowDelayMs, log, () => undefined);
  const quarantine = new Quarantine(env.files, layout.quarantine, options, now, log, events.quarantined, (uid, count, reason) =>
    index.setAside(uid as Parameters<Index['setAside']>[0], count, reason),
  );
  await quarantine.load();
  const setAside = async (record: InstanceRecord, reason: string): Promise<void> => {
    const { SOPInstanceUID, StudyInstanceUID } = record.attributes;
    log.error({ sizeBytes: record.sizeBytes }, 'damaged object set aside');
    // until its file has gone nothing may take its place
    shelf.fileWithoutRow(SOPInstanceUID);
    const nodes = index.keeping.proofsOf(SOPInstanceUID).map(({ node }) => node);
    index.remove([SOPInstanceUID]);
    const facts = { reason, SOPInstanceUID, StudyInstanceUID, source: undefined, sizeBytes: record.sizeBytes, wasTaken: true };
    await quarantine.adopt(layout.objectPath(SOPInstanceUID), facts);
    tellDamaged(events, 1);
    events.damaged.tell({ SOPInstanceUID, StudyInstanceUID, nodes });
  };
  const reader = new ObjectReader(env.files, layout, index, shelf, () => journal, setAside);
  const runner = options.checkpointWorker === undefined ? inProcessRunner(env.files) : workerRunner(options.checkpointWorker);
  const onDamaged = async ({ identity, attributes, place }: PendingObject): Promise<void> => {
    const bytes = await journal.read(place, 0, place.length);
    index.remove([identity.SOPInstanceUID]);
    const facts = { reason: 'damaged in the journal', source: identity.source, sizeBytes: bytes.length, wasTaken: true };
    await quarantine.add([bytes], { ...facts, SOPInstanceUID: identity.SOPInstanceUID, StudyInstanceUID: attributes.StudyInstanceUID });
    tellDamaged(events, 1);
  };
  const onFault = (code: string) => log.error({ code }, 'object files cannot be made, tried again');
  const checkpointer = new Checkpointer({ runner, journal, shelf, rows, layout, options, log, now, onDamaged, onFault });

  const enqueue = (object: PendingObject) => {
    shelf.put(object);
    checkpointer.add(object);
    rows.add(rowOf(object));
  };
  await replayJournal({ files: env.files, layout, index, journal, shelf, quarantine, events, log, enqueue }, recovered);
  rows.flush();
  if (damaged.length > 0) events.notices.tell({ level: 'danger', text: 'A journal segment lost data that was received', key: 'cache-damaged' });
  checkpointer.start();

  let closed = false;
  const shared = { files: env.files, layout, options, log, now, index, journal, shelf, rows, checkpointer, quarantine, reader, events };
  const parts: StoreParts = {
    ...shared,
    buffers,
    disk: new DiskGuard(env.files, layout.root, options.reserveBytes, monotonic),
    isClosed: () => closed,
  };
  const cache = new ObjectCache(parts, { ...shared, side: start.side, setAside }, () => {
    closed = true;
  });
  const isNew = index.counts().objects === 0 && (await env.files.async.list(layout.objects)).length === 0;
  if (start.wasUnclean) cache.checkInBackground();
  else if (isNew || index.counts().objects > 0) shelf.trustRows();
  return cache;
}

async function makeFolders(env: HostEnvironment, layout: Layout): Promise<void> {
  try {
    for (const folder of [layout.objects, layout.journal, layout.incoming, layout.quarantine]) await env.files.async.mkdirs(folder);
  } catch (error) {
    throw new CallError('unavailable', `the data folder cannot be written (${errorCode(error)}): ${layout.root}`);
  }
}
