import { daysAgo } from './saved-lists';

export interface DateRange {
  readonly from?: string;
  readonly to?: string;
}

const pad = (value: string): string => value.padStart(2, '0');

/**
 * A study date as a person types it: `today`, `yesterday`, `2026`, `11.2026`, `22.11.`, `22.11.2026`, `11/22/2026`, `2026-11-22`,
 * and ranges `a - b`, `since a`, `until b` (also `>a`, `<b`).
 * @param monthFirst order of the locale for dates with slashes
 * @returns undefined when it cannot be read (yet)
 */
export function parseDateFilter(text: string, now: Date, monthFirst: boolean): DateRange | undefined {
  const typed = text.trim().toLowerCase();
  if (typed === '') return {};
  const since = /^(?:(?:since|from)\s+|>=?\s*)(.+)$/.exec(typed);
  if (since?.[1] !== undefined) {
    const day = span(since[1], now, monthFirst);
    return day?.from === undefined ? undefined : { from: day.from };
  }
  const until = /^(?:(?:until|to)\s+|<=?\s*)(.+)$/.exec(typed);
  if (until?.[1] !== undefined) {
    const day = span(until[1], now, monthFirst);
    return day?.to === undefined ? undefined : { to: day.to };
  }
  const range = /^(.+?)\s+-\s+(.+)$/.exec(typed) ?? /^(.+?)\s*(?:\.\.\.|…)\s*(.+)$/.exec(typed);
  if (range?.[1] !== undefined && range[2] !== undefined) {
    const from = span(range[1], now, monthFirst)?.from;
    const to = span(range[2], now, monthFirst)?.to;
    return from === undefined || to === undefined ? undefined : { from, to };
  }
  return span(typed, now, monthFirst);
}

function span(text: string, now: Date, monthFirst: boolean): DateRange | undefined {
  if (text === 'today') return one(daysAgo(now, 0));
  if (text === 'yesterday') return one(daysAgo(now, 1));
  const year = /^(\d{4})$/.exec(text)?.[1];
  if (year !== undefined) return { from: `${year}0101`, to: `${year}1231` };
  const compact = /^(\d{8})$/.exec(text)?.[1];
  if (compact !== undefined) return checked(compact.slice(0, 4), compact.slice(4, 6), compact.slice(6, 8));
  const iso = /^(\d{4})-(\d{1,2})(?:-(\d{1,2}))?$/.exec(text);
  if (iso?.[1] !== undefined && iso[2] !== undefined) return iso[3] === undefined ? monthSpan(iso[1], iso[2]) : checked(iso[1], iso[2], iso[3]);
  const month = /^(\d{1,2})[./](\d{4})$/.exec(text);
  if (month?.[1] !== undefined && month[2] !== undefined) return monthSpan(month[2], month[1]);
  const dotted = /^(\d{1,2})\.(\d{1,2})\.?(\d{4})?$/.exec(text);
  if (dotted?.[1] !== undefined && dotted[2] !== undefined) return checked(dotted[3] ?? String(now.getFullYear()), dotted[2], dotted[1]);
  const slashed = /^(\d{1,2})\/(\d{1,2})(?:\/(\d{4}))?$/.exec(text);
  if (slashed?.[1] !== undefined && slashed[2] !== undefined) {
    const [day, monthOf] = monthFirst ? [slashed[2], slashed[1]] : [slashed[1], slashed[2]];
    return checked(slashed[3] ?? String(now.getFullYear()), monthOf, day);
  }
  return undefined;
}

function one(day: string): DateRange {
  return { from: day, to: day };
}

function monthSpan(year: string, month: string): DateRange | undefined {
  const number = Number(month);
  if (number < 1 || number > 12) return undefined;
  const last = new Date(Number(year), number, 0).getDate();
  return { from: `${year}${pad(month)}01`, to: `${year}${pad(month)}${String(last)}` };
}

function checked(year: string, month: string, day: string): DateRange | undefined {
  const date = new Date(Number(year), Number(month) - 1, Number(day));
  if (date.getMonth() !== Number(month) - 1 || date.getDate() !== Number(day)) return undefined;
  return one(`${year}${pad(month)}${pad(day)}`);
}
