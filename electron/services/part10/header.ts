import {
  EXPLICIT_VR_BIG_ENDIAN,
  EXPLICIT_VR_LITTLE_ENDIAN,
  IMPLEMENTATION_CLASS_UID,
  IMPLICIT_VR_LITTLE_ENDIAN,
  IMPLEMENTATION_VERSION_NAME,
} from '@shared/dicom';
import type { ByteRange } from './walk-types';

const PREAMBLE_BYTES = 128;
/** More than any writer needs; what claims more is not a meta header. */
const MAX_META_BYTES = 1_048_576;
const LONG_FORM = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV']);

export interface Part10Identity {
  readonly SOPClassUID: string;
  readonly SOPInstanceUID: string;
  readonly TransferSyntaxUID: string;
  readonly sourceAeTitle?: string;
}

/**
 * Preamble (zeroed, CVE-2019-11687), prefix and File Meta Information (PS3.10 7.1) to stand before data-set bytes that were received raw.
 * Throws a RangeError on identifiers that no meta header can carry; callers pass what the walker accepted.
 */
export function writePart10Header(identity: Part10Identity): Uint8Array {
  const version = Uint8Array.of(0, 1);
  const parts = [
    metaElement(0x0001, 'OB', version),
    metaElement(0x0002, 'UI', uidBytes(identity.SOPClassUID)),
    metaElement(0x0003, 'UI', uidBytes(identity.SOPInstanceUID)),
    metaElement(0x0010, 'UI', uidBytes(identity.TransferSyntaxUID)),
    metaElement(0x0012, 'UI', uidBytes(IMPLEMENTATION_CLASS_UID)),
    metaElement(0x0013, 'SH', paddedAscii(IMPLEMENTATION_VERSION_NAME, 0x20)),
  ];
  const ae = identity.sourceAeTitle?.trim() ?? '';
  if (/^[\x20-\x5b\x5d-\x7e]{1,16}$/.test(ae)) parts.push(metaElement(0x0016, 'AE', paddedAscii(ae, 0x20)));
  const group = Buffer.concat(parts);
  const groupLength = Buffer.alloc(4);
  groupLength.writeUInt32LE(group.length);
  return Buffer.concat([Buffer.alloc(PREAMBLE_BYTES), Buffer.from('DICM', 'latin1'), metaElement(0x0000, 'UL', groupLength), group]);
}

export type Part10Header =
  | {
      readonly ok: true;
      /** Where the file has none (a bare data set, a meta header without it): found from the first element, empty when that fails. */
      readonly TransferSyntaxUID: string;
      readonly MediaStorageSOPClassUID: string;
      readonly MediaStorageSOPInstanceUID: string;
      readonly sourceAeTitle: string;
      readonly meta: ByteRange;
      /** Where the data set starts, bytes from the start of the file. */
      readonly dataSetOffset: number;
      readonly warnings: readonly string[];
    }
  /** `moreBytes`: the piece ends inside the meta header; call again with at least that many bytes from the start of the file. */
  | { readonly ok: false; readonly moreBytes?: number; readonly text: string };

/**
 * Reads the meta header from the first bytes of a file (64 KiB do for every real one). The group length is checked, not believed: elements are read while
 * their group is 0002 (dcmjs #338). A file without preamble may start with group 0002 or with the data set (group 0008).
 */
export function readPart10Header(head: Uint8Array, isWholeFile = false): Part10Header {
  const hasPrefix = head.length >= 132 && head[128] === 0x44 && head[129] === 0x49 && head[130] === 0x43 && head[131] === 0x4d;
  if (!hasPrefix && head.length < 132 && !isWholeFile) return { ok: false, moreBytes: 132, text: 'file starts only' };
  const start = hasPrefix ? 132 : 0;
  const warnings = hasPrefix ? [] : ['no preamble and DICM prefix'];
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  const values = new Map<number, string>();
  let at = start;
  while (at + 8 <= head.length && view.getUint16(at, true) === 0x0002) {
    const element = readMetaElement(view, at);
    if (element === undefined) return { ok: false, text: 'meta header is not Explicit VR Little Endian' };
    if (element.end - start > MAX_META_BYTES) return { ok: false, text: 'meta header too long' };
    if (element.end > head.length) {
      if (isWholeFile) return { ok: false, text: 'file ends inside the meta header' };
      return { ok: false, moreBytes: element.end + 8, text: 'meta header incomplete' };
    }
    values.set(element.tag, metaText(head.subarray(element.valueAt, element.end)));
    if (element.tag === 0x0000 && element.end - element.valueAt === 4) values.set(-1, String(element.end + view.getUint32(element.valueAt, true)));
    at = element.end;
  }
  if (at + 8 > head.length && !isWholeFile) return { ok: false, moreBytes: at + 8, text: 'meta header incomplete' };
  const stated = values.get(0x0010) ?? '';
  const TransferSyntaxUID = stated === '' ? guessSyntax(view, at) : stated;
  if (at === start) {
    if (!hasPrefix && TransferSyntaxUID === '') return { ok: false, text: 'not a DICOM file: no DICM prefix, no meta header' };
    warnings.push('no meta header');
  }
  if (stated === '') warnings.push('no Transfer Syntax UID: taken from the first element');
  const announcedEnd = values.get(-1);
  if (announcedEnd === undefined) warnings.push('meta header without group length');
  else if (announcedEnd !== String(at)) warnings.push('wrong meta group length');
  return {
    ok: true,
    TransferSyntaxUID,
    MediaStorageSOPClassUID: values.get(0x0002) ?? '',
    MediaStorageSOPInstanceUID: values.get(0x0003) ?? '',
    sourceAeTitle: values.get(0x0016) ?? '',
    meta: { offset: start, length: at - start },
    dataSetOffset: at,
    warnings,
  };
}

/** The syntax of a data set that nobody names, from its first element, which is in group 0008 in every real object; empty when it is none. */
function guessSyntax(view: DataView, at: number): string {
  if (at + 8 > view.byteLength) return '';
  const isVr = /^[A-Z]{2}$/.test(String.fromCharCode(view.getUint8(at + 4), view.getUint8(at + 5)));
  if (view.getUint16(at, true) === 0x0008) {
    if (isVr) return EXPLICIT_VR_LITTLE_ENDIAN;
    return view.getUint32(at + 4, true) <= MAX_META_BYTES ? IMPLICIT_VR_LITTLE_ENDIAN : '';
  }
  return isVr && view.getUint16(at, false) === 0x0008 ? EXPLICIT_VR_BIG_ENDIAN : '';
}

function readMetaElement(view: DataView, at: number): { tag: number; valueAt: number; end: number } | undefined {
  const tag = view.getUint16(at + 2, true);
  const vr = String.fromCharCode(view.getUint8(at + 4), view.getUint8(at + 5));
  if (!/^[A-Z]{2}$/.test(vr)) return undefined;
  if (!LONG_FORM.has(vr)) return { tag, valueAt: at + 8, end: at + 8 + view.getUint16(at + 6, true) };
  if (at + 12 > view.byteLength) return { tag, valueAt: at + 12, end: at + 12 };
  const length = view.getUint32(at + 8, true);
  return length === 0xffffffff ? undefined : { tag, valueAt: at + 12, end: at + 12 + length };
}

function metaText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 1024))
    .toString('latin1')
    .replace(/[\0 ]+$/, '')
    .trimStart();
}

function metaElement(element: number, vr: string, value: Uint8Array): Buffer {
  const long = LONG_FORM.has(vr);
  const out = Buffer.alloc((long ? 12 : 8) + value.length);
  out.writeUInt16LE(0x0002, 0);
  out.writeUInt16LE(element, 2);
  out.write(vr, 4, 'latin1');
  if (long) out.writeUInt32LE(value.length, 8);
  else out.writeUInt16LE(value.length, 6);
  out.set(value, long ? 12 : 8);
  return out;
}

function uidBytes(uid: string): Uint8Array {
  if (!/^[0-9.]{1,64}$/.test(uid)) throw new RangeError('a meta header carries UIDs of digits and dots only');
  return paddedAscii(uid, 0);
}

function paddedAscii(text: string, pad: number): Buffer {
  const bytes = Buffer.from(text, 'latin1');
  return bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.of(pad)]);
}
