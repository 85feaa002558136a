import { CODED_SETS, FIELD_NAMES, WHOLE_SETS, type CodedSet, type Repertoire } from './defined-terms';

/** Specific Character Set (0008,0005) of one data set or item, ready to decode with. */
export type CharacterSet =
  | { readonly kind: 'whole'; readonly label: string; readonly warnings: readonly string[] }
  | {
      readonly kind: 'coded';
      /** Of value 1: what holds at the start and after each reset. Undefined: the default repertoire, ASCII only. */
      readonly upper: Repertoire | undefined;
      /** Value 1 is ISO_IR 13: the lower half is JIS X 0201 romaji. */
      readonly isRomaji: boolean;
      /** Registrations of all values. */
      readonly declared: ReadonlySet<number>;
      readonly warnings: readonly string[];
    };

export const DEFAULT_CHARACTER_SET: CharacterSet = { kind: 'coded', upper: undefined, isRomaji: false, declared: new Set([6]), warnings: [] };

/**
 * Reads the values of Specific Character Set (PS3.3 C.12.1.1.2). Never fails: unknown terms and combinations that the standard forbids are warnings; an
 * unknown first value is read as Latin-1.
 */
export function parseCharacterSet(value: string): CharacterSet {
  const terms = value.split('\\').map((term) => term.trim());
  if (terms.every((term) => term === '')) return DEFAULT_CHARACTER_SET;
  const warnings: string[] = [];
  const normal = terms.map((term) => normalTerm(term, warnings));
  const whole = normal.map((term) => WHOLE_SETS.get(term)).find((label) => label !== undefined);
  if (whole !== undefined) {
    if (terms.length > 1) warnings.push(`${terms.join(', ')}: character sets that exclude each other`);
    return { kind: 'whole', label: whole, warnings };
  }
  const sets = normal.map((term, index) => codedSet(term, terms[index] ?? '', warnings));
  const first = sets[0];
  return {
    kind: 'coded',
    upper: first === 'unknown' ? LATIN_1 : isLowerDouble(first) ? undefined : first?.repertoire,
    isRomaji: first !== 'unknown' && first?.registration === 13,
    declared: new Set([6, ...sets.flatMap((set) => (set === undefined || set === 'unknown' ? [] : [set.registration]))]),
    warnings,
  };
}

const LATIN_1: Repertoire = { kind: 'latin', replaced: {} };

/** Kanji sets fill the lower half and only after their escape. */
function isLowerDouble(set: CodedSet | 'unknown' | undefined): boolean {
  return set !== undefined && set !== 'unknown' && set.repertoire?.kind === 'double' && set.escapes[0]?.half === 'G0';
}

/** Upper case without blanks, underscores and hyphens, names of the field replaced by terms. */
function normalTerm(term: string, warnings: string[]): string {
  const bare = term.toUpperCase().replace(/[\s_-]/g, '');
  const known = FIELD_NAMES.get(bare) ?? bare;
  const isExact = term === '' || /^(ISO_IR \d+|ISO 2022 IR \d+|GB18030|GBK)$/.test(term);
  if (!isExact || known !== bare) warnings.push(`character set written "${term.slice(0, 32)}"`);
  return known;
}

function codedSet(normal: string, term: string, warnings: string[]): CodedSet | 'unknown' | undefined {
  if (normal === '') return undefined;
  const registration = /^ISO(?:2022)?IR(\d{1,3})$/.exec(normal)?.[1];
  const set = CODED_SETS.find((entry) => entry.registration === Number(registration));
  if (set !== undefined) return set;
  warnings.push(`unknown character set "${term.slice(0, 32)}"`);
  return 'unknown';
}
