import { inflateDataSet } from '../part10';
import { type DataSetSource, inMemory, sameBytes, SourceWindow } from './data-set-source';
import { CHUNK_BYTES } from './digest';
import { type ElementPlace, ElementWalk, HEAD_BYTES } from './element-list';

const DEFLATED = '1.2.840.10008.1.2.1.99';
export const INFLATED_BYTES = 2 ** 28;
/** A deflated data set, and a text, is read whole up to this size; beyond it, it counts as different unless its bytes are equal. */
const WHOLE_BYTES = 64 * CHUNK_BYTES;
/** Width of the numbers that a byte order turns round (PS3.5 7.3). */
const SWAP: Readonly<Record<string, number>> = { AT: 2, OW: 2, SS: 2, US: 2, FL: 4, OF: 4, OL: 4, SL: 4, UL: 4, FD: 8, OD: 8, OV: 8, SV: 8, UV: 8 };
const BINARY = new Set([...Object.keys(SWAP), 'OB', 'UN']);
const FREE_TEXT = new Set(['LT', 'ST', 'UT']);
const [BACKSLASH, SPACE] = [0x5c, 0x20];
const PADDING: ReadonlySet<number> = new Set([0, SPACE]);
/** Component groups and components of a name that are empty at its end (PS3.5 6.2). */
const NAME_PADDING: ReadonlySet<number> = new Set([SPACE, 0x3d, 0x5e]);
/** More than any spelling of a decimal or integer string has (PS3.5 6.2). */
const MOST_NUMBER_BYTES = 64;

/**
 * Whether two well-formed data sets say the same: every element equal after its encoding is taken away (byte order, explicit or implicit VR, lengths of sequences,
 * padding, group lengths, number spelling). Archives re-encode (reliability B13); pixels in another compression count as different here: `samePicture` decodes them.
 * However large they are, a few chunks of 1 MiB stand in memory. `leavesOut`: paths of elements that are not looked at.
 */
export async function sameContent(a: DataSetSource, b: DataSetSource, leavesOut: (path: string) => boolean = () => false): Promise<boolean> {
  const [left, right] = [await inflated(a), await inflated(b)];
  if (left === undefined || right === undefined) return false;
  const [first, second] = [new Elements(left, leavesOut), new Elements(right, leavesOut)];
  try {
    for (;;) {
      const [one, other] = [await first.next(), await second.next()];
      if (one === undefined || other === undefined) return one === other;
      if (!(await sameElement(left, one, right, other))) return false;
    }
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** As it is when it is inflated (PS3.5 A.5); undefined: it cannot be, or is too large. */
export async function inflated(source: DataSetSource): Promise<DataSetSource | undefined> {
  if (source.TransferSyntaxUID !== DEFLATED) return source;
  if (source.sizeBytes > WHOLE_BYTES) return undefined;
  const whole = inflateDataSet(await source.read(0, source.sizeBytes), INFLATED_BYTES);
  return whole.ok ? inMemory(whole.bytes, DEFLATED) : undefined;
}

class Elements {
  private readonly walk: ElementWalk;
  private readonly window: SourceWindow;

  constructor(
    source: DataSetSource,
    private readonly leavesOut: (path: string) => boolean,
  ) {
    this.walk = new ElementWalk(source.sizeBytes, source.TransferSyntaxUID);
    this.window = new SourceWindow(source);
  }

  async next(): Promise<ElementPlace | undefined> {
    for (let at = this.walk.next(); at !== undefined; at = this.walk.next()) {
      const place = this.walk.step(await this.window.view(at, HEAD_BYTES));
      if (place !== undefined && !this.leavesOut(place.path)) return place;
    }
    return undefined;
  }
}

async function sameElement(left: DataSetSource, a: ElementPlace, right: DataSetSource, b: ElementPlace): Promise<boolean> {
  if (a.path !== b.path) return false;
  const vr = a.vr ?? b.vr;
  if (a.vr !== undefined && b.vr !== undefined && a.vr !== b.vr && a.vr !== 'UN' && b.vr !== 'UN' && !bothBulk(a.vr, b.vr)) return false;
  if (Math.max(a.length, b.length) > CHUNK_BYTES) return await sameLarge(left, a, right, b, vr);
  return sameValue(ordered(await valueOf(left, a), a, vr), ordered(await valueOf(right, b), b, vr), vr);
}

/** Chunk by chunk; only a text is read whole when its bytes are not equal. */
async function sameLarge(left: DataSetSource, a: ElementPlace, right: DataSetSource, b: ElementPlace, vr: string | undefined): Promise<boolean> {
  if (a.length === b.length && (await sameOrdered(left, a, right, b, vr))) return true;
  const isText = vr === undefined || vr === 'UN' || !BINARY.has(vr);
  if (!isText || Math.max(a.length, b.length) > WHOLE_BYTES) return false;
  return sameValue(ordered(await valueOf(left, a), a, vr), ordered(await valueOf(right, b), b, vr), vr);
}

async function sameOrdered(left: DataSetSource, a: ElementPlace, right: DataSetSource, b: ElementPlace, vr: string | undefined): Promise<boolean> {
  if (a.bigEndian === b.bigEndian) return await sameBytes(left, right, { a: a.offset, b: b.offset }, a.length);
  for (let at = 0; at < a.length; at += CHUNK_BYTES) {
    const part = (place: ElementPlace): ElementPlace => ({ ...place, offset: place.offset + at, length: Math.min(CHUNK_BYTES, place.length - at) });
    const [one, other] = [ordered(await valueOf(left, part(a)), a, vr), ordered(await valueOf(right, part(b)), b, vr)];
    if (!one.equals(other)) return false;
  }
  return true;
}

async function valueOf(source: DataSetSource, { offset, length }: ElementPlace): Promise<Buffer> {
  const value = await source.read(offset, length);
  return Buffer.from(value.buffer, value.byteOffset, value.length);
}

function sameValue(left: Buffer, right: Buffer, vr: string | undefined): boolean {
  if (left.equals(right)) return true;
  if (vr === undefined || vr === 'UN') return isText(left) && isText(right) && sameText(left, right, 'LO');
  return !BINARY.has(vr) && sameText(left, right, vr);
}

/** Pixel Data may stand as OB or OW with the same bytes. */
function bothBulk(a: string, b: string): boolean {
  return (a === 'OB' || a === 'OW') && (b === 'OB' || b === 'OW');
}

function ordered(bytes: Buffer, { bigEndian }: ElementPlace, vr: string | undefined): Buffer {
  const width = vr === undefined ? undefined : SWAP[vr];
  if (!bigEndian || width === undefined || bytes.length % width !== 0) return bytes;
  const swapped = Buffer.from(bytes);
  return width === 2 ? swapped.swap16() : width === 4 ? swapped.swap32() : swapped.swap64();
}

/** Value by value: a hostile text may be all backslashes, or all blanks. */
function sameText(a: Buffer, b: Buffer, vr: string): boolean {
  if (FREE_TEXT.has(vr)) return trimmed(a).equals(trimmed(b));
  const [left, right] = [trimmed(a), trimmed(b)];
  for (let [atLeft, atRight] = [0, 0]; ;) {
    const [endLeft, endRight] = [left.indexOf(BACKSLASH, atLeft), right.indexOf(BACKSLASH, atRight)];
    if (!samePart(partOf(left, atLeft, endLeft), partOf(right, atRight, endRight), vr)) return false;
    if (endLeft < 0 || endRight < 0) return endLeft === endRight;
    [atLeft, atRight] = [endLeft + 1, endRight + 1];
  }
}

function partOf(text: Buffer, start: number, end: number): Buffer {
  let from = start;
  const part = trimmed(text.subarray(0, end < 0 ? text.length : end));
  while (from < part.length && part[from] === SPACE) from++;
  return part.subarray(Math.min(from, part.length));
}

/** Without padding at its end. */
function trimmed(text: Buffer, padding: ReadonlySet<number> = PADDING): Buffer {
  let end = text.length;
  while (end > 0 && padding.has(text[end - 1] as number)) end--;
  return text.subarray(0, end);
}

function samePart(left: Buffer, right: Buffer, vr: string): boolean {
  if (left.equals(right)) return true;
  if (vr === 'PN') return trimmed(left, NAME_PADDING).equals(trimmed(right, NAME_PADDING));
  if (vr !== 'DS' && vr !== 'IS') return false;
  if (Math.max(left.length, right.length) > MOST_NUMBER_BYTES) return false;
  const [a, b] = [left.toString('latin1'), right.toString('latin1')];
  return a !== '' && b !== '' && Number.isFinite(Number(a)) && Number(a) === Number(b);
}

function isText(bytes: Buffer): boolean {
  return bytes.every((byte, index) => byte >= 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x1b || (byte === 0 && index === bytes.length - 1));
}
