import type { DisplaySet, ImageFrame } from '@shared/domain';
import { fitZoom, FITTED_VIEW, type ImagePlane, resolvedCenter, resolvedZoom, type ViewportSize, type ViewTransform } from '@shared/geometry';
import { fullRangeWindow, type Voi, voiOf } from '@shared/grayscale';
import type { OpenDisplaySet, SetCursor } from '../../imaging';
import type { CellPlace } from '../../stores';
import type { FrameImage, GreySettings, StageViewport } from '../../vtk';

/** One viewport: what it shows and how. `version` grows when its frames changed their state. */
export interface Cell {
  readonly number: number;
  set: DisplaySet | undefined;
  open: OpenDisplaySet | undefined;
  cursor: SetCursor | undefined;
  index: number;
  view: ViewTransform;
  /** The user's window; undefined = the file's own, or all values when it has none. */
  window: { readonly center: number; readonly width: number } | undefined;
  /** Range of all values of the frame that was shown first, when the file brings no window: it must not change while scrolling. */
  fullRange: Voi | undefined;
  inverted: boolean;
  version: number;
  stage: StageViewport | undefined;
  leave: (() => void) | undefined;
}

export function emptyCell(number: number): Cell {
  return {
    number,
    set: undefined,
    open: undefined,
    cursor: undefined,
    index: 0,
    view: FITTED_VIEW,
    window: undefined,
    fullRange: undefined,
    inverted: false,
    version: 0,
    stage: undefined,
    leave: undefined,
  };
}

export function frameOf(cell: Cell): ImageFrame | undefined {
  return cell.set?.frames[cell.index];
}

/** Height / width of a pixel: by its spacing, else by its aspect ratio, else square. */
export function pixelAspect(frame: Pick<ImageFrame, 'spacingMm' | 'aspectRatio'>): number {
  const pair = frame.spacingMm ?? frame.aspectRatio;
  const ratio = pair === undefined ? 1 : pair[0] / pair[1];
  return Number.isFinite(ratio) && ratio > 0.01 && ratio < 100 ? ratio : 1;
}

export function planeOf(frame: ImageFrame): ImagePlane {
  return { columns: frame.format.Columns, rows: frame.format.Rows, aspect: pixelAspect(frame) };
}

/** The window that is drawn now, in modality values. Colour has none: it is drawn as it is. */
export function voiOfCell(cell: Cell): Voi | undefined {
  const frame = frameOf(cell);
  if (frame === undefined || frame.format.SamplesPerPixel > 1) return undefined;
  if (cell.window !== undefined) return voiOf({ ...cell.window, function: 'LINEAR' });
  const own = frame.windows[0];
  return own === undefined ? cell.fullRange : voiOf(own);
}

/** Puts what the cell shows on the stage. Without its pixels the viewport is black: never a stale image. */
export function drawCell(cell: Cell): void {
  const { stage } = cell;
  if (stage === undefined) return;
  const frame = frameOf(cell);
  const loaded = cell.open?.frame(cell.index);
  if (frame === undefined || loaded === undefined) {
    stage.setImage(undefined);
    return;
  }
  cell.fullRange ??= fullRangeWindow(loaded.min, loaded.max, frame.rescale);
  const image: FrameImage = { key: loaded.key, ...planeOf(frame), values: loaded.values };
  const grey: GreySettings = {
    rescale: frame.rescale,
    voi: voiOfCell(cell) ?? cell.fullRange,
    inverse: frame.format.PhotometricInterpretation === 'MONOCHROME1',
    inverted: cell.inverted,
  };
  stage.setImage(image);
  stage.setGrey(grey);
  stage.setView(cell.view);
}

/** The place of a cell, to be found again after a restart and on another screen. */
export function placeOfCell(cell: Cell): CellPlace | null {
  const frame = frameOf(cell);
  if (cell.set === undefined || frame === undefined) return null;
  const plane = planeOf(frame);
  const size = cell.stage?.size ?? { width: plane.columns, height: plane.rows };
  const center = resolvedCenter(cell.view, plane);
  return {
    displaySetId: cell.set.id,
    SOPInstanceUID: frame.SOPInstanceUID,
    frameIndex: frame.frameIndex,
    ...(cell.window === undefined ? {} : { window: { ...cell.window } }),
    zoom:
      cell.view.zoom === 'fit' ? 'fit' : Math.min(1000, Math.max(0.001, resolvedZoom(cell.view, plane, size) / fitZoom(plane, cell.view.rotationDeg, size))),
    center: cell.view.center === 'middle' ? 'middle' : [center[0] / plane.columns, center[1] / plane.rows],
    rotationDeg: cell.view.rotationDeg,
    mirrored: cell.view.mirrored,
    inverted: cell.inverted,
  };
}

/** The view of a place on a viewport of this size. */
export function viewOfPlace(place: CellPlace, plane: ImagePlane, size: ViewportSize): ViewTransform {
  return {
    zoom: place.zoom === 'fit' ? 'fit' : place.zoom * fitZoom(plane, place.rotationDeg, size),
    center: place.center === 'middle' ? 'middle' : [place.center[0] * plane.columns, place.center[1] * plane.rows],
    rotationDeg: place.rotationDeg,
    mirrored: place.mirrored,
  };
}

/** Index of the image of a place, or the nearest that there is. */
export function indexOfPlace(place: Pick<CellPlace, 'SOPInstanceUID' | 'frameIndex'>, set: DisplaySet): number {
  return set.frames.findIndex((frame) => frame.SOPInstanceUID === place.SOPInstanceUID && frame.frameIndex === place.frameIndex);
}
