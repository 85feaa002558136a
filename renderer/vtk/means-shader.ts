import { averages, besideLeftOut, PADDED, TAPS } from './between-shader';
import { FETCH, GREY_VERTEX_SHADER, type GreyPlacement, isPaddedPlace, PLACE, SHADER_HEAD } from './grey-shader';
import type { StoredTextureFormat } from './stored-texture';

/** The quad of the image with the pixels of the glass around its edges: whichever of them the picture is drawn on has its mean. */
export const MEANS_VERTEX_SHADER = GREY_VERTEX_SHADER.replace('uniform vec2 imageSize;', 'uniform vec2 imageSize;\nuniform vec2 footprint;').replace(
  '* imageSize;',
  '* (imageSize + 4.0 * footprint) - 2.0 * footprint;',
);

/** Draws the means themselves, as table indices, into a texture of floats. */
export function meansShader(format: StoredTextureFormat, place: GreyPlacement): string {
  const padded = isPaddedPlace(place);
  return `${SHADER_HEAD}
${PLACE}
${FETCH[format]}
${padded ? `${PADDED}\n${besideLeftOut(true, false)}` : ''}
${TAPS}
${averages(padded)}
out vec4 mean;
void main() { mean = vec4(averaged(imagePoint()), 0.0, 0.0, 1.0); }
`;
}
