import type { StudyFilter, StudySortKey } from '@shared/domain';

export interface ListSort {
  readonly key: StudySortKey;
  readonly descending: boolean;
}

/** A named question to the list. `relativeDays`: studies since so many days before today, computed when it is asked. */
export interface SavedList {
  readonly id: string;
  readonly name: string;
  readonly group: 'Reading' | 'Modality' | 'Station' | 'Archives' | 'Mine';
  readonly filter: StudyFilter;
  readonly relativeDays?: number;
  readonly sort?: ListSort;
  /** Archives that are asked too. */
  readonly archives?: readonly string[];
}

export const DEFAULT_SORT: ListSort = { key: 'StudyDate', descending: true };

/** The lists that every station has. */
export const BUILT_IN_LISTS: readonly SavedList[] = [
  { id: 'all', name: 'All here', group: 'Reading', filter: {} },
  { id: 'unread', name: 'Unread', group: 'Reading', filter: { state: 'unread' } },
  { id: 'today', name: 'Today', group: 'Reading', filter: {}, relativeDays: 0 },
  { id: 'done', name: 'Done', group: 'Reading', filter: { state: 'done' } },
  { id: 'ct', name: 'CT', group: 'Modality', filter: { Modality: 'CT' } },
  { id: 'mr', name: 'MR', group: 'Modality', filter: { Modality: 'MR' } },
  { id: 'cr', name: 'CR', group: 'Modality', filter: { Modality: 'CR' } },
  { id: 'dx', name: 'DX', group: 'Modality', filter: { Modality: 'DX' } },
  { id: 'mg', name: 'MG', group: 'Modality', filter: { Modality: 'MG' } },
  { id: 'us', name: 'US', group: 'Modality', filter: { Modality: 'US' } },
  { id: 'pt', name: 'PT', group: 'Modality', filter: { Modality: 'PT' } },
  { id: 'arriving', name: 'Arriving', group: 'Station', filter: { where: 'arriving' }, sort: { key: 'lastArrivalAt', descending: true } },
  { id: 'latest', name: 'Last received', group: 'Station', filter: {}, sort: { key: 'lastArrivalAt', descending: true } },
];

/** What an archive has of today; the filter row asks it for more. */
export function archiveList(name: string): SavedList {
  return { id: `archive:${name}`, name: `Archive: ${name}`, group: 'Archives', filter: {}, relativeDays: 0, archives: [name] };
}

/** DA of a day relative to `now` in the station's own time zone. */
export function daysAgo(now: Date, days: number): string {
  const day = new Date(now.getFullYear(), now.getMonth(), now.getDate() - days);
  return `${String(day.getFullYear()).padStart(4, '0')}${String(day.getMonth() + 1).padStart(2, '0')}${String(day.getDate()).padStart(2, '0')}`;
}

/** The filter of a list as it is asked now. */
export function filterOf(list: SavedList, now: Date): StudyFilter {
  return list.relativeDays === undefined ? { ...list.filter } : { ...list.filter, studyDateFrom: daysAgo(now, list.relativeDays) };
}
