import { type CharacterSet, decodeText, DEFAULT_CHARACTER_SET, parseCharacterSet, Tag } from '@shared/dicom';
import { parseDecimal } from './attribute-reader';

export interface TreeElement {
  /** Two letters; empty where the encoding does not say. */
  readonly vr: string;
  readonly length: number;
  /** Its bytes, where they were wanted. */
  value?: Uint8Array<ArrayBuffer>;
  readonly items?: readonly TreeItem[];
}

const MAX_TEXT = 1024;
const NOTHING = new Uint8Array(0);

/** Elements of a data set or of one item, read by what they are expected to be; what is not that reads as absent. The first of two equal tags counts. */
export class TreeItem {
  private readonly elements = new Map<number, TreeElement>();

  constructor(readonly isLittleEndian: boolean) {}

  put(tag: number, element: TreeElement): void {
    if (!this.elements.has(tag)) this.elements.set(tag, element);
  }

  has(tag: number): boolean {
    return this.elements.has(tag);
  }

  element(tag: number): TreeElement | undefined {
    return this.elements.get(tag);
  }

  tags(): readonly number[] {
    return [...this.elements.keys()];
  }

  items(tag: number): readonly TreeItem[] {
    return this.elements.get(tag)?.items ?? [];
  }

  /** Bytes of a value as they stand; empty where they are absent or too many. */
  bytes(tag: number): Uint8Array<ArrayBuffer> {
    return this.elements.get(tag)?.value ?? NOTHING;
  }

  /** The character set that this item declares, else the one around it. */
  characterSet(around: CharacterSet = DEFAULT_CHARACTER_SET): CharacterSet {
    const declared = latin1(this.bytes(Tag.SpecificCharacterSet));
    return declared === '' ? around : parseCharacterSet(declared);
  }

  /** Text of the default repertoire (CS, UI, DA ...), all values, trimmed. */
  text(tag: number): string {
    return clean(latin1(this.bytes(tag)));
  }

  texts(tag: number): readonly string[] {
    const text = this.text(tag);
    return text === '' ? [] : text.split('\\').map((part) => part.trim());
  }

  /** Text in the object's characters; line ends stay. */
  localText(tag: number, set: CharacterSet, isPersonName = false): string {
    const bytes = this.bytes(tag);
    return bytes.length === 0 ? '' : clean(decodeText(bytes, set, isPersonName).text);
  }

  /** Values of DS or IS, all finite, or none at all. */
  decimals(tag: number): readonly number[] {
    const values = this.texts(tag).map((text) => parseDecimal(text) ?? NaN);
    return values.every(Number.isFinite) ? values : [];
  }

  /** Values of US, or of SS where the VR says so. */
  shorts(tag: number): readonly number[] {
    const isSigned = this.elements.get(tag)?.vr === 'SS';
    return this.numbers(tag, 2, (view, at) => (isSigned ? view.getInt16(at, this.isLittleEndian) : view.getUint16(at, this.isLittleEndian)));
  }

  signedShorts(tag: number): readonly number[] {
    return this.numbers(tag, 2, (view, at) => view.getInt16(at, this.isLittleEndian));
  }

  /** Values of SL. */
  longs(tag: number): readonly number[] {
    return this.numbers(tag, 4, (view, at) => view.getInt32(at, this.isLittleEndian));
  }

  /** Values of UL. */
  unsignedLongs(tag: number): readonly number[] {
    return this.numbers(tag, 4, (view, at) => view.getUint32(at, this.isLittleEndian));
  }

  /** Values of FL, all finite, or none at all. */
  floats(tag: number): readonly number[] {
    const values = this.numbers(tag, 4, (view, at) => view.getFloat32(at, this.isLittleEndian));
    return values.every(Number.isFinite) ? values : [];
  }

  /** Values of FD, all finite, or none at all. */
  doubles(tag: number): readonly number[] {
    const values = this.numbers(tag, 8, (view, at) => view.getFloat64(at, this.isLittleEndian));
    return values.every(Number.isFinite) ? values : [];
  }

  private numbers(tag: number, size: number, read: (view: DataView, at: number) => number): number[] {
    const bytes = this.bytes(tag);
    if (bytes.length % size !== 0) return [];
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    return Array.from({ length: bytes.length / size }, (_, index) => read(view, index * size));
  }
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    .toString('latin1')
    .replace(/^[\0 ]+|[\0 ]+$/g, '');
}

/** Without control characters but line ends, and not longer than a screen takes. */
function clean(text: string): string {
  return text
    .replace(/[^\P{Cc}\n\r]/gu, ' ')
    .replace(/\r\n?/g, '\n')
    .trim()
    .slice(0, MAX_TEXT);
}
