import { type Cell, stateOf, tablesOf } from './cell';
import { subtractionState } from './cell-subtraction';

/** What a viewport says of how its picture was made: slices that a plane is without, the mask that is taken off, or that the object recommends it. */
export function pictureLines(cell: Cell): readonly string[] {
  if (cell.plane !== undefined) {
    const { failed = 0, total = 0 } = cell.open?.counts ?? {};
    return failed === 0 ? [] : [`${failed} of ${total} slices cannot be read: they are left out`];
  }
  const state = subtractionState(cell);
  if (state !== undefined) return [state.words];
  const tables = tablesOf(cell);
  const isRecommended = tables.kind === 'ready' && tables.luts.subtractionRecommended === true && stateOf(cell) === undefined;
  return isRecommended ? ['not subtracted, the image recommends it: Alt+M'] : [];
}
