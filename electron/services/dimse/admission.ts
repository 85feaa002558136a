import { APPLICATION_CONTEXT, type AssociateRequest } from './association-items';
import type { Rights } from './negotiation';
import { rejectCodes, type RejectCode } from './pdu';
import type { Caller, SenderPolicy } from './types';

/** Smallest maximum length that we serve (A8): below it every response would be cut into crumbs. */
const LEAST_MAX_LENGTH = 4096;

export interface Refusal {
  readonly code: RejectCode;
  /** In words, as the list of refused senders shows it. */
  readonly reason: string;
  /** "Allow this sender" would help. */
  readonly canAllow: boolean;
  /** It belongs into the list of refused senders: a person may have to act. */
  readonly isSender: boolean;
}

export interface AdmissionFacts {
  readonly ourAeTitle: string;
  /** Undefined: there is a place; otherwise the cap that is reached. */
  placeFor(host: string): string | undefined;
  /** Undefined: there is room on the disk. */
  roomOnDisk(): string | undefined;
  readonly senders: SenderPolicy;
  /** Who may query and retrieve. */
  readonly queriers: SenderPolicy;
}

/** What a caller whose association is accepted may do; C-ECHO all of them. */
export interface Admitted {
  readonly rights: Rights;
}

const refusal = (code: RejectCode, reason: string, kind: 'protocol' | 'sender' | 'allowable' = 'protocol'): Refusal => ({
  code,
  reason,
  canAllow: kind === 'allowable',
  isSender: kind !== 'protocol',
});

/** Whether an A-ASSOCIATE-RQ is accepted, and for what. Cheap checks first, the policies (they may ask a resolver) last. */
export async function judgeRequest(request: AssociateRequest, caller: Caller, facts: AdmissionFacts): Promise<Refusal | Admitted> {
  const early = protocolRefusal(request) ?? titleRefusal(request, facts.ourAeTitle);
  if (early) return early;
  const full = facts.placeFor(caller.host);
  if (full !== undefined) return refusal(rejectCodes.localLimit, full);
  const [sender, querier] = await Promise.all([facts.senders.judge(caller), facts.queriers.judge(caller)]);
  if (!sender.accepted && !querier.accepted) return refusal(rejectCodes.callingAeTitle, sender.reason, 'allowable');
  const noRoom = facts.roomOnDisk();
  // a full disk is no reason not to answer queries; each object of a C-STORE gets its own refusal then
  if (noRoom !== undefined && !querier.accepted) return refusal(rejectCodes.localLimit, noRoom);
  return { rights: { store: sender.accepted, query: querier.accepted } };
}

/** A6, A8. */
function protocolRefusal(request: AssociateRequest): Refusal | undefined {
  // PS3.8 9.3.2: bit 0 stands for version 1, the others are not tested.
  if ((request.protocolVersion & 1) === 0) return refusal(rejectCodes.protocolVersion, 'protocol version not supported');
  if (request.applicationContext !== APPLICATION_CONTEXT) return refusal(rejectCodes.applicationContext, 'application context not supported');
  const max = request.maxLength ?? 0;
  if (max !== 0 && max < LEAST_MAX_LENGTH) return refusal(rejectCodes.noReason, `maximum length of ${String(max)} bytes is too small`);
  return undefined;
}

/** A4, A5. */
function titleRefusal(request: AssociateRequest, ourAeTitle: string): Refusal | undefined {
  if (!isAeTitle(request.calledAeTitle) || request.calledAeTitle !== ourAeTitle) {
    return refusal(rejectCodes.calledAeTitle, 'called AE is not ours', 'sender');
  }
  if (!isAeTitle(request.callingAeTitle)) return refusal(rejectCodes.callingAeTitle, 'calling AE title is not valid', 'sender');
  return undefined;
}

/** PS3.5 6.2 AE: 1 to 16 characters of the default repertoire, no control character, no backslash. Already trimmed. */
export function isAeTitle(title: string): boolean {
  return /^[\x20-\x5b\x5d-\x7e]{1,16}$/.test(title);
}
