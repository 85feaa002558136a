import dcmjs from 'dcmjs';
import { textEncoder, type TextEncode } from './encode-text';

/** A value of a naturalised data set, under an attribute's keyword; bytes are written as they are. */
export type Value = string | number | readonly string[] | readonly number[] | readonly Attributes[] | Uint8Array;
export interface Attributes {
  readonly [keyword: string]: Value;
}

const LONG_FORM = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV']);
/** These depend on Specific Character Set (PS3.5 6.1.2.2). */
const BY_CHARACTER_SET = new Set(['LO', 'LT', 'PN', 'SH', 'ST', 'UC', 'UT']);
const NUMBER_BYTES: Readonly<Record<string, number>> = { US: 2, SS: 2, UL: 4, SL: 4, FL: 4, FD: 8, AT: 4 };

/**
 * Writes a data set in Explicit VR Little Endian with defined lengths, elements ascending by tag. Keywords are those of the standard; one that the
 * dictionary does not know throws, as it would be missing without a word.
 */
export function encodeDataSet(attributes: Attributes): Uint8Array<ArrayBuffer> {
  const terms = attributes['SpecificCharacterSet'];
  const encode = textEncoder(terms === undefined ? [] : typeof terms === 'string' ? [terms] : (terms as readonly string[]));
  return join(elementsOf(attributes, encode));
}

interface Entry {
  readonly tag: number;
  readonly bytes: Uint8Array;
}

function elementsOf(attributes: Attributes, encode: TextEncode): Uint8Array[] {
  const entries = Object.entries(attributes).map(([keyword, value]): Entry => {
    const { tag, vr } = lookUp(keyword, value);
    return { tag, bytes: element(tag, vr, valueBytes(vr, value, encode)) };
  });
  return entries.sort((a, b) => a.tag - b.tag).map(({ bytes }) => bytes);
}

function lookUp(keyword: string, value: Value): { tag: number; vr: string } {
  const entry = dcmjs.data.DicomMetaDictionary.nameMap[keyword];
  if (entry === undefined) throw new Error(`Unknown attribute ${keyword} in an object of ours`);
  const tag = Number.parseInt(entry.tag.replace(/[^0-9A-Fa-f]/g, ''), 16);
  return { tag, vr: vrOf(entry.vr, value) };
}

/** The dictionary's ambiguous ones: "US or SS" by sign, "US or OW" and "OB or OW" as words. */
function vrOf(vr: string, value: Value): string {
  if (vr === 'xs') return [value].flat().some((each) => Number(each) < 0) ? 'SS' : 'US';
  return vr === 'ox' || vr === 'lt' ? 'OW' : vr;
}

/** One element; odd values get the padding of their VR (PS3.5 6.2): a space, or a null for UI and bytes. */
export function element(tag: number, vr: string, value: Uint8Array): Uint8Array {
  const padded = value.length + (value.length % 2);
  const head = LONG_FORM.has(vr) ? 12 : 8;
  if (head === 8 && padded > 0xfffe) throw new Error(`A value of ${padded} bytes does not fit ${vr}`);
  const bytes = new Uint8Array(head + padded);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, tag >>> 16, true);
  view.setUint16(2, tag & 0xffff, true);
  bytes.set([vr.charCodeAt(0), vr.charCodeAt(1)], 4);
  if (head === 12) view.setUint32(8, padded, true);
  else view.setUint16(6, padded, true);
  bytes.set(value, head);
  if (padded > value.length && !vr.startsWith('O') && vr !== 'UI' && vr !== 'UN') bytes[bytes.length - 1] = 0x20;
  return bytes;
}

function valueBytes(vr: string, value: Value, encode: TextEncode): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (vr === 'SQ') return join((value as readonly Attributes[]).map((item) => itemOf(join(elementsOf(item, encode)))));
  const values: readonly (string | number | Attributes)[] = Array.isArray(value) ? (value as readonly string[]) : [value as string];
  const size = NUMBER_BYTES[vr];
  if (size !== undefined) return numbers(vr, size, values.map(Number));
  const text = values.map(String).join('\\');
  return BY_CHARACTER_SET.has(vr) ? encode(text) : new TextEncoder().encode(text);
}

function itemOf(content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(8 + content.length);
  bytes.set([0xfe, 0xff, 0x00, 0xe0]);
  new DataView(bytes.buffer).setUint32(4, content.length, true);
  bytes.set(content, 8);
  return bytes;
}

function numbers(vr: string, size: number, values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(size * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => {
    const at = index * size;
    if (vr === 'US') view.setUint16(at, value, true);
    else if (vr === 'SS') view.setInt16(at, value, true);
    else if (vr === 'UL') view.setUint32(at, value, true);
    else if (vr === 'SL') view.setInt32(at, value, true);
    else if (vr === 'FL') view.setFloat32(at, value, true);
    else if (vr === 'FD') view.setFloat64(at, value, true);
    else {
      // AT: group, then element (PS3.5 6.2).
      view.setUint16(at, value >>> 16, true);
      view.setUint16(at + 2, value & 0xffff, true);
    }
  });
  return bytes;
}

export function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
