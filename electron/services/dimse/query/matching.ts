import { isoDate, parseTime, VALUE_REPRESENTATIONS, type VR } from '@shared/dicom';
import { foldName, matchesWildCard } from './text-match';

/** Why a key cannot be matched: the identifier is refused then. */
export class KeyFault extends Error {}

/** Whether an attribute with this value (decoded, all values with their backslashes; undefined: absent) matches. */
export type Matcher = (value: string | undefined) => boolean;

/** VRs that have no wild cards (PS3.4 C.2.2.2.4). */
const LITERAL: ReadonlySet<VR> = new Set<VR>(['AS', 'AT', 'DA', 'DS', 'DT', 'FD', 'FL', 'IS', 'SL', 'SS', 'SV', 'TM', 'UI', 'UL', 'US', 'UV', 'UR']);
/** Both quotation marks and nothing between: only an empty or absent value matches (PS3.4 C.2.2.2.8). */
const EMPTY_KEY = '""';

/**
 * The matching that PS3.4 C.2.2.2 gives a key of this VR: universal (undefined), single value, list of UIDs, wild card, range, multiple values, empty value. A person's
 * name is compared without case, accents and trailing delimiters, group by group; everything else as it stands. An attribute of several values matches when one does.
 * Throws `KeyFault` for a key that is no value of its VR.
 */
export function matcherOf(vr: VR, key: string): Matcher | undefined {
  const bare = key.trim();
  // one star alone is universal too (C.2.2.2.3, note)
  if (bare === '' || (/^\*+$/.test(bare) && !LITERAL.has(vr))) return undefined;
  if (bare === EMPTY_KEY) return (value) => (value ?? '').trim() === '';
  const single = singleMatcher(vr, bare);
  return (value) => value !== undefined && value.trim() !== '' && values(vr, value).some(single);
}

function values(vr: VR, value: string): string[] {
  return VALUE_REPRESENTATIONS[vr].isMultiple ? value.split('\\').map((each) => each.trim()) : [value.trim()];
}

function singleMatcher(vr: VR, key: string): (value: string) => boolean {
  switch (vr) {
    case 'UI':
      return listOf(key.split('\\').map((uid) => uid.trim()));
    case 'DA':
      return rangeMatcher(key, dateSpan, 'date');
    case 'TM':
      return rangeMatcher(key, timeSpan, 'time');
    case 'DT':
      return rangeMatcher(key, dateTimeSpan, 'date and time');
    case 'IS':
    case 'DS':
      return numberMatcher(key);
    case 'PN':
      return nameMatcher(key);
    default:
      return anyOf(vr, key);
  }
}

function listOf(list: readonly string[]): (value: string) => boolean {
  const wanted = new Set(list.filter((each) => each !== ''));
  return (value) => wanted.has(value);
}

/** Several keys with backslashes between them: one has to match (PS3.4 C.2.2.2.7; modalities are asked for like that). */
function anyOf(vr: VR, key: string): (value: string) => boolean {
  const keys = VALUE_REPRESENTATIONS[vr].isMultiple
    ? key
        .split('\\')
        .map((each) => each.trim())
        .filter((each) => each !== '')
    : [key];
  if (LITERAL.has(vr)) return listOf(keys);
  return (value) => keys.some((each) => matchesWildCard(each, value));
}

function numberMatcher(key: string): (value: string) => boolean {
  const keys = key.split('\\').map((each) => Number(each.trim()));
  if (keys.some((each) => !Number.isFinite(each))) throw new KeyFault('a number is expected');
  return (value) => value !== '' && keys.includes(Number(value));
}

/** Without `=` any group may match; with it each group of the key that is not empty has to match the group in its place. */
function nameMatcher(key: string): (value: string) => boolean {
  const groups = key.split('=').map(foldName);
  return (value) => {
    const own = value.split('=').map(foldName);
    if (groups.length === 1) return own.some((group) => matchesWildCard(groups[0] ?? '', group));
    return groups.every((group, at) => group === '' || matchesWildCard(group, own[at] ?? ''));
  };
}

/** First and last instant that a value can mean, as texts or numbers that compare like time does; undefined: it is no such value. */
type SpanOf = (text: string) => readonly [first: string, last: string] | undefined;

/** A single value matches what it overlaps: `1030` is the whole minute (PS3.4 C.2.2.2.5, PS3.5 6.2). */
function rangeMatcher(key: string, spanOf: SpanOf, words: string): (value: string) => boolean {
  const [from, to] = boundsOf(key, spanOf, words);
  return (value) => {
    const span = spanOf(value);
    return span !== undefined && span[1] >= from && span[0] <= to;
  };
}

const EARLIEST = '';
const LATEST = '\uffff';

function boundsOf(key: string, spanOf: SpanOf, words: string): readonly [string, string] {
  const whole = spanOf(key);
  if (whole !== undefined) return whole;
  // a hyphen also begins the offset from UTC of a DT: the first cut that leaves two values counts
  for (let at = key.indexOf('-'); at >= 0; at = key.indexOf('-', at + 1)) {
    const [from, to] = [key.slice(0, at).trim(), key.slice(at + 1).trim()];
    const [first, last] = [from === '' ? undefined : spanOf(from), to === '' ? undefined : spanOf(to)];
    if ((from !== '' && first === undefined) || (to !== '' && last === undefined) || (from === '' && to === '')) continue;
    return [first?.[0] ?? EARLIEST, last?.[1] ?? LATEST];
  }
  throw new KeyFault(`a ${words} or a range is expected`);
}

function dateSpan(text: string): readonly [string, string] | undefined {
  const iso = isoDate(text);
  return iso === undefined ? undefined : [iso, iso];
}

function timeSpan(text: string): readonly [string, string] | undefined {
  const time = parseTime(text);
  if (time === undefined) return undefined;
  const digits = text.replaceAll(':', '').replace('.', '').trim();
  return [digits.padEnd(12, '0'), digits.padEnd(12, '9')];
}

/** A DT without its offset from UTC: values of one archive are taken to be in its own zone. */
function dateTimeSpan(text: string): readonly [string, string] | undefined {
  const match = /^(\d{4})(\d{2})?(\d{2})?(\d{2})?(\d{2})?(\d{2})?(?:\.(\d{1,6}))?(?:[+-]\d{4})?$/.exec(text.trim());
  if (match === null) return undefined;
  const digits = match
    .slice(1)
    .map((part: string | undefined) => part ?? '')
    .join('');
  return [digits.padEnd(20, '0'), digits.padEnd(20, '9')];
}

/**
 * Study Date and Study Time (or another pair) as one instant, where that was negotiated (PS3.4 C.2.2.2.5.2, C.5.1.1): from the first date at the first time to the last
 * date at the last time. Undefined when the keys are not both ranges: they are matched apart then.
 */
export function combinedMatcher(dateKey: string, timeKey: string): ((date: string | undefined, time: string | undefined) => boolean) | undefined {
  if (!dateKey.includes('-') || !timeKey.includes('-')) return undefined;
  const [firstDate, lastDate] = boundsOf(dateKey.trim(), dateSpan, 'date');
  const [firstTime, lastTime] = boundsOf(timeKey.trim(), timeSpan, 'time');
  const [from, to] = [firstDate + firstTime, lastDate === LATEST ? LATEST : lastDate + lastTime];
  return (date, time) => {
    const day = dateSpan(date ?? '');
    if (day === undefined) return false;
    const moment = timeSpan(time ?? '') ?? ['0'.repeat(12), '9'.repeat(12)];
    return day[0] + moment[1] >= from && day[0] + moment[0] <= to;
  };
}
