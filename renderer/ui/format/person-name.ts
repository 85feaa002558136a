import { shownText } from './shown-text';

/** A Person Name (PS3.5 6.2.1) as it is read: the group in the person's own script first, the alphabetic one beside it. */
export interface ReadableName {
  readonly primary: string;
  readonly secondary: string;
  /** As it stands in the object, for the hover. */
  readonly raw: string;
}

export const NO_NAME = 'no name';

const HAS_CJK = /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}]/u;

/** "DOE^JANE" -> "DOE, Jane"; "YAMADA^Tarou=山田^太郎=やまだ^たろう" -> 山田 太郎 with YAMADA, Tarou beside it. Carets are never shown. */
export function readableName(raw: string): ReadableName {
  const [alphabetic = '', ideographic = '', phonetic = ''] = shownText(raw)
    .split('=', 3)
    .map((group) => group.trim());
  const latin = group(alphabetic);
  const own = ideographic
    .split('^')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join(' ');
  if (own !== '') return { primary: own, secondary: latin === '' ? group(phonetic) : latin, raw };
  if (latin !== '') return { primary: latin, secondary: '', raw };
  const sound = group(phonetic);
  return { primary: sound === '' ? NO_NAME : sound, secondary: '', raw };
}

/** One line: "山田 太郎 (YAMADA, Tarou)". */
export function nameLine(raw: string): string {
  const { primary, secondary } = readableName(raw);
  return secondary === '' ? primary : `${primary} (${secondary})`;
}

function group(text: string): string {
  const parts = text.split('^').map((part) => part.replace(/\s+/g, ' ').trim());
  const [family = '', given = '', middle = '', prefix = '', suffix = ''] = parts;
  const names = [given, middle].filter((part) => part !== '');
  if (HAS_CJK.test(text)) return [family, ...names].filter((part) => part !== '').join(' ');
  const readable = names.map(quieter).join(' ');
  const main = family === '' ? readable : readable === '' ? family : `${family}, ${readable}`;
  return [main, prefix, suffix].filter((part) => part !== '').join(', ');
}

/** Given names sent in capitals are shown with a capital initial: "JEAN-PIERRE" -> "Jean-Pierre". Mixed case stays as it was sent. */
function quieter(name: string): string {
  if (name.length < 2 || name !== name.toUpperCase() || name === name.toLowerCase()) return name;
  return name.replace(/\p{L}+/gu, (word) => word.charAt(0) + word.slice(1).toLowerCase());
}
