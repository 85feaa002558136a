import { GREY_TABLE_SIZE, type GreyChain, levelFunction } from './grey-table';
import { clampedWidth, type Voi } from './voi';

/** Where a table of levels stands in modality values: entry i is for `from + i / scale`. What is below or above has the level of the first or last entry. */
export interface ValueMap {
  readonly from: number;
  readonly scale: number;
}

/** A sigmoid is flat from here on, in widths: less than a 10,000th of a level is left (PS3.3 C.11.2.1.3.1). */
const SIGMOID_WIDTHS = 4;

/**
 * The modality values over which a VOI changes anything, as the place of a table of 65,536 levels: for values that have no index of their own (slices with a
 * rescale each, floating point). A window lies between the first entry and the last one; all levels in between are on the lines between entries.
 */
export function valueMapOf(voi: Voi): ValueMap {
  const [low, high] = spanOf(voi);
  // A step needs a way to go, larger than what a float32 can tell apart.
  const least = Math.max(1e-6, 1e-6 * Math.max(Math.abs(low), Math.abs(high)));
  const width = Math.max(high - low, least);
  const from = (low + high - width) / 2;
  return { from, scale: (GREY_TABLE_SIZE - 1) / width };
}

function spanOf(voi: Voi): readonly [low: number, high: number] {
  if (voi.kind === 'LUT') return [voi.lut.first - 1, voi.lut.first + voi.lut.values.length];
  const { kind, center } = voi;
  const width = clampedWidth(kind, voi.width);
  switch (kind) {
    case 'LINEAR':
      return [center - 0.5 - (width - 1) / 2, center - 0.5 + (width - 1) / 2];
    case 'LINEAR_EXACT':
      return [center - width / 2, center + width / 2];
    case 'SIGMOID':
      return [center - SIGMOID_WIDTHS * width, center + SIGMOID_WIDTHS * width];
  }
}

/** Levels of modality values at the places of the map, in double precision: VOI, presentation LUT, polarity and display of the chain; its modality step is done. */
export function composeValueTable(
  chain: Omit<GreyChain, 'signed' | 'rescale' | 'modalityLut' | 'padding'>,
  { from, scale }: ValueMap,
  into: Float32Array<ArrayBuffer> = new Float32Array(GREY_TABLE_SIZE),
): Float32Array<ArrayBuffer> {
  const { voi, presentationLut, inverse, inverted, display } = chain;
  const levelOf = levelFunction({ voi, presentationLut, inverse, inverted, display, signed: false });
  for (let index = 0; index < GREY_TABLE_SIZE; index++) into[index] = levelOf(from + index / scale);
  return into;
}
