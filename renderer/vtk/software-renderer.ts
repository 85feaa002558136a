/** Renderers that Chromium names when the processor draws: its own, Mesa's, and those that Windows and macOS bring. */
const SOFTWARE = /swiftshader|llvmpipe|softpipe|lavapipe|basic render|\bwarp\b|software renderer/i;

/** Whether a renderer of this name draws by the processor. An unknown name counts as a graphics processor. */
export function isSoftwareRenderer(name: string): boolean {
  return SOFTWARE.test(name);
}

/** The same of a context, by the name that its driver tells. */
export function drawsBySoftware(gl: WebGL2RenderingContext): boolean {
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  const name: unknown = info === null ? '' : gl.getParameter(info.UNMASKED_RENDERER_WEBGL);
  return typeof name === 'string' && isSoftwareRenderer(name);
}
