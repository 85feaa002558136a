import { displayLevel } from './display';
import { GREY_TABLE_SIZE, type GreyChain } from './grey-table';
import { modalityFunction } from './modality';
import { isPadding } from './stored-value';
import { composeValueTable, valueMapOf, type ValueMap } from './value-table';

/** Index of padding and of what is no number; values begin behind it. */
const PADDED_INDEX = 0;
const LAST = GREY_TABLE_SIZE - 1;
/** Values count as they are up to so many widths of the window beside it: beyond, a pixel is as bright as anybody can see, whatever it is averaged with. */
const WIDTHS_BESIDE = 16;
/** The span of a sigmoid is eight widths. */
const SPANS_BESIDE_SIGMOID = 2;

/** Values that have no index of their own in a table, as indices that follow the values: for what is interpolated or averaged between pixels before the window. */
export interface ValueIndices {
  readonly indices: Uint16Array<ArrayBuffer>;
  /** Value of index 1, and indices a unit. */
  readonly map: ValueMap;
}

/**
 * Modality values of 32 bits and floating point as indices 1 .. 65,535, in equal steps over what the frame holds, but no more than 16 widths of the window beside it: at least
 * 1,600 steps of a window's width, an eighth of a level. A mean of indices is the mean of values then, where one of levels (`levelIndices`) would cut what lies beyond the window before it is averaged.
 */
export function valueIndices(values: ArrayLike<number>, chain: GreyChain, reuse?: Uint16Array<ArrayBuffer>): ValueIndices {
  const count = values.length;
  const indices = reuse?.length === count ? reuse : new Uint16Array(count);
  const valueOf = modalityFunction(chain);
  const { padding } = chain;
  const isLeftOut = (stored: number): boolean => Number.isNaN(stored) || (padding !== undefined && isPadding(stored, padding));
  let [min, max] = [Infinity, -Infinity];
  for (let at = 0; at < count; at++) {
    const stored = values[at] ?? NaN;
    if (isLeftOut(stored)) continue;
    const value = valueOf(stored);
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const map = spread(valueMapOf(chain.voi), chain.voi.kind === 'SIGMOID' ? SPANS_BESIDE_SIGMOID : WIDTHS_BESIDE, min, max);
  for (let at = 0; at < count; at++) {
    const stored = values[at] ?? NaN;
    indices[at] = isLeftOut(stored) ? PADDED_INDEX : Math.min(LAST, Math.max(1, Math.round((valueOf(stored) - map.from) * map.scale) + 1));
  }
  return { indices, map };
}

/** From the lowest to the highest value, within reach of the window. */
function spread(window: ValueMap, beside: number, min: number, max: number): ValueMap {
  const width = LAST / window.scale;
  const [least, most] = [window.from - beside * width, window.from + (1 + beside) * width];
  const low = Math.min(Math.max(min, least), window.from);
  const high = Math.max(Math.min(max, most), window.from + width);
  return { from: low, scale: (LAST - 1) / (high - low) };
}

/** The table of levels that belongs to such indices. */
export function valueIndexTable(chain: GreyChain, { from, scale }: ValueMap, into: Float32Array<ArrayBuffer> = new Float32Array(GREY_TABLE_SIZE)) {
  composeValueTable(chain, { from: from - 1 / scale, scale }, into);
  into[PADDED_INDEX] = chain.display === undefined ? 0 : displayLevel(0, chain.display);
  return into;
}

/** What of such indices is padding. */
export const PADDED_INDICES = { low: PADDED_INDEX, high: PADDED_INDEX } as const;
