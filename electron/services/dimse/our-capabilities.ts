import { IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME, STORAGE_SOP_CLASSES, TRANSFER_SYNTAXES } from '@shared/dicom';
import type { OurIdentity } from './association-items';
import type { NegotiationRules } from './negotiation';

/** PS3.7 D.3.3.2: our own implementation class and version, never the library's. */
export function ourIdentity(maxLength: number): OurIdentity {
  return { implementationClassUid: IMPLEMENTATION_CLASS_UID, implementationVersion: IMPLEMENTATION_VERSION_NAME, maxLength };
}

/** All storage SOP classes and storable transfer syntaxes of the current standard; `acceptUnknownSopClasses` is asked at each association, so that a changed setting counts at once. */
export function standardRules(acceptUnknownSopClasses: () => boolean, has: Pick<NegotiationRules, 'hasQueries' | 'hasCommitment'>): NegotiationRules {
  return {
    ...has,
    storageSopClasses: new Set(STORAGE_SOP_CLASSES.map((sopClass) => sopClass.uid)),
    storageSyntaxes: new Set(TRANSFER_SYNTAXES.filter((syntax) => syntax.isStorable).map((syntax) => syntax.uid)),
    get acceptUnknownSopClasses() {
      return acceptUnknownSopClasses();
    },
  };
}
