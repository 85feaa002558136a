import { IRREGULAR_NAMES } from './irregular-names';

const SMALL_WORDS = new Set(['Of', 'To', 'In', 'For', 'And', 'Or', 'At', 'By', 'With', 'On', 'From', 'Per', 'The']);
/** What has a capital within a word, kept whole while words are told apart. */
const WHOLE: readonly (readonly [RegExp, string])[] = [
  [/UIDs(?=[A-Z]|$)/g, 'Uids'],
  [/IDs(?=[A-Z]|$)/g, 'Ids'],
  [/XRay/g, 'Xray'],
  [/Three(?=D[A-Z])/g, '3'],
  [/Two(?=D[A-Z])/g, '2'],
];
const BETWEEN: readonly RegExp[] = [/([a-z])([A-Z])/g, /([A-Z]+)([A-Z][a-z])/g, /(\d)([A-Z])(?=[a-z])/g, /([a-z])(3D)/g, /(Component)(\d)/g];
const OF_A_PERSON =
  /\b(Patient|Physician|Manufacturer) (?=(?:Name|Birth|Sex|Age|Size|Weight|Mother|Body|Death|Address|Insurance|Telephone|Telecom|Primary|Religious|Alternative|Model)\b)/g;
const WRITTEN: readonly (readonly [RegExp, string])[] = [
  [/\bUids\b/g, 'UIDs'],
  [/\bIds\b/g, 'IDs'],
  [/\bXray\b/g, 'X-Ray'],
  [/\bDate Time\b/g, 'DateTime'],
  [OF_A_PERSON, "$1's "],
  [/Contrast Bolus/g, 'Contrast/Bolus'],
  [/Multi Frame/g, 'Multi-frame'],
  [/CIE Lab/g, 'CIELab'],
  [/ (Trial|Retired)$/, ' ($1)'],
];

/**
 * The attribute name that belongs to a keyword of the data dictionary (PS3.6): "Other Patient IDs", "Patient's Name". Most follow from the keyword; the others
 * stand in a table. A keyword that is in no dictionary comes back in words by the same rules.
 */
export function attributeName(keyword: string): string {
  if (Object.hasOwn(IRREGULAR_NAMES, keyword)) return IRREGULAR_NAMES[keyword] ?? keyword;
  const whole = WHOLE.reduce((words, [pattern, instead]) => words.replace(pattern, instead), keyword);
  const apart = BETWEEN.reduce((words, pattern) => words.replace(pattern, '$1 $2'), whole)
    .split(' ')
    .map((word, at) => (at > 0 && SMALL_WORDS.has(word) ? word.toLowerCase() : word))
    .join(' ');
  return WRITTEN.reduce((words, [pattern, instead]) => words.replace(pattern, instead), apart);
}
