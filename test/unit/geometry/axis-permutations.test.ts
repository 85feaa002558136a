import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildDisplaySets, type ImageFrame, type Vector3 } from '@shared/domain';
import {
  add,
  apply,
  cross,
  dot,
  edgeLetters,
  FITTED_VIEW,
  flippedHorizontally,
  flippedVertically,
  imageToLps,
  imageToViewport,
  length,
  rotated,
  scale,
} from '@shared/geometry';
import type { ViewTransform } from '@shared/geometry';
import { referenceLine } from '../../../renderer/features/viewer/reference-lines';
import { instance } from '../display-sets/instances';

const seed = Number(process.env['ALTERNATOR_SEED'] ?? 20_261_122);
console.log(`axis-permutations seed ${seed}`);

const DIRECTIONS: readonly Vector3[] = [
  [1, 0, 0],
  [-1, 0, 0],
  [0, 1, 0],
  [0, -1, 0],
  [0, 0, 1],
  [0, 0, -1],
];
/** Row and column of a plane; with the two senses of the slices 48 ways to lie in the patient. */
const PLANES = DIRECTIONS.flatMap((row) => DIRECTIONS.filter((column) => dot(row, column) === 0).map((column) => ({ row, column })));
/** What the commands of a viewport do to its view, one after the other. */
const VIEWS: readonly ViewTransform[] = [0, 90, 180, 270].flatMap((degrees) => {
  const turned = rotated(FITTED_VIEW, degrees);
  return [turned, flippedHorizontally(turned), flippedVertically(turned), flippedHorizontally(flippedVertically(turned))];
});
const SIZE = { width: 640, height: 480 };
const PLANE = { columns: 40, rows: 30, aspect: 0.8 / 0.5 };
const LETTER: Readonly<Record<string, Vector3>> = { L: [1, 0, 0], R: [-1, 0, 0], P: [0, 1, 0], A: [0, -1, 0], H: [0, 0, 1], F: [0, 0, -1] };

function frame(row: Vector3, column: Vector3, position: Vector3): ImageFrame {
  const [set] = buildDisplaySets([
    instance({
      position,
      attributes: { FrameOfReferenceUID: '1.2.7' },
      image: { orientation: [...row, ...column] as never, PixelSpacing: [0.8, 0.5] },
      format: { Rows: PLANE.rows, Columns: PLANE.columns },
    }),
  ]);
  const made = set?.frames[0];
  if (made === undefined) throw new Error('no frame');
  return made;
}

function lps(made: ImageFrame, point: readonly [number, number]): Vector3 {
  const { positionLps, rowDirectionLps, columnDirectionLps, spacingMm } = made;
  if (positionLps === undefined || rowDirectionLps === undefined || columnDirectionLps === undefined || spacingMm === undefined) throw new Error('not placed');
  return imageToLps(point, { positionLps, rowDirectionLps, columnDirectionLps, spacingMm });
}

/** Where in the viewport an image point is drawn. */
function drawn(view: ViewTransform, point: readonly [number, number]): readonly [number, number] {
  return apply(imageToViewport(view, PLANE, SIZE), point);
}

/** Distance of a point from the plane of a frame, millimetres. */
function off(made: ImageFrame, point: Vector3): number {
  const { positionLps, rowDirectionLps, columnDirectionLps } = made;
  if (positionLps === undefined || rowDirectionLps === undefined || columnDirectionLps === undefined) throw new Error('not placed');
  return dot(add(point, scale(positionLps, -1)), cross(rowDirectionLps, columnDirectionLps));
}

describe('an image in any of the 48 axis permutations and flips', () => {
  it('has letters that agree with where its points are drawn, under every rotation and flip', () => {
    let checked = 0;
    for (const { row, column } of PLANES) {
      const made = frame(row, column, [3, -4, 5]);
      for (const view of VIEWS) {
        const letters = edgeLetters(row, column, view);
        const [near, far] = [drawn(view, [5, 5]), drawn(view, [30, 22])];
        const moved = add(lps(made, [30, 22]), scale(lps(made, [5, 5]), -1));
        // To the right on the screen means towards the letter at the right, downwards towards the one at the bottom.
        expect(Math.sign(dot(moved, LETTER[letters.right] ?? [0, 0, 0]))).toBe(Math.sign(far[0] - near[0]));
        expect(Math.sign(dot(moved, LETTER[letters.bottom] ?? [0, 0, 0]))).toBe(Math.sign(far[1] - near[1]));
        checked++;
      }
    }
    expect(checked).toBe(24 * 16);
  });

  it('is cut by another plane where both planes are, drawn at the same points under every rotation and flip', () => {
    let lines = 0;
    for (const { row, column } of PLANES) {
      const target = frame(row, column, [3, -4, 5]);
      const normal = cross(row, column);
      // Planes that hold one axis of the image and its normal, through the middle of the image.
      for (const [along, across] of [
        [row, column],
        [column, row],
      ] as const) {
        for (const sense of [1, -1]) {
          const middle = lps(target, [17, 11]);
          const start = add(add(middle, scale(along, -20)), scale(normal, -10 * sense));
          const source = frame(along, scale(normal, sense), start);
          const line = referenceLine(source, target);
          expect(line).toBeDefined();
          for (const point of line ?? []) {
            expect(Math.abs(off(source, lps(target, point)))).toBeLessThan(1e-9);
            expect(dot(add(lps(target, point), scale(middle, -1)), across)).toBeCloseTo(0, 9);
          }
          for (const view of VIEWS) {
            const [from, to] = (line ?? []).map((point) => drawn(view, point));
            const [x, y] = drawn(view, [17, 11]);
            if (from === undefined || to === undefined) throw new Error('no line');
            // The middle is on the drawn line.
            const area = (to[0] - from[0]) * (y - from[1]) - (to[1] - from[1]) * (x - from[0]);
            expect(Math.abs(area) / Math.hypot(to[0] - from[0], to[1] - from[1])).toBeLessThan(1e-6);
            lines++;
          }
        }
      }
    }
    expect(lines).toBe(24 * 4 * 16);
  });
});

describe('an oblique image', () => {
  const direction = fc.tuple(
    fc.double({ min: -1, max: 1, noNaN: true }),
    fc.double({ min: -1, max: 1, noNaN: true }),
    fc.double({ min: -1, max: 1, noNaN: true }),
  );
  /** Any two directions at a right angle. */
  const plane = fc
    .tuple(direction, direction)
    .filter(([a, b]) => length(a) > 0.1 && length(cross(a, b)) > 0.1)
    .map(([a, b]) => {
      const row = scale(a, 1 / length(a));
      const normal = cross(a, b);
      const column = cross(scale(normal, 1 / length(normal)), row);
      return { row, column };
    });

  it('has first letters that agree with where its points are drawn', () => {
    fc.assert(
      fc.property(plane, fc.constantFrom(...VIEWS), ({ row, column }, view) => {
        const made = frame(row, column, [0, 0, 0]);
        const letters = edgeLetters(row, column, view);
        const origin = lps(made, [20, 15]);
        // A step on the screen to the right, in the patient.
        const affine = imageToViewport(view, PLANE, SIZE);
        const determinant = affine.a * affine.d - affine.b * affine.c;
        const right = lps(made, [20 + affine.d / determinant, 15 - affine.b / determinant]);
        const step = add(right, scale(origin, -1));
        const [first] = letters.right;
        const towards = LETTER[first ?? ''] ?? [0, 0, 0];
        expect(dot(step, towards)).toBeGreaterThan(0);
        // Its own letter is the largest part of the way.
        expect(dot(step, towards) / length(step)).toBeGreaterThanOrEqual(1 / Math.sqrt(3) - 1e-9);
      }),
      { seed, numRuns: 300 },
    );
  });

  it('is sorted along its normal, whatever that is', () => {
    fc.assert(
      fc.property(plane, fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6 }), ({ row, column }, arrival) => {
        const normal = cross(row, column);
        const images = arrival.map((place, index) =>
          instance({ instanceId: index + 1, number: place + 1, position: scale(normal, 2.5 * place), image: { orientation: [...row, ...column] as never } }),
        );
        const [set] = buildDisplaySets(images);
        expect(set?.frames.map(({ InstanceNumber }) => InstanceNumber)).toEqual(['1', '2', '3', '4', '5', '6']);
        expect(set?.notes).toEqual([]);
      }),
      { seed, numRuns: 200 },
    );
  });
});
