import { type GreyChain, GREY_TABLE_SIZE, levelFunction, MAX_LEVEL } from './grey-table';
import { displayLevel } from './display';

/** Steps between two levels of the glass. */
const STEPS = 256;

/**
 * Stored values of more than 16 bits and floating point have no place in a table of 65,536: their levels are worked out one by one in double precision and
 * stand in the texture in 256ths of a level (0 .. 65,280), each on its side of the rounding threshold, so that what is drawn is the nearest level, halves up.
 * What is no number is background. Interpolation between pixels is one of levels then.
 */
export function levelIndices(values: ArrayLike<number>, chain: GreyChain, reuse?: Uint16Array<ArrayBuffer>): Uint16Array<ArrayBuffer> {
  const count = values.length;
  const indices = reuse?.length === count ? reuse : new Uint16Array(count);
  const levelOf = levelFunction(chain);
  const background = chain.display === undefined ? 0 : displayLevel(0, chain.display);
  for (let at = 0; at < count; at++) {
    const value = values[at] ?? NaN;
    const level = Number.isNaN(value) ? background : levelOf(value);
    const index = Math.min(MAX_LEVEL * STEPS, Math.max(0, Math.round(level * STEPS)));
    const down = Math.floor(level + 0.5);
    const drawn = Math.floor(index / STEPS + 0.5);
    indices[at] = drawn === down ? index : drawn > down ? index - 1 : index + 1;
  }
  return indices;
}

/** The table that belongs to such indices: 256ths of a level to levels. */
export function levelIndexTable(into: Float32Array<ArrayBuffer> = new Float32Array(GREY_TABLE_SIZE)): Float32Array<ArrayBuffer> {
  for (let index = 0; index < GREY_TABLE_SIZE; index++) into[index] = Math.min(MAX_LEVEL, index / STEPS);
  return into;
}
