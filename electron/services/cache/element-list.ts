/** A leaf of a data set, where it stands: fragments of encapsulated pixels are leaves too. */
export interface ElementPlace {
  /** Tags from the root with item numbers: `00081140[0].00081155`. */
  readonly path: string;
  /** Absent where the encoding has none. */
  readonly vr: string | undefined;
  /** Of its value in the data set, bytes. */
  readonly offset: number;
  readonly length: number;
  readonly bigEndian: boolean;
}

interface Level {
  readonly kind: 'items' | 'elements' | 'fragments';
  readonly path: string;
  /** End offset; infinite when a delimiter ends it. */
  readonly end: number;
  readonly explicit: boolean;
  count: number;
}

interface ElementHead {
  readonly vr: string | undefined;
  readonly length: number;
  readonly bytes: number;
}

const IMPLICIT_LE = '1.2.840.10008.1.2';
const EXPLICIT_BE = '1.2.840.10008.1.2.2';
const UNDEFINED = 0xffffffff;
const ITEM = 0xfffee000;
const ITEM_END = 0xfffee00d;
const SEQUENCE_END = 0xfffee0dd;
const PIXEL_DATA = 0x7fe00010;
const TRAILING_PADDING = 0xfffcfffc;
const LONG_FORM = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV']);
const MAX_LEVELS = 200;

/** What a step must be shown, where the data set has so much left: a head of twelve bytes, and the tag of what may be an item behind a short one. */
export const HEAD_BYTES = 16;

/**
 * Goes through a data set element by element, in order, without group lengths and trailing padding; it is shown one head at a time, so that no more need stand in
 * memory. Iterative. Throws RangeError when the data set is not well formed.
 */
export class ElementWalk {
  private readonly bigEndian: boolean;
  private readonly levels: Level[];
  private at = 0;

  constructor(
    private readonly sizeBytes: number,
    TransferSyntaxUID: string,
  ) {
    this.bigEndian = TransferSyntaxUID === EXPLICIT_BE;
    this.levels = [{ kind: 'elements', path: '', end: sizeBytes, explicit: TransferSyntaxUID !== IMPLICIT_LE, count: 0 }];
  }

  /** Where the next head stands; undefined: the data set is at its end. */
  next(): number | undefined {
    for (let level = this.levels.at(-1); level !== undefined; level = this.levels.at(-1)) {
      if (this.at < level.end && (level.end !== Number.POSITIVE_INFINITY || this.at < this.sizeBytes)) return this.at;
      this.levels.pop();
    }
    return undefined;
  }

  /** `head`: the bytes at `next()`. Undefined: no leaf, what it leads into comes next. */
  step(head: DataView): ElementPlace | undefined {
    const level = this.levels.at(-1);
    if (level === undefined) return undefined;
    const tag = head.getUint16(0, !this.bigEndian) * 65536 + head.getUint16(2, !this.bigEndian);
    return tag === ITEM || tag === ITEM_END || tag === SEQUENCE_END ? this.delimiter(level, tag, head) : this.element(level, tag, head);
  }

  private delimiter(level: Level, tag: number, head: DataView): ElementPlace | undefined {
    const length = head.getUint32(4, !this.bigEndian);
    this.at += 8;
    if (tag !== ITEM) {
      this.endAt(level, tag, length);
      return undefined;
    }
    if (level.kind === 'elements') throw new RangeError('an item outside a sequence');
    const path = `${level.path}[${String(level.count++)}]`;
    if (level.kind === 'fragments') return this.leaf(path, 'OB', length);
    this.push({ kind: 'elements', path: `${path}.`, end: this.endOf(length), explicit: level.explicit, count: 0 });
    return undefined;
  }

  /** One that ends nothing is passed over, as when an object is taken in: were it to end the level that it stands in, the rest of the data set would not be looked at. */
  private endAt(level: Level, tag: number, length: number): void {
    if (length !== 0) throw new RangeError('a delimiter with a length');
    const ends = tag === ITEM_END ? level.kind === 'elements' : level.kind !== 'elements';
    if (ends && level.end === Number.POSITIVE_INFINITY) this.levels.pop();
  }

  private element(level: Level, tag: number, view: DataView): ElementPlace | undefined {
    const head = this.head(level.explicit, view);
    const path = `${level.path}${tag.toString(16).padStart(8, '0')}`;
    this.at += head.bytes;
    const isItems = head.vr === 'SQ' || (head.length === UNDEFINED && tag !== PIXEL_DATA) || (head.vr === undefined && startsWithItem(head, view));
    if (isItems) {
      // an UN of undefined length is implicit inside (PS3.5 6.2.2)
      this.push({ kind: 'items', path, end: this.endOf(head.length), explicit: level.explicit && head.vr !== 'UN', count: 0 });
    } else if (head.length === UNDEFINED) {
      this.push({ kind: 'fragments', path, end: Number.POSITIVE_INFINITY, explicit: level.explicit, count: 0 });
    } else if (tag % 65536 === 0 || tag === TRAILING_PADDING) this.at += head.length;
    else return this.leaf(path, head.vr, head.length);
    return undefined;
  }

  private head(explicit: boolean, view: DataView): ElementHead {
    const little = !this.bigEndian;
    if (!explicit) return { vr: undefined, length: view.getUint32(4, little), bytes: 8 };
    const vr = String.fromCharCode(view.getUint8(4), view.getUint8(5));
    if (LONG_FORM.has(vr)) return { vr, length: view.getUint32(8, little), bytes: 12 };
    return { vr, length: view.getUint16(6, little), bytes: 8 };
  }

  private endOf(length: number): number {
    return length === UNDEFINED ? Number.POSITIVE_INFINITY : this.at + length;
  }

  private push(level: Level): void {
    if (this.levels.length > MAX_LEVELS) throw new RangeError('nested too deep');
    this.levels.push(level);
  }

  private leaf(path: string, vr: string | undefined, length: number): ElementPlace {
    if (this.at + length > this.sizeBytes) throw new RangeError('past the end');
    const place = { path, vr, offset: this.at, length, bigEndian: this.bigEndian };
    this.at += length;
    return place;
  }
}

function startsWithItem({ length, bytes }: ElementHead, view: DataView): boolean {
  return length >= 8 && view.getUint16(bytes, true) === 0xfffe && view.getUint16(bytes + 2, true) === 0xe000;
}
