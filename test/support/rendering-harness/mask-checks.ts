import { FITTED_VIEW } from '../../../shared/geometry';
import { continuousLevel, outputLevel } from '../../../shared/grayscale';
import type { StageViewport, StoredTextureFormat } from '../../../renderer/vtk';
import { canvasOf, freshKey, type Settings } from './stage-kit';

const GLASS = 100;
const GREY: Settings = { voi: { kind: 'LINEAR', center: 2047.5, width: 4096 }, inverse: false, inverted: false };
const SEEN = 1000;
const HIDDEN = 4095;

export interface MaskFindings {
  /** Levels that stand in a picture of one value beside a shutter that hides bright pixels, and are neither its level nor between it and the shutter's black. */
  readonly bled: number;
  /** The same of a picture in colours. */
  readonly bledColours: number;
  /** Of 16 overlays, lines of one pixel: those that have a gap. */
  readonly broken: number;
  /** Of 16 pixels that a palette colours: those that left no colour. */
  readonly lostColours: number;
  /** Colours that no mixture of the palette's red and of the grey gives. */
  readonly foreign: number;
}

/** What lies over a picture of `side` pixels on a glass of 100: made small, and made large. */
export function masks(format: StoredTextureFormat, side: number): MaskFindings {
  const stage = canvasOf(GLASS, GLASS, [format]);
  const viewport = stage.addViewport('one');
  viewport.setRect({ x: 0, y: 0, width: GLASS, height: GLASS });
  const level = outputLevel(continuousLevel(SEEN, { ...GREY, signed: false }));
  const found = {
    bled: [255, 160].reduce((sum, alpha) => sum + shuttered(viewport, side, 1, alpha).filter((value) => value > level).length, 0),
    bledColours: [255, 160].reduce((sum, alpha) => sum + shuttered(viewport, side, 3, alpha).filter((value) => value > 60).length, 0),
    ...{ broken: 0, lostColours: 0, foreign: 0 },
  };
  const half = Math.floor(side / 2);
  for (let place = 0; place < 16; place++) {
    const line = seen(viewport, side, 1, (column) => (column === half + place ? [0, 250, 0, 128] : undefined));
    // The view is turned: a column of the image is a row of the glass.
    const drawn = Array.from({ length: GLASS }, (_, column) => Array.from({ length: GLASS }, (_row, row) => line[(row * GLASS + column) * 4 + 1] === 250));
    if (drawn.some((column) => !column.includes(true))) found.broken++;
    const dot = seen(viewport, side, 1, (column, row) => (column === half + (place >> 2) && row === half + (place & 3) ? [250, 0, 0, 255] : undefined));
    const reds = Array.from({ length: GLASS * GLASS }, (_, at) => [dot[at * 4] ?? 0, dot[at * 4 + 1] ?? 0] as const);
    if (reds.every(([red, green]) => red <= green)) found.lostColours++;
    found.foreign += reds.filter(([red, green]) => red < level || green > level).length;
  }
  stage.delete();
  return found;
}

/** Half of the picture is hidden, and bright there; the border lies between two pixels of the glass. At the border the mask has `alpha`: a black overlay may lie on the shutter. */
function shuttered(viewport: StageViewport, side: number, samples: 1 | 3, alpha: number): number[] {
  const border = Math.floor(side * 0.47);
  const data = seen(viewport, side, samples, (column) => (column < border ? undefined : [0, 0, 0, column === border ? alpha : 255]));
  return Array.from({ length: GLASS * GLASS }, (_, at) => data[at * 4] ?? 0);
}

type Rgba = readonly [number, number, number, number];

/** A picture of one value, brightest where something covers it, under this mask. */
function seen(viewport: StageViewport, side: number, samples: 1 | 3, over: (column: number, row: number) => Rgba | undefined): Uint8Array {
  const rgba = new Uint8Array(side * side * 4);
  const covered = new Uint8Array(side * side);
  for (let at = 0; at < side * side; at++) {
    const colour = over(at % side, Math.floor(at / side));
    if (colour === undefined) continue;
    rgba.set(colour, at * 4);
    covered[at] = colour[3] > 128 ? 1 : 0;
  }
  const values =
    samples === 1
      ? Uint16Array.from(covered, (hidden) => (hidden === 1 ? HIDDEN : SEEN))
      : Uint8Array.from({ length: side * side * 3 }, (_, at) => (covered[Math.floor(at / 3)] === 1 ? 255 : 60));
  viewport.setImage({ key: freshKey('masked'), columns: side, rows: side, aspect: 1, values });
  viewport.setGrey(GREY);
  viewport.setMask({ key: freshKey('mask'), rgba, covers: covered.includes(1) });
  viewport.setView({ ...FITTED_VIEW, rotationDeg: 90, mirrored: true });
  return viewport.readPixels().data;
}
