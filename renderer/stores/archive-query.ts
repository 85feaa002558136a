import type { ArchiveFilter, StudyFilter } from '@shared/domain';

/** What an archive is asked, and what the free words of the list are taken for in it. */
export interface ArchiveQuestion {
  readonly filter: ArchiveFilter;
  /** Empty: there are no free words. */
  readonly as: string;
}

/** So much of a description or name an archive is asked for (VR LO, PS3.5 6.2), and of an accession number (SH). */
const LO_CHARACTERS = 64;
const SH_CHARACTERS = 16;
/** What a query takes of a name. */
const MOST_NAME = 200;

/**
 * What each archive is asked when the list asks for `filter`, one query for each meaning that its free words (`text`) can have: keys of one query all have
 * to match (PS3.4 C.2.2.2), so that a word that may be a name or an ID is two queries. Conditions that only this station knows (state, where) are none of an
 * archive's.
 * @returns none when nothing is left to ask for: nobody wants a whole archive
 */
export function archiveQuestions(filter: StudyFilter): ArchiveQuestion[] {
  const own = ownKeys(filter);
  const meanings = meaningsOf(filter.text ?? '', own);
  const questions = meanings.length === 0 ? [{ filter: own, as: '' }] : meanings.map(({ as, ...keys }) => ({ filter: { ...own, ...keys }, as }));
  return questions.filter((question) => Object.keys(question.filter).length > 0);
}

/** "name, ID or accession number": what free words are taken for at archives; empty where there are none. */
export function askedAs(questions: readonly ArchiveQuestion[]): string {
  const words = questions.map(({ as }) => as).filter((as) => as !== '');
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
}

/** The fields of the list that are keys of archives too. */
function ownKeys(filter: StudyFilter): ArchiveFilter {
  const asked: ArchiveFilter = {};
  const name = filter.PatientName?.trim() ?? '';
  if (name !== '') asked.PatientName = nameKey(name);
  if (/^\d{4}$/.test(filter.birthYear?.trim() ?? '')) asked.birthYear = filter.birthYear?.trim();
  const texts = [
    ['PatientID', LO_CHARACTERS],
    ['AccessionNumber', SH_CHARACTERS],
    ['ReferringPhysicianName', 200],
    ['BodyPartExamined', 16],
    ['Modality', 16],
  ] as const;
  for (const [key, most] of texts) {
    const value = filter[key]?.trim().slice(0, most) ?? '';
    if (value !== '') asked[key] = value;
  }
  const description = filter.StudyDescription?.trim() ?? '';
  if (description !== '') asked.StudyDescription = descriptionKey(description);
  if (filter.studyDateFrom !== undefined) asked.studyDateFrom = filter.studyDateFrom;
  if (filter.studyDateTo !== undefined) asked.studyDateTo = filter.studyDateTo;
  return asked;
}

/**
 * What free words can be: a name, with a digit in them too ("Smith2", as sites call patients whose name they do not know); where there is a digit, an ID or
 * an accession number as well, or a name with an ID behind it. Keys that the list asks for in their own field are not asked for otherwise; words without a
 * digit beside a name are one of the description.
 */
function meaningsOf(typed: string, own: ArchiveFilter): (ArchiveFilter & { readonly as: string })[] {
  const words = typed.split(/\s+/).filter((word) => word !== '');
  const [whole, figures] = [words.join(' '), words.filter((word) => /\d/.test(word))];
  if (whole === '') return [];
  const letters = words.filter((word) => !/\d/.test(word));
  const [hasName, hasId] = [own.PatientName !== undefined, own.PatientID !== undefined];
  const meanings: (ArchiveFilter & { readonly as: string })[] = [];
  if (!hasName) meanings.push({ PatientName: nameKey(whole), as: 'name' });
  if (figures.length > 0 && !hasId) meanings.push({ PatientID: whole.slice(0, LO_CHARACTERS), as: 'ID' });
  if (figures.length > 0 && words.length === 1 && whole.length <= SH_CHARACTERS && own.AccessionNumber === undefined)
    meanings.push({ AccessionNumber: whole, as: 'accession number' });
  if (figures.length > 0 && letters.length > 0 && !hasName && !hasId)
    meanings.push({ PatientName: nameKey(letters.join(' ')), PatientID: figures.join(' ').slice(0, LO_CHARACTERS), as: 'name and ID' });
  if (hasName && figures.length === 0 && own.StudyDescription === undefined) meanings.push({ StudyDescription: descriptionKey(whole), as: 'description' });
  return meanings;
}

/** Anywhere in the description, unless it holds a wild card and is meant as it stands. */
function descriptionKey(typed: string): string {
  return /[*?]/.test(typed) ? typed.slice(0, LO_CHARACTERS) : `*${typed.slice(0, LO_CHARACTERS - 2)}*`;
}

/**
 * A name as a person types it: "doe jane" and "Doe, Jane" are family and given name (PS3.5 6.2.1, components divided by `^`); each may go on.
 * A name that holds a wild card is meant as it stands.
 */
function nameKey(typed: string): string {
  if (/[*?^=]/.test(typed)) return typed.slice(0, MOST_NAME);
  const parts = typed.split(/[\s,]+/).filter((part) => part !== '');
  return parts.length < 2 ? (parts[0] ?? typed).slice(0, MOST_NAME) : `${parts.join('*').slice(0, MOST_NAME - 1)}*`;
}
