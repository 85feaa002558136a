import type { IncomingPart } from './incoming-part';
import { MultipartFault, type MultipartReader } from './multipart-reader';

/** Objects of one answer that are being made durable while the next ones come, and their bytes: one sync serves those that are ready. */
const MOST_FINISHING = 16;
const MOST_FINISHING_BYTES = 32 * 2 ** 20;
/** Bytes of what was asked for must come; anything else is no progress (reliability O13). */
const STALLED_MS = 120_000;

/** Takes the pieces of one answer: parts begin, get their bytes, and are finished while the next ones come. */
export class AnswerIntake {
  private part: IncomingPart | undefined;
  private usefulAtMs = performance.now();
  private readonly finishing = new Map<Promise<void>, number>();

  constructor(
    private readonly reader: MultipartReader,
    private readonly begin: () => IncomingPart,
    private readonly finish: (part: IncomingPart) => Promise<void>,
  ) {}

  /** All of the piece is taken when it returns; a promise: nothing more for now. Throws MultipartFault. */
  take(piece: Buffer): Promise<void> | undefined {
    let drained: Promise<void> | undefined;
    for (const event of this.reader.feed(piece)) {
      if (event.kind === 'part') this.part = this.begin();
      else if (event.kind === 'data' && this.part !== undefined) {
        const taken = this.part.take(event.bytes);
        if (taken !== 'useless') this.usefulAtMs = performance.now();
        if (taken === 'wait') drained = this.part.drained();
      } else if (event.kind === 'partEnd') this.end();
    }
    if (performance.now() - this.usefulAtMs > STALLED_MS) throw new MultipartFault('nothing of what was asked for came in time');
    return drained === undefined && !this.isFull ? undefined : this.room(drained);
  }

  /** Everything that came is durable, or told as refused. */
  async finished(): Promise<void> {
    await Promise.all(this.finishing.keys());
  }

  /** The answer broke off: what was whole is kept. */
  async broken(): Promise<void> {
    this.part?.abort();
    await Promise.allSettled(this.finishing.keys());
  }

  private end(): void {
    const { part } = this;
    this.part = undefined;
    if (part === undefined) return;
    const done = this.finish(part).finally(() => this.finishing.delete(done));
    this.finishing.set(done, part.length);
    // told by what is waited for
    done.catch(() => undefined);
  }

  private get isFull(): boolean {
    if (this.finishing.size >= MOST_FINISHING) return true;
    let sum = 0;
    for (const bytes of this.finishing.values()) sum += bytes;
    return sum > MOST_FINISHING_BYTES;
  }

  private async room(drained: Promise<void> | undefined): Promise<void> {
    await drained;
    while (this.isFull) await Promise.race(this.finishing.keys());
    // what waited for this disk is no stall of the peer
    this.usefulAtMs = performance.now();
  }
}
