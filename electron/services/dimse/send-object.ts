/** How the pieces of an object are read for a peer. */
export interface Reading {
  /** Memory for the next piece. It is used again when the second piece after it is asked for: memory touched for the first time costs more than the reading. */
  readonly memory: (length: number) => Uint8Array;
  /** Resolves when what was read may be compared with its digest: that takes the loop for itself, and bytes that can go to the peer go first. */
  readonly turn: () => Promise<void>;
}

/** One object to send: its data set goes out as it is kept, never re-encoded. */
export interface SendObject {
  readonly SOPClassUID: string;
  readonly SOPInstanceUID: string;
  /** As stored; the only syntax that is proposed for it. */
  readonly TransferSyntaxUID: string;
  /** The data-set bytes in order, read when they are sent; pieces of even length but the last. */
  bytes(reading?: Reading): AsyncIterable<Uint8Array>;
}
