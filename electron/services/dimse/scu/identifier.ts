import { EXPLICIT_VR_BIG_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN, Tag, VALUE_REPRESENTATIONS, type VR } from '@shared/dicom';
import { readValues } from '../../part10';
import { QUERY_VR, queryTag, type QueryKeyword } from './query-keys';

/** Matching keys and, with an empty value, keys to return (PS3.4 C.2.2). A list of UIDs is joined by backslashes. */
export type QueryKeys = Partial<Record<QueryKeyword, string>>;

/** What text of an identifier is written in. */
export type QueryCharacterSet = 'ISO_IR 192' | 'ISO_IR 100' | 'ASCII';

/** Syntaxes that identifiers are offered in, the best first; the last one is the default of PS3.5 10.1. */
export const IDENTIFIER_SYNTAXES: readonly string[] = ['1.2.840.10008.1.2.1', IMPLICIT_VR_LITTLE_ENDIAN];

/** Longest value that the short explicit form takes (PS3.5 7.1.2). */
const MOST_VALUE_BYTES = 65_534;

export class IdentifierFault extends Error {}

/**
 * Bytes of an identifier in one of the offered syntaxes. Throws `IdentifierFault` when a value holds a character that the set does not have or
 * a control character, or is too long.
 */
export function encodeIdentifier(keys: QueryKeys, TransferSyntaxUID: string, characterSet: QueryCharacterSet = 'ISO_IR 192'): Buffer {
  if (TransferSyntaxUID === EXPLICIT_VR_BIG_ENDIAN) throw new IdentifierFault('identifiers are not written in big endian');
  const isImplicit = TransferSyntaxUID === IMPLICIT_VR_LITTLE_ENDIAN;
  const elements: { tag: number; bytes: Buffer }[] = [];
  if (characterSet !== 'ASCII')
    elements.push({ tag: Tag.SpecificCharacterSet, bytes: element(Tag.SpecificCharacterSet, 'CS', Buffer.from(characterSet), isImplicit) });
  for (const [keyword, value] of Object.entries(keys) as [QueryKeyword, string][]) {
    const [tag, vr] = [queryTag(keyword), QUERY_VR[keyword]];
    elements.push({ tag, bytes: element(tag, vr, encodeText(keyword, vr, value, characterSet), isImplicit) });
  }
  return Buffer.concat(elements.sort((a, b) => a.tag - b.tag).map(({ bytes }) => bytes));
}

/** One element of an identifier that needs no characters beyond the default repertoire; items stand one level deep. */
export type EncodedElement = readonly [tag: number, vr: VR, value: string | readonly (readonly EncodedElement[])[]];

/** Bytes of an identifier with sequences, in the order of its tags. Throws `IdentifierFault` for what the default repertoire does not have. */
export function encodeElements(elements: readonly EncodedElement[], TransferSyntaxUID: string): Buffer {
  const isImplicit = TransferSyntaxUID === IMPLICIT_VR_LITTLE_ENDIAN;
  const sorted = [...elements].sort(([a], [b]) => a - b);
  return Buffer.concat(
    sorted.map(([tag, vr, value]) => {
      if (typeof value === 'string') return element(tag, vr, encodeText(tag.toString(16), vr, value, 'ASCII'), isImplicit);
      const items = value.map((item) => {
        const content = encodeElements(item, TransferSyntaxUID);
        return Buffer.concat([header(ITEM, content.length), content]);
      });
      const content = Buffer.concat(items);
      if (isImplicit) return Buffer.concat([header(tag, content.length), content]);
      // PS3.5 7.1.2: SQ has two reserved bytes and a length of 32 bits
      const long = header(tag, 0, 12);
      long.write('SQ', 4, 'latin1');
      long.writeUInt16LE(0, 6);
      long.writeUInt32LE(content.length, 8);
      return Buffer.concat([long, content]);
    }),
  );
}

const ITEM = 0xfffee000;

/** Tag and length of 32 bits. */
function header(tag: number, length: number, sizeBytes = 8): Buffer {
  const bytes = Buffer.alloc(sizeBytes);
  bytes.writeUInt16LE(tag >>> 16, 0);
  bytes.writeUInt16LE(tag & 0xffff, 2);
  bytes.writeUInt32LE(length, 4);
  return bytes;
}

function encodeText(keyword: string, vr: VR, value: string, characterSet: QueryCharacterSet): Buffer {
  if (codePoints(value).some((code) => code < 0x20 || code === 0x7f)) throw new IdentifierFault(`${keyword} holds a control character`);
  const set = VALUE_REPRESENTATIONS[vr].isLocal ? characterSet : 'ASCII';
  const highest = set === 'ISO_IR 192' ? 0x10ffff : set === 'ISO_IR 100' ? 0xff : 0x7e;
  const foreign = codePoints(value).find((code) => code > highest);
  if (foreign !== undefined)
    throw new IdentifierFault(`${keyword}: "${String.fromCodePoint(foreign)}" cannot be written in ${set === 'ASCII' ? 'the default repertoire' : set}`);
  const bytes = Buffer.from(value, set === 'ISO_IR 192' ? 'utf8' : 'latin1');
  if (bytes.length > MOST_VALUE_BYTES) throw new IdentifierFault(`${keyword} is too long`);
  return bytes;
}

const codePoints = (text: string): number[] => Array.from(text, (character) => character.codePointAt(0) ?? 0);

function element(tag: number, vr: VR, value: Buffer, isImplicit: boolean): Buffer {
  const length = value.length + (value.length % 2);
  const bytes = Buffer.alloc(8 + length, vr === 'UI' ? 0 : 0x20);
  bytes.writeUInt16LE(tag >>> 16, 0);
  bytes.writeUInt16LE(tag & 0xffff, 2);
  if (isImplicit) bytes.writeUInt32LE(length, 4);
  else {
    bytes.write(vr, 4, 'latin1');
    bytes.writeUInt16LE(length, 6);
  }
  value.copy(bytes, 8);
  return bytes;
}

/** What one response of a C-FIND says, decoded by its own Specific Character Set. */
export type Match = QueryKeys;

const ASKED: ReadonlyMap<number, VR> = new Map((Object.entries(QUERY_VR) as [QueryKeyword, VR][]).map(([keyword, vr]) => [queryTag(keyword), vr]));
const KEYWORDS: ReadonlyMap<number, QueryKeyword> = new Map((Object.keys(QUERY_VR) as QueryKeyword[]).map((keyword) => [queryTag(keyword), keyword]));

/** A string: why the identifier cannot be read. */
export function decodeIdentifier(bytes: Uint8Array, TransferSyntaxUID: string): Match | string {
  const read = readValues(bytes, TransferSyntaxUID, ASKED);
  if (!read.ok) return read.reason.text;
  const match: Match = {};
  for (const [tag, value] of read.values) {
    const keyword = KEYWORDS.get(tag);
    if (keyword !== undefined) match[keyword] = value;
  }
  return match;
}
