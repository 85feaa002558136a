import type { SendObject } from '../send-object';

/** An object whose first piece is being read before its turn has come. */
export class ObjectAhead {
  /** All of its pieces, once. */
  readonly bytes: AsyncIterable<Uint8Array>;
  private readonly pieces: AsyncIterator<Uint8Array>;
  private readonly first: Promise<IteratorResult<Uint8Array>>;
  private readonly mayBeChecked: Promise<void>;
  /** What was read may be compared with its digest from now on. */
  readonly check: () => void;

  constructor(
    readonly of: SendObject,
    memory: (length: number) => Uint8Array,
  ) {
    let open = (): void => undefined;
    this.mayBeChecked = new Promise((resolve) => (open = resolve));
    this.check = open;
    this.pieces = of.bytes({ memory, turn: () => this.mayBeChecked })[Symbol.asyncIterator]();
    this.first = this.pieces.next();
    // told when it is asked for
    this.first.catch(() => undefined);
    this.bytes = { [Symbol.asyncIterator]: () => this.all() };
  }

  /** It is sent, or will not be: who reads may stop. Resolves when nothing is read any more, so that its memory can be used again. */
  async drop(): Promise<void> {
    this.check();
    await this.first.catch(() => undefined);
    await this.pieces.return?.().catch(() => undefined);
  }

  private async *all(): AsyncGenerator<Uint8Array> {
    this.check();
    try {
      for (let next = await this.first; !next.done; next = await this.pieces.next()) yield next.value;
    } finally {
      void this.drop();
    }
  }
}

/** Longer pieces get memory of their own. */
const MOST_LENT_BYTES = 2 ** 20;

/**
 * Memory for the objects of one association: the one on its way and those read ahead, two pieces each (the last one is held back until the next is there). `turn` gives
 * that of the next object.
 */
export class LentMemory {
  private readonly parts = new Map<number, Uint8Array>();
  private turns = 0;

  /** `objects`: on their way or read ahead at the same time. */
  constructor(private readonly objects: number) {}

  turn(): (length: number) => Uint8Array {
    const object = this.turns++ % this.objects;
    let piece = 0;
    return (length) => this.part(object * 2 + (piece++ % 2), length);
  }

  private part(at: number, length: number): Uint8Array {
    if (length > MOST_LENT_BYTES) return new Uint8Array(length);
    let part = this.parts.get(at);
    if (part === undefined || part.length < length) {
      part = Buffer.allocUnsafeSlow(length);
      this.parts.set(at, part);
    }
    return part.subarray(0, length);
  }
}
