import { StudyUid } from '@shared/domain';

/** Scheme of links that other programs of this computer may open (a RIS, a mail): they show something that is here, and do nothing else. */
export const LINK_SCHEME = 'alternator';

/** The closed list of what a link can ask for. */
export type AppLink =
  | { readonly kind: 'study'; readonly StudyInstanceUID: StudyUid }
  | { readonly kind: 'accession'; readonly AccessionNumber: string }
  | { readonly kind: 'worklist' };

export type ParsedLink = AppLink | { readonly kind: 'refused'; readonly reason: string };

const MAX_LINK = 512;

/** True for what is meant as a link, right or wrong: it is never taken for a path. */
export function isAppLink(argument: string): boolean {
  return argument.slice(0, LINK_SCHEME.length + 1).toLowerCase() === `${LINK_SCHEME}:`;
}

/** `alternator://study/UID`, `alternator://accession/NUMBER`, `alternator://worklist`: no parameters, no paths of files, no addresses. */
export function parseAppLink(text: string): ParsedLink {
  if (text.length > MAX_LINK) return refused('it is too long');
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return refused('it is no address');
  }
  if (url.protocol !== `${LINK_SCHEME}:`) return refused('it is of another scheme');
  if (url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '' || url.port !== '')
    return refused('it has parts that no link here has');
  const value = decoded(url.pathname.replace(/^\//, '').replace(/\/$/, ''));
  switch (url.hostname.toLowerCase()) {
    case 'study': {
      const uid = StudyUid.safeParse(value);
      return uid.success ? { kind: 'study', StudyInstanceUID: uid.data } : refused('its study UID is none');
    }
    case 'accession':
      // SH: 16 characters, no backslash, no control characters (PS3.5 6.2); wild cards would make it a search.
      return value !== undefined && /^[^\p{Cc}\\*?]{1,16}$/u.test(value)
        ? { kind: 'accession', AccessionNumber: value }
        : refused('its accession number is none');
    case 'worklist':
      return value === '' ? { kind: 'worklist' } : refused('the worklist takes no value');
    default:
      return refused('it asks for something that links cannot do');
  }
}

/** What came as arguments, apart: links, and paths of files. */
export function splitLinks(paths: readonly string[]): { readonly links: readonly string[]; readonly files: readonly string[] } {
  return { links: paths.filter(isAppLink), files: paths.filter((path) => !isAppLink(path)) };
}

function refused(reason: string): ParsedLink {
  return { kind: 'refused', reason: `the link was not followed: ${reason}` };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
