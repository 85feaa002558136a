import type { Vector3 } from '@shared/domain';
import {
  add,
  apply,
  dot,
  imageToViewport,
  panned,
  planeOriginLps,
  type PlaneStack,
  resolvedZoom,
  scale,
  type ViewportSize,
  type ViewTransform,
} from '@shared/geometry';

/** Image point (edges of pixels at whole numbers) of a place, seen along the normal of the planes. */
export function pointOnPlane(stack: PlaneStack, lps: Vector3): [column: number, row: number] {
  const away = add(lps, scale(planeOriginLps(stack, 0), -1));
  return [dot(away, stack.rowLps) / stack.pixelMm + 0.5, dot(away, stack.columnLps) / stack.pixelMm + 0.5];
}

/** The view of turned planes: millimetres as large as before, and the point where it was. */
export function keptView(view: ViewTransform, before: PlaneStack, after: PlaneStack, pointLps: Vector3, size: ViewportSize): ViewTransform {
  const planeOf = ({ columns, rows }: PlaneStack) => ({ columns, rows, aspect: 1 });
  const was = apply(imageToViewport(view, planeOf(before), size), pointOnPlane(before, pointLps));
  const zoom = (resolvedZoom(view, planeOf(before), size) * after.pixelMm) / before.pixelMm;
  const next: ViewTransform = { ...view, zoom, center: pointOnPlane(after, pointLps) };
  return panned(next, planeOf(after), size, was[0] - size.width / 2, was[1] - size.height / 2);
}
