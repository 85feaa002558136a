import type { ImageFrame, SpacingBasis } from '@shared/domain';
import type { Affine } from '@shared/geometry';

export interface ScaleBar {
  readonly text: string;
  /** What its millimetres rest on, where that is not the plain Pixel Spacing of a slice. */
  readonly basis: string;
  /** Length on the screen, CSS pixels. */
  readonly lengthPx: number;
  /** Where its lines stand, fractions from the top. */
  readonly marks: readonly number[];
}

/** Lengths that a person reads at a glance, millimetres, and into how many parts they are divided. */
const LENGTHS: readonly (readonly [mm: number, parts: number])[] = [
  [500, 5],
  [200, 4],
  [100, 10],
  [50, 5],
  [20, 4],
  [10, 10],
  [5, 5],
  [2, 4],
  [1, 10],
];

/** What millimetres rest on, in a few words; empty for the plain Pixel Spacing of a slice. */
export const SHORT_BASIS: Readonly<Record<SpacingBasis, string>> = {
  PixelSpacing: '',
  PixelSpacingCalibrated: 'calibrated',
  PixelSpacingUnsaid: 'not said whether calibrated',
  ImagerPixelSpacing: 'at the detector',
  ImagerPixelSpacingMagnified: 'magnification corrected',
  NominalScannedPixelSpacing: 'nominal, scanned',
  UltrasoundRegion: 'US region',
  none: '',
};

/** A millimetre along the rows and one along the columns are equally long on the screen within this share. */
const SAME_LENGTH = 0.01;

/**
 * A vertical bar for this image as it lies on the screen, at most `mostPx` long. Undefined without a basis for millimetres, and where a millimetre is not
 * equally long in both directions (a presentation state shapes the pixels otherwise): what is measured by the bar would be wrong.
 */
export function scaleBar(frame: Pick<ImageFrame, 'spacingMm' | 'spacingBasis'>, imageToCss: Affine, mostPx: number): ScaleBar | undefined {
  const { spacingMm } = frame;
  if (spacingMm === undefined) return undefined;
  const pxPerMm = Math.hypot(imageToCss.c, imageToCss.d) / spacingMm[0];
  if (!Number.isFinite(pxPerMm) || pxPerMm <= 0) return undefined;
  const alongRows = Math.hypot(imageToCss.a, imageToCss.b) / spacingMm[1];
  if (!(Math.abs(alongRows / pxPerMm - 1) <= SAME_LENGTH)) return undefined;
  const found = LENGTHS.find(([mm]) => mm * pxPerMm <= mostPx);
  if (found === undefined || found[0] * pxPerMm < 24) return undefined;
  const [mm, parts] = found;
  return {
    text: mm >= 10 ? `${mm / 10} cm` : `${mm} mm`,
    basis: SHORT_BASIS[frame.spacingBasis],
    lengthPx: mm * pxPerMm,
    marks: Array.from({ length: parts + 1 }, (_, at) => at / parts),
  };
}
