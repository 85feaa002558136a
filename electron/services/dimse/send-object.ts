/** Memory for the next piece. It is used again when the second piece after it is asked for: memory touched for the first time costs more than the reading. */
export type Lend = (length: number) => Uint8Array;

/** One object to send: its data set goes out as it is kept, never re-encoded. */
export interface SendObject {
  readonly SOPClassUID: string;
  readonly SOPInstanceUID: string;
  /** As stored; the only syntax that is proposed for it. */
  readonly TransferSyntaxUID: string;
  /** The data-set bytes in order, read when they are sent; pieces of even length but the last. `lend`: where they may stand. */
  bytes(lend?: Lend): AsyncIterable<Uint8Array>;
}
