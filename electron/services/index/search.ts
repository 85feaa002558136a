import type { StudyFilter, StudySortKey } from '@shared/domain';
import type { Row, SqlDatabase, SqlValue } from './database';
import { foldWords } from './fold';
import { ARRIVING_MS, count } from './rows';
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

/** Up to so many matches are collected first and sorted; more of them are met soon enough on a walk in sort order. */
const COLLECT_FIRST = 3000;

interface Condition {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

/** A page of study rows and how many match. */
export function searchStudies(db: SqlDatabase, request: SearchRequest, all: number, nowMs: number): { rows: Row[]; matching: number } {
  const conditions = conditionsOf(request.filter, nowMs);
  const direction = request.sort.descending ? 'DESC' : 'ASC';
  const order = [...SORT_COLUMNS[request.sort.key], 'id'].map((column) => `${column} ${direction}`).join(', ');
  if (conditions.length === 0) {
    const sql = `SELECT * FROM studies WHERE id IN (SELECT id FROM studies ORDER BY ${order} LIMIT ? OFFSET ?) ORDER BY ${order}`;
    return { rows: db.all(sql, request.limit, request.offset), matching: all };
  }
  const where = conditions.map(({ sql }) => sql).join(' AND ');
  const values = conditions.flatMap((condition) => condition.values);
  const matching = count(db.get(`SELECT count(*) AS n FROM studies WHERE ${where}`, ...values)?.['n']);
  if (matching === 0 || request.offset >= matching) return { rows: [], matching };
  // the unary plus keeps the planner from walking the whole sort order for a handful of matches
  const found =
    matching <= COLLECT_FIRST
      ? `SELECT id FROM studies WHERE id IN (SELECT id FROM studies WHERE ${where}) ORDER BY +${order} LIMIT ? OFFSET ?`
      : `SELECT id FROM studies WHERE ${where} ORDER BY ${order} LIMIT ? OFFSET ?`;
  return { rows: db.all(`SELECT * FROM studies WHERE id IN (${found}) ORDER BY ${order}`, ...values, request.limit, request.offset), matching };
}

function conditionsOf(filter: StudyFilter, nowMs: number): Condition[] {
  const conditions: Condition[] = [];
  const words = (column: string, text: string | undefined) => {
    for (const word of foldWords(text ?? '')) conditions.push({ sql: `instr(${column}, ?) > 0`, values: [word] });
  };
  words('search', filter.text);
  words('nameFold', filter.PatientName);
  words('idFold', filter.PatientID);
  words('accessionFold', filter.AccessionNumber);
  words('descriptionFold', filter.StudyDescription);
  if (filter.Modality !== undefined && filter.Modality !== '') {
    conditions.push({ sql: 'instr(modalities, ?) > 0', values: [`\\${filter.Modality.trim().toUpperCase()}\\`] });
  }
  if (filter.studyDateFrom !== undefined) conditions.push({ sql: 'date >= ?', values: [filter.studyDateFrom] });
  if (filter.studyDateTo !== undefined) conditions.push({ sql: "date <= ? AND date <> ''", values: [filter.studyDateTo] });
  const birthYear = filter.birthYear?.trim() ?? '';
  if (birthYear !== '') conditions.push({ sql: 'birthDate >= ? AND birthDate < ?', values: [birthYear, `${birthYear}:`] });
  if (filter.state !== undefined) conditions.push({ sql: 'state = ?', values: [filter.state] });
  const arrivingSince = nowMs - ARRIVING_MS;
  if (filter.where === 'setAside') conditions.push({ sql: 'setAsideCount > 0', values: [] });
  if (filter.where === 'arriving') conditions.push({ sql: 'setAsideCount = 0 AND lastArrivalMs > ?', values: [arrivingSince] });
  if (filter.where === 'here') conditions.push({ sql: 'setAsideCount = 0 AND lastArrivalMs <= ?', values: [arrivingSince] });
  return conditions;
}
