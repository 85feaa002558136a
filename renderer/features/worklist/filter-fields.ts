import type { StudyFilter, WorkState } from '@shared/domain';
import { type ColumnId, parseDateFilter } from '../../stores';

/** Typed texts of the filter row by column. Undefined = nothing typed. */
export type FilterTexts = Partial<Record<ColumnId, string>>;

const STATES: readonly (readonly [WorkState, string])[] = [
  ['unread', 'unread'],
  ['reading', 'reading'],
  ['discussion', 'needs discussion'],
  ['done', 'done'],
  ['held', 'held'],
  ['released', 'released'],
  ['rejected', 'rejected'],
];
const PLACES = [
  ['arriving', 'arriving'],
  ['here', 'here'],
  ['setAside', 'set aside'],
  ['remote', 'at an archive'],
] as const;

export const PLACEHOLDERS: Partial<Record<ColumnId, string>> = {
  patient: 'any text',
  id: 'id',
  born: 'born',
  date: 'date',
  accession: 'accession',
  modality: 'mod',
  description: 'description',
  state: 'status',
  where: 'where',
};

export const FILTER_HINTS: Partial<Record<ColumnId, string>> = {
  patient: 'Any part of the name',
  born: 'Year of birth',
  date: 'today, yesterday, 22.11., since 1.11., 2025, 11.2025, 1.11. - 5.11.',
  modality: 'CT, MR, …',
  state: 'unread, reading, done, …',
  where: 'here, arriving, set aside, at an archive',
};

/** The same in the row above the list (`rowPart`). */
export const ROW_HINTS: Partial<Record<ColumnId, string>> = {
  ...FILTER_HINTS,
  patient:
    'Any part of name, ID, accession number or description. Archives are asked for a name; where there is a digit, for an ID or accession number too. Other fields: advanced search',
};

/** A filter takes no longer texts. */
const MOST_TYPED = 200;

/**
 * The part of the filter that one column's text asks for.
 * @returns undefined when the text cannot be understood (yet)
 */
export function filterPart(column: ColumnId, text: string, now: Date, monthsFirst: boolean): StudyFilter | undefined {
  const typed = text.trim();
  if (typed === '') return {};
  switch (column) {
    case 'patient':
      return { PatientName: typed.slice(0, MOST_TYPED) };
    case 'id':
      return { PatientID: typed.slice(0, MOST_TYPED) };
    case 'born':
      return /^\d{1,4}$/.test(typed) ? { birthYear: typed } : undefined;
    case 'accession':
      return { AccessionNumber: typed.slice(0, 64) };
    case 'modality':
      return { Modality: typed.toUpperCase().slice(0, 16) };
    case 'description':
      return { StudyDescription: typed.slice(0, MOST_TYPED) };
    case 'date': {
      const range = parseDateFilter(typed, now, monthsFirst);
      if (range === undefined) return undefined;
      return { ...(range.from === undefined ? {} : { studyDateFrom: range.from }), ...(range.to === undefined ? {} : { studyDateTo: range.to }) };
    }
    case 'state': {
      const state = STATES.find(([, words]) => words.startsWith(typed.toLowerCase()))?.[0];
      return state === undefined ? undefined : { state };
    }
    case 'where': {
      const wanted = typed.toLowerCase().replace(/\s+/g, ' ');
      const where = PLACES.find(([place, words]) => words.startsWith(wanted) || place.toLowerCase().startsWith(wanted))?.[0];
      return where === undefined ? undefined : { where };
    }
    default:
      return {};
  }
}

/** The same in the row above the list: its first field is where one types what one knows of a study, whatever it is. */
export function rowPart(column: ColumnId, text: string, now: Date, monthsFirst: boolean): StudyFilter | undefined {
  const part = filterPart(column, text, now, monthsFirst);
  return part?.PatientName === undefined ? part : { text: part.PatientName };
}

const OWN_KEYS: Partial<Record<ColumnId, readonly (keyof StudyFilter)[]>> = {
  patient: ['PatientName', 'text'],
  id: ['PatientID'],
  born: ['birthYear'],
  accession: ['AccessionNumber'],
  modality: ['Modality'],
  description: ['StudyDescription'],
  date: ['studyDateFrom', 'studyDateTo'],
  state: ['state'],
  where: ['where'],
};

/** The filter with one column's part replaced. */
export function withPart(filter: StudyFilter, column: ColumnId, part: StudyFilter): StudyFilter {
  const dropped = new Set<string>(OWN_KEYS[column] ?? []);
  const rest = Object.fromEntries(Object.entries(filter).filter(([key]) => !dropped.has(key))) as StudyFilter;
  return { ...rest, ...part };
}

/** The text that stands for what the filter asks of a column: a saved list fills the row. */
export function textOf(filter: StudyFilter, column: ColumnId, dateText: (da: string) => string): string {
  switch (column) {
    case 'patient':
      return [filter.PatientName ?? '', filter.text ?? ''].filter((part) => part !== '').join(' ');
    case 'id':
      return filter.PatientID ?? '';
    case 'born':
      return filter.birthYear ?? '';
    case 'accession':
      return filter.AccessionNumber ?? '';
    case 'modality':
      return filter.Modality ?? '';
    case 'description':
      return filter.StudyDescription ?? '';
    case 'state':
      return STATES.find(([state]) => state === filter.state)?.[1] ?? '';
    case 'where':
      return PLACES.find(([place]) => place === filter.where)?.[1] ?? '';
    case 'date': {
      const { studyDateFrom: from, studyDateTo: to } = filter;
      if (from === undefined) return to === undefined ? '' : `until ${dateText(to)}`;
      if (to === undefined) return `since ${dateText(from)}`;
      return from === to ? dateText(from) : `${dateText(from)} - ${dateText(to)}`;
    }
    default:
      return '';
  }
}
