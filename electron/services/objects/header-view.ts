import { setImmediate as nextTurn } from 'node:timers/promises';
import { CallError } from '@shared/contract';
import type { HeaderPage, HeaderRow, ObjectRef } from '@shared/domain';
import { dictionaryEntry, tagText } from './dictionary';
import type { ElementTable } from './element-table';
import { type ObjectCache, openTable } from './open-object';
import { cleaned, valueText, vrOf } from './value-text';

export interface HeaderRequest {
  readonly object: ObjectRef;
  readonly allOpen: boolean;
  readonly toggled: readonly number[];
  readonly query: string;
  readonly offset: number;
  readonly limit: number;
}

export interface HeaderViews {
  page(request: HeaderRequest): Promise<HeaderPage>;
  text(request: { readonly object: ObjectRef; readonly what: 'value' | 'line' | 'all'; readonly row: number }): Promise<{ text: string; cut: boolean }>;
}

interface Opened {
  readonly table: ElementTable;
  readonly sizeBytes: number;
  readonly TransferSyntaxUID: string;
  query: { readonly text: string; readonly matches: ReadonlySet<number>; readonly shown: readonly number[] } | undefined;
}

/** Objects whose tables stay for the next page. */
const KEPT_TABLES = 3;
const SHOWN_CHARACTERS = 200;
const MAX_VALUE_BYTES = 256 * 1024;
/** What a clipboard call takes. */
const MAX_TEXT = 99_000;
/** Rows looked at before others get their turn: the DICOM node runs in the same process. */
const ROWS_A_TURN = 4000;

/** Headers of any object, a page at a time; the objects looked at last stay parsed. */
export function createHeaderViews(cache: ObjectCache): HeaderViews {
  const opened = new Map<string, Promise<Opened>>();

  function open(object: ObjectRef): Promise<Opened> {
    const key = JSON.stringify(object);
    const known = opened.get(key);
    opened.delete(key);
    const entry = known ?? parse(cache, object);
    opened.set(key, entry);
    entry.catch(() => opened.delete(key));
    for (const oldest of opened.keys()) {
      if (opened.size <= KEPT_TABLES) break;
      opened.delete(oldest);
    }
    return entry;
  }

  return {
    async page({ object, allOpen, toggled, query, offset, limit }) {
      const one = await open(object);
      const flipped = new Set(toggled);
      const isOpen = (row: number): boolean => flipped.has(row) !== allOpen;
      const words = query.trim().toLowerCase();
      const found = words === '' ? undefined : await search(one, words);
      const shown = found?.shown ?? listed(one.table, isOpen);
      const rows = shown.slice(offset, offset + limit).map((row): HeaderRow => {
        const line = lineOf(one.table, row, found === undefined ? isOpen(row) : true);
        return found?.matches.has(row) === true ? { ...line, match: true } : line;
      });
      return {
        rows,
        total: shown.length,
        elements: one.table.rows.length,
        ...(found !== undefined && { matches: found.matches.size }),
        ...(one.table.problem !== undefined && { problem: problemText(one.table.problem) }),
        sizeBytes: one.sizeBytes,
        TransferSyntaxUID: one.TransferSyntaxUID,
      };
    },
    async text({ object, what, row }) {
      const one = await open(object);
      if (what === 'all') return allText(one);
      if (one.table.rows[row] === undefined) throw new CallError('notFound', 'the object has no such line');
      const value = await fullValue(one.table, row);
      const text = what === 'value' ? value.text : `${headOf(one.table, row)}\t${value.text}`;
      return { text: text.slice(0, MAX_TEXT), cut: value.cut || text.length > MAX_TEXT };
    },
  };
}

async function parse(cache: ObjectCache, object: ObjectRef): Promise<Opened> {
  const { table, opened } = await openTable(cache, object);
  return { table, sizeBytes: opened.sizeBytes, TransferSyntaxUID: opened.TransferSyntaxUID, query: undefined };
}

/** Rows to scroll through: what stands in a closed sequence or item is passed over. */
function listed(table: ElementTable, isOpen: (row: number) => boolean): number[] {
  const shown: number[] = [];
  for (let row = 0; row < table.rows.length;) {
    const element = table.rows[row];
    if (element === undefined) break;
    shown.push(row);
    row = element.end > row + 1 && !isOpen(row) ? element.end : row + 1;
  }
  return shown;
}

async function search(one: Opened, text: string): Promise<{ readonly matches: ReadonlySet<number>; readonly shown: readonly number[] }> {
  if (one.query?.text === text) return one.query;
  const { table } = one;
  const matches = new Set<number>();
  const shown = new Set<number>();
  const bare = text.replace(/[(),\s]/g, '');
  for (let row = 0; row < table.rows.length; row++) {
    if (row % ROWS_A_TURN === ROWS_A_TURN - 1) await nextTurn();
    if (!matchesRow(table, row, text, bare)) continue;
    matches.add(row);
    for (let at = row; at >= 0; at = table.rows[at]?.parent ?? -1) shown.add(at);
  }
  one.query = { text, matches, shown: [...shown].sort((a, b) => a - b) };
  return one.query;
}

function matchesRow(table: ElementTable, row: number, text: string, bare: string): boolean {
  const element = table.rows[row];
  if (element === undefined || element.kind === 'item' || element.kind === 'fragment') return false;
  const entry = dictionaryEntry(element.tag);
  // "patient name" is meant for "Patient's Name".
  if (entry !== undefined && (entry.name.toLowerCase().includes(text) || (bare !== '' && entry.keyword.toLowerCase().includes(bare)))) return true;
  if (entry === undefined && nameOf(table, row).toLowerCase().includes(text)) return true;
  if (bare !== '' && tagText(element.tag).replace(',', '').toLowerCase().startsWith(bare)) return true;
  const kept = table.kept(row);
  return kept !== undefined && valueText(table, row, kept).toLowerCase().includes(text);
}

function lineOf(table: ElementTable, row: number, open: boolean): HeaderRow {
  const element = table.rows[row];
  if (element === undefined) throw new CallError('notFound', 'the object has no such line');
  const { kind, depth, length, tag } = element;
  const named = nameOf(table, row);
  const base = { row, depth, kind, tag: kind === 'item' || kind === 'fragment' ? '' : tagText(tag), name: named, vr: '', length, value: '', cut: false };
  if (kind !== 'element') {
    const count = [...table.children(row)].length;
    return { ...base, vr: kind === 'sequence' ? 'SQ' : kind === 'fragments' ? element.vr : '', count, ...(element.end > row + 1 && { open }) };
  }
  const kept = table.kept(row);
  const text = length === 0 ? '' : kept === undefined ? `${length.toLocaleString('en-US')} bytes` : valueText(table, row, kept).replace(/[\n\t]+/g, ' ');
  const isLong = text.length > SHOWN_CHARACTERS;
  return {
    ...base,
    vr: element.vr === '' || element.vr === 'UN' ? vrOf(table, row) : element.vr,
    value: isLong ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text,
    cut: isLong || (kept === undefined && length > 0),
  };
}

/** The dictionary's name; of a private element its creator's. */
function nameOf(table: ElementTable, row: number): string {
  const element = table.rows[row];
  if (element === undefined) return '';
  const { kind, tag, creator, parent } = element;
  if (kind === 'item' || kind === 'fragment') {
    const number = ordinal(table, row, parent);
    return kind === 'item' ? `Item ${number}` : number === 1 ? 'Offset table' : `Fragment ${number - 1}`;
  }
  const known = dictionaryEntry(tag);
  if (known !== undefined) return known.name;
  if (((tag >>> 16) & 1) === 0) return 'not in the dictionary';
  if ((tag & 0xffff) <= 0xff && (tag & 0xffff) >= 0x10) return 'Private creator';
  const bytes = table.kept(creator);
  return bytes === undefined ? 'private, no creator named' : `private: ${valueText(table, creator, bytes)}`;
}

function ordinal(table: ElementTable, row: number, parent: number): number {
  let number = 0;
  for (const child of table.children(parent)) {
    number++;
    if (child === row) break;
  }
  return number;
}

async function fullValue(table: ElementTable, row: number): Promise<{ text: string; cut: boolean }> {
  const element = table.rows[row];
  if (element?.kind !== 'element') return { text: '', cut: false };
  const bytes = await table.bytes(row, MAX_VALUE_BYTES);
  return { text: valueText(table, row, bytes), cut: element.length > bytes.length };
}

function headOf(table: ElementTable, row: number): string {
  const element = table.rows[row];
  if (element === undefined) return '';
  const indent = '  '.repeat(element.depth);
  const tag = element.kind === 'item' || element.kind === 'fragment' ? '' : `(${tagText(element.tag)}) ${vrOf(table, row)} `;
  return `${indent}${tag}${nameOf(table, row)}`;
}

async function allText({ table, TransferSyntaxUID }: Opened): Promise<{ text: string; cut: boolean }> {
  const lines = [`Transfer Syntax ${TransferSyntaxUID}`];
  let characters = lines[0]?.length ?? 0;
  let cut = false;
  for (let row = 0; row < table.rows.length && !cut; row++) {
    if (row % ROWS_A_TURN === ROWS_A_TURN - 1) await nextTurn();
    const kept = table.kept(row);
    const value = kept === undefined ? '' : cleaned(valueText(table, row, kept)).replace(/\n/g, ' ');
    const line = `${headOf(table, row)}\t${value}`;
    characters += line.length + 1;
    cut = characters > MAX_TEXT - 200;
    lines.push(cut ? `(cut here: ${table.rows.length - row} more lines)` : line);
  }
  if (table.problem !== undefined) lines.push(problemText(table.problem));
  return { text: lines.join('\n'), cut };
}

function problemText({ text, offset }: { readonly text: string; readonly offset: number }): string {
  return `Reading ended at byte ${offset.toLocaleString('en-US')}: ${text}.`;
}
