import { type DisplaySet, type ImageFrame, type MaskSubtraction, type PresentationState } from '@shared/domain';
import { FITTED_VIEW, type ImagePlane, type MprPlaneName, type ViewTransform } from '@shared/geometry';
import type { Voi } from '@shared/grayscale';
import { appliesTo, ColourMaps, type DrawnOver, FrameMasks, type OpenDisplaySet, type SetCursor, type Subtracted, type TableState } from '../../imaging';
import type { PlaneImage, StageViewport } from '../../vtk';
import { isFilm } from '../objects';
import { shownAspect } from './displayed-area';
import type { WindowChoice } from './grey';

/** A subtraction that is on. */
export interface CellSubtraction {
  /** The user's own mask; undefined: as the state or the image says. */
  readonly own: MaskSubtraction | undefined;
  /** Moved by the hand, [rows, columns], beside what the mask itself says. */
  readonly moved: readonly [number, number];
  /** The window of the frames themselves, for when it is off again. */
  readonly naturalWindow: Cell['window'];
  /** All differences of the frame that was subtracted first. */
  range: Voi | undefined;
  /** Mask frames are loaded beside the shown one. */
  readonly cursors: Map<number, SetCursor>;
  /** The last differences, so that windows are not worked out anew. */
  readonly kept: Map<string, Subtracted>;
}

/** One viewport: what it shows and how. `version` grows when its frames changed their state. */
export interface Cell {
  readonly number: number;
  set: DisplaySet | undefined;
  /** The set came next in the usual order: nobody chose it. */
  unchosen: boolean;
  open: OpenDisplaySet | undefined;
  cursor: SetCursor | undefined;
  index: number;
  view: ViewTransform;
  /** The user's window or table; undefined = the file's own, or all values when it has none. */
  window: WindowChoice | undefined;
  /** Range of all values of the frame that was shown first, when the file brings no window: it must not change while scrolling. */
  fullRange: Voi | undefined;
  /** The key of the file's own window has named it: the next press goes on to the next one. */
  ownWindowNamed: boolean;
  inverted: boolean;
  /** The presentation state that is applied to the images that it names. */
  presentation: PresentationState | undefined;
  /** What of the file is drawn over the picture. */
  over: DrawnOver;
  /** The mask is taken off the frames; undefined: they are shown as they are. */
  subtraction: CellSubtraction | undefined;
  /** The set is one of planes through a volume, cut as this says. */
  plane: CellPlane | undefined;
  readonly paint: CellPaint;
  version: number;
  stage: StageViewport | undefined;
  leave: (() => void) | undefined;
}

/** A plane through a volume in place of an image. */
export interface CellPlane {
  readonly name: MprPlaneName;
  /** What the volume is made of. */
  readonly source: DisplaySet;
  imageOf(index: number): PlaneImage;
  /** Stored value that is shown at an image point, between the voxels; undefined where there is none. */
  valueAt(index: number, at: readonly [column: number, row: number]): number | undefined;
  /** "MPR, 0.80 x 0.80 mm", "slab 5 mm MAX". */
  words(): readonly string[];
  /** Degrees off the plane of the patient that it is called by. */
  obliqueDeg(): number;
}

/** What the corner says of a plane. */
export function planeText({ plane }: Cell): { readonly name: MprPlaneName; readonly obliqueDeg: number; readonly words: readonly string[] } | undefined {
  return plane === undefined ? undefined : { name: plane.name, obliqueDeg: plane.obliqueDeg(), words: plane.words() };
}

/** What is made of an image's tables, kept for the next draw. */
export interface CellPaint {
  readonly masks: FrameMasks;
  readonly colours: ColourMaps;
}

export const ALL_DRAWN: DrawnOver = { overlays: true, shutters: true };

/** How every set is shown at first: nothing that was chosen for another one, of another patient perhaps, lives on. */
export const UNTOUCHED = {
  view: FITTED_VIEW,
  window: undefined,
  ownWindowNamed: false,
  fullRange: undefined,
  inverted: false,
  presentation: undefined,
  over: ALL_DRAWN,
} satisfies Partial<Cell>;

export function emptyCell(number: number): Cell {
  return {
    number,
    set: undefined,
    unchosen: false,
    open: undefined,
    cursor: undefined,
    index: 0,
    ...UNTOUCHED,
    subtraction: undefined,
    plane: undefined,
    paint: { masks: new FrameMasks(), colours: new ColourMaps() },
    version: 0,
    stage: undefined,
    leave: undefined,
  };
}

export function frameOf(cell: Cell): ImageFrame | undefined {
  return cell.set?.frames[cell.index];
}

/** The same, where it is an image: the frames of a film are none, Chromium plays them. */
export function imageOf(cell: Cell): ImageFrame | undefined {
  return cell.set === undefined || isFilm(cell.set) ? undefined : frameOf(cell);
}

/** The pixels of a frame, shaped as the image says, or the presentation state that is applied to it. */
export function planeOf(frame: ImageFrame, state: PresentationState | undefined): ImagePlane {
  return { columns: frame.format.Columns, rows: frame.format.Rows, aspect: shownAspect(frame, state) };
}

/** The presentation state of the image that the cell stands on, if one is applied that names it. */
export function stateOf(cell: Cell): PresentationState | undefined {
  const frame = frameOf(cell);
  return frame !== undefined && cell.presentation !== undefined && appliesTo(cell.presentation, frame) ? cell.presentation : undefined;
}

/** Colour by its samples or by its palette: no window, no inversion. */
export function isColour({ format }: ImageFrame): boolean {
  return format.SamplesPerPixel > 1 || format.PhotometricInterpretation === 'PALETTE COLOR';
}

/** Look-up tables of the image that the cell stands on. */
export function tablesOf(cell: Cell): TableState {
  return cell.open?.tables(cell.index) ?? { kind: 'none' };
}
