/** One object to send: its data set goes out as it is kept, never re-encoded. */
export interface SendObject {
  readonly SOPClassUID: string;
  readonly SOPInstanceUID: string;
  /** As stored; the only syntax that is proposed for it. */
  readonly TransferSyntaxUID: string;
  /** The data-set bytes in order, read when they are sent; pieces of even length but the last. */
  bytes(): AsyncIterable<Uint8Array>;
}
