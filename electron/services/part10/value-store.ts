/** Small values picked up during a walk: one growing arena, no object per value. */
export class ValueStore {
  /** Values begun so far. */
  count = 0;
  private arena = new Uint8Array(4096);
  private used = 0;
  private readonly starts: Int32Array;
  private readonly lengths: Int32Array;
  private readonly vrs: Uint16Array;

  constructor(slots: number) {
    this.starts = new Int32Array(slots).fill(-1);
    this.lengths = new Int32Array(slots);
    this.vrs = new Uint16Array(slots);
  }

  /** Opens a slot for a value of `vr` (two characters as a number, 0 = not stated); its bytes come by `append`. */
  begin(slot: number, vr: number): void {
    this.count++;
    this.starts[slot] = this.used;
    this.lengths[slot] = 0;
    this.vrs[slot] = vr;
  }

  append(slot: number, from: Uint8Array, start: number, count: number): void {
    if (this.used + count > this.arena.length) {
      const larger = new Uint8Array(Math.max(2 * this.arena.length, this.used + count));
      larger.set(this.arena.subarray(0, this.used));
      this.arena = larger;
    }
    const { arena } = this;
    let to = this.used;
    if (count < 64) for (let at = start; at < start + count; at += 1) arena[to++] = from[at] ?? 0;
    else arena.set(from.subarray(start, start + count), to);
    this.used += count;
    this.lengths[slot] = (this.lengths[slot] ?? 0) + count;
  }

  has(slot: number): boolean {
    return (this.starts[slot] ?? -1) >= 0;
  }

  vr(slot: number): number {
    return this.vrs[slot] ?? 0;
  }

  length(slot: number): number {
    return this.has(slot) ? (this.lengths[slot] ?? 0) : 0;
  }

  /** A view into the arena, valid until the next `append`. */
  bytes(slot: number): Uint8Array {
    const start = this.starts[slot] ?? -1;
    return start < 0 ? new Uint8Array(0) : this.arena.subarray(start, start + (this.lengths[slot] ?? 0));
  }
}
