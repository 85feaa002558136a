import { CallError } from '@shared/contract';
import type { Job, JobId, SeriesUid, SopInstanceUid, StudyRow, StudyUid } from '@shared/domain';
import { defineStore } from 'pinia';
import { computed } from 'vue';
import { useArchiveSearchStore } from './archive-search';
import { useHost } from './host';
import { useJobsStore } from './jobs';
import { useNodeStore } from './node';
import { useNodesStore } from './nodes';
import { useTabsStore } from './tabs';
import { wordsOf } from './words';

/** Where a study would be fetched from, and what is known of it there. */
export interface FetchPlace {
  readonly node: string;
  readonly instanceCount?: number | undefined;
}

/** Studies on their way: fetching from archives and sending to nodes, each as a job. */
export const useTransfersStore = defineStore('transfers', () => {
  const host = useHost();
  const jobs = useJobsStore();
  const node = useNodeStore();
  const nodes = useNodesStore();
  const searches = useArchiveSearchStore();
  const tabs = useTabsStore();
  /** The transfer of each study that has not ended, the running one first. */
  const active = computed(() => {
    const byStudy = new Map<string, Job>();
    for (const job of jobs.active) {
      const uid = job.subject?.StudyInstanceUID;
      if (uid !== undefined && job.kind === 'retrieve' && (!byStudy.has(uid) || job.state === 'running')) byStudy.set(uid, job);
    }
    return byStudy;
  });

  const fetching = (uid: StudyUid): Job | undefined => active.value.get(uid);

  /** The archive that a study is best fetched from: one that answers before one that does not, the one with the most objects first. */
  function placeOf(row: Pick<StudyRow, 'at'>): FetchPlace | undefined {
    const known = (row.at ?? []).filter((place) => nodes.archives.some((archive) => archive.name === place.node));
    const answering = known.filter((place) => !searches.silent.has(place.node));
    return [...(answering.length > 0 ? answering : known)].sort((a, b) => (b.instanceCount ?? 0) - (a.instanceCount ?? 0))[0];
  }

  /** Whether an archive that answers has more of it than is here. */
  function hasMore(row: StudyRow): boolean {
    const place = placeOf(row);
    return place !== undefined && (row.where.kind === 'remote' || (place.instanceCount ?? 0) > row.instanceCount);
  }

  function fail(error: unknown, action: string): void {
    const words = wordsOf(error, action);
    if (words === undefined) return;
    const reason = error instanceof CallError && error.code === 'badRequest' ? `${words.what}: ${error.message}` : words.what;
    node.notify({ key: 'transfers', level: 'danger', text: `${reason}. ${words.lost}`, detail: words.detail });
  }

  /** @returns the job, or undefined when it could not be started (a notice says why) */
  async function fetch(
    uid: StudyUid,
    from: string,
    options: { readonly series?: readonly SeriesUid[]; readonly urgent?: boolean } = {},
  ): Promise<JobId | undefined> {
    const { series, urgent } = options;
    try {
      const wish = { StudyInstanceUID: uid, node: from, ...(series === undefined ? {} : { series: [...series] }), ...(urgent === undefined ? {} : { urgent }) };
      return (await host.call('transfer.retrieve', wish)).jobId;
    } catch (error) {
      fail(error, `The study could not be asked for at ${from}`);
      return undefined;
    }
  }

  /** Opens a study; when an archive has it, or more of it, it is fetched before everything else, and opens with its first image. */
  async function fetchAndOpen(row: StudyRow): Promise<void> {
    const place = placeOf(row);
    const isHere = row.where.kind !== 'remote';
    if (place === undefined) {
      if (isHere) tabs.open(row.StudyInstanceUID, row);
      return;
    }
    tabs.open(row.StudyInstanceUID, row, isHere ? undefined : place.node);
    await fetch(row.StudyInstanceUID, place.node, { urgent: true });
  }

  async function send(
    uid: StudyUid,
    to: string,
    part: { readonly series?: readonly SeriesUid[]; readonly images?: readonly SopInstanceUid[] } = {},
  ): Promise<boolean> {
    const { series, images } = part;
    try {
      const wish = {
        StudyInstanceUID: uid,
        node: to,
        ...(series === undefined ? {} : { series: [...series] }),
        ...(images === undefined ? {} : { images: [...images] }),
      };
      await host.call('transfer.send', wish);
      return true;
    } catch (error) {
      fail(error, `The study could not be sent to ${to}`);
      return false;
    }
  }

  return { active, fetching, placeOf, hasMore, fetch, fetchAndOpen, send };
});
