import type { PixelFormat } from '../domain/display-set';
import type { MosaicTile } from '../domain/mosaic-tile';
import type { StoredArray } from './stored-format';

/** The format of the whole picture that a tile of this format was cut from. */
export function pictureFormat(format: PixelFormat, tile: MosaicTile): PixelFormat {
  return { ...format, Columns: tile.pictureColumns, Rows: tile.pictureRows };
}

/** Copies the values of one tile of `picture` (decoded: colour is RGB by pixel) into `place`, which has as many as the tile's format wants. */
export function cutTile(picture: StoredArray, format: PixelFormat, tile: MosaicTile, place: StoredArray): void {
  const samples = picture.length / (tile.pictureColumns * tile.pictureRows);
  const across = format.Columns * samples;
  for (let row = 0; row < format.Rows; row++) {
    const from = ((tile.row + row) * tile.pictureColumns + tile.column) * samples;
    place.set(picture.subarray(from, from + across), row * across);
  }
}
