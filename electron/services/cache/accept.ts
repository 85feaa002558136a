import { UID_PATTERN } from '@shared/domain';
import { refusalStatus, type WalkResult } from '../part10';
import { errorCode } from './checkpoint-task';
import { sameContent } from './compare';
import { type DataSetSource, sameBytes } from './data-set-source';
import { samePicture, type SameVerdict } from './same-pixels';
import type { ObjectIdentity } from './object-file';
import type { StoreParts, WalkedObject } from './store-parts';
import type { IncomingObject, RefusalStatus, StoreOutcome } from './types';

const COMMENT_CHARACTERS = 64;

export interface Refused {
  readonly status: RefusalStatus;
  readonly reason: string;
  readonly StudyInstanceUID: string;
  readonly isOtherContent?: true;
}

/** B12: under this UID something else is here, which could be read (`different`), not be compared, or not be read. */
export function conflict(verdict: SameVerdict | 'damaged', StudyInstanceUID: string): Refused {
  const reason = verdict === 'damaged' ? 'duplicate UID, stored object unreadable' : 'duplicate UID, different content';
  return { status: 0xc000, reason, StudyInstanceUID, ...(verdict === 'different' && { isOtherContent: true as const }) };
}

/** B10: what the sender names must be UIDs before anything else is done with it. */
export function refuseIdentifiers(incoming: IncomingObject): Refused | undefined {
  for (const keyword of ['SOPClassUID', 'SOPInstanceUID', 'TransferSyntaxUID'] as const) {
    const uid = incoming[keyword];
    if (uid.length === 0 || uid.length > 64 || !UID_PATTERN.test(uid)) return { status: 0xc000, reason: `${keyword} is no UID`, StudyInstanceUID: '' };
  }
  return undefined;
}

/** B6-B9: verdict of the walk as an outcome. */
export function judge(result: WalkResult): WalkedObject | Refused {
  if (!result.ok) return { status: refusalStatus(result.reason.code), reason: result.reason.text, StudyInstanceUID: '' };
  return { attributes: result.attributes, pixel: result.pixel };
}

export function isRefused(value: WalkedObject | Refused): value is Refused {
  return 'status' in value;
}

/**
 * B12, B13: `same` content is a success and keeps the first bytes; different content is never overwritten silently. Bytes first, then elements, then decoded frames; neither
 * of the two needs to stand in memory. `unknown`: frames of one of them cannot be decoded; `damaged`: what is here cannot be read.
 */
export async function compareWithStored(
  parts: Pick<StoreParts, 'reader' | 'options' | 'log'>,
  { SOPInstanceUID }: Pick<IncomingObject, 'SOPInstanceUID'>,
  other: DataSetSource,
): Promise<SameVerdict | 'damaged'> {
  try {
    const stored = await parts.reader.source(SOPInstanceUID);
    try {
      const isOneSyntax = stored.TransferSyntaxUID === other.TransferSyntaxUID;
      if (isOneSyntax && stored.sizeBytes === other.sizeBytes && (await sameBytes(stored, other))) return 'same';
      if (await sameContent(stored, other)) return 'same';
      const { frameDigest } = parts.options;
      return frameDigest === undefined ? 'different' : await samePicture(stored, other, frameDigest);
    } finally {
      await stored.close();
    }
  } catch (error) {
    parts.log.error({ code: errorCode(error) }, 'stored object cannot be read for comparison');
    return 'damaged';
  }
}

/**
 * What the data set must call itself. A C-STORE-RQ binds its sender (B6); the meta header of a file is often stale after a rewrite by other software, so an
 * imported object is what its data set says. (One too large for a buffer has its header written before it is walked: there both must agree.)
 */
export function expectedOf(incoming: IncomingObject): { expected?: IncomingObject } {
  return incoming.source.kind === 'import' ? {} : { expected: incoming };
}

export function ownIdentity(incoming: IncomingObject, { attributes }: WalkedObject): IncomingObject {
  if (incoming.source.kind !== 'import') return incoming;
  return { ...incoming, SOPClassUID: attributes.SOPClassUID, SOPInstanceUID: attributes.SOPInstanceUID };
}

export function refusedOutcome({ status, reason, isOtherContent }: Refused, quarantineId: string | undefined): StoreOutcome {
  const comment = asciiComment(reason);
  return { kind: 'refused', status, comment, ...(quarantineId === undefined ? {} : { quarantineId }), ...(isOtherContent === true && { isOtherContent }) };
}

/** Error Comment (0000,0902) is LO: 64 characters, no backslash, default repertoire. */
export function asciiComment(text: string): string {
  return text.replace(/[^\x20-\x5b\x5d-\x7e]/g, '?').slice(0, COMMENT_CHARACTERS);
}

/** B16: a fault of the disk is an answer, not an end. */
export function diskOutcome(error: unknown): StoreOutcome {
  const code = errorCode(error);
  if (code === 'UNKNOWN') return { kind: 'refused', status: 0x0110, comment: 'processing failure' };
  return { kind: 'refused', status: 0xa700, comment: asciiComment(code === 'ENOSPC' || code === 'EDQUOT' ? 'disk full' : `cannot write: ${code}`) };
}

export function identityOf(incoming: IncomingObject, arrivedAtMs: number): ObjectIdentity {
  const { SOPClassUID, SOPInstanceUID, TransferSyntaxUID, source } = incoming;
  return { SOPClassUID, SOPInstanceUID, TransferSyntaxUID, source, arrivedAtMs };
}

export function announce(parts: StoreParts, { source, arrivedAtMs }: ObjectIdentity, { attributes }: WalkedObject, sizeBytes: number): void {
  parts.events.stored.tell({ attributes, source, sizeBytes, arrivedAtMs });
}
