import { createInflateRaw, type InflateRaw } from 'node:zlib';
import { badDeflate, inflatedTooLarge } from './refusals';
import type { DataSetWalker, Refusal, WalkResult } from './walk-types';

interface InnerWalk {
  write(chunk: Uint8Array): boolean;
  finish(): WalkResult;
}

/** Inflates pieces as they come and walks what comes out; stops at the limit (deflate expands up to a thousandfold). */
export class InflatingWalker implements DataSetWalker {
  private readonly inflate: InflateRaw = createInflateRaw();
  private refusal: Refusal | undefined;
  private isStopped = false;
  private inflated = 0;
  private readonly hasEnded: Promise<void>;

  constructor(
    private readonly inner: InnerWalk,
    private readonly limitBytes: number,
  ) {
    this.inflate.on('data', (chunk: Buffer) => {
      this.take(chunk);
    });
    this.hasEnded = new Promise((resolve) => {
      this.inflate.once('end', resolve);
      this.inflate.once('close', resolve);
      this.inflate.once('error', () => {
        this.refusal ??= badDeflate();
        resolve();
      });
    });
  }

  write(chunk: Uint8Array): boolean {
    if (this.isStopped || this.refusal !== undefined) return false;
    this.inflate.write(Uint8Array.from(chunk));
    return true;
  }

  async drained(): Promise<void> {
    if (this.isStopped || !this.inflate.writableNeedDrain) return;
    await Promise.race([new Promise<void>((resolve) => this.inflate.once('drain', resolve)), this.hasEnded]);
  }

  async finish(): Promise<WalkResult> {
    if (!this.isStopped) this.inflate.end();
    await this.hasEnded;
    if (this.refusal !== undefined) return { ok: false, reason: this.refusal };
    return this.inner.finish();
  }

  abort(): void {
    this.stop();
  }

  private take(chunk: Buffer): void {
    if (this.isStopped) return;
    this.inflated += chunk.length;
    if (this.inflated > this.limitBytes) {
      this.refusal = inflatedTooLarge(this.limitBytes);
      this.stop();
    } else if (!this.inner.write(chunk)) this.stop();
  }

  private stop(): void {
    this.isStopped = true;
    this.inflate.destroy();
  }
}
