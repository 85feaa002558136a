import { setImmediate as nextTurn } from 'node:timers/promises';
import { encodeDataSet, type WrittenElement } from '../data-set';
import type { QueryLevel } from '../query-classes';
import { CANCELLED_BY_PEER, type Peer, type ServedRequest } from '../served';
import { INSTANCE_AVAILABILITY, QUERY_RETRIEVE_LEVEL, type QueryAttribute, REQUEST_ATTRIBUTES, RETRIEVE_AE_TITLE } from './attributes';
import { type Candidate, type Query, type QueryFault, readQuery, rootOf } from './query-request';
import type { QuerySource } from './query-source';

const PENDING = 0xff00;
/** PS3.4 C.4.1.1.4: some keys were not supported. */
const PENDING_KEYS_IGNORED = 0xff01;
const CANCELLED = 0xfe00;

/** C-FIND (PS3.4 C.4.1) over what is here: matches as they are found, as fast as the peer takes them. Resolves to their number. */
export async function serveFind(source: QuerySource, ourAeTitle: string, request: ServedRequest, peer: Peer, signal: AbortSignal): Promise<number> {
  const { context, dataSet } = request;
  const { isRelational, isCombined } = peer.findOptions(context.abstractSyntax);
  const query = readQuery(dataSet ?? Buffer.alloc(0), context.transferSyntax, rootOf(context.abstractSyntax), { isCombined });
  const problem = 'status' in query ? query : problemOf(query, isRelational);
  if (problem !== undefined || 'status' in query) {
    peer.reply(request, problem ?? { status: 0xc000 });
    return 0;
  }
  await source.settle();
  let matches = 0;
  for await (const page of pagesOf(source, query)) {
    for (const candidate of page) {
      matches++;
      const status = query.hasUnsupported ? PENDING_KEYS_IGNORED : PENDING;
      peer.reply(request, { status, dataSet: encodeDataSet(answerOf(query, candidate, ourAeTitle), context.transferSyntax) });
    }
    await peer.drained();
    if (signal.aborted) break;
  }
  peer.reply(request, { status: signal.aborted && signal.reason === CANCELLED_BY_PEER ? CANCELLED : 0 });
  return matches;
}

/** PS3.4 C.4.1.2.2.1: without relational queries the unique keys of the levels above are single values. A list of them is taken too, as is a missing Patient ID or Series Instance UID. */
function problemOf({ level, unique }: Query, isRelational: boolean): QueryFault | undefined {
  const needsStudy = level === 'SERIES' || level === 'IMAGE';
  if (!isRelational && needsStudy && unique.StudyInstanceUID === undefined) return { status: 0xa900, comment: 'Study Instance UID is needed at this level' };
  return undefined;
}

async function* pagesOf(source: QuerySource, query: Query): AsyncGenerator<readonly Candidate[]> {
  if (query.level === 'PATIENT') {
    yield await patientsOf(source, query);
    return;
  }
  for (const page of source.studies(query.unique.StudyInstanceUID)) {
    const studies = page.filter((study) => query.matches(study, ['PATIENT', 'STUDY']));
    if (query.level === 'STUDY') yield studies;
    else for (const study of studies) yield await below(source, query, study);
    // other work of the services comes between the pages
    await nextTurn();
  }
}

/** Series or images of one study. */
async function below(source: QuerySource, query: Query, study: Candidate): Promise<Candidate[]> {
  const uid = textOf(study('StudyInstanceUID'));
  const wanted = new Set(query.returned.map(({ keyword }) => keyword));
  const own = query.level === 'SERIES' ? await source.series(uid, wanted) : source.images(uid, query.unique.SeriesInstanceUID);
  const levels: readonly QueryLevel[] = query.level === 'SERIES' ? ['SERIES'] : ['SERIES', 'IMAGE'];
  return own.filter((candidate) => query.matches(candidate, levels)).map((candidate) => withParent(candidate, study));
}

/** Attributes of the levels above are the study's. */
function withParent(candidate: Candidate, study: Candidate): Candidate {
  return (attribute) => candidate(attribute) ?? study(attribute);
}

/** One for each Patient ID and issuer, as the first study describes it; counts over all its studies. */
async function patientsOf(source: QuerySource, query: Query): Promise<Candidate[]> {
  const patients = new Map<string, { first: Candidate; studies: number; series: number; instances: number }>();
  for (const page of source.studies(undefined)) {
    for (const study of page) {
      if (!query.matches(study, ['PATIENT'])) continue;
      const key = JSON.stringify([study('PatientID'), study('IssuerOfPatientID'), textOf(study('PatientID')) === '' ? study('StudyInstanceUID') : '']);
      const known = patients.get(key) ?? { first: study, studies: 0, series: 0, instances: 0 };
      patients.set(key, known);
      known.studies++;
      known.series += Number(study('NumberOfStudyRelatedSeries'));
      known.instances += Number(study('NumberOfStudyRelatedInstances'));
    }
    await nextTurn();
  }
  return [...patients.values()].map(({ first, studies, series, instances }) => {
    const counts: Partial<Record<QueryAttribute, string>> = {
      NumberOfPatientRelatedStudies: String(studies),
      NumberOfPatientRelatedSeries: String(series),
      NumberOfPatientRelatedInstances: String(instances),
    };
    return (attribute) => counts[attribute] ?? first(attribute);
  });
}

function answerOf(query: Query, candidate: Candidate, ourAeTitle: string): WrittenElement[] {
  const elements: WrittenElement[] = [
    { tag: QUERY_RETRIEVE_LEVEL, vr: 'CS', value: query.level },
    { tag: RETRIEVE_AE_TITLE, vr: 'AE', value: ourAeTitle },
    { tag: INSTANCE_AVAILABILITY, vr: 'CS', value: 'ONLINE' },
  ];
  for (const { keyword, tag, vr } of query.returned) {
    const value = candidate(keyword);
    if (vr === 'SQ') elements.push({ tag, vr, value: itemsOf(value) });
    else elements.push({ tag, vr, value: textOf(value) });
  }
  return elements;
}

function itemsOf(value: ReturnType<Candidate>): WrittenElement[][] {
  if (value === undefined || typeof value === 'string') return [];
  return value.map((item) => [...item].map(([tag, text]) => ({ tag, vr: REQUEST_ATTRIBUTES.get(tag) ?? 'LO', value: text })));
}

function textOf(value: ReturnType<Candidate>): string {
  return typeof value === 'string' ? value : '';
}
