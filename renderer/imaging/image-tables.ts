import type { ImageFrame, ImageLuts, InstanceId, Lut } from '@shared/domain';

/** Look-up tables of a frame's image. `none`: it has none. Until `ready` (or `failed`) nothing of it may be shown: its grey levels are not known. */
export type TableState =
  | { readonly kind: 'none' }
  | { readonly kind: 'waiting' }
  | { readonly kind: 'ready'; readonly luts: ImageLuts }
  | { readonly kind: 'failed'; readonly reason: string };

export type AskTables = (instanceId: InstanceId) => Promise<ImageLuts>;

const NONE: TableState = { kind: 'none' };
const WAITING: TableState = { kind: 'waiting' };
/** Tables kept for images that are not looked at any more. */
const KEPT_BYTES = 64 * 2 ** 20;

/** Whether the object has more than its pixels and plain attributes: `image.luts` gives it. */
function bringsMore(extras: ImageFrame['extras']): boolean {
  return [extras?.palette, extras?.presentationLut, extras?.overlays, extras?.shutter, extras?.iccProfile, extras?.mask].includes(true);
}

function bytesOf({ voiLuts, modalityLut, overlays = [], palette, icc }: ImageLuts): number {
  const tables = [...voiLuts, ...(modalityLut === undefined ? [] : [modalityLut])].reduce((sum, { values }) => sum + values.byteLength, 0);
  const grids = icc?.kind === 'tables' ? icc.stages.reduce((sum, stage) => sum + (stage.kind === 'grid' ? stage.values.byteLength : 0), 0) : 0;
  return tables + overlays.reduce((sum, { bits }) => sum + bits.length, 0) + (palette?.rgb.length ?? 0) + grids;
}

interface Entry {
  state: TableState;
  bytes: number;
  readonly waiting: Set<() => void>;
}

/** Asks for the tables of images once, when they are first looked at. Images with the same table get the same object, so that scrolling makes no new grey. */
export class ImageTables {
  /** Least recently used first. */
  private readonly entries = new Map<InstanceId, Entry>();
  private readonly known = new Map<string, WeakRef<Lut>>();

  constructor(
    private readonly ask: AskTables,
    private readonly keptBytes: number = KEPT_BYTES,
  ) {}

  /** The state now; `arrived` is called once when it was `waiting` and is no more. */
  of(frame: Pick<ImageFrame, 'instanceId' | 'luts' | 'extras'>, arrived: () => void): TableState {
    if (frame.luts === undefined && !bringsMore(frame.extras)) return NONE;
    const known = this.entries.get(frame.instanceId);
    if (known !== undefined) {
      this.entries.delete(frame.instanceId);
      this.entries.set(frame.instanceId, known);
      if (known.state.kind === 'waiting') known.waiting.add(arrived);
      return known.state;
    }
    const entry: Entry = { state: WAITING, bytes: 0, waiting: new Set([arrived]) };
    this.entries.set(frame.instanceId, entry);
    void this.fill(entry, frame.instanceId);
    return entry.state;
  }

  /** An image whose tables failed is asked for again when it is looked at next. */
  retryFailed(): void {
    for (const [id, { state }] of [...this.entries]) if (state.kind === 'failed') this.entries.delete(id);
  }

  private async fill(entry: Entry, instanceId: InstanceId): Promise<void> {
    try {
      const luts = this.shared(await this.ask(instanceId));
      entry.state = { kind: 'ready', luts };
      entry.bytes = bytesOf(luts);
      this.makeRoom();
    } catch (error) {
      entry.state = { kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
    }
    for (const arrived of [...entry.waiting]) arrived();
    entry.waiting.clear();
  }

  private makeRoom(): void {
    let sum = [...this.entries.values()].reduce((total, { bytes }) => total + bytes, 0);
    for (const [id, { bytes }] of [...this.entries]) {
      if (sum <= this.keptBytes || this.entries.size <= 1) return;
      if (bytes === 0) continue;
      this.entries.delete(id);
      sum -= bytes;
    }
  }

  private shared(luts: ImageLuts): ImageLuts {
    const { modalityLut, ...rest } = luts;
    return { ...rest, voiLuts: luts.voiLuts.map((lut) => this.same(lut)), ...(modalityLut === undefined ? {} : { modalityLut: this.same(modalityLut) }) };
  }

  private same(lut: Lut): Lut {
    let hash = 0x811c9dc5;
    for (const value of lut.values) hash = Math.imul(hash ^ value, 0x01000193) >>> 0;
    const key = `${hash} ${lut.values.length} ${lut.first} ${lut.bits} ${lut.explanation}`;
    const before = this.known.get(key)?.deref();
    if (before !== undefined && before.values.every((value, at) => value === lut.values[at])) return before;
    this.known.set(key, new WeakRef(lut));
    return lut;
  }
}
