import type { EventPayload } from '@shared/contract';
import type { StudyUid } from '@shared/domain';
import type { FoundStudies } from './archive';
import type { Cache } from './cache';
import type { DicomNode } from './dimse';
import type { Index } from './index';
import { type Broadcaster, coalesce, withPlaces } from './rpc';
import type { Jobs } from './sync';

const STUDY_EVENT_EVERY_MS = 200;
const CACHE_EVENT_EVERY_MS = 1000;

interface Wired {
  readonly index: Index;
  readonly cache: Cache;
  readonly node: DicomNode;
  readonly jobs: Jobs;
  readonly found: FoundStudies;
  readonly broadcaster: Broadcaster;
}

/** Subscribes the events of the contract to their sources; returns the function that ends it. */
export function wireEvents({ index, cache, node, jobs, found, broadcaster }: Wired): () => void {
  const studies = coalesce<StudyUid>(STUDY_EVENT_EVERY_MS, (uid) => {
    const study = index.getStudy(uid);
    if (study !== undefined) broadcaster.emit('study.changed', { study: withPlaces(study, found), revision: index.revision(uid) });
  });
  const status = coalesce<'cache'>(CACHE_EVENT_EVERY_MS, () => broadcaster.emit('cache.changed', cache.status()));
  const viewed = coalesce<StudyUid>(STUDY_EVENT_EVERY_MS, (StudyInstanceUID) =>
    broadcaster.emit('study.viewed', { StudyInstanceUID, viewed: index.objects.viewedOf(StudyInstanceUID) }),
  );
  const offs = [
    index.objects.onViewed((uid) => viewed.touch(uid as StudyUid)),
    index.onChanged((changes) => {
      for (const { StudyInstanceUID } of changes) studies.touch(StudyInstanceUID);
      status.touch('cache');
    }),
    index.onRemoved((uids) => {
      for (const StudyInstanceUID of uids) broadcaster.emit('study.removed', { StudyInstanceUID });
      status.touch('cache');
    }),
    cache.onQuarantined(() => status.touch('cache')),
    cache.onListChanged(() => status.touch('cache')),
    cache.onNotice((notice: EventPayload<'station.notice'>) => broadcaster.notice(notice)),
    node.onChanged((changed) => broadcaster.emit('node.changed', changed)),
    node.onRefused((sender) => broadcaster.emit('node.senderRefused', sender)),
    jobs.onChanged((job) => broadcaster.emit('job.changed', job)),
  ];
  return () => {
    for (const off of offs) off();
    studies.close();
    viewed.close();
    status.close();
  };
}
