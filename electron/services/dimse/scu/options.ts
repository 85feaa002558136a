import type { ProposedContext, RoleSelection } from '../association-items';
import type { TlsProvider } from '../tls/material';

/** A DICOM application that we call. */
export interface ScuTarget {
  readonly host: string;
  readonly port: number;
  readonly calledAeTitle: string;
  readonly callingAeTitle: string;
  /** Called by TLS, and never without it. */
  readonly tls?: TlsProvider | undefined;
  /** What its certificate must be made out to; absent: the host. */
  readonly tlsName?: string | undefined;
}

/** Every wait has its own limit. All times in milliseconds. */
export interface ScuTimeouts {
  /** Until the transport stands. */
  readonly connectMs: number;
  /** From A-ASSOCIATE-RQ to its answer. */
  readonly associateMs: number;
  /** From the end of a request to its first response. */
  readonly responseMs: number;
  /** Between two responses, or signs of progress, of one operation. */
  readonly idleMs: number;
  /** From C-CANCEL to the final response; then the association is aborted. */
  readonly cancelMs: number;
  /** The peer reads nothing for so long. */
  readonly writeMs: number;
  /** From A-RELEASE-RQ to its answer. */
  readonly releaseMs: number;
}

export const SCU_TIMEOUTS: ScuTimeouts = {
  connectMs: 10_000,
  associateMs: 30_000,
  responseMs: 60_000,
  idleMs: 120_000,
  cancelMs: 10_000,
  writeMs: 60_000,
  releaseMs: 10_000,
};

/** What an association is asked for. */
export interface AssociationWish {
  readonly target: ScuTarget;
  /** At most 128 (PS3.8 9.3.2.2: ids are odd, 1 to 255). */
  readonly contexts: readonly ProposedContext[];
  readonly roles?: readonly RoleSelection[];
  readonly timeouts?: Partial<ScuTimeouts>;
}

/** Message IDs from here on are chosen by who asks; those below are given by turns, on each association from 1. */
export const FIRST_CHOSEN_ID = 0x8000;

export const MOST_CONTEXTS = 128;
/** Maximum length that we offer, and the most that we send in one PDU when the peer sets no limit (reliability A8). */
export const OUR_MAX_LENGTH = 128 * 1024;
/** PDV header and two bytes: with less no even fragment fits (D2). */
export const LEAST_PEER_LENGTH = 8;
/** Longest A-ASSOCIATE-AC that is read. */
export const MOST_ASSOCIATE_LENGTH = 256 * 1024;
/** Longest identifier of one response. */
export const MOST_IDENTIFIER_BYTES = 1024 * 1024;

/** Contexts with ids 1, 3, 5 … in the order given. */
export function proposals(pairs: readonly { readonly abstractSyntax: string; readonly transferSyntaxes: readonly string[] }[]): ProposedContext[] {
  return pairs.map((pair, index) => ({ id: index * 2 + 1, ...pair }));
}

/**
 * Syntaxes that a C-GET offers for each storage class: the uncompressed ones first (every archive can make them), then those that keep compressed
 * objects as they are. No more of them: Orthanc 1.10 never answers a context of 57 syntaxes.
 */
export const RETRIEVE_SYNTAXES: readonly string[] = [
  '1.2.840.10008.1.2.1',
  '1.2.840.10008.1.2',
  '1.2.840.10008.1.2.4.70',
  '1.2.840.10008.1.2.4.57',
  '1.2.840.10008.1.2.4.80',
  '1.2.840.10008.1.2.4.90',
  '1.2.840.10008.1.2.5',
  '1.2.840.10008.1.2.4.50',
  '1.2.840.10008.1.2.4.51',
  '1.2.840.10008.1.2.4.81',
  '1.2.840.10008.1.2.4.91',
  '1.2.840.10008.1.2.4.201',
  '1.2.840.10008.1.2.4.202',
  '1.2.840.10008.1.2.4.203',
  '1.2.840.10008.1.2.1.99',
  '1.2.840.10008.1.2.2',
];
