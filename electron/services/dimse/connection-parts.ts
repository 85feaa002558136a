import type { ObjectStore } from '../cache';
import type { Clock } from '../host-environment';
import type { Logger } from '../logging/logger';
import type { Refusal } from './admission';
import type { AssociateRequest, OurIdentity } from './association-items';
import type { AssociationServices } from './association-session';
import type { NodeLimits } from './limits';
import type { NegotiationRules } from './negotiation';
import type { AssociationEvent, SenderPolicy } from './types';

/** What the acceptor gives each connection. */
export interface ConnectionParts {
  readonly limits: NodeLimits;
  readonly clock: Clock;
  readonly log: Logger;
  readonly us: OurIdentity;
  readonly ourAeTitle: string;
  readonly rules: NegotiationRules;
  readonly store: ObjectStore;
  readonly senders: SenderPolicy;
  readonly queriers: SenderPolicy;
  readonly services: AssociationServices;
  nextAssociationId(): number;
  /** Undefined: one more association has a place; otherwise which cap is reached. */
  placeFor(host: string): string | undefined;
  onRefused(request: AssociateRequest, host: string, refusal: Refusal): void;
  onAssociation(event: AssociationEvent): void;
  onClosed(): void;
}
