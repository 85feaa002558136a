import type { DeviceRect } from './scene';
import type { PixelBlock } from './stage-types';

/** What stands in a place of the canvas now, from the top down; black where there is no context. `canvasHeight` in device pixels. */
export function readBlock(gl: WebGL2RenderingContext | undefined, { left, top, width, height }: DeviceRect, canvasHeight: number): PixelBlock {
  const data = new Uint8Array(width * height * 4);
  if (gl === undefined) return { width, height, data };
  const raw = new Uint8Array(data.length);
  gl.bindFramebuffer(gl.FRAMEBUFFER, null);
  gl.readPixels(left, canvasHeight - top - height, width, height, gl.RGBA, gl.UNSIGNED_BYTE, raw);
  const stride = width * 4;
  for (let row = 0; row < height; row++) data.set(raw.subarray((height - 1 - row) * stride, (height - row) * stride), row * stride);
  return { width, height, data };
}
