import { type StudyFilter, type StudyRow, type StudySortKey, type StudyUid, type WorkState } from '@shared/domain';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { coalesce } from './coalesce';
import { useHost } from './host';
import { useNodeStore } from './node';
import { archiveList, BUILT_IN_LISTS, DEFAULT_SORT, filterOf, type ListSort, type SavedList } from './saved-lists';
import { indexOf, PAGE_SIZE, type Pages, pagesOf, patched, rowAt as rowIn } from './study-pages';
import { type ErrorWords, wordsOf } from './words';

/** Rows of one choice at most (`study.deletePlan` takes so many). */
export const MOST_ROWS = 1000;

export type ListStatus = 'loading' | 'ready' | 'failed';

/** The list of studies: a question, its pages as they are asked for, the selection. Rows are patched in place by events. */
export const useWorklistStore = defineStore('worklist', () => {
  const host = useHost();
  const node = useNodeStore();
  const listId = ref('all');
  const ownLists = shallowRef<readonly SavedList[]>([]);
  const archiveLists = shallowRef<readonly SavedList[]>([]);
  const filter = shallowRef<StudyFilter>({});
  const sort = shallowRef<ListSort>(DEFAULT_SORT);
  const pages = shallowRef<Pages>(new Map());
  const matching = ref(0);
  const all = ref(0);
  /** How many of the matching ones are only at archives. */
  const remote = ref(0);
  /** Searches at archives whose rows stand in the list too. */
  const searches = shallowRef<readonly string[]>([]);
  /** Of these: the services have forgotten them, and their rows are not in the list. */
  const goneSearches = shallowRef<readonly string[]>([]);
  const status = ref<ListStatus>('loading');
  const problem = shallowRef<ErrorWords>();
  const selectedUid = ref<StudyUid>();
  const selectedRow = shallowRef<StudyRow>();
  /** Counts of the saved lists by id. */
  const counts = ref<ReadonlyMap<string, number>>(new Map());
  /** Time of the answer that is shown. */
  const answeredAt = shallowRef<Date>();
  /** Grows when the rows were asked anew because the question changed: the view goes to the top. */
  const question = ref(0);

  let epoch = 0;
  let visible = { first: 0, last: 60 };
  let waitingIndex: number | undefined;
  const inFlight = new Map<number, AbortController>();

  const lists = computed(() => [...BUILT_IN_LISTS, ...archiveLists.value, ...ownLists.value]);
  const list = computed(() => lists.value.find((candidate) => candidate.id === listId.value));
  const selectedIndex = computed(() => (selectedUid.value === undefined ? undefined : indexOf(pages.value, selectedUid.value)));
  const filtered = computed(() => Object.values(filter.value).some((value) => value !== undefined && value !== ''));

  function rowAt(index: number): StudyRow | undefined {
    return rowIn(pages.value, index);
  }

  const requestOf = (page: number) => rangeOf(page * PAGE_SIZE, PAGE_SIZE);

  function rangeOf(offset: number, limit: number) {
    const also = searches.value.length === 0 ? {} : { searches: [...searches.value] };
    return { filter: filter.value, sort: sort.value, offset, limit, ...also };
  }

  /** The rows `first`..`last` (inclusive, at most MOST_ROWS), asked for where they are not here; empty when they cannot be had now (a notice says why). */
  async function rowsBetween(first: number, last: number): Promise<readonly StudyRow[]> {
    const here = Array.from({ length: last - first + 1 }, (_, at) => rowAt(first + at)).filter((row) => row !== undefined);
    if (here.length === last - first + 1) return here;
    try {
      return (await host.call('study.search', rangeOf(first, last - first + 1))).rows;
    } catch (error) {
      const words = wordsOf(error, 'The studies could not be read');
      if (words !== undefined) node.notify({ key: 'choice', level: 'danger', text: `${words.what}. ${words.lost}`, detail: words.detail });
      return [];
    }
  }

  const placeOf = (uid: StudyUid): number | undefined => indexOf(pages.value, uid);

  async function fetchPage(page: number, mine: number): Promise<void> {
    if (inFlight.has(page)) return;
    const controller = new AbortController();
    inFlight.set(page, controller);
    try {
      const answer = await host.call('study.search', requestOf(page), { signal: controller.signal });
      if (mine !== epoch) return;
      const next = new Map(pages.value);
      next.set(page, answer.rows);
      pages.value = next;
      accept(answer);
    } catch (error) {
      if (mine === epoch) fail(error);
    } finally {
      if (inFlight.get(page) === controller) inFlight.delete(page);
    }
  }

  function accept(counts: { readonly matching: number; readonly all: number; readonly remote: number; readonly gone: readonly string[] }): void {
    matching.value = counts.matching;
    all.value = counts.all;
    remote.value = counts.remote;
    goneSearches.value = counts.gone;
    status.value = 'ready';
    problem.value = undefined;
    answeredAt.value = new Date();
    if (waitingIndex !== undefined) selectIndex(waitingIndex);
    else if (selectedUid.value === undefined && counts.matching > 0) selectIndex(0);
    const uid = selectedUid.value;
    if (uid === undefined) return;
    const at = indexOf(pages.value, uid);
    if (at !== undefined) selectedRow.value = rowAt(at);
  }

  function fail(error: unknown): void {
    const words = wordsOf(error, 'The list could not be read');
    if (words === undefined) return;
    problem.value = words;
    if (pages.value.size === 0) status.value = 'failed';
  }

  function abandon(): void {
    epoch++;
    for (const controller of inFlight.values()) controller.abort();
    inFlight.clear();
  }

  /** Asks for the pages under rows `first`..`last` that are not here yet. */
  function ensureRange(first: number, last: number): void {
    visible = { first, last };
    for (const page of pagesOf(first, Math.min(last, Math.max(0, matching.value - 1)))) {
      if (!pages.value.has(page)) void fetchPage(page, epoch);
    }
  }

  /** A new question: the old rows stay until the first answer is here. */
  async function ask(): Promise<void> {
    abandon();
    waitingIndex = undefined;
    question.value++;
    visible = { first: 0, last: 60 };
    await replacePages([0]);
  }

  /** Asks for other studies. The selected one is what a key opens: when the answer does not show it, the first that it shows is selected instead, or none. */
  async function askForOthers(): Promise<void> {
    await ask();
    const uid = selectedUid.value;
    if (status.value !== 'ready' || uid === undefined || placeOf(uid) !== undefined) return;
    if (matching.value > 0) selectIndex(0);
    else unselect();
  }

  /** Asks again what is on the screen; everything else is dropped and read when it is scrolled to. */
  async function refresh(): Promise<void> {
    abandon();
    await replacePages(pagesOf(visible.first, visible.last));
  }

  async function replacePages(numbers: readonly number[]): Promise<void> {
    const mine = epoch;
    const controller = new AbortController();
    for (const page of numbers) inFlight.set(page, controller);
    try {
      const requests = numbers.map((page) => host.call('study.search', requestOf(page), { signal: controller.signal }));
      const answers = await Promise.all(requests);
      if (mine !== epoch) return;
      pages.value = new Map(numbers.map((page, at) => [page, answers[at]?.rows ?? []]));
      const last = answers.at(-1);
      accept(last ?? { matching: 0, all: 0, remote: 0, gone: [] });
    } catch (error) {
      if (mine === epoch) fail(error);
    } finally {
      for (const page of numbers) if (inFlight.get(page) === controller) inFlight.delete(page);
    }
  }

  /** The rows of other searches stand in the list from now on; what is read stays where it is. */
  async function setSearches(ids: readonly string[]): Promise<void> {
    if (ids.length === 0 && searches.value.length === 0) return;
    searches.value = [...ids];
    await refresh();
  }

  function setFilter(next: StudyFilter): void {
    filter.value = next;
    void askForOthers();
  }

  function setSort(key: StudySortKey): void {
    sort.value = {
      key,
      descending: sort.value.key === key ? !sort.value.descending : key === 'StudyDate' || key === 'lastArrivalAt' || key === 'instanceCount',
    };
    void ask();
  }

  function showList(id: string): void {
    const wanted = lists.value.find((candidate) => candidate.id === id);
    if (wanted === undefined) return;
    listId.value = id;
    filter.value = filterOf(wanted, new Date());
    sort.value = wanted.sort ?? DEFAULT_SORT;
    void askForOthers();
  }

  function select(uid: StudyUid): void {
    waitingIndex = undefined;
    selectedUid.value = uid;
    const at = indexOf(pages.value, uid);
    if (at !== undefined) selectedRow.value = rowAt(at);
  }

  function unselect(): void {
    selectedUid.value = undefined;
    selectedRow.value = undefined;
  }

  /** Selects a row by its place; when its page is not here yet it is selected as soon as it is. */
  function selectIndex(index: number): void {
    const clamped = Math.min(Math.max(0, index), Math.max(0, matching.value - 1));
    const row = rowAt(clamped);
    if (row === undefined) {
      waitingIndex = clamped;
      ensureRange(clamped, clamped);
      return;
    }
    select(row.StudyInstanceUID);
  }

  function setArchiveLists(names: readonly string[]): void {
    archiveLists.value = names.map(archiveList);
  }

  function addList(name: string, archives: readonly string[] = []): SavedList {
    const made: SavedList = { id: `mine:${name}`, name, group: 'Mine', filter: filter.value, sort: sort.value, archives };
    ownLists.value = [...ownLists.value.filter((other) => other.id !== made.id), made];
    listId.value = made.id;
    void loadCounts();
    return made;
  }

  function removeList(id: string): void {
    ownLists.value = ownLists.value.filter((other) => other.id !== id);
    if (listId.value === id) showList('all');
  }

  async function loadCounts(): Promise<void> {
    const next = new Map<string, number>();
    for (const one of lists.value) {
      // What an archive has is not counted without asking it.
      if (one.group === 'Archives') continue;
      try {
        const request = { filter: filterOf(one, new Date()), sort: DEFAULT_SORT, offset: 0, limit: 1 };
        next.set(one.id, (await host.call('study.search', request)).matching);
      } catch {
        return; // the list itself says what is wrong; counts keep their last value
      }
    }
    counts.value = next;
  }

  /** False: it could not be changed, and a notice says why. */
  async function setState(uid: StudyUid, state: Extract<WorkState, 'unread' | 'reading' | 'done'>): Promise<boolean> {
    try {
      put((await host.call('study.setState', { StudyInstanceUID: uid, state })).study);
      return true;
    } catch (error) {
      const words = wordsOf(error, 'The state of the study could not be changed');
      if (words !== undefined) node.notify({ key: 'state', level: 'danger', text: `${words.what}. ${words.lost}`, detail: words.detail });
      return false;
    }
  }

  /** Studies whose name, id, accession or description hold every word. Rejects when they cannot be asked for now. */
  async function find(text: string, limit: number): Promise<readonly StudyRow[]> {
    return (await host.call('study.search', { filter: { text: text.slice(0, 200) }, sort: DEFAULT_SORT, offset: 0, limit })).rows;
  }

  const laterRefresh = coalesce(() => void refresh(), 250);
  const laterCounts = coalesce(() => void loadCounts(), 1500);

  /** A changed row is replaced in its place; an unknown study makes the list ask again. Nothing is sorted under the reader's hand. */
  function put(study: StudyRow): void {
    if (selectedUid.value === study.StudyInstanceUID) selectedRow.value = study;
    const next = patched(pages.value, study);
    if (next === undefined) laterRefresh.request();
    else pages.value = next;
    laterCounts.request();
  }

  function remove(uid: StudyUid): void {
    if (selectedUid.value === uid) unselect();
    laterRefresh.request();
    laterCounts.request();
  }

  /** Subscribes for the life of the application. */
  function start(): void {
    host.onReconnected(() => {
      void refresh();
      laterCounts.request();
    });
    host.on('study.changed', (event) => put(event.study));
    host.on('study.removed', (event) => remove(event.StudyInstanceUID));
    void ask().then(loadCounts);
  }

  return {
    listId,
    list,
    lists,
    ownLists,
    filter,
    filtered,
    sort,
    pages,
    matching,
    all,
    remote,
    ...{ searches, goneSearches },
    setSearches,
    status,
    problem,
    selectedUid,
    selectedRow,
    selectedIndex,
    counts,
    answeredAt,
    question,
    rowAt,
    rowsBetween,
    placeOf,
    ensureRange,
    ask,
    refresh,
    setFilter,
    setSort,
    showList,
    select,
    selectIndex,
    addList,
    setArchiveLists,
    removeList,
    loadCounts,
    setState,
    find,
    start,
  };
});
