import { randomUUID } from 'node:crypto';
import type { EventPayload } from '@shared/contract';
import { type ArchiveFilter, type ArchiveSearchEnd, type ArchiveStudy, type KnownNode, StudyUid } from '@shared/domain';
import type { FindEnd, Match, QueryKeys } from '../dimse';
import type { Index } from '../index';
import { type ArchivePool, findAt } from './archive-pool';
import type { FoundStudies } from './found-studies';
import type { NodeList } from './node-list';

/** Searches at archives that run now; rows and ends are events. */
export interface ArchiveSearches {
  start(node: KnownNode, filter: ArchiveFilter, limit: number): string;
  /** Reaches the archive (C-CANCEL). One that has ended changes nothing. */
  cancel(searchId: string): void;
  close(): Promise<void>;
}

export interface SearchParts {
  readonly pool: ArchivePool;
  readonly nodes: Pick<NodeList, 'target'>;
  readonly index: Pick<Index, 'getStudy'>;
  /** Keeps what comes, for the list of studies. */
  readonly found: FoundStudies;
  now(): number;
  onMatches(event: EventPayload<'archive.matches'>): void;
  onEnded(event: ArchiveSearchEnd): void;
  /** Whether the archive answered. */
  onContact?(node: string, answered: boolean): void;
}

const ROWS_A_TIME = 50;
const EVERY_MS = 100;

export function createArchiveSearches(parts: SearchParts): ArchiveSearches {
  const running = new Map<string, { readonly controller: AbortController; readonly ended: Promise<void> }>();

  async function run(searchId: string, node: KnownNode, filter: ArchiveFilter, limit: number, signal: AbortSignal): Promise<void> {
    let rows: ArchiveStudy[] = [];
    let toldAt = performance.now();
    const tell = (): void => {
      parts.found.add(searchId, rows);
      if (rows.length > 0) parts.onMatches({ searchId, studies: rows });
      rows = [];
      toldAt = performance.now();
    };
    const matches = findAt(parts.pool, parts.nodes.target(node), { root: 'study', level: 'STUDY', keys: keysOf(filter), maxMatches: limit }, signal);
    for (;;) {
      const next = await matches.next();
      if (next.done) {
        tell();
        parts.onEnded({ searchId, ...endOf(next.value) });
        if (next.value.kind !== 'cancelled') parts.onContact?.(node.name, next.value.kind !== 'failed');
        return;
      }
      const study = studyOf(next.value, parts.index);
      if (study) rows.push(study);
      if (rows.length >= ROWS_A_TIME || performance.now() - toldAt > EVERY_MS) tell();
    }
  }

  return {
    start(node, filter, limit) {
      const searchId = randomUUID();
      parts.found.begin(searchId, node.name, new Date(parts.now()).toISOString());
      const controller = new AbortController();
      // The id is with the caller before the first event: events carry it from the next turn on.
      const ended = new Promise<void>((resolve) => setImmediate(resolve))
        .then(() => run(searchId, node, filter, limit, controller.signal))
        .catch((error: unknown) => {
          parts.onEnded({ searchId, outcome: 'failed', matches: 0, words: `The search failed: ${error instanceof Error ? error.message : String(error)}` });
        })
        .finally(() => running.delete(searchId));
      running.set(searchId, { controller, ended });
      return searchId;
    },
    cancel(searchId) {
      running.get(searchId)?.controller.abort();
    },
    async close() {
      const open = [...running.values()];
      for (const { controller } of open) controller.abort();
      await Promise.all(open.map(({ ended }) => ended));
    },
  };
}

/** PS3.4 C.2.2: a range of dates by a hyphen; a name or description without a wild card is meant to begin so. */
function keysOf(filter: ArchiveFilter): QueryKeys {
  const keys: QueryKeys = {};
  const begins = (value: string): string => (/[*?]/.test(value) ? value : `${value}*`);
  if (filter.PatientName) keys.PatientName = begins(filter.PatientName);
  if (filter.StudyDescription) keys.StudyDescription = begins(filter.StudyDescription);
  if (filter.PatientID) keys.PatientID = filter.PatientID;
  if (filter.PatientBirthDate) keys.PatientBirthDate = filter.PatientBirthDate;
  else if (filter.birthYear) keys.PatientBirthDate = `${filter.birthYear}0101-${filter.birthYear}1231`;
  if (filter.ReferringPhysicianName) keys.ReferringPhysicianName = begins(filter.ReferringPhysicianName);
  if (filter.BodyPartExamined) keys.BodyPartExamined = filter.BodyPartExamined;
  if (filter.AccessionNumber) keys.AccessionNumber = filter.AccessionNumber;
  if (filter.Modality) keys.ModalitiesInStudy = filter.Modality;
  if (filter.StudyInstanceUID) keys.StudyInstanceUID = filter.StudyInstanceUID;
  const { studyDateFrom: from, studyDateTo: to } = filter;
  if (from !== undefined || to !== undefined) keys.StudyDate = from === to ? (from ?? '') : `${from ?? ''}-${to ?? ''}`;
  return keys;
}

/** A match without a Study Instance UID cannot be retrieved: it is no row. */
function studyOf(match: Match, index: SearchParts['index']): ArchiveStudy | undefined {
  const uid = StudyUid.safeParse(match.StudyInstanceUID);
  if (!uid.success) return undefined;
  const text = (keyword: keyof Match): string => match[keyword] ?? '';
  const count = (keyword: keyof Match): number | undefined => (/^\d{1,9}$/.test(text(keyword)) ? Number(text(keyword)) : undefined);
  const [instanceCount, seriesCount] = [count('NumberOfStudyRelatedInstances'), count('NumberOfStudyRelatedSeries')];
  return {
    StudyInstanceUID: uid.data,
    PatientName: text('PatientName'),
    PatientID: text('PatientID'),
    IssuerOfPatientID: text('IssuerOfPatientID'),
    PatientBirthDate: text('PatientBirthDate'),
    PatientSex: text('PatientSex'),
    StudyDate: text('StudyDate'),
    StudyTime: text('StudyTime'),
    AccessionNumber: text('AccessionNumber'),
    StudyDescription: text('StudyDescription'),
    ReferringPhysicianName: text('ReferringPhysicianName'),
    InstitutionName: text('InstitutionName'),
    ModalitiesInStudy: text('ModalitiesInStudy')
      .split('\\')
      .map((modality) => modality.trim())
      .filter((modality) => modality !== ''),
    ...(instanceCount === undefined ? {} : { instanceCount }),
    ...(seriesCount === undefined ? {} : { seriesCount }),
    hereCount: index.getStudy(uid.data)?.instanceCount ?? 0,
  };
}

function endOf(end: FindEnd): Omit<ArchiveSearchEnd, 'searchId'> {
  const { matches } = end;
  switch (end.kind) {
    case 'complete':
      return { outcome: 'complete', matches, words: end.keysIgnored ? 'The archive does not search by every field that was given.' : '' };
    case 'limited':
      return { outcome: 'limited', matches, words: `Only the first ${String(matches)} studies: narrow the search.` };
    case 'cancelled':
      return { outcome: 'cancelled', matches, words: '' };
    case 'refused':
      return { outcome: 'failed', matches, words: end.words };
    case 'failed':
      return { outcome: 'failed', matches, words: end.failure.words };
  }
}
