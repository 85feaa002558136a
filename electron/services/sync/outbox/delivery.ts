import type { OrderedObject } from '../../index';

/** What became of one object of a try, whatever the protocol (C-STORE by its status, STOW-RS by its response). Reliability O2 to O7, O20. */
export type Delivery =
  /** It is there; with `words` when the archive warned (O5). */
  | { readonly kind: 'stored'; readonly words?: string; readonly status?: number }
  /** Refused for a passing reason (O2). */
  | { readonly kind: 'later'; readonly words: string; readonly status?: number }
  /** On the wire, and no answer: it may be there. Sent again, same UID, same bytes (O6, O18). */
  | { readonly kind: 'unknown'; readonly words: string }
  /** This object will never be taken as it is (O3, O7): a dead letter. `isOurs`: this station cannot give it, and the archive was not asked. */
  | { readonly kind: 'refused'; readonly words: string; readonly status?: number; readonly isOurs?: true }
  /** Never sent: the archive cannot be reached now (O1). */
  | { readonly kind: 'nodeAway'; readonly words: string }
  /** Never sent, or refused for who we are: only a person can change that (O1 rejected for good, O4). */
  | { readonly kind: 'nodeRefuses'; readonly words: string; readonly status?: number }
  /** Never sent: this station cannot give the object yet. It says nothing of the archive. */
  | { readonly kind: 'notReady'; readonly words: string }
  /** Given back untried. */
  | { readonly kind: 'untried' };

/** How objects reach an archive. One driver for each protocol, one state machine for all. */
export interface DeliveryDriver {
  /** Tells the outcome of each object exactly once; never rejects for what the archive does. After an abort the rest is `untried`. */
  deliver(
    node: string,
    objects: readonly OrderedObject[],
    onDelivery: (SOPInstanceUID: string, delivery: Delivery) => void,
    signal: AbortSignal,
  ): Promise<void>;
}
