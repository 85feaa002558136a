import { foldText, foldWords, type StudyFilter, type StudyRow, type StudySortKey } from '@shared/domain';
import type { SqlDatabase } from './database';
import { ARRIVING_MS, modalitiesText, text } from './rows';

/** What search and sort look at in a study; `search` holds the folded name, id, accession number and description, a line each. */
export interface Entry {
  /** Of the row; negative: a study that is elsewhere. */
  readonly id: number;
  readonly search: string;
  readonly date: string;
  readonly time: string;
  readonly birthDate: string;
  readonly modalities: string;
  readonly state: string;
  readonly instanceCount: number;
  readonly lastArrivalMs: number;
  readonly setAsideCount: number;
}

type Key = string | number;
type Predicate = (entry: Entry) => boolean;

const PORTION = 2000;
/** More changed studies than this are read again with all the others. */
const DIRTY_LIMIT = 2000;
const [NAME, ID, ACCESSION, DESCRIPTION] = [0, 1, 2, 3];
// one JSON text is read several times faster than as many rows through the binding
const COLUMNS = `json_group_array(json_array(id, search, date, time, birthDate, modalities, state, instanceCount, lastArrivalMs, setAsideCount)) AS list`;

const KEYS: Record<StudySortKey, (entry: Entry) => Key> = {
  PatientName: ({ search }) => line(search, NAME),
  PatientID: ({ search }) => line(search, ID),
  PatientBirthDate: ({ birthDate }) => birthDate,
  StudyDate: ({ date, time }) => `${date} ${time}`,
  AccessionNumber: ({ search }) => line(search, ACCESSION),
  Modality: ({ modalities }) => modalities,
  StudyDescription: ({ search }) => line(search, DESCRIPTION),
  instanceCount: ({ instanceCount }) => instanceCount,
  state: ({ state }) => state,
  lastArrivalAt: ({ lastArrivalMs }) => lastArrivalMs,
};

/**
 * The searched columns of all studies in memory (about 250 bytes a study): looking through 25,000 of them takes a few milliseconds, where SQLite needs ten times
 * as long and a trigram index does not find names of two ideographs. The database stays the truth: what is told as changed is read again before the next answer.
 */
export class StudyList {
  private readonly entries = new Map<number, Entry>();
  /** Entries in ascending order of a sort key, then id; made when first asked for. */
  private readonly orders = new Map<StudySortKey, Entry[]>();
  private readonly dirty = new Set<string>();
  private readonly same = new Map<string, string>();
  private loadedTo = 0;
  private isLoaded = false;

  constructor(private readonly db: SqlDatabase) {}

  /** These studies have changed or are new. */
  touch(uids: Iterable<string>): void {
    if (this.loadedTo > 0 || this.isLoaded) for (const uid of uids) this.dirty.add(uid);
  }

  drop(id: number): void {
    const entry = this.entries.get(id);
    if (entry === undefined) return;
    this.entries.delete(id);
    for (const [key, order] of this.orders) order.splice(position(order, KEYS[key], entry), 1);
  }

  /** Everything may have changed. */
  forget(): void {
    this.entries.clear();
    this.orders.clear();
    this.dirty.clear();
    this.same.clear();
    this.loadedTo = 0;
    this.isLoaded = false;
  }

  /** Reads the next portion ahead of the first question; false when all are there. */
  loadSome(): boolean {
    if (this.isLoaded) return false;
    const before = this.loadedTo;
    for (const entry of this.read('SELECT * FROM studies WHERE id > ? ORDER BY id LIMIT ?', before, PORTION)) {
      this.entries.set(entry.id, entry);
      this.loadedTo = Math.max(this.loadedTo, entry.id);
    }
    this.isLoaded = this.loadedTo === before;
    return !this.isLoaded;
  }

  /** Ids of one page of the studies that match, and how many match. `others` are listed among them; `also` must hold for a study that is here. */
  find(
    filter: StudyFilter,
    sort: { readonly key: StudySortKey; readonly descending: boolean },
    page: { offset: number; limit: number },
    nowMs: number,
    others: readonly Entry[] = [],
    also: Predicate = () => true,
  ): { ids: number[]; matching: number; remote: number } {
    this.refresh();
    const predicates = predicatesOf(filter, nowMs);
    const holdAll: Predicate = (entry) => predicates.every((holds) => holds(entry));
    const here = this.order(sort.key).filter((entry) => holdAll(entry) && also(entry));
    const elsewhere = sorted(others.filter(holdAll), sort.key);
    const matching = elsewhere.length === 0 ? here : merged(here, elsewhere, KEYS[sort.key]);
    if (sort.descending) matching.reverse();
    return { ids: matching.slice(page.offset, page.offset + page.limit).map(({ id }) => id), matching: matching.length, remote: elsewhere.length };
  }

  private refresh(): void {
    if (this.dirty.size > DIRTY_LIMIT) this.forget();
    while (this.loadSome());
    if (this.dirty.size === 0) return;
    const changed = this.read('SELECT * FROM studies WHERE uid IN (SELECT value FROM json_each(?))', JSON.stringify([...this.dirty]));
    this.dirty.clear();
    for (const entry of changed) this.replace(entry);
  }

  private replace(entry: Entry): void {
    const old = this.entries.get(entry.id);
    this.entries.set(entry.id, entry);
    for (const [key, order] of this.orders) {
      const keyOf = KEYS[key];
      if (old !== undefined) order.splice(position(order, keyOf, old), 1);
      order.splice(position(order, keyOf, entry), 0, entry);
    }
  }

  private order(key: StudySortKey): readonly Entry[] {
    let order = this.orders.get(key);
    if (order === undefined) {
      order = sorted(this.entries.values(), key);
      this.orders.set(key, order);
    }
    return order;
  }

  private read(from: string, ...values: (string | number)[]): Entry[] {
    const list = JSON.parse(text(this.db.get(`SELECT ${COLUMNS} FROM (${from})`, ...values)?.['list'])) as [
      number,
      ...[string, string, string, string, string, string],
      ...[number, number, number],
    ][];
    // one literal, every property in place: objects of one shape are looked through several times faster
    return list.map(([id, search, date, time, birthDate, modalities, state, instanceCount, lastArrivalMs, setAsideCount]) => ({
      id,
      search,
      date: this.shared(date),
      time: this.shared(time),
      birthDate: this.shared(birthDate),
      modalities: this.shared(modalities),
      state: this.shared(state),
      instanceCount,
      lastArrivalMs,
      setAsideCount,
    }));
  }

  /** One string for all that are equal: days, modalities and states are few. */
  private shared(value: string): string {
    const known = this.same.get(value);
    if (known !== undefined) return known;
    this.same.set(value, value);
    return value;
  }
}

/** Conditions of a filter, all of which must hold; none for an empty filter. */
export function predicatesOf(filter: StudyFilter, nowMs: number): Predicate[] {
  const predicates: Predicate[] = [];
  for (const word of foldWords(filter.text ?? '')) predicates.push(({ search }) => search.includes(word));
  const words = (index: number, typed: string | undefined) => {
    for (const word of foldWords(typed ?? '')) predicates.push(({ search }) => search.includes(word) && line(search, index).includes(word));
  };
  words(NAME, filter.PatientName);
  words(ID, filter.PatientID);
  words(ACCESSION, filter.AccessionNumber);
  words(DESCRIPTION, filter.StudyDescription);
  const modality = filter.Modality?.trim().toUpperCase() ?? '';
  if (modality !== '') predicates.push(({ modalities }) => modalities.includes(`\\${modality}\\`));
  const { studyDateFrom, studyDateTo, state, where } = filter;
  if (studyDateFrom !== undefined) predicates.push(({ date }) => date >= studyDateFrom);
  if (studyDateTo !== undefined) predicates.push(({ date }) => date !== '' && date <= studyDateTo);
  const birthYear = filter.birthYear?.trim() ?? '';
  if (birthYear !== '') predicates.push(({ birthDate }) => birthDate.startsWith(birthYear));
  if (state !== undefined) predicates.push((entry) => entry.state === state);
  const since = nowMs - ARRIVING_MS;
  // Entries of studies that are elsewhere have negative ids.
  if (where === 'remote') predicates.push(({ id }) => id < 0);
  else if (where !== undefined || state !== undefined) predicates.push(({ id }) => id >= 0);
  if (where === 'setAside') predicates.push(({ setAsideCount }) => setAsideCount > 0);
  if (where === 'arriving') predicates.push(({ setAsideCount, lastArrivalMs }) => setAsideCount === 0 && lastArrivalMs > since);
  if (where === 'here') predicates.push(({ setAsideCount, lastArrivalMs }) => setAsideCount === 0 && lastArrivalMs <= since);
  return predicates;
}

/** The entry of a study that is elsewhere, as the list compares it. */
export function entryOf(row: StudyRow, id: number): Entry {
  return {
    id,
    search: [row.PatientName, row.PatientID, row.AccessionNumber, row.StudyDescription].map(foldText).join('\n'),
    date: row.StudyDate,
    time: row.StudyTime,
    birthDate: row.PatientBirthDate,
    modalities: modalitiesText(row.ModalitiesInStudy),
    state: row.state,
    instanceCount: row.at?.[0]?.instanceCount ?? 0,
    lastArrivalMs: 0,
    setAsideCount: 0,
  };
}

/** Ascending, then by id. */
function sorted(entries: Iterable<Entry>, key: StudySortKey): Entry[] {
  const keyOf = KEYS[key];
  const keyed = Array.from(entries, (entry) => ({ key: keyOf(entry), entry }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.entry.id - b.entry.id));
  return keyed.map(({ entry }) => entry);
}

/** Two ascending lists as one. */
function merged(first: readonly Entry[], second: readonly Entry[], keyOf: (entry: Entry) => Key): Entry[] {
  const all: Entry[] = [];
  let at = 0;
  for (const entry of second) {
    const key = keyOf(entry);
    for (let other = first[at]; other !== undefined && keyOf(other) <= key; other = first[++at]) all.push(other);
    all.push(entry);
  }
  return all.concat(first.slice(at));
}

function line(search: string, index: number): string {
  let from = 0;
  for (let skipped = 0; skipped < index; skipped++) from = search.indexOf('\n', from) + 1;
  const end = search.indexOf('\n', from);
  return end < 0 ? search.slice(from) : search.slice(from, end);
}

/** Where an entry stands, or would stand, in an ascending order. */
function position(order: readonly Entry[], keyOf: (entry: Entry) => Key, entry: Entry): number {
  const key = keyOf(entry);
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = order[middle] as Entry;
    const otherKey = keyOf(other);
    if (otherKey < key || (otherKey === key && other.id < entry.id)) low = middle + 1;
    else high = middle;
  }
  return low;
}
