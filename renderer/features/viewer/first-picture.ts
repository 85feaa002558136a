import type { DisplaySet, OpenedStudy } from '@shared/domain';
import type { ImageLibrary, OpenDisplaySet } from '../../imaging';
import type { StudyPlace } from '../../stores';
import { isFilm } from '../objects';
import { indexOfPlace } from './cell';
import { hangingOrder, indexToHang, layoutOf } from './hanging';

/** By then the viewport that shows it has long taken it over. */
export const HELD_MS = 2000;

export interface Hung {
  readonly set: DisplaySet;
  readonly index: number;
}

/** The pictures that a study opens with, that of the active viewport first: at its place, or in the usual order. Sets of priors, which come later, are left out. */
export function hungAtOnce({ displaySets }: OpenedStudy, place: StudyPlace | undefined): readonly Hung[] {
  const cells: (Hung | undefined)[] = (place?.cells ?? []).map((at) => {
    const set = at === null ? undefined : displaySets.find(({ id }) => id === at.displaySetId);
    return set === undefined || at === null ? undefined : { set, index: Math.max(0, indexOfPlace(at, set)) };
  });
  const free = hangingOrder(displaySets).filter(({ id }) => !cells.some((cell) => cell?.set.id === id));
  const next = (): Hung | undefined => {
    const set = free.shift();
    return set && { set, index: indexToHang(set) };
  };
  const numbers = layoutOf(place?.layout ?? '1x1').areas.map((_, number) => number);
  for (const number of numbers) if ((place?.cells[number] ?? null) === null) cells[number] = next();
  if (!cells.some((cell) => cell !== undefined)) cells[0] = next();
  const active = place?.activeCell ?? 0;
  const shown = place?.maximised === true ? [active] : [active, ...numbers.filter((number) => number !== active)];
  return shown.flatMap((number) => cells[number] ?? []).filter(({ set }) => set.kind === 'image' && !isFilm(set));
}

/** Has the picture loaded that a study opens with: resolves when it is in memory, or cannot be. */
export async function loadFirstPicture(library: ImageLibrary, opened: OpenedStudy, place: StudyPlace | undefined): Promise<void> {
  const [first] = hungAtOnce(opened, place);
  if (first === undefined) return;
  const open = library.open(first.set);
  open.tables(first.index); // asked for at the same time
  const cursor = open.cursor(first.index);
  setTimeout(() => cursor.release(), HELD_MS);
  await settled(open, first.index);
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
