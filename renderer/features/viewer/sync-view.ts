import type { ImageFrame } from '@shared/domain';
import { fitZoom, resolvedCenter, resolvedZoom, type ViewportSize, type ViewTransform } from '@shared/geometry';
import { planeOf } from './cell';

/** A picture as it lies in its viewport (device pixels). */
export interface SeenFrame {
  readonly frame: ImageFrame;
  readonly view: ViewTransform;
  readonly size: ViewportSize;
}

/**
 * The view of `to` that shows as much as `from` does: the same millimetres on a device pixel and as far from the image's middle where both know
 * millimetres, else the same share of the whole image. How `to` is turned and mirrored stays.
 */
export function syncedView(from: SeenFrame, to: SeenFrame): ViewTransform {
  const { rotationDeg, mirrored } = to.view;
  if (from.view.zoom === 'fit') return { zoom: 'fit', center: 'middle', rotationDeg, mirrored };
  const [planeFrom, planeTo] = [planeOf(from.frame, undefined), planeOf(to.frame, undefined)];
  const zoom = resolvedZoom(from.view, planeFrom, from.size);
  const center = resolvedCenter(from.view, planeFrom);
  const away = [center[0] - planeFrom.columns / 2, center[1] - planeFrom.rows / 2] as const;
  const [mmFrom, mmTo] = [from.frame.spacingMm, to.frame.spacingMm];
  if (mmFrom !== undefined && mmTo !== undefined) {
    return {
      zoom: (zoom * mmTo[1]) / mmFrom[1],
      center: [planeTo.columns / 2 + (away[0] * mmFrom[1]) / mmTo[1], planeTo.rows / 2 + (away[1] * mmFrom[0]) / mmTo[0]],
      rotationDeg,
      mirrored,
    };
  }
  const share = zoom / fitZoom(planeFrom, from.view.rotationDeg, from.size);
  return {
    zoom: share * fitZoom(planeTo, rotationDeg, to.size),
    center: [(center[0] / planeFrom.columns) * planeTo.columns, (center[1] / planeFrom.rows) * planeTo.rows],
    rotationDeg,
    mirrored,
  };
}
