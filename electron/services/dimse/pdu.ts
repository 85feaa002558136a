/** Protocol data units of the DICOM Upper Layer (PS3.8 9.3): types, fixed encodings, reason codes. Pure. */

export const PDU_HEADER_LENGTH = 6;
/** PDV item header: length (4), presentation context id (1), message control header (1); PS3.8 9.3.5.1 and E.2. */
export const PDV_HEADER_LENGTH = 6;

/** PS3.8 9.3.1. */
export const pduTypes = {
  associateRq: 0x01,
  associateAc: 0x02,
  associateRj: 0x03,
  pData: 0x04,
  releaseRq: 0x05,
  releaseRp: 0x06,
  abort: 0x07,
} as const;

/** PS3.8 9.3.8: source and reason of an A-ABORT. */
export interface AbortCode {
  readonly source: 0 | 2;
  readonly reason: 0 | 1 | 2 | 4 | 5 | 6;
}

export const abortCodes = {
  byServiceUser: { source: 0, reason: 0 },
  notSpecified: { source: 2, reason: 0 },
  unrecognizedPdu: { source: 2, reason: 1 },
  unexpectedPdu: { source: 2, reason: 2 },
  invalidParameter: { source: 2, reason: 6 },
} as const satisfies Record<string, AbortCode>;

/** PS3.8 Table 9-21: result, source, reason of an A-ASSOCIATE-RJ. */
export interface RejectCode {
  readonly result: 1 | 2;
  readonly source: 1 | 2 | 3;
  readonly reason: 1 | 2 | 3 | 7;
}

export const rejectCodes = {
  noReason: { result: 1, source: 1, reason: 1 },
  applicationContext: { result: 1, source: 1, reason: 2 },
  callingAeTitle: { result: 1, source: 1, reason: 3 },
  calledAeTitle: { result: 1, source: 1, reason: 7 },
  protocolVersion: { result: 1, source: 2, reason: 2 },
  localLimit: { result: 2, source: 3, reason: 2 },
} as const satisfies Record<string, RejectCode>;

/** A whole PDU around `body`. */
export function encodePdu(type: number, body: Uint8Array): Buffer {
  const pdu = Buffer.allocUnsafe(PDU_HEADER_LENGTH + body.length);
  pdu[0] = type;
  pdu[1] = 0;
  pdu.writeUInt32BE(body.length, 2);
  pdu.set(body, PDU_HEADER_LENGTH);
  return pdu;
}

export function encodeReject(code: RejectCode): Buffer {
  return encodePdu(pduTypes.associateRj, Uint8Array.of(0, code.result, code.source, code.reason));
}

export function encodeAbort(code: AbortCode): Buffer {
  return encodePdu(pduTypes.abort, Uint8Array.of(0, 0, code.source, code.reason));
}

export function encodeReleaseRp(): Buffer {
  return encodePdu(pduTypes.releaseRp, new Uint8Array(4));
}

export function encodeReleaseRq(): Buffer {
  return encodePdu(pduTypes.releaseRq, new Uint8Array(4));
}

/**
 * The P-DATA-TF PDUs that carry one command set or data set, in one buffer (one write: two small ones with Nagle's
 * algorithm cost 40 ms, ingest.md 2).
 *
 * @param maxLength the receiver's maximum length of the variable field (PS3.8 D.1), at least 8
 * @param isEnd false: more of the same data set follows in a later call
 */
export function encodePData(contextId: number, isCommand: boolean, payload: Uint8Array, maxLength: number, isEnd = true): Buffer {
  const out = Buffer.allocUnsafe(pDataLength(payload.length, maxLength));
  writePData(out, 0, { contextId, isCommand, payload, maxLength, isEnd });
  return out;
}

/** Bytes that so much payload takes as P-DATA-TF PDUs. */
export function pDataLength(payloadLength: number, maxLength: number): number {
  const count = Math.max(1, Math.ceil(payloadLength / roomOf(maxLength)));
  return payloadLength + count * (PDU_HEADER_LENGTH + PDV_HEADER_LENGTH);
}

/** Writes the PDUs of `encodePData` into a buffer that has room for them; returns where they end. */
export function writePData(
  out: Buffer,
  from: number,
  { contextId, isCommand, payload, maxLength, isEnd }: { contextId: number; isCommand: boolean; payload: Uint8Array; maxLength: number; isEnd: boolean },
): number {
  const room = roomOf(maxLength);
  const count = Math.max(1, Math.ceil(payload.length / room));
  let at = from;
  for (let index = 0; index < count; index++) {
    const part = payload.subarray(index * room, (index + 1) * room);
    out[at] = pduTypes.pData;
    out[at + 1] = 0;
    out.writeUInt32BE(part.length + PDV_HEADER_LENGTH, at + 2);
    out.writeUInt32BE(part.length + 2, at + 6);
    out[at + 10] = contextId;
    out[at + 11] = (isCommand ? 1 : 0) | (isEnd && index === count - 1 ? 2 : 0);
    out.set(part, at + 12);
    at += 12 + part.length;
  }
  return at;
}

function roomOf(maxLength: number): number {
  return (maxLength - PDV_HEADER_LENGTH) & ~1;
}
