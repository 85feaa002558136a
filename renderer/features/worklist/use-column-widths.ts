import type { StudyRow } from '@shared/domain';
import { computed, type ComputedRef, type Ref, shallowRef, watch } from 'vue';
import { type Column, useNodeStore, useWorklistSettings, useWorklistStore } from '../../stores';
import { columnsThatFit, type ContentNeeds, fitColumns } from './layout-columns';
import { contentNeeds, pageTextWidth } from './measure-columns';

/** So many rows say how wide a column has to be; with fewer, a new row is measured too. */
const ENOUGH_ROWS = 40;
const MOST_ROWS = 200;

export interface ColumnWidths {
  readonly columns: ComputedRef<readonly Column[]>;
  readonly widths: ComputedRef<readonly number[]>;
}

/**
 * Columns that fit into `availablePx` and their widths by what stands in them. Measured when a list is shown first, when another list is
 * chosen, the window or the columns change; never while a reader scrolls, types into the filter or a study arrives in a full list.
 */
export function useColumnWidths(availablePx: Ref<number>): ColumnWidths {
  const worklist = useWorklistStore();
  const settings = useWorklistSettings();
  const node = useNodeStore();
  const needs = shallowRef<ContentNeeds>({});
  const textWidth = pageTextWidth();
  let measuredRows = 0;
  let measuredList = '';

  function loadedRows(): StudyRow[] {
    const rows: StudyRow[] = [];
    for (const page of worklist.pages.values()) {
      rows.push(...page.slice(0, MOST_ROWS - rows.length));
      if (rows.length >= MOST_ROWS) break;
    }
    return rows;
  }

  function measure(): void {
    const rows = loadedRows();
    if (rows.length === 0) return;
    measuredRows = rows.length;
    measuredList = worklist.listId;
    needs.value = contentNeeds(settings.shown, rows, textWidth, node.locale, new Date());
  }

  watch(
    () => worklist.pages,
    () => {
      const fewer = worklist.filtered && worklist.listId === measuredList;
      if (worklist.listId !== measuredList || (measuredRows < ENOUGH_ROWS && !fewer)) measure();
    },
    { immediate: true },
  );
  watch([availablePx, () => settings.shown, () => node.locale], measure);

  const columns = computed(() => columnsThatFit(settings.shown, availablePx.value, needs.value));
  const widths = computed(() => fitColumns(columns.value, availablePx.value, needs.value));
  return { columns, widths };
}
