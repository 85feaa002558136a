/** A part of what is said of a series in the rail. A long word is cut before its figure: the figure is what tells the series apart. */
export interface RailPart {
  readonly words: string;
  /** "2", "1000 s/mm²"; empty: the part ends with none, and is written out over several lines. */
  readonly figure: string;
}

export function railParts(about: readonly string[]): RailPart[] {
  return about.map((part, at) => {
    const comma = at < about.length - 1 ? ',' : '';
    const [, words, figure] = /^(.*\S)\s(\S*\d\S*(?:\s[^\s\d]+)?)$/.exec(part) ?? [];
    return words === undefined || figure === undefined ? { words: `${part}${comma}`, figure: '' } : { words, figure: `${figure}${comma}` };
  });
}
