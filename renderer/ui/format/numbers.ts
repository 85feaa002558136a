/** The language that the user chose for numbers: an attribute of the page (see `PreferencesHost`); undefined: none in particular. */
function chosenLocale(): string | undefined {
  return typeof document === 'undefined' ? undefined : document.documentElement.dataset['numbers'];
}

/** A whole number as the locale groups it ("10.214", "10,214"); without one with a narrow space, which is read alike everywhere: "10 214". */
export function countText(value: number, locale: string | undefined = chosenLocale()): string {
  if (locale !== undefined && locale !== '') return Math.trunc(value).toLocaleString(locale, { maximumFractionDigits: 0, numberingSystem: 'latn' });
  return String(Math.trunc(value)).replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f');
}

/** Decimal units as disks are sold: "268 MB". */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${Math.round(bytes)} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = '';
  for (const next of units) {
    if (value < 1000) break;
    value /= 1000;
    unit = next;
  }
  return `${value < 10 ? value.toFixed(1) : String(Math.round(value))} ${unit}`;
}

/** "1 image", "512 images". */
export function countOf(count: number, one: string, many: string): string {
  return `${countText(count)} ${count === 1 ? one : many}`;
}

/** Millimetres with so many decimals; lengths that would be 0 by them (microscopy, retina) have two digits that count. */
export function mmText(mm: number, decimals: number): string {
  return mm === 0 || Math.abs(mm) >= 10 ** (1 - decimals) ? mm.toFixed(decimals) : String(Number(mm.toPrecision(2)));
}

/** Millimetres along an axis with one decimal; what rounds to nothing has no sign. */
export function placeMm(mm: number): string {
  const text = mm.toFixed(1);
  return `${text === '-0.0' ? '0.0' : text} mm`;
}
