import { z } from 'zod';
import { type FindEnd, type FindRequest, type FindRun, type Match, type QueryKeys, queryTag, returnKeys, QUERY_KEYWORDS } from '../dimse';
import { DicomJson, textOf } from './dicom-json';
import { dropAnswer, readJson } from './read-answer';
import { statusFailure, type WebClient, webFailure, type WebTarget } from './web-client';

const PAGE = 500;
const MOST_MATCHES = 100_000;
const Answer = z.array(DicomJson);
/** Unique keys (PS3.4 C.6.2.1). */
const UNIQUE: Readonly<Record<FindRequest['level'], number>> = { PATIENT: 0x00100020, STUDY: 0x0020000d, SERIES: 0x0020000e, IMAGE: 0x00080018 };

/**
 * QIDO-RS (PS3.18 10.6) with the interface of C-FIND: matches as they come, page by page; the generator's return value says how it ended. Never throws for what
 * the service does.
 */
export async function* webFind(client: WebClient, target: WebTarget, request: FindRequest, signal: AbortSignal): FindRun {
  const limit = Math.min(request.maxMatches ?? MOST_MATCHES, MOST_MATCHES);
  const unique = UNIQUE[request.level];
  const seen = new Set<string>();
  let matches = 0;
  for (let offset = 0; ;) {
    const page = await ask(client, target, request, offset, Math.min(PAGE, limit + 1 - matches), signal);
    if ('end' in page) return { ...page.end, matches };
    // some services know no pages and give the same ones again: what brings nothing new is the end
    const fresh = page.found.filter((json) => !seen.has(textOf(json, unique)));
    for (const json of fresh) {
      seen.add(textOf(json, unique));
      if (matches >= limit) return { kind: 'limited', matches };
      matches++;
      yield matchOf(json);
    }
    // a service may give fewer a page than it was asked for: only an empty page is the end
    if (fresh.length === 0) return { kind: 'complete', matches, keysIgnored: false };
    offset += page.found.length;
    if (request.keys.SOPInstanceUID !== undefined || (request.level === 'STUDY' && request.keys.StudyInstanceUID !== undefined))
      return { kind: 'complete', matches, keysIgnored: false };
  }
}

type Page = { readonly found: DicomJson[] } | { readonly end: Omit<Extract<FindEnd, { kind: 'failed' }>, 'matches'> | { readonly kind: 'cancelled' } };

async function ask(client: WebClient, target: WebTarget, request: FindRequest, offset: number, limit: number, signal: AbortSignal): Promise<Page> {
  const answer = await client.ask(target, { method: 'GET', path: pathOf(request, offset, limit), accept: 'application/dicom+json' }, signal);
  if ('failure' in answer) return { end: answer.failure.cause === 'cancelled' ? { kind: 'cancelled' } : { kind: 'failed', failure: answer.failure } };
  const { response } = answer;
  const failure = statusFailure(target.name, response.statusCode ?? 0);
  if (failure !== undefined) {
    dropAnswer(response);
    // PS3.18 10.6: an unknown study may be "not found" instead of an empty list
    if (response.statusCode === 404 && offset === 0 && request.level !== 'STUDY') return { found: [] };
    return { end: { kind: 'failed', failure } };
  }
  try {
    return { found: response.statusCode === 204 ? (dropAnswer(response), []) : Answer.parse(await readJson(response)) };
  } catch (error) {
    if (signal.aborted) return { end: { kind: 'cancelled' } };
    const words = error instanceof z.ZodError ? 'the answer is no list of DICOM JSON' : error instanceof Error ? error.message : String(error);
    return { end: { kind: 'failed', failure: webFailure('protocol', `${target.name}: ${words}.`) } };
  }
}

/** Keywords are UIDs and names of attributes; each value is encoded. Unique keys of the levels above stand in the path (PS3.18 10.6.1.1). */
function pathOf({ root, level, keys, returned }: FindRequest, offset: number, limit: number): string {
  const { StudyInstanceUID: study, SeriesInstanceUID: series, ...rest } = keys;
  const parts: string[] = [];
  const others: QueryKeys = { ...rest };
  if (level === 'STUDY') {
    parts.push('studies');
    if (study !== undefined) others.StudyInstanceUID = study;
  } else if (level === 'SERIES') {
    parts.push('studies', study ?? '', 'series');
    if (series !== undefined) others.SeriesInstanceUID = series;
  } else parts.push('studies', study ?? '', 'series', series ?? '', 'instances');
  const query = new URLSearchParams();
  for (const [keyword, value] of Object.entries(others)) {
    const text = keyword.endsWith('UID') ? value.replaceAll('\\', ',') : value;
    if (text !== '') query.append(keyword, text);
  }
  for (const keyword of returned ?? returnKeys(root, level)) if (!(keyword in others)) query.append('includefield', hex(queryTag(keyword)));
  query.append('limit', String(limit));
  query.append('offset', String(offset));
  return `/${parts.map(encodeURIComponent).join('/')}?${query.toString()}`;
}

function matchOf(json: DicomJson): Match {
  const match: Match = {};
  for (const keyword of QUERY_KEYWORDS) {
    const text = textOf(json, queryTag(keyword));
    if (text !== '') match[keyword] = text;
  }
  return match;
}

function hex(tag: number): string {
  return tag.toString(16).toUpperCase().padStart(8, '0');
}
