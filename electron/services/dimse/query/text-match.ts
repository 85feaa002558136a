/**
 * One group of a person's name as it is compared (PS3.4 C.2.2.2.1): without case and accents, without the delimiters and blanks at its end, each component trimmed.
 */
export function foldName(group: string): string {
  const folded = group
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .normalize('NFC')
    .toLowerCase();
  return folded
    .split('^')
    .map((component) => component.trim())
    .join('^')
    .replace(/\^+$/, '');
}

/** `*`: any characters, also none; `?`: exactly one (PS3.4 C.2.2.2.4). Linear for what people type; never worse than the product of the lengths. */
export function matchesWildCard(pattern: string, value: string): boolean {
  const wanted = Array.from(pattern);
  const given = Array.from(value);
  let [at, from] = [0, 0];
  // where the last star stands, and how far it has eaten
  let [star, eaten] = [-1, 0];
  while (from < given.length) {
    const sign = wanted[at];
    if (sign === '*') {
      star = at++;
      eaten = from;
    } else if (sign !== undefined && (sign === '?' || sign === given[from])) {
      at++;
      from++;
    } else if (star >= 0) {
      at = star + 1;
      from = ++eaten;
    } else return false;
  }
  while (wanted[at] === '*') at++;
  return at === wanted.length;
}
