import type { ArchiveSeries, ContentCheck, DisplaySet, SeriesRow, StudyKeeping, StudyRow, StudyUid, ViewedCounts } from '@shared/domain';
import { defineStore } from 'pinia';
import { ref, shallowRef, watch } from 'vue';
import { coalesce, debounce } from './coalesce';
import { useHost } from './host';
import { useLookedStore } from './looked';
import { useTransfersStore } from './transfers';
import { useWorklistStore } from './worklist';
import { type ErrorWords, wordsOf } from './words';

/** Studies of more objects are not laid out for the pane: their display sets are made when they are opened. */
const MOST_OBJECTS_FOR_SETS = 3000;

/** What the details pane shows of the selected study: its series, the other studies of the patient, and after a while its display sets. */
export const useDetailsStore = defineStore('details', () => {
  const host = useHost();
  const worklist = useWorklistStore();
  const transfers = useTransfersStore();
  const looked = useLookedStore();
  /** The study that everything here is of; another study's values are never shown under a new name. */
  const uid = shallowRef<StudyUid>();
  const series = shallowRef<readonly SeriesRow[]>([]);
  /** All studies of the patient, newest first, the selected one among them. */
  const history = shallowRef<readonly StudyRow[]>([]);
  /** Images of `uid` that stood on the screen; undefined: nothing of it is here. */
  const viewed = shallowRef<ViewedCounts>();
  /** Who pinned `uid` or put it on legal hold, when, and why; undefined: nobody has. */
  const keeping = shallowRef<StudyKeeping>();
  /** How much of `uid` was compared with what archives have under its UIDs. */
  const contents = shallowRef<readonly ContentCheck[]>([]);
  /** Display sets of `uid`; undefined = not asked for (yet). */
  const displaySets = shallowRef<readonly DisplaySet[]>();
  const problem = shallowRef<ErrorWords>();
  /** The series as an archive has them, when it has more than is here; undefined: not asked for, or not answered (yet). */
  const elsewhere = shallowRef<{ readonly node: string; readonly series: readonly ArchiveSeries[] }>();
  /** Why an archive did not say which series it has. */
  const elsewhereProblem = ref('');
  let controller: AbortController | undefined;

  function forget(): void {
    uid.value = undefined;
    series.value = [];
    history.value = [];
    viewed.value = undefined;
    keeping.value = undefined;
    contents.value = [];
    displaySets.value = undefined;
    forgetElsewhere();
  }

  function forgetElsewhere(): void {
    elsewhere.value = undefined;
    elsewhereProblem.value = '';
  }

  async function load(): Promise<void> {
    controller?.abort();
    const row = worklist.selectedRow;
    problem.value = undefined;
    if (row === undefined) {
      forget();
      return;
    }
    const mine = new AbortController();
    controller = mine;
    if (uid.value !== row.StudyInstanceUID) forgetElsewhere();
    try {
      const [details, priors] = await Promise.all([
        row.where.kind === 'remote'
          ? { study: row, series: [], viewed: undefined, keeping: undefined, contents: [] }
          : host.call('study.get', { StudyInstanceUID: row.StudyInstanceUID }, { signal: mine.signal }),
        // Studies without a Patient ID share one key and are of different people.
        row.PatientID === '' ? { studies: [] } : host.call('priors.find', { patientKey: row.patientKey }, { signal: mine.signal }),
      ]);
      if (mine.signal.aborted) return;
      if (uid.value !== row.StudyInstanceUID) displaySets.value = undefined;
      uid.value = row.StudyInstanceUID;
      series.value = details.series;
      viewed.value = details.viewed;
      keeping.value = details.keeping;
      contents.value = details.contents;
      const others = priors.studies.filter((study) => study.StudyInstanceUID !== row.StudyInstanceUID);
      history.value = [details.study, ...others].sort((a, b) => (a.StudyDate + a.StudyTime < b.StudyDate + b.StudyTime ? 1 : -1));
      // Not before the study itself is here: what an archive says of it is never shown under the one before.
      laterSeries.request();
      laterSets.request();
    } catch (error) {
      if (!mine.signal.aborted) problem.value = wordsOf(error, 'The details of the study could not be read');
    }
  }

  /** The display sets of the study that the reader rests on: what a series looks like and what can be decoded. */
  async function loadSets(): Promise<void> {
    const row = worklist.selectedRow;
    const mine = controller;
    if (
      row === undefined ||
      mine === undefined ||
      row.where.kind === 'remote' ||
      row.StudyInstanceUID !== uid.value ||
      row.instanceCount > MOST_OBJECTS_FOR_SETS
    )
      return;
    const isOver = (): boolean => mine.signal.aborted;
    try {
      const known = await looked.of(row.StudyInstanceUID)?.catch(() => undefined);
      if (isOver()) return;
      const opened = known ?? (await looked.at(row.StudyInstanceUID));
      if (!isOver()) displaySets.value = opened.displaySets;
    } catch {
      // The pane says "not checked" then; the study itself is opened by another way, which says what is wrong.
    }
  }
  /** Asks the archive that has the most of the study, when the reader rests on a row of which not all is here. */
  async function loadElsewhere(): Promise<void> {
    const row = worklist.selectedRow;
    const mine = controller;
    if (row === undefined || mine === undefined || !transfers.hasMore(row)) return;
    const node = transfers.placeOf(row)?.node;
    if (node === undefined) return;
    try {
      const { series: found } = await host.call('archive.series', { StudyInstanceUID: row.StudyInstanceUID, node }, { signal: mine.signal });
      if (mine.signal.aborted) return;
      elsewhere.value = { node, series: found };
      elsewhereProblem.value = '';
    } catch (error) {
      if (!mine.signal.aborted) elsewhereProblem.value = error instanceof Error ? error.message : `${node} did not answer`;
    }
  }
  const laterSeries = debounce(() => void loadElsewhere(), 350);
  const laterSets = debounce(() => void loadSets(), 250);

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
    host.on('study.viewed', (event) => {
      if (event.StudyInstanceUID === uid.value) viewed.value = event.viewed;
    });
    host.onReconnected(() => later.request());
  }

  return { uid, series, history, viewed, keeping, contents, displaySets, elsewhere, elsewhereProblem, problem, load, start };
});
