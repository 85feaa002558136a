import { compareWithStored } from './accept';
import { errorCode } from './checkpoint-task';
import { inMemory } from './data-set-source';
import { type OpenSource, Spool, SpoolRoom } from './spool';
import type { StoreParts } from './store-parts';
import type { CopyVerdict, IncomingObject, ObjectStore, ObjectWriter, StoreOutcome } from './types';

export type CopyParts = Pick<StoreParts, 'reader' | 'options' | 'log' | 'files' | 'layout' | 'disk' | 'rows' | 'index'>;

/** A copy stands in memory up to this size; a larger one in a file beside the cache until it is compared. */
const MEMORY_BYTES = 8 * 2 ** 20;
/** In files beside the cache at once, of all comparisons together: more than any object that a modality makes. What is larger is not compared, and known as not compared. */
const FILE_BYTES = 8 * 2 ** 30;
const NOT_KEPT = 'compared only, not kept';

/** One for all comparisons of a cache. */
export function copyRoom(): SpoolRoom {
  return new SpoolRoom(FILE_BYTES);
}

/**
 * Takes copies of objects that are here only to compare them, however large: nothing of them is kept. Each is compared byte by byte, then element by element and, in
 * another compression, frame by frame (reliability B13).
 */
export function copyStore(
  parts: CopyParts,
  tell: (SOPInstanceUID: string, verdict: CopyVerdict) => void,
  room: SpoolRoom,
  { memoryBytes = MEMORY_BYTES } = {},
): ObjectStore {
  return { receive: (incoming) => new Copy(parts, incoming, tell, memoryBytes, room), admission: () => undefined };
}

class Copy implements ObjectWriter {
  private pieces: Uint8Array[] = [];
  private length = 0;
  private spool: Spool | undefined;

  constructor(
    private readonly parts: CopyParts,
    private readonly incoming: IncomingObject,
    private readonly tell: (SOPInstanceUID: string, verdict: CopyVerdict) => void,
    private readonly memoryBytes: number,
    private readonly room: SpoolRoom,
  ) {}

  write(chunk: Uint8Array): boolean {
    this.length += chunk.length;
    const bytes = Uint8Array.from(chunk);
    if (this.spool === undefined && this.length <= this.memoryBytes) {
      this.pieces.push(bytes);
      return true;
    }
    this.spool ??= this.begin();
    return this.spool.write(bytes);
  }

  drained(): Promise<void> {
    return this.spool?.drained() ?? Promise.resolve();
  }

  async finish(): Promise<StoreOutcome> {
    const { SOPInstanceUID } = this.incoming;
    let verdict: CopyVerdict = 'unread';
    try {
      const copy = await this.whole();
      try {
        const found = await compareWithStored(this.parts, this.incoming, copy);
        verdict = found === 'same' || found === 'different' ? found : 'unread';
      } finally {
        await copy.close();
      }
    } catch (error) {
      this.parts.log.error({ code: errorCode(error), why: error instanceof Error ? error.message : String(error) }, 'a copy cannot be kept for comparison');
    } finally {
      this.pieces = [];
      await this.spool?.discard();
    }
    this.tell(SOPInstanceUID, verdict);
    try {
      return this.outcome(verdict);
    } catch (error) {
      this.parts.log.error({ code: errorCode(error) }, 'what a copy was compared with cannot be looked up');
      return { kind: 'refused', status: 0xa700, comment: NOT_KEPT };
    }
  }

  /**
   * What the sender may be told. Success promises that an object of this content is durable here (PS3.4 B.2.3): true of a copy that is the same, as of any duplicate. Another
   * one, or one that could not be read, was not kept, so it is a failure.
   */
  private outcome(verdict: CopyVerdict): StoreOutcome {
    if (verdict === 'different') return { kind: 'refused', status: 0xc000, comment: NOT_KEPT, isOtherContent: true };
    if (verdict === 'same') this.parts.rows.flush();
    const stored = verdict === 'same' ? this.parts.index.instanceByUid(this.incoming.SOPInstanceUID) : undefined;
    return stored === undefined ? { kind: 'refused', status: 0xa700, comment: NOT_KEPT } : { kind: 'duplicate', attributes: stored.attributes };
  }

  abort(): void {
    this.pieces = [];
    void this.spool?.discard();
  }

  private begin(): Spool {
    const spool = new Spool(this.parts, this.room);
    for (const piece of this.pieces.splice(0)) spool.write(piece);
    return spool;
  }

  private async whole(): Promise<OpenSource> {
    const { TransferSyntaxUID } = this.incoming;
    if (this.spool !== undefined) return await this.spool.finish(TransferSyntaxUID);
    return { ...inMemory(Buffer.concat(this.pieces, this.length), TransferSyntaxUID), close: () => Promise.resolve() };
  }
}
