import type { GreyChain } from './grey-table';

/** Less than this is no turn: a table of few bits wavers by as much. */
const LEAST_TURN = 0.5;

/**
 * Whether levels go up and down again as the index rises, by half a level or more: between two pixels then lie values whose level is that of neither. Indices of
 * padding have the level of the background and take no part. Only a table of the file can do so: windows, sigmoids and displays do not turn, and cost nothing here.
 */
export function isFolded(
  { modalityLut, voi, presentationLut }: Pick<GreyChain, 'modalityLut' | 'voi' | 'presentationLut'>,
  levels: ArrayLike<number>,
  padding?: { readonly low: number; readonly high: number },
): boolean {
  if (modalityLut === undefined && voi.kind !== 'LUT' && presentationLut === undefined) return false;
  let [highest, lowest] = [-Infinity, Infinity];
  let [fall, rise] = [0, 0];
  for (let index = 0; index < levels.length; index++) {
    if (padding !== undefined && index >= padding.low && index <= padding.high) continue;
    const level = levels[index] ?? 0;
    if (level > highest) highest = level;
    else if (highest - level > fall) fall = highest - level;
    if (level < lowest) lowest = level;
    else if (level - lowest > rise) rise = level - lowest;
  }
  return Math.min(fall, rise) >= LEAST_TURN;
}
