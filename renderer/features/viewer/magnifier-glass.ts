import { apply, resolvedZoom, type ViewTransform } from '@shared/geometry';
import { inject, type InjectionKey } from 'vue';
import { type Cell, drawCellOn, frameOf, planeOf, stateOf } from './cell';
import type { PictureEngine } from './engine';

/** Edge of the glass, CSS pixels. */
export const GLASS_SIZE = 240;
const FACTOR = 2;

/** What draws under the magnifier: one stage of its own, made when it is held for the first time. */
export interface Glass {
  readonly canvas: HTMLCanvasElement;
  /** Shows the image of a viewport around a point of it (CSS pixels); returns the zoom, or undefined where there is no image. */
  show(cell: Cell, x: number, y: number): number | undefined;
  /** Lets go of the pixels. */
  clear(): void;
  delete(): void;
}

export const glassKey: InjectionKey<() => Glass> = Symbol('magnifier');

export function useGlass(): () => Glass {
  const glass = inject(glassKey);
  if (glass === undefined) throw new Error('no magnifier was provided to the viewer');
  return glass;
}

/**
 * The zoom under the glass, device pixels a column: twice what is seen, and at least the image's own pixels, so that a mammogram which was made small to fit shows
 * under the glass all that was recorded.
 */
export function glassZoom(zoom: number): number {
  return Math.max(1, zoom * FACTOR);
}

/** The view under the glass. At 1:1 it lies on whole pixels: each is shown as it is. */
export function glassView(view: ViewTransform, zoom: number, [column, row]: readonly [number, number]): ViewTransform {
  return { ...view, zoom, center: zoom === 1 ? [Math.round(column), Math.round(row)] : [column, row] };
}

export function createGlass(createStage: PictureEngine['createStage']): Glass {
  const canvas = document.createElement('canvas');
  const stage = createStage(canvas);
  let viewport = stage.addViewport('glass');
  let gone = false;
  return {
    canvas,
    show(cell, x, y) {
      const [frame, shown, back] = [frameOf(cell), cell.stage, cell.stage?.cssToImage()];
      if (frame === undefined || shown === undefined || back === undefined) {
        // Nothing is seen there, so nothing is seen larger: not what was under the glass before.
        viewport.setImage(undefined);
        stage.render();
        return undefined;
      }
      stage.setDisplay(shown.display);
      stage.setDither(shown.dither);
      stage.setSize(GLASS_SIZE, GLASS_SIZE, window.devicePixelRatio);
      viewport.setRect({ x: 0, y: 0, width: GLASS_SIZE, height: GLASS_SIZE });
      drawCellOn(cell, viewport);
      const zoom = glassZoom(resolvedZoom(cell.view, planeOf(frame, stateOf(cell)), shown.size));
      viewport.setView(glassView(cell.view, zoom, apply(back, [x, y])));
      stage.render();
      return zoom;
    },
    clear() {
      // The screen goes as a whole: its stage goes before the glass is taken off the page.
      if (gone) return;
      stage.removeViewport('glass');
      viewport = stage.addViewport('glass');
    },
    delete() {
      gone = true;
      stage.delete();
    },
  };
}
