/** What a peer may take from us. All times in milliseconds; a test brings shorter ones. */
export interface NodeLimits {
  /** Maximum length of a P-DATA-TF's variable field that we offer (PS3.8 D.1). At least 64 KiB: senders follow it (ingest.md 2). */
  readonly maxPduLength: number;
  /** Longest A-ASSOCIATE-RQ: 128 contexts with a dozen syntaxes each are about 60 KiB. */
  readonly maxAssociateLength: number;
  /** ARTIM (PS3.8 9.1.5): from accept to the whole A-ASSOCIATE-RQ, and from our last PDU to the peer's close. */
  readonly artimMs: number;
  /** A TLS handshake must be over by then, however steadily its bytes come (A10). */
  readonly handshakeMs: number;
  /** A PDU must be whole this long after its first byte came (A2). */
  readonly pduDeadlineMs: number;
  /** Window and floor of the average rate while a message is arriving (A2). */
  readonly rateWindowMs: number;
  readonly minimumBytesPerSecond: number;
  /** Nothing at all from the peer on an open association (A16). */
  readonly idleMs: number;
  readonly keepAliveMs: number;
  /** Our bytes stay unsent this long: the peer does not read (A17). */
  readonly writeDeadlineMs: number;
  /** Unsent bytes above which no more is read from the peer. */
  readonly writeHighWater: number;
  readonly maxAssociations: number;
  readonly maxAssociationsPerHost: number;
  /** Connections that have not got as far as an association; beyond it the oldest is dropped (A3). */
  readonly maxUnassociated: number;
  /** How often the deadlines are looked at. */
  readonly tickMs: number;
  /** Longest command set: the largest legal one is far below 4 KiB. */
  readonly maxCommandLength: number;
  /** Longest data set that goes to the library whole (queries); storage streams and has no such limit. */
  readonly maxLibraryDataSet: number;
}

export const DEFAULT_LIMITS: NodeLimits = {
  maxPduLength: 128 * 1024,
  maxAssociateLength: 256 * 1024,
  artimMs: 30_000,
  handshakeMs: 10_000,
  pduDeadlineMs: 60_000,
  rateWindowMs: 30_000,
  minimumBytesPerSecond: 1024,
  idleMs: 10 * 60_000,
  keepAliveMs: 30_000,
  writeDeadlineMs: 60_000,
  writeHighWater: 1024 * 1024,
  maxAssociations: 20,
  maxAssociationsPerHost: 8,
  maxUnassociated: 50,
  tickMs: 250,
  maxCommandLength: 64 * 1024,
  maxLibraryDataSet: 1024 * 1024,
};
