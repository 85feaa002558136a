import { decodeText, isVr, sopClassLabel, storageSopClass, transferSyntax, VALUE_REPRESENTATIONS, type VR } from '@shared/dicom';
import { dictionaryEntry, tagText } from './dictionary';
import type { ElementTable } from './element-table';

const MAX_NUMBERS = 4096;
const MAX_HEX = 32;

/** The VR to read a row's value by: the stated one; where none is stated (implicit, UN), the dictionary's. */
export function vrOf(table: ElementTable, row: number): VR {
  const { vr, tag } = table.rows[row] ?? { vr: '', tag: 0 };
  const known = isVr(vr) && vr !== 'UN' ? vr : dictionaryEntry(tag)?.vr;
  if (known !== undefined) return known;
  const element = tag & 0xffff;
  // A private creator is LO whatever its encoding (PS3.5 7.8.1).
  if (((tag >>> 16) & 1) === 1 && element >= 0x10 && element <= 0xff) return 'LO';
  return 'UN';
}

/**
 * A value in words: text by the character set that holds for it, numbers with backslashes between them, bytes as hexadecimal start and length. Control
 * characters other than line breaks and tabs are taken out: what comes is plain text. `named`: a UID that has a name is followed by it.
 */
export function valueText(table: ElementTable, row: number, bytes: Uint8Array, named = true): string {
  const element = table.rows[row];
  if (element === undefined) return '';
  const vr = vrOf(table, row);
  const { kind, isLocal, valueBytes } = VALUE_REPRESENTATIONS[vr];
  switch (kind) {
    case 'text': {
      const text = isLocal ? decodeText(bytes, table.charactersOf(row), vr === 'PN').text : Buffer.from(bytes).toString('latin1');
      const plain = cleaned(text).replace(/^[\0 ]+|[\0 ]+$/g, '');
      return vr === 'UI' && named ? withName(plain) : plain;
    }
    case 'number':
      return numbersText(bytes, vr, valueBytes, table.isLittleEndian, element.length);
    case 'tag':
      return numbersText(bytes, vr, 4, table.isLittleEndian, element.length);
    case 'bytes':
    case 'sequence':
      return bytesText(bytes, element.length, vr);
  }
}

/** Text without control characters; line breaks and tabs stay. */
export function cleaned(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/[\p{Cc}]/gu, (character) => (character === '\n' || character === '\t' ? character : ' '));
}

function withName(uid: string): string {
  const name = storageSopClass(uid) !== undefined ? sopClassLabel(uid) : transferSyntax(uid)?.name;
  return name === undefined ? uid : `${uid} (${name})`;
}

function numbersText(bytes: Uint8Array, vr: VR, size: number, little: boolean, stated: number): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const count = Math.min(MAX_NUMBERS, Math.floor(bytes.length / size));
  const parts: string[] = [];
  for (let n = 0; n < count; n++) parts.push(numberAt(view, n * size, vr, little));
  const total = Math.floor(stated / size);
  const rest = total > count ? `\\… (${total} values)` : '';
  return stated % size === 0 ? parts.join('\\') + rest : `${parts.join('\\')} (${stated} bytes are no number of ${vr} values)`;
}

function numberAt(view: DataView, at: number, vr: VR, little: boolean): string {
  switch (vr) {
    case 'US':
      return String(view.getUint16(at, little));
    case 'SS':
      return String(view.getInt16(at, little));
    case 'UL':
      return String(view.getUint32(at, little));
    case 'SL':
      return String(view.getInt32(at, little));
    case 'UV':
      return String(view.getBigUint64(at, little));
    case 'SV':
      return String(view.getBigInt64(at, little));
    case 'FL':
      return String(Number(view.getFloat32(at, little).toPrecision(8)));
    case 'FD':
      return String(view.getFloat64(at, little));
    case 'AT':
      return `(${tagText(view.getUint16(at, little) * 0x10000 + view.getUint16(at + 2, little))})`;
    default:
      return '';
  }
}

function bytesText(bytes: Uint8Array, stated: number, vr: VR): string {
  if (stated <= 0) return '';
  const length = `${stated.toLocaleString('en-US')} bytes`;
  // What nobody knows the type of is often text: shown as such when it is nothing else, with its length.
  if (vr === 'UN' && stated <= 1024 && bytes.length === stated && bytes.every((byte, at) => (byte >= 0x20 && byte < 0x7f) || (byte === 0 && at === stated - 1)))
    return Buffer.from(bytes)
      .toString('latin1')
      .replace(/[\0 ]+$/, '');
  const shown = [...bytes.subarray(0, MAX_HEX)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return `${length}: ${shown}${stated > MAX_HEX ? ' …' : ''}`;
}
