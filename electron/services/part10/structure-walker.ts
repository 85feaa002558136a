import { DATA_SET, EXPLICIT_BE, EXPLICIT_LE, FRAGMENTS, IMPLICIT_LE, LevelStack, SEQUENCE, type EncodingMode } from './level-stack';
import { PIXEL_DATA, PixelTracker } from './pixel-tracker';
import { refusal } from './refusals';
import type { ValueStore } from './value-store';
import { headerForm, VR_OB, VR_OW, VR_SQ, VR_UN, vrText } from './vr-form';
import type { Interest, NestedInterest } from './walk-interest';
import type { PixelLayout, Refusal, RefusalCode, WalkLimits } from './walk-types';

const UNDEFINED_LENGTH = 0xffffffff;
const GROUP_ITEM = 0xfffe;
const ITEM = 0xe000;
const ITEM_END = 0xe00d;
const SEQUENCE_END = 0xe0dd;

export type { Interest, NestedInterest } from './walk-interest';

/**
 * Walks the structure of a data set that comes in pieces: a state machine with an explicit stack, linear in the bytes, holding no more than one element
 * header and the values of interest. Offsets count from the start of the data set. Content of defined length in an implicit or UN element is opaque: nothing
 * in the bytes says that it is a sequence.
 */
export class StructureWalker {
  refusal: Refusal | undefined;
  /** Elements, items and fragments. */
  elements = 0;
  offset = 0;
  readonly warnings = new Set<string>();

  private remaining = 0;
  private slot = -1;
  private isNested = false;
  private isPadding = false;
  private readonly carry = new Uint8Array(12);
  private readonly carryView = new DataView(this.carry.buffer);
  private carried = 0;
  private readonly levels: LevelStack;
  private readonly pixel = new PixelTracker();
  private headerAt = 0;
  private tag = 0;
  private lastTopTag = -1;

  constructor(
    mode: EncodingMode,
    private readonly interest: Interest,
    private readonly store: ValueStore,
    private readonly max: WalkLimits,
  ) {
    this.levels = new LevelStack(mode, max.depth);
  }

  get layout(): PixelLayout {
    return this.pixel.layout;
  }

  /** The same before the end: encapsulated pixel data are known by their start only. */
  get layoutSoFar(): PixelLayout {
    return this.pixel.soFar;
  }

  /** Passes over what is left of the value in hand and returns its length: for callers that need not bring those bytes. */
  skipAhead(): number {
    if (this.slot >= 0 || this.isNested) return 0;
    const count = this.remaining;
    this.remaining = 0;
    this.offset += count;
    return count;
  }

  /** Consumes a piece; false once the data set is refused. */
  write(chunk: Uint8Array): boolean {
    const end = chunk.length;
    const view = new DataView(chunk.buffer, chunk.byteOffset, end);
    let at = 0;
    while (at < end && this.refusal === undefined) {
      if (this.remaining > 0) at += this.takeValue(chunk, at, end - at);
      else if (this.isPadding) at += this.takePadding(chunk, at, end);
      else if (this.carried > 0) at += this.carryHeader(chunk, at, end);
      else if (!this.hasRoomForHeader()) break;
      else if (end - at >= 12) at += this.takeHeader(view, at);
      else at += this.carryHeader(chunk, at, end);
    }
    return this.refusal === undefined;
  }

  /** Ends the walk: what is still open was cut off. */
  finish(): Refusal | undefined {
    if (this.refusal !== undefined) return this.refusal;
    this.levels.closeAt(this.offset);
    if (this.remaining > 0) this.refuse('truncated', 'Bytes end inside', this.tag);
    else if (this.carried > 0 && !this.isZeroTail()) this.refuse('truncated', 'Bytes end inside a header');
    else if (this.levels.depth > 0) this.refuse('truncated', 'Bytes end inside a sequence');
    return this.refusal;
  }

  /** A few zeros after the last element, too few for a header. */
  private isZeroTail(): boolean {
    if (this.levels.depth > 0 || this.carry.subarray(0, this.carried).some((byte) => byte !== 0)) return false;
    this.warnings.add('zero bytes after the last element');
    this.offset += this.carried;
    return true;
  }

  private takeValue(chunk: Uint8Array, at: number, available: number): number {
    const count = Math.min(this.remaining, available);
    if (this.slot >= 0) this.store.append(this.slot, chunk, at, count);
    else if (this.isNested) this.interest.nested?.append(chunk, at, count);
    this.remaining -= count;
    this.offset += count;
    return count;
  }

  /** Zeros after the last element (old tape and disk writers): harmless, and nothing else may follow. */
  private takePadding(chunk: Uint8Array, start: number, end: number): number {
    let at = start;
    while (at < end && chunk[at] === 0) at += 1;
    this.offset += at - start;
    if (at < end) this.refuse('badItem', 'Bytes after zero padding');
    return at - start;
  }

  private hasRoomForHeader(): boolean {
    this.levels.closeAt(this.offset);
    if (this.offset + 8 <= this.levels.limit) return true;
    if (this.levels.isOpenEnded) this.refuse('missingDelimiter', 'Delimiter missing');
    else this.refuse('lengthBeyondParent', 'Item length does not fit its content');
    return false;
  }

  /** A header cut by the end of a piece: gathered byte by byte, 8 first, 12 when its form has them. */
  private carryHeader(chunk: Uint8Array, start: number, end: number): number {
    let at = start;
    while (at < end) {
      this.carry[this.carried++] = chunk[at++] ?? 0;
      if (this.carried < 8 || this.carried < this.carriedLength()) continue;
      this.carried = 0;
      this.takeHeader(this.carryView, 0);
      break;
    }
    return at - start;
  }

  private carriedLength(): number {
    const { mode } = this.levels;
    if (mode === IMPLICIT_LE || this.carryView.getUint16(0, mode === EXPLICIT_LE) === GROUP_ITEM) return 8;
    const form = headerForm(this.carryView.getUint16(4));
    return form === 'long' || form === 'unknown' ? 12 : 8;
  }

  /** Takes the header at `at` and returns its length; 12 bytes are there, or as many as its form has. */
  private takeHeader(view: DataView, at: number): number {
    const { mode } = this.levels;
    const little = mode !== EXPLICIT_BE;
    const group = view.getUint16(at, little);
    const element = view.getUint16(at + 2, little);
    this.headerAt = this.offset;
    this.tag = group * 0x10000 + element;
    this.slot = -1;
    this.isNested = false;
    this.offset += 8;
    const isFresh = this.levels.takeFresh();
    if (++this.elements > this.max.elements) this.refuse('tooManyElements', 'Too many elements');
    else if (group === GROUP_ITEM) this.takeItemTag(element, view.getUint32(at + 4, little));
    else if (this.levels.kind !== DATA_SET) this.refuse('badItem', 'No item where one must stand but', this.tag);
    else if (mode === IMPLICIT_LE) this.takeElement(0, view.getUint32(at + 4, true));
    else return this.takeExplicit(view, at, little, isFresh);
    return 8;
  }

  private takeExplicit(view: DataView, at: number, little: boolean, isFresh: boolean): number {
    const vr = view.getUint16(at + 4);
    switch (headerForm(vr)) {
      case 'short':
        this.takeElement(vr, view.getUint16(at + 6, little));
        return 8;
      case 'none':
        this.takeWithoutVr(view, at, vr, isFresh);
        return 8;
      case 'unknown':
        this.warnings.add(`unknown Value Representation ${vrText(vr)}`);
        this.takeLongForm(view, at, vr, little);
        return 12;
      case 'long':
        this.takeLongForm(view, at, vr, little);
        return 12;
    }
  }

  private takeLongForm(view: DataView, at: number, vr: number, little: boolean): void {
    this.offset += 4;
    if (this.offset > this.levels.limit) this.refuse('lengthBeyondParent', 'Header runs past its item', this.tag);
    else this.takeElement(vr, view.getUint32(at + 8, little));
  }

  /** No VR where one must stand: zero padding, an item written implicitly (seen in the field), or not this syntax. */
  private takeWithoutVr(view: DataView, at: number, vr: number, isFresh: boolean): void {
    if (this.tag === 0 && this.levels.depth === 0 && vr === 0 && this.headerAt > 0 && view.getUint16(at + 6) === 0) {
      this.isPadding = true;
      this.warnings.add('zero bytes after the last element');
      return;
    }
    const length = view.getUint32(at + 4, true);
    const isImplicitItem = isFresh && this.levels.mode === EXPLICIT_LE && this.levels.limit !== Infinity && this.offset + length <= this.levels.limit;
    if (!isImplicitItem) {
      this.refuse('badVr', 'No Value Representation', this.tag);
      return;
    }
    this.levels.changeMode(IMPLICIT_LE);
    this.warnings.add('item in Implicit VR inside an Explicit VR data set');
    this.takeElement(0, length);
  }

  /** An element whose value starts at `this.offset`. */
  private takeElement(vr: number, length: number): void {
    if (this.levels.depth === 0 && !this.takeTopLevel(vr, length)) return;
    if (length === UNDEFINED_LENGTH) {
      this.enterUndefined(vr);
      return;
    }
    if (this.offset + length > this.levels.limit) {
      this.refuse('lengthBeyondParent', 'Length runs past the item,', this.tag);
      return;
    }
    if ((length & 1) === 1) this.warnings.add('value of odd length');
    if (vr === VR_SQ || this.isKnownSequence(vr)) this.enter(SEQUENCE, vr === VR_UN ? IMPLICIT_LE : this.levels.mode, this.offset + length);
    else {
      this.remaining = length;
      const told = this.toldLevel(this.levels.depth / 2);
      this.isNested = told !== undefined && told.open(this.tag, vr, length, this.levels.depth / 2);
    }
  }

  /** Who wants to know of the items `level` sequences deep, here. */
  private toldLevel(level: number): NestedInterest | undefined {
    const { nested } = this.interest;
    return nested !== undefined && level >= 1 && level <= (nested.levels ?? 1) && nested.sequences.has(this.lastTopTag) ? nested : undefined;
  }

  /** A value of defined length that says nowhere that it is a sequence, but is one by its tag. */
  private isKnownSequence(vr: number): boolean {
    const { nested } = this.interest;
    if (nested === undefined) return false;
    if (this.levels.depth === 0) return (vr === 0 || (vr === VR_UN && nested.closesUnknown !== true)) && nested.sequences.has(this.tag);
    return vr === 0 && nested.inner?.has(this.tag) === true && this.toldLevel(this.levels.depth / 2) !== undefined;
  }

  /** Order, repeats, values of interest and pixel data of the top level. False when refused. */
  private takeTopLevel(vr: number, length: number): boolean {
    const { tag } = this;
    if (tag <= this.lastTopTag) this.warnings.add(tag === this.lastTopTag ? 'element repeated' : 'elements not in ascending order');
    this.lastTopTag = tag;
    const slot = this.interest.slots.get(tag);
    if (slot !== undefined) {
      if (!this.store.has(slot)) this.openSlot(slot, vr, length);
      else if (slot < this.interest.onceBelow) this.refuse('ambiguousIdentity', 'Repeated', tag);
    }
    if (tag >= 0x7fe00000 && tag <= PIXEL_DATA && length !== UNDEFINED_LENGTH && !this.pixel.native(tag, this.offset, length)) {
      this.refuse('ambiguousIdentity', 'Pixel data repeated', tag);
    }
    return this.refusal === undefined;
  }

  private openSlot(slot: number, vr: number, length: number): void {
    // An empty attribute is as good as an absent one, but identity may not stand there a second time either.
    if (length === 0 && slot >= this.interest.onceBelow) return;
    this.store.begin(slot, vr);
    if (length === UNDEFINED_LENGTH || vr === VR_SQ || this.interest.presence?.has(slot) === true) return;
    if (length > this.max.valueBytes) this.warnings.add('value too long for the index');
    else this.slot = slot;
  }

  /** Undefined length: sequences, Pixel Data, and UN, which then is an implicit sequence (PS3.5 6.2.2, 7.5.1, A.4). */
  private enterUndefined(vr: number): void {
    const isPixelData = this.tag === PIXEL_DATA && (vr === 0 || vr === VR_OB || vr === VR_OW);
    if (isPixelData) {
      if (this.levels.depth === 0 && !this.pixel.begin(this.offset)) this.refuse('ambiguousIdentity', 'Pixel data repeated', this.tag);
      else this.enter(FRAGMENTS, this.levels.mode, Infinity);
    } else if (vr === VR_SQ || vr === 0) this.enter(SEQUENCE, this.levels.mode, Infinity);
    else if (vr === VR_UN) this.enter(SEQUENCE, IMPLICIT_LE, Infinity);
    else this.refuse('undefinedLength', `Undefined length with VR ${vrText(vr)}`, this.tag);
  }

  private enter(kind: typeof SEQUENCE | typeof FRAGMENTS, mode: number, end: number): void {
    if (!this.levels.enter(kind, mode, end, this.tag)) this.refuse('tooDeep', `Sequences nested deeper than ${String(this.max.depth)}`, this.tag);
  }

  private takeItemTag(element: number, length: number): void {
    switch (element) {
      case ITEM:
        this.takeItem(length);
        return;
      case ITEM_END:
        if (length !== 0) this.refuse('badItem', 'Delimiter with a length');
        else if (this.levels.kind === DATA_SET && this.levels.depth > 0 && this.levels.isOpenEnded) this.levels.leave();
        else if (this.levels.kind === FRAGMENTS) this.refuse('badItem', 'Item delimiter among fragments');
        else this.warnings.add('superfluous delimiter');
        return;
      case SEQUENCE_END:
        this.takeSequenceEnd(length);
        return;
      default:
        this.refuse('badItem', 'Unknown item tag', this.tag);
    }
  }

  private takeSequenceEnd(length: number): void {
    const { levels } = this;
    if (length !== 0) this.refuse('badItem', 'Delimiter with a length');
    else if (levels.kind === DATA_SET && levels.depth > 0 && levels.isOpenEnded) this.refuse('missingDelimiter', 'Sequence ends inside an item');
    else if (levels.kind === DATA_SET || !levels.isOpenEnded) this.warnings.add('superfluous delimiter');
    else {
      const isTopPixelData = levels.kind === FRAGMENTS && levels.depth === 1;
      levels.leave();
      if (isTopPixelData) this.pixel.end(this.offset);
    }
  }

  private takeItem(length: number): void {
    const { levels } = this;
    if (levels.kind === DATA_SET) {
      this.refuse('badItem', 'Item outside a sequence');
    } else if (length !== UNDEFINED_LENGTH && this.offset + length > levels.limit) {
      this.refuse('lengthBeyondParent', 'Item runs past its sequence');
    } else if (levels.kind === SEQUENCE) {
      const level = (levels.depth + 1) / 2;
      this.toldLevel(level)?.item(levels.tag, level);
      levels.enter(DATA_SET, levels.mode, length === UNDEFINED_LENGTH ? Infinity : this.offset + length);
    } else if (length === UNDEFINED_LENGTH) {
      this.refuse('undefinedLength', 'Fragment of undefined length');
    } else {
      if (levels.depth === 1) this.pixel.fragment(this.offset, length);
      this.remaining = length;
    }
  }

  private refuse(code: RefusalCode, what: string, tag?: number): void {
    this.refusal ??= refusal(code, what, tag === undefined ? this.offset : this.headerAt, tag);
  }
}
