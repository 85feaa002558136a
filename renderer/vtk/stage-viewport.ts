import { type Affine, FITTED_VIEW, imageToViewport, inverse, isPixelExact, sameView, type ViewTransform } from '@shared/geometry';
import { composeGreyTable, composeValueTable, displayLevel, type DisplayTable, GREY_TABLE_SIZE, type GreyChain, isFolded, valueMapOf } from '@shared/grayscale';
import { sameGrey } from '../imaging';
import type { GreyDrawing } from './grey-image-node';
import { type GreyPlacement, takesRounded } from './grey-shader';
import { LevelTextures } from './level-textures';
import { coloured, paddedIndices, type WideArray, type WideContent, wideContent, wideCopy } from './picture-content';
import { planePlacement } from './plane-placement';
import { readBlock } from './read-block';
import { ReducedPicture } from './reduced-picture';
import type { DeviceRect, ScenePart } from './scene';
import type { CssRect, FrameImage, GreySettings, ImageMask, Interpolation, PixelBlock, PlaneImage, StageViewport } from './stage-types';
import { storedIndices, type StoredTexture, type StoredTextures, type TexturePixels } from './stored-texture';

/** What a viewport needs of its stage. */
export interface ViewportGpu {
  readonly gl: WebGL2RenderingContext;
  readonly textures: StoredTextures;
}

export interface ViewportHost {
  /** Draw this viewport with the next frame. */
  invalidate(): void;
  flush(): void;
  canvasSize(): { readonly width: number; readonly height: number };
  devicePixelRatio(): number;
}

/** What the stage does to grey at its end, the same for all viewports. */
export interface GreyOutput {
  readonly display: DisplayTable | undefined;
  readonly dither: boolean;
}

const FULL_RANGE: GreySettings = { voi: { kind: 'LINEAR', center: 32_768, width: 65_536 }, inverse: false, inverted: false };

/** State of one viewport and its two textures. What is set is kept, so that a lost context can be filled again. */
export class Viewport implements StageViewport {
  view: ViewTransform = FITTED_VIEW;
  private rect: CssRect = { x: 0, y: 0, width: 0, height: 0 };
  private image: Omit<FrameImage, 'values'> | undefined;
  private plane: PlaneImage | undefined;
  private pixels: TexturePixels | undefined;
  private wide: WideArray | undefined;
  private wideNow: WideContent | undefined;
  private mask: ImageMask | undefined;
  private maskTexture: StoredTexture | undefined;
  private uploadedMask: ImageMask | undefined;
  private output: GreyOutput = { display: undefined, dither: false };
  private grey: GreySettings = FULL_RANGE;
  private interpolation: Interpolation = 'auto';
  private readonly table = new Float32Array(GREY_TABLE_SIZE);
  private stored: StoredTexture | undefined;
  private levels: LevelTextures | undefined;
  private uploadedKey: string | undefined;
  private uploads = 0;
  private reduced: ReducedPicture | undefined;
  private means: WebGLTexture | undefined;
  private tableIsStale = true;
  mixesGreys = false;
  private signed = false;
  private gpu: ViewportGpu | undefined;
  private part: ScenePart | undefined;

  constructor(
    readonly id: string,
    private readonly host: ViewportHost,
  ) {}

  /** Takes its place in a (new) scene. */
  attach(gpu: ViewportGpu, part: ScenePart): void {
    this.gpu = gpu;
    this.part = part;
    this.stored = undefined;
    this.levels = undefined;
    this.reduced = undefined;
    this.means = undefined;
    this.maskTexture = undefined;
    this.uploadedMask = undefined;
    this.uploadedKey = undefined;
    this.tableIsStale = true;
    this.layOut();
  }

  /** Leaves the scene. `contextLost`: the textures are gone already. */
  detach(contextLost: boolean): void {
    this.part?.remove();
    if (!contextLost && this.gpu !== undefined) {
      if (this.stored !== undefined) this.gpu.textures.delete(this.stored);
      this.levels?.delete();
      this.reduced?.delete();
      if (this.maskTexture !== undefined) this.gpu.textures.delete(this.maskTexture);
    }
    this.part = undefined;
    this.gpu = undefined;
  }

  request(): void {
    this.part?.request();
  }

  /** The canvas has another size: the place in device pixels is new. */
  layOut(): void {
    this.part?.setRect(this.deviceRect());
    this.host.invalidate();
  }

  setRect(rect: CssRect): void {
    this.rect = rect;
    this.layOut();
  }

  /** Takes its own copy at once: the shared memory behind `values` may hold another frame by the time of the draw. */
  setImage(image: FrameImage | undefined): void {
    if (this.plane?.volume.modality !== undefined) this.tableIsStale = true;
    this.plane = undefined;
    if (image === undefined) {
      if (this.image !== undefined) this.host.invalidate();
      this.image = undefined;
      return;
    }
    const { values, ...rest } = image;
    const isColour = values instanceof Uint8Array && values.length === 3 * image.columns * image.rows;
    if (!isColour && values.length !== image.columns * image.rows)
      throw new Error(`image ${image.key}: ${values.length} values for ${image.columns} x ${image.rows} pixels`);
    const old = this.image;
    const isSame = old?.key === rest.key && old.columns === rest.columns && old.rows === rest.rows && old.aspect === rest.aspect;
    if (isSame && old.colours === rest.colours) return;
    const signed = values instanceof Int8Array || values instanceof Int16Array;
    const wide = rest.colours === undefined ? wideCopy(values) : undefined;
    if (signed !== this.signed || wide !== undefined || this.wide !== undefined) this.tableIsStale = true;
    this.signed = signed;
    this.image = rest;
    this.wide = wide;
    const reuse = this.pixels instanceof Uint16Array ? this.pixels : undefined;
    if (rest.colours !== undefined) this.pixels = coloured(values, image.columns * image.rows, rest.colours);
    else if (wide === undefined) this.pixels = isColour ? Uint8Array.from(values) : storedIndices(values, reuse);
    this.uploadedKey = undefined;
    this.host.invalidate();
  }

  setPlane(plane: PlaneImage): void {
    const isModality = plane.volume.modality !== undefined;
    if (plane.volume.signed !== this.signed || this.wide !== undefined || isModality !== (this.plane?.volume.modality !== undefined)) this.tableIsStale = true;
    this.signed = plane.volume.signed;
    this.wide = undefined;
    this.pixels = undefined;
    this.plane = plane;
    this.image = { key: 'plane', columns: plane.columns, rows: plane.rows, aspect: 1 };
    this.host.invalidate();
  }

  setGrey(grey: GreySettings): void {
    if (sameGrey(grey, this.grey)) return;
    this.grey = grey;
    this.tableIsStale = true;
    this.host.invalidate();
  }

  setMask(mask: ImageMask | undefined): void {
    if (mask?.key === this.mask?.key) return;
    this.mask = mask;
    this.host.invalidate();
  }

  /** The last step of grey, set by the stage. */
  setOutput(output: GreyOutput): void {
    if (output.display !== this.output.display) this.tableIsStale = true;
    this.output = output;
    this.host.invalidate();
  }

  get display(): DisplayTable | undefined {
    return this.output.display;
  }

  get dither(): boolean {
    return this.output.dither;
  }

  setView(view: ViewTransform): void {
    if (sameView(view, this.view)) return;
    this.view = view;
    this.host.invalidate();
  }

  setInterpolation(interpolation: Interpolation): void {
    if (interpolation === this.interpolation) return;
    this.interpolation = interpolation;
    this.host.invalidate();
  }

  get size(): { readonly width: number; readonly height: number } {
    const { width, height } = this.deviceRect();
    return { width, height };
  }

  imageToCss(): Affine | undefined {
    const affine = this.placeImage();
    if (affine === undefined) return undefined;
    const ratio = this.host.devicePixelRatio();
    const { a, b, c, d, e, f } = affine;
    return { a: a / ratio, b: b / ratio, c: c / ratio, d: d / ratio, e: e / ratio, f: f / ratio };
  }

  cssToImage(): Affine | undefined {
    const affine = this.imageToCss();
    return affine === undefined ? undefined : inverse(affine);
  }

  readPixels(): PixelBlock {
    this.host.flush();
    return readBlock(this.gpu?.gl, this.deviceRect(), this.host.canvasSize().height);
  }

  /** Uploads what is new. Before the draw, outside of it: the scene graph's own state is not in the way. */
  prepare(): void {
    const { image, gpu } = this;
    if (image === undefined || gpu === undefined) return;
    if (this.wide !== undefined && this.wideNow?.between !== this.sampling(image).between) this.tableIsStale = true;
    if (this.plane === undefined) this.prepareImage(gpu, image);
    this.levels ??= new LevelTextures(gpu.gl);
    if (this.tableIsStale) {
      this.levels.set(this.composed());
      // A table over modality values has no entry of padding.
      this.mixesGreys = isFolded(this.grey, this.table, this.plane?.volume.modality === undefined ? this.padding() : undefined);
    }
    this.tableIsStale = false;
    // Outside of the draw, and only the kind of table that it takes.
    this.levels.prepare(this.plane === undefined && takesRounded(this.sampling(image)));
    const affine = this.plane === undefined ? this.placeImage() : undefined;
    this.reduced ??= new ReducedPicture(gpu.gl);
    this.means = affine === undefined || this.stored === undefined ? undefined : this.reduced.meansOf(this.stored, this.uploads, this.placement(image, affine));
  }

  /** The table that belongs to what is drawn: by index of the stored value, by modality value, or by level. */
  private composed(): Float32Array<ArrayBuffer> {
    if (this.wide !== undefined && this.wideNow !== undefined) return this.wideNow.table(this.table);
    if (this.plane?.volume.modality !== undefined) return composeValueTable(this.chain(), valueMapOf(this.grey.voi), this.table);
    return composeGreyTable(this.chain(), this.table);
  }

  private prepareImage(gpu: ViewportGpu, image: Omit<FrameImage, 'values'>): void {
    if (this.wide !== undefined && this.tableIsStale) {
      this.wideNow = wideContent(this.wide, this.chain(), this.sampling(image).between, this.pixels instanceof Uint16Array ? this.pixels : undefined);
      this.pixels = this.wideNow.pixels;
      this.uploadedKey = undefined;
    }
    const { pixels } = this;
    if (pixels === undefined) return;
    const format = pixels instanceof Uint8Array ? 'RGB8' : gpu.textures.format;
    if (this.stored?.format !== format || this.stored.columns !== image.columns || this.stored.rows !== image.rows) {
      if (this.stored !== undefined) gpu.textures.delete(this.stored);
      this.stored = gpu.textures.create(image.columns, image.rows, format);
      this.uploadedKey = undefined;
    }
    if (this.stored !== undefined && this.uploadedKey !== image.key) {
      gpu.textures.upload(this.stored, pixels);
      this.uploadedKey = image.key;
      this.uploads++;
    }
    this.prepareMask(gpu, image);
  }

  private prepareMask({ textures }: ViewportGpu, image: Omit<FrameImage, 'values'>): void {
    const { mask } = this;
    if (mask === this.uploadedMask) return;
    this.uploadedMask = mask;
    if (mask === undefined) return;
    if (this.maskTexture?.columns !== image.columns || this.maskTexture.rows !== image.rows) {
      if (this.maskTexture !== undefined) textures.delete(this.maskTexture);
      this.maskTexture = textures.create(image.columns, image.rows, 'RGBA8');
    }
    if (this.maskTexture !== undefined && mask.rgba.length === image.columns * image.rows * 4) textures.upload(this.maskTexture, mask.rgba);
  }

  private chain(): GreyChain {
    return { ...this.grey, signed: this.signed, display: this.output.display };
  }

  /** The mask as it is uploaded, where it belongs to this image. */
  private drawnMask(image: Omit<FrameImage, 'values'>): WebGLTexture | undefined {
    const { mask, maskTexture } = this;
    const fits = mask !== undefined && mask === this.uploadedMask && mask.rgba.length === image.columns * image.rows * 4;
    return fits && maskTexture?.columns === image.columns && maskTexture.rows === image.rows ? maskTexture.handle : undefined;
  }

  drawing(): GreyDrawing | undefined {
    const { image, stored, levels, gpu, plane } = this;
    const affine = this.placeImage();
    if (image === undefined || levels === undefined || gpu === undefined || affine === undefined) return undefined;
    const { means } = this;
    const place: GreyPlacement = { ...this.placement(image, affine), means: means !== undefined };
    if (plane !== undefined) {
      const { display } = this.output;
      const values = { ...valueMapOf(this.grey.voi), background: display === undefined ? 0 : displayLevel(0, display) };
      return planePlacement(plane, { levels: levels.handle(false), place, values });
    }
    if (stored === undefined || this.pixels === undefined) return undefined;
    const format = stored.format === 'RGBA8' ? 'RGB8' : stored.format;
    const mask = this.drawnMask(image);
    return { kind: 'image', stored: means ?? stored.handle, levels: levels.handle(takesRounded(this.sampling(image))), mask, format, place };
  }

  private placement(image: Omit<FrameImage, 'values'>, affine: Affine): GreyPlacement {
    const { left, top, width, height } = this.deviceRect();
    const { columns, rows } = image;
    const back = inverse(affine);
    const footprint = [Math.hypot(back.a, back.c), Math.hypot(back.b, back.d)] as const;
    const place = { columns, rows, imageToViewport: affine, viewportToImage: back, left, top: this.host.canvasSize().height - top, width, height, footprint };
    const masked = this.plane === undefined && this.drawnMask(image) !== undefined;
    return { ...place, ...this.sampling(image), padding: this.padding(), masked, covered: masked && this.mask?.covers !== false, folded: this.mixesGreys };
  }

  private padding(): GreyPlacement['padding'] {
    return this.wide === undefined ? paddedIndices(this.grey.padding, this.signed) : this.wideNow?.padding;
  }

  /** How the pixels are taken as the image lies now. */
  private sampling(image: Omit<FrameImage, 'values'>): { readonly linear: boolean; readonly between: boolean; readonly dither: boolean } {
    const { width, height } = this.deviceRect();
    const isExact = isPixelExact(imageToViewport(this.view, image, { width, height }));
    const linear = this.interpolation === 'auto' ? !isExact : this.interpolation === 'linear';
    return { linear, between: linear && !isExact, dither: this.output.dither };
  }

  private placeImage(): Affine | undefined {
    const { width, height } = this.deviceRect();
    if (this.image === undefined || width === 0 || height === 0) return undefined;
    return imageToViewport(this.view, this.image, { width, height });
  }

  private deviceRect(): DeviceRect {
    const ratio = this.host.devicePixelRatio();
    const { width, height } = this.host.canvasSize();
    const clamp = (value: number, most: number): number => Math.min(most, Math.max(0, Math.round(value * ratio)));
    const left = clamp(this.rect.x, width);
    const top = clamp(this.rect.y, height);
    return { left, top, width: clamp(this.rect.x + this.rect.width, width) - left, height: clamp(this.rect.y + this.rect.height, height) - top };
  }
}
