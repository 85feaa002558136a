import type { ArchiveFilter, StudyFilter } from '@shared/domain';

/** So much of a description or name an archive is asked for (VR LO, PS3.5 6.2). */
const LO_CHARACTERS = 64;

/**
 * What archives are asked for when the list is asked for `filter`. Words that stand anywhere (`text`) are a patient's name, or an id when they hold a
 * digit. Conditions that only this station knows (state, where) are none of an archive's.
 * @returns undefined when nothing is left to ask for: nobody wants a whole archive
 */
export function archiveFilterOf(filter: StudyFilter): ArchiveFilter | undefined {
  const asked: ArchiveFilter = {};
  const words = filter.text?.trim() ?? '';
  const name = filter.PatientName?.trim() ?? '';
  const id = filter.PatientID?.trim() ?? '';
  if (name !== '') asked.PatientName = nameKey(name);
  else if (words !== '' && !/\d/.test(words)) asked.PatientName = nameKey(words);
  if (id !== '') asked.PatientID = id.slice(0, LO_CHARACTERS);
  else if (/\d/.test(words)) asked.PatientID = words.slice(0, LO_CHARACTERS);
  if (/^\d{4}$/.test(filter.birthYear?.trim() ?? '')) asked.birthYear = filter.birthYear?.trim();
  const texts = [
    ['AccessionNumber', 16],
    ['StudyDescription', LO_CHARACTERS],
    ['ReferringPhysicianName', 200],
    ['BodyPartExamined', 16],
    ['Modality', 16],
  ] as const;
  for (const [key, most] of texts) {
    const value = filter[key]?.trim().slice(0, most) ?? '';
    if (value !== '') asked[key] = value;
  }
  if (asked.StudyDescription !== undefined && !/[*?]/.test(asked.StudyDescription))
    asked.StudyDescription = `*${asked.StudyDescription.slice(0, LO_CHARACTERS - 2)}*`;
  if (filter.studyDateFrom !== undefined) asked.studyDateFrom = filter.studyDateFrom;
  if (filter.studyDateTo !== undefined) asked.studyDateTo = filter.studyDateTo;
  return Object.keys(asked).length === 0 ? undefined : asked;
}

/**
 * A name as a person types it: "doe jane" and "Doe, Jane" are family and given name (PS3.5 6.2.1, components divided by `^`); each may go on.
 * A name that holds a wild card is meant as it stands.
 */
function nameKey(typed: string): string {
  if (/[*?^=]/.test(typed)) return typed;
  const parts = typed.split(/[\s,]+/).filter((part) => part !== '');
  return parts.length < 2 ? typed : `${parts.join('*')}*`;
}
