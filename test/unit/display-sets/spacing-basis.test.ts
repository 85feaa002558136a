import { describe, expect, it } from 'vitest';
import { pixelAspect, pixelScaleOf } from '@shared/domain';
import { instance, type Variation } from './instances';

function scale(image: Variation['image'], Modality: string) {
  const header = instance({ image: { ...image } }).attributes.image;
  if (header === undefined) throw new Error('no image');
  return pixelScaleOf(header, Modality);
}

const NONE = undefined as never;

describe('what a millimetre rests on (PS3.3 10.7.1.3)', () => {
  it('is Pixel Spacing in a tomographic image', () => {
    expect(scale({ PixelSpacing: [0.5, 0.6] }, 'CT')).toEqual({ spacingBasis: 'PixelSpacing', spacingMm: [0.5, 0.6] });
  });

  it('is calibrated Pixel Spacing when it says so, or differs from the detector in a radiograph', () => {
    expect(scale({ PixelSpacing: [0.4, 0.4], PixelSpacingCalibrationType: 'FIDUCIAL', ImagerPixelSpacing: [0.5, 0.5] }, 'DX').spacingBasis).toBe(
      'PixelSpacingCalibrated',
    );
    expect(scale({ PixelSpacing: [0.4, 0.4], ImagerPixelSpacing: [0.5, 0.5] }, 'DX')).toEqual({
      spacingBasis: 'PixelSpacingCalibrated',
      spacingMm: [0.4, 0.4],
    });
  });

  it('is the detector when Pixel Spacing only repeats it, corrected by the magnification when that is known', () => {
    const detector = { PixelSpacing: [0.2, 0.2] as const, ImagerPixelSpacing: [0.2, 0.2] as const };
    expect(scale(detector, 'DX')).toEqual({ spacingBasis: 'ImagerPixelSpacing', spacingMm: [0.2, 0.2] });
    expect(scale({ ...detector, EstimatedRadiographicMagnificationFactor: 1.25 }, 'MG')).toEqual({
      spacingBasis: 'ImagerPixelSpacingMagnified',
      spacingMm: [0.16, 0.16],
    });
    expect(scale({ ...detector, EstimatedRadiographicMagnificationFactor: 0 }, 'MG').spacingBasis).toBe('ImagerPixelSpacing');
  });

  it('is none without a spacing, or with one that cannot be', () => {
    expect(scale({ PixelSpacing: NONE }, 'US')).toEqual({ spacingBasis: 'none' });
    for (const bad of [
      [0, 0.5],
      [-1, 1],
      [NaN, 1],
    ] as const)
      expect(scale({ PixelSpacing: bad }, 'CT')).toEqual({ spacingBasis: 'none' });
  });

  it('keeps the shape of a pixel even without millimetres', () => {
    const shaped = scale({ PixelSpacing: NONE, PixelAspectRatio: [3, 2] }, 'XA');
    expect(shaped).toEqual({ spacingBasis: 'none', aspectRatio: [3, 2] });
    expect(pixelAspect(shaped)).toBe(1.5);
    expect(pixelAspect({ spacingMm: [0.5, 0.25] })).toBe(2);
    expect(pixelAspect({})).toBe(1);
  });
});
