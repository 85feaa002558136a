import { inflateDataSet } from '../part10';
import { listElements, type ListedElement } from './element-list';

export interface DataSetBytes {
  readonly bytes: Uint8Array;
  readonly TransferSyntaxUID: string;
}

const DEFLATED = '1.2.840.10008.1.2.1.99';
export const INFLATED_BYTES = 2 ** 28;
/** Width of the numbers that a byte order turns round (PS3.5 7.3). */
const SWAP: Readonly<Record<string, number>> = { AT: 2, OW: 2, SS: 2, US: 2, FL: 4, OF: 4, OL: 4, SL: 4, UL: 4, FD: 8, OD: 8, OV: 8, SV: 8, UV: 8 };
const BINARY = new Set([...Object.keys(SWAP), 'OB', 'UN']);
const FREE_TEXT = new Set(['LT', 'ST', 'UT']);

/**
 * Whether two well-formed data sets say the same: every element equal after its encoding is taken away (byte order, explicit or implicit VR, lengths of sequences,
 * padding, group lengths, number spelling). Archives re-encode (reliability B13); pixels in another compression count as different here: `samePicture` decodes them.
 * `leavesOut`: paths of elements that are not looked at.
 */
export function sameContent(a: DataSetBytes, b: DataSetBytes, leavesOut: (path: string) => boolean = () => false): boolean {
  const first = elementsOf(a)?.filter(({ path }) => !leavesOut(path));
  const second = elementsOf(b)?.filter(({ path }) => !leavesOut(path));
  if (first === undefined || second === undefined || first.length !== second.length) return false;
  return first.every((element, index) => sameElement(element, second[index] as ListedElement));
}

function elementsOf({ bytes, TransferSyntaxUID }: DataSetBytes): ListedElement[] | undefined {
  if (TransferSyntaxUID !== DEFLATED) return listElements(bytes, TransferSyntaxUID);
  const inflated = inflateDataSet(bytes, INFLATED_BYTES);
  return inflated.ok ? listElements(inflated.bytes, TransferSyntaxUID) : undefined;
}

function sameElement(a: ListedElement, b: ListedElement): boolean {
  if (a.path !== b.path) return false;
  const vr = a.vr ?? b.vr;
  if (a.vr !== undefined && b.vr !== undefined && a.vr !== b.vr && a.vr !== 'UN' && b.vr !== 'UN' && !bothBulk(a.vr, b.vr)) return false;
  const left = orderedBytes(a, vr);
  const right = orderedBytes(b, vr);
  if (left.equals(right)) return true;
  if (vr === undefined || vr === 'UN') return isText(left) && isText(right) && sameText(left, right, 'LO');
  return !BINARY.has(vr) && sameText(left, right, vr);
}

/** Pixel Data may stand as OB or OW with the same bytes. */
function bothBulk(a: string, b: string): boolean {
  return (a === 'OB' || a === 'OW') && (b === 'OB' || b === 'OW');
}

function orderedBytes({ value, bigEndian }: ListedElement, vr: string | undefined): Buffer {
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.length);
  const width = vr === undefined ? undefined : SWAP[vr];
  if (!bigEndian || width === undefined || bytes.length % width !== 0) return bytes;
  const swapped = Buffer.from(bytes);
  return width === 2 ? swapped.swap16() : width === 4 ? swapped.swap32() : swapped.swap64();
}

function sameText(a: Buffer, b: Buffer, vr: string): boolean {
  const parts = (bytes: Buffer) => {
    const text = bytes.toString('latin1').replace(/[\0 ]+$/, '');
    return FREE_TEXT.has(vr) ? [text] : text.split('\\').map((part) => part.replace(/[\0 ]+$/, '').replace(/^ +/, ''));
  };
  const left = parts(a);
  const right = parts(b);
  return left.length === right.length && left.every((part, index) => samePart(part, right[index] as string, vr));
}

function samePart(a: string, b: string, vr: string): boolean {
  if (a === b) return true;
  if (vr === 'PN') return a.replace(/[=^ ]+$/, '') === b.replace(/[=^ ]+$/, '');
  if (vr !== 'DS' && vr !== 'IS') return false;
  return a !== '' && b !== '' && Number.isFinite(Number(a)) && Number(a) === Number(b);
}

function isText(bytes: Buffer): boolean {
  return bytes.every((byte, index) => byte >= 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x1b || (byte === 0 && index === bytes.length - 1));
}
