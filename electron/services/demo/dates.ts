/** Days before (positive) a day given as YYYYMMDD, as YYYYMMDD. */
export function daysBefore(day: string, days: number): string {
  const at = Date.UTC(Number(day.slice(0, 4)), Number(day.slice(4, 6)) - 1, Number(day.slice(6, 8))) - days * 86_400_000;
  return new Date(at).toISOString().slice(0, 10).replaceAll('-', '');
}

/** Seconds after midnight as a TM value with microseconds. */
export function timeOf(seconds: number): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const fraction = String(Math.round((seconds % 1) * 1_000_000)).padStart(6, '0');
  return `${two((seconds / 3600) % 24)}${two((seconds / 60) % 60)}${two(seconds % 60)}.${fraction}`;
}

/** Whole years between two days, as Age String. */
export function ageAt(birth: string, day: string): string {
  const years = Number(day.slice(0, 4)) - Number(birth.slice(0, 4)) - (day.slice(4) < birth.slice(4) ? 1 : 0);
  return `${String(years).padStart(3, '0')}Y`;
}
