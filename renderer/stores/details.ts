import type { SeriesRow, StudyRow, StudyUid } from '@shared/domain';
import { defineStore } from 'pinia';
import { shallowRef, watch } from 'vue';
import { coalesce, debounce } from './coalesce';
import { useHost } from './host';
import { useWorklistStore } from './worklist';
import { type ErrorWords, wordsOf } from './words';

/** What the details pane shows of the selected study: its series and the other studies of the patient. */
export const useDetailsStore = defineStore('details', () => {
  const host = useHost();
  const worklist = useWorklistStore();
  const uid = shallowRef<StudyUid>();
  const series = shallowRef<readonly SeriesRow[]>([]);
  /** All studies of the patient, newest first, the selected one among them. */
  const history = shallowRef<readonly StudyRow[]>([]);
  const problem = shallowRef<ErrorWords>();
  let controller: AbortController | undefined;

  async function load(): Promise<void> {
    controller?.abort();
    const row = worklist.selectedRow;
    if (row === undefined) {
      uid.value = undefined;
      series.value = [];
      history.value = [];
      return;
    }
    const mine = new AbortController();
    controller = mine;
    try {
      const [details, priors] = await Promise.all([
        host.call('study.get', { StudyInstanceUID: row.StudyInstanceUID }, { signal: mine.signal }),
        host.call('priors.find', { patientKey: row.patientKey }, { signal: mine.signal }),
      ]);
      if (mine.signal.aborted) return;
      uid.value = row.StudyInstanceUID;
      series.value = details.series;
      const others = priors.studies.filter((study) => study.StudyInstanceUID !== row.StudyInstanceUID);
      history.value = [details.study, ...others].sort((a, b) => (a.StudyDate + a.StudyTime < b.StudyDate + b.StudyTime ? 1 : -1));
      problem.value = undefined;
    } catch (error) {
      if (!mine.signal.aborted) problem.value = wordsOf(error, 'The details of the study could not be read');
    }
  }

  /** Subscribes for the life of the application. */
  function start(): void {
    const soon = debounce(() => void load(), 60);
    const later = coalesce(() => void load(), 600);
    watch(
      () => worklist.selectedUid,
      () => soon.request(),
    );
    host.on('study.changed', (event) => {
      if (event.study.StudyInstanceUID === worklist.selectedUid) later.request();
    });
    host.onReconnected(() => later.request());
  }

  return { uid, series, history, problem, load, start };
});
