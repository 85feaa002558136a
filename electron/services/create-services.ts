import { join } from 'node:path';
import { type Actor, type Channel, type EventPayload, serveChannel } from '@shared/contract';
import { nodePermissions, type NodeStatus, type StudyUid } from '@shared/domain';
import { arrivalsOf, createArchiveSearches, createNodeList, type NodeList, retrieveJob, sendJob } from './archive';
import { type Cache, openStorage, type StorageOptions } from './cache';
import { runDemo } from './demo';
import { type ArrivalSource, type AssociationPool, createNode, createPool, createSenderPolicy, type DicomNode } from './dimse';
import type { HostEnvironment } from './host-environment';
import { importJob } from './import';
import type { Index } from './index';
import { createPixelSource, servePixels } from './pixel';
import { auditHook, Broadcaster, coalesce, createSenderList, serviceHandlers } from './rpc';
import { openSettings } from './settings';
import { createJobs, DemoInput, demoInput, type JobDefinitions, type Jobs } from './sync';

export interface Services {
  /** Serves the contract on a channel; the actor is the one that main bound to it. */
  serve(channel: Channel, actor: Actor): void;
  /** Serves frames to one decode worker. */
  servePixels(channel: Channel): void;
  nodeStatus(): NodeStatus;
  /** Stops in the reverse order of the start: no new objects, jobs parked, everything written. */
  close(): Promise<void>;
}

/** The demo set of every first run is the same: same seed, same bytes. */
const DEMO_SEED = 20_261_122;
const STUDY_EVENT_EVERY_MS = 200;
const CACHE_EVENT_EVERY_MS = 1000;

/**
 * Builds all services on a data folder and starts them in order: storage (journal replayed), settings, jobs, node. Rejects with a CallError in
 * words when the folder cannot be used; a port that cannot be had is no reason to stop (`nodeStatus().error`).
 */
export async function createServices(env: HostEnvironment, storageOptions: StorageOptions = {}): Promise<Services> {
  const { options, clock, log } = env;
  const opened: (() => Promise<void> | void)[] = [];
  const closeAll = async (): Promise<void> => {
    for (const close of opened.splice(0).reverse()) await close();
  };
  try {
    const storage = await openStorage(env, storageOptions);
    opened.push(() => storage.close());
    const { index, cache } = storage;
    const settings = openSettings(join(options.dataDir, 'settings'), clock.now, log.child({ part: 'settings' }));
    const nodes = createNodeList(settings, options.archives ?? [], options.aeTitle);
    const pool = createPool();
    opened.push(() => pool.close());
    // The node comes after the jobs that count what it takes: they run only once it stands.
    const arrivals: ArrivalSource = (listener) => arrivalsOf((each) => node.onAssociation(each))(listener);
    const jobs = createJobs(jobDefinitions({ env, cache, index, nodes, pool, arrivals }), index, clock, log.child({ part: 'jobs' }));
    opened.push(() => jobs.close());
    const senders = createSenderList(settings, options.accept);
    const node = createNode({
      env,
      store: cache.store,
      // What we fetch from and send to may send to us: a C-MOVE comes as an association of the archive's own.
      senders: createSenderPolicy(() => [...senders.all(), ...nodes.all().filter((each) => nodePermissions(each).maySend)]),
      acceptUnknownSopClasses: senders.takesUnknownClasses,
    });
    opened.push(() => node.stop());

    const broadcaster = new Broadcaster();
    opened.push(() => broadcaster.close());
    opened.push(wireEvents({ index, cache, node, jobs, broadcaster }));
    const searches = createArchiveSearches({
      pool,
      nodes,
      index,
      onMatches: (event) => broadcaster.emit('archive.matches', event),
      onEnded: (event) => broadcaster.emit('archive.searchEnded', event),
    });
    opened.push(() => searches.close());
    for (const { name, text, detail } of settings.notices) broadcaster.notice({ level: 'attention', text, detail, key: `settings-${name}` });

    const parts = { env, index, cache, node, senders, nodes, searches, settings, jobs };
    const serveOptions = {
      side: 'services' as const,
      handlers: serviceHandlers(parts),
      audit: auditHook(index, clock.now),
      report: (text: string, error?: unknown) => log.error({ error: error instanceof Error ? (error.stack ?? error.message) : '' }, text),
    };
    const pixelSource = createPixelSource(cache);
    startJobs(env, index, cache, jobs);
    await node.start();

    return {
      serve(channel, actor) {
        const served = serveChannel(channel, actor, serveOptions);
        const remove = broadcaster.add(served);
        channel.onClose(remove);
      },
      servePixels: (channel) => servePixels(channel, pixelSource),
      nodeStatus: () => node.status(),
      close: closeAll,
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

interface JobParts {
  readonly env: HostEnvironment;
  readonly cache: Cache;
  readonly index: Index;
  readonly nodes: NodeList;
  readonly pool: AssociationPool;
  readonly arrivals: ArrivalSource;
}

function jobDefinitions({ env, cache, index, nodes, pool, arrivals }: JobParts): JobDefinitions {
  let associations = 0;
  return {
    retrieve: retrieveJob({
      pool,
      nodes,
      arrivals,
      store: cache.store,
      log: env.log.child({ part: 'retrieve' }),
      isHere: (uid) => index.instanceByUid(uid) !== undefined,
      flush: () => cache.flush(),
      nextAssociationId: () => ++associations,
    }),
    send: sendJob({ pool, nodes, cache, index }),
    import: importJob(cache.store),
    rebuildIndex: {
      unit: 'objects',
      title: () => 'Rebuild the index from the files',
      async run({ progress, signal }) {
        const result = await cache.rebuild(({ done, total }) => progress.set(done, total), signal);
        for (const { name, reason } of result.refused) progress.refuse(name, reason, true);
      },
    },
    demo: {
      unit: 'images',
      title: () => 'Make the demo studies',
      async run({ input, progress, signal }) {
        // The day is part of the job: resumed tomorrow, it makes the same objects.
        const { today } = DemoInput.parse(input);
        const demo = { seed: DEMO_SEED, today, workersDir: env.options.workersDir };
        const result = await runDemo(cache.store, demo, signal, ({ done, total, StudyInstanceUID }) => {
          progress.touched(StudyInstanceUID);
          progress.set(done, total);
        });
        for (const { name, reason } of result.refused) progress.refuse(name, reason);
        if (result.stored === 0 && result.refused.length > 0) throw new Error(`no demo image could be kept: ${result.refused[0]?.reason ?? ''}`);
      },
    },
  };
}

/** What waits from before, and what this start asks for. */
function startJobs(env: HostEnvironment, index: Index, cache: Cache, jobs: Jobs): void {
  jobs.resume();
  const known = jobs.list();
  const waits = (kind: string) => known.some((job) => job.kind === kind && job.endedAt === undefined);
  const damaged = cache.rebuildNeeded();
  if ((env.options.rebuildIndex || damaged !== undefined) && !waits('rebuildIndex')) jobs.start('rebuildIndex', {});
  const everMade = known.some((job) => job.kind === 'demo');
  if (env.options.demo && damaged === undefined && !everMade && index.counts().objects === 0) jobs.start('demo', demoInput(env.clock));
}

interface Wired {
  readonly index: Index;
  readonly cache: Cache;
  readonly node: DicomNode;
  readonly jobs: Jobs;
  readonly broadcaster: Broadcaster;
}

/** Subscribes the events of the contract to their sources; returns the function that ends it. */
function wireEvents({ index, cache, node, jobs, broadcaster }: Wired): () => void {
  const studies = coalesce<StudyUid>(STUDY_EVENT_EVERY_MS, (uid) => {
    const study = index.getStudy(uid);
    if (study !== undefined) broadcaster.emit('study.changed', { study, revision: index.revision(uid) });
  });
  const status = coalesce<'cache'>(CACHE_EVENT_EVERY_MS, () => broadcaster.emit('cache.changed', cache.status()));
  const offs = [
    index.onChanged((changes) => {
      for (const { StudyInstanceUID } of changes) studies.touch(StudyInstanceUID);
      status.touch('cache');
    }),
    index.onRemoved((uids) => {
      for (const StudyInstanceUID of uids) broadcaster.emit('study.removed', { StudyInstanceUID });
      status.touch('cache');
    }),
    cache.onQuarantined(() => status.touch('cache')),
    cache.onNotice((notice: EventPayload<'station.notice'>) => broadcaster.notice(notice)),
    node.onChanged((changed) => broadcaster.emit('node.changed', changed)),
    node.onRefused((sender) => broadcaster.emit('node.senderRefused', sender)),
    jobs.onChanged((job) => broadcaster.emit('job.changed', job)),
  ];
  return () => {
    for (const off of offs) off();
    studies.close();
    status.close();
  };
}
