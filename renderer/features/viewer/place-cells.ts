import type { Cell } from './cell';
import type { Layout } from './hanging';

/** Between viewports, and right of each picture; CSS pixels. */
const GAP_PX = 2;
const SCROLLBAR_PX = 15;

/** Puts each shown viewport into its place of the grid; the others have none. `width`, `height`: CSS pixels of all of them together. */
export function placeCells(cells: readonly Cell[], shown: readonly Cell[], { rows, columns, areas }: Layout, width: number, height: number): void {
  const stepX = (width + GAP_PX) / columns;
  const stepY = (height + GAP_PX) / rows;
  for (const cell of cells) {
    const area = areas[shown.indexOf(cell)];
    if (area === undefined) {
      cell.stage?.setRect({ x: 0, y: 0, width: 0, height: 0 });
      continue;
    }
    const size = { width: Math.max(0, stepX * area.columns - GAP_PX - SCROLLBAR_PX), height: Math.max(0, stepY * area.rows - GAP_PX) };
    cell.stage?.setRect({ x: area.column * stepX, y: area.row * stepY, ...size });
  }
}

/** Place of a shown viewport as lines of the page's grid: row, column, and how many of each. */
export function gridArea({ areas }: Layout, at: number): string {
  const area = areas[at];
  return area === undefined ? 'auto' : `${area.row + 1} / ${area.column + 1} / span ${area.rows} / span ${area.columns}`;
}
