import { isFilm } from '../objects';
import { type Cell, frameOf } from './cell';

/** Why nothing can be done with what a viewport shows, where it shows no image; else `otherwise`. */
export function whyNot(cell: Cell, otherwise = 'not with this image'): string {
  if (cell.set === undefined) return 'no series in this viewport';
  if (isFilm(cell.set)) return 'not with a film';
  return frameOf(cell) === undefined ? 'no image here' : otherwise;
}
