import type { ImageFrame, PresentationState } from '@shared/domain';
import type { DisplayTable, Voi } from '@shared/grayscale';
import type { StoredArray } from '@shared/pixel';
import { ColourMaps, type DrawnOver, FrameMasks, type GreyParts, greySettings, type LoadedFrame, type TableState, turned, withoutColours } from '../imaging';
import { nativePicture } from './native-picture';
import type { PixelBlock } from './stage-types';

export interface FramePictureRequest {
  readonly frame: ImageFrame;
  readonly loaded: LoadedFrame;
  readonly tables: TableState;
  readonly state?: PresentationState | undefined;
  readonly voi: Voi;
  readonly inverted: boolean;
  /** What is drawn in place of the frame's own values: its difference from a mask. */
  readonly difference?: { readonly key: string; readonly made: { readonly values: StoredArray }; readonly grey: GreyParts } | undefined;
  readonly over: DrawnOver;
  readonly display?: DisplayTable | undefined;
  readonly dither: boolean;
  /** First mirrored, then turned clockwise, as a view is. */
  readonly rotationDeg: number;
  readonly mirrored: boolean;
}

/**
 * A frame at its native pixel size by the path of the viewports, with overlays and shutters, without texts and graphic annotations: what `--render` and "save
 * the image" write. Throws in words when this machine cannot draw it exactly.
 */
export function framePicture(canvas: HTMLCanvasElement, request: FramePictureRequest): PixelBlock {
  const { loaded, tables, state, voi, inverted, over, display, dither, difference } = request;
  const frame = difference === undefined ? request.frame : withoutColours(request.frame);
  const { Columns: columns, Rows: rows } = frame.format;
  const grey = difference?.grey ?? greySettings(frame, tables, voi, inverted, state);
  const colours = difference === undefined ? new ColourMaps().of({ frame, tables, state, grey }) : undefined;
  const shown = difference === undefined ? loaded : { key: difference.key, values: difference.made.values };
  const block = nativePicture(canvas, {
    image: { key: shown.key, columns, rows, aspect: 1, values: shown.values, colours },
    grey,
    mask: new FrameMasks().of({ frame, loaded, tables, state, over, display }),
    display,
    dither,
  });
  const quarter = ([0, 90, 180, 270] as const).find((angle) => angle === ((request.rotationDeg % 360) + 360) % 360) ?? 0;
  return turned(block, quarter, request.mirrored);
}
