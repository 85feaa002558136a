import { describe, expect, it } from 'vitest';
import { pixelAspect, pixelScaleOf, spacingAt, type UltrasoundRegion } from '@shared/domain';
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

  it('is Pixel Spacing of which nobody says whether it is calibrated, in a radiograph that has no other', () => {
    expect(scale({ PixelSpacing: [0.4, 0.4] }, 'CR')).toEqual({ spacingBasis: 'PixelSpacingUnsaid', spacingMm: [0.4, 0.4] });
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

describe('ultrasound regions (PS3.3 C.8.5.5)', () => {
  const tissue: UltrasoundRegion = { x0: 0, y0: 0, x1: 99, y1: 49, spatialFormat: 1, dataType: 1, unitsX: 3, unitsY: 3, deltaX: 0.02, deltaY: 0.02 };
  const doppler: UltrasoundRegion = { ...tissue, y0: 50, y1: 99, spatialFormat: 3, unitsX: 4, unitsY: 7 };
  const us = (...regions: UltrasoundRegion[]) => scale({ PixelSpacing: NONE, regions }, 'US');

  it('give the millimetres of an image whose 2D regions agree, with their own name', () => {
    expect(us(tissue, doppler)).toEqual({ spacingBasis: 'UltrasoundRegion', spacingMm: [0.2, 0.2] });
  });

  it('give none to the whole image where they differ, are not square, or measure something else than lengths', () => {
    expect(us(tissue, { ...tissue, x0: 100, x1: 199, deltaX: 0.03, deltaY: 0.03 }).spacingBasis).toBe('none');
    expect(us({ ...tissue, deltaY: 0.03 }).spacingBasis).toBe('none');
    expect(us(doppler).spacingBasis).toBe('none');
    expect(us({ ...tissue, unitsY: 4 }).spacingBasis).toBe('none');
    expect(us({ ...tissue, spatialFormat: 2 }).spacingBasis).toBe('none');
  });

  it('do not replace a Pixel Spacing, and do not shape a pixel that Pixel Aspect Ratio shapes otherwise', () => {
    expect(scale({ PixelSpacing: [0.5, 0.5], regions: [tissue] }, 'US').spacingBasis).toBe('PixelSpacing');
    expect(scale({ PixelSpacing: NONE, PixelAspectRatio: [4, 3], regions: [tissue] }, 'US')).toEqual({ spacingBasis: 'none', aspectRatio: [4, 3] });
  });

  it('are asked where a point lies: the topmost says what a pixel is there', () => {
    const frame = { spacingBasis: 'none' as const, regions: [tissue, { ...tissue, x0: 50, deltaX: 0.05, deltaY: 0.04 }, doppler] };
    expect(spacingAt(frame, [10, 10])).toEqual({ spacingMm: [0.2, 0.2], spacingBasis: 'UltrasoundRegion' });
    expect(spacingAt(frame, [60, 10])?.spacingMm).toEqual([0.4, 0.5]);
    expect(spacingAt(frame, [10, 80])).toBeUndefined();
    expect(spacingAt(frame, [150, 10])).toBeUndefined();
    expect(spacingAt({ spacingBasis: 'PixelSpacing', spacingMm: [1, 1] }, [150, 10])).toEqual({ spacingMm: [1, 1], spacingBasis: 'PixelSpacing' });
  });
});
