import { type CharacterSet, DEFAULT_CHARACTER_SET, parseCharacterSet } from '@shared/dicom';

/** What a row is: an element with a value, a sequence, an item of it, encapsulated pixel data, a fragment of them. */
export type RowKind = 'element' | 'sequence' | 'item' | 'fragments' | 'fragment';

export interface ElementRow {
  readonly kind: RowKind;
  readonly tag: number;
  /** As the bytes state it; empty in implicit encodings and for items. */
  readonly vr: string;
  /** As the bytes state it; -1 = undefined length. */
  readonly length: number;
  /** Where the value starts, bytes from the start of the (inflated) data set. */
  readonly offset: number;
  readonly depth: number;
  /** Row that this one stands in; -1 at the top. */
  readonly parent: number;
  /** First row behind it and everything in it. */
  end: number;
  /** Row of the Specific Character Set that holds here; -1 = the default repertoire. */
  readonly characterSet: number;
  /** Row of its private creator; -1 = none. */
  readonly creator: number;
}

export interface ElementTable {
  readonly rows: readonly ElementRow[];
  /** Why the table stops where it does; what came before it is right. */
  readonly problem: { readonly text: string; readonly offset: number } | undefined;
  readonly isLittleEndian: boolean;
  /** Bytes of a value, at most `max` of them. Rejects when the object cannot be read. */
  bytes(row: number, max: number): Promise<Uint8Array>;
  /** Bytes [offset, offset + length) of a value; fewer at its end only. */
  range(row: number, offset: number, length: number): Promise<Uint8Array>;
  /** The same at once, for values that were kept; undefined for longer ones. */
  kept(row: number): Uint8Array | undefined;
  charactersOf(row: number): CharacterSet;
  /** Direct children of a row (-1: the top level). */
  children(parent: number): Generator<number>;
}

/** A finished table over its rows. */
export class Elements implements ElementTable {
  private readonly sets = new Map<number, CharacterSet>();

  constructor(
    readonly rows: readonly ElementRow[],
    readonly problem: ElementTable['problem'],
    readonly isLittleEndian: boolean,
    private readonly small: ReadonlyMap<number, Uint8Array>,
    private readonly read: (offset: number, length: number) => Uint8Array | Promise<Uint8Array>,
  ) {}

  kept(row: number): Uint8Array | undefined {
    return this.small.get(row);
  }

  async range(row: number, offset: number, length: number): Promise<Uint8Array> {
    const value = this.rows[row];
    if (value === undefined || value.length <= 0) return new Uint8Array(0);
    return this.read(value.offset + offset, Math.max(0, Math.min(length, value.length - offset)));
  }

  async bytes(row: number, max: number): Promise<Uint8Array> {
    const kept = this.small.get(row);
    if (kept !== undefined) return kept.subarray(0, max);
    const { length, offset } = this.rows[row] ?? { length: 0, offset: 0 };
    return length <= 0 ? new Uint8Array(0) : this.read(offset, Math.min(length, max));
  }

  charactersOf(row: number): CharacterSet {
    const at = this.rows[row]?.characterSet ?? -1;
    const known = this.sets.get(at);
    if (known !== undefined) return known;
    const declared = Buffer.from(this.small.get(at) ?? [])
      .toString('latin1')
      .replace(/^[\0 ]+|[\0 ]+$/g, '');
    const set = declared === '' ? DEFAULT_CHARACTER_SET : parseCharacterSet(declared);
    this.sets.set(at, set);
    return set;
  }

  *children(parent: number): Generator<number> {
    const last = parent < 0 ? this.rows.length : (this.rows[parent]?.end ?? 0);
    for (let at = parent + 1; at < last; at = Math.max(at + 1, this.rows[at]?.end ?? 0)) yield at;
  }
}
