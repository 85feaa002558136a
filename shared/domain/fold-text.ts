/** Letters that no canonical decomposition takes apart, as people type them. */
const SPELLED: readonly (readonly [RegExp, string])[] = [
  [/ß/g, 'ss'],
  [/æ/g, 'ae'],
  [/œ/g, 'oe'],
  [/ø/g, 'o'],
  [/ł/g, 'l'],
  [/đ/g, 'd'],
  [/ı/g, 'i'],
];

/**
 * Text as the search compares it: compatibility-decomposed, without marks, lower case, name separators (`^`, `=`) and runs of space as one space.
 * Ideographic and phonetic groups of a PN stay searchable.
 */
export function foldText(text: string): string {
  // eslint-disable-next-line no-control-regex -- plain ASCII needs no normalisation: most names of a large list
  let folded = /^[\x00-\x7f]*$/.test(text)
    ? text.toLowerCase()
    : text
        .normalize('NFKD')
        .replace(/\p{M}+/gu, '')
        .normalize('NFC')
        .toLowerCase();
  for (const [pattern, spelled] of SPELLED) folded = folded.replace(pattern, spelled);
  return folded.replace(/[\s^=,*?\\]+/g, ' ').trim();
}

/** Words of what a user typed; each must be found. Wild cards of DICOM matching are separators here. */
export function foldWords(text: string): string[] {
  const folded = foldText(text);
  return folded === '' ? [] : folded.split(' ').slice(0, 12);
}
