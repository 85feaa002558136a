/** Components of one group of a PN (PS3.5 6.2.1.1), trimmed. */
export interface PersonNameGroup {
  readonly family: string;
  readonly given: string;
  readonly middle: string;
  readonly prefix: string;
  readonly suffix: string;
}

export interface PersonName {
  readonly alphabetic: PersonNameGroup;
  readonly ideographic: PersonNameGroup;
  readonly phonetic: PersonNameGroup;
}

/** Parses the first value of a decoded PN; missing groups and components are empty. */
export function parsePersonName(value: string): PersonName {
  const [first = ''] = value.split('\\');
  const groups = first.split('=');
  return { alphabetic: parseGroup(groups[0]), ideographic: parseGroup(groups[1]), phonetic: parseGroup(groups[2]) };
}

function parseGroup(text = ''): PersonNameGroup {
  const [family = '', given = '', middle = '', prefix = '', suffix = ''] = text.split('^').map((component) => component.trim());
  return { family, given, middle, prefix, suffix };
}

/** `DOE, Jane Mary, Dr.`: family as the object has it, given names, prefix and suffix behind. Empty when the name is. */
export function formatPersonNameGroup(group: PersonNameGroup): string {
  const given = [group.given, group.middle].filter((part) => part !== '').join(' ');
  return [group.family, given, group.prefix, group.suffix].filter((part) => part !== '').join(', ');
}

/**
 * For lists and image corners: the alphabetic group, else the next that there is, and the ideographic behind it in parentheses: `Yamada, Tarou (山田 太郎)`.
 * Family and given name of ideographic names stand beside each other without a comma.
 */
export function formatPersonName(value: string): string {
  const name = parsePersonName(value);
  const alphabetic = formatPersonNameGroup(name.alphabetic);
  const ideographic = joinComponents(name.ideographic);
  const phonetic = joinComponents(name.phonetic);
  if (alphabetic === '') return ideographic === '' ? phonetic : ideographic;
  return ideographic === '' ? alphabetic : `${alphabetic} (${ideographic})`;
}

function joinComponents(group: PersonNameGroup): string {
  return [group.prefix, group.family, group.given, group.middle, group.suffix].filter((part) => part !== '').join(' ');
}
