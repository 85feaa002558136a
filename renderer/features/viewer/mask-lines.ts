import { type Cell, stateOf, tablesOf } from './cell';
import { subtractionState } from './cell-subtraction';

/** What a viewport says of mask subtraction: what is taken off, or that the object recommends it. */
export function maskLines(cell: Cell): readonly string[] {
  const state = subtractionState(cell);
  if (state !== undefined) return [state.words];
  const tables = cell.plane === undefined ? tablesOf(cell) : undefined;
  const isRecommended = tables?.kind === 'ready' && tables.luts.subtractionRecommended === true && stateOf(cell) === undefined;
  return isRecommended ? ['not subtracted, the image recommends it: Alt+M'] : [];
}
