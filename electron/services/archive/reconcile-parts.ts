import { setTimeout as sleep } from 'node:timers/promises';
import type { ReconcileItem, StudyUid } from '@shared/domain';
import { JobId } from '@shared/domain';
import type { Cache } from '../cache';
import type { Clock } from '../host-environment';
import type { Index } from '../index';
import { readRejectionNote } from '../objects';
import type { JobDefinition, JobProgress, Jobs, ReconcileParts, RemoteStudy } from '../sync';
import type { ArchivePool } from './archive-pool';
import type { NodeList } from './node-list';
import { remoteContents, remoteStudyMatch } from './remote-contents';

export interface ReconcileSources {
  readonly clock: Clock;
  readonly index: Index;
  readonly cache: Cache;
  readonly nodes: Pick<NodeList, 'byName' | 'target'>;
  readonly pool: ArchivePool;
  jobs(): Jobs;
  /** The work of a retrieve job, for the rejection notes that a comparison must read. */
  retrieve(): JobDefinition;
  onChanged: ReconcileParts['onChanged'];
}

const KEY_OBJECT_SELECTION = '1.2.840.10008.5.1.4.1.1.88.59';
/** The latest studies are compared; older ones on their next opening. */
const MOST_STUDIES = 2000;
const SETTLE_MS = 200;
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
  const { clock, index, cache } = sources;
  const subjectOf = (item: ReconcileItem, node: string) => {
    const { StudyInstanceUID, PatientName, PatientID, StudyDate, StudyDescription, Modalities } = item;
    return { StudyInstanceUID, node, PatientName, PatientID, StudyDate, StudyDescription, ModalitiesInStudy: [...Modalities] };
  };
  const fetch = (item: ReconcileItem, node: string): string => {
    sources.jobs().start('retrieve', { StudyInstanceUID: item.StudyInstanceUID, node, subject: subjectOf(item, node) });
    return `is being fetched from ${node}`;
  };
  return {
    clock,
    onChanged: sources.onChanged,
    studiesAt(node) {
      const known = index.keeping.evictable().filter(({ nodes, unsent }) => nodes.includes(node) || unsent > 0);
      return known
        .sort((a, b) => b.lastArrivalMs - a.lastArrivalMs)
        .slice(0, MOST_STUDIES)
        .map(({ StudyInstanceUID }) => StudyInstanceUID);
    },
    local(node, uid) {
      const row = index.getStudy(uid);
      if (row === undefined) return undefined;
      const objects = index.instances(uid).map(({ attributes: { SOPInstanceUID, SeriesInstanceUID } }) => ({
        SOPInstanceUID,
        SeriesInstanceUID,
        wasThere: index.keeping.proofsOf(SOPInstanceUID).some((proof) => proof.node === node),
      }));
      return { ...row, Modalities: row.ModalitiesInStudy, objects, unsent: index.keeping.evictable(uid)[0]?.unsent ?? 0 };
    },
    remote: (node, uid, here, signal) => remoteStudy(sources, node, uid, here, signal),
    does: {
      async setAside(item, node) {
        const { removed, kept } = await cache.setAside(item.objects, `rejected at ${node}`);
        if (kept.length > 0) throw new Error(`${String(kept.length)} images could not be set aside (${kept[0] ?? ''})`);
        return `${String(removed)} images set aside`;
      },
      fetch: (item, node) => Promise.resolve(fetch(item, node)),
      async fetchAgain(item, node) {
        const { kept } = await cache.setAside(item.objects, `re-identified at ${node}`);
        if (kept.length > 0) throw new Error(`${String(kept.length)} images could not be set aside (${kept[0] ?? ''})`);
        return fetch(item, node);
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

async function remoteStudy(
  sources: ReconcileSources,
  node: string,
  uid: StudyUid,
  here: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<RemoteStudy | undefined> {
  const { pool, nodes } = sources;
  const target = nodes.target(nodes.byName(node));
  const found = await remoteStudyMatch(pool, target, uid, signal);
  if (found === undefined) return undefined;
  const objects = await remoteContents(pool, target, uid, signal, { classes: true });
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
  return { PatientName, PatientID, IssuerOfPatientID, PatientBirthDate, PatientSex, AccessionNumber, objects: left, rejections };
}
