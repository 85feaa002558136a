import type { ImageFrame, SpacingBasis, UltrasoundRegion } from './display-set';
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
 * What a millimetre on the image rests on (PS3.3 10.7.1.3, C.8.7.10, C.8.11.4). Calibrated or tomographic Pixel Spacing, that of a projection which stands alone,
 * else the detector's spacing, brought to the patient by the estimated magnification factor when there is one, else the
 * nominal scanned spacing, else the regions of an ultrasound image where all say the same, else none: then no millimetres are shown (Pixel Aspect Ratio still shapes
 * the pixel).
 */
export function pixelScaleOf(header: ImageHeader, Modality: string): PixelScale {
  const spacing = usable(header.PixelSpacing);
  const imager = usable(header.ImagerPixelSpacing);
  const nominal = usable(header.NominalScannedPixelSpacing);
  const uncalibrated = PROJECTION.has(Modality) && header.PixelSpacingCalibrationType === '' && imager !== undefined && same(spacing, imager);
  if (spacing !== undefined && header.PixelSpacingCalibrationType !== '') return { spacingBasis: 'PixelSpacingCalibrated', spacingMm: spacing };
  if (spacing !== undefined && !uncalibrated) {
    if (!PROJECTION.has(Modality)) return { spacingBasis: 'PixelSpacing', spacingMm: spacing };
    return { spacingBasis: imager === undefined ? 'PixelSpacingUnsaid' : 'PixelSpacingCalibrated', spacingMm: spacing };
  }
  if (imager !== undefined) return detectorScale(imager, header.EstimatedRadiographicMagnificationFactor);
  if (nominal !== undefined) return { spacingBasis: 'NominalScannedPixelSpacing', spacingMm: nominal };
  const ratio = usable(header.PixelAspectRatio);
  const shape = ratio === undefined ? {} : { aspectRatio: ratio };
  const region = wholeImageRegion(header.regions ?? []);
  if (region !== undefined && (ratio === undefined || ratio[0] === ratio[1])) return { spacingBasis: 'UltrasoundRegion', spacingMm: region };
  return { spacingBasis: 'none', ...shape };
}

/** Physical Units X and Y Direction: centimetres (PS3.3 C.8.5.5.1.15). */
const CENTIMETRES = 3;
const TWO_DIMENSIONAL = 1;
/** Pixels of a region are square within this. */
const SQUARE = 0.01;

/** [between rows, between columns] of a region where both axes are lengths in a 2D picture; undefined for M-mode, Doppler and the like. */
function regionSpacing(region: UltrasoundRegion): Pair | undefined {
  const { spatialFormat, unitsX, unitsY, deltaX, deltaY } = region;
  if (spatialFormat !== TWO_DIMENSIONAL || unitsX !== CENTIMETRES || unitsY !== CENTIMETRES) return undefined;
  return usable([Math.abs(deltaY) * 10, Math.abs(deltaX) * 10]);
}

/** One size of square pixels in all 2D regions: then it serves the whole image. Regions that differ, or whose pixels are not square, serve only where they lie. */
function wholeImageRegion(regions: readonly UltrasoundRegion[]): Pair | undefined {
  const spacings = regions.flatMap((region) => [regionSpacing(region) ?? []].filter((pair): pair is Pair => pair.length === 2));
  const [first] = spacings;
  if (first === undefined || Math.abs(first[0] / first[1] - 1) > SQUARE) return undefined;
  return spacings.every((pair) => Math.abs(pair[0] / first[0] - 1) < 1e-3 && Math.abs(pair[1] / first[1] - 1) < 1e-3) ? first : undefined;
}

/**
 * Millimetres between rows and columns at an image point (column, row; edges of pixels at whole numbers): by the ultrasound region that lies there, none where
 * regions say something else or nothing; else those of the whole image. Undefined = no lengths here.
 */
export function spacingAt(
  frame: Pick<ImageFrame, 'spacingMm' | 'spacingBasis' | 'regions'>,
  [column, row]: readonly [column: number, row: number],
): { readonly spacingMm: readonly [number, number]; readonly spacingBasis: SpacingBasis } | undefined {
  const { regions, spacingMm, spacingBasis } = frame;
  if (regions === undefined || (spacingBasis !== 'UltrasoundRegion' && spacingBasis !== 'none')) return spacingMm && { spacingMm, spacingBasis };
  const inside = ({ x0, y0, x1, y1 }: UltrasoundRegion): boolean => column >= x0 && column <= x1 + 1 && row >= y0 && row <= y1 + 1;
  const region = regions.findLast(inside);
  const spacing = region && regionSpacing(region);
  return spacing && { spacingMm: spacing, spacingBasis: 'UltrasoundRegion' };
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
