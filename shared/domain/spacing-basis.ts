import type { SpacingBasis } from './display-set';
import type { ImageHeader } from './instance';

export interface PixelScale {
  readonly spacingBasis: SpacingBasis;
  /** [between rows, between columns], millimetres; absent when nothing says how large a pixel is. */
  readonly spacingMm?: readonly [number, number];
  /** [vertical, horizontal] when only the shape of a pixel is known. */
  readonly aspectRatio?: readonly [number, number];
}

type Pair = readonly [number, number];

/** Projection radiography: Pixel Spacing equal to Imager Pixel Spacing says nothing about the patient (PS3.3 10.7.1.3). */
const PROJECTION = new Set(['CR', 'DX', 'MG', 'XA', 'RF', 'IO', 'PX', 'RG', 'BMD', 'RTIMAGE']);

/**
 * What a millimetre on the image rests on (PS3.3 10.7.1.3, C.8.7.10, C.8.11.4). Calibrated or tomographic Pixel Spacing,
 * else the detector's spacing, brought to the patient by the estimated magnification factor when there is one, else the
 * nominal scanned spacing, else none: then no millimetres are shown (Pixel Aspect Ratio still shapes the pixel).
 */
export function pixelScaleOf(header: ImageHeader, Modality: string): PixelScale {
  const spacing = usable(header.PixelSpacing);
  const imager = usable(header.ImagerPixelSpacing);
  const nominal = usable(header.NominalScannedPixelSpacing);
  const uncalibrated = PROJECTION.has(Modality) && header.PixelSpacingCalibrationType === '' && imager !== undefined && same(spacing, imager);
  if (spacing !== undefined && header.PixelSpacingCalibrationType !== '') return { spacingBasis: 'PixelSpacingCalibrated', spacingMm: spacing };
  if (spacing !== undefined && !uncalibrated) {
    const corrected = PROJECTION.has(Modality) && imager !== undefined;
    return { spacingBasis: corrected ? 'PixelSpacingCalibrated' : 'PixelSpacing', spacingMm: spacing };
  }
  if (imager !== undefined) return detectorScale(imager, header.EstimatedRadiographicMagnificationFactor);
  if (nominal !== undefined) return { spacingBasis: 'NominalScannedPixelSpacing', spacingMm: nominal };
  const ratio = usable(header.PixelAspectRatio);
  return ratio === undefined ? { spacingBasis: 'none' } : { spacingBasis: 'none', aspectRatio: ratio };
}

function detectorScale(imager: Pair, magnification: number | undefined): PixelScale {
  if (magnification === undefined || !Number.isFinite(magnification) || magnification <= 0 || magnification === 1) {
    return { spacingBasis: 'ImagerPixelSpacing', spacingMm: imager };
  }
  return { spacingBasis: 'ImagerPixelSpacingMagnified', spacingMm: [imager[0] / magnification, imager[1] / magnification] };
}

function usable(pair: Pair | undefined): Pair | undefined {
  return pair?.every((value) => Number.isFinite(value) && value > 0) === true ? pair : undefined;
}

function same(left: Pair | undefined, right: Pair | undefined): boolean {
  return left !== undefined && right !== undefined && Math.abs(left[0] - right[0]) < 1e-6 && Math.abs(left[1] - right[1]) < 1e-6;
}

/** Height / width of a pixel for display; 1 when nothing is known, or what is said is no shape of a pixel. */
export function pixelAspect(scale: { readonly spacingMm?: Pair | undefined; readonly aspectRatio?: Pair | undefined }): number {
  const pair = scale.spacingMm ?? scale.aspectRatio;
  const ratio = pair === undefined ? 1 : pair[0] / pair[1];
  return Number.isFinite(ratio) && ratio > 0.01 && ratio < 100 ? ratio : 1;
}
