import type { DisplaySet } from '@shared/domain';
import type { Ref } from 'vue';
import type { LayoutId } from '../../stores';
import type { Cell } from './cell';
import { present } from './cell-subtraction';
import type { ViewerSnapshot } from './model-types';

export interface SnapshotParts {
  readonly cells: readonly Cell[];
  readonly planeCells: readonly Cell[];
  readonly layout: Ref<LayoutId>;
  readonly activeNumber: Ref<number>;
  readonly maximised: Ref<boolean>;
  readonly sets: Readonly<Ref<readonly DisplaySet[]>>;
  isReformed(): boolean;
  put(cell: Cell, set: DisplaySet | undefined, index?: number): void;
  redraw(cell: Cell): void;
  /** All is put back. */
  settle(): void;
}

/** What undo and redo go to and fro between. */
export function createSnapshots({ cells, planeCells, layout, activeNumber, maximised, sets, isReformed, put, redraw, settle }: SnapshotParts) {
  function snapshot(): ViewerSnapshot {
    const kept = [...cells, ...planeCells].map(({ set, index, view, window, inverted, presentation, over }) => {
      return { set, index, view, window, inverted, presentation, over };
    });
    return { layout: layout.value, activeNumber: activeNumber.value, maximised: maximised.value, cells: kept };
  }

  /** Everything but the image that a viewport has scrolled to, and whether planes stand in place of the grid. */
  function apply(state: ViewerSnapshot): void {
    layout.value = state.layout;
    activeNumber.value = state.activeNumber;
    maximised.value = state.maximised;
    for (const [number, was] of state.cells.entries()) {
      const cell = cells[number];
      const { view, window, inverted } = was;
      if (cell === undefined) {
        const plane = planeCells[number - cells.length];
        if (plane === undefined || !isReformed() || was.set === undefined) continue;
        Object.assign(plane, { view, window, ownWindowNamed: false, inverted });
        redraw(plane);
        continue;
      }
      // The same set may have more images by now.
      const set = sets.value.find((one) => one.id === was.set?.id);
      if (set?.id !== cell.set?.id) put(cell, set, was.index);
      // The whole of it: the window of a state under another one would be of neither.
      if (cell.presentation !== was.presentation) present(cell, was.presentation);
      Object.assign(cell, { view, window, ownWindowNamed: false, inverted, over: was.over });
    }
    settle();
  }

  return { snapshot, apply };
}
