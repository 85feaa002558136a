import type { StudyRow, StudyUid } from '@shared/domain';
import { parseDa } from '../../ui';
import { modalityText } from './cells';

/** A study on the line of time: `at` 0..1 from the first to the last day shown, `row` counts modalities from the top. */
export interface TimelineMark {
  readonly uid: StudyUid;
  readonly study: StudyRow;
  readonly modality: string;
  readonly at: number;
  readonly row: number;
}

export interface Timeline {
  readonly rows: readonly string[];
  readonly marks: readonly TimelineMark[];
  readonly years: readonly { readonly year: number; readonly at: number }[];
  /** Studies without a date that can be read: they have no place. */
  readonly undated: number;
}

const MOST_ROWS = 6;
const MOST_YEARS = 6;
const DAY_MS = 86_400_000;

function dayOf(da: string): number | undefined {
  const parts = parseDa(da);
  return parts === undefined ? undefined : Date.UTC(parts.year, parts.month - 1, parts.day) / DAY_MS;
}

const firstModality = (study: StudyRow): string => modalityText(study.ModalitiesInStudy).split(' ')[0] ?? '';

/** Places of the patient's studies: the modality with most studies on top, whole years below; more than six modalities share the last row. */
export function timelineOf(studies: readonly StudyRow[]): Timeline {
  const dated = studies.flatMap((study) => {
    const day = dayOf(study.StudyDate);
    return day === undefined ? [] : [{ study, day, modality: firstModality(study) }];
  });
  if (dated.length === 0) return { rows: [], marks: [], years: [], undated: studies.length };
  const counts = new Map<string, number>();
  for (const { modality } of dated) counts.set(modality, (counts.get(modality) ?? 0) + 1);
  const names = [...counts.keys()].sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0) || (a < b ? -1 : 1));
  const rows = names.length > MOST_ROWS ? [...names.slice(0, MOST_ROWS - 1), 'other'] : names;
  const days = dated.map(({ day }) => day);
  const { first, last } = range(Math.min(...days), Math.max(...days));
  const marks = dated.map(({ study, day, modality }) => {
    const row = rows.indexOf(modality);
    return { uid: study.StudyInstanceUID, study, modality, at: (day - first) / (last - first), row: row < 0 ? rows.length - 1 : row };
  });
  return { rows, marks, years: yearTicks(first, last), undated: studies.length - dated.length };
}

/** At least a year, so that one study or two of one week do not fill the whole line; the newest stands at its end. */
function range(first: number, last: number): { first: number; last: number } {
  return { first: Math.min(first, last - 365), last };
}

function yearTicks(first: number, last: number): { year: number; at: number }[] {
  const from = new Date(first * DAY_MS).getUTCFullYear();
  const to = new Date(last * DAY_MS).getUTCFullYear();
  const step = Math.max(1, Math.ceil((to - from + 1) / MOST_YEARS));
  const ticks: { year: number; at: number }[] = [];
  for (let year = from; year <= to; year++) {
    const at = (Date.UTC(year, 0, 1) / DAY_MS - first) / (last - first);
    if (at >= 0 && (to - year) % step === 0) ticks.push({ year, at });
  }
  return ticks;
}
