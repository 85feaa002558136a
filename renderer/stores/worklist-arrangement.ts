import { StudyFilter, StudySortKey } from '@shared/domain';
import { z } from 'zod';
import { type Column, StoredColumns, storedColumns } from './columns';
import type { SavedList } from './saved-lists';

export const StoredList = z.object({
  id: z.string().max(100),
  name: z.string().min(1).max(60),
  filter: StudyFilter,
  sort: z.object({ key: StudySortKey, descending: z.boolean() }).optional(),
  archives: z.array(z.string().max(64)).max(50).optional(),
});

export const MOST_LISTS = 100;

/** How the worklist is arranged, as it stands in the file of preferences: its columns, and the lists that were saved here. */
export const WorklistArrangement = z.object({ columns: StoredColumns, lists: z.array(StoredList).max(MOST_LISTS) });
export type WorklistArrangement = z.infer<typeof WorklistArrangement>;

/** Free words may be a name. */
const OF_A_PATIENT: readonly (keyof StudyFilter)[] = ['text', 'PatientName', 'PatientID', 'AccessionNumber', 'birthYear'];

function namesAPatient({ filter }: Pick<SavedList, 'filter'>): boolean {
  return OF_A_PATIENT.some((key) => (filter[key] ?? '') !== '');
}

export function storedList({ id, name, filter, sort, archives }: SavedList): z.infer<typeof StoredList> {
  return { id, name, filter, sort, archives: archives && [...archives] };
}

export function ownList({ sort, archives, ...list }: z.infer<typeof StoredList>): SavedList {
  return { ...list, group: 'Mine', ...(sort === undefined ? {} : { sort }), ...(archives === undefined ? {} : { archives }) };
}

/** For the file, in which no patient stands: lists that ask for one are left out, by their names. */
export function arrangementOf(
  columns: readonly Column[],
  lists: readonly SavedList[],
): { readonly arrangement: WorklistArrangement; readonly leftOut: string[] } {
  return {
    arrangement: { columns: storedColumns(columns), lists: lists.filter((list) => !namesAPatient(list)).map(storedList) },
    leftOut: lists.filter(namesAPatient).map(({ name }) => name),
  };
}

/** What of the worklist is not in the file, in words; nothing where all of it is. `arranged` undefined: what is kept is not known. */
export function leftOutWords(arranged: Pick<ReturnType<typeof arrangementOf>, 'leftOut'> | undefined): string {
  if (arranged === undefined) return 'Not in it: how the worklist is arranged, which could not be read.';
  return arranged.leftOut.length === 0 ? '' : `Not in it: ${arranged.leftOut.map((name) => `list "${name}"`).join(', ')}, which may name a patient.`;
}

/** Lists of a file take the place of those of the same name; the others stay. Throws an Error in words when there are too many then. */
export function withLists(own: readonly SavedList[], taken: WorklistArrangement['lists']): SavedList[] {
  const names = new Set(taken.map(({ name }) => name));
  // an id of the file could be that of a list which every station has
  const lists = [...own.filter(({ name }) => !names.has(name)), ...taken.map((list) => ownList({ ...list, id: `mine:${list.name}` }))];
  const found = [...new Map(lists.map((list) => [list.id, list])).values()];
  if (found.length > MOST_LISTS) throw new Error(`there would be ${String(found.length)} saved lists, more than ${String(MOST_LISTS)}`);
  return found;
}
