import type { SendObject } from '../send-object';

/** An object whose first piece is being read before its turn has come. */
export class ObjectAhead {
  /** All of its pieces, once. */
  readonly bytes: AsyncIterable<Uint8Array>;
  private readonly pieces: AsyncIterator<Uint8Array>;
  private readonly first: Promise<IteratorResult<Uint8Array>>;

  constructor(readonly of: SendObject) {
    this.pieces = of.bytes()[Symbol.asyncIterator]();
    this.first = this.pieces.next();
    // told when it is asked for
    this.first.catch(() => undefined);
    this.bytes = { [Symbol.asyncIterator]: () => this.all() };
  }

  /** It is not sent: who reads may stop. */
  drop(): void {
    void this.pieces.return?.().catch(() => undefined);
  }

  private async *all(): AsyncGenerator<Uint8Array> {
    try {
      for (let next = await this.first; !next.done; next = await this.pieces.next()) yield next.value;
    } finally {
      this.drop();
    }
  }
}
