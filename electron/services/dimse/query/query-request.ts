import type { VR } from '@shared/dicom';
import { type DataSet, decodeDataSet } from '../data-set';
import { QUERY_SOP_CLASSES, type QueryLevel, type QueryRoot } from '../query-classes';
import {
  CONTROL_TAGS,
  identifierVr,
  isAtOrAbove,
  isLevel,
  QUERY_ATTRIBUTES,
  QUERY_RETRIEVE_LEVEL,
  REQUEST_ATTRIBUTES,
  type AttributeFacts,
  type QueryAttribute,
} from './attributes';
import { combinedMatcher, KeyFault, type Matcher, matcherOf } from './matching';

/** A value of what is looked for: text (all values, decoded), or the items of a sequence. Undefined: absent. */
export type Value = string | readonly ReadonlyMap<number, string>[] | undefined;
/** What is known of a patient, study, series or image; asked only for what a query names. */
export type Candidate = (attribute: QueryAttribute) => Value;

/** A C-FIND, understood. */
export interface Query {
  readonly root: QueryRoot;
  readonly level: QueryLevel;
  /** Unique keys as lists; absent: universal. */
  readonly unique: Readonly<Partial<Record<'PatientID' | 'StudyInstanceUID' | 'SeriesInstanceUID' | 'SOPInstanceUID', readonly string[]>>>;
  /** Attributes to answer with, in any order. */
  readonly returned: readonly AttributeFacts[];
  /** Keys that are not supported, or belong to a level below: matched with everything, and not answered (status 0xFF01). */
  readonly hasUnsupported: boolean;
  /** Whether the attributes of these levels match; others are not looked at. */
  matches(candidate: Candidate, levels: readonly QueryLevel[]): boolean;
}

/** Why an identifier cannot be served: its status and words for Error Comment. */
export interface QueryFault {
  readonly status: 0xa900 | 0xc000;
  readonly comment: string;
}

export interface QueryOptions {
  /** Study Date and Study Time are one range (PS3.4 C.5.1.1, negotiated). */
  readonly isCombined?: boolean;
}

export function rootOf(sopClass: string): QueryRoot {
  return Object.values(QUERY_SOP_CLASSES.patient).includes(sopClass) ? 'patient' : 'study';
}

/** The identifier of a C-FIND, C-MOVE or C-GET. */
export function readIdentifier(bytes: Buffer, TransferSyntaxUID: string): { readonly level: QueryLevel; readonly dataSet: DataSet } | QueryFault {
  const dataSet = decodeDataSet(bytes, TransferSyntaxUID, identifierVr);
  if (typeof dataSet === 'string') return { status: 0xc000, comment: `Identifier: ${dataSet}` };
  const level = dataSet.text(QUERY_RETRIEVE_LEVEL, 'CS') ?? '';
  if (!isLevel(level)) return { status: 0xa900, comment: level === '' ? 'Query/Retrieve Level missing' : 'Query/Retrieve Level unknown' };
  return { level, dataSet };
}

/** A string list of a unique key; undefined when it is universal. */
export function uniqueKey(dataSet: DataSet, attribute: QueryAttribute): readonly string[] | undefined {
  const facts = [...QUERY_ATTRIBUTES.values()].find(({ keyword }) => keyword === attribute);
  const text = facts === undefined ? undefined : dataSet.text(facts.tag, facts.vr);
  const list = (text ?? '').split('\\').map((each) => each.trim());
  return list.every((each) => each === '' || each === '*') ? undefined : list.filter((each) => each !== '');
}

/** Understands a C-FIND identifier. */
export function readQuery(bytes: Buffer, TransferSyntaxUID: string, root: QueryRoot, options: QueryOptions = {}): Query | QueryFault {
  const identifier = readIdentifier(bytes, TransferSyntaxUID);
  if ('status' in identifier) return identifier;
  const { level, dataSet } = identifier;
  if (root === 'study' && level === 'PATIENT') return { status: 0xa900, comment: 'Study Root has no PATIENT level' };
  const keys = dataSet.tags().filter((tag) => !CONTROL_TAGS.has(tag));
  const known = keys.flatMap((tag) => QUERY_ATTRIBUTES.get(tag) ?? []).filter((facts) => isAtOrAbove(facts.level, level));
  try {
    const conditions = known.flatMap((facts) => conditionOf(dataSet, facts));
    const combined = options.isCombined === true ? combinedStudyTime(dataSet) : undefined;
    const used = combined === undefined ? conditions : conditions.filter(({ facts }) => facts.keyword !== 'StudyDate' && facts.keyword !== 'StudyTime');
    return {
      root,
      level,
      unique: uniqueKeys(dataSet, level),
      returned: known,
      hasUnsupported: known.length < keys.length,
      matches: (candidate, levels) =>
        used.every(({ facts, matches }) => !levels.includes(facts.level) || matches(candidate(facts.keyword))) &&
        (combined === undefined || !levels.includes('STUDY') || combined(candidate)),
    };
  } catch (error) {
    if (error instanceof KeyFault) return { status: 0xa900, comment: error.message };
    throw error;
  }
}

interface Condition {
  readonly facts: AttributeFacts;
  matches(value: Value): boolean;
}

function conditionOf(dataSet: DataSet, facts: AttributeFacts): Condition[] {
  if (facts.vr === 'SQ') {
    const matches = sequenceMatcher(dataSet.items(facts.tag) ?? [], REQUEST_ATTRIBUTES);
    return matches === undefined ? [] : [{ facts, matches }];
  }
  const matcher = namedMatcher(facts.keyword, facts.vr, dataSet.text(facts.tag, facts.vr) ?? '');
  return matcher === undefined ? [] : [{ facts, matches: (value) => matcher(typeof value === 'string' ? value : undefined) }];
}

function namedMatcher(keyword: string, vr: VR, key: string): Matcher | undefined {
  try {
    return matcherOf(vr, key);
  } catch (error) {
    if (error instanceof KeyFault) throw new KeyFault(`${keyword}: ${error.message}`);
    throw error;
  }
}

/** PS3.4 C.2.2.2.6: the keys of the one item all match in one item of the value; without keys everything matches. */
export function sequenceMatcher(items: readonly DataSet[], vrs: ReadonlyMap<number, VR>): ((value: Value) => boolean) | undefined {
  if (items.length > 1) throw new KeyFault('a sequence key has one item');
  const [item] = items;
  const matchers = (item?.tags() ?? []).flatMap((tag) => {
    const vr = vrs.get(tag);
    const matcher = vr === undefined ? undefined : matcherOf(vr, item?.text(tag, vr) ?? '');
    return matcher === undefined ? [] : [{ tag, matcher }];
  });
  if (matchers.length === 0) return undefined;
  return (value) =>
    Array.isArray(value) && (value as readonly ReadonlyMap<number, string>[]).some((own) => matchers.every(({ tag, matcher }) => matcher(own.get(tag))));
}

function uniqueKeys(dataSet: DataSet, level: QueryLevel): Query['unique'] {
  const unique: Partial<Record<keyof Query['unique'], readonly string[]>> = {};
  for (const [keyword, of] of [
    ['PatientID', 'PATIENT'],
    ['StudyInstanceUID', 'STUDY'],
    ['SeriesInstanceUID', 'SERIES'],
    ['SOPInstanceUID', 'IMAGE'],
  ] as const) {
    const list = isAtOrAbove(of, level) ? uniqueKey(dataSet, keyword) : undefined;
    if (list !== undefined) unique[keyword] = list;
  }
  return unique;
}

function combinedStudyTime(dataSet: DataSet): ((candidate: Candidate) => boolean) | undefined {
  const matcher = combinedMatcher(dataSet.text(0x00080020, 'DA') ?? '', dataSet.text(0x00080030, 'TM') ?? '');
  const textOf = (value: Value): string | undefined => (typeof value === 'string' ? value : undefined);
  return matcher && ((candidate) => matcher(textOf(candidate('StudyDate')), textOf(candidate('StudyTime'))));
}
