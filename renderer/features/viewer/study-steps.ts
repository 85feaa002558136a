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

export interface StudyStepParts {
  readonly list: StudyList & { select(uid: StudyUid): void; setState(uid: StudyUid, state: 'done'): Promise<boolean> };
  replace(old: StudyUid, next: StudyRow): void;
  /** The study on the screen; undefined: none is. */
  here(): StudyUid | undefined;
  say(words: string): void;
}

/** Going through the list study by study. Nothing happens when somebody went elsewhere while the list was asked. */
export function createStudySteps({ list, replace, here, say }: StudyStepParts) {
  async function step(by: 1 | -1, from = here()): Promise<void> {
    if (from === undefined) return;
    const next = await studyBeside(list, from, by);
    if (here() !== from) return;
    if (next === undefined) {
      say(by > 0 ? 'this is the last study of the list' : 'this is the first study of the list');
      return;
    }
    replace(from, next);
    list.select(next.StudyInstanceUID);
  }

  /** A study that could not be marked as done stays on the screen. */
  async function finish(): Promise<void> {
    const from = here();
    if (from !== undefined && (await list.setState(from, 'done'))) await step(1, from);
  }

  return { step, finish };
}
