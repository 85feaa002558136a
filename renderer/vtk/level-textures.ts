import { createLevelsTexture, roundedLevels, uploadLevels } from './stored-texture';

/** A table that is on the GPU, and whether what it holds is the newest. */
interface Kept {
  readonly handle: WebGLTexture;
  fresh: boolean;
}

/** The levels of one viewport on the GPU: rounded ones for pictures at 1:1, continuous ones for all others. Each is uploaded when a draw takes it. */
export class LevelTextures {
  private levels: Float32Array<ArrayBuffer> | undefined;
  private bytes: Uint8Array<ArrayBuffer> | undefined;
  private readonly kept = new Map<boolean, Kept>();

  constructor(private readonly gl: WebGL2RenderingContext) {}

  /** `levels` stay the caller's; they may be filled anew before the next `set`. */
  set(levels: Float32Array<ArrayBuffer>): void {
    this.levels = levels;
    for (const one of this.kept.values()) one.fresh = false;
  }

  prepare(rounded: boolean): void {
    const { gl, levels } = this;
    const kept = this.kept.get(rounded) ?? { handle: createLevelsTexture(gl, rounded), fresh: false };
    this.kept.set(rounded, kept);
    if (kept.fresh || levels === undefined) return;
    if (rounded) this.bytes = roundedLevels(levels, this.bytes);
    uploadLevels(gl, kept.handle, rounded && this.bytes !== undefined ? this.bytes : levels);
    kept.fresh = true;
  }

  /** The texture of what was prepared last; the other kind where only that is there (a colour picture takes neither). */
  handle(rounded: boolean): WebGLTexture {
    this.prepareIfMissing(rounded);
    return (this.kept.get(rounded) as Kept).handle;
  }

  delete(): void {
    for (const { handle } of this.kept.values()) this.gl.deleteTexture(handle);
    this.kept.clear();
  }

  private prepareIfMissing(rounded: boolean): void {
    if (!this.kept.has(rounded)) this.prepare(rounded);
  }
}
