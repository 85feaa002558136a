import type { StoredArray } from '@shared/pixel';
import type { Vector3 } from '@shared/domain';
import type { VolumeFormat } from './reslice-shader';
import { PRESENT_UNIT, storedFormat, storedIndices, type StoredTextureFormat, VOLUME_UNIT } from './stored-texture';

/** Values of a whole volume: size in pixels, rows and slices, and how stored ones are signed. */
export interface VolumeSpec {
  readonly size: readonly [columns: number, rows: number, slices: number];
  readonly signed: boolean;
  /** What is put into it are modality values in floating point (`modalityValues`), with padding among them or not. */
  readonly modality?: { readonly padded: boolean } | undefined;
}

/** A volume on the GPU, filled slice by slice, shared by the viewports of its stage. After a lost context it is empty again. */
export interface StageVolume {
  readonly signed: boolean;
  readonly modality: VolumeSpec['modality'];
  /** Every so many pixels, rows and slices are kept: more than 1 where the GPU's largest texture is smaller than the volume. */
  readonly reduction: Vector3;
  /** True when this slice is in the texture, or is one that is not kept. */
  has(slice: number): boolean;
  /** Stored or modality values of a slice, row by row; copied. */
  put(slice: number, values: StoredArray): void;
  readonly isComplete: boolean;
  delete(): void;
}

/** The texture of one volume in one context, and which of its slices are here. */
export class VolumeTexture implements StageVolume {
  readonly signed: boolean;
  readonly modality: VolumeSpec['modality'];
  readonly reduction: Vector3;
  readonly size: Vector3;
  private readonly here: Uint8Array<ArrayBuffer>;
  private handle: WebGLTexture | undefined;
  private present: WebGLTexture | undefined;
  private slicesHere = 0;

  constructor(
    private gl: WebGL2RenderingContext,
    /** Of stored values. */
    private format: StoredTextureFormat,
    private readonly spec: VolumeSpec,
    private readonly onDelete: (self: VolumeTexture) => void,
    /** Longest edge that textures may have here, for tests; the GPU's own otherwise. */
    mostTexels = Infinity,
  ) {
    const most = Math.min(mostTexels, gl.getParameter(gl.MAX_3D_TEXTURE_SIZE) as number);
    const steps = spec.size.map((count) => Math.ceil(count / most)) as [number, number, number];
    this.signed = spec.signed;
    this.modality = spec.modality;
    this.reduction = steps;
    this.size = spec.size.map((count, axis) => Math.ceil(count / (steps[axis] ?? 1))) as [number, number, number];
    this.here = new Uint8Array(this.size[2]);
    this.create();
  }

  get isComplete(): boolean {
    return this.slicesHere === this.size[2];
  }

  has(slice: number): boolean {
    const step = this.reduction[2];
    return slice % step !== 0 || this.here[slice / step] === 255;
  }

  put(slice: number, values: StoredArray): void {
    const { gl, handle, present, reduction, size, spec } = this;
    if (handle === undefined || present === undefined || slice % reduction[2] !== 0) return;
    if (values.length !== spec.size[0] * spec.size[1]) throw new Error(`slice ${slice}: ${values.length} values for ${spec.size[0]} x ${spec.size[1]} pixels`);
    const at = slice / reduction[2];
    const texels = this.texelsOf(values);
    const row = storedFormat(this.texelFormat);
    gl.activeTexture(gl.TEXTURE0 + VOLUME_UNIT);
    gl.bindTexture(gl.TEXTURE_3D, handle);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    gl.pixelStorei(gl.UNPACK_FLIP_Y_WEBGL, false);
    gl.texSubImage3D(gl.TEXTURE_3D, 0, 0, 0, at, size[0], size[1], 1, row.format(gl), row.type(gl), texels);
    if (this.here[at] !== 255) this.slicesHere++;
    this.here[at] = 255;
    gl.activeTexture(gl.TEXTURE0 + PRESENT_UNIT);
    gl.bindTexture(gl.TEXTURE_2D, present);
    gl.texSubImage2D(gl.TEXTURE_2D, 0, at, 0, 1, 1, gl.RED, gl.UNSIGNED_BYTE, this.here.subarray(at, at + 1));
  }

  /** Undefined while the context is lost. */
  get handles(): { readonly volume: WebGLTexture; readonly present: WebGLTexture } | undefined {
    return this.handle === undefined || this.present === undefined ? undefined : { volume: this.handle, present: this.present };
  }

  /** The context took the textures with it. */
  lost(): void {
    this.handle = undefined;
    this.present = undefined;
    this.here.fill(0);
    this.slicesHere = 0;
  }

  /** A new context, perhaps of another GPU. Without room there the volume stays empty: its slices are not here. */
  restored(gl: WebGL2RenderingContext, format: StoredTextureFormat): void {
    this.gl = gl;
    this.format = format;
    try {
      this.create();
    } catch {
      this.lost();
    }
  }

  delete(): void {
    if (this.handle !== undefined) this.gl.deleteTexture(this.handle);
    if (this.present !== undefined) this.gl.deleteTexture(this.present);
    this.lost();
    this.onDelete(this);
  }

  /** Throws in words where the GPU has no room. */
  private create(): void {
    const { gl, size } = this;
    // Texels are fetched, never filtered: floating point needs no extension for that.
    const internalFormat = this.modality === undefined ? storedFormat(this.format).internalFormat(gl) : gl.R32F;
    if (internalFormat === undefined) throw new Error(`this GPU has no textures of ${this.format}`);
    while (gl.getError() !== gl.NO_ERROR); // faults of others
    const handle = gl.createTexture();
    gl.activeTexture(gl.TEXTURE0 + VOLUME_UNIT);
    gl.bindTexture(gl.TEXTURE_3D, handle);
    gl.texStorage3D(gl.TEXTURE_3D, 1, internalFormat, ...size);
    // Texels are fetched one by one: the shader has weights of its own.
    for (const name of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_3D, name, gl.NEAREST);
    for (const name of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T, gl.TEXTURE_WRAP_R]) gl.texParameteri(gl.TEXTURE_3D, name, gl.CLAMP_TO_EDGE);
    if (gl.getError() !== gl.NO_ERROR) {
      gl.deleteTexture(handle);
      throw new Error(`the graphics memory has no room for ${size.join(' x ')} values`);
    }
    this.handle = handle;
    this.present = presenceTexture(gl, this.here);
  }

  /** What the shader takes the texels for. */
  get drawnFormat(): VolumeFormat {
    return this.modality === undefined ? this.format : 'MODALITY';
  }

  private get texelFormat(): StoredTextureFormat {
    return this.modality === undefined ? this.format : 'R32F';
  }

  private texelsOf(values: StoredArray): Uint16Array<ArrayBuffer> | Float32Array<ArrayBuffer> {
    if (this.modality !== undefined) return this.thinned(values, (count) => new Float32Array(count)) ?? Float32Array.from(values);
    const indices = storedIndices(values);
    const kept = this.thinned(indices, (count) => new Uint16Array(count)) ?? indices;
    return this.format === 'R32F' ? Float32Array.from(kept) : kept;
  }

  /** Every so many pixels of a slice; undefined where all of them are kept. */
  private thinned<Texels extends Uint16Array<ArrayBuffer> | Float32Array<ArrayBuffer>>(
    indices: ArrayLike<number>,
    make: (count: number) => Texels,
  ): Texels | undefined {
    const [stepX, stepY] = this.reduction;
    if (stepX === 1 && stepY === 1) return undefined;
    const [columns, rows] = this.size;
    const out = make(columns * rows);
    for (let row = 0; row < rows; row++) {
      const from = row * stepY * this.spec.size[0];
      for (let column = 0; column < columns; column++) out[row * columns + column] = indices[from + column * stepX] ?? 0;
    }
    return out;
  }
}

/** One texel a slice: 255 where it is here. */
function presenceTexture(gl: WebGL2RenderingContext, here: Uint8Array): WebGLTexture {
  const handle = gl.createTexture();
  gl.activeTexture(gl.TEXTURE0 + PRESENT_UNIT);
  gl.bindTexture(gl.TEXTURE_2D, handle);
  gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
  gl.texStorage2D(gl.TEXTURE_2D, 1, gl.R8, here.length, 1);
  gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, here.length, 1, gl.RED, gl.UNSIGNED_BYTE, here);
  for (const name of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, name, gl.NEAREST);
  for (const name of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, name, gl.CLAMP_TO_EDGE);
  return handle;
}
