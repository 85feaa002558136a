import { type ImageFrame, pixelAspect } from '@shared/domain';
import { SHORT_BASIS } from './scale-bar';

/** Zoom at which a millimetre of the image is one on the glass, or why there is none. */
export type TrueSize = { readonly zoom: number; readonly basis: string } | { readonly reason: string };

/** `pixelMm`: measured size of a device pixel of this display; undefined = nobody measured it, and nothing is guessed; `aspect`: height / width of a pixel as it is shown. */
export function trueSizeOf(frame: Pick<ImageFrame, 'spacingMm' | 'spacingBasis'>, pixelMm: number | undefined, aspect = pixelAspect(frame)): TrueSize {
  if (frame.spacingMm === undefined) return { reason: 'no true size: millimetres are not known for this image' };
  if (Math.abs((aspect * frame.spacingMm[1]) / frame.spacingMm[0] - 1) > 1e-3)
    return { reason: 'no true size: the presentation state shapes the pixels otherwise' };
  if (pixelMm === undefined || !(pixelMm > 0)) return { reason: 'no true size: this display was not measured' };
  const basis = SHORT_BASIS[frame.spacingBasis];
  return { zoom: frame.spacingMm[1] / pixelMm, basis: basis === '' ? 'true size' : `true size, ${basis}` };
}
