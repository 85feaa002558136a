import { FRAME_GROUPS, INNER, LISTS, MACROS, PIXEL_SHIFT, REAL_WORLD, SHARED_GROUPS, type ValueKind, type WantedElement } from './group-attributes';
import type { NestedInterest } from './walk-interest';
import { parseDecimal } from './attribute-reader';
import { VR_UN, vrCode } from './vr-form';

/** Frames whose groups are read; more are shown without what their groups say. */
export const MAX_DESCRIBED_FRAMES = 20_000;
/** A value of a functional group: real ones have a few numbers. */
const MAX_VALUE_BYTES = 1024;
const MAX_VALUES = 64;
const MAX_LIST_ITEMS = 64;
const MAX_MAPPINGS = 8;
/** Bytes of all values together: what a hostile object may fill the memory with. */
const MAX_BYTES = 2 ** 25;
const MAX_KNOWN = 200_000;

/** A value as it was read; equal bytes of one element give the same value, so that comparing by identity is enough. */
export type GroupValue = readonly number[] | string | true;
export type GroupItem = Map<string, GroupValue>;

/** What the groups of one frame, or the shared ones, say. */
export interface RawGroups {
  readonly values: GroupItem;
  readonly mappings: GroupItem[];
  readonly shifts: GroupItem[];
}

const KIND_VRS: Readonly<Record<ValueKind, readonly number[]>> = {
  decimals: [vrCode('DS'), vrCode('IS')],
  doubles: [vrCode('FD')],
  floats: [vrCode('FL')],
  shorts: [vrCode('US'), vrCode('SS')],
  signedLongs: [vrCode('SL')],
  longs: [vrCode('UL'), vrCode('US')],
  tag: [vrCode('AT')],
  text: [],
  codes: [vrCode('CS')],
  present: [],
};

const SEQUENCES: ReadonlySet<number> = new Set([SHARED_GROUPS, FRAME_GROUPS, ...LISTS.keys()]);
const INNER_SEQUENCES: ReadonlySet<number> = new Set([...MACROS.keys(), ...INNER.keys()]);

/**
 * Keeps what the functional groups (PS3.3 C.7.6.16), the ultrasound regions, the dimensions and the detectors say, while a walk passes them: small values only,
 * bounded in frames, items and bytes, whatever the object says. Each item's element is taken once.
 */
export class GroupCollector implements NestedInterest {
  readonly sequences = SEQUENCES;
  readonly inner = INNER_SEQUENCES;
  readonly closesUnknown = true;
  readonly levels = 3;

  readonly shared: RawGroups = { values: new Map(), mappings: [], shifts: [] };
  readonly frames: RawGroups[] = [];
  readonly lists = new Map<number, GroupItem[]>();
  /** Items beyond what is read. */
  left = 0;

  private takenBytes = 0;
  private groups: RawGroups | undefined;
  private list: ReadonlyMap<number, WantedElement> | undefined;
  private macro = 0;
  private wanted: ReadonlyMap<number, WantedElement> | undefined;
  private into: GroupItem | undefined;
  private element: WantedElement | undefined;
  private vr = 0;
  private scratch = new Uint8Array(0);
  private filled = 0;
  private length = 0;
  private readonly known = new Map<string, GroupValue>();

  constructor(private readonly isLittleEndian: boolean) {}

  item(sequence: number, level: number): void {
    if (level === 1) this.topItem(sequence);
    else if (level === 2) this.macroItem(sequence);
    else this.wanted = this.macro === 0 ? undefined : INNER.get(sequence);
    this.element = undefined;
  }

  open(tag: number, vr: number, length: number, level: number): boolean {
    this.element = undefined;
    // Behind a sequence inside an item the elements of the item go on.
    const from = level === 1 ? this.list : level === 2 ? MACROS.get(this.macro) : this.wanted;
    const element = from?.get(tag);
    if (element === undefined || this.into === undefined || length > MAX_VALUE_BYTES || this.into.has(element.name)) return false;
    const vrs = KIND_VRS[element.kind];
    if (vr !== 0 && vr !== VR_UN && vrs.length > 0 && !vrs.includes(vr)) return false;
    if (element.kind === 'present') this.into.set(element.name, true);
    if (element.kind === 'present' || length === 0) return false;
    this.takenBytes += length;
    if (this.takenBytes > MAX_BYTES) {
      this.left += 1;
      return false;
    }
    if (this.scratch.length === 0) this.scratch = new Uint8Array(MAX_VALUE_BYTES);
    this.element = element;
    this.vr = vr;
    this.filled = 0;
    this.length = length;
    return true;
  }

  append(from: Uint8Array, start: number, count: number): void {
    if (this.element === undefined || this.into === undefined) return;
    this.scratch.set(from.subarray(start, start + count), this.filled);
    this.filled += count;
    if (this.filled < this.length) return;
    const value = this.valueOf(this.element, this.scratch.subarray(0, this.length));
    if (value !== undefined) this.into.set(this.element.name, value);
    this.element = undefined;
  }

  private topItem(sequence: number): void {
    this.macro = 0;
    this.list = undefined;
    this.groups = undefined;
    this.into = undefined;
    if (sequence === SHARED_GROUPS) this.groups = this.shared;
    else if (sequence === FRAME_GROUPS) this.groups = this.nextFrame();
    else {
      this.list = LISTS.get(sequence);
      this.into = this.nextOf(sequence);
    }
  }

  private nextFrame(): RawGroups | undefined {
    if (this.frames.length >= MAX_DESCRIBED_FRAMES) {
      this.left += 1;
      return undefined;
    }
    const groups: RawGroups = { values: new Map(), mappings: [], shifts: [] };
    this.frames.push(groups);
    return groups;
  }

  private nextOf(sequence: number): GroupItem | undefined {
    const list = this.lists.get(sequence) ?? [];
    this.lists.set(sequence, list);
    if (list.length >= MAX_LIST_ITEMS) return undefined;
    const item: GroupItem = new Map();
    list.push(item);
    return item;
  }

  private macroItem(sequence: number): void {
    const { groups } = this;
    this.macro = groups !== undefined && MACROS.has(sequence) ? sequence : 0;
    if (groups === undefined) return;
    this.into = groups.values;
    if (sequence !== REAL_WORLD && sequence !== PIXEL_SHIFT) return;
    const several = sequence === REAL_WORLD ? groups.mappings : groups.shifts;
    this.into = undefined;
    if (several.length >= MAX_MAPPINGS) return;
    this.into = new Map();
    several.push(this.into);
  }

  /** Equal texts share one value: the groups of thousands of frames repeat themselves. */
  private valueOf({ name, kind }: WantedElement, bytes: Uint8Array): GroupValue | undefined {
    const raw = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
    const key = `${name}\u0000${this.vr}\u0000${raw}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const value = kind === 'text' || kind === 'codes' ? raw.replace(/^[\0 ]+|[\0 ]+$/g, '') : numbersOf(kind, this.vr, bytes, raw, this.isLittleEndian);
    if (value !== undefined && this.known.size < MAX_KNOWN) this.known.set(key, value);
    return value;
  }
}

/** All values finite, or nothing. */
function numbersOf(kind: ValueKind, vr: number, bytes: Uint8Array, raw: string, isLittleEndian: boolean): readonly number[] | undefined {
  const values = kind === 'decimals' ? raw.split('\\').map((part) => parseDecimal(part) ?? NaN) : binary(kind, vr, bytes, isLittleEndian);
  if (values.length === 0 || values.length > MAX_VALUES) return undefined;
  return values.every(Number.isFinite) ? values : undefined;
}

function binary(kind: ValueKind, vr: number, bytes: Uint8Array, little: boolean): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const isShort = vr === vrCode('US') || vr === vrCode('SS') || (kind === 'shorts' && vr !== vrCode('UL'));
  const size = kind === 'doubles' ? 8 : isShort ? 2 : 4;
  if (bytes.length % size !== 0) return [];
  return Array.from({ length: bytes.length / size }, (_, index) => {
    const at = index * size;
    if (kind === 'doubles') return view.getFloat64(at, little);
    if (kind === 'floats') return view.getFloat32(at, little);
    if (kind === 'tag') return view.getUint16(at, little) * 0x10000 + view.getUint16(at + 2, little);
    if (kind === 'signedLongs') return view.getInt32(at, little);
    if (isShort) return vr === vrCode('SS') ? view.getInt16(at, little) : view.getUint16(at, little);
    return view.getUint32(at, little);
  });
}
