import { bytesPerValue, type StoredArray, type StoredType, storedView } from '@shared/pixel';
import type { FrameTarget } from './decode-protocol';

interface Chunk {
  readonly buffer: SharedArrayBuffer;
  readonly firstSlot: number;
  readonly slots: number;
}

/**
 * The shared memory of one display set in its stored type: one buffer with a place per frame, in display order when the set
 * was opened. Frames that arrive later get places in a further buffer; nothing that is loaded moves.
 */
export class FrameStore {
  readonly frameBytes: number;
  private readonly chunks: Chunk[] = [];
  private readonly slotOf = new Map<string, number>();
  private readonly free = new Set<number>();
  private slots = 0;

  constructor(
    readonly type: StoredType,
    readonly valuesPerFrame: number,
  ) {
    this.frameBytes = valuesPerFrame * bytesPerValue(type);
  }

  get capacity(): number {
    return this.slots;
  }

  get sizeBytes(): number {
    return this.slots * this.frameBytes;
  }

  /** More places. False: this process gets no more memory. */
  grow(slots: number): boolean {
    if (slots <= 0) return true;
    try {
      const buffer = new SharedArrayBuffer(slots * this.frameBytes);
      this.chunks.push({ buffer, firstSlot: this.slots, slots });
    } catch {
      return false;
    }
    for (let slot = this.slots; slot < this.slots + slots; slot++) this.free.add(slot);
    this.slots += slots;
    return true;
  }

  /** A place for a frame, the wanted one when it is free; undefined = full. A frame keeps the place that it has. */
  reserve(key: string, wanted: number): FrameTarget | undefined {
    const known = this.slotOf.get(key);
    if (known !== undefined) return this.target(known);
    const slot = this.free.has(wanted) ? wanted : this.free.values().next().value;
    if (slot === undefined) return undefined;
    this.free.delete(slot);
    this.slotOf.set(key, slot);
    return this.target(slot);
  }

  release(key: string): void {
    const slot = this.slotOf.get(key);
    if (slot === undefined) return;
    this.slotOf.delete(key);
    this.free.add(slot);
  }

  get isFull(): boolean {
    return this.free.size === 0;
  }

  /** The values of a frame that has a place; whether they are loaded is the loader's knowledge. */
  values(key: string): StoredArray | undefined {
    const slot = this.slotOf.get(key);
    if (slot === undefined) return undefined;
    const { buffer, byteOffset } = this.target(slot);
    return storedView(this.type, buffer, byteOffset, this.valuesPerFrame);
  }

  private target(slot: number): FrameTarget {
    const chunk = this.chunks.find(({ firstSlot, slots }) => slot >= firstSlot && slot < firstSlot + slots);
    if (chunk === undefined) throw new Error(`no place ${slot} of ${this.slots}`);
    return { buffer: chunk.buffer, byteOffset: (slot - chunk.firstSlot) * this.frameBytes };
  }
}
