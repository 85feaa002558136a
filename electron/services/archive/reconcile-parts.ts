import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { ReconcileItem, StudyUid } from '@shared/domain';
import { JobId } from '@shared/domain';
import type { OwnResults } from '../authoring';
import type { Cache } from '../cache';
import type { Clock } from '../host-environment';
import type { ContentCheckRow, Index } from '../index';
import type { Logger } from '../logging/logger';
import { readRejectionNote } from '../objects';
import { LOOK_BYTES, LOOK_OBJECTS } from '../sync';
import type { JobDefinition, JobProgress, Jobs, LocalStudy, Outbox, ReconcileParts, RemoteStudy, ResultsGate } from '../sync';
import type { ArchivePool } from './archive-pool';
import type { MoveCopies } from './move-copies';
import type { NodeList } from './node-list';
import { isDescribedOtherwise, isMadeLater } from './described-as';
import { noteCompared, placeBehind, sampleOf } from './content-sample';
import { describedContents, remoteStudyMatch } from './remote-contents';
import { replacedObjects } from './replaced-objects';

export interface ReconcileSources {
  readonly clock: Clock;
  readonly index: Index;
  readonly cache: Cache;
  readonly nodes: Pick<NodeList, 'byName' | 'target'>;
  readonly pool: ArchivePool;
  readonly moves: MoveCopies;
  jobs(): Jobs;
  /** The work of a retrieve job, for the rejection notes that a comparison must read. */
  retrieve(): JobDefinition;
  onChanged: ReconcileParts['onChanged'];
  /** What was found, beside the index. */
  readonly kept: ReconcileParts['kept'];
  readonly log: Logger;
  readonly outbox: Pick<Outbox, 'orders' | 'hold' | 'release'>;
  readonly results: OwnResults;
  /** Whether results may go. */
  readonly gate: ReconcileParts['gate'] & Pick<ResultsGate, 'conflict'>;
  /** So many bytes of copies came to be compared. */
  onFetched(bytes: number): void;
  /** A study of it waits for a choice. */
  onHeld(node: string): void;
}

const KEY_OBJECT_SELECTION = '1.2.840.10008.5.1.4.1.1.88.59';
/** The latest studies are compared; older ones on their next opening. */
const MOST_STUDIES = 2000;
const SETTLE_MS = 200;
const MOST_ORDERS = 1000;
/** The actor of what waits for a choice. */
export const HELD_BY_RECONCILE = 'reconcile';
const silent: JobProgress = {
  set: () => undefined,
  bytes: () => undefined,
  alreadyHere: () => undefined,
  refuse: () => undefined,
  note: () => undefined,
  touched: () => undefined,
  checkpoint: () => undefined,
};

/** What a comparison with an archive looks at, and what its choices do. */
export function reconcileParts(sources: ReconcileSources): ReconcileParts {
  const { clock, index, cache, nodes } = sources;
  const subjectOf = (item: ReconcileItem, node: string) => {
    const { StudyInstanceUID, PatientName, PatientID, StudyDate, StudyDescription, Modalities } = item;
    return { StudyInstanceUID, node, PatientName, PatientID, StudyDate, StudyDescription, ModalitiesInStudy: [...Modalities] };
  };
  const fetch = (item: ReconcileItem, node: string): string => {
    sources.jobs().start('retrieve', { StudyInstanceUID: item.StudyInstanceUID, node, subject: subjectOf(item, node) });
    return `is being fetched from ${node}`;
  };
  const setAside = async (item: ReconcileItem, why: string): Promise<void> => {
    const { kept } = await cache.setAside(item.objects, why);
    if (kept.length > 0) throw new Error(`${String(kept.length)} images could not be set aside (${kept[0] ?? ''})`);
  };
  const holdNew = (node: string, uid: StudyUid, why: string): void => {
    sources.gate.conflict(node, uid, why);
    sources.onHeld(node);
  };
  return {
    clock,
    onChanged: sources.onChanged,
    kept: sources.kept,
    onNotKept: (error) => sources.log.error({ error: String(error) }, 'what a comparison found cannot be kept'),
    studiesAt(node) {
      const known = index.keeping.evictable().filter(({ nodes, unsent }) => nodes.includes(node) || unsent > 0);
      return known
        .sort((a, b) => b.lastArrivalMs - a.lastArrivalMs)
        .slice(0, MOST_STUDIES)
        .sort((a, b) => Number(b.unsent > 0) - Number(a.unsent > 0))
        .map(({ StudyInstanceUID }) => StudyInstanceUID);
    },
    isHere: (uid) => cache.rebuildNeeded() !== undefined || index.getStudy(uid) !== undefined,
    isListWhole: () => cache.rebuildNeeded() === undefined,
    listLosses: () => cache.listLosses(),
    listWhole: (signal) => listWhole(cache, signal),
    local: (node, uid) => localStudy(sources, node, uid),
    async replaced(node, local, remote, { sample: size, known, answered }, signal) {
      const { StudyInstanceUID } = local;
      // what goes on every minute asks for the metadata of the whole study no second time
      const thorough = size !== 'many' && (local.unsent > 0 || isLookedAt(sources, StudyInstanceUID));
      const check = (): ContentCheckRow | undefined => index.keeping.contentChecks(StudyInstanceUID).find((one) => one.node === node);
      const before = check();
      const nextAt = before?.nextAt ?? 0;
      const sample =
        size === 'none' ? [] : sampleOf(index.instances(StudyInstanceUID), nextAt, size === 'many' ? { objects: LOOK_OBJECTS, bytes: LOOK_BYTES } : undefined);
      const named = sources.results.named(StudyInstanceUID);
      const about = { local, remote, named, believed: known, answered, thorough, sample: sample.map(({ attributes }) => attributes.SOPInstanceUID) };
      const { replaced, hadTurn, compared } = await replacedObjects(sources, nodes.target(nodes.byName(node)), about, signal);
      // another look at the same objects ended meanwhile, or some of them went: nothing is counted twice
      if (size !== 'none' && isDeepStrictEqual(check(), before)) {
        const next = placeBehind(index.instances(StudyInstanceUID), sample.slice(0, hadTurn.length));
        noteCompared(index, { node, StudyInstanceUID, compared, nextAt: next, atMs: clock.now() });
      }
      return replaced;
    },
    gate: sources.gate,
    hold: (node, uid, why) => {
      const open = ordersOf(sources, node, uid).filter(({ state }) => state === 'open');
      for (const { id } of open) sources.outbox.hold(id, HELD_BY_RECONCILE, why);
      holdNew(node, uid, why);
    },
    holdNew,
    release: (node, uid, by) => {
      sources.gate.conflict(node, uid, undefined);
      for (const order of ordersOf(sources, node, uid))
        if (order.state === 'held' && order.transition?.by === HELD_BY_RECONCILE) sources.outbox.release(order.id, by, 'compared with the archive');
    },
    remote: (node, uid, here, sample, signal) => remoteStudy(sources, node, uid, { here, isRepeated: sample === 'many' }, signal),
    does: {
      async setAside(item, node) {
        const { removed, kept } = await cache.setAside(item.objects, `rejected at ${node}`);
        if (kept.length > 0) throw new Error(`${String(kept.length)} images could not be set aside (${kept[0] ?? ''})`);
        return `${String(removed)} images set aside`;
      },
      fetch: (item, node) => Promise.resolve(fetch(item, node)),
      async fetchAgain(item, node, why) {
        await setAside(item, why);
        return fetch(item, node);
      },
      async rewrite(item, node, values, user) {
        const notes = sources.results.unsent(node, item.StudyInstanceUID).flatMap(({ SOPInstanceUID }) => SOPInstanceUID ?? []);
        const count = await sources.results.rewrite(item.StudyInstanceUID, notes, values, user, () => setAside(item, `re-identified at ${node}`));
        return `${String(count)} ${count === 1 ? 'result' : 'results'} written again, sent with the values of ${node}; the images: ${fetch(item, node)}`;
      },
      forgetProof(item, node) {
        index.keeping.disprove(item.objects, node);
        index.keeping.refreshArchived(item.StudyInstanceUID);
        return Promise.resolve(`kept; the proof of ${node} no longer counts`);
      },
      async send(item, node) {
        index.keeping.disprove(item.objects, node);
        sources.jobs().start('send', { StudyInstanceUID: item.StudyInstanceUID, node, images: [...item.objects], subject: subjectOf(item, node) });
        await sleep(SETTLE_MS);
        return `waits to be sent to ${node}`;
      },
    },
    audit: (user, detail) => index.audit({ atMs: clock.now(), user, action: 'reconcile.applied', outcome: 'allowed', detail }),
  };
}

async function listWhole(cache: Pick<Cache, 'rebuildNeeded' | 'onListChanged'>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (cache.rebuildNeeded() === undefined) return;
  let off = (): void => undefined;
  let stop = (): void => undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      off = cache.onListChanged(() => (cache.rebuildNeeded() === undefined ? resolve() : undefined));
      stop = () => reject(signal.reason as Error);
      signal.addEventListener('abort', stop, { once: true });
    });
  } finally {
    off();
    signal.removeEventListener('abort', stop);
  }
}

function localStudy({ index, results }: ReconcileSources, node: string, uid: StudyUid): LocalStudy | undefined {
  const row = index.getStudy(uid);
  if (row === undefined) return undefined;
  const objects = index.instances(uid).map(({ attributes: { SOPInstanceUID, SeriesInstanceUID } }) => ({
    SOPInstanceUID,
    SeriesInstanceUID,
    wasThere: index.keeping.proofsOf(SOPInstanceUID).some((proof) => proof.node === node),
  }));
  const own = results.unsent(node, uid);
  const marks = own.filter(({ kind }) => kind === 'marks').length;
  return { ...row, Modalities: row.ModalitiesInStudy, objects, results: own, unsent: (index.keeping.evictable(uid)[0]?.unsent ?? 0) + marks };
}

/** Somebody has opened it here, or something of it waits to be sent: it is compared more closely than the many others. */
function isLookedAt({ index }: ReconcileSources, uid: StudyUid): boolean {
  const [row] = index.keeping.evictable(uid);
  return row !== undefined && (row.unsent > 0 || row.lastOpenedMs > 0);
}

function ordersOf({ outbox }: ReconcileSources, node: string, uid: StudyUid): ReturnType<Outbox['orders']>['orders'] {
  return outbox.orders({ StudyInstanceUID: uid, node }, 0, MOST_ORDERS).orders;
}

async function remoteStudy(
  sources: ReconcileSources,
  node: string,
  uid: StudyUid,
  { here, isRepeated }: { readonly here: ReadonlySet<string>; readonly isRepeated: boolean },
  signal: AbortSignal,
): Promise<Omit<RemoteStudy, 'replaced'> | undefined> {
  const { pool, nodes, index } = sources;
  const target = nodes.target(nodes.byName(node));
  const found = await remoteStudyMatch(pool, target, uid, signal);
  if (found === undefined) return undefined;
  // for these some archives open every file
  const times = !isRepeated && (isLookedAt(sources, uid) || sources.results.unsent(node, uid).length > 0);
  const described = await describedContents(pool, target, uid, signal, { times });
  const objects = described.map(({ SeriesInstanceUID = '', SOPInstanceUID = '', SOPClassUID = '' }) => ({ SeriesInstanceUID, SOPInstanceUID, SOPClassUID }));
  const own = new Map(index.instances(uid).map((record) => [record.attributes.SOPInstanceUID, record]));
  const suspects = described.flatMap((match) => {
    const record = own.get(match.SOPInstanceUID ?? '');
    if (record === undefined) return [];
    return isDescribedOtherwise(record.attributes, match) || isMadeLater(record.arrivedAtMs, match) ? [record.attributes.SOPInstanceUID] : [];
  });
  const { PatientName = '', PatientID = '', IssuerOfPatientID = '', PatientBirthDate = '', PatientSex = '', AccessionNumber = '' } = found;
  const notes = objects.filter(({ SOPClassUID }) => SOPClassUID === KEY_OBJECT_SELECTION);
  const fresh = [...new Set(notes.filter(({ SOPInstanceUID }) => !here.has(SOPInstanceUID)).map(({ SeriesInstanceUID }) => SeriesInstanceUID))];
  if (fresh.length > 0) {
    const input = { StudyInstanceUID: uid, node, series: fresh };
    await sources.retrieve().run({ jobId: JobId.parse('rejection-notes'), input, resumeFrom: undefined, progress: silent, signal });
  }
  const rejections = [];
  for (const { SOPInstanceUID } of notes) {
    const record = sources.index.instanceByUid(SOPInstanceUID);
    const note = record && (await readRejectionNote(sources.cache, { instanceId: record.id }));
    if (note !== undefined) rejections.push(note);
  }
  // Notes that were fetched to be read are not new any more.
  const read = new Set(notes.map(({ SOPInstanceUID }) => SOPInstanceUID).filter((note) => !here.has(note) && sources.index.has(note)));
  const left = objects.filter(({ SOPInstanceUID }) => !read.has(SOPInstanceUID));
  return { PatientName, PatientID, IssuerOfPatientID, PatientBirthDate, PatientSex, AccessionNumber, objects: left, rejections, suspects };
}
