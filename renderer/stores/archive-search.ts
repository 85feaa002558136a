import type { ArchiveFilter } from '@shared/domain';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import { type ArchiveAnswer, mergedAnswers, type QuestionAnswer } from './archive-answers';
import { archiveQuestions, askedAs } from './archive-query';
import { useArchivingStore } from './archiving';
import { coalesce, debounce } from './coalesce';
import { useHost } from './host';
import { useNodesStore } from './nodes';
import { useWorklistStore } from './worklist';
import { wordsOf } from './words';

/** More studies than this are no answer to a question. */
const MOST_MATCHES = 5000;
const ASK_AGAIN_MS = 700;
const REMEMBERED = 6;
/** So many searches a list takes beside what is here. */
const MOST_SEARCHES = 400;

/** The list's question put to archives: rows stream into the list, each archive's end stands beside it, one that fails hides nothing of the others. */
export const useArchiveSearchStore = defineStore('archive-search', () => {
  const host = useHost();
  const nodes = useNodesStore();
  const worklist = useWorklistStore();
  const archiving = useArchivingStore();
  /** Names of the archives that the list asks besides this station. */
  const scope = shallowRef<readonly string[]>([]);
  const questions = shallowRef<readonly QuestionAnswer[]>([]);
  /** Searches whose rows the list does not take: there are too many. */
  const cut = shallowRef<ReadonlySet<string>>(new Set());
  const answers = computed((): readonly ArchiveAnswer[] =>
    mergedAnswers(questions.value.map((one) => (isLeftOut(one.searchId) ? { ...one, isLeftOut: true } : one))),
  );
  /** "name, ID or accession number": what the free words of the list were taken for; empty where there are none. */
  const takenAs = ref('');
  /** Archives are chosen, but the list asks for nothing that they could look for. */
  const needsMore = ref(false);
  const asking = computed(() => answers.value.some((answer) => answer.state === 'asking'));
  /** Archives that do not answer: their last search failed, or the watch over them says so. */
  const silent = computed(() => new Set([...archiving.awayNames, ...answers.value.filter((answer) => answer.state === 'failed').map((answer) => answer.node)]));
  /** Names of archives that still exist. */
  const chosen = computed(() => scope.value.filter((name) => nodes.archives.some((node) => node.name === name)));
  /** Time of the last answer of each archive in this run. */
  const lastAnswers = shallowRef<ReadonlyMap<string, string>>(new Map());
  /** The latest searches of each archive that brought something: their rows stay in the list while it does not answer. */
  const remembered = new Map<string, readonly string[]>();
  let asked = '';
  let turn = 0;

  /** ISO time of the latest answer of any of them; undefined: none has answered in this run. */
  function lastAnswerOf(names: readonly string[]): string | undefined {
    return names
      .flatMap((name) => [lastAnswers.value.get(name) ?? [], archiving.reachOf(name)?.lastAnswerAt ?? []].flat())
      .sort()
      .at(-1);
  }

  function put(searchId: string, change: (answer: QuestionAnswer) => QuestionAnswer): void {
    questions.value = questions.value.map((answer) => (answer.searchId === searchId ? change(answer) : answer));
  }

  const isLeftOut = (searchId: string): boolean => cut.value.has(searchId) || worklist.goneSearches.includes(searchId);
  const inList = (ids: readonly string[]): Promise<void> => {
    // the list holds what was not cut before: what was stays named until the question is another
    const still = questions.value.map(({ searchId }) => searchId).filter((id) => cut.value.has(id));
    cut.value = new Set([...still, ...ids.slice(MOST_SEARCHES)]);
    return worklist.setSearches(ids.slice(0, MOST_SEARCHES));
  };

  const cancel = (all: readonly QuestionAnswer[] = questions.value): void => {
    for (const { searchId, state } of all) if (state === 'asking') void host.call('archive.cancelSearch', { searchId }).catch(() => undefined);
  };

  /** Asks the chosen archives what the list asks for now. */
  async function ask(): Promise<void> {
    const wanted = archiveQuestions(worklist.filter);
    asked = JSON.stringify([chosen.value, wanted]);
    const mine = ++turn;
    cancel();
    needsMore.value = wanted.length === 0 && chosen.value.length > 0;
    takenAs.value = askedAs(wanted);
    questions.value = [];
    if (wanted.length === 0 || chosen.value.length === 0) {
      await worklist.setSearches([]);
      return;
    }
    const started = await Promise.all(chosen.value.flatMap((node) => wanted.map(({ filter }) => begin(node, filter, () => mine === turn))));
    if (mine !== turn) {
      // what was asked for meanwhile did not know of these yet
      cancel(started);
      return;
    }
    questions.value = started.map((first) => questions.value.find((now) => now.searchId === first.searchId && first.searchId !== '') ?? first);
    await inList(started.map(({ searchId }) => searchId).filter((id) => id !== ''));
  }

  async function begin(node: string, filter: ArchiveFilter, isWanted: () => boolean): Promise<QuestionAnswer> {
    const at = new Date().toISOString();
    try {
      const { searchId } = await host.call('archive.search', { node, filter, limit: MOST_MATCHES });
      const answer: QuestionAnswer = { node, searchId, state: 'asking', matches: 0, studies: new Set(), words: '', at };
      // Its rows may come before the other archives have begun.
      if (isWanted()) questions.value = [...questions.value, answer];
      return answer;
    } catch (error) {
      const words = wordsOf(error, `${node} could not be asked`);
      return { node, searchId: '', state: 'failed', matches: 0, studies: new Set(), words: words === undefined ? '' : `${words.what}: ${words.detail}`, at };
    }
  }

  /** What an archive said before stands in the list while it does not answer; the list's own filter narrows it. */
  async function showRemembered(name: string, failed: string): Promise<void> {
    const known = (remembered.get(name) ?? []).filter((id) => !worklist.searches.includes(id));
    if (known.length === 0) return;
    const shown = inList([...worklist.searches, ...known]);
    if (known.some((id) => cut.value.has(id))) cut.value = new Set([...cut.value, failed]);
    await shown;
  }

  /** Which archives the list asks; none: only what is here. Asks them at once. */
  function setScope(names: readonly string[]): void {
    scope.value = [...names];
    void ask();
  }

  const askSoon = debounce(() => {
    if (JSON.stringify([chosen.value, archiveQuestions(worklist.filter)]) !== asked) void ask();
  }, ASK_AGAIN_MS);
  const showMore = coalesce(() => void worklist.refresh(), 250);

  /** Subscribes for the life of the application. */
  function start(): void {
    host.on('archive.matches', ({ searchId, studies }) => {
      put(searchId, (answer) => {
        const found = new Set([...answer.studies, ...studies.map(({ StudyInstanceUID }) => StudyInstanceUID)]);
        return { ...answer, studies: found, matches: answer.matches + studies.length };
      });
      if (worklist.searches.includes(searchId)) showMore.request();
    });
    host.on('archive.searchEnded', ({ searchId, outcome, matches, words }) => {
      const name = questions.value.find((answer) => answer.searchId === searchId)?.node;
      if (name !== undefined && outcome === 'failed') void showRemembered(name, searchId);
      if (name !== undefined && matches > 0) remembered.set(name, [searchId, ...(remembered.get(name) ?? [])].slice(0, REMEMBERED));
      if (name !== undefined && outcome !== 'failed') lastAnswers.value = new Map([...lastAnswers.value, [name, new Date().toISOString()]]);
      put(searchId, (answer) => ({ ...answer, state: outcome, matches, words, at: new Date().toISOString() }));
      if (worklist.searches.includes(searchId)) showMore.request();
    });
    watch(
      () => nodes.archives,
      (archives) => worklist.setArchiveLists(archives.map((archive) => archive.name)),
      { immediate: true },
    );
    watch(
      () => [...archiving.awayNames].join('\n'),
      (now, before) => {
        const back = before.split('\n').filter((name) => name !== '' && !now.split('\n').includes(name));
        if (back.some((name) => chosen.value.includes(name))) void ask();
      },
    );
    // The services forgot what archives said when they were started again.
    host.onReconnected(() => void ask());
    watch(
      () => [worklist.filter, chosen.value] as const,
      () => askSoon.request(),
    );
  }

  return { scope, chosen, answers, takenAs, asking, silent, needsMore, lastAnswers, lastAnswerOf, ask, cancel, setScope, start };
});
