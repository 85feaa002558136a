import type { Socket } from 'node:net';
import type { Clock } from '../host-environment';
import type { Deadlines } from './deadlines';
import { PduReader, type PduSink } from './pdu-reader';

/** From the socket to the PDU reader: back-pressure to the byte, and what the deadlines must know of it. */
export class ByteIntake {
  private readonly reader: PduReader;
  /** Bytes that came while the reader stood still. */
  private held: Buffer | undefined;
  private pauses = 0;
  private pduCount = 0;

  constructor(
    private readonly socket: Socket,
    sink: PduSink,
    private readonly deadlines: Deadlines,
    private readonly clock: Clock,
  ) {
    this.reader = new PduReader(sink);
  }

  get insidePdu(): boolean {
    return this.reader.insidePdu;
  }

  get isPaused(): boolean {
    return this.pauses > 0;
  }

  /** Counts the PDU headers; returns whether this is the first. */
  countPdu(): boolean {
    this.pduCount++;
    return this.pduCount === 1;
  }

  /** Bytes as they come; valid only during the call. */
  take(chunk: Buffer): void {
    const now = this.clock.monotonic();
    this.deadlines.heard(chunk.length, now);
    // Bytes may come once more after `pause()`.
    if (this.held) this.held = Buffer.concat([this.held, chunk]);
    else this.feed(chunk, now);
  }

  /** No more bytes from the peer until `resume` was called as often. */
  readonly pause = (): void => {
    this.pauses++;
    this.reader.pause();
    this.socket.pause();
  };

  readonly resume = (): void => {
    this.pauses--;
    if (this.pauses > 0) return;
    const now = this.clock.monotonic();
    this.deadlines.readingResumed(now);
    this.reader.resume();
    const { held } = this;
    this.held = undefined;
    if (held) this.feed(held, now);
    if (this.pauses === 0) this.socket.resume();
  };

  /** Everything from now on is read, so that the peer's close is seen, and dropped. */
  stop(): void {
    this.held = undefined;
    this.reader.stop();
    this.socket.resume();
  }

  private feed(chunk: Buffer, now: number): void {
    const before = this.reader.insidePdu ? this.pduCount : -1;
    const taken = this.reader.feed(chunk);
    if (before !== this.pduCount || !this.reader.insidePdu) this.deadlines.pduBegan(now);
    if (taken < chunk.length) this.held = Buffer.from(chunk.subarray(taken));
  }
}
