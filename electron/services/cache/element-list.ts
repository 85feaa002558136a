/** A leaf of a data set: fragments of encapsulated pixels are leaves too. */
export interface ListedElement {
  /** Tags from the root with item numbers: `00081140[0].00081155`. */
  readonly path: string;
  /** Absent where the encoding has none. */
  readonly vr: string | undefined;
  readonly value: Uint8Array;
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
  readonly valueAt: number;
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

/** Leaves of a data set in order, without group lengths and trailing padding; undefined when it is not well formed. Iterative. */
export function listElements(bytes: Uint8Array, TransferSyntaxUID: string): ListedElement[] | undefined {
  try {
    return new Lister(bytes, TransferSyntaxUID === EXPLICIT_BE, TransferSyntaxUID !== IMPLICIT_LE).list();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

class Lister {
  private readonly view: DataView;
  private readonly out: ListedElement[] = [];
  private readonly levels: Level[];
  private at = 0;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly bigEndian: boolean,
    explicit: boolean,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.levels = [{ kind: 'elements', path: '', end: bytes.length, explicit, count: 0 }];
  }

  list(): ListedElement[] {
    for (let level = this.levels.at(-1); level !== undefined; level = this.levels.at(-1)) {
      if (this.at >= level.end || (level.end === Number.POSITIVE_INFINITY && this.at >= this.bytes.length)) {
        this.levels.pop();
        continue;
      }
      const tag = this.view.getUint16(this.at, !this.bigEndian) * 65536 + this.view.getUint16(this.at + 2, !this.bigEndian);
      if (tag === ITEM || tag === ITEM_END || tag === SEQUENCE_END) this.delimiter(level, tag);
      else this.element(level, tag);
    }
    return this.out;
  }

  private delimiter(level: Level, tag: number): void {
    const length = this.view.getUint32(this.at + 4, !this.bigEndian);
    this.at += 8;
    if (tag !== ITEM) {
      this.levels.pop();
      return;
    }
    const path = `${level.path}[${String(level.count++)}]`;
    if (level.kind === 'fragments') this.leaf(path, 'OB', length);
    else this.push({ kind: 'elements', path: `${path}.`, end: this.endOf(length), explicit: level.explicit, count: 0 });
  }

  private element(level: Level, tag: number): void {
    const head = this.head(level.explicit);
    const path = `${level.path}${tag.toString(16).padStart(8, '0')}`;
    this.at = head.valueAt;
    const isItems = head.vr === 'SQ' || (head.length === UNDEFINED && tag !== PIXEL_DATA) || (head.vr === undefined && this.startsWithItem(head));
    if (isItems) {
      // an UN of undefined length is implicit inside (PS3.5 6.2.2)
      this.push({ kind: 'items', path, end: this.endOf(head.length), explicit: level.explicit && head.vr !== 'UN', count: 0 });
    } else if (head.length === UNDEFINED) {
      this.push({ kind: 'fragments', path, end: Number.POSITIVE_INFINITY, explicit: level.explicit, count: 0 });
    } else if (tag % 65536 === 0 || tag === TRAILING_PADDING) this.at += head.length;
    else this.leaf(path, head.vr, head.length);
  }

  private head(explicit: boolean): ElementHead {
    const little = !this.bigEndian;
    if (!explicit) return { vr: undefined, length: this.view.getUint32(this.at + 4, little), valueAt: this.at + 8 };
    const vr = String.fromCharCode(this.view.getUint8(this.at + 4), this.view.getUint8(this.at + 5));
    if (LONG_FORM.has(vr)) return { vr, length: this.view.getUint32(this.at + 8, little), valueAt: this.at + 12 };
    return { vr, length: this.view.getUint16(this.at + 6, little), valueAt: this.at + 8 };
  }

  private startsWithItem({ length, valueAt }: ElementHead): boolean {
    return length >= 8 && this.view.getUint16(valueAt, true) === 0xfffe && this.view.getUint16(valueAt + 2, true) === 0xe000;
  }

  private endOf(length: number): number {
    return length === UNDEFINED ? Number.POSITIVE_INFINITY : this.at + length;
  }

  private push(level: Level): void {
    if (this.levels.length > MAX_LEVELS) throw new RangeError('nested too deep');
    this.levels.push(level);
  }

  private leaf(path: string, vr: string | undefined, length: number): void {
    if (this.at + length > this.bytes.length) throw new RangeError('past the end');
    this.out.push({ path, vr, value: this.bytes.subarray(this.at, this.at + length), bigEndian: this.bigEndian });
    this.at += length;
  }
}
