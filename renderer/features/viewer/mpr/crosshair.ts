import type { Vector3 } from '@shared/domain';
import { type Affine, apply, cross, dot, MPR_PLANES, type MprPlaneName, normalised } from '@shared/geometry';
import { PLANE_LETTERS } from '../plane-letters';
import { pointOnPlane } from './kept-view';
import type { PlaneStacks } from './mpr-session';

type Css = readonly [x: number, y: number];

/** Where another plane cuts this one, CSS pixels of the viewport. */
export interface CrossLine {
  readonly name: MprPlaneName;
  /** "A axial": letter and word, for who sees no colours. */
  readonly label: string;
  readonly labelAt: Css;
  /** The two arms, each from the open centre to beyond the edge. */
  readonly arms: readonly (readonly [Css, Css])[];
  /** Where the hand turns it. */
  readonly handles: readonly Css[];
  /** Both faces of the slab of the other plane; none without thickness. */
  readonly faces: readonly (readonly [Css, Css])[];
}

export interface Crosshair {
  readonly centre: Css;
  readonly lines: readonly CrossLine[];
}

export interface CrosshairParts {
  readonly stacks: PlaneStacks;
  readonly name: MprPlaneName;
  readonly pointLps: Vector3;
  readonly slabMm: number;
  readonly imageToCss: Affine;
  readonly width: number;
  readonly height: number;
}

/** Half of the opening in the middle: what is pointed at stays free. */
export const OPEN_PX = 16;
const LABEL_PX = 70;

/** The lines of the two other planes on a plane, with an open centre where all three meet. */
export function crosshairOf(parts: CrosshairParts): Crosshair {
  const { stacks, name, pointLps, imageToCss } = parts;
  const at = pointOnPlane(stacks[name], pointLps);
  const centre = apply(imageToCss, at);
  const lines = MPR_PLANES.filter((other) => other !== name).flatMap((other) => lineOf(parts, other, centre) ?? []);
  return { centre, lines };
}

function lineOf({ stacks, name, slabMm, imageToCss, width, height }: CrosshairParts, other: MprPlaneName, centre: Css): CrossLine | undefined {
  const plane = stacks[name];
  const along = normalised(cross(plane.normalLps, stacks[other].normalLps));
  if (along === undefined) return undefined;
  const onPlane = (direction: Vector3, mm: number): Css => [
    (dot(direction, plane.rowLps) * mm) / plane.pixelMm,
    (dot(direction, plane.columnLps) * mm) / plane.pixelMm,
  ];
  const vector = ([column, row]: Css): Css => [imageToCss.a * column + imageToCss.c * row, imageToCss.b * column + imageToCss.d * row];
  const [dx, dy] = vector(onPlane(along, 1));
  const size = Math.hypot(dx, dy);
  // Labels stand at the right or below, whatever the sense of the cross product.
  const sense = Math.abs(dx) >= Math.abs(dy) ? Math.sign(dx) : Math.sign(dy);
  const unit: Css = [(dx / size) * sense, (dy / size) * sense];
  const far = width + height;
  const move = ([x, y]: Css, by: number): Css => [x + unit[0] * by, y + unit[1] * by];
  const half = vector(onPlane(stacks[other].normalLps, slabMm / 2));
  const faces =
    slabMm <= 0
      ? []
      : [1, -1].map((side): readonly [Css, Css] => {
          const middle: Css = [centre[0] + side * half[0], centre[1] + side * half[1]];
          return [move(middle, -far), move(middle, far)];
        });
  const reach = Math.max(OPEN_PX * 2.5, Math.min(width, height) * 0.26);
  return {
    name: other,
    label: `${PLANE_LETTERS[other]} ${other}`,
    labelAt: labelPlace(centre, unit, width, height),
    arms: [
      [move(centre, OPEN_PX), move(centre, far)],
      [move(centre, -OPEN_PX), move(centre, -far)],
    ],
    handles: [move(centre, reach), move(centre, -reach)],
    faces,
  };
}

/** Beside the line, a little before it leaves the viewport. */
function labelPlace([x, y]: Css, [ux, uy]: Css, width: number, height: number): Css {
  const limits = [
    ux > 1e-6 ? (width - LABEL_PX - 30 - x) / ux : Infinity,
    ux < -1e-6 ? (x - 10) / -ux : Infinity,
    uy > 1e-6 ? (height - 76 - y) / uy : Infinity,
    uy < -1e-6 ? (y - 60) / -uy : Infinity,
  ];
  const by = Math.max(OPEN_PX * 2, Math.min(...limits));
  return [x + ux * by + (Math.abs(ux) < 0.7 ? 6 : 0), y + uy * by - 5];
}

/** Angle of an image point seen from another one, from the rows to the columns; radians. */
export function angleFrom([x, y]: Css, [column, row]: Css): number {
  return Math.atan2(row - y, column - x);
}
