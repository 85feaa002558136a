import type { StudyPlace } from '../../stores';
import { type Cell, frameOf, indexOfPlace, planeOf, stateOf, viewOfPlace } from './cell';
import { MAX_CELLS } from './hanging';
import type { SnapshotParts } from './model-snapshots';

/** The view of a remembered place, for the image and the size that its viewport has now; undefined where there is no image. */
export function viewOfCell(cell: Cell, place: StudyPlace['cells'][number]): Cell['view'] | undefined {
  const frame = frameOf(cell);
  return frame === undefined || place === null ? undefined : viewOfPlace(place, planeOf(frame, stateOf(cell)), cell.stage?.size ?? { width: 1, height: 1 });
}

/** Puts back what was remembered; sets that are not here (any more) leave their viewport to the usual order. */
export function createRestore({ cells, layout, activeNumber, maximised, sets, put, redraw }: Omit<SnapshotParts, 'planeCells' | 'isReformed' | 'settle'>) {
  return (place: StudyPlace): void => {
    layout.value = place.layout;
    activeNumber.value = Math.min(place.activeCell, MAX_CELLS - 1);
    maximised.value = place.maximised;
    for (const [number, cell] of cells.entries()) {
      const at = place.cells[number];
      const set = at === null || at === undefined ? undefined : sets.value.find((candidate) => candidate.id === at.displaySetId);
      if (set === undefined || at === null || at === undefined) continue;
      put(cell, set, Math.max(0, indexOfPlace(at, set)));
      cell.window = at.window;
      cell.inverted = at.inverted;
      cell.view = viewOfCell(cell, at) ?? cell.view;
      redraw(cell);
    }
  };
}
