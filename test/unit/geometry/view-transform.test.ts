import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  apply,
  FITTED_VIEW,
  fitZoom,
  flippedHorizontally,
  flippedVertically,
  imageToViewport,
  inverse,
  isPixelExact,
  panned,
  rotated,
  sameView,
  type ViewTransform,
  zoomedAt,
} from '@shared/geometry';

const seed = Number(process.env['ALTERNATOR_SEED'] ?? 20_261_122);
console.log(`view-transform seed ${seed}`);

const image = { columns: 301, rows: 200, aspect: 1.5 };
const viewport = { width: 640, height: 413 };

const views: fc.Arbitrary<ViewTransform> = fc.record({
  zoom: fc.double({ min: 0.05, max: 20, noNaN: true }),
  center: fc.tuple(fc.double({ min: -50, max: 350, noNaN: true }), fc.double({ min: -50, max: 250, noNaN: true })),
  rotationDeg: fc.integer({ min: 0, max: 359 }),
  mirrored: fc.boolean(),
});

function corners(view: ViewTransform): [number, number][] {
  const affine = imageToViewport(view, image, viewport);
  return (
    [
      [0, 0],
      [image.columns, 0],
      [0, image.rows],
      [image.columns, image.rows],
    ] as const
  ).map((corner) => apply(affine, corner));
}

describe('view transform', () => {
  it('goes from image to viewport and back', () => {
    fc.assert(
      fc.property(views, fc.double({ min: 0, max: 300, noNaN: true }), fc.double({ min: 0, max: 200, noNaN: true }), (view, x, y) => {
        const affine = imageToViewport(view, image, viewport);
        const [column, row] = apply(inverse(affine), apply(affine, [x, y]));
        expect(column).toBeCloseTo(x, 6);
        expect(row).toBeCloseTo(y, 6);
      }),
      { seed },
    );
  });

  it('fits the whole turned image, touching two sides', () => {
    for (const rotationDeg of [0, 30, 90, 145, 180, 270]) {
      const places = corners({ ...FITTED_VIEW, rotationDeg });
      const width = Math.max(...places.map(([x]) => x)) - Math.min(...places.map(([x]) => x));
      const height = Math.max(...places.map(([, y]) => y)) - Math.min(...places.map(([, y]) => y));
      expect(width).toBeLessThanOrEqual(viewport.width + 1e-6);
      expect(height).toBeLessThanOrEqual(viewport.height + 1e-6);
      expect(Math.min(viewport.width - width, viewport.height - height)).toBeCloseTo(0, 6);
    }
    expect(fitZoom(image, 0, viewport)).toBeCloseTo(413 / 300, 9);
  });

  it('is pixel exact at 1:1 whatever the sizes, and only then', () => {
    const square = { columns: 301, rows: 200, aspect: 1 };
    for (const rotationDeg of [0, 90, 180, 270]) {
      for (const mirrored of [false, true]) {
        for (const width of [640, 641]) {
          expect(isPixelExact(imageToViewport({ ...FITTED_VIEW, zoom: 1, rotationDeg, mirrored }, square, { width, height: 413 }))).toBe(true);
        }
      }
    }
    expect(isPixelExact(imageToViewport({ ...FITTED_VIEW, zoom: 2 }, square, viewport))).toBe(false);
    expect(isPixelExact(imageToViewport({ ...FITTED_VIEW, zoom: 1 }, image, viewport))).toBe(false);
    expect(isPixelExact(imageToViewport({ ...FITTED_VIEW, zoom: 1, rotationDeg: 45 }, square, viewport))).toBe(false);
  });

  it('keeps the image point under the pointer while zooming, to the nearest pixel', () => {
    fc.assert(
      fc.property(views, fc.integer({ min: 0, max: 640 }), fc.integer({ min: 0, max: 413 }), fc.constantFrom(0.5, 0.9, 1.1, 2), (view, x, y, factor) => {
        const point = apply(inverse(imageToViewport(view, image, viewport)), [x, y]);
        const after = zoomedAt(view, image, viewport, [x, y], factor);
        const [nowX, nowY] = apply(imageToViewport(after, image, viewport), point);
        // Both corners are put on whole pixels: at most half a pixel each, scaled with the zoom.
        const slack = 0.5 + 0.5 * Math.max(1, factor) + 1e-6;
        expect(Math.abs(nowX - x)).toBeLessThanOrEqual(slack);
        expect(Math.abs(nowY - y)).toBeLessThanOrEqual(slack);
      }),
      { seed },
    );
  });

  it('moves with the hand', () => {
    const view: ViewTransform = { ...FITTED_VIEW, zoom: 3, rotationDeg: 90, mirrored: true };
    const before = apply(imageToViewport(view, image, viewport), [10, 20]);
    const after = apply(imageToViewport(panned(view, image, viewport, 12, -7), image, viewport), [10, 20]);
    expect([after[0] - before[0], after[1] - before[1]]).toEqual([12, -7]);
  });

  it('is told from any other, and not from its copy', () => {
    const view: ViewTransform = { zoom: 2, center: [10, 20], rotationDeg: 90, mirrored: false };
    expect(sameView(view, { ...view, center: [10, 20] })).toBe(true);
    const others: Partial<ViewTransform>[] = [{ zoom: 'fit' }, { center: 'middle' }, { center: [10, 21] }, { rotationDeg: 0 }, { mirrored: true }];
    for (const other of others) expect(sameView(view, { ...view, ...other })).toBe(false);
    expect(sameView(FITTED_VIEW, { ...FITTED_VIEW })).toBe(true);
  });

  it('flips what the screen shows, twice is nothing, and four turns are none', () => {
    const view = rotated(FITTED_VIEW, 90);
    expect(flippedHorizontally(flippedHorizontally(view))).toEqual(view);
    expect(flippedVertically(flippedVertically(view))).toEqual(view);
    expect([90, 90, 90, 90].reduce(rotated, FITTED_VIEW)).toEqual(FITTED_VIEW);
    const mirrorOfScreen = corners(view).map(([x, y]) => [viewport.width - x, y]);
    for (const [index, [x, y]] of corners(flippedHorizontally(view)).entries()) {
      expect(Math.abs(x - (mirrorOfScreen[index]?.[0] ?? NaN))).toBeLessThanOrEqual(1);
      expect(Math.abs(y - (mirrorOfScreen[index]?.[1] ?? NaN))).toBeLessThanOrEqual(1);
    }
  });
});
