import type { DisplaySet, HeaderPage, HeaderRow, ObjectRef } from '@shared/domain';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { useHost } from './host';
import { useNodeStore } from './node';
import { type ErrorWords, wordsOf } from './words';

/** One object that the header view can show. */
export interface HeaderSubject {
  readonly object: ObjectRef;
  /** "CT chest, image 12 of 512". */
  readonly label: string;
}

const PAGE = 200;

/** The header view: which object, which lines of it are here. Lines come in pages as they are scrolled to. */
export const useObjectHeaderStore = defineStore('objectHeader', () => {
  const host = useHost();
  const node = useNodeStore();
  const subjects = shallowRef<readonly HeaderSubject[]>([]);
  const at = ref(0);
  const query = ref('');
  const allOpen = ref(false);
  const toggled = shallowRef<ReadonlySet<number>>(new Set());
  const facts = shallowRef<Omit<HeaderPage, 'rows'>>();
  const pages = shallowRef<ReadonlyMap<number, readonly HeaderRow[]>>(new Map());
  const problem = shallowRef<ErrorWords>();
  /** What the pages here are an answer to: older answers are dropped. */
  let turn = 0;
  const asked = new Set<number>();

  const subject = computed(() => subjects.value[at.value]);
  const isOpen = computed(() => subject.value !== undefined);

  function rowAt(index: number): HeaderRow | undefined {
    return pages.value.get(Math.floor(index / PAGE))?.[index % PAGE];
  }

  async function load(page: number): Promise<void> {
    const { object } = subject.value ?? {};
    if (object === undefined || asked.has(page)) return;
    asked.add(page);
    const mine = turn;
    try {
      const answer = await host.call('object.header', {
        object,
        allOpen: allOpen.value,
        toggled: [...toggled.value],
        query: query.value,
        offset: page * PAGE,
        limit: PAGE,
      });
      if (mine !== turn) return;
      const { rows, ...rest } = answer;
      facts.value = rest;
      // Until the first answer to a new question the old lines stand: nothing jumps.
      pages.value = new Map([...(fresh ? [] : pages.value), [page, rows]]);
      fresh = false;
      problem.value = undefined;
    } catch (error) {
      if (mine !== turn) return;
      asked.delete(page);
      problem.value = wordsOf(error, 'The header could not be read');
    }
  }

  let fresh = true;
  function ask(): void {
    turn++;
    fresh = true;
    asked.clear();
    void load(0);
  }

  function show(next: readonly HeaderSubject[], index = 0): void {
    subjects.value = next;
    at.value = Math.min(Math.max(0, index), Math.max(0, next.length - 1));
    query.value = '';
    allOpen.value = false;
    toggled.value = new Set();
    pages.value = new Map();
    facts.value = undefined;
    problem.value = undefined;
    ask();
  }

  /** Another object of the same list; what was searched for stays. */
  function step(by: number): void {
    const next = at.value + by;
    if (next < 0 || next >= subjects.value.length) return;
    at.value = next;
    toggled.value = new Set();
    // Never the lines of one object under the name of another.
    pages.value = new Map();
    ask();
  }

  function setQuery(text: string): void {
    query.value = text;
    ask();
  }

  function toggle(row: HeaderRow): void {
    if (row.open === undefined || query.value.trim() !== '') return;
    const next = new Set(toggled.value);
    if (!next.delete(row.row)) next.add(row.row);
    toggled.value = next;
    ask();
  }

  function openAll(open: boolean): void {
    allOpen.value = open;
    toggled.value = new Set();
    ask();
  }

  /** Asks for the pages that rows `first`..`last` lie on. */
  function ensure(first: number, last: number): void {
    for (let page = Math.floor(first / PAGE); page <= Math.floor(last / PAGE); page++) void load(page);
  }

  async function copy(what: 'value' | 'line' | 'all', row = 0): Promise<void> {
    const { object } = subject.value ?? {};
    if (object === undefined) return;
    try {
      const { text, cut } = await host.call('object.headerText', { object, what, row });
      await node.copyText(text);
      if (cut) node.notify({ key: 'header-copy', level: 'info', text: 'What was copied is cut: the whole is too long for the clipboard.', detail: '' });
    } catch (error) {
      problem.value = wordsOf(error, 'The text could not be copied');
    }
  }

  function close(): void {
    turn++;
    subjects.value = [];
    pages.value = new Map();
  }

  /** The objects of a study by their display sets, starting with the first of the study. */
  async function showStudy(StudyInstanceUID: DisplaySet['StudyInstanceUID']): Promise<void> {
    try {
      const { displaySets } = await host.call('study.open', { StudyInstanceUID });
      const found = subjectsOf(displaySets);
      if (found.length > 0) show(found);
    } catch (error) {
      const words = wordsOf(error, 'The study could not be opened');
      if (words !== undefined) node.notify({ key: 'header', level: 'attention', text: `${words.what}. ${words.lost}`, detail: words.detail });
    }
  }

  return {
    subjects,
    at,
    subject,
    isOpen,
    query,
    allOpen,
    facts,
    pages,
    problem,
    rowAt,
    show,
    showStudy,
    step,
    setQuery,
    toggle,
    openAll,
    ensure,
    copy,
    close,
    retry: ask,
  };
});

/** Each object once, with its place in words. */
export function subjectsOf(sets: readonly DisplaySet[]): HeaderSubject[] {
  const seen = new Set<number>();
  const subjects: HeaderSubject[] = [];
  for (const set of sets) {
    const name = [set.Modality, set.SeriesDescription || set.label || `series ${set.SeriesNumber || '?'}`].filter((part) => part !== '').join(' ');
    const objects = set.objects ?? set.frames;
    for (const [index, { instanceId }] of objects.entries()) {
      if (seen.has(instanceId)) continue;
      seen.add(instanceId);
      subjects.push({ object: { instanceId }, label: objects.length === 1 ? name : `${name}, ${index + 1} of ${objects.length}` });
    }
  }
  return subjects;
}
