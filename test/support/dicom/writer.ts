/**
 * A small writer of synthetic DICOM byte streams for tests: data sets in the three uncompressed encodings, sequences and items of both length kinds,
 * encapsulated fragments, Part 10 files. It writes what it is told, right or wrong: faults are made by `raw` values, `length` and `vr`.
 */

export type Encoding = 'explicitLE' | 'implicitLE' | 'explicitBE';

export type ElementValue = string | readonly string[] | number | readonly number[] | Uint8Array;

export interface DataElement {
  readonly kind: 'element';
  readonly tag: number;
  readonly vr: string;
  readonly value: ElementValue;
  /** Written instead of the true length. */
  readonly length?: number;
}

export interface SequenceElement {
  readonly kind: 'sequence';
  readonly tag: number;
  readonly vr: string;
  readonly items: readonly (readonly Element[])[];
  readonly undefinedLength: boolean;
  readonly undefinedItems: boolean;
}

export interface FragmentsElement {
  readonly kind: 'fragments';
  readonly tag: number;
  readonly vr: string;
  /** The Basic Offset Table: offsets, empty = a table of length 0. */
  readonly offsets: readonly number[];
  readonly fragments: readonly Uint8Array[];
}

export type Element = DataElement | SequenceElement | FragmentsElement;

export const UNDEFINED_LENGTH = 0xffffffff;

const PIXEL_DATA = 0x7fe00010;
const ITEM = 0xfffee000;
const ITEM_END = 0xfffee00d;
const SEQUENCE_END = 0xfffee0dd;
const SHORT_FORM = new Set('AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US'.split(' '));

/** One element; strings are written as Latin-1, several values joined by a backslash and padded to even length. */
export function el(tag: number, vr: string, value: ElementValue = '', options: { length?: number } = {}): DataElement {
  return { kind: 'element', tag, vr, value, ...options };
}

/** A sequence; both kinds of length are undefined unless told. */
export function sq(
  tag: number,
  items: readonly (readonly Element[])[],
  options: { undefinedLength?: boolean; undefinedItems?: boolean; vr?: string } = {},
): SequenceElement {
  const { undefinedLength = true, undefinedItems = true, vr = 'SQ' } = options;
  return { kind: 'sequence', tag, vr, items, undefinedLength, undefinedItems };
}

/** Encapsulated Pixel Data (PS3.5 A.4): the Basic Offset Table item first, then the fragments, padded to even length. */
export function encapsulated(fragments: readonly Uint8Array[], offsets: readonly number[] = []): FragmentsElement {
  return { kind: 'fragments', tag: PIXEL_DATA, vr: 'OB', offsets, fragments };
}

/** Bytes of a data set, elements in the order given. */
export function encodeDataSet(elements: readonly Element[], encoding: Encoding = 'explicitLE'): Uint8Array {
  return concatBytes(elements.map((element) => encodeElement(element, encoding)));
}

/** A whole Part 10 file: zero preamble, prefix, meta header in Explicit VR Little Endian, data set. */
export function encodePart10(meta: { SOPClassUID: string; SOPInstanceUID: string; TransferSyntaxUID: string }, dataSet: Uint8Array): Uint8Array {
  const group = encodeDataSet([
    el(0x00020001, 'OB', new Uint8Array([0, 1])),
    el(0x00020002, 'UI', meta.SOPClassUID),
    el(0x00020003, 'UI', meta.SOPInstanceUID),
    el(0x00020010, 'UI', meta.TransferSyntaxUID),
    el(0x00020012, 'UI', '2.25.1'),
  ]);
  const prefix = new Uint8Array(132);
  prefix.set([0x44, 0x49, 0x43, 0x4d], 128);
  return concatBytes([prefix, encodeDataSet([el(0x00020000, 'UL', group.length)]), group, dataSet]);
}

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Latin-1 bytes of a string; characters above U+00FF are refused. */
export function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code > 0xff) throw new Error(`not Latin-1: ${character}`);
    return code;
  });
}

/** A header as the encoding has it: tag, VR and length (2 or 4 bytes), for streams with faults. */
export function encodeHeader(tag: number, vr: string, length: number, encoding: Encoding): Uint8Array {
  const group = tag >>> 16;
  const item = group === 0xfffe;
  const long = encoding !== 'implicitLE' && !item && (!SHORT_FORM.has(vr) || length > 0xffff);
  const bytes = new Uint8Array(long ? 12 : 8);
  const view = new DataView(bytes.buffer);
  const little = encoding !== 'explicitBE';
  view.setUint16(0, group, little);
  view.setUint16(2, tag & 0xffff, little);
  if (encoding === 'implicitLE' || item) {
    view.setUint32(4, length, little);
    return bytes;
  }
  bytes.set(latin1(vr), 4);
  if (long) view.setUint32(8, length, little);
  else view.setUint16(6, length, little);
  return bytes;
}

function encodeElement(element: Element, encoding: Encoding): Uint8Array {
  switch (element.kind) {
    case 'element': {
      const value = encodeValue(element.vr, element.value, encoding);
      return concatBytes([encodeHeader(element.tag, element.vr, element.length ?? value.length, encoding), value]);
    }
    case 'sequence':
      return encodeSequence(element, encoding);
    case 'fragments': {
      const table = new Uint8Array(4 * element.offsets.length);
      const view = new DataView(table.buffer);
      element.offsets.forEach((offset, index) => view.setUint32(4 * index, offset, encoding !== 'explicitBE'));
      const items = [table, ...element.fragments.map((fragment) => padded(fragment, 0))];
      return concatBytes([
        encodeHeader(element.tag, element.vr, UNDEFINED_LENGTH, encoding),
        ...items.flatMap((item) => [encodeHeader(ITEM, '', item.length, encoding), item]),
        encodeHeader(SEQUENCE_END, '', 0, encoding),
      ]);
    }
  }
}

function encodeSequence(element: SequenceElement, encoding: Encoding): Uint8Array {
  // PS3.5 6.2.2: what is inside UN of undefined length is Implicit VR Little Endian.
  const inner: Encoding = element.vr === 'UN' ? 'implicitLE' : encoding;
  const items = element.items.map((item) => {
    const content = encodeDataSet(item, inner);
    return element.undefinedItems
      ? concatBytes([encodeHeader(ITEM, '', UNDEFINED_LENGTH, inner), content, encodeHeader(ITEM_END, '', 0, inner)])
      : concatBytes([encodeHeader(ITEM, '', content.length, inner), content]);
  });
  const content = concatBytes(items);
  return element.undefinedLength
    ? concatBytes([encodeHeader(element.tag, element.vr, UNDEFINED_LENGTH, encoding), content, encodeHeader(SEQUENCE_END, '', 0, inner)])
    : concatBytes([encodeHeader(element.tag, element.vr, content.length, encoding), content]);
}

function encodeValue(vr: string, value: ElementValue, encoding: Encoding): Uint8Array {
  if (value instanceof Uint8Array) return padded(value, 0);
  if (typeof value === 'number' || (typeof value === 'object' && typeof value[0] === 'number')) {
    const numbers = (typeof value === 'number' ? [value] : value) as readonly number[];
    if (vr === 'DS' || vr === 'IS') return padded(latin1(numbers.join('\\')), 0x20);
    return encodeNumbers(vr, numbers, encoding !== 'explicitBE');
  }
  const text = typeof value === 'string' ? value : (value as readonly string[]).join('\\');
  return padded(latin1(text), vr === 'UI' ? 0 : 0x20);
}

function encodeNumbers(vr: string, values: readonly number[], little: boolean): Uint8Array {
  const size = { US: 2, SS: 2, OW: 2, UL: 4, SL: 4, FL: 4, OF: 4, FD: 8, OD: 8, AT: 4, OB: 1, OL: 4, OV: 8 }[vr];
  if (size === undefined) throw new Error(`no binary values for ${vr}`);
  const bytes = new Uint8Array(size * values.length + ((size * values.length) % 2));
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => {
    const at = index * size;
    if (vr === 'OB') bytes[at] = value;
    else if (vr === 'US' || vr === 'OW') view.setUint16(at, value, little);
    else if (vr === 'SS') view.setInt16(at, value, little);
    else if (vr === 'SL') view.setInt32(at, value, little);
    else if (vr === 'FL' || vr === 'OF') view.setFloat32(at, value, little);
    else if (vr === 'FD' || vr === 'OD') view.setFloat64(at, value, little);
    else if (vr === 'OV') view.setBigUint64(at, BigInt(value), little);
    else if (vr === 'AT') {
      view.setUint16(at, value >>> 16, little);
      view.setUint16(at + 2, value & 0xffff, little);
    } else view.setUint32(at, value, little);
  });
  return bytes;
}

function padded(bytes: Uint8Array, pad: number): Uint8Array {
  return bytes.length % 2 === 0 ? bytes : concatBytes([bytes, Uint8Array.of(pad)]);
}
