import type { StudyFilter } from '@shared/domain';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import { archiveFilterOf } from './archive-query';
import { useArchivingStore } from './archiving';
import { coalesce, debounce } from './coalesce';
import { useHost } from './host';
import { useNodesStore } from './nodes';
import { useWorklistStore } from './worklist';
import { wordsOf } from './words';

/** How one archive answers the question of the list. */
export interface ArchiveAnswer {
  readonly node: string;
  readonly searchId: string;
  readonly state: 'asking' | 'complete' | 'limited' | 'cancelled' | 'failed';
  readonly matches: number;
  /** Why it failed, or that it left something out. */
  readonly words: string;
  /** ISO time of the end, or of the question. */
  readonly at: string;
}

/** More studies than this are no answer to a question. */
const MOST_MATCHES = 5000;
const ASK_AGAIN_MS = 700;
const REMEMBERED = 6;

/** The list's question put to archives: rows stream into the list, each archive's end stands beside it, one that fails hides nothing of the others. */
export const useArchiveSearchStore = defineStore('archive-search', () => {
  const host = useHost();
  const nodes = useNodesStore();
  const worklist = useWorklistStore();
  const archiving = useArchivingStore();
  /** Names of the archives that the list asks besides this station. */
  const scope = shallowRef<readonly string[]>([]);
  const answers = shallowRef<readonly ArchiveAnswer[]>([]);
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

  /** ISO time of the latest answer of any of them; undefined: none has answered in this run. */
  function lastAnswerOf(names: readonly string[]): string | undefined {
    return names
      .flatMap((name) => [lastAnswers.value.get(name) ?? [], archiving.reachOf(name)?.lastAnswerAt ?? []].flat())
      .sort()
      .at(-1);
  }

  function put(searchId: string, change: (answer: ArchiveAnswer) => ArchiveAnswer): void {
    answers.value = answers.value.map((answer) => (answer.searchId === searchId ? change(answer) : answer));
  }

  function cancel(): void {
    for (const { searchId, state } of answers.value) if (state === 'asking') void host.call('archive.cancelSearch', { searchId }).catch(() => undefined);
  }

  /** Asks the chosen archives what the list asks for now. */
  async function ask(): Promise<void> {
    const filter = archiveFilterOf(worklist.filter);
    asked = JSON.stringify([chosen.value, filter]);
    cancel();
    needsMore.value = filter === undefined && chosen.value.length > 0;
    if (filter === undefined || chosen.value.length === 0) {
      answers.value = [];
      await worklist.setSearches([]);
      return;
    }
    const mine = asked;
    answers.value = [];
    const started = await Promise.all(chosen.value.map((node) => begin(node, filter)));
    if (mine !== asked) return;
    answers.value = started.map((first) => answers.value.find((now) => now.searchId === first.searchId && first.searchId !== '') ?? first);
    await worklist.setSearches(started.map(({ searchId }) => searchId).filter((id) => id !== ''));
  }

  async function begin(node: string, filter: StudyFilter): Promise<ArchiveAnswer> {
    const at = new Date().toISOString();
    try {
      const { searchId } = await host.call('archive.search', { node, filter, limit: MOST_MATCHES });
      const answer: ArchiveAnswer = { node, searchId, state: 'asking', matches: 0, words: '', at };
      // Its rows may come before the other archives have begun.
      answers.value = [...answers.value.filter((other) => other.node !== node), answer];
      return answer;
    } catch (error) {
      const words = wordsOf(error, `${node} could not be asked`);
      return { node, searchId: '', state: 'failed', matches: 0, words: words === undefined ? '' : `${words.what}: ${words.detail}`, at };
    }
  }
  /** What an archive said before stands in the list while it does not answer; the list's own filter narrows it. */
  async function showRemembered(name: string): Promise<void> {
    const known = (remembered.get(name) ?? []).filter((id) => !worklist.searches.includes(id));
    if (known.length > 0) await worklist.setSearches([...worklist.searches, ...known]);
  }

  /** Which archives the list asks; none: only what is here. Asks them at once. */
  function setScope(names: readonly string[]): void {
    scope.value = [...names];
    void ask();
  }

  const askSoon = debounce(() => {
    if (JSON.stringify([chosen.value, archiveFilterOf(worklist.filter)]) !== asked) void ask();
  }, ASK_AGAIN_MS);
  const showMore = coalesce(() => void worklist.refresh(), 250);

  /** Subscribes for the life of the application. */
  function start(): void {
    host.on('archive.matches', ({ searchId, studies }) => {
      put(searchId, (answer) => ({ ...answer, matches: answer.matches + studies.length }));
      if (worklist.searches.includes(searchId)) showMore.request();
    });
    host.on('archive.searchEnded', ({ searchId, outcome, matches, words }) => {
      const name = answers.value.find((answer) => answer.searchId === searchId)?.node;
      if (name !== undefined && outcome === 'failed') void showRemembered(name);
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

  return { scope, chosen, answers, asking, silent, needsMore, lastAnswers, lastAnswerOf, ask, cancel, setScope, start };
});
