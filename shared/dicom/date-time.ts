/** `2026-01-31` from a DA (also the retired 2026.01.31), undefined when it is no date of the calendar. */
export function isoDate(DA: string): string | undefined {
  const match = /^(\d{4})(?:(\d{2})(\d{2})|\.(\d{2})\.(\d{2}))$/.exec(DA.trim());
  if (match === null) return undefined;
  const [year, month, day] = [match[1] ?? '', match[2] ?? match[4] ?? '', match[3] ?? match[5] ?? ''];
  return isCalendarDate(Number(year), Number(month), Number(day)) ? `${year}-${month}-${day}` : undefined;
}

function isCalendarDate(year: number, month: number, day: number): boolean {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
  return days !== undefined && day >= 1 && day <= days;
}

export interface TimeOfDay {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Microseconds. */
  readonly fraction: number;
}

/** A TM of PS3.5 6.2 (also the retired hh:mm:ss); undefined when it is none. A second of 60 is a leap second. */
export function parseTime(TM: string): TimeOfDay | undefined {
  const match = /^(\d{2})(?::?(\d{2})(?::?(\d{2})(?:\.(\d{1,6}))?)?)?$/.exec(TM.trim());
  if (match === null) return undefined;
  const [hour, minute, second] = [Number(match[1]), Number(match[2] ?? 0), Number(match[3] ?? 0)];
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  return { hour, minute, second, fraction: Number((match[4] ?? '').padEnd(6, '0')) };
}

/** `10:15` or, with seconds, `10:15:30`; empty when it is no time. */
export function formatTime(TM: string, withSeconds = false): string {
  const time = parseTime(TM);
  if (time === undefined) return '';
  const parts = withSeconds ? [time.hour, time.minute, Math.min(59, time.second)] : [time.hour, time.minute];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

/** Milliseconds since midnight, undefined when it is no time. */
export function timeOfDayMs(TM: string): number | undefined {
  const time = parseTime(TM);
  return time && ((time.hour * 60 + time.minute) * 60 + time.second) * 1000 + time.fraction / 1000;
}

export interface Age {
  readonly count: number;
  readonly unit: 'D' | 'W' | 'M' | 'Y';
}

/** An AS (`045Y`); undefined when it is none. */
export function parseAge(AS: string): Age | undefined {
  const match = /^(\d{3})([DWMY])$/.exec(AS.trim());
  return match === null ? undefined : { count: Number(match[1]), unit: match[2] as Age['unit'] };
}

/** Age in full years at a date, from two DA values; undefined when one of them is no date or the order is wrong. */
export function ageYears(birthDate: string, atDate: string): number | undefined {
  const [birth, at] = [isoDate(birthDate), isoDate(atDate)];
  if (birth === undefined || at === undefined || at < birth) return undefined;
  const years = Number(at.slice(0, 4)) - Number(birth.slice(0, 4));
  return at.slice(5) < birth.slice(5) ? years - 1 : years;
}
