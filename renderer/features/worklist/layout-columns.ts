import type { Column, ColumnId } from '../../stores';

/** Width in px that what stands in a column needs, by column; what was not measured is absent. */
export type ContentNeeds = Partial<Readonly<Record<ColumnId, number>>>;

interface Place {
  readonly least: number;
  readonly need: number;
  readonly ideal: number;
  readonly flex: number;
}

/** A column that the user made as wide as it is has no other width; every other one lies between its limits. */
function placeOf(column: Column, needs: ContentNeeds): Place {
  const { sizedPx: own, minPx, mostPx = column.idealPx } = column;
  if (own !== undefined) return { least: own, need: own, ideal: own, flex: 0 };
  const need = Math.min(Math.max(needs[column.id] ?? column.idealPx, minPx), Math.max(mostPx, minPx));
  const least = Math.min(need, column.cutsToPx ?? need);
  return { least, need, ideal: Math.max(need, column.idealPx), flex: column.flex ?? 0 };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Adds `amount` to `widths`, in proportion to `shares`; nothing is given where no share is. */
function shared(widths: readonly number[], shares: readonly number[], amount: number): number[] {
  const all = sum(shares);
  return all <= 0 ? [...widths] : widths.map((width, at) => width + (amount * (shares[at] ?? 0)) / all);
}

/** Whole pixels with the same sum: what is lost goes to the columns that were not whole. */
function whole(widths: readonly number[]): number[] {
  const rounded = widths.map((width) => Math.floor(width + 1e-6));
  const parts = widths.map((width, at) => ({ at, part: width - (rounded[at] ?? 0) })).filter(({ part }) => part > 1e-6);
  const rest = Math.round(sum(parts.map(({ part }) => part)));
  for (const { at } of parts.sort((a, b) => b.part - a.part).slice(0, rest)) rounded[at] = (rounded[at] ?? 0) + 1;
  return rounded;
}

/**
 * Widths on the screen in px, in order. Each column gets what its content needs; what is left goes first towards the ideal widths, then
 * to the columns that grow. Where it is too narrow those give that may be cut (names, descriptions), then identifiers, down to their least
 * width, never below; dates, counts and states stay whole. Widths that the user set are kept.
 */
export function fitColumns(columns: readonly Column[], availablePx: number, needs: ContentNeeds = {}): number[] {
  const places = columns.map((column) => placeOf(column, needs));
  const least = places.map((place) => place.least);
  const need = places.map((place) => place.need);
  const ideal = places.map((place) => place.ideal);
  const spare = availablePx - sum(need);
  if (spare >= 0) {
    const towards = ideal.map((width, at) => width - (need[at] ?? 0));
    const given = Math.min(spare, sum(towards));
    return whole(shared(shared(need, towards, given), growth(places), spare - given));
  }
  const soft = need.map((width, at) => width - (least[at] ?? 0));
  const cut = Math.min(-spare, sum(soft));
  const cutWidths = shared(need, soft, -cut);
  const hard = cutWidths.map((width, at) => {
    const column = columns[at];
    return column === undefined || column.sizedPx !== undefined || column.whole === true ? 0 : Math.max(0, width - column.minPx);
  });
  return whole(shared(cutWidths, hard, -Math.min(-spare - cut, sum(hard))));
}

/** Shares of free width; when the user set every growing column, the last that is not fixed takes it. */
function growth(places: readonly Place[]): number[] {
  const shares = places.map((place) => place.flex);
  return sum(shares) > 0 ? shares : places.map((_, at) => (at === places.length - 1 ? 1 : 0));
}

/** Yields only where cut texts do not fit beside it. */
const LAST_TO_YIELD = 3;

/** The columns that the list has room for without cutting identifiers, and texts by half at most: those that yield leave first, in their order. */
export function columnsThatFit(columns: readonly Column[], availablePx: number, needs: ContentNeeds = {}): Column[] {
  const kept = [...columns];
  const yielding = columns.filter((column) => column.yields !== undefined).sort((a, b) => (a.yields ?? 0) - (b.yields ?? 0));
  for (const column of yielding) {
    const places = kept.map((one) => placeOf(one, needs));
    const isLast = column.yields === LAST_TO_YIELD;
    if (sum(places.map(({ least, need }) => (isLast ? least : (least + need) / 2))) <= availablePx) break;
    kept.splice(kept.indexOf(column), 1);
  }
  return kept;
}

/** The width that nine of ten measured texts fit in: a few very long ones do not push the other columns. */
export function usualWidth(widths: readonly number[]): number | undefined {
  const sorted = [...widths].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * 0.9) - 1)];
}
