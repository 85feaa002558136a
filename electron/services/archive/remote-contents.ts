import type { FindRequest, Match } from '../dimse';
import { type ArchivePool, type ArchiveTarget, findAt } from './archive-pool';
import type { RemoteObject } from './plan-retrieve';

export interface ContentsWish {
  /** Absent: all series. */
  readonly series?: readonly string[] | undefined;
  /** The SOP class of each object too. */
  readonly classes?: boolean;
}

/**
 * What an archive has of a study, or of some of its series: SERIES level, then IMAGE level for each series (PS3.4 C.4.1.2). Throws an Error in
 * words.
 */
export async function remoteContents(
  pool: ArchivePool,
  target: ArchiveTarget,
  StudyInstanceUID: string,
  signal: AbortSignal,
  { series, classes = false }: ContentsWish = {},
): Promise<RemoteObject[]> {
  const ask = (request: Pick<FindRequest, 'level' | 'keys' | 'returned'>): Promise<Match[]> => all(pool, target, { root: 'study', ...request }, signal);
  const images = await remoteImages(ask, StudyInstanceUID, classes ? ['SOPInstanceUID', 'SOPClassUID'] : ['SOPInstanceUID'], series);
  return images.map(({ SeriesInstanceUID = '', SOPInstanceUID = '', SOPClassUID = '' }) => ({ SeriesInstanceUID, SOPInstanceUID, SOPClassUID }));
}

/** The same, with what an archive says of each object besides its UIDs. `times`: when it was made, too, for which some archives open every file. */
export function describedContents(
  pool: ArchivePool,
  target: ArchiveTarget,
  StudyInstanceUID: string,
  signal: AbortSignal,
  { times }: { readonly times: boolean },
): Promise<Match[]> {
  const ask = (request: Pick<FindRequest, 'level' | 'keys' | 'returned'>): Promise<Match[]> => all(pool, target, { root: 'study', ...request }, signal);
  const content = times ? (['ContentDate', 'ContentTime', 'InstanceCreationDate', 'InstanceCreationTime'] as const) : [];
  return remoteImages(ask, StudyInstanceUID, ['SOPInstanceUID', 'SOPClassUID', 'InstanceNumber', 'NumberOfFrames', ...content]);
}

async function remoteImages(
  ask: (request: Pick<FindRequest, 'level' | 'keys' | 'returned'>) => Promise<Match[]>,
  StudyInstanceUID: string,
  returned: FindRequest['returned'],
  onlySeries?: readonly string[],
): Promise<Match[]> {
  const objects = new Map<string, Match>();
  for (const { SeriesInstanceUID } of await ask({ level: 'SERIES', keys: { StudyInstanceUID }, returned: ['SeriesInstanceUID'] })) {
    if (!SeriesInstanceUID || onlySeries?.includes(SeriesInstanceUID) === false) continue;
    const images = await ask({ level: 'IMAGE', keys: { StudyInstanceUID, SeriesInstanceUID }, ...(returned && { returned }) });
    for (const image of images)
      if (image.SOPInstanceUID !== undefined && image.SOPInstanceUID !== '') objects.set(image.SOPInstanceUID, { ...image, SeriesInstanceUID });
  }
  return [...objects.values()];
}

/** SOP classes of a study as the archive sums them up (0008,0062), or of each object where it does not. Throws an Error in words. */
export async function remoteClasses(pool: ArchivePool, target: ArchiveTarget, StudyInstanceUID: string, signal: AbortSignal): Promise<string[]> {
  const request = { root: 'study', level: 'STUDY', keys: { StudyInstanceUID }, returned: ['StudyInstanceUID', 'SOPClassesInStudy'] } as const;
  const match = (await all(pool, target, request, signal)).find((each) => each.StudyInstanceUID === StudyInstanceUID);
  const summed = classList(match?.SOPClassesInStudy?.split('\\') ?? []);
  if (summed.length > 0) return summed;
  return classList((await remoteContents(pool, target, StudyInstanceUID, signal, { classes: true })).map(({ SOPClassUID }) => SOPClassUID));
}

export function classList(uids: readonly string[]): string[] {
  return [...new Set(uids.map((uid) => uid.trim()).filter((uid) => uid !== ''))];
}

/** A study as an archive describes it now; undefined: it does not have it. Throws an Error in words. */
export async function remoteStudyMatch(pool: ArchivePool, target: ArchiveTarget, StudyInstanceUID: string, signal: AbortSignal): Promise<Match | undefined> {
  const matches = await all(pool, target, { root: 'study', level: 'STUDY', keys: { StudyInstanceUID } }, signal);
  // An archive that answers with other studies is not believed.
  return matches.find((match) => match.StudyInstanceUID === StudyInstanceUID);
}

/** How many objects of a study an archive says to have (0020,1208); undefined: it does not say, or not now. */
export async function remoteCount(pool: ArchivePool, target: ArchiveTarget, StudyInstanceUID: string, signal: AbortSignal): Promise<number | undefined> {
  const request = { root: 'study', level: 'STUDY', keys: { StudyInstanceUID }, returned: ['StudyInstanceUID', 'NumberOfStudyRelatedInstances'] } as const;
  const matches = await all(pool, target, request, signal).catch(() => []);
  const count = matches.find((match) => match.StudyInstanceUID === StudyInstanceUID)?.NumberOfStudyRelatedInstances?.trim() ?? '';
  return /^[1-9]\d{0,8}$/.test(count) ? Number(count) : undefined;
}

/** The series of a study as an archive describes them. Throws an Error in words. */
export async function remoteSeries(pool: ArchivePool, target: ArchiveTarget, StudyInstanceUID: string, signal: AbortSignal): Promise<Match[]> {
  return all(pool, target, { root: 'study', level: 'SERIES', keys: { StudyInstanceUID } }, signal);
}

async function all(pool: ArchivePool, target: ArchiveTarget, request: FindRequest, signal: AbortSignal): Promise<Match[]> {
  const matches: Match[] = [];
  const run = findAt(pool, target, request, signal);
  for (;;) {
    const next = await run.next();
    if (!next.done) {
      matches.push(next.value);
      continue;
    }
    signal.throwIfAborted();
    const end = next.value;
    if (end.kind === 'complete') return matches;
    if (end.kind === 'refused') throw new Error(end.words);
    if (end.kind === 'failed') throw new Error(end.failure.words);
    throw new Error(`${target.calledAeTitle} listed more objects than can be handled.`);
  }
}
