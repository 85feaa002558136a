import {
  type CharacterSet,
  DEFAULT_CHARACTER_SET,
  decodeText,
  EXPLICIT_VR_BIG_ENDIAN,
  IMPLICIT_VR_LITTLE_ENDIAN,
  isVr,
  parseCharacterSet,
  Tag,
  VALUE_REPRESENTATIONS,
  type VR,
} from '@shared/dicom';

/** Small data sets of messages (identifiers, action and event information): read and written whole, with sequences, iteratively and within limits. */

const UNDEFINED_LENGTH = 0xffffffff;
const ITEM = 0xfffee000;
const ITEM_END = 0xfffee00d;
const SEQUENCE_END = 0xfffee0dd;
const MOST_DEPTH = 16;
const MOST_ELEMENTS = 200_000;

interface RawElement {
  readonly vr: VR;
  readonly bytes: Buffer;
  readonly items: readonly DataSet[] | undefined;
}

/** Elements of a data set or of one item, by tag. The first of two equal tags counts. */
export class DataSet {
  private readonly elements = new Map<number, RawElement>();

  constructor(private readonly around: CharacterSet = DEFAULT_CHARACTER_SET) {}

  put(tag: number, element: RawElement): void {
    if (!this.elements.has(tag)) this.elements.set(tag, element);
  }

  has(tag: number): boolean {
    return this.elements.has(tag);
  }

  tags(): number[] {
    return [...this.elements.keys()];
  }

  vr(tag: number): VR | undefined {
    return this.elements.get(tag)?.vr;
  }

  items(tag: number): readonly DataSet[] | undefined {
    return this.elements.get(tag)?.items;
  }

  /** Decoded by the character set that holds here, without padding at its ends; undefined when the element is absent or no text. */
  text(tag: number, vr?: VR): string | undefined {
    const element = this.elements.get(tag);
    if (element === undefined || element.items !== undefined) return undefined;
    const kind = vr ?? element.vr;
    const representation = VALUE_REPRESENTATIONS[kind];
    const text = representation.isLocal ? decodeText(element.bytes, this.characterSet(), kind === 'PN').text : element.bytes.toString('latin1');
    return text.replace(/^[\0 ]+|[\0 ]+$/g, '');
  }

  /** Values of US. */
  shorts(tag: number): number[] {
    const bytes = this.elements.get(tag)?.bytes ?? Buffer.alloc(0);
    return Array.from({ length: bytes.length >> 1 }, (_, index) => bytes.readUInt16LE(index * 2));
  }

  characterSet(): CharacterSet {
    const declared =
      this.elements
        .get(Tag.SpecificCharacterSet)
        ?.bytes.toString('latin1')
        .replace(/[\0 ]+$/, '') ?? '';
    return declared === '' ? this.around : parseCharacterSet(declared);
  }
}

interface Level {
  /** Where elements go; undefined: between the items of a sequence. */
  readonly set: DataSet | undefined;
  readonly items: DataSet[] | undefined;
  /** Infinity: a delimiter ends it. */
  readonly end: number;
}

/** Reads a data set of a message. `vrOf`: what PS3.6 says of a tag, for implicit VR and UN. A string: why it cannot be read. */
export function decodeDataSet(bytes: Buffer, TransferSyntaxUID: string, vrOf: (tag: number) => VR | undefined): DataSet | string {
  if (TransferSyntaxUID === EXPLICIT_VR_BIG_ENDIAN) return 'big endian is not read here';
  return new Reader(bytes, TransferSyntaxUID === IMPLICIT_VR_LITTLE_ENDIAN, vrOf).read();
}

class Reader {
  private at = 0;
  private elements = 0;
  private readonly root = new DataSet();
  private readonly levels: Level[] = [];
  private fault: string | undefined;

  constructor(
    private readonly bytes: Buffer,
    private readonly isImplicit: boolean,
    private readonly vrOf: (tag: number) => VR | undefined,
  ) {
    this.levels.push({ set: this.root, items: undefined, end: bytes.length });
  }

  read(): DataSet | string {
    while (this.fault === undefined && this.levels.length > 0) {
      const level = this.levels.at(-1) as Level;
      if (this.at >= level.end || (this.at >= this.bytes.length && level.end === Infinity)) {
        if (level.end === Infinity || this.at > level.end) return level.end === Infinity ? 'a delimiter is missing' : 'an element runs past its item';
        this.levels.pop();
      } else if (this.at + 8 > this.bytes.length) return 'cut off inside a header';
      else if (++this.elements > MOST_ELEMENTS) return 'too many elements';
      else if (level.set === undefined) this.takeItem(level);
      else this.takeElement(level.set, level);
    }
    return this.fault ?? this.root;
  }

  private takeItem(level: Level): void {
    const [tag, length] = [this.tagAt(this.at), this.bytes.readUInt32LE(this.at + 4)];
    this.at += 8;
    if (tag === SEQUENCE_END && level.end === Infinity) {
      this.levels.pop();
    } else if (tag === ITEM) {
      const item = new DataSet(this.enclosing().characterSet());
      level.items?.push(item);
      this.enter({ set: item, items: undefined, end: this.endOf(length) });
    } else this.fault = 'no item where one must stand';
  }

  private takeElement(set: DataSet, level: Level): void {
    const tag = this.tagAt(this.at);
    if (tag === ITEM_END && level.end === Infinity) {
      this.at += 8;
      this.levels.pop();
      return;
    }
    if (tag >>> 16 === 0xfffe) {
      this.fault = 'a delimiter where an element must stand';
      return;
    }
    const header = this.isImplicit ? this.implicitHeader(tag) : this.explicitHeader(tag);
    if (header === undefined) return;
    const { vr, length } = header;
    if (vr === 'SQ' || length === UNDEFINED_LENGTH) {
      const items: DataSet[] = [];
      set.put(tag, { vr: 'SQ', bytes: Buffer.alloc(0), items });
      this.enter({ set: undefined, items, end: this.endOf(length) });
      return;
    }
    const end = this.at + length;
    if (end > this.bytes.length || end > level.end) this.fault = 'a value longer than what holds it';
    else set.put(tag, { vr, bytes: this.bytes.subarray(this.at, end), items: undefined });
    this.at = end;
  }

  private implicitHeader(tag: number): { vr: VR; length: number } {
    const length = this.bytes.readUInt32LE(this.at + 4);
    this.at += 8;
    return { vr: this.vrOf(tag) ?? 'UN', length };
  }

  private explicitHeader(tag: number): { vr: VR; length: number } | undefined {
    const stated = this.bytes.toString('latin1', this.at + 4, this.at + 6);
    if (!isVr(stated)) {
      this.fault = 'no Value Representation';
      return undefined;
    }
    const isLong = VALUE_REPRESENTATIONS[stated].isLongForm;
    if (isLong && this.at + 12 > this.bytes.length) {
      this.fault = 'cut off inside a header';
      return undefined;
    }
    const length = isLong ? this.bytes.readUInt32LE(this.at + 8) : this.bytes.readUInt16LE(this.at + 6);
    this.at += isLong ? 12 : 8;
    // a sequence as UN is in implicit VR inside (PS3.5 6.2.2): not read here, and no message needs it
    return { vr: stated === 'UN' && length !== UNDEFINED_LENGTH ? (this.vrOf(tag) ?? 'UN') : stated, length };
  }

  private enter(level: Level): void {
    if (this.levels.length > MOST_DEPTH) this.fault = 'sequences nested too deep';
    else if (level.end !== Infinity && level.end > Math.min(this.bytes.length, this.levels.at(-1)?.end ?? 0)) this.fault = 'an item longer than what holds it';
    else this.levels.push(level);
  }

  private endOf(length: number): number {
    return length === UNDEFINED_LENGTH ? Infinity : this.at + length;
  }

  private enclosing(): DataSet {
    return this.levels.findLast(({ set }) => set !== undefined)?.set ?? this.root;
  }

  private tagAt(at: number): number {
    return this.bytes.readUInt16LE(at) * 0x10000 + this.bytes.readUInt16LE(at + 2);
  }
}

/** An element to write: text by its VR, numbers as US, or the items of a sequence. */
export interface WrittenElement {
  readonly tag: number;
  readonly vr: VR;
  readonly value: string | readonly number[] | readonly (readonly WrittenElement[])[];
}

/** Bytes of a data set in UTF-8 (ISO_IR 192, declared when a character needs it) or the default repertoire. */
export function encodeDataSet(elements: readonly WrittenElement[], TransferSyntaxUID: string): Buffer {
  if (TransferSyntaxUID === EXPLICIT_VR_BIG_ENDIAN) throw new RangeError('big endian is not written here');
  const isImplicit = TransferSyntaxUID === IMPLICIT_VR_LITTLE_ENDIAN;
  const needsSet = !elements.some(({ tag }) => tag === Tag.SpecificCharacterSet) && elements.some(isForeign);
  const all: readonly WrittenElement[] = needsSet ? [{ tag: Tag.SpecificCharacterSet, vr: 'CS', value: 'ISO_IR 192' }, ...elements] : elements;
  return encodeElements(all, isImplicit, 0);
}

function encodeElements(elements: readonly WrittenElement[], isImplicit: boolean, depth: number): Buffer {
  if (depth > MOST_DEPTH) throw new RangeError('sequences nested too deep');
  return Buffer.concat(
    [...elements]
      .sort((a, b) => a.tag - b.tag)
      .map(({ tag, vr, value }) => {
        if (vr === 'SQ') return elementBytes(tag, vr, sequenceBytes(value as readonly (readonly WrittenElement[])[], isImplicit, depth), isImplicit);
        return elementBytes(tag, vr, typeof value === 'string' ? Buffer.from(value, 'utf8') : numberBytes(value as readonly number[]), isImplicit);
      }),
  );
}

function sequenceBytes(items: readonly (readonly WrittenElement[])[], isImplicit: boolean, depth: number): Buffer {
  return Buffer.concat(
    items.map((item) => {
      const body = encodeElements(item, isImplicit, depth + 1);
      const header = Buffer.alloc(8);
      header.writeUInt16LE(ITEM >>> 16, 0);
      header.writeUInt16LE(ITEM & 0xffff, 2);
      header.writeUInt32LE(body.length, 4);
      return Buffer.concat([header, body]);
    }),
  );
}

function elementBytes(tag: number, vr: VR, value: Buffer, isImplicit: boolean): Buffer {
  const isLong = !isImplicit && VALUE_REPRESENTATIONS[vr].isLongForm;
  const length = value.length + (value.length % 2);
  if (!isImplicit && !isLong && length > 0xfffe) throw new RangeError('a value too long for its VR');
  const head = isLong ? 12 : 8;
  const bytes = Buffer.alloc(head + length, vr === 'UI' || VALUE_REPRESENTATIONS[vr].kind !== 'text' ? 0 : 0x20);
  bytes.fill(0, 0, head);
  bytes.writeUInt16LE(tag >>> 16, 0);
  bytes.writeUInt16LE(tag & 0xffff, 2);
  if (isImplicit) bytes.writeUInt32LE(length, 4);
  else {
    bytes.write(vr, 4, 'latin1');
    if (isLong) bytes.writeUInt32LE(length, 8);
    else bytes.writeUInt16LE(length, 6);
  }
  value.copy(bytes, head);
  return bytes;
}

function numberBytes(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  values.forEach((value, index) => bytes.writeUInt16LE(value, index * 2));
  return bytes;
}

function isForeign({ value }: WrittenElement): boolean {
  if (typeof value === 'string') return /[^\x20-\x7e]/.test(value);
  return value.some((item) => Array.isArray(item) && (item as readonly WrittenElement[]).some(isForeign));
}
