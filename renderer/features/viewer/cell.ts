import type { DisplaySet, ImageFrame } from '@shared/domain';
import { fitZoom, type ImagePlane, resolvedCenter, resolvedZoom, type ViewportSize, type ViewTransform } from '@shared/geometry';
import type { Voi } from '@shared/grayscale';
import type { LoadedFrame, OpenDisplaySet } from '../../imaging';
import type { CellPlace } from '../../stores';
import { nextStepMs } from '../../ui';
import type { StageViewport } from '../../vtk';
import { type Cell, frameOf, isColour, planeOf, stateOf, tablesOf } from './cell-state';
import { drawSubtracted, subtractedVoi } from './cell-subtraction';
import { chosenVoi, greySettings, tablesSettled, wholeRange } from './grey';

export * from './cell-state';

/** The pixels of the image, once all that its grey levels depend on is here too. */
export function shownFrame(cell: Cell): LoadedFrame | undefined {
  const frame = frameOf(cell);
  return frame === undefined || !tablesSettled(frame, tablesOf(cell)) ? undefined : cell.open?.frame(cell.index);
}

/** The window or table that is drawn now, in modality values. Colour has none: it is drawn as it is. */
export function voiOfCell(cell: Cell): Voi | undefined {
  const frame = frameOf(cell);
  if (frame === undefined || isColour(frame)) return undefined;
  const subtracted = subtractedVoi(cell);
  if (subtracted !== undefined) return subtracted;
  return chosenVoi(frame, tablesOf(cell), cell.window, stateOf(cell)) ?? cell.fullRange;
}

/** Neither the user nor the file says a window: all values are shown. */
export function isWholeRange(cell: Cell): boolean {
  const frame = frameOf(cell);
  return (
    frame !== undefined && !isColour(frame) && cell.subtraction === undefined && chosenVoi(frame, tablesOf(cell), cell.window, stateOf(cell)) === undefined
  );
}

/** Puts what the cell shows on the stage. Without its pixels the viewport is black: never a stale image. */
export function drawCell(cell: Cell): void {
  if (cell.stage !== undefined) drawCellOn(cell, cell.stage);
}

/** The same on any viewport of a stage, under the view of the cell. */
export function drawCellOn(cell: Cell, stage: StageViewport): void {
  const frame = frameOf(cell);
  const loaded = shownFrame(cell);
  if (frame === undefined || loaded === undefined) {
    stage.setImage(undefined);
    return;
  }
  const tables = tablesOf(cell);
  const state = stateOf(cell);
  if (drawSubtracted(cell, stage, frame)) return;
  cell.fullRange ??= wholeRange(frame, tables, loaded, state);
  const grey = greySettings(frame, tables, voiOfCell(cell) ?? cell.fullRange, cell.inverted, state);
  if (cell.plane === undefined)
    stage.setImage({ ...planeOf(frame, state), key: loaded.key, values: loaded.values, colours: cell.paint.colours.of({ frame, tables, state, grey }) });
  else stage.setPlane(cell.plane.imageOf(cell.index));
  stage.setGrey(grey);
  stage.setMask(cell.plane === undefined ? cell.paint.masks.of({ frame, loaded, tables, state, over: cell.over, display: stage.display }) : undefined);
  stage.setView(cell.view);
}

/**
 * Redraws with the next frame of the screen when the image that is shown comes or changes, and in longer steps for all the others that come. Returns the
 * unsubscriber.
 */
export function followFrames(open: OpenDisplaySet, shown: Pick<Cell, 'index'>, redraw: () => void): () => void {
  let soon = false;
  let later: ReturnType<typeof setTimeout> | undefined;
  const now = (): void => {
    soon = false;
    clearTimeout(later);
    later = undefined;
    redraw();
  };
  const leave = open.onChange((change) => {
    if (soon) return;
    const { total, loaded, failed } = open.counts;
    if (change.kind === 'displaySet' || change.index === shown.index || loaded + failed === total) {
      soon = true;
      requestAnimationFrame(now);
    } else later ??= setTimeout(now, nextStepMs());
  });
  return () => {
    clearTimeout(later);
    leave();
  };
}

/** The place of a cell, to be found again after a restart and on another screen. */
export function placeOfCell(cell: Cell): CellPlace | null {
  const frame = frameOf(cell);
  if (cell.set === undefined) return null;
  // A report, a document, what is only named: it has no view, and is no place where it hangs because no image was here yet. Images that come later hang before it.
  if (frame === undefined) return cell.unchosen ? null : { ...UNSEEN, displaySetId: cell.set.id, ...placeInSet(cell.set, cell.index) };
  const plane = planeOf(frame, stateOf(cell));
  const size = cell.stage?.size ?? { width: plane.columns, height: plane.rows };
  const center = resolvedCenter(cell.view, plane);
  return {
    displaySetId: cell.set.id,
    ...placeOfFrame(frame),
    ...(cell.window === undefined ? {} : { window: { ...cell.window } }),
    zoom:
      cell.view.zoom === 'fit' ? 'fit' : Math.min(1000, Math.max(0.001, resolvedZoom(cell.view, plane, size) / fitZoom(plane, cell.view.rotationDeg, size))),
    center: cell.view.center === 'middle' ? 'middle' : [center[0] / plane.columns, center[1] / plane.rows],
    rotationDeg: cell.view.rotationDeg,
    mirrored: cell.view.mirrored,
    inverted: cell.inverted,
  };
}

/** A place without a view. */
const UNSEEN = { SOPInstanceUID: '', frameIndex: 0, zoom: 'fit', center: 'middle', rotationDeg: 0, mirrored: false, inverted: false } as const;

/** The place of what stands at an index of a set: a frame, or one of the objects of a set without frames. */
export function placeInSet(set: DisplaySet, index: number): ReturnType<typeof placeOfFrame> | undefined {
  const frame = set.frames[index];
  if (frame !== undefined) return placeOfFrame(frame);
  const object = set.objects?.[index];
  return object === undefined ? undefined : { SOPInstanceUID: object.SOPInstanceUID, frameIndex: 0 };
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

/** The place of a frame, whatever the view. */
function placeOfFrame({ SOPInstanceUID, frameIndex, tile }: ImageFrame): Pick<CellPlace, 'SOPInstanceUID' | 'frameIndex' | 'tile'> {
  return { SOPInstanceUID, frameIndex, ...(tile === undefined ? {} : { tile: tile.number }) };
}

/** Index of the image or object of a place, -1 where it is not in the set. */
export function indexOfPlace(place: Pick<CellPlace, 'SOPInstanceUID' | 'frameIndex' | 'tile'>, set: DisplaySet): number {
  if (set.frames.length === 0) return (set.objects ?? []).findIndex(({ SOPInstanceUID }) => SOPInstanceUID === place.SOPInstanceUID);
  return set.frames.findIndex(
    (frame) => frame.SOPInstanceUID === place.SOPInstanceUID && frame.frameIndex === place.frameIndex && frame.tile?.number === place.tile,
  );
}
