import { EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN, VERIFICATION_SOP_CLASS } from '@shared/dicom';
import type { ContextAnswer, ProposedContext, RoleSelection } from './association-items';
import { isUid } from './command-set';
import { COMMITMENT_SOP_CLASS } from './commitment';
import { QUERY_SOP_CLASSES } from './query-classes';

const messageSyntaxes: ReadonlySet<string> = new Set([IMPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_LITTLE_ENDIAN]);

const QUERY_CLASSES: ReadonlySet<string> = new Set(Object.values(QUERY_SOP_CLASSES).flatMap((classes) => Object.values(classes)));

export interface NegotiationRules {
  readonly storageSopClasses: ReadonlySet<string>;
  readonly storageSyntaxes: ReadonlySet<string>;
  readonly acceptUnknownSopClasses: boolean;
  /** Query and retrieve of what is here is served at all. */
  readonly hasQueries: boolean;
  readonly hasCommitment: boolean;
}

/** What a caller may do here. */
export interface Rights {
  readonly store: boolean;
  readonly query: boolean;
}

/** Who serves the messages of an accepted context. */
export type ContextService = 'storage' | 'verification' | 'query' | 'commitment';

export interface AcceptedContext {
  readonly id: number;
  readonly abstractSyntax: string;
  readonly transferSyntax: string;
  readonly service: ContextService;
}

export interface Negotiated {
  /** One answer for each proposed context, in the proposed order. */
  readonly answers: readonly ContextAnswer[];
  readonly accepted: ReadonlyMap<number, AcceptedContext>;
}

/** PS3.8 7.1.1.14: each context by itself; of its transfer syntaxes the first proposed one that we know. What the caller may not do is a user rejection (1). */
export function negotiate(
  contexts: readonly ProposedContext[],
  rules: NegotiationRules,
  rights: Rights = { store: true, query: false },
  roles: readonly RoleSelection[] = [],
): Negotiated {
  const accepted = new Map<number, AcceptedContext>();
  const answers = contexts.map((context): ContextAnswer => {
    const { id, abstractSyntax } = context;
    const service = serviceOf(abstractSyntax, rules);
    // PS3.8 9.3.3.2: the transfer syntax is not significant in a refusal, but the item has to be there.
    const fallback = context.transferSyntaxes[0] ?? IMPLICIT_VR_LITTLE_ENDIAN;
    if (service === undefined) return { id, abstractSyntax, result: 3, transferSyntax: fallback };
    if (!mayUse(service, abstractSyntax, rights, roles)) return { id, abstractSyntax, result: 1, transferSyntax: fallback };
    const known = service === 'storage' ? rules.storageSyntaxes : messageSyntaxes;
    const proposed = context.transferSyntaxes.filter((syntax) => known.has(syntax));
    // What a C-GET brings goes out as it is kept, which hardly ever is implicit: of several the explicit one serves the peer best.
    const isForGet = service === 'storage' && rights.query && isTakenByPeer(abstractSyntax, roles);
    const transferSyntax = isForGet && proposed.includes(EXPLICIT_VR_LITTLE_ENDIAN) ? EXPLICIT_VR_LITTLE_ENDIAN : proposed[0];
    if (transferSyntax === undefined) return { id, abstractSyntax, result: 4, transferSyntax: fallback };
    accepted.set(id, { id, abstractSyntax, transferSyntax, service });
    return { id, abstractSyntax, result: 0, transferSyntax };
  });
  return { answers, accepted };
}

function mayUse(service: ContextService, abstractSyntax: string, rights: Rights, roles: readonly RoleSelection[]): boolean {
  switch (service) {
    case 'verification':
      return true;
    case 'query':
      return rights.query;
    case 'commitment':
      return rights.store || rights.query;
    case 'storage':
      // who only queries stores nothing here, but takes what a C-GET sends
      return rights.store || (rights.query && isTakenByPeer(abstractSyntax, roles));
  }
}

/** The peer is the SCP of this class on its own association (PS3.7 D.3.3.4). */
function isTakenByPeer(abstractSyntax: string, roles: readonly RoleSelection[]): boolean {
  return roles.some((role) => role.scp && role.sopClassUid === abstractSyntax);
}

function serviceOf(abstractSyntax: string, rules: NegotiationRules): ContextService | undefined {
  if (abstractSyntax === VERIFICATION_SOP_CLASS) return 'verification';
  if (rules.hasQueries && QUERY_CLASSES.has(abstractSyntax)) return 'query';
  if (rules.hasCommitment && abstractSyntax === COMMITMENT_SOP_CLASS) return 'commitment';
  if (rules.storageSopClasses.has(abstractSyntax)) return 'storage';
  return rules.acceptUnknownSopClasses && mayBeStorage(abstractSyntax) ? 'storage' : undefined;
}

/** A class that the list does not have: a newer one of the storage family, or a private one. Never another DICOM service. */
function mayBeStorage(uid: string): boolean {
  return isUid(uid) && (uid.startsWith('1.2.840.10008.5.1.4.1.1.') || !uid.startsWith('1.2.840.10008.'));
}

/**
 * PS3.7 D.3.3.4, for the classes of accepted contexts. Storage: the SCU role by the right to store; the SCP role (the peer takes what its C-GET asks for) by the
 * right to query. Storage commitment: both, as the archive that reports to us opens the association. Elsewhere we are SCP only.
 */
export function answerRoles(proposed: readonly RoleSelection[], negotiated: Negotiated, rights: Rights = { store: true, query: false }): RoleSelection[] {
  const services = new Map([...negotiated.accepted.values()].map((context) => [context.abstractSyntax, context.service]));
  return proposed.flatMap(({ sopClassUid, scu, scp }) => {
    const service = services.get(sopClassUid);
    if (service === undefined) return [];
    const isStorage = service === 'storage';
    return [{ sopClassUid, scu: scu && (!isStorage || rights.store), scp: scp && (service === 'commitment' || (isStorage && rights.query)) }];
  });
}

/**
 * PS3.4 C.5: of what a peer proposes for queries, relational queries and combined date and time are served; fuzzy names, time zones and conversion are not. The answer
 * is as long as the proposal.
 */
export function answerExtended(proposed: ReadonlyMap<string, Uint8Array>, negotiated: Negotiated): Map<string, Uint8Array> {
  const answers = new Map<string, Uint8Array>();
  for (const { abstractSyntax, service } of negotiated.accepted.values()) {
    const information = service === 'query' ? proposed.get(abstractSyntax) : undefined;
    if (information !== undefined)
      answers.set(
        abstractSyntax,
        information.map((byte, index) => (index < 2 && byte === 1 ? 1 : 0)),
      );
  }
  return answers;
}
