import { z } from 'zod';

/**
 * One slice cut out of a picture of tiles: a frame is then no longer named by its object and number alone. `number` counts from 1 in the order of the tiles; `column` and `row` are those of
 * the tile's first pixel in the picture, counted from 0; the picture has `pictureColumns` x `pictureRows` pixels.
 */
export const MosaicTile = z.object({
  number: z.int().min(1),
  of: z.int().min(1),
  column: z.int().min(0),
  row: z.int().min(0),
  pictureColumns: z.int().min(1).max(65_535),
  pictureRows: z.int().min(1).max(65_535),
});
export type MosaicTile = z.infer<typeof MosaicTile>;
