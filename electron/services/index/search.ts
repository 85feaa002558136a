import { foldText, foldWords, type StudyFilter, type StudyRow, type StudySortKey } from '@shared/domain';
import type { Row, SqlDatabase } from './database';
import { count, text } from './rows';
import { type Entry, entryOf, predicatesOf, type StudyList } from './study-list';
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

interface Found {
  /** In order: a row of the database, or one of the request's `others`. */
  readonly rows: (Row | StudyRow)[];
  readonly matching: number;
  readonly remote: number;
}

/** A page of study rows and how many match. The whole list comes from SQLite's indexes, without the list in memory: it is what a start waits for. */
export function searchStudies(db: SqlDatabase, list: StudyList, request: SearchRequest, all: number, nowMs: number): Found {
  const { filter, sort, offset, limit, others = [] } = request;
  const also = rareConditions(db, filter);
  if (predicatesOf(filter, nowMs).length === 0 && others.length === 0 && also === undefined) {
    const direction = sort.descending ? 'DESC' : 'ASC';
    const order = [...SORT_COLUMNS[sort.key], 'id'].map((column) => `${column} ${direction}`).join(', ');
    const sql = `SELECT * FROM studies WHERE id IN (SELECT id FROM studies ORDER BY ${order} LIMIT ? OFFSET ?) ORDER BY ${order}`;
    return { rows: db.all(sql, limit, offset), matching: all, remote: 0 };
  }
  const elsewhere = entriesOf(db, others);
  const { ids, ...counts } = list.find(filter, sort, { offset, limit }, nowMs, elsewhere, also);
  const rows = new Map<number, Row | StudyRow>();
  for (const row of db.all('SELECT * FROM studies WHERE id IN (SELECT value FROM json_each(?))', JSON.stringify(ids.filter((id) => id >= 0))))
    rows.set(count(row['id']), row);
  const rowOf = (id: number): Row | StudyRow | undefined => (id < 0 ? others[-id - 1] : rows.get(id));
  return {
    ...counts,
    rows: ids.flatMap((id) => {
      const row = rowOf(id);
      return row === undefined ? [] : [row];
    }),
  };
}

/** Entries of rows that are elsewhere, without those of which something is here. Ids count down from -1 in the order of `others`. */
function entriesOf(db: SqlDatabase, others: readonly StudyRow[]): Entry[] {
  if (others.length === 0) return [];
  const uids = JSON.stringify(others.map((row) => row.StudyInstanceUID));
  const here = new Set(db.all('SELECT uid FROM studies WHERE uid IN (SELECT value FROM json_each(?))', uids).map((row) => text(row['uid'])));
  return others.flatMap((row, index) => (here.has(row.StudyInstanceUID) ? [] : [entryOf(row, -1 - index)]));
}

/** Conditions that the list in memory has no column for: looked up in the database, as they are seldom asked. */
function rareConditions(db: SqlDatabase, filter: StudyFilter): ((entry: Entry) => boolean) | undefined {
  const sets: Set<number>[] = [];
  const idsWhere = (sql: string, holds: (value: string) => boolean): Set<number> =>
    new Set(db.all(sql).flatMap((row) => (holds(text(row['value'])) ? [count(row['id'])] : [])));
  const referring = foldWords(filter.ReferringPhysicianName ?? '');
  if (referring.length > 0) {
    const holds = (value: string): boolean => referring.every((word) => foldText(value).includes(word));
    sets.push(idsWhere("SELECT id, ReferringPhysicianName AS value FROM studies WHERE ReferringPhysicianName <> ''", holds));
  }
  const bodyPart = foldText(filter.BodyPartExamined ?? '');
  if (bodyPart !== '') {
    const sql = "SELECT DISTINCT study AS id, json_extract(template, '$.BodyPartExamined') AS value FROM series";
    sets.push(idsWhere(sql, (value) => foldText(value).includes(bodyPart)));
  }
  return sets.length === 0 ? undefined : ({ id }) => sets.every((ids) => ids.has(id));
}
