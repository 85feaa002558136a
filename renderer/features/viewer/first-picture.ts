import type { OpenedStudy } from '@shared/domain';
import type { ImageLibrary, OpenDisplaySet } from '../../imaging';
import type { StudyPlace } from '../../stores';
import { hangingOrder, indexToHang } from './hanging';
import { indexOfPlace } from './cell';

/** By then the viewport that shows it has long taken it over. */
const HELD_MS = 2000;

/** Has the picture loaded that a study opens with, at its place or in the usual order: resolves when it is in memory, or cannot be. */
export async function loadFirstPicture(library: ImageLibrary, opened: OpenedStudy, place: StudyPlace | undefined): Promise<void> {
  const at = place?.cells[place.activeCell];
  const remembered = at === null || at === undefined ? undefined : opened.displaySets.find(({ id }) => id === at.displaySetId);
  const set = remembered ?? hangingOrder(opened.displaySets)[0];
  if (set?.kind !== 'image') return;
  const found = remembered === undefined || at === null || at === undefined ? -1 : indexOfPlace(at, remembered);
  const index = found < 0 ? indexToHang(set) : found;
  const open = library.open(set);
  open.tables(index); // asked for at the same time
  const cursor = open.cursor(index);
  setTimeout(() => cursor.release(), HELD_MS);
  await settled(open, index);
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
