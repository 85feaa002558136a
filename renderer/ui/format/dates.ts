/** Year, month (1-12) and day of a DA value (PS3.5 6.2), or undefined when it is none. */
export function parseDa(value: string): { year: number; month: number; day: number } | undefined {
  const match = /^(\d{4})\.?(\d{2})\.?(\d{2})$/.exec(value.trim());
  if (match === null) return undefined;
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number];
  if (month < 1 || month > 12 || day < 1 || day > 31) return undefined;
  return { year, month, day };
}

/** "08:02" of a TM value; empty when it is none. Always 24 hours: a study's time is never ambiguous. */
export function timeText(tm: string): string {
  const match = /^(\d{2}):?(\d{2})/.exec(tm.trim());
  return match === null ? '' : `${match[1] ?? ''}:${match[2] ?? ''}`;
}

/** Full date in the order of the locale: "14.03.1954". What is no date is shown as it stands. */
export function dateText(da: string, locale: string): string {
  const parts = parseDa(da);
  if (parts === undefined) return da;
  return plain(formatter(locale, true).format(new Date(parts.year, parts.month - 1, parts.day)));
}

/** This year without the year but with the time, other years in full: "22.11. 08:02", "24.11.2025" (its time stands in the details). */
export function studyDateText(da: string, tm: string, locale: string, now: Date): string {
  const parts = parseDa(da);
  if (parts === undefined) return [da, timeText(tm)].filter((part) => part !== '').join(' ');
  const thisYear = parts.year === now.getFullYear();
  const date = plain(formatter(locale, !thisYear).format(new Date(parts.year, parts.month - 1, parts.day)));
  return thisYear ? `${date} ${timeText(tm)}`.trim() : date;
}

/** Full date with time. */
export function dateTimeText(da: string, tm: string, locale: string): string {
  return `${dateText(da, locale)} ${timeText(tm)}`.trim();
}

/** "08:14" of an ISO time in the station's zone. */
export function clockText(iso: string, locale: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return '';
  return new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(date);
}

/** Age on a day: "72 y", below two years "14 m", below eight weeks "12 d". Empty when unknown. */
export function ageText(birth: string, onDay: string): string {
  const from = parseDa(birth);
  const to = parseDa(onDay);
  if (from === undefined || to === undefined) return '';
  const days = Math.round((Date.UTC(to.year, to.month - 1, to.day) - Date.UTC(from.year, from.month - 1, from.day)) / 86_400_000);
  if (days < 0) return '';
  if (days < 56) return `${days} d`;
  const months = (to.year - from.year) * 12 + to.month - from.month - (to.day < from.day ? 1 : 0);
  return months < 24 ? `${months} m` : `${Math.floor(months / 12)} y`;
}

/** Time between a prior and the current study: "2 y 4 m", "5 m", "12 d". */
export function betweenText(earlier: string, later: string): string {
  const from = parseDa(earlier);
  const to = parseDa(later);
  if (from === undefined || to === undefined) return '';
  const days = Math.round((Date.UTC(to.year, to.month - 1, to.day) - Date.UTC(from.year, from.month - 1, from.day)) / 86_400_000);
  if (days < 0) return '';
  if (days < 56) return `${days} d`;
  const months = (to.year - from.year) * 12 + to.month - from.month - (to.day < from.day ? 1 : 0);
  const years = Math.floor(months / 12);
  const rest = months % 12;
  if (years === 0) return `${months} m`;
  return rest === 0 ? `${years} y` : `${years} y ${rest} m`;
}

/** Whether a date with slashes names the month first here. */
export function monthFirst(locale: string): boolean {
  const parts = new Intl.DateTimeFormat(locale, { day: '2-digit', month: '2-digit' }).formatToParts(new Date(2026, 10, 22));
  return parts.findIndex((part) => part.type === 'month') < parts.findIndex((part) => part.type === 'day');
}

/** Without the direction marks that Arabic and Hebrew dates carry: in a line that runs from left to right they would turn day and time round. */
function plain(text: string): string {
  return text.replace(/[\u200e\u200f\u061c]/g, '');
}

function formatter(locale: string, withYear: boolean): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(locale, {
    day: '2-digit',
    month: '2-digit',
    calendar: 'gregory',
    numberingSystem: 'latn',
    ...(withYear ? { year: 'numeric' } : {}),
  });
}

/** Words of a difference, with the dates of birth in them as the locale writes them: "Born 14.03.1954 → 15.03.1954". */
export function bornText(words: string, locale: string): string {
  return withBorn(words, (da) => dateText(da, locale));
}

/** The same for a table that programs read: "Born 1954-03-14 → 1954-03-15" (ISO 8601). */
export function bornIso(words: string): string {
  return withBorn(words, (da) => (parseDa(da) === undefined ? da : da.trim().replace(/^(\d{4})\.?(\d{2})\.?(\d{2})$/, '$1-$2-$3')));
}

function withBorn(words: string, write: (da: string) => string): string {
  return words.replace(
    /\bBorn (\S+) \u2192 (\S+?)(?=[,:;]|\.(?:\s|$)|$)/g,
    (_all, here: string, there: string) => `Born ${write(here)} \u2192 ${write(there)}`,
  );
}
