import type { ContentCheck, StudyUid } from '@shared/domain';
import type { Index, InstanceRecord } from '../index';

/** Copies that are fetched for comparing at each look at a study, at most. */
const SAMPLE = 12;
export const SAMPLE_BYTES = 32 * 2 ** 20;

/**
 * Objects of a study to compare with an archive this time: some of each series, others the next time, until all had their turn. An archive's list of UIDs does not tell
 * whether one of them was replaced; only its copy does. `from`: how many had their turn.
 */
export function sampleOf(records: readonly InstanceRecord[], from: number): InstanceRecord[] {
  const stride = Math.max(1, Math.ceil(records.length / SAMPLE));
  const order = records.map((record, at) => ({ record, at })).sort((a, b) => (a.at % stride) - (b.at % stride) || a.at - b.at);
  const sample: InstanceRecord[] = [];
  let bytes = 0;
  for (const { record } of order.slice(from, from + SAMPLE)) {
    bytes += record.sizeBytes;
    // one that is larger than the bound has its turn alone
    if (sample.length > 0 && bytes > SAMPLE_BYTES) break;
    sample.push(record);
  }
  return sample;
}

/** Writes down how many were compared, and how many had their turn; when all had, it begins anew. */
export function noteCompared(
  index: Index,
  { node, StudyInstanceUID, compared, nextAt, atMs }: { node: string; StudyInstanceUID: StudyUid; compared: number; nextAt: number; atMs: number },
): void {
  const total = index.getStudy(StudyInstanceUID)?.instanceCount ?? 0;
  const known = index.keeping.contentChecks(StudyInstanceUID).find((one) => one.node === node);
  const before = known === undefined || known.nextAt === 0 ? 0 : known.compared;
  index.keeping.checkedContent({ StudyInstanceUID, node, nextAt: nextAt >= total ? 0 : nextAt, compared: Math.min(total, before + compared), atMs });
}

/** For each archive that is known to have the study. */
export function contentChecksOf(index: Pick<Index, 'keeping' | 'getStudy'>, StudyInstanceUID: StudyUid): ContentCheck[] {
  const known = new Map(index.keeping.contentChecks(StudyInstanceUID).map((one) => [one.node, one]));
  const total = index.getStudy(StudyInstanceUID)?.instanceCount ?? 0;
  return (index.keeping.archivedOf(StudyInstanceUID)?.nodes ?? []).map((node) => {
    const one = known.get(node);
    if (one === undefined) return { node, compared: 0, total };
    return { node, compared: Math.min(one.compared, total), total, at: new Date(one.atMs).toISOString() };
  });
}
