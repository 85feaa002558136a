import type { DisplaySet, OpenedStudy, StudyUid } from '@shared/domain';
import { watch } from 'vue';
import type { ImageLibrary, OpenDisplaySet } from '../../imaging';
import { type StudyPlace, useLookedStore, useSessionStore } from '../../stores';
import { isFilm } from '../objects';
import { hangingOrder, indexToHang } from './hanging';
import { indexOfPlace } from './cell';

/** By then the viewport that shows it has long taken it over. */
const HELD_MS = 2000;
/** So long a row is selected before it counts: longer than a held arrow key takes for one, shorter than the pause in a double click. */
const REST_MS = 60;

/** Has the picture loaded that a study opens with: resolves when it is in memory, or cannot be. */
export async function loadFirstPicture(library: ImageLibrary, opened: OpenedStudy, place: StudyPlace | undefined): Promise<void> {
  const first = firstPicture(opened, place);
  if (first === undefined) return;
  const open = library.open(first.set);
  open.tables(first.index); // asked for at the same time
  const cursor = open.cursor(first.index);
  setTimeout(() => cursor.release(), HELD_MS);
  await settled(open, first.index);
}

/** At its place, or in the usual order. */
function firstPicture(opened: OpenedStudy, place: StudyPlace | undefined): { readonly set: DisplaySet; readonly index: number } | undefined {
  const at = place?.cells[place.activeCell];
  const remembered = at === null || at === undefined ? undefined : opened.displaySets.find(({ id }) => id === at.displaySetId);
  const set = remembered ?? hangingOrder(opened.displaySets)[0];
  if (set?.kind !== 'image' || isFilm(set)) return undefined;
  const found = remembered === undefined || at === null || at === undefined ? -1 : indexOfPlace(at, remembered);
  return { set, index: found < 0 ? indexToHang(set) : found };
}

/**
 * The study that the reader rests on in the list, `resting`, is what will be opened next: it is asked for and its first picture is loaded before. Ends when
 * the reader moves on; what is opened meanwhile has been taken over by its viewport.
 */
export function useLookAhead(library: ImageLibrary, resting: () => StudyUid | undefined): void {
  const looked = useLookedStore();
  const session = useSessionStore();
  let end: (() => void) | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  async function look(uid: StudyUid): Promise<void> {
    const opened = await looked.at(uid).catch(() => undefined);
    if (opened === undefined || resting() !== uid) return;
    const first = firstPicture(opened, session.placeOf(uid));
    if (first !== undefined) end = library.ahead(first.set, first.index);
  }
  watch(resting, (uid) => {
    clearTimeout(timer);
    end?.();
    end = undefined;
    if (uid !== undefined) timer = setTimeout(() => void look(uid), REST_MS);
  });
}

function settled(open: OpenDisplaySet, index: number): Promise<void> {
  const isThere = (): boolean => ['loaded', 'failed'].includes(open.state(index).kind);
  if (isThere()) return Promise.resolve();
  return new Promise((resolve) => {
    const leave = open.onChange(() => {
      if (!isThere()) return;
      leave();
      resolve();
    });
    // A study that is closed meanwhile tells nothing any more.
    setTimeout(() => (leave(), resolve()), HELD_MS);
  });
}
