import type { Vector3 } from '../domain/display-set';
import { directionLetters } from './orientation';
import { add, scale } from './vector';

/** What of an image matters for placing it: its size in pixels and the shape of one pixel. */
export interface ImagePlane {
  readonly columns: number;
  readonly rows: number;
  /** Height / width of a pixel. */
  readonly aspect: number;
}

/**
 * How an image lies in a viewport. The image is mirrored about its vertical axis when `mirrored`, then turned clockwise by
 * `rotationDeg`, then scaled so that one column is `zoom` device pixels wide, with `center` in the middle of the viewport.
 * Image points are (column, row) with (0, 0) the outer corner of the first pixel and (columns, rows) that of the last.
 */
export interface ViewTransform {
  /** Device pixels per image column, or as large as the viewport allows. */
  readonly zoom: number | 'fit';
  readonly center: readonly [column: number, row: number] | 'middle';
  readonly rotationDeg: number;
  readonly mirrored: boolean;
}

export const FITTED_VIEW: ViewTransform = { zoom: 'fit', center: 'middle', rotationDeg: 0, mirrored: false };

/** Both place every image alike. */
export function sameView(one: ViewTransform, other: ViewTransform): boolean {
  if (one === other) return true;
  const [at, otherAt] = [one.center, other.center];
  const sameCenter = at === 'middle' || otherAt === 'middle' ? at === otherAt : at[0] === otherAt[0] && at[1] === otherAt[1];
  return sameCenter && one.zoom === other.zoom && one.rotationDeg === other.rotationDeg && one.mirrored === other.mirrored;
}

/** x = a column + c row + e, y = b column + d row + f; device pixels of the viewport, origin top left, y down. */
export interface Affine {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  readonly f: number;
}

export interface ViewportSize {
  readonly width: number;
  readonly height: number;
}

export const ZOOM_MIN = 0.01;
export const ZOOM_MAX = 100;

/** Sine and cosine that are exact at right angles. */
function turn(rotationDeg: number): { sin: number; cos: number } {
  const angle = ((rotationDeg % 360) + 360) % 360;
  if (angle % 90 === 0) {
    const quarter = angle / 90;
    return { sin: [0, 1, 0, -1][quarter] ?? 0, cos: [1, 0, -1, 0][quarter] ?? 1 };
  }
  const radians = (angle * Math.PI) / 180;
  return { sin: Math.sin(radians), cos: Math.cos(radians) };
}

/** Device pixels per column at which the whole turned image just fits. */
export function fitZoom(image: ImagePlane, rotationDeg: number, viewport: ViewportSize): number {
  const { sin, cos } = turn(rotationDeg);
  const width = image.columns;
  const height = image.rows * image.aspect;
  const boxWidth = Math.abs(cos) * width + Math.abs(sin) * height;
  const boxHeight = Math.abs(sin) * width + Math.abs(cos) * height;
  return Math.max(1e-6, Math.min(viewport.width / boxWidth, viewport.height / boxHeight));
}

export function resolvedZoom(view: ViewTransform, image: ImagePlane, viewport: ViewportSize): number {
  return view.zoom === 'fit' ? fitZoom(image, view.rotationDeg, viewport) : view.zoom;
}

export function resolvedCenter(view: ViewTransform, image: ImagePlane): readonly [number, number] {
  return view.center === 'middle' ? [image.columns / 2, image.rows / 2] : view.center;
}

/**
 * Image points to device pixels of the viewport. At right angles the image's corner is put on a whole pixel: at 1:1
 * each image pixel then is exactly one device pixel, whatever the sizes.
 */
export function imageToViewport(view: ViewTransform, image: ImagePlane, viewport: ViewportSize): Affine {
  const zoom = resolvedZoom(view, image, viewport);
  const [column, row] = resolvedCenter(view, image);
  const { sin, cos } = turn(view.rotationDeg);
  const side = view.mirrored ? -1 : 1;
  const a = zoom * side * cos;
  const b = zoom * side * sin;
  const c = -zoom * image.aspect * sin;
  const d = zoom * image.aspect * cos;
  const e = viewport.width / 2 - a * column - c * row;
  const f = viewport.height / 2 - b * column - d * row;
  const square = sin === 0 || cos === 0;
  return { a, b, c, d, e: square ? Math.round(e) : e, f: square ? Math.round(f) : f };
}

export function apply(affine: Affine, point: readonly [number, number]): [number, number] {
  return [affine.a * point[0] + affine.c * point[1] + affine.e, affine.b * point[0] + affine.d * point[1] + affine.f];
}

/** Device pixels back to image points. */
export function inverse(affine: Affine): Affine {
  const { a, b, c, d, e, f } = affine;
  const determinant = a * d - b * c;
  return {
    a: d / determinant,
    b: -b / determinant,
    c: -c / determinant,
    d: a / determinant,
    e: (c * f - d * e) / determinant,
    f: (b * e - a * f) / determinant,
  };
}

/** One image pixel is one device pixel, edges on edges: interpolation would have nothing to add. */
export function isPixelExact(affine: Affine): boolean {
  const { a, b, c, d, e, f } = affine;
  const square = (b === 0 && c === 0 && Math.abs(a) === 1 && Math.abs(d) === 1) || (a === 0 && d === 0 && Math.abs(b) === 1 && Math.abs(c) === 1);
  return square && Number.isInteger(e) && Number.isInteger(f);
}

/** Turned by what the user sees: clockwise on the screen. */
export function rotated(view: ViewTransform, degrees: number): ViewTransform {
  return { ...view, rotationDeg: (((view.rotationDeg + degrees) % 360) + 360) % 360 };
}

/** Left and right of the screen changed places (whatever the rotation). */
export function flippedHorizontally(view: ViewTransform): ViewTransform {
  return { ...view, mirrored: !view.mirrored, rotationDeg: (360 - view.rotationDeg) % 360 };
}

/** Top and bottom of the screen changed places. */
export function flippedVertically(view: ViewTransform): ViewTransform {
  return { ...view, mirrored: !view.mirrored, rotationDeg: (540 - view.rotationDeg) % 360 };
}

/** Moved with the hand by device pixels. */
export function panned(view: ViewTransform, image: ImagePlane, viewport: ViewportSize, dx: number, dy: number): ViewTransform {
  const back = inverse(imageToViewport(view, image, viewport));
  const [column, row] = resolvedCenter(view, image);
  return { ...view, center: [column - (back.a * dx + back.c * dy), row - (back.b * dx + back.d * dy)], zoom: resolvedZoom(view, image, viewport) };
}

/** Zoomed by a factor with the image point under `at` (device pixels of the viewport) kept where it is. */
export function zoomedAt(view: ViewTransform, image: ImagePlane, viewport: ViewportSize, at: readonly [number, number], factor: number): ViewTransform {
  const before = resolvedZoom(view, image, viewport);
  const zoom = Math.min(ZOOM_MAX, Math.max(ZOOM_MIN, before * factor));
  const point = apply(inverse(imageToViewport(view, image, viewport)), at);
  const [column, row] = resolvedCenter(view, image);
  const keep = before / zoom;
  return { ...view, zoom, center: [point[0] + (column - point[0]) * keep, point[1] + (row - point[1]) * keep] };
}

export interface EdgeLetters {
  readonly top: string;
  readonly right: string;
  readonly bottom: string;
  readonly left: string;
}

/** Letters at the four edges of the viewport for an image with these axes, as it is turned and mirrored now. */
export function edgeLetters(rowDirectionLps: Vector3, columnDirectionLps: Vector3, view: Pick<ViewTransform, 'rotationDeg' | 'mirrored'>): EdgeLetters {
  const { sin, cos } = turn(view.rotationDeg);
  const side = view.mirrored ? -1 : 1;
  // Screen directions in the image's own axes: the transpose of the turn, then the mirror (its own inverse).
  const right = add(scale(rowDirectionLps, side * cos), scale(columnDirectionLps, -sin));
  const down = add(scale(rowDirectionLps, side * sin), scale(columnDirectionLps, cos));
  return {
    right: directionLetters(right),
    left: directionLetters(scale(right, -1)),
    bottom: directionLetters(down),
    top: directionLetters(scale(down, -1)),
  };
}
