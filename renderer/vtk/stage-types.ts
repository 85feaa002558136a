import type { Affine, PlaneInVolume, SlabSamples, ViewTransform } from '@shared/geometry';
import type { DisplayTable, GreyChain } from '@shared/grayscale';
import type { ColourMap } from '../imaging';
import type { StoredArray } from '@shared/pixel';
import type { GreyExactness } from './exactness-test';
import type { SlabMode } from './reslice-shader';
import type { StageVolume, VolumeSpec } from './volume-texture';

/** One decoded frame to show. `values` are copied by `setImage`: they need not stay. */
export interface FrameImage {
  /** Names the content: the same key is not uploaded again. */
  readonly key: string;
  readonly columns: number;
  readonly rows: number;
  /** Height / width of a pixel. */
  readonly aspect: number;
  /** Stored values, row by row; three a pixel are RGB of 8 bits, drawn past the grey table. May be a view of shared memory. */
  readonly values: StoredArray;
  /** What makes RGB of 8 bits of the values (a palette, a colour profile); grey settings do nothing then. Compared by identity. */
  readonly colours?: ColourMap | undefined;
}

/** A plane through a volume, seen as an image of square pixels. */
export interface PlaneImage {
  readonly volume: StageVolume;
  readonly columns: number;
  readonly rows: number;
  readonly inVolume: PlaneInVolume;
  readonly slab: SlabSamples & { readonly mode: SlabMode };
}

/** What lies over the picture pixel by pixel: overlays, shutters, colours of a supplemental palette. */
export interface ImageMask {
  /** Names the content: the same key is not uploaded again. */
  readonly key: string;
  /** RGBA by pixel, as many as the image has; alpha 0 lets the picture through, 255 covers it, 128 is an overlay, 160 an overlay on what covers it. Levels of the glass, nothing is done to them. */
  readonly rgba: Uint8Array<ArrayBuffer>;
  /** Something of it covers the picture; absent: it may. */
  readonly covers?: boolean;
}

/** CSS pixels, relative to the canvas. */
export interface CssRect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** `auto`: the pixel itself at 1:1, linear on stored values otherwise. */
export type Interpolation = 'auto' | 'nearest' | 'linear';

/** Grey without the sign, which the image's own values say, and the display, which the stage has. */
export type GreySettings = Omit<GreyChain, 'signed' | 'display'>;

export interface PixelBlock {
  readonly width: number;
  readonly height: number;
  /** RGBA, upper row first. */
  readonly data: Uint8Array<ArrayBuffer>;
}

/** One picture on the stage. Changes are collected and drawn with the next animation frame; only this viewport is drawn then. */
export interface StageViewport {
  readonly id: string;
  setRect(rect: CssRect): void;
  /** Undefined: black, nothing stale. */
  setImage(image: FrameImage | undefined): void;
  /** Cuts a plane from a volume of this stage, in place of an image. */
  setPlane(plane: PlaneImage): void;
  /** A new table, nothing else (rendering.md 1). */
  setGrey(grey: GreySettings): void;
  /** Undefined: the picture alone. A mask of another size than the image is not drawn. */
  setMask(mask: ImageMask | undefined): void;
  setView(view: ViewTransform): void;
  setInterpolation(interpolation: Interpolation): void;
  readonly view: ViewTransform;
  /** The stage's display: what is drawn over grey goes through it too. */
  readonly display: DisplayTable | undefined;
  /** Whether the stage dithers grey. */
  readonly dither: boolean;
  /** Whether the table of what was drawn last goes up and down, so that between two pixels or voxels greys are mixed, not values. */
  readonly mixesGreys: boolean;
  /** Device pixels. */
  readonly size: { readonly width: number; readonly height: number };
  /** Image points to CSS pixels of the viewport, for overlays; undefined without an image. */
  imageToCss(): Affine | undefined;
  cssToImage(): Affine | undefined;
  /** What stands on the glass, exactly. Draws first what is waiting. */
  readPixels(): PixelBlock;
}

/** `lost`: the GPU took the picture away; nothing is shown until it gives the context back. */
export type StageState = 'ready' | 'lost';

export interface ViewportStage {
  readonly state: StageState;
  readonly exactness: GreyExactness;
  /** Whether the processor draws, there being no graphics processor that Chromium can use. */
  readonly isSoftware: boolean;
  /** Whether each stored value has its level on a plane through a volume; undefined before the first volume. */
  readonly planesExact: boolean | undefined;
  /** CSS size of the canvas and device pixels per CSS pixel. */
  setSize(width: number, height: number, devicePixelRatio: number): void;
  /** P-value -> level of the display that the canvas stands on, the last step of grey; undefined: linear. Colour is never sent through it. */
  setDisplay(display: DisplayTable | undefined): void;
  readonly display: DisplayTable | undefined;
  /** Ordered dithering of grey between neighbouring levels, for more than 256 luminances on 8-bit output. */
  setDither(dither: boolean): void;
  readonly dither: boolean;
  addViewport(id: string): StageViewport;
  /** Room for a volume on the GPU, empty. Throws in words where there is none. */
  addVolume(spec: VolumeSpec): StageVolume;
  removeViewport(id: string): void;
  /** Draws now what is waiting. */
  render(): void;
  /** Has the GPU do what was drawn, and read it back, where no frame of the window follows; the page does not wait for it. */
  readBack(): void;
  onState(listener: (state: StageState) => void): () => void;
  /** After each draw, with the ids of the viewports drawn: what is on the glass is what was set. */
  onDrawn(listener: (ids: readonly string[]) => void): () => void;
  delete(): void;
}
