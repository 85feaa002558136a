import { EXPLICIT_VR_BIG_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN } from '@shared/dicom';
import type { DataSetReader } from '../part10';
import { dictionaryEntry, tagText } from './dictionary';
import { type ElementRow, Elements, type ElementTable, type RowKind } from './element-table';

export interface TableLimits {
  readonly rows: number;
  /** Values up to this length are kept, together up to `keptTotal`. */
  readonly keptBytes: number;
  readonly keptTotal: number;
  readonly depth: number;
}

export const TABLE_LIMITS: TableLimits = { rows: 300_000, keptBytes: 1024, keptTotal: 2 ** 26, depth: 64 };

const UNDEFINED_LENGTH = 0xffffffff;
const WINDOW_BYTES = 65_536;
const SHORT_WINDOW_BYTES = 4096;
const PIXEL_DATA = 0x7fe00010;
const SPECIFIC_CHARACTER_SET = 0x00080005;
const LONG_FORMS = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV']);
const SHORT_FORMS = new Set('AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US'.split(' '));

interface Level {
  readonly kind: 'dataSet' | 'sequence' | 'fragments';
  /** Where it ends; Infinity = at its delimiter. */
  readonly end: number;
  readonly row: number;
  readonly isImplicit: boolean;
  characterSet: number;
  readonly creators: Map<number, number>;
}

/** A fault of the bytes: the table ends here. */
class Damage extends Error {}

/**
 * All elements of a data set as a flat table, for looking at any object: tolerant, it ends at the first damage and says where. Linear in the elements, no
 * recursion; long values are jumped over, not read. Where the encoding is implicit, the dictionary says what is a sequence.
 *
 * @param reader the (inflated) data set
 * @param pixelEnd where encapsulated pixel data end, when that is known: their fragments are not walked then
 */
export async function buildElementTable(
  reader: DataSetReader,
  sizeBytes: number,
  TransferSyntaxUID: string,
  options: { readonly limits?: Partial<TableLimits>; readonly pixel?: { readonly offset: number; readonly end: number; readonly fragments: number } } = {},
): Promise<ElementTable> {
  const builder = new Builder(reader, sizeBytes, TransferSyntaxUID, { ...TABLE_LIMITS, ...options.limits }, options.pixel);
  return builder.build();
}

class Builder {
  private readonly rows: ElementRow[] = [];
  private readonly small = new Map<number, Uint8Array>();
  private keptTotal = 0;
  private readonly levels: Level[];
  private at = 0;
  private window: Uint8Array = new Uint8Array(0);
  private windowAt = 0;
  private readonly isBig: boolean;
  private problem: ElementTable['problem'];

  constructor(
    private readonly reader: DataSetReader,
    private readonly size: number,
    TransferSyntaxUID: string,
    private readonly limits: TableLimits,
    private readonly pixel: { readonly offset: number; readonly end: number; readonly fragments: number } | undefined,
  ) {
    this.isBig = TransferSyntaxUID === EXPLICIT_VR_BIG_ENDIAN;
    this.levels = [
      { kind: 'dataSet', end: Infinity, row: -1, isImplicit: TransferSyntaxUID === IMPLICIT_VR_LITTLE_ENDIAN, characterSet: -1, creators: new Map() },
    ];
  }

  async build(): Promise<ElementTable> {
    try {
      while (this.leaveFinished()) await this.takeOne();
    } catch (error) {
      if (!(error instanceof Damage)) throw error;
      this.problem = { text: error.message, offset: this.at };
    }
    for (const level of this.levels) if (level.row >= 0) this.close(level.row);
    return new Elements(this.rows, this.problem, !this.isBig, this.small, (offset, length) => this.reader.read(offset, length));
  }

  private get top(): Level {
    return this.levels.at(-1) as Level;
  }

  /** Leaves what ends here; false at the end of the data set. */
  private leaveFinished(): boolean {
    while (this.levels.length > 1 && this.at >= this.top.end) this.leave();
    if (this.at < this.size) return true;
    if (this.levels.length > 1) throw new Damage('the bytes end inside a sequence');
    return false;
  }

  private leave(): void {
    const level = this.levels.pop();
    if (level !== undefined) this.close(level.row);
  }

  private close(row: number): void {
    const element = this.rows[row];
    if (element !== undefined) element.end = this.rows.length;
  }

  private async takeOne(): Promise<void> {
    if (this.rows.length >= this.limits.rows) throw new Damage(`more than ${this.limits.rows} elements: the rest is not listed`);
    const head = await this.peek(12);
    if (head.byteLength < 8) {
      if (this.levels.length === 1 && isZero(head)) {
        this.at = this.size;
        return;
      }
      throw new Damage('the bytes end inside a header');
    }
    const group = head.getUint16(0, !this.isBig);
    const tag = group * 0x10000 + head.getUint16(2, !this.isBig);
    if (group === 0xfffe) this.takeItemTag(tag, head.getUint32(4, !this.isBig));
    else if (this.top.kind !== 'dataSet') throw new Damage(`no item where one must stand, but (${tagText(tag)})`);
    else if (this.levels.length === 1 && tag === 0 && isZero(head)) this.at = this.size;
    else await this.takeElement(tag, head);
  }

  private async takeElement(tag: number, head: DataView): Promise<void> {
    const level = this.top;
    const vr = level.isImplicit ? '' : String.fromCharCode(head.getUint8(4), head.getUint8(5));
    let length: number;
    if (level.isImplicit) {
      length = head.getUint32(4, !this.isBig);
      this.at += 8;
    } else if (SHORT_FORMS.has(vr)) {
      length = head.getUint16(6, !this.isBig);
      this.at += 8;
    } else if (LONG_FORMS.has(vr) || /^[A-Z]{2}$/.test(vr)) {
      if (head.byteLength < 12) throw new Damage('the bytes end inside a header');
      length = head.getUint32(8, !this.isBig);
      this.at += 12;
    } else throw new Damage(`no Value Representation at (${tagText(tag)})`);
    await this.placeElement(tag, vr, length);
  }

  private async placeElement(tag: number, vr: string, length: number): Promise<void> {
    const level = this.top;
    const isUndefined = length === UNDEFINED_LENGTH;
    const limit = Math.min(level.end, this.size);
    const isFragments = isUndefined && tag === PIXEL_DATA && vr !== 'SQ' && vr !== 'UN';
    const isSequence = !isFragments && (vr === 'SQ' || isUndefined || ((vr === '' || vr === 'UN') && length > 0 && dictionaryEntry(tag)?.vr === 'SQ'));
    const kind: RowKind = isFragments ? 'fragments' : isSequence ? 'sequence' : 'element';
    const row = this.add(kind, tag, vr, isUndefined ? -1 : length);
    if (!isUndefined && this.at + length > limit) {
      throw new Damage(`(${tagText(tag)}) has a length of ${length} bytes, ${limit - this.at} are there`);
    }
    if (isFragments) {
      if (this.pixel !== undefined && this.levels.length === 1 && this.at <= this.pixel.offset && this.pixel.end <= this.size) this.at = this.pixel.end;
      else this.enter('fragments', Infinity, row, level.isImplicit);
    } else if (isSequence) this.enter('sequence', isUndefined ? Infinity : this.at + length, row, level.isImplicit || vr === 'UN');
    else await this.takeValue(tag, row, length);
  }

  private async takeValue(tag: number, row: number, length: number): Promise<void> {
    if (length > 0 && length <= this.limits.keptBytes && this.keptTotal + length <= this.limits.keptTotal) {
      const view = await this.peek(length);
      this.small.set(row, Uint8Array.from(new Uint8Array(view.buffer, view.byteOffset, Math.min(length, view.byteLength))));
      this.keptTotal += length;
    }
    const group = tag >>> 16;
    const element = tag & 0xffff;
    if (tag === SPECIFIC_CHARACTER_SET) this.top.characterSet = row;
    if ((group & 1) === 1 && element >= 0x10 && element <= 0xff) this.top.creators.set(group * 0x100 + element, row);
    this.at += length;
  }

  private takeItemTag(tag: number, length: number): void {
    const level = this.top;
    this.at += 8;
    if (tag === 0xfffee000) {
      if (level.kind === 'dataSet') throw new Damage('an item outside of a sequence');
      const isUndefined = length === UNDEFINED_LENGTH;
      if (level.kind === 'fragments') this.takeFragment(length);
      else if (!isUndefined && this.at + length > Math.min(level.end, this.size)) throw new Damage('an item runs past its sequence');
      else {
        const row = this.add('item', tag, '', isUndefined ? -1 : length);
        this.enter('dataSet', isUndefined ? Infinity : this.at + length, row, level.isImplicit);
      }
    } else if (tag === 0xfffee00d) {
      if (level.kind === 'dataSet' && this.levels.length > 1 && level.end === Infinity) this.leave();
    } else if (tag === 0xfffee0dd) {
      if (level.kind !== 'dataSet' && level.end === Infinity) this.leave();
      else if (level.kind === 'dataSet' && this.levels.length > 1 && level.end === Infinity) throw new Damage('a sequence ends inside an item');
    } else throw new Damage(`an unknown item tag (${tagText(tag)})`);
  }

  private takeFragment(length: number): void {
    if (length === UNDEFINED_LENGTH || this.at + length > this.size) throw new Damage('the bytes end inside a fragment');
    this.add('fragment', 0xfffee000, '', length);
    this.at += length;
  }

  private add(kind: RowKind, tag: number, vr: string, length: number): number {
    const level = this.top;
    const group = tag >>> 16;
    const element = tag & 0xffff;
    const creator = (group & 1) === 1 && element > 0xff ? (level.creators.get(group * 0x100 + (element >>> 8)) ?? -1) : -1;
    const row = this.rows.length;
    const depth = this.levels.length - 1;
    this.rows.push({ kind, tag, vr, length, offset: this.at, depth, parent: level.row, end: row + 1, characterSet: level.characterSet, creator });
    return row;
  }

  private enter(kind: Level['kind'], end: number, row: number, isImplicit: boolean): void {
    if (this.levels.length > 2 * this.limits.depth) throw new Damage(`sequences nested deeper than ${this.limits.depth}`);
    this.levels.push({ kind, end, row, isImplicit, characterSet: this.top.characterSet, creators: new Map() });
  }

  /** Up to `length` bytes from here, less at the end of the data set. */
  private async peek(length: number): Promise<DataView> {
    const wanted = Math.min(length, this.size - this.at);
    if (this.at < this.windowAt || this.at + wanted > this.windowAt + this.window.length) {
      const isJump = Math.abs(this.at - this.windowAt) > 2 * WINDOW_BYTES;
      const bytes = Math.min(this.size - this.at, Math.max(wanted, isJump ? SHORT_WINDOW_BYTES : WINDOW_BYTES));
      this.window = await this.reader.read(this.at, bytes);
      this.windowAt = this.at;
    }
    const from = this.at - this.windowAt;
    return new DataView(this.window.buffer, this.window.byteOffset + from, Math.max(0, Math.min(wanted, this.window.length - from)));
  }
}

function isZero(view: DataView): boolean {
  for (let at = 0; at < view.byteLength; at++) if (view.getUint8(at) !== 0) return false;
  return true;
}
