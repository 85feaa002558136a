import type { StudySortKey } from '@shared/domain';
import type { Row, SqlDatabase } from './database';
import { count } from './rows';
import { predicatesOf, type StudyList } from './study-list';
import type { SearchRequest } from './types';

/** Columns that order the list; each has an index, `id` breaks ties so that pages do not overlap. */
const SORT_COLUMNS: Record<StudySortKey, readonly string[]> = {
  PatientName: ['nameFold'],
  PatientID: ['idFold'],
  PatientBirthDate: ['birthDate'],
  StudyDate: ['date', 'time'],
  AccessionNumber: ['accessionFold'],
  Modality: ['modalities'],
  StudyDescription: ['descriptionFold'],
  instanceCount: ['instanceCount'],
  state: ['state'],
  lastArrivalAt: ['lastArrivalMs'],
};

/** A page of study rows and how many match. The whole list comes from SQLite's indexes, without the list in memory: it is what a start waits for. */
export function searchStudies(db: SqlDatabase, list: StudyList, request: SearchRequest, all: number, nowMs: number): { rows: Row[]; matching: number } {
  const { filter, sort, offset, limit } = request;
  if (predicatesOf(filter, nowMs).length === 0) {
    const direction = sort.descending ? 'DESC' : 'ASC';
    const order = [...SORT_COLUMNS[sort.key], 'id'].map((column) => `${column} ${direction}`).join(', ');
    const sql = `SELECT * FROM studies WHERE id IN (SELECT id FROM studies ORDER BY ${order} LIMIT ? OFFSET ?) ORDER BY ${order}`;
    return { rows: db.all(sql, limit, offset), matching: all };
  }
  const { ids, matching } = list.find(filter, sort, { offset, limit }, nowMs);
  const rows = new Map<number, Row>();
  for (const row of db.all('SELECT * FROM studies WHERE id IN (SELECT value FROM json_each(?))', JSON.stringify(ids))) rows.set(count(row['id']), row);
  return {
    rows: ids.flatMap((id) => {
      const row = rows.get(id);
      return row === undefined ? [] : [row];
    }),
    matching,
  };
}
