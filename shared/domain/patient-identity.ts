import { z } from 'zod';
import { foldText } from './fold-text';

/** Whom an object names (PS3.3 C.2.2), as decoded text; empty = not said. */
export const PatientIdentity = z.object({
  PatientName: z.string(),
  PatientID: z.string(),
  IssuerOfPatientID: z.string(),
  PatientBirthDate: z.string(),
  PatientSex: z.string(),
});
export type PatientIdentity = z.infer<typeof PatientIdentity>;

export function identityOf({ PatientName, PatientID, IssuerOfPatientID, PatientBirthDate, PatientSex }: PatientIdentity): PatientIdentity {
  return { PatientName, PatientID, IssuerOfPatientID, PatientBirthDate, PatientSex };
}

const differs = (one: string, other: string): boolean => one !== '' && other !== '' && one !== other;
const differsInName = (one: string, other: string): boolean => one !== other && differs(foldText(one), foldText(other));

/** Objects of one study that contradict each other in whom they name. An empty value contradicts nothing; names are compared folded, without trailing separators. */
export function differsInIdentity(one: PatientIdentity, other: PatientIdentity): boolean {
  const keys = ['PatientID', 'IssuerOfPatientID', 'PatientBirthDate', 'PatientSex'] as const;
  return keys.some((key) => differs(one[key], other[key])) || differsInName(one.PatientName, other.PatientName);
}

/** Whether two studies belong to different patients: names change with marriage and spelling, so a name counts only where an ID is missing. */
export function isOtherPatient(one: PatientIdentity, other: PatientIdentity): boolean {
  if (differs(one.PatientID, other.PatientID) || differs(one.IssuerOfPatientID, other.IssuerOfPatientID)) return true;
  if (differs(one.PatientBirthDate, other.PatientBirthDate)) return true;
  return (one.PatientID === '' || other.PatientID === '') && differsInName(one.PatientName, other.PatientName);
}

/** Groups of what belongs to one patient each, in the order of their first member. */
export function byPatient<Named extends PatientIdentity>(named: readonly Named[], isOther: (one: Named, other: Named) => boolean): Named[][] {
  const groups: Named[][] = [];
  for (const one of named) {
    const own = groups.find(([first]) => first !== undefined && !isOther(first, one));
    if (own === undefined) groups.push([one]);
    else own.push(one);
  }
  return groups;
}
