import type { DisplayTable } from '@shared/grayscale';
import { type GreyExactness, testExactness } from './exactness-test';
import { createScene, type Scene } from './scene';
import { type GreyOutput, Viewport, type ViewportGpu } from './stage-viewport';
import type { StageState, StageViewport, ViewportStage } from './stage-types';
import { StoredTextures, type StoredTextureFormat } from './stored-texture';
import { drawsBySoftware } from './software-renderer';
import { countWrongInVolume } from './volume-exactness';
import { type StageVolume, type VolumeSpec, VolumeTexture } from './volume-texture';

export interface StageOptions {
  /** Texture formats to try, best first; all of them when absent. */
  readonly formats?: readonly StoredTextureFormat[];
  /** Longest edge of a volume's texture; the GPU's own limit when absent. */
  readonly mostVolumeTexels?: number;
  /** Asks for the next frame; `requestAnimationFrame` of the canvas's window when absent. */
  readonly requestFrame?: (draw: () => void) => void;
}

/**
 * A canvas on which up to 16 and more viewports lie, with the window's one WebGL2 context (rendering.md 3). Throws when the
 * page gets no WebGL2 context at all: the caller says so in place of the pictures.
 */
export function createViewportStage(canvas: HTMLCanvasElement, options: StageOptions = {}): ViewportStage {
  // Before vtk.js asks for it: no multisampling, opaque, no depth (pictures lie side by side; what needs depth draws into a target of its own), and what was
  // drawn stays when another viewport is drawn.
  const gl = canvas.getContext('webgl2', { antialias: false, alpha: false, depth: false, preserveDrawingBuffer: true, powerPreference: 'high-performance' });
  if (gl === null) throw new Error('this machine gives no WebGL2 context: pictures cannot be drawn');
  return new Stage(canvas, gl, options);
}

class Stage implements ViewportStage {
  state: StageState = 'ready';
  exactness: GreyExactness;
  isSoftware: boolean;
  private scene: Scene;
  private gpu: ViewportGpu;
  private readonly viewports = new Map<string, Viewport>();
  /** Planes through volumes were tested on this GPU: with the first of them. */
  planesExact: boolean | undefined;
  private readonly volumes = new Set<VolumeTexture>();
  private readonly waiting = new Set<Viewport>();
  private readonly stateListeners = new Set<(state: StageState) => void>();
  private readonly drawnListeners = new Set<(ids: readonly string[]) => void>();
  private canvasSize: { readonly width: number; readonly height: number } = { width: 1, height: 1 };
  private devicePixelRatio = 1;
  private output: GreyOutput = { display: undefined, dither: false };
  private frameAsked = false;
  private deleted = false;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly gl: WebGL2RenderingContext,
    private readonly options: StageOptions,
  ) {
    canvas.addEventListener('webglcontextlost', this.onLost);
    canvas.addEventListener('webglcontextrestored', this.onRestored);
    this.exactness = testExactness(gl, options.formats);
    this.isSoftware = drawsBySoftware(gl);
    this.gpu = { gl, textures: new StoredTextures(gl, this.exactness.format) };
    this.scene = createScene(canvas);
    this.resize(this.canvasSize); // a canvas is 300 x 150 until somebody says otherwise
  }

  setSize(width: number, height: number, devicePixelRatio: number): void {
    const next = { width: Math.max(1, Math.round(width * devicePixelRatio)), height: Math.max(1, Math.round(height * devicePixelRatio)) };
    const isSame = next.width === this.canvasSize.width && next.height === this.canvasSize.height;
    if (isSame && devicePixelRatio === this.devicePixelRatio) return;
    this.devicePixelRatio = devicePixelRatio;
    if (!isSame) this.resize(next);
    for (const viewport of this.viewports.values()) viewport.layOut();
    this.render();
  }

  /** Clears the canvas: all is drawn again, at once. */
  private resize(size: { readonly width: number; readonly height: number }): void {
    this.canvasSize = size;
    this.canvas.width = size.width;
    this.canvas.height = size.height;
    this.scene.setSize(size.width, size.height);
  }

  get display(): DisplayTable | undefined {
    return this.output.display;
  }

  get dither(): boolean {
    return this.output.dither;
  }

  setDisplay(display: DisplayTable | undefined): void {
    if (display !== this.output.display) this.setOutput({ ...this.output, display });
  }

  setDither(dither: boolean): void {
    if (dither !== this.output.dither) this.setOutput({ ...this.output, dither });
  }

  private setOutput(output: GreyOutput): void {
    this.output = output;
    for (const viewport of this.viewports.values()) viewport.setOutput(output);
  }

  addViewport(id: string): StageViewport {
    if (this.viewports.has(id)) throw new Error(`there is a viewport ${id} already`);
    const viewport: Viewport = new Viewport(id, {
      invalidate: () => this.invalidate(viewport),
      flush: () => this.render(),
      canvasSize: () => this.canvasSize,
      devicePixelRatio: () => this.devicePixelRatio,
    });
    viewport.setOutput(this.output);
    this.viewports.set(id, viewport);
    if (this.state === 'ready')
      viewport.attach(
        this.gpu,
        this.scene.add(() => viewport.drawing()),
      );
    return viewport;
  }

  addVolume(spec: VolumeSpec): StageVolume {
    if (this.state === 'lost') throw new Error('the graphics driver took the view away');
    this.planesExact ??= this.exactness.exact && [this.exactness.format, 'MODALITY' as const].every((format) => countWrongInVolume(this.gl, format) === 0);
    const volume = new VolumeTexture(this.gl, this.exactness.format, spec, (self) => this.volumes.delete(self), this.options.mostVolumeTexels);
    this.volumes.add(volume);
    return volume;
  }

  removeViewport(id: string): void {
    const viewport = this.viewports.get(id);
    if (viewport === undefined) return;
    this.viewports.delete(id);
    this.waiting.delete(viewport);
    viewport.detach(this.state === 'lost');
    this.clearCanvas();
    for (const other of this.viewports.values()) this.invalidate(other);
  }

  render(): void {
    this.frameAsked = false;
    if (this.deleted || this.state === 'lost' || this.waiting.size === 0) return;
    const drawn = [...this.waiting].filter(({ size }) => size.width > 0 && size.height > 0);
    this.waiting.clear();
    for (const viewport of drawn) {
      viewport.prepare();
      viewport.request();
    }
    if (drawn.length === 0) return;
    this.gl.bindFramebuffer(this.gl.FRAMEBUFFER, null);
    this.scene.draw();
    const ids = drawn.map(({ id }) => id);
    for (const listener of [...this.drawnListeners]) listener(ids);
  }

  readBack(): void {
    if (this.state !== 'ready') return;
    const { gl } = this;
    const { width, height } = this.canvasSize;
    // Into a buffer of the GPU: the page waits for nothing, and reading back, which a window composed without the GPU does with each picture, is ready as well.
    const buffer = gl.createBuffer();
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, buffer);
    gl.bufferData(gl.PIXEL_PACK_BUFFER, 4 * width * height, gl.STREAM_READ);
    gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, 0);
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, null);
    gl.deleteBuffer(buffer);
    gl.flush();
  }

  onState(listener: (state: StageState) => void): () => void {
    this.stateListeners.add(listener);
    return () => this.stateListeners.delete(listener);
  }

  onDrawn(listener: (ids: readonly string[]) => void): () => void {
    this.drawnListeners.add(listener);
    return () => this.drawnListeners.delete(listener);
  }

  delete(): void {
    if (this.deleted) return;
    for (const id of [...this.viewports.keys()]) this.removeViewport(id);
    for (const volume of [...this.volumes]) volume.delete();
    this.deleted = true;
    this.canvas.removeEventListener('webglcontextlost', this.onLost);
    this.canvas.removeEventListener('webglcontextrestored', this.onRestored);
    this.scene.delete();
    // A context is freed by the collector alone otherwise, and a window has sixteen.
    this.gl.getExtension('WEBGL_lose_context')?.loseContext();
  }

  private invalidate(viewport: Viewport): void {
    if (this.deleted) return;
    this.waiting.add(viewport);
    if (this.frameAsked || this.state === 'lost') return;
    this.frameAsked = true;
    const ask = this.options.requestFrame ?? ((draw) => void this.canvas.ownerDocument.defaultView?.requestAnimationFrame(draw));
    ask(() => this.render());
  }

  private clearCanvas(): void {
    if (this.state === 'lost') return;
    const { gl } = this;
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    gl.disable(gl.SCISSOR_TEST);
    gl.clearColor(0, 0, 0, 1);
    gl.clear(gl.COLOR_BUFFER_BIT);
  }

  private readonly onLost = (event: Event): void => {
    event.preventDefault(); // without it the context never comes back
    if (this.state === 'lost') return;
    this.state = 'lost';
    for (const viewport of this.viewports.values()) viewport.detach(true);
    for (const volume of this.volumes) volume.lost();
    this.tellState();
  };

  private readonly onRestored = (): void => {
    if (this.deleted) return;
    this.scene.delete();
    // Another GPU may have taken over: what is exact is found out again.
    this.exactness = testExactness(this.gl, this.options.formats);
    this.isSoftware = drawsBySoftware(this.gl);
    this.gpu = { gl: this.gl, textures: new StoredTextures(this.gl, this.exactness.format) };
    this.planesExact = undefined;
    for (const volume of this.volumes) volume.restored(this.gl, this.exactness.format);
    this.scene = createScene(this.canvas);
    this.scene.setSize(this.canvasSize.width, this.canvasSize.height);
    this.state = 'ready';
    this.frameAsked = false;
    for (const viewport of this.viewports.values())
      viewport.attach(
        this.gpu,
        this.scene.add(() => viewport.drawing()),
      );
    this.render();
    this.tellState();
  };

  private tellState(): void {
    for (const listener of [...this.stateListeners]) listener(this.state);
  }
}
