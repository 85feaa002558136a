import type { ElementTable } from './element-table';
import { valueText } from './value-text';

/** Values of small elements below a row of the table (-1: the top level), by tag; absent or long ones are empty. */
export class Content {
  constructor(
    private readonly table: ElementTable,
    private readonly row: number,
  ) {}

  has(tag: number): boolean {
    return this.rowOf(tag) >= 0;
  }

  /** Row of the first element of this tag; -1 when there is none. */
  rowOf(tag: number): number {
    for (const child of this.table.children(this.row)) if (this.table.rows[child]?.tag === tag) return child;
    return -1;
  }

  text(tag: number): string {
    const row = this.rowOf(tag);
    const bytes = row < 0 ? undefined : this.table.kept(row);
    if (bytes === undefined) return '';
    return valueText(this.table, row, bytes, false);
  }

  /** The first number of the element, or undefined. */
  number(tag: number): number | undefined {
    const text = this.text(tag).split('\\')[0]?.trim() ?? '';
    const value = text === '' ? NaN : Number(text);
    return Number.isFinite(value) ? value : undefined;
  }

  /** The items of a sequence. */
  items(tag: number): Content[] {
    const row = this.rowOf(tag);
    return row < 0 ? [] : [...this.table.children(row)].filter((item) => this.table.rows[item]?.kind === 'item').map((item) => new Content(this.table, item));
  }

  first(tag: number): Content | undefined {
    return this.items(tag)[0];
  }
}

/** A code as it stands in the first item of a code sequence (PS3.3 8.8): its meaning, and the code itself. */
export function codeOf(content: Content, sequence: number): { meaning: string; code: string; value: string } | undefined {
  const item = content.first(sequence);
  if (item === undefined) return undefined;
  const value = item.text(0x00080100) || item.text(0x00080119) || item.text(0x00080120);
  const scheme = item.text(0x00080102);
  const meaning = item.text(0x00080104);
  return { meaning: meaning || value, code: [scheme, value].filter((part) => part !== '').join(' '), value };
}
