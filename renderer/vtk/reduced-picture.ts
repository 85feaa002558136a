import { link, settersOf } from './exactness-test';
import { type GreyPlacement, isReduced, setGreyUniforms } from './grey-shader';
import { MEANS_VERTEX_SHADER, meansShader } from './means-shader';
import { STORED_UNIT, type StoredTexture, type StoredTextureFormat } from './stored-texture';

interface Target {
  readonly texture: WebGLTexture;
  readonly framebuffer: WebGLFramebuffer;
  readonly width: number;
  readonly height: number;
}

/**
 * The means of a picture that is made small, one for each pixel of the glass, in float32 as the shader computes them: a new window, a display or an overlay takes a
 * table of what is there already. Without them every step of a window drag averages all pixels of a mammogram anew.
 */
export class ReducedPicture {
  private readonly drawsFloats: boolean;
  private readonly programs = new Map<string, WebGLProgram | undefined>();
  private target: Target | undefined;
  private made: { readonly stored: StoredTexture; readonly version: number; readonly place: string } | undefined;

  constructor(private readonly gl: WebGL2RenderingContext) {
    this.drawsFloats = gl.getExtension('EXT_color_buffer_float') !== null;
  }

  /**
   * The means of what `stored` holds (`version` tells one upload from the next) where the picture lies so. Undefined where nothing is averaged, where it is colour or
   * partly covered, where levels are averaged and not values, and where this GPU draws into no texture of floats: then the picture is averaged as it is drawn.
   */
  meansOf(stored: StoredTexture, version: number, place: GreyPlacement): WebGLTexture | undefined {
    if (!this.drawsFloats || !place.linear || place.covered === true || place.folded === true || !isReduced(place)) return undefined;
    if (stored.format === 'RGB8' || stored.format === 'RGBA8') return undefined;
    const { viewportToImage: back, width, height, padding } = place;
    const lies = [back.a, back.b, back.c, back.d, back.e, back.f, width, height, padding?.low, padding?.high].join();
    if (this.target !== undefined && this.made?.stored === stored && this.made.version === version && this.made.place === lies) return this.target.texture;
    this.made = undefined;
    const target = this.targetOf(width, height);
    const program = this.programOf(stored.format, place);
    if (target === undefined || program === undefined) return undefined;
    this.draw(target, program, stored, place);
    this.made = { stored, version, place: lies };
    return target.texture;
  }

  delete(): void {
    this.drop();
    for (const program of this.programs.values()) if (program !== undefined) this.gl.deleteProgram(program);
    this.programs.clear();
  }

  private draw(target: Target, program: WebGLProgram, stored: StoredTexture, place: GreyPlacement): void {
    const { gl } = this;
    const bound = gl.getParameter(gl.CURRENT_PROGRAM) as WebGLProgram | null;
    gl.bindFramebuffer(gl.FRAMEBUFFER, target.framebuffer);
    gl.viewport(0, 0, target.width, target.height);
    for (const state of [gl.SCISSOR_TEST, gl.DEPTH_TEST, gl.BLEND]) gl.disable(state);
    gl.bindVertexArray(null);
    gl.activeTexture(gl.TEXTURE0 + STORED_UNIT);
    gl.bindTexture(gl.TEXTURE_2D, stored.handle);
    gl.useProgram(program);
    setGreyUniforms(settersOf(gl, program), { ...place, left: 0, top: target.height });
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
    // As vtk.js left them: it binds its program only when it takes another one than before.
    gl.useProgram(bound);
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    for (const state of [gl.DEPTH_TEST, gl.BLEND]) gl.enable(state);
  }

  private programOf(format: StoredTextureFormat, place: GreyPlacement): WebGLProgram | undefined {
    const source = meansShader(format, place);
    if (!this.programs.has(source)) this.programs.set(source, link(this.gl, MEANS_VERTEX_SHADER, source));
    return this.programs.get(source);
  }

  private targetOf(width: number, height: number): Target | undefined {
    if (this.target?.width === width && this.target.height === height) return this.target;
    this.drop();
    const { gl } = this;
    const texture = gl.createTexture();
    gl.activeTexture(gl.TEXTURE0 + STORED_UNIT);
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.texStorage2D(gl.TEXTURE_2D, 1, gl.R32F, width, height);
    for (const name of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, name, gl.NEAREST);
    const framebuffer = gl.createFramebuffer();
    gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture, 0);
    const isWhole = gl.checkFramebufferStatus(gl.FRAMEBUFFER) === gl.FRAMEBUFFER_COMPLETE;
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    this.target = { texture, framebuffer, width, height };
    if (!isWhole) this.drop();
    return this.target;
  }

  private drop(): void {
    this.made = undefined;
    if (this.target === undefined) return;
    this.gl.deleteFramebuffer(this.target.framebuffer);
    this.gl.deleteTexture(this.target.texture);
    this.target = undefined;
  }
}
