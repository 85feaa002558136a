import { EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN, VERIFICATION_SOP_CLASS } from '@shared/dicom';
import type { ContextAnswer, ProposedContext, RoleSelection } from './association-items';
import { isUid } from './command-set';

const verificationSyntaxes: ReadonlySet<string> = new Set([IMPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_LITTLE_ENDIAN]);

export interface NegotiationRules {
  readonly storageSopClasses: ReadonlySet<string>;
  readonly storageSyntaxes: ReadonlySet<string>;
  readonly acceptUnknownSopClasses: boolean;
}

/** Who serves the messages of an accepted context. */
export type ContextService = 'storage' | 'verification' | 'query';

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

/** PS3.8 7.1.1.14: each context by itself; of its transfer syntaxes the first proposed one that we know. */
export function negotiate(contexts: readonly ProposedContext[], rules: NegotiationRules): Negotiated {
  const accepted = new Map<number, AcceptedContext>();
  const answers = contexts.map((context): ContextAnswer => {
    const { id, abstractSyntax } = context;
    const service = serviceOf(abstractSyntax, rules);
    // PS3.8 9.3.3.2: the transfer syntax is not significant in a refusal, but the item has to be there.
    const fallback = context.transferSyntaxes[0] ?? IMPLICIT_VR_LITTLE_ENDIAN;
    if (service === undefined) return { id, abstractSyntax, result: 3, transferSyntax: fallback };
    const known = service === 'storage' ? rules.storageSyntaxes : verificationSyntaxes;
    const transferSyntax = context.transferSyntaxes.find((syntax) => known.has(syntax));
    if (transferSyntax === undefined) return { id, abstractSyntax, result: 4, transferSyntax: fallback };
    accepted.set(id, { id, abstractSyntax, transferSyntax, service });
    return { id, abstractSyntax, result: 0, transferSyntax };
  });
  return { answers, accepted };
}

function serviceOf(abstractSyntax: string, rules: NegotiationRules): ContextService | undefined {
  if (abstractSyntax === VERIFICATION_SOP_CLASS) return 'verification';
  if (rules.storageSopClasses.has(abstractSyntax)) return 'storage';
  return rules.acceptUnknownSopClasses && mayBeStorage(abstractSyntax) ? 'storage' : undefined;
}

/** A class that the list does not have: a newer one of the storage family, or a private one. Never another DICOM service. */
function mayBeStorage(uid: string): boolean {
  return isUid(uid) && (uid.startsWith('1.2.840.10008.5.1.4.1.1.') || !uid.startsWith('1.2.840.10008.'));
}

/** PS3.7 D.3.3.4: we are SCP only. Roles of accepted contexts are answered: the SCU role as proposed, the SCP role never. */
export function answerRoles(proposed: readonly RoleSelection[], negotiated: Negotiated): RoleSelection[] {
  const classes = new Set([...negotiated.accepted.values()].map((context) => context.abstractSyntax));
  return proposed.filter((role) => classes.has(role.sopClassUid)).map((role) => ({ sopClassUid: role.sopClassUid, scu: role.scu, scp: false }));
}
