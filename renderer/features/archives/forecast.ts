/** The disk at the end of a day. */
interface DayOfDisk {
  readonly at: string;
  /** 0 to 1. */
  readonly diskUsed: number;
}

/** When a bound is reached when it goes on as in the days that are known; `days`: so many, the basis. */
type Forecast =
  | { readonly kind: 'unknown'; readonly days: number }
  | { readonly kind: 'reached' }
  | { readonly kind: 'steady'; readonly days: number }
  | { readonly kind: 'in'; readonly inDays: number; readonly days: number };

const DAY_MS = 86_400_000;
/** Fewer days than this say nothing about those that come. */
const LEAST_DAYS = 7;
/** Further away than this nobody plans, and no line of a month tells. */
const FURTHEST_DAYS = 365;

/** A straight line through the last days (least squares); `bound` as a share of the disk. */
export function forecastOf(days: readonly DayOfDisk[], bound: number): Forecast {
  const last = days.at(-1);
  const first = days[0];
  if (last !== undefined && last.diskUsed >= bound) return { kind: 'reached' };
  if (last === undefined || first === undefined || days.length < LEAST_DAYS) return { kind: 'unknown', days: days.length };
  const x = days.map(({ at }) => (Date.parse(at) - Date.parse(first.at)) / DAY_MS);
  const meanX = mean(x);
  const meanY = mean(days.map(({ diskUsed }) => diskUsed));
  const over = days.reduce((sum, { diskUsed }, at) => sum + ((x[at] ?? 0) - meanX) * (diskUsed - meanY), 0);
  const under = x.reduce((sum, one) => sum + (one - meanX) ** 2, 0);
  const perDay = under === 0 ? 0 : over / under;
  const inDays = perDay <= 0 ? Number.POSITIVE_INFINITY : (bound - last.diskUsed) / perDay;
  return inDays > FURTHEST_DAYS ? { kind: 'steady', days: days.length } : { kind: 'in', inDays: Math.max(1, Math.round(inDays)), days: days.length };
}

/** With its basis, and saying so when nothing is known. */
export function forecastWords(forecast: Forecast): string {
  switch (forecast.kind) {
    case 'unknown':
      return `no forecast yet: ${String(forecast.days)} of ${String(LEAST_DAYS)} days known`;
    case 'reached':
      return 'quota reached';
    case 'steady':
      return `quota not reached within a year, by the last ${String(forecast.days)} days`;
    case 'in':
      return `quota reached in about ${String(forecast.inDays)} ${forecast.inDays === 1 ? 'day' : 'days'}, by the last ${String(forecast.days)} days`;
  }
}

/** How long something has waited: hours and minutes, days above a day. */
export function waitText(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  const days = Math.floor(minutes / 1440);
  const clock = `${String(Math.floor((minutes % 1440) / 60))}:${String(minutes % 60).padStart(2, '0')} h`;
  return days === 0 ? clock : `${String(days)} d ${clock}`;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
