import { CallError, type Handlers, type stationCalls } from '@shared/contract';
import type { ArchivedState, Health, KeptObject, StationStatus, StatusStudy, StudyRow } from '@shared/domain';
import type { ServiceParts } from '../service-parts';
import { archiveStates } from './archive-states';

type StationStatusHandlers = Pick<Handlers<'services'>, keyof typeof stationCalls>;

const PAGE = 2000;
const LOCAL: ArchivedState = { state: 'localOnly', nodes: [] };

export function stationStatusHandlers(parts: ServiceParts): StationStatusHandlers {
  const { jobs, index, archiving, quit, health, env } = parts;
  return {
    'station.status': ({ studies, viewed }) => stationStatus(parts, studies, viewed),
    'station.health': () => {
      const { isRunning, checked, damaged, lastEndedAtMs } = archiving.scrub.state();
      return {
        ...{ samples: health.samples(), days: health.days(), senders: health.senders(), log: env.recentLog?.() ?? [] },
        queues: { ...oldest(parts), ...eviction(parts) },
        scrub: {
          ...{ isRunning, checked, damaged, total: index.counts().objects },
          ...(lastEndedAtMs !== undefined && { lastEndedAt: new Date(lastEndedAtMs).toISOString() }),
        },
      };
    },
    'study.objects': ({ StudyInstanceUID }) => {
      if (index.getStudy(StudyInstanceUID) === undefined) throw new CallError('notFound', 'this study is not here (any more)');
      return {
        objects: index.instances(StudyInstanceUID).map(({ attributes, sizeBytes, arrivedAtMs }): KeptObject => {
          const { SOPInstanceUID, SOPClassUID, SeriesInstanceUID } = attributes;
          const proofs = index.keeping.proofsOf(SOPInstanceUID).map(({ node, kind, atMs }) => ({ node, kind, at: new Date(atMs).toISOString() }));
          return { SOPInstanceUID, SOPClassUID, SeriesInstanceUID, sizeBytes, arrivedAt: new Date(arrivedAtMs).toISOString(), proofs };
        }),
      };
    },
    'verify.start': () => ({ jobId: jobs.start('verify', {}).id }),
    'verify.result': ({ jobId }) => {
      const result = archiving.verifications.get(jobId);
      return result === undefined ? {} : { result };
    },
    'station.quit': () => {
      // the answer leaves first
      setTimeout(() => quit(), 50);
      return {};
    },
  };
}

function stationStatus(parts: ServiceParts, most: number, withViewed: boolean): StationStatus {
  const { env, node, index, cache, archiving, jobs } = parts;
  const { outbox, eviction } = archiving;
  const orders = (where: 'open' | 'held' | 'failed'): number => outbox.orders({ where }, 0, 1).matching;
  return {
    at: new Date(env.clock.now()).toISOString(),
    dataDir: env.options.dataDir,
    node: node.status(),
    archives: archiveStates(parts).map((state) => ({ ...state, ...reachOf(parts, state.node) })),
    queues: {
      outbox: outbox.counts({}),
      orders: { open: orders('open'), held: orders('held'), failed: orders('failed') },
      jobs: jobCounts(jobs.list()),
      commitments: index.keeping.commitments('asked').length,
    },
    disk: { ...cache.status(), eviction: eviction.policy(), retrievesRefused: eviction.refusal() !== undefined },
    studies: studiesOf(parts, most, withViewed),
  };
}

function reachOf({ watch }: ServiceParts, node: string): Pick<StationStatus['archives'][number], 'reach'> {
  const found = watch.status().find((one) => one.node === node);
  if (found === undefined) return {};
  const { node: _node, ...reach } = found;
  return { reach };
}

/** What has waited longest to be sent. */
function oldest({ index }: ServiceParts): Pick<Health['queues'], 'oldestWaiting'> {
  const found = index.outbox.oldestWaiting();
  if (found === undefined) return {};
  return { oldestWaiting: { node: found.node, StudyInstanceUID: found.StudyInstanceUID, since: new Date(found.createdAtMs).toISOString() } };
}

/** How much the cache may hold at most, by its own bound and by the free space that is kept; absent: nothing is removed by itself. */
function eviction({ archiving, cache }: ServiceParts): Pick<Health['queues'], 'quotaBytes' | 'quotaBasis'> {
  const { automatic, maxBytes, minFreeBytes } = archiving.eviction.policy();
  if (!automatic) return {};
  const { sizeBytes, diskFreeBytes } = cache.status();
  const byFree = Math.max(0, sizeBytes + diskFreeBytes - minFreeBytes);
  return maxBytes > 0 && maxBytes < byFree ? { quotaBytes: maxBytes, quotaBasis: 'cache' } : { quotaBytes: byFree, quotaBasis: 'free' };
}

function jobCounts(list: readonly { readonly kind: string; readonly state: string }[]): StationStatus['queues']['jobs'] {
  const counts: StationStatus['queues']['jobs'] = {};
  for (const { kind, state } of list) {
    if (state !== 'running' && state !== 'waiting') continue;
    const count = (counts[kind] ??= { running: 0, waiting: 0 });
    count[state]++;
  }
  return counts;
}

function studiesOf({ index }: ServiceParts, most: number, withViewed: boolean): StationStatus['studies'] {
  const list: StatusStudy[] = [];
  const byState: Record<string, number> = {};
  const byArchived: Record<string, number> = {};
  for (let offset = 0; ; offset += PAGE) {
    const { rows, all } = index.search({ filter: {}, sort: { key: 'lastArrivalAt', descending: true }, offset, limit: PAGE });
    for (const row of rows) {
      const archived = row.archived ?? LOCAL;
      byState[row.state] = (byState[row.state] ?? 0) + 1;
      byArchived[archived.state] = (byArchived[archived.state] ?? 0) + 1;
      if (list.length < most)
        list.push({ ...statusStudy(row, archived), kept: row.kept !== undefined, ...(withViewed && { viewed: index.objects.viewedOf(row.StudyInstanceUID) }) });
    }
    if (rows.length < PAGE) return { total: all, byState, byArchived, list };
  }
}

function statusStudy(row: StudyRow, archived: ArchivedState): Omit<StatusStudy, 'kept'> {
  const { StudyInstanceUID, seriesCount, instanceCount, sizeBytes, state, where, lastArrivalAt } = row;
  return { StudyInstanceUID, series: seriesCount, objects: instanceCount, sizeBytes, state, where, archived, lastArrivalAt };
}
