import { type DataSetReader, WindowReader } from './fragment-index';
import { EXPLICIT_BE, EXPLICIT_LE, IMPLICIT_LE, type EncodingMode } from './level-stack';
import { encodingMode } from './locate-pixel-data';
import { TreeItem, type TreeElement } from './tree-item';
import { headerForm, VR_SQ, VR_UN, vrCode, vrText } from './vr-form';

export interface TreeRequest {
  readonly TransferSyntaxUID: string;
  /** Longest value that is wanted of an element (bytes); 0 = only that it is there. `level`: sequences around it. */
  wanted(tag: number, level: number): number;
  /** Tags of sequences: implicit ones of defined length are told by them alone. */
  readonly sequences: ReadonlySet<number>;
}

export interface ElementTree {
  readonly root: TreeItem;
  /** The bytes ended or made no sense before the pixel data: what stood before is here. */
  readonly damaged: boolean;
}

const MAX_DEPTH = 16;
const MAX_ELEMENTS = 200_000;
/** All kept values together. */
const MAX_BYTES = 2 ** 27;
const UNDEFINED = 0xffffffff;
const VR_OB = vrCode('OB');
const VR_OW = vrCode('OW');
const ITEM = 0xfffee000;
const ITEM_END = 0xfffee00d;
const SEQUENCE_END = 0xfffee0dd;
/** Pixel data and what belongs to them: the end of what is read. */
const PIXEL_GROUP = 0x7fe00000;

interface Level {
  readonly mode: EncodingMode;
  /** Offset behind the level; Infinity where a delimiter ends it. */
  readonly end: number;
  /** The item that elements go into, or the sequence that items go into. */
  readonly item: TreeItem | undefined;
  readonly items: TreeItem[] | undefined;
  /** Encapsulated pixel data within an item, an icon's (PS3.5 A.4): its items are bytes, which nobody wants. */
  readonly isFragments?: boolean;
}

/**
 * Elements of an object up to its pixel data with all their items, for who reads one object (presentation states, overlays, palettes): no recursion, bounded in
 * depth, elements and bytes; values that nobody wants are passed over without being read. `reader` gives the inflated bytes. Never throws on bytes.
 */
export async function readElementTree(reader: DataSetReader, request: TreeRequest): Promise<ElementTree> {
  return await new TreeReader(new WindowReader(reader), request).read();
}

class TreeReader {
  private readonly levels: Level[];
  private readonly root: TreeItem;
  private at = 0;
  private elements = 0;
  private bytes = 0;

  constructor(
    private readonly window: WindowReader,
    private readonly request: TreeRequest,
  ) {
    const mode = encodingMode(request.TransferSyntaxUID);
    this.root = new TreeItem(mode !== EXPLICIT_BE);
    this.levels = [{ mode, end: Infinity, item: this.root, items: undefined }];
  }

  async read(): Promise<ElementTree> {
    for (;;) {
      const level = this.levels.at(-1);
      if (level === undefined) return this.done(true);
      if (this.at >= level.end) {
        this.levels.pop();
        continue;
      }
      const head = await this.window.take(this.at, 8);
      if (head === undefined) return this.done(this.levels.length > 1 || (await this.window.take(this.at, 1)) !== undefined);
      if (++this.elements > MAX_ELEMENTS) return this.done(true);
      const step = level.items === undefined ? await this.element(level, head) : this.itemOf(level, level.items, head);
      if (step !== 'on') return this.done(step === 'damaged');
    }
  }

  private done(damaged: boolean): ElementTree {
    return { root: this.root, damaged };
  }

  private itemOf(level: Level, items: TreeItem[], head: Uint8Array): 'on' | 'damaged' {
    const { tag, length } = headerOf(head, level.mode);
    this.at += 8;
    if (tag === SEQUENCE_END) {
      if (level.end !== Infinity) return 'on'; // superfluous, seen in the field
      this.levels.pop();
      return 'on';
    }
    if (tag !== ITEM) return 'damaged';
    const end = length === UNDEFINED ? Infinity : this.at + length;
    if (end !== Infinity && end > this.limit()) return 'damaged';
    if (level.isFragments === true) {
      if (end === Infinity) return 'damaged';
      this.at = end;
      return 'on';
    }
    const item = new TreeItem(level.mode !== EXPLICIT_BE);
    items.push(item);
    this.levels.push({ mode: level.mode, end, item, items: undefined });
    return 'on';
  }

  private async element(level: Level, head: Uint8Array): Promise<'on' | 'damaged' | 'end'> {
    const { tag, length: implicitLength } = headerOf(head, level.mode);
    if (tag === ITEM_END) {
      this.at += 8;
      if (this.levels.length > 1 && level.end === Infinity) this.levels.pop();
      return 'on';
    }
    if (this.levels.length === 1 && tag >= PIXEL_GROUP) return 'end';
    if (level.mode === IMPLICIT_LE) {
      this.at += 8;
      return await this.value(level, tag, 0, implicitLength);
    }
    const view = new DataView(head.buffer, head.byteOffset, 8);
    const vr = view.getUint16(4);
    const little = level.mode === EXPLICIT_LE;
    const form = headerForm(vr);
    if (form === 'none') return 'damaged';
    if (form === 'short') {
      this.at += 8;
      return await this.value(level, tag, vr, view.getUint16(6, little));
    }
    const long = await this.window.take(this.at, 12);
    if (long === undefined) return 'damaged';
    this.at += 12;
    return await this.value(level, tag, vr, new DataView(long.buffer, long.byteOffset, 12).getUint32(8, little));
  }

  private async value(level: Level, tag: number, vr: number, length: number): Promise<'on' | 'damaged'> {
    const isUnknown = vr === VR_UN || vr === 0;
    const isSequence = vr === VR_SQ || (isUnknown && (length === UNDEFINED || this.request.sequences.has(tag)));
    if (isSequence) return this.sequence(level, tag, vr, length);
    if (length === UNDEFINED && (vr === VR_OB || vr === VR_OW)) {
      level.item?.put(tag, { vr: vrText(vr), length: 0 });
      this.levels.push({ mode: level.mode, end: Infinity, item: undefined, items: [], isFragments: true });
      return 'on';
    }
    const end = this.at + length;
    if (length === UNDEFINED || end > this.limit()) return 'damaged';
    const depth = this.levels.filter(({ items }) => items !== undefined).length;
    const most = this.request.wanted(tag, depth);
    const element: TreeElement = { vr: vrText(vr), length };
    if (most > 0 && length > 0 && length <= most && this.bytes + length <= MAX_BYTES) {
      const bytes = await this.window.take(this.at, length);
      if (bytes === undefined) return 'damaged';
      element.value = Uint8Array.from(bytes);
      this.bytes += length;
    }
    level.item?.put(tag, element);
    this.at = end;
    return 'on';
  }

  private sequence(level: Level, tag: number, vr: number, length: number): 'on' | 'damaged' {
    const end = length === UNDEFINED ? Infinity : this.at + length;
    if (this.levels.length > 2 * MAX_DEPTH || (end !== Infinity && end > this.limit())) return 'damaged';
    const items: TreeItem[] = [];
    level.item?.put(tag, { vr: 'SQ', length: 0, items });
    this.levels.push({ mode: vr === VR_UN ? IMPLICIT_LE : level.mode, end, item: undefined, items });
    return 'on';
  }

  /** What no value may run past: the nearest level around that has an end. */
  private limit(): number {
    return this.levels.reduce((least, { end }) => Math.min(least, end), Infinity);
  }
}

function headerOf(head: Uint8Array, mode: EncodingMode): { readonly tag: number; readonly length: number } {
  const view = new DataView(head.buffer, head.byteOffset, 8);
  const little = mode !== EXPLICIT_BE;
  return { tag: view.getUint16(0, little) * 0x10000 + view.getUint16(2, little), length: view.getUint32(4, little) };
}
