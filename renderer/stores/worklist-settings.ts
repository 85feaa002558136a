import { StudyFilter, StudySortKey } from '@shared/domain';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { z } from 'zod';
import { debounce } from './coalesce';
import { type Column, type ColumnId, columnsFrom, moveColumn, storedColumns } from './columns';
import { useHost } from './host';
import { useNodeStore } from './node';
import { useWorklistStore } from './worklist';
import { wordsOf } from './words';

const StoredList = z.object({
  id: z.string().max(100),
  name: z.string().min(1).max(60),
  filter: StudyFilter,
  sort: z.object({ key: StudySortKey, descending: z.boolean() }).optional(),
});
const Stored = z.object({
  columns: z.unknown(),
  lists: z.array(StoredList).max(100).optional(),
  detailsShown: z.boolean().optional(),
  listId: z.string().max(100).optional(),
});

/** How the user likes the worklist: columns, own lists, panes. Kept in the settings document `worklist`. */
export const useWorklistSettings = defineStore('worklist-settings', () => {
  const host = useHost();
  const node = useNodeStore();
  const worklist = useWorklistStore();
  const columns = shallowRef<readonly Column[]>(columnsFrom(undefined));
  const detailsShown = ref(true);
  const loaded = ref(false);
  const shown = computed(() => columns.value.filter((column) => !column.hidden));

  async function save(): Promise<void> {
    const lists = worklist.ownLists.map(({ id, name, filter, sort }) => ({ id, name, filter, sort }));
    try {
      const value = { version: 1, columns: storedColumns(columns.value), lists, detailsShown: detailsShown.value, listId: worklist.listId };
      await host.call('settings.set', { name: 'worklist', value });
    } catch (error) {
      const words = wordsOf(error, 'The arrangement of the worklist could not be saved');
      if (words !== undefined)
        node.notify({ key: 'worklist-settings', level: 'attention', text: `${words.what}. It stays as it is until the program ends.`, detail: words.detail });
    }
  }
  const saveSoon = debounce(() => void save(), 500);

  async function load(): Promise<void> {
    try {
      const answer = await host.call('settings.get', { name: 'worklist' });
      const parsed = Stored.safeParse(answer.value);
      if (parsed.success) {
        columns.value = columnsFrom(parsed.data.columns);
        detailsShown.value = parsed.data.detailsShown ?? true;
        worklist.ownLists = (parsed.data.lists ?? []).map(({ sort, ...list }) => ({
          ...list,
          group: 'Mine' as const,
          ...(sort === undefined ? {} : { sort }),
        }));
        if (parsed.data.listId !== undefined && worklist.lists.some((list) => list.id === parsed.data.listId)) worklist.showList(parsed.data.listId);
      }
      if (answer.notice !== undefined) node.notify({ key: 'settings-worklist', level: 'attention', text: answer.notice, detail: '' });
    } catch (error) {
      const words = wordsOf(error, 'The arrangement of the worklist could not be read');
      if (words !== undefined)
        node.notify({ key: 'worklist-settings', level: 'attention', text: `${words.what}. The usual one is shown.`, detail: words.detail });
    } finally {
      loaded.value = true;
    }
  }

  function put(next: readonly Column[]): void {
    columns.value = next;
    saveSoon.request();
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
    saveSoon.request();
  }

  return { columns, shown, detailsShown, loaded, load, resize, toggle, move, reset, toggleDetails, saveSoon: () => saveSoon.request() };
});
