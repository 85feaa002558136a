import { GREY_TABLE_SIZE } from '@shared/grayscale';
import { createTarget, drawSquare, link, settersOf, SIDE, WHOLE } from './exactness-test';
import { GREY_VERTEX_SHADER } from './grey-shader';
import { resliceFragmentShader, setResliceUniforms, type VolumeFormat } from './reslice-shader';
import { createLevelsTexture, LEVELS_UNIT, PRESENT_UNIT, uploadLevels, VOLUME_UNIT } from './stored-texture';
import { VolumeTexture } from './volume-texture';

const PLACE = { ...WHOLE, linear: true };
const RESLICE = {
  inVolume: { origin: [0, 0, 0.5], perColumn: [1, 0, 0], perRow: [0, 1, 0] },
  size: [SIDE, SIDE, 1],
  slab: { count: 1, step: [0, 0, 0], mode: 'MAX' },
  partial: false,
} satisfies Parameters<typeof resliceFragmentShader>[2];

/**
 * How many of all 65,536 stored values come out wrong of a plane through a volume on this GPU, by the program that planes are drawn with (high and low byte by two
 * tables). May run while a scene is there: what is bound afterwards is what was.
 */
export function countWrongInVolume(gl: WebGL2RenderingContext, format: VolumeFormat): number {
  const bound = gl.getParameter(gl.CURRENT_PROGRAM) as WebGLProgram | null;
  const isModality = format === 'MODALITY';
  // Modality values of which each is an entry of the table.
  const reslice = isModality ? { ...RESLICE, values: { from: -32_768, scale: 1, padded: false, background: 0 } } : RESLICE;
  const program = link(gl, GREY_VERTEX_SHADER, resliceFragmentShader(format, PLACE, reslice));
  if (program === undefined) return GREY_TABLE_SIZE;
  const spec = { size: [SIDE, SIDE, 1], signed: true, ...(isModality ? { modality: { padded: false } } : {}) } as const;
  const volume = new VolumeTexture(gl, isModality ? 'R32F' : format, spec, () => undefined);
  const values = Int16Array.from({ length: GREY_TABLE_SIZE }, (_, index) => index - 32_768);
  volume.put(0, isModality ? Float32Array.from(values) : values);
  const levels = createLevelsTexture(gl, false);
  const target = createTarget(gl);
  const wrong = new Set<number>();
  gl.useProgram(program);
  setResliceUniforms(settersOf(gl, program), PLACE, reslice);
  for (const part of [(index: number) => index >> 8, (index: number) => index & 255]) {
    uploadLevels(
      gl,
      levels,
      Float32Array.from({ length: GREY_TABLE_SIZE }, (_, index) => part(index)),
    );
    bindAll(gl, volume, levels);
    const seen = drawSquare(gl);
    for (let index = 0; index < GREY_TABLE_SIZE; index++) {
      const row = SIDE - 1 - (index >> 8);
      if (seen[(row * SIDE + (index & 255)) * 4] !== part(index)) wrong.add(index);
    }
  }
  gl.bindFramebuffer(gl.FRAMEBUFFER, null);
  gl.deleteFramebuffer(target.framebuffer);
  gl.deleteTexture(target.texture);
  gl.deleteTexture(levels);
  volume.delete();
  gl.useProgram(bound);
  gl.deleteProgram(program);
  return wrong.size;
}

function bindAll(gl: WebGL2RenderingContext, { handles }: VolumeTexture, levels: WebGLTexture): void {
  if (handles === undefined) return;
  gl.activeTexture(gl.TEXTURE0 + VOLUME_UNIT);
  gl.bindTexture(gl.TEXTURE_3D, handles.volume);
  gl.activeTexture(gl.TEXTURE0 + PRESENT_UNIT);
  gl.bindTexture(gl.TEXTURE_2D, handles.present);
  gl.activeTexture(gl.TEXTURE0 + LEVELS_UNIT);
  gl.bindTexture(gl.TEXTURE_2D, levels);
}
