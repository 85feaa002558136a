import type { StudyRow, StudyUid } from '@shared/domain';
import { defineStore } from 'pinia';
import { computed, shallowRef, watch } from 'vue';
import { useHost } from './host';
import { useNodeStore } from './node';
import { MOST_ROWS, useWorklistStore } from './worklist';

/**
 * Several studies of the list that commands act on together. Alone, the selected one is the choice. Rows are held by study, not by place: what arrives meanwhile
 * chooses nothing; a new question forgets the choice, since what it named may not be on the screen any more.
 */
export const useStudyChoiceStore = defineStore('study-choice', () => {
  const host = useHost();
  const node = useNodeStore();
  const worklist = useWorklistStore();
  /** Two or more, in the order they were chosen; empty: the selected one alone. */
  const several = shallowRef<ReadonlyMap<StudyUid, StudyRow>>(new Map());
  /** Where a range begins. */
  let anchor: { readonly uid: StudyUid; readonly index: number } | undefined;
  /** The newest wish wins over the answers of those before. */
  let wish = 0;

  const studies = computed((): readonly StudyRow[] => {
    if (several.value.size > 0) return [...several.value.values()];
    return worklist.selectedRow === undefined ? [] : [worklist.selectedRow];
  });

  const has = (uid: StudyUid): boolean => (several.value.size > 0 ? several.value.has(uid) : worklist.selectedUid === uid);

  function clear(): void {
    wish++;
    several.value = new Map();
  }

  function put(rows: readonly StudyRow[]): void {
    several.value = rows.length < 2 ? new Map() : new Map(rows.map((row) => [row.StudyInstanceUID, row]));
  }

  function setAnchor(index: number): void {
    const row = worklist.rowAt(index);
    anchor = row === undefined ? undefined : { uid: row.StudyInstanceUID, index };
  }

  /** One row, and no other. */
  function only(index: number): void {
    clear();
    worklist.selectIndex(index);
    setAnchor(index);
  }

  /** One row more, or one less. */
  function toggle(index: number): void {
    const row = worklist.rowAt(index);
    if (row === undefined) return;
    wish++;
    const next = new Map(studies.value.map((one) => [one.StudyInstanceUID, one]));
    const isAdded = !next.delete(row.StudyInstanceUID);
    if (isAdded) next.set(row.StudyInstanceUID, row);
    setAnchor(index);
    const last = isAdded ? row : [...next.values()].at(-1);
    // the only one there is stays chosen: a list without a choice has no row for the keys
    if (last === undefined) return;
    put([...next.values()]);
    worklist.select(last.StudyInstanceUID);
  }

  /** From where the choice began to this row; rows whose pages are not here are asked for. */
  async function extendTo(index: number): Promise<void> {
    const to = Math.min(Math.max(0, index), Math.max(0, worklist.matching - 1));
    if (several.value.size === 0) setAnchor(worklist.selectedIndex ?? to);
    const from = anchor === undefined ? to : (worklist.placeOf(anchor.uid) ?? anchor.index);
    await range(Math.min(from, to), Math.max(from, to), to);
  }

  /** Every study that matches. */
  async function all(): Promise<void> {
    if (worklist.matching > 0) await range(0, worklist.matching - 1, worklist.selectedIndex ?? 0);
  }

  async function range(first: number, last: number, lead: number): Promise<void> {
    if (last - first >= MOST_ROWS) {
      const text = `At most ${String(MOST_ROWS)} studies can be chosen at a time: narrow the list first. Nothing was chosen or changed.`;
      node.notify({ key: 'choice', level: 'attention', text, detail: '' });
      return;
    }
    const mine = ++wish;
    const rows = await worklist.rowsBetween(first, last);
    if (mine !== wish || rows.length === 0) return;
    put(rows);
    const leading = worklist.rowAt(lead) ?? rows.at(lead - first);
    if (leading !== undefined) worklist.select(leading.StudyInstanceUID);
  }

  // what is selected by another way (the timeline, a list, a link) is a choice of its own
  watch(
    () => worklist.selectedUid,
    (uid) => {
      if (several.value.size > 0 && (uid === undefined || !several.value.has(uid))) clear();
    },
  );
  watch(() => worklist.question, clear);

  function remove(uid: StudyUid): void {
    if (several.value.has(uid)) put([...several.value.values()].filter((row) => row.StudyInstanceUID !== uid));
  }

  /** Subscribes for the life of the application. */
  function start(): void {
    host.on('study.changed', ({ study }) => {
      if (several.value.has(study.StudyInstanceUID))
        several.value = new Map([...several.value].map(([uid, row]) => [uid, uid === study.StudyInstanceUID ? study : row]));
    });
    host.on('study.removed', (event) => remove(event.StudyInstanceUID));
  }

  return { several, studies, has, only, toggle, extendTo, all, clear, start };
});
