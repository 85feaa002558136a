import { describe, expect, it } from 'vitest';
import type { Vector3 } from '@shared/domain';
import {
  apply,
  directionLetters,
  directionOfLetters,
  edgeLetters,
  FITTED_VIEW,
  flippedHorizontally,
  flippedVertically,
  imageToLps,
  imageToViewport,
  planeAxes,
  rotated,
} from '@shared/geometry';

const AXES: readonly { readonly letter: string; readonly opposite: string; readonly direction: Vector3 }[] = [
  { letter: 'L', opposite: 'R', direction: [1, 0, 0] },
  { letter: 'R', opposite: 'L', direction: [-1, 0, 0] },
  { letter: 'P', opposite: 'A', direction: [0, 1, 0] },
  { letter: 'A', opposite: 'P', direction: [0, -1, 0] },
  { letter: 'H', opposite: 'F', direction: [0, 0, 1] },
  { letter: 'F', opposite: 'H', direction: [0, 0, -1] },
];

/** Row and column along two of the axes: 24 planes, each seen from its two sides by the mirror: 48. */
const PLANES = AXES.flatMap((row) =>
  AXES.filter((column) => row.direction.every((value, axis) => value === 0 || column.direction[axis] === 0)).map((column) => ({ row, column })),
);

const VIEWS = [0, 90, 180, 270].flatMap((rotationDeg) => [false, true].map((mirrored) => ({ ...FITTED_VIEW, rotationDeg, mirrored })));

describe('orientation letters', () => {
  it('come back as they were from the direction that they name, and are none where one is unknown or twice', () => {
    for (const letters of ['L', 'R', 'A', 'P', 'H', 'F', 'FL', 'AR', 'PHL']) expect(directionLetters(directionOfLetters(letters) ?? [0, 0, 0])).toBe(letters);
    for (const letters of ['', 'X', 'LE', 'LL', 'LR', 'LPHF']) expect(directionOfLetters(letters)).toBeUndefined();
  });

  it('are right at the four edges for all 48 axis permutations and flips, under every rotation', () => {
    expect(PLANES).toHaveLength(24);
    for (const { row, column } of PLANES) {
      for (const view of VIEWS) {
        // Where the transform that places the pixels puts a step along the row and along the column.
        const affine = imageToViewport({ ...view, zoom: 1 }, { columns: 10, rows: 10, aspect: 1 }, { width: 100, height: 100 });
        const origin = apply(affine, [5, 5]);
        const edges = edgeLetters(row.direction, column.direction, view);
        for (const [axis, step] of [
          [row, apply(affine, [6, 5])],
          [column, apply(affine, [5, 6])],
        ] as const) {
          const [dx, dy] = [step[0] - origin[0], step[1] - origin[1]];
          const toward = dx > 0.5 ? 'right' : dx < -0.5 ? 'left' : dy > 0.5 ? 'bottom' : 'top';
          const away = { right: 'left', left: 'right', bottom: 'top', top: 'bottom' } as const;
          expect(edges[toward]).toBe(axis.letter);
          expect(edges[away[toward]]).toBe(axis.opposite);
        }
      }
    }
  });

  it('name the largest component first for an oblique plane and leave out what is nearly nothing', () => {
    const angle = (30 * Math.PI) / 180;
    expect(directionLetters([Math.sin(angle), -Math.cos(angle), 0])).toBe('AL');
    expect(directionLetters([1, 0.01, -0.02])).toBe('L');
    expect(directionLetters([0.6, 0.5, 0.62])).toBe('HLP');
    expect(directionLetters([0, 0, 0])).toBe('');
  });

  it('follow what the user sees when the screen is flipped after a rotation', () => {
    const turned = rotated(FITTED_VIEW, 90);
    const before = edgeLetters([1, 0, 0], [0, 1, 0], turned);
    const across = edgeLetters([1, 0, 0], [0, 1, 0], flippedHorizontally(turned));
    expect(across).toEqual({ top: before.top, bottom: before.bottom, left: before.right, right: before.left });
    const over = edgeLetters([1, 0, 0], [0, 1, 0], flippedVertically(turned));
    expect(over).toEqual({ top: before.bottom, bottom: before.top, left: before.left, right: before.right });
  });
});

describe('planeAxes', () => {
  it('refuses what is no plane: wrong count, zero, not perpendicular, not a number', () => {
    expect(planeAxes([1, 0, 0, 0, 1])).toBeUndefined();
    expect(planeAxes([0, 0, 0, 0, 1, 0])).toBeUndefined();
    expect(planeAxes([1, 0, 0, 0.7, 0.7, 0])).toBeUndefined();
    expect(planeAxes([1, 0, 0, 0, NaN, 0])).toBeUndefined();
    expect(planeAxes([1, 0, 0, 0, 1, 0])?.normalLps).toEqual([0, 0, 1]);
  });

  it('puts Image Position (Patient) at the centre of the first pixel', () => {
    const plane = {
      positionLps: [-10, -20, 5] as Vector3,
      rowDirectionLps: [1, 0, 0] as Vector3,
      columnDirectionLps: [0, 1, 0] as Vector3,
      spacingMm: [2, 0.5] as [number, number],
    };
    expect(imageToLps([0.5, 0.5], plane)).toEqual([-10, -20, 5]);
    expect(imageToLps([2.5, 1.5], plane)).toEqual([-9, -18, 5]);
  });
});
