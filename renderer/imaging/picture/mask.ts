import type { IccTransform, LabValue, Overlay, PaletteColors, Shutter } from '@shared/domain';
import type { StoredArray } from '@shared/pixel';
import { iccMap, throughProfile } from './colour-map';
import { labToRgb } from './lab';

type Rgb = readonly [number, number, number];

/** An overlay as it is drawn: its plane and its colour. */
export interface DrawnOverlay {
  readonly overlay: Overlay;
  /** P-value 0..65,535, white when absent. */
  readonly value?: number | undefined;
  readonly lab?: LabValue | undefined;
}

export interface MaskParts {
  readonly columns: number;
  readonly rows: number;
  /** Of the frame that is shown, counted from 0. */
  readonly frameIndex: number;
  /** From the lowest layer to the highest. */
  readonly overlays: readonly DrawnOverlay[];
  readonly shutter?: Shutter | undefined;
  /** Height / width of a pixel: the radius of a circle is counted along a row. Absent: square. */
  readonly aspect?: number | undefined;
  /** Bits of a bitmap shutter: the overlay of its group. */
  readonly shutterBits?: Overlay | undefined;
  /** Stored values that are coloured (a supplemental palette), and the values. */
  readonly coloured?: { readonly palette: PaletteColors; readonly icc?: IccTransform | undefined; readonly values: StoredArray } | undefined;
  /** P-value 0..1 to a level of the glass. */
  levelOf(p: number): number;
}

/**
 * What lies over a frame, as RGBA by pixel (alpha 0 = the picture is seen): colours of a supplemental palette, then the shutter (alpha 255: they cover it), then the overlays
 * (`OVERLAY_ALPHA`, or `OVERLAY_ON_COVER_ALPHA` where they lie on what covers the picture). Undefined where nothing lies over it.
 */
export function composeMask(parts: MaskParts): Uint8Array<ArrayBuffer> | undefined {
  const overlays = parts.overlays.filter(({ overlay }) => planeOf(overlay, parts.frameIndex) !== undefined);
  if (overlays.length === 0 && parts.shutter === undefined && parts.coloured === undefined) return undefined;
  const rgba = new Uint8Array(parts.columns * parts.rows * 4);
  const words = new Uint32Array(rgba.buffer);
  if (parts.coloured !== undefined) putColours(words, parts.coloured);
  if (parts.shutter !== undefined) putShutter(words, parts.shutter, parts);
  for (const drawn of overlays) putOverlay(words, drawn, parts);
  return rgba;
}

/** The plane of an overlay that lies on a frame; undefined when none does. */
export function planeOf(overlay: Overlay, frameIndex: number): number | undefined {
  if (overlay.everyFrame) return 0;
  const plane = frameIndex - overlay.firstFrame;
  return plane >= 0 && plane < overlay.planes ? plane : undefined;
}

/** Tells overlays from what covers the picture where it is made small; they are drawn as opaque as the rest. */
const OVERLAY_ALPHA = 128;
/** What lies beneath such a pixel of an overlay is hidden still. */
const OVERLAY_ON_COVER_ALPHA = 160;

function word([red, green, blue]: Rgb): number {
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

function colourOf(value: number, lab: LabValue | undefined, levelOf: MaskParts['levelOf']): number {
  if (lab !== undefined) return word(labToRgb(lab));
  const level = Math.min(255, Math.max(0, Math.floor(levelOf(value / 65_535) + 0.5)));
  return word([level, level, level]);
}

function putColours(words: Uint32Array, { palette: own, icc, values }: NonNullable<MaskParts['coloured']>): void {
  const profile = icc === undefined ? undefined : iccMap(icc);
  const palette = profile === undefined ? own : throughProfile(own, profile);
  const last = palette.rgb.length / 3 - 1;
  for (let at = 0; at < words.length; at++) {
    const index = (values[at] ?? 0) - palette.first;
    if (!(index >= 0)) continue;
    const entry = Math.min(last, index) * 3;
    words[at] = word([palette.rgb[entry] ?? 0, palette.rgb[entry + 1] ?? 0, palette.rgb[entry + 2] ?? 0]);
  }
}

function putOverlay(words: Uint32Array, { overlay, value = 65_535, lab }: DrawnOverlay, parts: MaskParts): void {
  const colour = colourOf(value, lab, parts.levelOf) & 0xff_ff_ff;
  eachBit(overlay, parts, (at) => {
    const alpha = (words[at] ?? 0) >>> 24 > OVERLAY_ALPHA ? OVERLAY_ON_COVER_ALPHA : OVERLAY_ALPHA;
    words[at] = (colour | (alpha << 24)) >>> 0;
  });
}

/** Calls for each pixel of the image on which a bit of the overlay is set; empty bytes, which are most, are passed over. */
function eachBit(overlay: Overlay, { columns, rows, frameIndex }: MaskParts, put: (at: number) => void): void {
  const bytes = Math.ceil((overlay.rows * overlay.columns) / 8);
  const start = (planeOf(overlay, frameIndex) ?? 0) * bytes;
  const [top, left] = overlay.origin;
  for (let index = 0; index < bytes; index++) {
    const byte = overlay.bits[start + index] ?? 0;
    if (byte === 0) continue;
    for (let bit = 0; bit < 8; bit++) {
      if (((byte >> bit) & 1) === 0) continue;
      const place = index * 8 + bit;
      const y = Math.floor(place / overlay.columns) + top - 1;
      const x = (place % overlay.columns) + left - 1;
      if (x >= 0 && x < columns && y >= 0 && y < rows && place < overlay.rows * overlay.columns) put(y * columns + x);
    }
  }
}

function putShutter(words: Uint32Array, shutter: Shutter, parts: MaskParts): void {
  const colour = colourOf(shutter.value ?? 0, shutter.lab, parts.levelOf);
  const { polygon } = shutter;
  const isOutside = polygon === undefined ? undefined : hiddenBy({ polygon });
  for (let row = 1; row <= parts.rows; row++) {
    const start = (row - 1) * parts.columns;
    const [from, to] = seenColumns(shutter, row, parts.columns, parts.aspect ?? 1);
    words.fill(colour, start, start + from - 1);
    words.fill(colour, start + Math.max(from - 1, to), start + parts.columns);
    if (isOutside === undefined) continue;
    for (let column = from; column <= to; column++) if (isOutside(row, column)) words[start + column - 1] = colour;
  }
  if (shutter.bitmapGroup !== undefined && parts.shutterBits !== undefined) eachBit(parts.shutterBits, parts, (at) => (words[at] = colour));
}

/** First and last column of a row that rectangle and circle let through, counted from 1; none where the first is behind the last. */
function seenColumns({ rectangle, circle }: Shutter, row: number, columns: number, aspect: number): readonly [number, number] {
  const none = [columns + 1, columns] as const;
  let [from, to] = [1, columns];
  if (rectangle !== undefined) {
    if (row < rectangle.upper || row > rectangle.lower) return none;
    from = Math.max(from, Math.ceil(rectangle.left));
    to = Math.min(to, Math.floor(rectangle.right));
  }
  if (circle !== undefined) {
    const half = circle.radius ** 2 - ((row - circle.center[0]) * aspect) ** 2;
    if (half < 0) return none;
    from = Math.max(from, Math.ceil(circle.center[1] - Math.sqrt(half)));
    to = Math.min(to, Math.floor(circle.center[1] + Math.sqrt(half)));
  }
  return from > to ? none : [from, to];
}

/**
 * Whether the shapes hide the pixel of this row and column, counted from 1 (PS3.3 C.7.6.11): what lies outside of one of them. Pixels on an edge are seen. A circle is
 * round on the glass: its radius is counted in pixels along a row, of the height / width `aspect`.
 */
export function hiddenBy({ rectangle, circle, polygon }: Shutter, aspect = 1): (row: number, column: number) => boolean {
  return (row, column) => {
    if (rectangle !== undefined && (column < rectangle.left || column > rectangle.right || row < rectangle.upper || row > rectangle.lower)) return true;
    if (circle !== undefined && ((row - circle.center[0]) * aspect) ** 2 + (column - circle.center[1]) ** 2 > circle.radius ** 2) return true;
    return polygon !== undefined && !isInside(polygon, row, column);
  };
}

/** Point in polygon, its border included. */
function isInside(polygon: readonly (readonly [number, number])[], row: number, column: number): boolean {
  let inside = false;
  for (let at = 0, before = polygon.length - 1; at < polygon.length; before = at++) {
    const [r1, c1] = polygon[at] ?? [0, 0];
    const [r2, c2] = polygon[before] ?? [0, 0];
    const across = (column - c1) * (r2 - r1) - (row - r1) * (c2 - c1);
    const between = row >= Math.min(r1, r2) && row <= Math.max(r1, r2) && column >= Math.min(c1, c2) && column <= Math.max(c1, c2);
    if (across === 0 && between) return true;
    if (r1 > row !== r2 > row && column < ((c2 - c1) * (row - r1)) / (r2 - r1) + c1) inside = !inside;
  }
  return inside;
}
