import { z } from 'zod';

/** PS3.5 9.1: dotted digits, at most 64 characters. Leading zeros of a component are tolerated (seen in the field). */
export const UID_PATTERN = /^[0-9]+(\.[0-9]+)*$/;

const uid = z.string().min(1).max(64).regex(UID_PATTERN);

export const StudyUid = uid.brand<'StudyInstanceUID'>();
export type StudyUid = z.infer<typeof StudyUid>;
export const SeriesUid = uid.brand<'SeriesInstanceUID'>();
export type SeriesUid = z.infer<typeof SeriesUid>;
export const SopInstanceUid = uid.brand<'SOPInstanceUID'>();
export type SopInstanceUid = z.infer<typeof SopInstanceUid>;

/** Identity of a patient here: Patient ID + Issuer of Patient ID, JSON-encoded pair made by `patientKeyOf`. */
export const PatientKey = z.string().min(1).max(600).brand<'PatientKey'>();
export type PatientKey = z.infer<typeof PatientKey>;

/** Row id of an instance in the index: what pixel requests name an object by. Never joined into a path. */
export const InstanceId = z.int().positive().brand<'InstanceId'>();
export type InstanceId = z.infer<typeof InstanceId>;

export const JobId = z.string().min(1).max(64).brand<'JobId'>();
export type JobId = z.infer<typeof JobId>;

/** The key of a patient: id and issuer, unambiguous whatever characters they hold. */
export function patientKeyOf(PatientID: string, IssuerOfPatientID: string): PatientKey {
  return PatientKey.parse(JSON.stringify([PatientID, IssuerOfPatientID]));
}

/** False for the key of objects without a Patient ID (absent or blanks): it names nobody, and studies that share it belong to unknown patients. */
export function namesPatient(key: PatientKey): boolean {
  try {
    const parts: unknown = JSON.parse(key);
    return Array.isArray(parts) && typeof parts[0] === 'string' && parts[0].trim() !== '';
  } catch {
    return false; // no key that `patientKeyOf` made
  }
}
