import { PDU_HEADER_LENGTH, PDV_HEADER_LENGTH, pduTypes } from './pdu';

/** Takes what the reader finds. A method that has had enough calls `reader.stop()` or `reader.pause()`. */
export interface PduSink {
  /** The header is whole. `isTypeKnown` is false for a type outside PS3.8 9.3.1. False: nothing more is read. */
  header(type: number, length: number, first: Uint8Array): boolean;
  /** A PDU other than P-DATA-TF is whole; `body` is the sink's own. */
  whole(type: number, body: Uint8Array): void;
  /** A presentation data value begins; `length` counts its bytes without the control header. False: nothing more is read. */
  fragmentStart(contextId: number, isCommand: boolean, isLast: boolean, length: number): boolean;
  /** Part of the value; valid only during the call. */
  fragmentBytes(bytes: Uint8Array): void;
  fragmentEnd(): void;
  /** The P-DATA-TF PDU breaks its own lengths (PS3.8 9.3.5). */
  malformed(words: string): void;
}

/**
 * Cuts a byte stream into PDUs without believing their lengths: a body grows as its bytes come, P-DATA-TF is handed on
 * in the pieces in which it arrives. Holds at most 12 bytes and one non-data PDU.
 */
export class PduReader {
  private readonly head = Buffer.alloc(PDU_HEADER_LENGTH);
  private headFilled = 0;
  private phase: 'header' | 'body' | 'pdvHeader' | 'pdvBody' = 'header';
  private type = 0;
  private pduLeft = 0;
  private pdvLeft = 0;
  private body: Buffer = Buffer.alloc(0);
  private bodyFilled = 0;
  private isStopped = false;
  private isPaused = false;

  constructor(private readonly sink: PduSink) {}

  /** Some bytes of a PDU have come, but not all. */
  get insidePdu(): boolean {
    return this.phase !== 'header' || this.headFilled > 0;
  }

  /** Everything that comes from now on is dropped. */
  stop(): void {
    this.isStopped = true;
    this.body = Buffer.alloc(0);
  }

  /** Makes `feed` return early, after the piece in hand. */
  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }

  /** Returns the count of bytes taken: less than all only after `pause()`. */
  feed(chunk: Buffer): number {
    let at = 0;
    while (at < chunk.length && !this.isPaused) {
      if (this.isStopped) return chunk.length;
      switch (this.phase) {
        case 'header':
          at = this.takeHeader(chunk, at);
          break;
        case 'body':
          at = this.takeBody(chunk, at);
          break;
        case 'pdvHeader':
          at = this.takePdvHeader(chunk, at);
          break;
        case 'pdvBody':
          at = this.takePdvBody(chunk, at);
          break;
      }
    }
    return this.isStopped ? chunk.length : at;
  }

  private fillHead(chunk: Buffer, at: number): number {
    const taken = Math.min(PDU_HEADER_LENGTH - this.headFilled, chunk.length - at);
    chunk.copy(this.head, this.headFilled, at, at + taken);
    this.headFilled += taken;
    return at + taken;
  }

  private takeHeader(chunk: Buffer, from: number): number {
    const at = this.fillHead(chunk, from);
    if (this.headFilled < PDU_HEADER_LENGTH) return at;
    this.headFilled = 0;
    this.type = this.head[0] ?? 0;
    const length = this.head.readUInt32BE(2);
    if (!this.sink.header(this.type, length, this.head)) {
      this.stop();
      return at;
    }
    this.pduLeft = length;
    if (this.type === pduTypes.pData) {
      this.nextPdv();
      return at;
    }
    this.body = Buffer.allocUnsafe(Math.min(length, 4096));
    this.bodyFilled = 0;
    this.phase = 'body';
    if (length === 0) this.endBody();
    return at;
  }

  private takeBody(chunk: Buffer, at: number): number {
    const taken = Math.min(this.pduLeft, chunk.length - at);
    if (this.bodyFilled + taken > this.body.length) {
      const grown = Buffer.allocUnsafe(Math.max(this.bodyFilled + taken, this.body.length * 2));
      this.body.copy(grown, 0, 0, this.bodyFilled);
      this.body = grown;
    }
    chunk.copy(this.body, this.bodyFilled, at, at + taken);
    this.bodyFilled += taken;
    this.pduLeft -= taken;
    if (this.pduLeft === 0) this.endBody();
    return at + taken;
  }

  private endBody(): void {
    const whole = this.body.subarray(0, this.bodyFilled);
    this.body = Buffer.alloc(0);
    this.phase = 'header';
    this.sink.whole(this.type, whole);
  }

  /** At a PDV boundary: the next one, or the end of the PDU. */
  private nextPdv(): void {
    if (this.pduLeft === 0) {
      this.phase = 'header';
    } else if (this.pduLeft < PDV_HEADER_LENGTH) {
      this.malformed(`P-DATA-TF with ${String(this.pduLeft)} bytes left, too few for a presentation data value`);
    } else {
      this.phase = 'pdvHeader';
    }
  }

  private takePdvHeader(chunk: Buffer, from: number): number {
    const at = this.fillHead(chunk, from);
    if (this.headFilled < PDV_HEADER_LENGTH) return at;
    this.headFilled = 0;
    this.pduLeft -= PDV_HEADER_LENGTH;
    const length = this.head.readUInt32BE(0);
    if (length < 2 || length - 2 > this.pduLeft) {
      this.malformed(`presentation data value of ${String(length)} bytes with ${String(this.pduLeft + 2)} left in its PDU`);
      return at;
    }
    this.pdvLeft = length - 2;
    const control = this.head[5] ?? 0;
    // PS3.8 E.2: bits 2-7 are never checked by the receiver.
    if (!this.sink.fragmentStart(this.head[4] ?? 0, (control & 1) !== 0, (control & 2) !== 0, this.pdvLeft)) {
      this.stop();
      return at;
    }
    if (this.pdvLeft > 0) this.phase = 'pdvBody';
    else this.endPdv();
    return at;
  }

  private takePdvBody(chunk: Buffer, at: number): number {
    const taken = Math.min(this.pdvLeft, chunk.length - at);
    this.pdvLeft -= taken;
    this.pduLeft -= taken;
    this.sink.fragmentBytes(taken === chunk.length ? chunk : chunk.subarray(at, at + taken));
    if (this.pdvLeft === 0 && !this.isStopped) this.endPdv();
    return at + taken;
  }

  private endPdv(): void {
    this.nextPdv();
    if (!this.isStopped) this.sink.fragmentEnd();
  }

  private malformed(words: string): void {
    this.stop();
    this.sink.malformed(words);
  }
}
