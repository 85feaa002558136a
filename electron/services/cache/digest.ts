import { createHash, type Hash } from 'node:crypto';

/** One digest for each so many bytes of a data set: a range read for one frame is checked without the rest (reliability C3). */
export const CHUNK_BYTES = 2 ** 20;
export const DIGEST_BYTES = 32;

export interface Digests {
  readonly sha256: Uint8Array;
  /** 32 bytes a chunk; empty when there is one chunk only. */
  readonly chunkDigests: Uint8Array;
}

/** Digests of a data set that comes in pieces. */
export class Digester {
  private readonly whole = createHash('sha256');
  private chunk: Hash = createHash('sha256');
  private inChunk = 0;
  private total = 0;
  private readonly chunks: Uint8Array[] = [];

  update(bytes: Uint8Array): void {
    this.whole.update(bytes);
    this.total += bytes.length;
    for (let at = 0; at < bytes.length;) {
      const piece = bytes.subarray(at, at + Math.min(CHUNK_BYTES - this.inChunk, bytes.length - at));
      this.chunk.update(piece);
      this.inChunk += piece.length;
      at += piece.length;
      if (this.inChunk === CHUNK_BYTES) this.endChunk();
    }
  }

  finish(): Digests {
    if (this.inChunk > 0) this.endChunk();
    return { sha256: this.whole.digest(), chunkDigests: this.total <= CHUNK_BYTES ? new Uint8Array(0) : Buffer.concat(this.chunks) };
  }

  private endChunk(): void {
    this.chunks.push(this.chunk.digest());
    this.chunk = createHash('sha256');
    this.inChunk = 0;
  }
}

export function digestsOf(bytes: Uint8Array): Digests {
  if (bytes.length <= CHUNK_BYTES) return { sha256: createHash('sha256').update(bytes).digest(), chunkDigests: new Uint8Array(0) };
  const digester = new Digester();
  digester.update(bytes);
  return digester.finish();
}
