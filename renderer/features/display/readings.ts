import type { LuminancePoint } from '@shared/domain';
import { measuredLevels } from '@shared/grayscale';

export type Readings = { readonly points: readonly LuminancePoint[] } | { readonly reason: string };

const MOST_CHARACTERS = 100_000;

/**
 * Luminances from a text of numbers: `grey, cd/m²` on each line, or the luminance alone for evenly spaced greys. Commas, semicolons, tabs and blanks part; with a
 * semicolon or a tab a comma is a decimal sign; lines that begin with no number (heads) are left out.
 */
export function readCsv(text: string): Readings {
  if (text.length > MOST_CHARACTERS) return { reason: 'the file is too large for a measurement' };
  const german = /[;\t]/.test(text);
  const rows: number[][] = [];
  for (const line of text.split(/\r?\n/)) {
    const fields = (german ? line.replace(/,/g, '.').split(/[;\t]/) : line.split(/[,\s]+/)).map((field) => field.trim()).filter((field) => field !== '');
    if (fields.length === 0 || !/^[-+]?[\d.]/.test(fields[0] ?? '')) continue;
    const numbers = fields.slice(0, 2).map(Number);
    if (!numbers.every(Number.isFinite)) return { reason: `this line is no reading: ${line.slice(0, 60)}` };
    rows.push(numbers);
  }
  if (rows.length < 3 || rows.length > 256) return { reason: `${rows.length} readings: 18, 52 or 256 are asked for` };
  const single = rows.every((row) => row.length === 1);
  if (!single && rows.some((row) => row.length < 2)) return { reason: 'some lines have one number and some two' };
  const levels = measuredLevels(rows.length);
  return checked(rows.map((row, at) => (single ? { ddl: levels[at] ?? 0, luminance: row[0] ?? 0 } : { ddl: row[0] ?? 0, luminance: row[1] ?? 0 })));
}

/** Whether these can be the readings of a display, or why not. */
export function checked(points: readonly LuminancePoint[]): Readings {
  for (const [at, { ddl, luminance }] of points.entries()) {
    const before = points[at - 1];
    if (!(ddl >= 0 && ddl <= 255)) return { reason: `grey ${ddl} is not within 0 to 255` };
    if (!(luminance >= 0 && luminance <= 20_000)) return { reason: `${luminance} cd/m² is no luminance of a display` };
    if (before !== undefined && ddl <= before.ddl) return { reason: `grey ${ddl} stands after grey ${before.ddl}` };
    if (before !== undefined && luminance < before.luminance) return { reason: `grey ${ddl} is darker than grey ${before.ddl}: measure these again` };
  }
  if (points[0]?.ddl !== 0 || points.at(-1)?.ddl !== 255) return { reason: 'black (0) and white (255) must be among the readings' };
  return { points };
}
