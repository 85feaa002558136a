import type { StudyRow, StudyUid } from '@shared/domain';
import { nextTick } from 'vue';
import { indexOf, type Pages } from '../../stores';

/** What is needed of the worklist: rows by index, loaded as they are asked for. */
export interface StudyList {
  readonly pages: Pages;
  readonly matching: number;
  rowAt(index: number): StudyRow | undefined;
  ensureRange(first: number, last: number): unknown;
}

/** Why there is no study beside: the list ends here, the study is not in it, or the row was not read in time. */
export type NoneBeside = 'end' | 'notInList' | 'notRead';

const PAGE_WAIT_MS = 50;
const PAGE_TRIES = 60;

/** Where the study before or after this one stands in the list as it is filtered and sorted now, or why there is none. */
function placeBeside(list: StudyList, uid: StudyUid, by: 1 | -1): number | 'end' | 'notInList' {
  const at = indexOf(list.pages, uid);
  if (at === undefined || at >= list.matching) return 'notInList';
  const wanted = at + by;
  return wanted < 0 || wanted >= list.matching ? 'end' : wanted;
}

/** What a step would open by what is known of the list now; undefined: nothing, or its row is not read yet. */
export function knownBeside(list: StudyList, uid: StudyUid, by: 1 | -1): StudyRow | undefined {
  const place = placeBeside(list, uid, by);
  return typeof place === 'number' ? list.rowAt(place) : undefined;
}

/** The study before or after this one, or why there is none. */
export async function studyBeside(list: StudyList, uid: StudyUid, by: 1 | -1): Promise<StudyRow | NoneBeside> {
  const wanted = placeBeside(list, uid, by);
  if (typeof wanted === 'string') return wanted;
  list.ensureRange(wanted, wanted);
  for (let attempt = 0; attempt < PAGE_TRIES && list.rowAt(wanted) === undefined; attempt++) await new Promise((resolve) => setTimeout(resolve, PAGE_WAIT_MS));
  return list.rowAt(wanted) ?? 'notRead';
}

function wordsOfNone(why: NoneBeside, by: 1 | -1): string {
  if (why === 'notInList') return 'this study is not in the list as it is shown now';
  if (why === 'notRead') return `the ${by > 0 ? 'next' : 'previous'} study of the list could not be read yet`;
  return by > 0 ? 'this is the last study of the list' : 'this is the first study of the list';
}

export interface StudyStepParts {
  readonly list: StudyList & { select(uid: StudyUid): void; setState(uid: StudyUid, state: 'done'): Promise<boolean> };
  replace(old: StudyUid, next: StudyRow): void;
  /** The study on the screen; undefined: none is. */
  here(): StudyUid | undefined;
  say(words: string): void;
}

/**
 * Going through the list study by study. Keys that are pressed while a step is under way are taken in their turn, each from the study that is on the
 * screen by then; finishing is meant for the study that was on the screen when its key was pressed, and for no other. Nothing happens when somebody went
 * elsewhere while the list was asked, and nothing of what was pressed before that where they are now.
 */
export function createStudySteps({ list, replace, here, say }: StudyStepParts) {
  let last: Promise<void> = Promise.resolve();
  /** How often somebody went elsewhere. */
  let departures = 0;

  function inTurn(run: () => Promise<void>): Promise<void> {
    const [before, pressedAt] = [departures, here()];
    const isMeant = (): boolean => before === departures || here() === pressedAt;
    const mine = last.then(() => (isMeant() ? run() : undefined));
    last = mine.catch(() => undefined);
    return mine;
  }

  function isLeft(study: StudyUid): boolean {
    if (here() === study) return false;
    departures++;
    return true;
  }

  async function stepFrom(from: StudyUid, by: 1 | -1): Promise<void> {
    const next = await studyBeside(list, from, by);
    if (isLeft(from)) return;
    if (typeof next === 'string') return say(wordsOfNone(next, by));
    replace(from, next);
    list.select(next.StudyInstanceUID);
    await nextTick(); // the screen has the other study by then
  }

  const step = (by: 1 | -1): Promise<void> =>
    inTurn(async () => {
      const from = here();
      if (from !== undefined) await stepFrom(from, by);
    });

  /** A study that could not be marked as done stays on the screen. */
  const finish = (): Promise<void> => {
    const meant = here();
    return inTurn(async () => {
      if (meant === undefined) return;
      if (here() !== meant) return say('not marked as done: this study came after the key was pressed');
      const isDone = await list.setState(meant, 'done');
      if (!isLeft(meant) && isDone) await stepFrom(meant, 1);
    });
  };

  return { step, finish };
}
