import { FITTED_VIEW } from '@shared/geometry';
import type { Cell } from './cell';

export interface GreyParts {
  readonly planeCells: readonly Cell[];
  redraw(cell: Cell): void;
  remember(): void;
  before(what: string, cell: Cell): void;
  windowed(cell: Cell): void;
}

/** Changes of what the greys of a viewport mean. The planes of one volume have one grey. */
export function createGreyChanges({ planeCells, redraw, remember, before, windowed }: GreyParts) {
  function change(cell: Cell, to: Partial<Pick<Cell, 'window' | 'ownWindowNamed' | 'inverted' | 'view'>>): void {
    for (const one of cell.plane === undefined ? [cell] : planeCells) {
      Object.assign(one, 'window' in to ? { ownWindowNamed: false, ...to } : to);
      redraw(one);
    }
    remember();
  }

  function applyWindow(cell: Cell, window: Cell['window']): void {
    change(cell, { window });
  }

  /** `named`: it is the file's own, and its name was said. `what`: a drag is one step of undo, however many windows it goes through. */
  function setWindow(cell: Cell, window: Cell['window'], named = false, what: 'chosen window' | 'window' = 'chosen window'): void {
    before(what, cell);
    change(cell, { window, ownWindowNamed: named });
    windowed(cell);
  }

  function invert(cell: Cell): void {
    before('invert', cell);
    change(cell, { inverted: !cell.inverted });
  }

  function reset(cell: Cell): void {
    before('reset', cell);
    change(cell, { view: FITTED_VIEW, window: undefined, inverted: false });
  }

  return {
    applyWindow,
    setWindow,
    invert,
    reset,
    /** To be called before any other change that undo is to take back. `what` names its kind. */
    changing: before,
  };
}
