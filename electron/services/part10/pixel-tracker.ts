import type { ByteRange, PixelLayout } from './walk-types';

export const PIXEL_DATA = 0x7fe00010;
const NATIVE_ELEMENTS: ReadonlyMap<number, 'PixelData' | 'FloatPixelData' | 'DoubleFloatPixelData'> = new Map([
  [PIXEL_DATA, 'PixelData'],
  [0x7fe00008, 'FloatPixelData'],
  [0x7fe00009, 'DoubleFloatPixelData'],
]);
const EXTENDED_OFFSET_TABLE = 0x7fe00001;
const EXTENDED_OFFSET_TABLE_LENGTHS = 0x7fe00002;

/** Notes where the top-level pixel data and their tables lie while the walk passes them; keeps none of the bytes. */
export class PixelTracker {
  layout: PixelLayout = { kind: 'none' };
  private start = -1;
  private fragments = 0;
  private basicTable: ByteRange | undefined;
  private extendedTable: ByteRange | undefined;
  private extendedLengths: ByteRange | undefined;

  /** A top-level element of group 7FE0 with a defined length. False: pixel data stand there twice. */
  native(tag: number, offset: number, length: number): boolean {
    if (tag === EXTENDED_OFFSET_TABLE) this.extendedTable = { offset, length };
    if (tag === EXTENDED_OFFSET_TABLE_LENGTHS) this.extendedLengths = { offset, length };
    const element = NATIVE_ELEMENTS.get(tag);
    if (element === undefined) return true;
    if (this.layout.kind !== 'none') return false;
    this.layout = { kind: 'native', element, offset, length };
    return true;
  }

  /** Top-level encapsulated Pixel Data begins; `offset` of its first item. */
  begin(offset: number): boolean {
    if (this.layout.kind !== 'none' || this.start >= 0) return false;
    this.start = offset;
    return true;
  }

  /** An item of the fragment sequence; the first is the Basic Offset Table (PS3.5 A.4). */
  fragment(offset: number, length: number): void {
    if (this.basicTable === undefined) this.basicTable = { offset, length };
    else this.fragments += 1;
  }

  /** The layout, or what is known of it once the first fragment header may come. */
  get soFar(): PixelLayout {
    return this.layout.kind === 'none' && this.start >= 0 ? this.encapsulated(this.start) : this.layout;
  }

  /** The sequence delimiter has passed. */
  end(offset: number): void {
    this.layout = this.encapsulated(offset);
  }

  private encapsulated(offset: number): PixelLayout {
    return {
      kind: 'encapsulated',
      offset: this.start,
      length: offset - this.start,
      basicOffsetTable: this.basicTable ?? { offset: this.start, length: 0 },
      fragments: this.fragments,
      ...(this.extendedTable !== undefined && { extendedOffsetTable: this.extendedTable }),
      ...(this.extendedLengths !== undefined && { extendedOffsetTableLengths: this.extendedLengths }),
    };
  }
}
