import { type ImageFrame, type Overlay, pixelAspect, type PresentationState } from '@shared/domain';
import { displayLevel, type DisplayTable } from '@shared/grayscale';
import type { TableState } from '../image-tables';
import type { LoadedFrame } from '../loader-types';
import { isMeant } from './state-scope';
import { composeMask, type DrawnOverlay, type MaskParts, planeOf } from './mask';

/** What the user lets be drawn over the picture. */
export interface DrawnOver {
  readonly overlays: boolean;
  readonly shutters: boolean;
}

export interface PictureRequest {
  readonly frame: ImageFrame;
  readonly loaded: LoadedFrame;
  readonly tables: TableState;
  readonly state?: PresentationState | undefined;
  readonly over: DrawnOver;
  readonly display?: DisplayTable | undefined;
}

/** The mask of a frame and its name: the same name is the same content. */
export interface FrameMask {
  readonly key: string;
  readonly rgba: Uint8Array<ArrayBuffer>;
  /** It holds more than overlays: a shutter, or colours of a palette. */
  readonly covers: boolean;
}

/** A mask has four bytes a pixel: those of a viewport that go by in a loop, within reason. */
const KEPT_BYTES = 2 ** 26;
const KEPT_COUNT = 64;

/** Makes masks and keeps the last ones, so that scrolling and windowing make none anew. */
export class FrameMasks {
  private readonly kept = new Map<string, FrameMask | undefined>();
  private readonly displays = new WeakMap<DisplayTable, number>();
  private displayCount = 0;

  /** Undefined where nothing lies over the frame. */
  of(request: PictureRequest): FrameMask | undefined {
    const parts = partsOf(request);
    if (parts === undefined) return undefined;
    const key = this.keyOf(request, parts);
    if (this.kept.has(key)) return this.kept.get(key);
    const rgba = composeMask(parts);
    const mask = rgba === undefined ? undefined : { key, rgba, covers: parts.shutter !== undefined || parts.coloured !== undefined };
    this.kept.set(key, mask);
    this.makeRoom();
    return mask;
  }

  /** The youngest stays, whatever its size. */
  private makeRoom(): void {
    let bytes = [...this.kept.values()].reduce((sum, mask) => sum + (mask?.rgba.length ?? 0), 0);
    for (const [oldest, mask] of this.kept) {
      if ((bytes <= KEPT_BYTES && this.kept.size <= KEPT_COUNT) || this.kept.size <= 1) return;
      this.kept.delete(oldest);
      bytes -= mask?.rgba.length ?? 0;
    }
  }

  private keyOf({ frame, over, state, display, loaded }: PictureRequest, parts: MaskParts): string {
    const planes = parts.overlays.map(({ overlay }) => planeOf(overlay, frame.frameIndex) ?? '-').join();
    const own = parts.coloured === undefined ? '' : loaded.key;
    const ofFrame = state?.frameShutters.findIndex(({ images }) => isMeant(images, frame)) ?? '';
    return [frame.instanceId, planes, own, Number(over.overlays), Number(over.shutters), state?.SOPInstanceUID ?? '', ofFrame, this.displayId(display)].join(
      ':',
    );
  }

  private displayId(display: DisplayTable | undefined): number {
    if (display === undefined) return 0;
    const known = this.displays.get(display) ?? ++this.displayCount;
    this.displays.set(display, known);
    return known;
  }
}

function partsOf({ frame, loaded, tables, state, over, display }: PictureRequest): MaskParts | undefined {
  const luts = tables.kind === 'ready' ? tables.luts : undefined;
  const { Columns, Rows, SamplesPerPixel, PhotometricInterpretation } = frame.format;
  // What lies over a picture of tiles belongs to the whole of it.
  const isTile = frame.tile !== undefined;
  const overlays = over.overlays && !isTile ? drawnOverlays(luts?.overlays ?? [], state) : [];
  const own = state === undefined ? luts?.shutter : shutterOf(state, frame);
  const shutter = over.shutters && !isTile ? own : undefined;
  const isSupplemental = frame.extras?.colourPixels === true && SamplesPerPixel === 1 && PhotometricInterpretation !== 'PALETTE COLOR';
  const coloured = isSupplemental && luts?.palette !== undefined ? { palette: luts.palette, icc: luts.icc, values: loaded.values } : undefined;
  if (overlays.length === 0 && shutter === undefined && coloured === undefined) return undefined;
  const isGrey = SamplesPerPixel === 1 && PhotometricInterpretation !== 'PALETTE COLOR';
  return {
    columns: Columns,
    rows: Rows,
    frameIndex: frame.frameIndex,
    overlays,
    shutter,
    aspect: pixelAspect(frame),
    shutterBits: state?.overlays.find(({ group }) => group === shutter?.bitmapGroup) ?? luts?.overlays?.find(({ group }) => group === shutter?.bitmapGroup),
    coloured,
    levelOf: (p) => (display === undefined || !isGrey ? p * 255 : displayLevel(p, display)),
  };
}

/** The state's own, or the first of its shutters of frames that is for this one. */
function shutterOf(state: PresentationState, frame: ImageFrame): PresentationState['shutter'] {
  return state.frameShutters.find(({ images }) => isMeant(images, frame))?.shutter ?? state.shutter;
}

/** Without a state all overlays of the image; with one those that it puts into a layer, its own and the image's, from the lowest layer up. */
function drawnOverlays(ofImage: readonly Overlay[], state: PresentationState | undefined): DrawnOverlay[] {
  if (state === undefined) return ofImage.map((overlay) => ({ overlay }));
  const bitmap = state.shutter?.bitmapGroup ?? state.frameShutters.find(({ shutter }) => shutter.bitmapGroup !== undefined)?.shutter.bitmapGroup;
  const ofState = state.overlays.filter(({ group, layer }) => layer !== '' && group !== bitmap);
  const activated = state.overlayLayers.flatMap(({ group, layer }) => {
    const own = ofState.find((overlay) => overlay.group === group) ?? ofImage.find((overlay) => overlay.group === group);
    return own === undefined || group === bitmap ? [] : [{ overlay: own, layer }];
  });
  const order = (name: string): number => state.layers.findIndex((layer) => layer.name === name);
  return activated
    .sort((left, right) => order(left.layer) - order(right.layer))
    .map(({ overlay, layer }) => {
      const found = state.layers.find(({ name }) => name === layer);
      return { overlay, value: found?.value, lab: found?.lab };
    });
}
