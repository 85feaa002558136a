import { Duplex } from 'node:stream';

/**
 * What dcmjs-dimse takes for its TCP socket. The guard pushes whole, checked PDUs in and gets each write of the library
 * back; the library never sees a byte of the network itself.
 */
export class LibrarySocket extends Duplex {
  constructor(private readonly onWrite: (bytes: Buffer) => void) {
    super({ allowHalfOpen: true });
  }

  /** The library's own timers do not work on accepted sockets (D1): the guard's do. */
  setTimeout(): this {
    return this;
  }

  /** Hands one whole PDU to the library. */
  deliver(pdu: Uint8Array): void {
    if (!this.destroyed) this.push(pdu);
  }

  override _read(): void {
    // Everything is pushed as it comes.
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: () => void): void {
    this.onWrite(chunk);
    callback();
  }
}
