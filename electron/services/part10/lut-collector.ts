import { Tag } from '@shared/dicom';
import type { NestedInterest } from './structure-walker';

const LUT_DESCRIPTOR = 0x00283002;
const LUT_EXPLANATION = 0x00283003;
const MODALITY_LUT_TYPE = 0x00283004;
const LUT_DATA = 0x00283006;

/** 65,536 entries of 16 bits, and a little padding. */
const MAX_DATA_BYTES = 2 * 65_536 + 2;
const MAX_TEXT_BYTES = 1024;
/** Tables of one sequence that are read; a real one has a few. */
export const MAX_TABLES = 32;

/** The elements of one item as they stand. */
export interface RawLut {
  descriptor?: Uint8Array;
  descriptorVr: number;
  data?: Uint8Array;
  /** Stated length of the data when they are too long to be those of a table; nothing was kept then. */
  tooLong?: number;
  explanation?: Uint8Array;
  type?: Uint8Array;
}

interface Piece {
  readonly bytes: Uint8Array;
  filled: number;
}

/** Keeps the elements of Modality LUT and VOI LUT Sequence while a walk passes them. Bounded whatever the file says. */
export class LutCollector implements NestedInterest {
  readonly sequences: ReadonlySet<number> = new Set([Tag.ModalityLUTSequence, Tag.VOILUTSequence]);
  readonly modality: RawLut[] = [];
  readonly voi: RawLut[] = [];
  /** Items beyond `MAX_TABLES`. */
  left = 0;
  private current: RawLut | undefined;
  private piece: Piece | undefined;

  item(sequence: number): void {
    const list = sequence === Tag.ModalityLUTSequence ? this.modality : this.voi;
    this.current = undefined;
    if (list.length >= MAX_TABLES) {
      this.left += 1;
      return;
    }
    this.current = { descriptorVr: 0 };
    list.push(this.current);
  }

  open(tag: number, vr: number, length: number): boolean {
    const { current } = this;
    this.piece = undefined;
    if (current === undefined) return false;
    switch (tag) {
      case LUT_DESCRIPTOR:
        if (length !== 6) return false;
        current.descriptorVr = vr;
        current.descriptor = this.begin(length);
        return true;
      case LUT_DATA:
        if (length > MAX_DATA_BYTES) {
          current.tooLong = length;
          return false;
        }
        current.data = this.begin(length);
        return true;
      case LUT_EXPLANATION:
        if (length > MAX_TEXT_BYTES) return false;
        current.explanation = this.begin(length);
        return true;
      case MODALITY_LUT_TYPE:
        if (length > MAX_TEXT_BYTES) return false;
        current.type = this.begin(length);
        return true;
      default:
        return false;
    }
  }

  append(from: Uint8Array, start: number, count: number): void {
    const { piece } = this;
    if (piece === undefined) return;
    piece.bytes.set(from.subarray(start, start + count), piece.filled);
    piece.filled += count;
  }

  /** The bytes ended inside a value: what came of it is no table. */
  dropUnfinished(): void {
    const { piece, current } = this;
    if (piece === undefined || current === undefined || piece.filled === piece.bytes.length) return;
    if (current.data === piece.bytes) delete current.data;
    if (current.descriptor === piece.bytes) delete current.descriptor;
  }

  private begin(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    this.piece = { bytes, filled: 0 };
    return bytes;
  }
}
