import type { StoredArray } from '@shared/pixel';

/**
 * How stored values lie in a texture. What is kept is the table index, 0..65535: unsigned values as they are, signed ones
 * biased by 0x8000 (R16_SNORM would lose -32768; rendering.md 1).
 */
export type StoredTextureFormat = 'R16' | 'R32F' | 'R16UI';

/** Colour is drawn as it was decoded, past the table. */
export type ImageTextureFormat = StoredTextureFormat | 'RGB8';

/** What lies over the picture, pixel by pixel: drawn as it is where alpha is not 0. */
export type TextureFormat = ImageTextureFormat | 'RGBA8';

export interface StoredTexture {
  readonly handle: WebGLTexture;
  readonly format: TextureFormat;
  readonly columns: number;
  readonly rows: number;
}

interface FormatRow {
  internalFormat(gl: WebGL2RenderingContext): number | undefined;
  format(gl: WebGL2RenderingContext): number;
  type(gl: WebGL2RenderingContext): number;
  readonly filtered: boolean;
}

const FORMATS: Readonly<Record<TextureFormat, FormatRow>> = {
  R16: {
    internalFormat: (gl) => (gl.getExtension('EXT_texture_norm16') as { readonly R16_EXT: number } | null)?.R16_EXT,
    format: (gl) => gl.RED,
    type: (gl) => gl.UNSIGNED_SHORT,
    filtered: true,
  },
  R32F: {
    internalFormat: (gl) => (gl.getExtension('OES_texture_float_linear') === null ? undefined : gl.R32F),
    format: (gl) => gl.RED,
    type: (gl) => gl.FLOAT,
    filtered: true,
  },
  R16UI: { internalFormat: (gl) => gl.R16UI, format: (gl) => gl.RED_INTEGER, type: (gl) => gl.UNSIGNED_SHORT, filtered: false },
  RGB8: { internalFormat: (gl) => gl.RGB8, format: (gl) => gl.RGB, type: (gl) => gl.UNSIGNED_BYTE, filtered: true },
  RGBA8: { internalFormat: (gl) => gl.RGBA8, format: (gl) => gl.RGBA, type: (gl) => gl.UNSIGNED_BYTE, filtered: false },
};

export const STORED_TEXTURE_FORMATS: readonly StoredTextureFormat[] = ['R16', 'R32F', 'R16UI'];

/** Texture unit of the stored values, of the table, of the mask, of a volume and of which of its slices are here; nothing else of ours draws with them. */
export const STORED_UNIT = 0;
export const LEVELS_UNIT = 1;
export const MASK_UNIT = 2;
export const VOLUME_UNIT = 3;
export const PRESENT_UNIT = 4;

/** How values of this format go to the GPU, in two dimensions and in three. */
export function storedFormat(format: StoredTextureFormat): Pick<FormatRow, 'internalFormat' | 'format' | 'type'> {
  return FORMATS[format];
}

/** Table indices of one grey image, or RGB by pixel: the upload's own copy, so that shared memory may be used again. */
export type TexturePixels = Uint16Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

/** Textures of stored values in the format that the self-test chose. One per WebGL context. */
export class StoredTextures {
  constructor(
    private readonly gl: WebGL2RenderingContext,
    readonly format: StoredTextureFormat,
  ) {}

  /** Undefined when this GPU does not have the format. */
  create(columns: number, rows: number, format: TextureFormat = this.format): StoredTexture | undefined {
    const { gl } = this;
    const row = FORMATS[format];
    const internalFormat = row.internalFormat(gl);
    if (internalFormat === undefined) return undefined;
    const handle = gl.createTexture();
    gl.activeTexture(gl.TEXTURE0 + STORED_UNIT);
    gl.bindTexture(gl.TEXTURE_2D, handle);
    gl.texStorage2D(gl.TEXTURE_2D, 1, internalFormat, columns, rows);
    const filter = row.filtered ? gl.LINEAR : gl.NEAREST;
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, filter);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, filter);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
    return { handle, format, columns, rows };
  }

  /** Replaces the whole image. */
  upload(texture: StoredTexture, pixels: TexturePixels): void {
    const { gl } = this;
    const row = FORMATS[texture.format];
    gl.activeTexture(gl.TEXTURE0 + STORED_UNIT);
    gl.bindTexture(gl.TEXTURE_2D, texture.handle);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    gl.pixelStorei(gl.UNPACK_FLIP_Y_WEBGL, false);
    const texels = texture.format === 'R32F' ? Float32Array.from(pixels) : pixels;
    gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, texture.columns, texture.rows, row.format(gl), row.type(gl), texels);
  }

  delete(texture: StoredTexture): void {
    this.gl.deleteTexture(texture.handle);
  }
}

/** Table indices of stored values (signed ones biased by 0x8000), in `reuse` when that has the size. */
export function storedIndices(values: StoredArray, reuse?: Uint16Array<ArrayBuffer>): Uint16Array<ArrayBuffer> {
  const count = values.length;
  const words = reuse?.length === count ? reuse : new Uint16Array(new ArrayBuffer((count + (count & 1)) * 2), 0, count);
  words.set(values); // two's complement: a negative value keeps its low 16 bits
  if (values instanceof Int8Array || values instanceof Int16Array) {
    const pairs = new Uint32Array(words.buffer, 0, (count + 1) >> 1);
    for (let at = 0; at < pairs.length; at++) pairs[at] = (pairs[at] ?? 0) ^ 0x80008000;
  }
  return words;
}

/** Rounded levels are bytes, continuous ones floats. */
export type LevelsArray = Float32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

/** The 256 x 256 table of output levels (65,536 x 1 is wider than textures may be). */
export function createLevelsTexture(gl: WebGL2RenderingContext, rounded: boolean): WebGLTexture {
  const handle = gl.createTexture();
  gl.activeTexture(gl.TEXTURE0 + LEVELS_UNIT);
  gl.bindTexture(gl.TEXTURE_2D, handle);
  gl.texStorage2D(gl.TEXTURE_2D, 1, rounded ? gl.R8 : gl.R32F, 256, 256);
  for (const name of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, name, gl.NEAREST);
  for (const name of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, name, gl.CLAMP_TO_EDGE);
  return handle;
}

/** Into a texture that was made for the kind of array. */
export function uploadLevels(gl: WebGL2RenderingContext, handle: WebGLTexture, levels: LevelsArray): void {
  gl.activeTexture(gl.TEXTURE0 + LEVELS_UNIT);
  gl.bindTexture(gl.TEXTURE_2D, handle);
  gl.pixelStorei(gl.UNPACK_ALIGNMENT, 4);
  gl.pixelStorei(gl.UNPACK_FLIP_Y_WEBGL, false);
  gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, 256, 256, gl.RED, levels instanceof Uint8Array ? gl.UNSIGNED_BYTE : gl.FLOAT, levels);
}

/** The rounded levels of a table, nearest, halves up. */
export function roundedLevels(levels: Float32Array, into: Uint8Array<ArrayBuffer> = new Uint8Array(levels.length)): Uint8Array<ArrayBuffer> {
  // As the shader adds and rounds: in float32, to which the table's levels are made to fit (`composeGreyTable`).
  for (let at = 0; at < into.length; at++) into[at] = Math.min(255, Math.max(0, Math.floor(Math.fround((levels[at] ?? 0) + 0.5))));
  return into;
}
