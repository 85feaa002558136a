import type { ContentCheck, StudyUid } from '@shared/domain';
import type { Index, InstanceRecord } from '../index';

/** Copies that are fetched for comparing at each look at a study, at most. */
const SAMPLE = 12;
export const SAMPLE_BYTES = 32 * 2 ** 20;

/**
 * Objects of a study to compare with an archive this time: some of each series, others the next time, until all had their turn. An archive's list of UIDs does not tell
 * whether one of them was replaced; only its copy does. `nextAt`: places before it had their turn. An object keeps its place when the study grows: one that came into a place which had
 * its turn is looked at in the next round.
 */
export function sampleOf(records: readonly InstanceRecord[], nextAt: number, most = { objects: SAMPLE, bytes: SAMPLE_BYTES }): InstanceRecord[] {
  const sample: InstanceRecord[] = [];
  let bytes = 0;
  for (const record of inPlaces(records).filter((one) => placeOf(one) >= nextAt)) {
    bytes += record.sizeBytes;
    // one that is larger than the bound has its turn alone
    if (sample.length === most.objects || (sample.length > 0 && bytes > most.bytes)) break;
    sample.push(record);
  }
  return sample;
}

/** Objects of the study have not all had their turn at the archive since the round began, or it has not begun. */
export function isLeftToCompare(index: Pick<Index, 'keeping'>, StudyInstanceUID: StudyUid, node: string): boolean {
  const known = index.keeping.contentChecks(StudyInstanceUID).find((one) => one.node === node);
  return known === undefined || known.nextAt !== 0;
}

/** Where the next look begins when these had their turn; 0: all of the study had it. */
export function placeBehind(records: readonly InstanceRecord[], hadTurn: readonly InstanceRecord[]): number {
  const behind = hadTurn.reduce((most, record) => Math.max(most, placeOf(record) + 1), 0);
  return records.some((record) => placeOf(record) >= behind) ? behind : 0;
}

function inPlaces(records: readonly InstanceRecord[]): InstanceRecord[] {
  return [...records].sort((a, b) => placeOf(a) - placeOf(b));
}

/** The bits of the row's number from behind: rows that came one after another, as a series does, stand far apart, and no other row moves one from its place. */
function placeOf({ id }: InstanceRecord): number {
  let [rest, place] = [id >>> 0, 0];
  for (let bit = 0; bit < 32; bit++) {
    place = place * 2 + (rest & 1);
    rest >>>= 1;
  }
  return place;
}

/** Writes down how many were compared, and where the next look begins; when all had their turn, it begins anew. */
export function noteCompared(
  index: Index,
  { node, StudyInstanceUID, compared, nextAt, atMs }: { node: string; StudyInstanceUID: StudyUid; compared: number; nextAt: number; atMs: number },
): void {
  const total = index.getStudy(StudyInstanceUID)?.instanceCount ?? 0;
  const known = index.keeping.contentChecks(StudyInstanceUID).find((one) => one.node === node);
  const before = known === undefined || known.nextAt === 0 ? 0 : known.compared;
  // nothing of it could be compared: when something was is what stands
  const at = compared === 0 ? (known?.atMs ?? 0) : atMs;
  index.keeping.checkedContent({ StudyInstanceUID, node, nextAt, compared: Math.min(total, before + compared), atMs: at });
}

/** For each archive that has proof of the whole study: where it was only sent, nothing is said of what stands there. */
export function contentChecksOf(index: Pick<Index, 'keeping' | 'getStudy'>, StudyInstanceUID: StudyUid): ContentCheck[] {
  const known = new Map(index.keeping.contentChecks(StudyInstanceUID).map((one) => [one.node, one]));
  const total = index.getStudy(StudyInstanceUID)?.instanceCount ?? 0;
  return index.keeping.provenAt(StudyInstanceUID).map((node) => {
    const one = known.get(node);
    if (one === undefined || one.atMs === 0) return { node, compared: 0, total };
    return { node, compared: Math.min(one.compared, total), total, at: new Date(one.atMs).toISOString() };
  });
}
