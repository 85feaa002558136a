import type { PresentationState } from '@shared/domain';
import type { PngPixels } from '../png';

/** A quarter turn and mirror of a picture, pixel by pixel: first mirrored left to right, then turned clockwise. */
export function turned({ width, height, data }: PngPixels, rotationDeg: 0 | 90 | 180 | 270, mirrored: boolean): PngPixels {
  if (rotationDeg === 0 && !mirrored) return { width, height, data };
  const isSideways = rotationDeg === 90 || rotationDeg === 270;
  const [columns, rows] = isSideways ? [height, width] : [width, height];
  const from = new Uint32Array(data.buffer, data.byteOffset, width * height);
  const to = new Uint32Array(width * height);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const [u, v] =
        rotationDeg === 90 ? [y, height - 1 - x] : rotationDeg === 180 ? [width - 1 - x, height - 1 - y] : rotationDeg === 270 ? [width - 1 - y, x] : [x, y];
      to[y * columns + x] = from[v * width + (mirrored ? width - 1 - u : u)] ?? 0;
    }
  }
  return { width: columns, height: rows, data: new Uint8Array(to.buffer) };
}

/** A state turns clockwise first and then flips (PS3.3 C.10.6), a view mirrors first and then turns: the same picture in its words. */
export function turnOfState({ rotationDeg, flipped }: Pick<PresentationState, 'rotationDeg' | 'flipped'>): {
  readonly rotationDeg: 0 | 90 | 180 | 270;
  readonly mirrored: boolean;
} {
  return { rotationDeg: flipped ? (((360 - rotationDeg) % 360) as 0 | 90 | 180 | 270) : rotationDeg, mirrored: flipped };
}
