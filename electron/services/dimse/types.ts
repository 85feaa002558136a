import type { NodeStatus, RefusedSender } from '@shared/domain';
import type { StoreOutcome } from '../cache';

/** Who calls: what the A-ASSOCIATE-RQ says and where the connection comes from. */
export interface Caller {
  /** Trimmed calling AE title (PS3.5 6.2 AE: leading and trailing spaces are not significant). */
  readonly aeTitle: string;
  /** Numeric address of the peer, IPv4-mapped IPv6 written as IPv4. */
  readonly host: string;
}

export type Verdict = { readonly accepted: true } | { readonly accepted: false; readonly reason: string };

/** Decides about a caller. Never rejects; a name that cannot be resolved matches nobody. */
export interface SenderPolicy {
  judge(caller: Caller): Promise<Verdict>;
}

/** An association that got as far as A-ASSOCIATE-AC. `id` counts from 1 in each run. */
export interface AssociationFacts {
  readonly id: number;
  readonly callingAeTitle: string;
  readonly calledAeTitle: string;
  readonly host: string;
}

export interface AssociationCounts {
  readonly stored: number;
  readonly duplicates: number;
  readonly refused: number;
}

export type AssociationEvent =
  | { readonly kind: 'opened'; readonly association: AssociationFacts }
  /** After each C-STORE; the response left with the status that `outcome` names. */
  | { readonly kind: 'object'; readonly association: AssociationFacts; readonly SOPInstanceUID: string; readonly outcome: StoreOutcome }
  | {
      readonly kind: 'closed';
      readonly association: AssociationFacts;
      readonly counts: AssociationCounts;
      /** Studies of which objects were stored or duplicate here. */
      readonly studies: readonly string[];
      readonly how: 'released' | 'aborted' | 'lost';
      /** In words, for the log and the activity list. */
      readonly reason: string;
    };

export interface DicomNode {
  /** Listens. Never rejects: when the port cannot be had, `status()` says why in words and `listening` is false. */
  start(): Promise<void>;
  /** Stops listening, aborts every association (A-ABORT source 0) and resolves when all sockets are closed. */
  stop(): Promise<void>;
  status(): NodeStatus;
  /** Refused callers of this run, newest first, one entry per AE title pair and address, at most 200. */
  refused(): RefusedSender[];
  /** Takes a caller from the list, when the user has allowed it. */
  forgetRefused(aeTitle: string, host: string): void;
  /** Each of these returns the function that ends the subscription. */
  onChanged(listener: (status: NodeStatus) => void): () => void;
  onRefused(listener: (sender: RefusedSender) => void): () => void;
  onAssociation(listener: (event: AssociationEvent) => void): () => void;
}
