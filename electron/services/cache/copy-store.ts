import { COMPARE_BYTES, compareWithStored } from './accept';
import type { StoreParts } from './store-parts';
import type { CopyVerdict, IncomingObject, ObjectStore, ObjectWriter, StoreOutcome } from './types';

/**
 * Takes copies of objects that are here only to compare them: nothing of them is kept. Each is compared element by element and, in another compression, pixel by
 * pixel (reliability B13).
 */
export function copyStore(parts: Pick<StoreParts, 'reader' | 'options' | 'log'>, tell: (SOPInstanceUID: string, verdict: CopyVerdict) => void): ObjectStore {
  return { receive: (incoming) => new Copy(parts, incoming, tell), admission: () => undefined };
}

class Copy implements ObjectWriter {
  private pieces: Uint8Array[] = [];
  private length = 0;

  constructor(
    private readonly parts: Pick<StoreParts, 'reader' | 'options' | 'log'>,
    private readonly incoming: IncomingObject,
    private readonly tell: (SOPInstanceUID: string, verdict: CopyVerdict) => void,
  ) {}

  write(chunk: Uint8Array): boolean {
    this.length += chunk.length;
    if (this.length <= COMPARE_BYTES) this.pieces.push(Uint8Array.from(chunk));
    else this.pieces = [];
    return true;
  }

  drained(): Promise<void> {
    return Promise.resolve();
  }

  async finish(): Promise<StoreOutcome> {
    const { SOPInstanceUID } = this.incoming;
    const verdict = this.length > COMPARE_BYTES ? 'damaged' : await compareWithStored(this.parts, this.incoming, Buffer.concat(this.pieces, this.length));
    this.pieces = [];
    this.tell(SOPInstanceUID, verdict === 'damaged' ? 'unread' : verdict);
    return { kind: 'refused', status: 0xa700, comment: 'compared only' };
  }

  abort(): void {
    this.pieces = [];
  }
}
