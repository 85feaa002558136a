import { type ImageFrame, pixelAspect, type PresentationState } from '@shared/domain';
import { fitZoom, type ImagePlane, type ViewportSize, type ViewTransform } from '@shared/geometry';
import { isMeant, turnOfState } from '../../imaging';
import type { AreaBox } from './graphic-paths';

/** The area that a state wants to be seen of this frame; undefined when it says none. */
export function areaOf(state: PresentationState, frame: ImageFrame): PresentationState['areas'][number] | undefined {
  return state.areas.find(({ images }) => isMeant(images, frame));
}

/**
 * Height / width of a pixel of this frame: by the state's Presentation Pixel Spacing or Aspect Ratio, which stand in place of what the image says (PS3.3 C.10.4),
 * else by the image itself.
 */
export function shownAspect(frame: ImageFrame, state: PresentationState | undefined): number {
  const area = state === undefined ? undefined : areaOf(state, frame);
  if (area?.spacing === undefined && area?.aspect === undefined) return pixelAspect(frame);
  return pixelAspect({ spacingMm: area.spacing, aspectRatio: area.aspect });
}

/** The same in image points, the whole image without one. */
export function areaBox(state: PresentationState, frame: ImageFrame): AreaBox {
  const area = areaOf(state, frame);
  const { Columns, Rows } = frame.format;
  if (area === undefined) return { topLeft: [0, 0], bottomRight: [Columns, Rows] };
  const [columns, rows] = [0, 1].map((axis) => [area.topLeft[axis] ?? 1, area.bottomRight[axis] ?? 1].sort((a, b) => a - b) as [number, number]);
  return { topLeft: [(columns?.[0] ?? 1) - 1, (rows?.[0] ?? 1) - 1], bottomRight: [columns?.[1] ?? Columns, rows?.[1] ?? Rows] };
}

export interface StateView {
  readonly view: ViewTransform;
  /** What of the displayed area could not be had, in words. */
  readonly problem?: string;
}

/**
 * How a state wants the frame to lie in a viewport of this size (PS3.3 C.10.4, C.10.6): turned, and its displayed area fitted, in true size (where the size of
 * this display's pixels is known) or magnified.
 */
export function viewOfState(state: PresentationState, frame: ImageFrame, plane: ImagePlane, size: ViewportSize, pixelMm: number | undefined): StateView {
  const turn = turnOfState(state);
  const area = areaOf(state, frame);
  if (area === undefined) return { view: { zoom: 'fit', center: 'middle', ...turn } };
  const { topLeft, bottomRight } = areaBox(state, frame);
  const isWhole = topLeft[0] === 0 && topLeft[1] === 0 && bottomRight[0] === plane.columns && bottomRight[1] === plane.rows;
  const center: [number, number] = [(topLeft[0] + bottomRight[0]) / 2, (topLeft[1] + bottomRight[1]) / 2];
  const part = { columns: bottomRight[0] - topLeft[0], rows: bottomRight[1] - topLeft[1], aspect: plane.aspect };
  const fitted: ViewTransform = isWhole ? { zoom: 'fit', center: 'middle', ...turn } : { zoom: fitZoom(part, turn.rotationDeg, size), center, ...turn };
  switch (area.mode) {
    case 'SCALE TO FIT':
      return { view: fitted };
    case 'MAGNIFY':
      if (area.magnification === undefined) return { view: fitted, problem: 'the state magnifies but does not say by how much: fitted' };
      return { view: { zoom: area.magnification, center, ...turn } };
    case 'TRUE SIZE':
      if (area.spacing === undefined) return { view: fitted, problem: 'the state wants true size without a pixel spacing: fitted' };
      if (pixelMm === undefined || !(pixelMm > 0)) return { view: fitted, problem: 'the state wants true size, and this display was not measured: fitted' };
      return { view: { zoom: area.spacing[1] / pixelMm, center, ...turn } };
  }
}
