/** Side of the pattern of ordered dithering. */
export const DITHER_SIDE = 8;

/**
 * Threshold of a pixel in ordered dithering (8 x 8, Bayer 1973), 0..1: a level with that fraction or more is drawn as the upper one. The same arithmetic as the
 * shader's: 64 steps between two levels, whole levels stay.
 */
export function ditherThreshold(x: number, y: number): number {
  let rank = 0;
  for (let bit = 0; bit < 3; bit++) {
    const [column, row] = [(x >> bit) & 1, (y >> bit) & 1];
    rank = rank * 4 + (((column ^ row) << 1) | row);
  }
  return 1 - (rank + 0.5) / (DITHER_SIDE * DITHER_SIDE);
}
