import { FITTED_VIEW } from '@shared/geometry';
import type { DisplayTable } from '@shared/grayscale';
import type { FrameImage, GreySettings, ImageMask, PixelBlock } from './stage-types';
import { createViewportStage } from './viewport-stage';

export interface NativePictureRequest {
  readonly image: FrameImage;
  readonly grey: GreySettings;
  readonly mask?: ImageMask | undefined;
  readonly display?: DisplayTable | undefined;
  readonly dither?: boolean;
}

/** Smaller than any GPU's largest canvas, and a multiple of the pattern of dithering. */
const TILE = 2048;

/**
 * A frame at its native pixel size, drawn by the shader that draws the viewports (on a canvas of its own, in tiles where it is large): each pixel of the image
 * is one pixel of the picture. Throws in words when this machine cannot draw, or not exactly.
 */
export function nativePicture(canvas: HTMLCanvasElement, { image, grey, mask, display, dither = false }: NativePictureRequest): PixelBlock {
  const { columns, rows } = image;
  const [width, height] = [Math.min(TILE, columns), Math.min(TILE, rows)];
  const stage = createViewportStage(canvas);
  try {
    if (!stage.exactness.exact) throw new Error('this GPU does not give exact grey levels');
    stage.setSize(width, height, 1);
    stage.setDisplay(display);
    stage.setDither(dither);
    const viewport = stage.addViewport('picture');
    viewport.setInterpolation('nearest');
    viewport.setImage({ ...image, aspect: 1 });
    viewport.setGrey(grey);
    viewport.setMask(mask);
    const data = new Uint8Array(columns * rows * 4);
    for (let top = 0; top < rows; top += height) {
      for (let left = 0; left < columns; left += width) {
        viewport.setRect({ x: 0, y: 0, width, height });
        // The middle of the tile in the middle of the canvas, which is as large: whole pixels.
        viewport.setView({ ...FITTED_VIEW, zoom: 1, center: [left + width / 2, top + height / 2] });
        put(data, columns, { left, top, right: Math.min(columns, left + width), bottom: Math.min(rows, top + height) }, viewport.readPixels());
      }
    }
    return { width: columns, height: rows, data };
  } finally {
    stage.delete();
  }
}

interface Place {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

function put(into: Uint8Array, columns: number, { left, top, right, bottom }: Place, tile: PixelBlock): void {
  const length = (right - left) * 4;
  for (let row = top; row < bottom; row++) {
    const from = (row - top) * tile.width * 4;
    into.set(tile.data.subarray(from, from + length), (row * columns + left) * 4);
  }
}
