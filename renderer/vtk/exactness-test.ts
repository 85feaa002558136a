import { GREY_TABLE_SIZE } from '@shared/grayscale';
import { GREY_VERTEX_SHADER, greyFragmentShader, setGreyUniforms, SHADER_HEAD, type UniformSetter } from './grey-shader';
import {
  createLevelsTexture,
  LEVELS_UNIT,
  STORED_TEXTURE_FORMATS,
  STORED_UNIT,
  storedIndices,
  type StoredTextureFormat,
  StoredTextures,
  uploadLevels,
} from './stored-texture';

/** What the self-test found on this GPU. `exact` false: shown grey levels may be off, and the user is told. */
export interface GreyExactness {
  readonly format: StoredTextureFormat;
  readonly exact: boolean;
  /** Stored values of 65,536 that came out wrong, per format tried, `unsupported` where the GPU lacks it. */
  readonly tried: readonly { readonly format: StoredTextureFormat; readonly wrong: number | 'unsupported' }[];
}

const HEAD = '#version 300 es\nprecision highp float;\nprecision highp int;\n';
export const SIDE = 256;
const IDENTITY = { a: 1, b: 0, c: 0, d: 1, e: 0, f: 0 };
export const WHOLE = {
  columns: SIDE,
  rows: SIDE,
  imageToViewport: IDENTITY,
  viewportToImage: IDENTITY,
  left: 0,
  top: SIDE,
  width: SIDE,
  height: SIDE,
} as const;

/**
 * Draws all 65,536 stored values, nearest and linear, with the shader that the images use, and reads back which of them
 * arrived (high and low byte by two tables). The first format without a fault wins: R16, R32F, R16UI (rendering.md 1).
 */
export function testExactness(gl: WebGL2RenderingContext, formats: readonly StoredTextureFormat[] = STORED_TEXTURE_FORMATS): GreyExactness {
  const tried: { format: StoredTextureFormat; wrong: number | 'unsupported' }[] = [];
  for (const format of formats) {
    const wrong = countWrong(gl, format);
    tried.push({ format, wrong });
    if (wrong === 0) return { format, exact: true, tried };
  }
  const best = tried.reduce((left, right) => (faults(right.wrong) < faults(left.wrong) ? right : left));
  return { format: best.format, exact: false, tried };
}

function faults(wrong: number | 'unsupported'): number {
  return wrong === 'unsupported' ? Infinity : wrong;
}

function countWrong(gl: WebGL2RenderingContext, format: StoredTextureFormat): number | 'unsupported' {
  const textures = new StoredTextures(gl, format);
  const programs = [false, true].map((linear) => {
    const needs = { linear, reduced: false, padded: false, masked: false, covered: false, spread: false, dither: false };
    return { linear, program: link(gl, GREY_VERTEX_SHADER, greyFragmentShader(format, needs)) };
  });
  const texture = programs.some(({ program }) => program === undefined) ? undefined : textures.create(SIDE, SIDE);
  if (texture === undefined) {
    for (const { program } of programs) if (program !== undefined) gl.deleteProgram(program);
    return 'unsupported';
  }
  const tables = [false, true].map((rounded) => createLevelsTexture(gl, rounded));
  const target = createTarget(gl);
  const wrong = new Set<number>();
  // Signed values take the way with the bias: index 0 is stored value -32768.
  textures.upload(texture, storedIndices(Int16Array.from({ length: GREY_TABLE_SIZE }, (_, index) => index - 32_768)));
  for (const { linear, program } of programs) {
    if (program === undefined) continue;
    gl.useProgram(program);
    setGreyUniforms(settersOf(gl, program), { ...WHOLE, linear });
    for (const part of [(index: number) => index >> 8, (index: number) => index & 255]) {
      const table = tables[linear ? 0 : 1];
      if (table === undefined) continue;
      // Pictures at 1:1 take the table of rounded levels, all others that of continuous ones: each is tested by its own program.
      const values = Array.from({ length: GREY_TABLE_SIZE }, (_, index) => part(index));
      uploadLevels(gl, table, linear ? Float32Array.from(values) : Uint8Array.from(values));
      const seen = draw(gl, texture.handle, table);
      for (let index = 0; index < GREY_TABLE_SIZE; index++) {
        const row = SIDE - 1 - (index >> 8); // read back from the bottom up
        if (seen[(row * SIDE + (index & 255)) * 4] !== part(index)) wrong.add(index);
      }
    }
    gl.useProgram(null);
    gl.deleteProgram(program);
  }
  const failed = gl.getError() !== gl.NO_ERROR;
  gl.bindFramebuffer(gl.FRAMEBUFFER, null);
  gl.deleteFramebuffer(target.framebuffer);
  gl.deleteTexture(target.texture);
  for (const table of tables) gl.deleteTexture(table);
  textures.delete(texture);
  return failed ? GREY_TABLE_SIZE : wrong.size;
}

function draw(gl: WebGL2RenderingContext, stored: WebGLTexture, levels: WebGLTexture): Uint8Array {
  gl.activeTexture(gl.TEXTURE0 + STORED_UNIT);
  gl.bindTexture(gl.TEXTURE_2D, stored);
  gl.activeTexture(gl.TEXTURE0 + LEVELS_UNIT);
  gl.bindTexture(gl.TEXTURE_2D, levels);
  return drawSquare(gl);
}

/** Draws the quad with what is bound into the bound framebuffer of 256 x 256 and reads it back, from the bottom up. */
export function drawSquare(gl: WebGL2RenderingContext): Uint8Array {
  gl.disable(gl.SCISSOR_TEST);
  gl.disable(gl.DEPTH_TEST);
  gl.disable(gl.BLEND);
  gl.viewport(0, 0, SIDE, SIDE);
  gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
  const seen = new Uint8Array(SIDE * SIDE * 4);
  gl.readPixels(0, 0, SIDE, SIDE, gl.RGBA, gl.UNSIGNED_BYTE, seen);
  return seen;
}

export function createTarget(gl: WebGL2RenderingContext): { framebuffer: WebGLFramebuffer; texture: WebGLTexture } {
  const texture = gl.createTexture();
  gl.activeTexture(gl.TEXTURE0 + STORED_UNIT);
  gl.bindTexture(gl.TEXTURE_2D, texture);
  gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RGBA8, SIDE, SIDE);
  const framebuffer = gl.createFramebuffer();
  gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
  gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture, 0);
  return { framebuffer, texture };
}

/** A program without vtk.js's cache; undefined when it does not compile. */
export function link(gl: WebGL2RenderingContext, vertex: string, fragment: string): WebGLProgram | undefined {
  const program = gl.createProgram();
  for (const [kind, source] of [
    [gl.VERTEX_SHADER, vertex],
    [gl.FRAGMENT_SHADER, fragment],
  ] as const) {
    const shader = gl.createShader(kind);
    if (shader === null) return undefined;
    gl.shaderSource(shader, source.replace(SHADER_HEAD, HEAD));
    gl.compileShader(shader);
    gl.attachShader(program, shader);
    gl.deleteShader(shader);
  }
  gl.linkProgram(program);
  if (gl.getProgramParameter(program, gl.LINK_STATUS) === true) return program;
  gl.deleteProgram(program);
  return undefined;
}

export function settersOf(gl: WebGL2RenderingContext, program: WebGLProgram): UniformSetter {
  return {
    set1i: (name, value) => gl.uniform1i(gl.getUniformLocation(program, name), value),
    set2f: (name, x, y) => gl.uniform2f(gl.getUniformLocation(program, name), x, y),
    set3f: (name, x, y, z) => gl.uniform3f(gl.getUniformLocation(program, name), x, y, z),
    set4f: (name, x, y, z, w) => gl.uniform4f(gl.getUniformLocation(program, name), x, y, z, w),
  };
}
