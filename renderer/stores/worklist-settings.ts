import { StudyFilter } from '@shared/domain';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import { z } from 'zod';
import { useArchiveSearchStore } from './archive-search';
import { type Column, type ColumnId, columnsFrom, moveColumn, storedColumns } from './columns';
import { UNTIL_ANSWERED, useHost } from './host';
import { useNodeStore } from './node';
import { saveSoon } from './save-soon';
import { filterOf, type SavedList } from './saved-lists';
import { isUnset } from './unset';
import { useWorklistStore } from './worklist';
import { wordsOf } from './words';
import { arrangementOf, MOST_LISTS, ownList, storedList, StoredList, withLists, type WorklistArrangement } from './worklist-arrangement';

const Stored = z.object({
  columns: z.unknown(),
  lists: z.array(StoredList).max(MOST_LISTS).optional(),
  detailsShown: z.boolean().optional(),
  listId: z.string().max(100).optional(),
  /** What was asked last, when it is not what the list asks by itself. */
  filter: StudyFilter.optional(),
  archives: z.array(z.string().max(64)).max(50).optional(),
});

/** How the user likes the worklist: columns, own lists, panes. Kept in the settings document `worklist`. */
export const useWorklistSettings = defineStore('worklist-settings', () => {
  const host = useHost();
  const node = useNodeStore();
  const worklist = useWorklistStore();
  const searches = useArchiveSearchStore();
  const columns = shallowRef<readonly Column[]>(columnsFrom(undefined));
  const detailsShown = ref(true);
  const loaded = ref(false);
  /** What is kept could not be read: it is not overwritten by what stands here in its stead. */
  let unread = false;
  const shown = computed(() => columns.value.filter((column) => !column.hidden));

  /** The filter row says something else than the list that was chosen: a day that moves on is the list's own. */
  function ownFilter(): boolean {
    const { list } = worklist;
    return list !== undefined && JSON.stringify(filterOf(list, new Date())) !== JSON.stringify(worklist.filter);
  }

  async function save(): Promise<void> {
    if (unread || !loaded.value) return;
    const lists = worklist.ownLists.map(storedList);
    try {
      const asked = { listId: worklist.listId, archives: searches.scope, ...(ownFilter() ? { filter: worklist.filter } : {}) };
      const value = { version: 1, columns: storedColumns(columns.value), lists, detailsShown: detailsShown.value, ...asked };
      await host.call('settings.set', { name: 'worklist', value });
    } catch (error) {
      const words = wordsOf(error, 'The arrangement of the worklist could not be saved');
      if (words !== undefined)
        node.notify({ key: 'worklist-settings', level: 'attention', text: `${words.what}. It stays as it is until the program ends.`, detail: words.detail });
    }
  }
  const later = saveSoon(() => void save(), 500);

  async function load(): Promise<void> {
    try {
      const answer = await host.call('settings.get', { name: 'worklist' }, UNTIL_ANSWERED);
      const parsed = Stored.safeParse(answer.value);
      if (!parsed.success && !isUnset(answer.value)) sayUnread('The arrangement of the worklist could not be read', parsed.error.message);
      if (parsed.success) {
        columns.value = columnsFrom(parsed.data.columns);
        detailsShown.value = parsed.data.detailsShown ?? true;
        worklist.ownLists = (parsed.data.lists ?? []).map(ownList);
        restore(parsed.data);
      }
      if (answer.notice !== undefined) node.notify({ key: 'settings-worklist', level: 'attention', text: answer.notice, detail: '' });
    } catch (error) {
      const words = wordsOf(error, 'The arrangement of the worklist could not be read');
      sayUnread(words?.what ?? '', words?.detail ?? '');
    } finally {
      loaded.value = true;
      // From now on what is asked is kept.
      watch(
        () => [worklist.filter, worklist.listId] as const,
        () => later.request(),
      );
    }
  }

  function sayUnread(what: string, detail: string): void {
    unread = true;
    const text = `${what}. The usual one is shown, and what is changed holds until the program ends: what is kept is not overwritten.`;
    node.notify({ key: 'worklist-settings', level: 'attention', text, detail });
  }

  /** What was asked in the last run is asked again. */
  function restore({ listId, filter, archives = [] }: z.infer<typeof Stored>): void {
    if (listId !== undefined && worklist.lists.some((list) => list.id === listId)) worklist.showList(listId);
    if (filter !== undefined) worklist.setFilter(filter);
    if (archives.length > 0) searches.setScope(archives);
  }

  /** A list as it was saved, with the archives that belong to it. */
  function show(list: SavedList): void {
    worklist.showList(list.id);
    searches.setScope(list.archives ?? []);
    later.request();
  }

  function put(next: readonly Column[]): void {
    columns.value = next;
    later.request();
  }

  function resize(id: ColumnId, widthPx: number): void {
    put(columns.value.map((column) => (column.id === id ? { ...column, sizedPx: Math.max(column.minPx, Math.round(widthPx)) } : column)));
  }

  function toggle(id: ColumnId): void {
    if (id === 'patient') return;
    put(columns.value.map((column) => (column.id === id ? { ...column, hidden: !column.hidden } : column)));
  }

  function move(id: ColumnId, before: ColumnId): void {
    put(moveColumn(columns.value, id, before));
  }

  function reset(): void {
    put(columnsFrom(undefined));
  }

  function toggleDetails(): void {
    detailsShown.value = !detailsShown.value;
    later.request();
  }

  /** For the file of preferences. Undefined: what is kept is not known. */
  function arrangement(): ReturnType<typeof arrangementOf> | undefined {
    return loaded.value && !unread ? arrangementOf(columns.value, worklist.ownLists) : undefined;
  }

  /** Throws an Error in words when it cannot be taken. */
  function take({ columns: stored, lists }: WorklistArrangement): void {
    if (!loaded.value || unread) throw new Error('how the worklist is arranged here could not be read');
    worklist.ownLists = withLists(worklist.ownLists, lists);
    if (!worklist.lists.some(({ id }) => id === worklist.listId)) worklist.showList('all');
    columns.value = columnsFrom(stored);
    saveNow();
  }

  /** A list was saved or forgotten: a quit or a crash right behind does not undo it. */
  function saveNow(): void {
    later.request();
    later.flush();
  }

  return {
    columns,
    shown,
    detailsShown,
    loaded,
    load,
    resize,
    toggle,
    move,
    reset,
    toggleDetails,
    show,
    arrangement,
    take,
    saveSoon: () => later.request(),
    saveNow,
  };
});
