import type { StudyRow } from '@shared/domain';
import { readableName } from '../../ui';

/** Another study of the patient as the details pane lists it. */
export interface OtherStudy {
  readonly study: StudyRow;
  /** After the one that is looked at, so no prior of it. */
  readonly later: boolean;
  /** Patient ID and issuer agree but the name does not: a person has to judge. Undefined = the same name. */
  readonly otherName: string | undefined;
}

/** The rule by which the station finds other studies of a patient, for the reader. */
export const PRIOR_RULE = {
  name: 'same patient ID',
  explained: 'Patient ID and its issuer are equal. The name is compared and a different one is named.',
} as const;

const plainName = (raw: string): string =>
  (raw.split('=')[0] ?? '')
    .replace(/[\s^]+/g, ' ')
    .trim()
    .toLocaleUpperCase('en');

/** Studies of the patient beside `current`, priors first (newest first), then later ones. */
export function otherStudies(current: StudyRow, history: readonly StudyRow[]): OtherStudy[] {
  const at = current.StudyDate + current.StudyTime;
  const others = history
    .filter((study) => study.StudyInstanceUID !== current.StudyInstanceUID)
    .map((study) => ({
      study,
      later: study.StudyDate + study.StudyTime > at,
      otherName: plainName(study.PatientName) === plainName(current.PatientName) ? undefined : readableName(study.PatientName).primary,
    }));
  return [...others.filter((other) => !other.later), ...others.filter((other) => other.later)];
}
