import { JobId, StudyUid } from '@shared/domain';
import type { Clock } from '../host-environment';
import type { Index } from '../index';
import type { Settings } from '../settings';
import { type JobDefinition, type JobProgress, type Jobs, type ListedStudy, type OutageSetParts, systemTimers } from '../sync';
import { findScheduled, type ScheduledStep } from '../dimse';
import { type ArchivePool, findAt } from './archive-pool';
import { SAMPLE_BYTES } from './content-sample';
import type { NodeList } from './node-list';
import { remoteContents } from './remote-contents';

export interface OutageSetSources {
  readonly clock: Clock;
  readonly index: Pick<Index, 'has' | 'getStudy'>;
  readonly settings: Settings;
  readonly nodes: Pick<NodeList, 'byName' | 'target'>;
  readonly pool: ArchivePool;
  retrieve(): JobDefinition;
  jobs(): Jobs;
  refusal(): string | undefined;
  /** Compares one study with an archive. Rejects when that cannot be done. */
  compare(node: string, uid: StudyUid, signal: AbortSignal): Promise<void>;
  onChanged: OutageSetParts['onChanged'];
}

const MOST_FOUND = 2000;
const nothing = (): void => undefined;
const silent: JobProgress = { set: nothing, bytes: nothing, alreadyHere: nothing, refuse: nothing, note: nothing, touched: nothing, checkpoint: nothing };

/** What the outage set asks archives and does with this station. */
export function outageSetParts(sources: OutageSetSources): OutageSetParts {
  const { settings, pool, nodes } = sources;
  return {
    timers: systemTimers(sources.clock),
    load: () => settings.value('outageSet'),
    save: (set) => settings.set('outageSet', set),
    isHere: (uid) => sources.index.has(uid),
    sizeOf: (uid) => sources.index.getStudy(uid)?.sizeBytes ?? 0,
    refusal: () => sources.refusal(),
    onChanged: sources.onChanged,
    start: () => void sources.jobs().start('outageSet', {}),
    contents: async (node, uid, signal) =>
      (await remoteContents(pool, nodes.target(nodes.byName(node)), uid, signal)).map(({ SOPInstanceUID }) => SOPInstanceUID),
    async compareContent(node, uid, signal) {
      try {
        await sources.compare(node, uid, signal);
      } catch {
        signal.throwIfAborted(); // the study is here and complete all the same; how much of it was compared is said with it
        return 0;
      }
      return Math.min(SAMPLE_BYTES, sources.index.getStudy(uid)?.sizeBytes ?? 0);
    },
    async fetch(study, node, signal) {
      // One study after another: work that somebody waits for has its own place beside it.
      await sources.retrieve().run({
        jobId: JobId.parse('outage-set'),
        input: { StudyInstanceUID: study.StudyInstanceUID, node },
        resumeFrom: undefined,
        progress: silent,
        signal,
      });
    },
    async scheduled(worklist, request, signal) {
      const target = nodes.target(nodes.byName(worklist));
      if (target.web !== undefined) throw new Error(`${worklist} is called by DICOMweb, which has no modality worklist`);
      const steps: ScheduledStep[] = [];
      const run = findScheduled(pool, target, { ...request, maxMatches: MOST_FOUND }, signal);
      for (;;) {
        const next = await run.next();
        if (!next.done) {
          steps.push(next.value);
          continue;
        }
        signal.throwIfAborted();
        if (next.value.kind === 'failed') throw new Error(next.value.failure.words);
        if (next.value.kind === 'refused') throw new Error(next.value.words);
        return steps;
      }
    },
    async find(node, { from, to, PatientID, modality }, signal) {
      const keys = {
        ...(from === undefined && to === undefined ? {} : { StudyDate: `${from ?? ''}-${to ?? ''}` }),
        ...(PatientID === undefined ? {} : { PatientID }),
        ...(modality === undefined ? {} : { ModalitiesInStudy: modality }),
      };
      const found: ListedStudy[] = [];
      const run = findAt(pool, nodes.target(nodes.byName(node)), { root: 'study', level: 'STUDY', keys, maxMatches: MOST_FOUND }, signal);
      for (;;) {
        const next = await run.next();
        if (!next.done) {
          const uid = StudyUid.safeParse(next.value.StudyInstanceUID);
          const { PatientName = '', PatientID: id = '', IssuerOfPatientID = '', StudyDate = '', StudyDescription = '', ModalitiesInStudy = '' } = next.value;
          if (uid.success)
            found.push({
              StudyInstanceUID: uid.data,
              PatientName,
              PatientID: id,
              IssuerOfPatientID,
              StudyDate,
              StudyDescription,
              ModalitiesInStudy: ModalitiesInStudy.split('\\').filter((one) => one !== ''),
            });
          continue;
        }
        signal.throwIfAborted();
        if (next.value.kind === 'failed') throw new Error(next.value.failure.words);
        if (next.value.kind === 'refused') throw new Error(next.value.words);
        return found;
      }
    },
  };
}
