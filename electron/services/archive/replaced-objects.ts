import { Tag } from '@shared/dicom';
import type { StudyUid } from '@shared/domain';
import type { Cache, CopyVerdict } from '../cache';
import { get, RETRIEVE_SYNTAXES } from '../dimse';
import { textOf, webMetadata, webRetrieve } from '../dicomweb';
import type { Index, InstanceRecord } from '../index';
import type { Logger } from '../logging/logger';
import type { LocalStudy, RemoteStudy, ReplacedObject } from '../sync';
import type { ArchivePool, ArchiveTarget } from './archive-pool';
import { differsFromMetadata } from './described-as';
import { imageSteps } from './plan-retrieve';

export interface ReplacedParts {
  readonly index: Pick<Index, 'instances'>;
  readonly cache: Pick<Cache, 'compareCopies' | 'readRange'>;
  readonly pool: ArchivePool;
  readonly log: Logger;
}

/** Copies of a study that are fetched for comparing, at most: where more look changed, these tell what the others are. */
const MOST_COPIES = 200;

/**
 * Objects of a study whose copies at the archive have other content. What an archive says of them (`remote.suspects`, the metadata where it is a DICOMweb service and `thorough`)
 * only chooses which copies are fetched beside the cache; elements and pixels decide. `named`: images that unsent results are about, always compared; `sample`: others, by turns.
 */
export async function replacedObjects(
  parts: ReplacedParts,
  target: ArchiveTarget,
  {
    local,
    remote,
    named,
    thorough,
    sample,
  }: {
    readonly local: LocalStudy;
    readonly remote: RemoteStudy;
    readonly named: readonly string[];
    readonly thorough: boolean;
    readonly sample: readonly string[];
  },
  signal: AbortSignal,
): Promise<{ readonly replaced: ReplacedObject[]; /** Of the sample. */ readonly compared: number }> {
  const there = new Set(remote.objects.map(({ SOPInstanceUID }) => SOPInstanceUID));
  const records = parts.index.instances(local.StudyInstanceUID).filter(({ attributes }) => there.has(attributes.SOPInstanceUID));
  const described = new Set([...remote.suspects, ...(thorough ? await byMetadata(parts, target, local.StudyInstanceUID, records, signal) : [])]);
  const [first, later] = [new Set([...described, ...named]), new Set(sample)];
  const isWanted = (uids: ReadonlySet<string>) => records.filter(({ attributes }) => uids.has(attributes.SOPInstanceUID));
  const wanted = [...isWanted(first), ...isWanted(new Set([...later].filter((uid) => !first.has(uid))))];
  if (wanted.length === 0) return { replaced: [], compared: 0 };
  const verdicts = await compared(parts, target, local.StudyInstanceUID, wanted.slice(0, MOST_COPIES), signal);
  const isReplaced = [...verdicts.values()].includes('different');
  const replaced = wanted.flatMap(({ attributes: { SOPInstanceUID, SeriesInstanceUID } }, at): ReplacedObject[] => {
    const verdict = verdicts.get(SOPInstanceUID) ?? 'unread';
    if (verdict === 'different') return [{ SOPInstanceUID, SeriesInstanceUID, isCompared: true }];
    // said to be otherwise, and no copy could be had; beyond the most that are fetched, what those turned out to be counts
    const isGuess = verdict === 'unread' && described.has(SOPInstanceUID) && (at < MOST_COPIES || isReplaced);
    return isGuess ? [{ SOPInstanceUID, SeriesInstanceUID, isCompared: false }] : [];
  });
  // those that are looked at each time had their turn, or will have it: counted once in a round
  return { replaced, compared: sample.filter((uid) => (verdicts.get(uid) ?? 'unread') !== 'unread').length };
}

async function compared(
  { cache, pool, log }: ReplacedParts,
  target: ArchiveTarget,
  StudyInstanceUID: StudyUid,
  wanted: readonly InstanceRecord[],
  signal: AbortSignal,
): Promise<Map<string, CopyVerdict>> {
  const verdicts = new Map<string, CopyVerdict>();
  const store = cache.compareCopies((uid, verdict) => verdicts.set(uid, verdict));
  const objects = wanted.map(({ attributes: { SeriesInstanceUID, SOPInstanceUID, SOPClassUID } }) => ({ SeriesInstanceUID, SOPInstanceUID, SOPClassUID }));
  for (const { level, keys, wanted: some } of imageSteps(StudyInstanceUID, objects)) {
    const uids = new Set(some.map(({ SOPInstanceUID }) => SOPInstanceUID));
    if (target.web !== undefined) {
      const request = { level, StudyInstanceUID, SeriesInstanceUID: keys.SeriesInstanceUID, wanted: uids, onProgress: () => undefined };
      await webRetrieve({ client: pool.web, store }, target.web, request, signal);
    } else {
      // only C-GET brings a copy beside the cache: by C-MOVE it would come in by the front door
      const sopClasses = [...new Set(some.map(({ SOPClassUID }) => SOPClassUID))];
      const request = { root: 'study' as const, level, keys, sopClasses, transferSyntaxes: RETRIEVE_SYNTAXES };
      await get({ pool, store, log, nextAssociationId: () => 0 }, target, request, signal);
    }
    signal.throwIfAborted();
  }
  return verdicts;
}

/** What cannot be asked for or read tells nothing. */
async function byMetadata(
  { cache, pool }: ReplacedParts,
  target: ArchiveTarget,
  StudyInstanceUID: StudyUid,
  records: readonly InstanceRecord[],
  signal: AbortSignal,
): Promise<string[]> {
  if (target.web === undefined) return [];
  const found: string[] = [];
  const here = new Map(records.map((record) => [record.attributes.SOPInstanceUID, record]));
  for (const SeriesInstanceUID of new Set(records.map(({ attributes }) => attributes.SeriesInstanceUID))) {
    const answer = await webMetadata(pool.web, target.web, { StudyInstanceUID, SeriesInstanceUID }, signal);
    signal.throwIfAborted();
    if ('failure' in answer) continue;
    for (const json of answer.objects) {
      const record = here.get(textOf(json, Tag.SOPInstanceUID));
      if (record === undefined) continue;
      const { id, sizeBytes, attributes } = record;
      const own = {
        TransferSyntaxUID: attributes.TransferSyntaxUID,
        read: (offset: number, length: number) => cache.readRange(id, offset, Math.max(0, Math.min(length, sizeBytes - offset))),
      };
      if (await differsFromMetadata(own, json).catch(() => false)) found.push(attributes.SOPInstanceUID);
    }
  }
  return found;
}
