import { HEADROOM, PAGE } from './journal-record';

const FIRST_BYTES = 2 ** 20;

/** Reused buffers for objects on their way in: first-touch memory is dear (ingest.md 5), and the total is bounded (B18). */
export class BufferPool {
  private readonly sizes: number[] = [];
  private readonly idle = new Map<number, Uint8Array[]>();
  private used = 0;
  private lentCount = 0;
  private bursts = 0;

  /** `largest`: payload of the greatest buffer; `limit`: bytes of all buffers together. */
  constructor(
    largest: number,
    private readonly limit: number,
  ) {
    for (let size = FIRST_BYTES; size < largest; size *= 4) this.sizes.push(size);
    this.sizes.push(largest);
  }

  /** Others are on their way in beside the one that is asked about, or have been announced. */
  get isBusy(): boolean {
    return this.lentCount > 1 || this.bursts > 0;
  }

  /** Many are announced, until the returned function is called. */
  burst(): () => void {
    this.bursts++;
    let isOver = false;
    return () => {
      if (!isOver) this.bursts--;
      isOver = true;
    };
  }

  /** A buffer for at least `payload` bytes with headroom and a spare page; undefined when the bound is reached or nothing is that large. */
  acquire(payload: number): Uint8Array | undefined {
    const size = this.sizes.find((candidate) => candidate >= payload);
    if (size === undefined) return undefined;
    const bytes = size + HEADROOM + PAGE;
    const idle = this.idle.get(bytes)?.pop();
    if (idle !== undefined) {
      this.lentCount++;
      return idle;
    }
    if (this.used + bytes > this.limit) this.trim();
    if (this.used + bytes > this.limit) return undefined;
    this.used += bytes;
    this.lentCount++;
    return new Uint8Array(bytes);
  }

  release(buffer: Uint8Array): void {
    this.lentCount--;
    const list = this.idle.get(buffer.length) ?? [];
    this.idle.set(buffer.length, list);
    list.push(buffer);
  }

  private trim(): void {
    for (const [bytes, list] of this.idle) this.used -= bytes * list.splice(0).length;
  }
}

/** Bytes of an object that a pool buffer can take. */
export function payloadOf(buffer: Uint8Array): number {
  return buffer.length - HEADROOM - PAGE;
}
