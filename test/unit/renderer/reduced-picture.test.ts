import { describe, expect, it } from 'vitest';
import { type GreyPlacement, setGreyUniforms } from '../../../renderer/vtk/grey-shader';

const AFFINE = { a: 1, b: 0, c: 0, d: 1, e: 0, f: 0 };
const PLACE: GreyPlacement = { columns: 9, rows: 9, imageToViewport: AFFINE, viewportToImage: AFFINE, left: 0, top: 0, width: 9, height: 9, linear: true };

/** Taps for a pixel of the glass that covers so many columns and rows. */
function taps(footprint: readonly [number, number]): readonly number[] {
  let found: readonly number[] = [];
  const silent = (): undefined => undefined;
  const set2f = (name: string, x: number, y: number): void => void (found = name === 'tapCount' ? [x, y] : found);
  setGreyUniforms({ set1i: silent, set2f, set3f: silent, set4f: silent }, { ...PLACE, footprint });
  return found;
}

describe('a picture that is made small', () => {
  it('is read by taps that lie at most one and a half pixels apart, each axis by itself', () => {
    expect(taps([1, 1])).toEqual([1, 1]);
    expect(taps([3, 3.1])).toEqual([2, 3]);
    expect(taps([96, 0.2])).toEqual([64, 1]);
  });

  it('has an end: a large image in a viewport of a few pixels does not keep the GPU until the driver takes it away', () => {
    expect(taps([65_535, 10_000])).toEqual([64, 64]);
  });
});
