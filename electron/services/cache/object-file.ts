import { z } from 'zod';
import { readPart10Header, writePart10Header } from '../part10';
import type { Digests } from './digest';
import type { ObjectSource } from './types';

/** Names the owner of our private information in the meta header (PS3.10 7.1, (0002,0100)); a UID from a UUID (PS3.5 B.2). */
const PRIVATE_CREATOR = '2.25.117382059944038841720637751094527812341';
/** Room kept in the header of an object whose digests are known only after its bytes: enough for 1 GiB of chunks. */
export const STREAMED_INFO_BYTES = 49_152;
const GROUP_LENGTH_VALUE_AT = 140;

const Source = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('association'), callingAeTitle: z.string(), calledAeTitle: z.string(), host: z.string(), associationId: z.number() }),
  z.object({ kind: z.literal('import'), jobId: z.string(), name: z.string() }),
  z.object({ kind: z.literal('web'), node: z.string(), host: z.string() }),
  z.object({ kind: z.literal('demo') }),
  z.object({ kind: z.literal('authored'), by: z.string() }),
]);
const Info = z.object({ arrivedAtMs: z.number(), source: Source, sha256: z.string(), chunks: z.string().optional() });

export interface ObjectIdentity {
  readonly SOPClassUID: string;
  readonly SOPInstanceUID: string;
  readonly TransferSyntaxUID: string;
  readonly source: ObjectSource;
  readonly arrivedAtMs: number;
}

/** What a file says of itself beyond its data set: the index can be made again from it without loss, and rot is told from what was received. */
export interface ObjectInfo {
  readonly arrivedAtMs: number;
  readonly source: ObjectSource;
  readonly sha256: Uint8Array;
  /** Empty for one chunk; absent when they did not fit. */
  readonly chunkDigests?: Uint8Array;
}

/**
 * Preamble and meta header of an object file; sender, arrival and digests stand in Private Information (0002,0102). `room`: at least so many bytes for it, so that
 * the same length can be written before and after the digests are known.
 */
export function encodeObjectHeader(identity: ObjectIdentity, digests: Digests | undefined, room = 0): Uint8Array {
  const sourceAeTitle = identity.source.kind === 'association' ? { sourceAeTitle: identity.source.callingAeTitle } : {};
  const base = writePart10Header({ ...identity, ...sourceAeTitle });
  const info = infoBytes(identity, digests, room);
  const header = Buffer.concat([base, element(0x0100, 'UI', padded(PRIVATE_CREATOR, 0)), element(0x0102, 'OB', info)]);
  header.writeUInt32LE(header.length - GROUP_LENGTH_VALUE_AT - 4, GROUP_LENGTH_VALUE_AT);
  return header;
}

/** Header of an object file from its first bytes. `info` is absent in files that others made. */
export function decodeObjectHeader(
  head: Uint8Array,
): { dataOffset: number; TransferSyntaxUID: string; SOPClassUID: string; SOPInstanceUID: string; info?: ObjectInfo } | { moreBytes: number } | undefined {
  const header = readPart10Header(head);
  if (!header.ok) return header.moreBytes === undefined ? undefined : { moreBytes: header.moreBytes };
  const info = decodeInfo(Buffer.from(head.buffer, head.byteOffset, header.dataSetOffset));
  return {
    dataOffset: header.dataSetOffset,
    TransferSyntaxUID: header.TransferSyntaxUID,
    SOPClassUID: header.MediaStorageSOPClassUID,
    SOPInstanceUID: header.MediaStorageSOPInstanceUID,
    ...(info === undefined ? {} : { info }),
  };
}

function infoBytes(identity: ObjectIdentity, digests: Digests | undefined, room: number): Buffer {
  const fields = {
    arrivedAtMs: identity.arrivedAtMs,
    source: identity.source,
    sha256: digests === undefined ? '' : Buffer.from(digests.sha256).toString('hex'),
  };
  const chunks = digests === undefined || digests.chunkDigests.length === 0 ? '' : Buffer.from(digests.chunkDigests).toString('base64');
  const whole = Buffer.from(JSON.stringify({ ...fields, chunks }), 'utf8');
  const fits = room === 0 ? whole.length < 900_000 : whole.length <= room;
  const bytes = fits ? whole : Buffer.from(JSON.stringify(fields), 'utf8');
  return Buffer.concat([bytes, Buffer.alloc(Math.max(0, room - bytes.length) + ((Math.max(room, bytes.length) & 1) === 1 ? 1 : 0), 0x20)]);
}

function decodeInfo(header: Buffer): ObjectInfo | undefined {
  const creator = header.indexOf(padded(PRIVATE_CREATOR, 0));
  if (creator < 0) return undefined;
  const at = creator + padded(PRIVATE_CREATOR, 0).length;
  if (at + 12 > header.length || header.readUInt32LE(at) !== 0x0102_0002) return undefined;
  try {
    const parsed = Info.parse(JSON.parse(header.subarray(at + 12, at + 12 + header.readUInt32LE(at + 8)).toString('utf8')));
    if (parsed.sha256.length !== 64) return undefined;
    const info = { arrivedAtMs: parsed.arrivedAtMs, source: parsed.source, sha256: Buffer.from(parsed.sha256, 'hex') };
    return parsed.chunks === undefined ? info : { ...info, chunkDigests: Buffer.from(parsed.chunks, 'base64') };
  } catch {
    return undefined;
  }
}

function element(number: number, vr: 'UI' | 'OB', value: Uint8Array): Buffer {
  const long = vr === 'OB';
  const out = Buffer.alloc((long ? 12 : 8) + value.length);
  out.writeUInt16LE(0x0002, 0);
  out.writeUInt16LE(number, 2);
  out.write(vr, 4, 'latin1');
  if (long) out.writeUInt32LE(value.length, 8);
  else out.writeUInt16LE(value.length, 6);
  out.set(value, long ? 12 : 8);
  return out;
}

function padded(text: string, pad: number): Buffer {
  const bytes = Buffer.from(text, 'latin1');
  return bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.of(pad)]);
}
