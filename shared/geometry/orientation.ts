import type { Vector3 } from '../domain/display-set';
import { add, cross, dot, length, normalised, scale } from './vector';

/** Axes of an image plane in LPS, unit length: along a row, along a column, and their cross product. */
export interface PlaneAxes {
  readonly rowDirectionLps: Vector3;
  readonly columnDirectionLps: Vector3;
  readonly normalLps: Vector3;
}

/** How far from unit length and from a right angle Image Orientation (Patient) may be before it is not believed. */
const LENGTH_TOLERANCE = 0.05;
const ANGLE_TOLERANCE = 0.02;

/** Axes from Image Orientation (Patient) (PS3.3 C.7.6.2.1.1), or undefined when the six numbers are no plane. */
export function planeAxes(orientation: readonly number[]): PlaneAxes | undefined {
  const [a, b, c, d, e, f] = orientation;
  if (orientation.length !== 6 || a === undefined || b === undefined || c === undefined || d === undefined || e === undefined || f === undefined)
    return undefined;
  if (!orientation.every(Number.isFinite)) return undefined;
  const rawRow: Vector3 = [a, b, c];
  const rawColumn: Vector3 = [d, e, f];
  if (Math.abs(length(rawRow) - 1) > LENGTH_TOLERANCE || Math.abs(length(rawColumn) - 1) > LENGTH_TOLERANCE) return undefined;
  const row = normalised(rawRow);
  const column = normalised(rawColumn);
  if (row === undefined || column === undefined || Math.abs(dot(row, column)) > ANGLE_TOLERANCE) return undefined;
  const normal = normalised(cross(row, column));
  return normal === undefined ? undefined : { rowDirectionLps: row, columnDirectionLps: column, normalLps: normal };
}

/** Letters of the positive and negative LPS axes; H and F (head, feet) as in PS3.3 C.7.6.1.1.1. */
const LETTERS: readonly (readonly [positive: string, negative: string])[] = [
  ['L', 'R'],
  ['P', 'A'],
  ['H', 'F'],
];

/** A component smaller than this (about 6 degrees) earns no letter. */
const LETTER_THRESHOLD = 0.1;

/** Where a direction in LPS points to: the largest component first ("AL" is mostly anterior, somewhat left). */
export function directionLetters(directionLps: Vector3): string {
  const unit = normalised(directionLps);
  if (unit === undefined) return '';
  return unit
    .map((value, axis) => ({ value, axis }))
    .filter(({ value }) => Math.abs(value) >= LETTER_THRESHOLD)
    .sort((left, right) => Math.abs(right.value) - Math.abs(left.value) || left.axis - right.axis)
    .map(({ value, axis }) => LETTERS[axis]?.[value > 0 ? 0 : 1] ?? '')
    .join('');
}

/** The first letter of a direction counts most (PS3.3 C.7.6.1.1.1). How much more nobody says: enough for each to earn its letter again. */
const LETTER_WEIGHTS = [4, 2, 1] as const;

/**
 * A direction in LPS (unit length) from its letters, as Patient Orientation has them: "FL" is mostly towards the feet, somewhat to the left. Good for letters
 * only, no angle is known. Undefined where it is empty or has letters that bipeds do not have.
 */
export function directionOfLetters(letters: string): Vector3 | undefined {
  const direction: [number, number, number] = [0, 0, 0];
  for (const [place, letter] of Array.from(letters.trim()).entries()) {
    const axis = LETTERS.findIndex((pair) => pair.includes(letter));
    const weight = LETTER_WEIGHTS[place];
    if (axis < 0 || weight === undefined || direction[axis] !== 0) return undefined;
    direction[axis] = LETTERS[axis]?.[0] === letter ? weight : -weight;
  }
  return normalised(direction);
}

/** LPS position of an image point; (0.5, 0.5) is the centre of the first pixel, which is Image Position (Patient). */
export function imageToLps(
  point: readonly [column: number, row: number],
  plane: {
    readonly positionLps: Vector3;
    readonly rowDirectionLps: Vector3;
    readonly columnDirectionLps: Vector3;
    readonly spacingMm: readonly [number, number];
  },
): Vector3 {
  const alongRow = scale(plane.rowDirectionLps, (point[0] - 0.5) * plane.spacingMm[1]);
  const alongColumn = scale(plane.columnDirectionLps, (point[1] - 0.5) * plane.spacingMm[0]);
  return add(plane.positionLps, add(alongRow, alongColumn));
}
