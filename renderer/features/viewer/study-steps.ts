import type { StudyRow, StudyUid } from '@shared/domain';

/** What is needed of the worklist: rows by index, loaded as they are asked for. */
export interface StudyList {
  readonly pages: ReadonlyMap<number, readonly StudyRow[]>;
  readonly matching: number;
  rowAt(index: number): StudyRow | undefined;
  ensureRange(first: number, last: number): unknown;
}

const PAGE_WAIT_MS = 50;
const PAGE_TRIES = 60;

/** The study before or after this one in the list as it is filtered and sorted now; undefined at its ends and when this one is not in it. */
export async function studyBeside(list: StudyList, uid: StudyUid, by: 1 | -1): Promise<StudyRow | undefined> {
  let at: number | undefined;
  for (let index = 0; index < list.matching && at === undefined; index++) if (list.rowAt(index)?.StudyInstanceUID === uid) at = index;
  if (at === undefined) return undefined;
  const wanted = at + by;
  if (wanted < 0 || wanted >= list.matching) return undefined;
  list.ensureRange(wanted, wanted);
  for (let attempt = 0; attempt < PAGE_TRIES && list.rowAt(wanted) === undefined; attempt++) await new Promise((resolve) => setTimeout(resolve, PAGE_WAIT_MS));
  return list.rowAt(wanted);
}
