import { Tag } from '@shared/dicom';
import type { StudyUid } from '@shared/domain';
import type { Cache } from '../cache';
import { textOf, webMetadata } from '../dicomweb';
import type { Index, InstanceRecord } from '../index';
import type { LocalStudy, RemoteStudy, ReplacedObject } from '../sync';
import type { ArchiveTarget } from './archive-pool';
import { differsFromMetadata } from './described-as';
import { type CopySources, fetchCopies } from './fetch-copies';

export interface ReplacedParts extends CopySources {
  readonly index: Pick<Index, 'instances'>;
  readonly cache: Pick<Cache, 'compareCopies' | 'readRange'>;
}

export interface ReplacedFound {
  readonly replaced: ReplacedObject[];
  /** Of the sample, from its start: these had their turn, whatever came of it. One at least, so that an object at which every answer breaks off is not asked for alone for ever. */
  readonly hadTurn: readonly string[];
  /** Of these, how many could be compared. */
  readonly compared: number;
}

/** Copies of a study that are fetched for comparing, at most, beside the sample: where more look changed, these tell what the others are. */
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
    believed,
    answered,
    thorough,
    sample,
  }: {
    readonly local: LocalStudy;
    readonly remote: RemoteStudy;
    readonly named: readonly string[];
    /** Found to be otherwise before: looked at again, and what cannot be compared now stays so. */
    readonly believed: readonly string[];
    /** Found to be otherwise too, and somebody wants nothing more of it: looked at like any other, but set aside no second time. */
    readonly answered: readonly string[];
    readonly thorough: boolean;
    readonly sample: readonly string[];
  },
  signal: AbortSignal,
): Promise<ReplacedFound> {
  const there = new Set(remote.objects.map(({ SOPInstanceUID }) => SOPInstanceUID));
  const records = parts.index.instances(local.StudyInstanceUID).filter(({ attributes }) => there.has(attributes.SOPInstanceUID));
  const described = new Set([...remote.suspects, ...(thorough ? await byMetadata(parts, target, local.StudyInstanceUID, records, signal) : [])]);
  const [first, later] = [new Set([...described, ...named, ...believed]), new Set(sample)];
  const isWanted = (uids: ReadonlySet<string>) => records.filter(({ attributes }) => uids.has(attributes.SOPInstanceUID));
  const wanted = isWanted(first);
  const turns = isWanted(new Set([...later].filter((uid) => !first.has(uid))));
  const fetched = [...wanted.slice(0, MOST_COPIES), ...turns];
  if (fetched.length === 0) return { replaced: [], hadTurn: sample, compared: 0 };
  const { verdicts, reached } = await fetchCopies(
    parts,
    target,
    { StudyInstanceUID: local.StudyInstanceUID, records: fetched, believed: new Set([...believed, ...answered]) },
    signal,
  );
  const isReplaced = [...verdicts.values()].includes('different');
  const replaced = [...wanted, ...turns].flatMap(({ attributes: { SOPInstanceUID, SeriesInstanceUID } }, at): ReplacedObject[] => {
    const verdict = verdicts.get(SOPInstanceUID) ?? 'unread';
    if (verdict === 'different') return [{ SOPInstanceUID, SeriesInstanceUID, isCompared: true }];
    // said or found to be otherwise, and no copy could be had; beyond the most that are fetched, what those turned out to be counts
    const isSaid = described.has(SOPInstanceUID) && (at < MOST_COPIES || isReplaced);
    return verdict === 'unread' && (isSaid || believed.includes(SOPInstanceUID)) ? [{ SOPInstanceUID, SeriesInstanceUID, isCompared: false }] : [];
  });
  // what is not there any more, or is looked at each time and was beyond the most, has nothing to wait for
  const isWaiting = (uid: string): boolean => there.has(uid) && !reached.has(uid) && fetched.some(({ attributes }) => attributes.SOPInstanceUID === uid);
  const waits = sample.findIndex(isWaiting);
  const hadTurn = waits < 0 ? sample : sample.slice(0, Math.max(1, waits));
  // those that are looked at each time had their turn, or will have it: counted once in a round
  const count = hadTurn.filter((uid) => (verdicts.get(uid) ?? 'unread') !== 'unread').length;
  return { replaced, hadTurn, compared: count };
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
