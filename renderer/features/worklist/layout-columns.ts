import type { Column } from '../../stores';

/**
 * Widths on the screen, in order: what is left over goes to the growing column; when it is too narrow all shrink towards
 * their least width in proportion. The remembered widths stay as the user set them.
 */
export function fitColumns(columns: readonly Column[], availablePx: number): number[] {
  const wanted = columns.reduce((sum, column) => sum + column.widthPx, 0);
  const spare = availablePx - wanted;
  if (spare >= 0) {
    const grower = columns.find((column) => column.grows === true) ?? columns.at(-1);
    return columns.map((column) => (column === grower ? column.widthPx + spare : column.widthPx));
  }
  const give = columns.reduce((sum, column) => sum + Math.max(0, column.widthPx - column.minPx), 0);
  const share = give === 0 ? 0 : Math.min(1, -spare / give);
  return columns.map((column) => Math.floor(column.widthPx - Math.max(0, column.widthPx - column.minPx) * share));
}

/** The columns that the list has room for at their least widths: those that yield leave first, in their order. */
export function columnsThatFit(columns: readonly Column[], availablePx: number): Column[] {
  const kept = [...columns];
  const yielding = columns.filter((column) => column.yields !== undefined).sort((a, b) => (a.yields ?? 0) - (b.yields ?? 0));
  for (const column of yielding) {
    if (kept.reduce((sum, one) => sum + one.minPx, 0) <= availablePx) break;
    kept.splice(kept.indexOf(column), 1);
  }
  return kept;
}
