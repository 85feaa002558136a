import { join } from 'node:path';
import { IMPLEMENTATION_VERSION_NAME } from '@shared/dicom';
import { type Actor, type Channel, serveChannel } from '@shared/contract';
import { type AcceptedSender, nodePermissions, type NodeStatus, type RemoteNode } from '@shared/domain';
import {
  type ArchivePool,
  arrivalsOf,
  createArchivePool,
  createArchiveSearches,
  createFoundStudies,
  createNodeProbes,
  createNodeList,
  MoveCopies,
  type NodeList,
  retrieveJob,
  sendJob,
  watchArchives,
} from './archive';
import { type KeyImages, openAuthoring } from './authoring';
import { type Cache, openStorage, type StorageOptions } from './cache';
import { closeInOrder } from './close-in-order';
import { type CatchUp, createCatchUp } from './create-catch-up';
import { demoInput, demoJob } from './demo';
import { type ArrivalSource, commitmentService, createNode, createSenderPolicy } from './dimse';
import type { Archiving } from './archiving';
import { createArchiving } from './create-archiving';
import { createAccess, stationSecrets } from './create-access';
import { createQueries } from './create-queries';
import { createTls, watchExpiries } from './create-tls';
import { createHealthCounts } from './health';
import type { HostEnvironment } from './host-environment';
import { importJob } from './import';
import type { Index } from './index';
import { startControl } from './control';
import { deleteJob, StudyTransfers } from './keeping';
import { createPixelSource, servePixels } from './pixel';
import { archiveStates, auditHook, Broadcaster, coalesce, createSenderList, serviceHandlers } from './rpc';
import { securityAlerts } from './security-alerts';
import { openSettings } from './settings';
import { createJobs, type JobDefinitions, type Jobs, type OutageSets, type Reconcile, systemTimers } from './sync';
import { createFrameDigests, createThumbnails } from './thumbnails';
import { wireEvents } from './wire-events';

/** What the one who runs the services wants to hear of them. */
export interface ServiceHooks {
  /** The demo studies of this day (DA) are made here. */
  demoMade?(day: string): void;
  demoUnwanted?(): void;
  /** A script wants the program to end. */
  quit?(): void;
  /** A person is to sign in there. */
  openBrowser?(url: string): void;
}

export interface Services {
  /** Serves the contract on a channel; the actor is the one that main bound to it. */
  serve(channel: Channel, actor: Actor): void;
  /** Serves frames to one decode worker. */
  servePixels(channel: Channel): void;
  nodeStatus(): NodeStatus;
  /** The other services of this program (the demo archive, or the workstation to it) and where they call from; none: they are gone. */
  setCompanion(node: RemoteNode | undefined, addresses: readonly string[]): void;
  /** Stops in the reverse order of the start: no new objects, jobs parked, everything written. */
  close(): Promise<void>;
}

const CACHE_EVENT_EVERY_MS = 1000;
const REACH_EVENT_EVERY_MS = 200;

/**
 * Builds all services on a data folder and starts them in order: storage (journal replayed), settings, jobs, node. Rejects with a CallError in
 * words when the folder cannot be used; a port that cannot be had is no reason to stop (`nodeStatus().error`).
 */
export async function createServices(env: HostEnvironment, storageOptions: StorageOptions = {}, hooks: ServiceHooks = {}): Promise<Services> {
  const { options, clock, log } = env;
  const opened: (() => Promise<void> | void)[] = [];
  const closeAll = (): Promise<void> => closeInOrder(opened);
  try {
    const digests = createFrameDigests(options.workersDir);
    opened.push(() => digests.close());
    const storage = await openStorage(env, { frameDigest: (frame) => digests.digest(frame), ...storageOptions });
    opened.push(() => storage.close());
    const { index, cache } = storage;
    const settings = openSettings(join(options.dataDir, 'settings'), clock.now, log.child({ part: 'settings' }));
    const secrets = stationSecrets(env);
    const tls = createTls(env, settings, secrets);
    const nodes: NodeList = createNodeList(
      ...([settings, options.archives ?? [], options.aeTitle, () => hooks.demoUnwanted?.(), tls.material] as const),
      (node) => ({ accessState: accesses.state(node) }),
    );
    let companions: AcceptedSender[] = [];
    const { accesses, authorization } = createAccess({
      ...{ env, secrets, tls: tls.material, nodes: () => nodes },
      openBrowser: (url) => hooks.openBrowser?.(url),
      onChanged: () => broadcaster.emit('node.listChanged', { nodes: nodes.all() }),
      notices: () => broadcaster,
    });
    opened.push(() => accesses.close());
    const pool = createArchivePool(authorization, {}, tls.material, (name, ms) => nodes.noteCertificate(name, ms));
    opened.push(() => pool.close());
    const transfers = new StudyTransfers(() => jobs.list());
    const archiving = createArchiving({
      ...{ env, cache, index, nodes, pool, settings, transfers, routed: storage.routed },
      isUnfinished: (uid) => keyImages.isUnfinished(uid),
    });
    opened.push(() => archiving.close());
    const keyImages: KeyImages = openAuthoring(env, {
      ...{ index, cache, nodes, outbox: archiving.outbox, timers: systemTimers(clock) },
      log: log.child({ part: 'authoring' }),
      softwareVersion: IMPLEMENTATION_VERSION_NAME,
    });
    opened.push(() => keyImages.close());
    // The node comes after the jobs that count what it takes: they run only once it stands.
    const moves = new MoveCopies({ pool, store: cache.store, onAssociation: (each) => node.onAssociation(each) });
    const arrivals: ArrivalSource = (listener) => arrivalsOf((each) => node.onAssociation(each))(listener);
    const { reconcile, outageSets, atOpening, again, rounds, removals }: CatchUp = createCatchUp({
      ...{ clock, index, cache, settings, nodes, pool, moves, archiving, keyImages, jobs: () => jobs, retrieve: () => definitions.retrieve },
      differences: storage.differences,
      ...{ log: log.child({ part: 'reconcile' }), watch: () => watch },
      refusal: () => archiving.eviction.refusal(),
      emit: (name, payload) => broadcaster.emit(name, payload),
    });
    for (const each of [removals, outageSets, atOpening, again, rounds]) opened.push(() => each.close());
    const definitions = jobDefinitions({ env, cache, index, nodes, pool, arrivals, moves, hooks, archiving, reconcile, outageSets, keyImages, transfers });
    const jobs: Jobs = createJobs(definitions, index, clock, log.child({ part: 'jobs' }));
    opened.push(() => jobs.close());
    const senders = createSenderList(settings, options.accept);
    const queries = createQueries({ env, index, cache, nodes, pool, companions: () => companions });
    const alert = securityAlerts(index, clock);
    const node = createNode({
      onTlsRefused: (host, words) => alert(`TLS handshake of ${host} failed: ${words}`),
      env,
      store: moves.store,
      // What we fetch from and send to may send to us: a C-MOVE comes as an association of the archive's own.
      senders: createSenderPolicy(() => [...senders.all(), ...companions, ...nodesThatSend(nodes)]),
      acceptUnknownSopClasses: senders.takesUnknownClasses,
      queriers: queries.queriers,
      ...(tls.listening && options.role !== 'demoArchive' ? { tls: tls.listening } : {}),
      services: {
        query: queries.query,
        commitment: commitmentService({
          requested: (from, request) => archiving.answers.requested(from, request),
          reported: (_from, report) => archiving.commitments.report(report),
        }),
      },
    });
    opened.push(() => node.stop());

    opened.push(node.onRefused(({ aeTitle, calledAeTitle, host, reason }) => alert(`${aeTitle}@${host} to ${calledAeTitle} refused: ${reason}`)));
    const broadcaster = new Broadcaster();
    opened.push(() => broadcaster.close());
    opened.push(keyImages.onChanged((state) => broadcaster.emit('keyImages.changed', { keyImages: state })));
    const health = createHealthCounts({ dataDir: options.dataDir, timers: systemTimers(clock), cache, outbox: archiving.outbox });
    opened.push(() => health.close());
    const found = createFoundStudies();
    const reach = coalesce<'reach'>(REACH_EVENT_EVERY_MS, () => broadcaster.emit('outage.changed', { archives: watch.status() }));
    const probes = createNodeProbes({
      ...{ nodes, pool, clock, log: log.child({ part: 'nodes' }) },
      onFound: () => broadcaster.emit('node.listChanged', { nodes: nodes.all() }),
    });
    opened.push(() => probes.close());
    const watch = watchArchives({
      nodes,
      outbox: archiving.outbox,
      pool,
      clock,
      index,
      onChanged: ({ node: name, state }) => {
        reach.touch('reach');
        if (state === 'ok') probes.look(name, true);
        // a contact: what could not be compared is tried again
        if (state === 'ok') again.contact(name);
      },
      onAway: (name) => archiving.gate.away(name),
      onBack: (name, awaySince) => void jobs.start('reconcile', { node: name, awaySince }),
    });
    opened.push(() => reach.close());
    opened.push(() => watch.close());
    opened.push(wireEvents({ index, cache, node, jobs, found, broadcaster }));
    const searches = createArchiveSearches({
      pool,
      nodes,
      index,
      found,
      now: clock.now,
      onMatches: (event) => broadcaster.emit('archive.matches', event),
      onEnded: (event) => broadcaster.emit('archive.searchEnded', event),
      onContact: (name, answered) => watch.noteContact(name, answered),
    });
    opened.push(() => searches.close());
    if (storage.folderWarning !== undefined)
      broadcaster.notice({ level: 'attention', text: storage.folderWarning, detail: options.dataDir, key: 'data-folder' });
    for (const { name, text, detail } of settings.notices) broadcaster.notice({ level: 'attention', text, detail, key: `settings-${name}` });

    const thumbnails = createThumbnails({
      cache,
      folder: join(options.dataDir, 'cache', 'thumbnails'),
      workersDir: options.workersDir,
      log: log.child({ part: 'thumbnails' }),
    });
    opened.push(() => thumbnails.close());
    const parts = {
      thumbnails,
      ...{ keyImages, transfers },
      env,
      index,
      cache,
      node,
      senders,
      nodes,
      searches,
      found,
      watch,
      ...{ reconcile, atOpening, probes },
      outageSets,
      pool,
      accesses,
      secrets,
      tls,
      health,
      settings,
      jobs,
      archiving,
      quit: () => hooks.quit?.(),
    };
    const tellOutbox = coalesce<'outbox'>(CACHE_EVENT_EVERY_MS, () =>
      broadcaster.emit('outbox.changed', { counts: archiving.outbox.counts({}), archives: archiveStates(parts) }),
    );
    opened.push(() => tellOutbox.close());
    opened.push(archiving.outbox.onChanged(() => tellOutbox.touch('outbox')));
    const serveOptions = {
      side: 'services' as const,
      handlers: serviceHandlers(parts),
      audit: auditHook(index, clock.now),
      report: (text: string, error?: unknown) => log.error({ error: error instanceof Error ? (error.stack ?? error.message) : '' }, text),
    };
    const pixelSource = createPixelSource(cache);
    const serve = (channel: Channel, actor: Actor): void => {
      const served = serveChannel(channel, actor, serveOptions);
      const remove = broadcaster.add(served);
      channel.onClose(remove);
    };
    archiving.start(jobs);
    keyImages.start();
    if (options.role !== 'demoArchive') {
      watch.start();
      outageSets.watch();
      rounds.start();
    }
    startJobs(env, index, cache, jobs);
    await node.start();
    opened.push(await watchExpiries(tls, clock, (notice) => broadcaster.notice(notice)));
    if (options.role !== 'demoArchive') {
      const control = await startControl({ dataDir: options.dataDir, log: log.child({ part: 'control' }), serve });
      opened.push(() => control.close());
    }

    return {
      serve,
      servePixels: (channel) => servePixels(channel, pixelSource),
      nodeStatus: () => node.status(),
      setCompanion(companion, addresses) {
        nodes.setCompanion(companion);
        companions = companion === undefined ? [] : addresses.map((host) => ({ aeTitle: companion.aeTitle, host, source: 'run' }));
        broadcaster.emit('node.listChanged', { nodes: nodes.all() });
      },
      close: closeAll,
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

function nodesThatSend(nodes: NodeList): AcceptedSender[] {
  return nodes.all().flatMap((each) => (nodePermissions(each).maySend ? [{ aeTitle: each.aeTitle, host: each.host, source: 'run' as const }] : []));
}

interface JobParts {
  readonly transfers: StudyTransfers;
  readonly reconcile: Reconcile;
  readonly outageSets: OutageSets;
  readonly env: HostEnvironment;
  readonly cache: Cache;
  readonly index: Index;
  readonly nodes: NodeList;
  readonly pool: ArchivePool;
  readonly arrivals: ArrivalSource;
  readonly moves: MoveCopies;
  readonly hooks: ServiceHooks;
  readonly archiving: Archiving;
  readonly keyImages: KeyImages;
}

function jobDefinitions(parts: JobParts): JobDefinitions {
  const { env, cache, index, nodes, pool, arrivals, moves, hooks, archiving, transfers, reconcile, outageSets, keyImages } = parts;
  let associations = 0;
  return {
    retrieve: transfers.guarded(
      retrieveJob({
        ...{ pool, nodes, arrivals, store: cache.store, clock: env.clock },
        log: env.log.child({ part: 'retrieve' }),
        isHere: (uid) => index.has(uid),
        isNew: (uid) => index.instances(uid).length === 0,
        bytesOf: (uids) => uids.reduce((sum, uid) => sum + (index.instanceByUid(uid)?.sizeBytes ?? 0), 0),
        flushRows: () => cache.flushRows(),
        onListed: (node, StudyInstanceUID, uids) => archiving.listed(node, StudyInstanceUID, uids),
        nextAssociationId: () => ++associations,
        retrieving: (uid) => moves.retrieving(uid),
      }),
    ),
    reconcile: reconcile.job(),
    outageSet: outageSets.job(),
    verify: {
      unit: 'images',
      title: () => 'Compare the files with the index and their digests',
      key: () => 'verify',
      async run({ jobId, progress, signal }) {
        const result = await cache.verify((done, total) => progress.set(done, total), signal);
        archiving.verifications.set(jobId, result);
        for (const { SOPInstanceUID, problem } of result.damaged) progress.refuse(SOPInstanceUID, problem, true);
        for (const { name, problem } of result.unlisted) progress.refuse(name, problem);
      },
    },
    evict: archiving.eviction.job(),
    delete: deleteJob({ cache, index, clock: env.clock, transfers, isUnfinished: (uid) => keyImages.isUnfinished(uid) }),
    send: sendJob({ nodes, cache, index, outbox: () => archiving.outbox }),
    import: importJob(cache.store),
    rebuildIndex: {
      unit: 'objects',
      title: () => 'Rebuild the index from the files',
      async run({ progress, signal }) {
        const result = await cache.rebuild(({ done, total }) => progress.set(done, total), signal);
        for (const { name, reason } of result.refused) progress.refuse(name, reason, true);
      },
    },
    demo: demoJob({ store: cache.store, options: env.options, onRun: (day) => hooks.demoMade?.(day) }),
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
  if (env.options.demo && damaged === undefined && !everMade && index.counts().objects === 0) jobs.start('demo', demoInput(env.clock, env.options));
}
