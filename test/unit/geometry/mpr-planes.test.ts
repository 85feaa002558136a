import { describe, expect, it } from 'vitest';
import type { Vector3 } from '@shared/domain';
import {
  add,
  cross,
  dot,
  edgeLetters,
  FITTED_VIEW,
  imagePlanes,
  meetingPoint,
  MPR_PLANES,
  type MprPlaneName,
  obliqueDeg,
  PATIENT_PLANES,
  planeIndexOf,
  planeInVolume,
  planeOriginLps,
  planeStack,
  type PlaneStack,
  scale,
  slabSamples,
  turnedPlanes,
  type VolumeGrid,
  voxelOf,
} from '@shared/geometry';

const AXES: readonly Vector3[] = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];
const PERMUTATIONS = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
] as const;

function grid(i: Vector3, j: Vector3, k: Vector3, more: Partial<VolumeGrid> = {}): VolumeGrid {
  return { originLps: [11, -7, 3], iDirectionLps: i, jDirectionLps: j, kDirectionLps: k, spacingMm: [0.5, 0.75, 2], size: [20, 16, 12], ...more };
}

/** All ways in which images can lie along the axes of the patient: 6 orders of axes, 8 signs. */
function all48(): VolumeGrid[] {
  return PERMUTATIONS.flatMap((order) =>
    Array.from({ length: 8 }, (_, signs) => {
      const [i, j, k] = order.map((axis, at) => scale(AXES[axis] as Vector3, (signs >> at) & 1 ? -1 : 1)) as [Vector3, Vector3, Vector3];
      return grid(i, j, k);
    }),
  );
}

const lettersOf = (planes: typeof PATIENT_PLANES, name: MprPlaneName) => {
  const { top, right, bottom, left } = edgeLetters(planes[name].rowLps, planes[name].columnLps, FITTED_VIEW);
  return [top, right, bottom, left].join(' ');
};

const LETTERS = { axial: 'A L P R', sagittal: 'H P F A', coronal: 'H L F R' } as const;

function stacksOf(of: VolumeGrid, planes = imagePlanes(of), through: Vector3 = centreOf(of)): Record<MprPlaneName, PlaneStack> {
  return Object.fromEntries(MPR_PLANES.map((name) => [name, planeStack(of, name, planes[name], through)])) as Record<MprPlaneName, PlaneStack>;
}

/** A voxel in the middle. */
function centreOf(of: VolumeGrid, at: Vector3 = [10, 8, 6]): Vector3 {
  const step = (axis: Vector3, index: 0 | 1 | 2): Vector3 => scale(axis, at[index] * of.spacingMm[index]);
  return add(of.originLps, add(step(of.iDirectionLps, 0), add(step(of.jDirectionLps, 1), step(of.kDirectionLps, 2))));
}

describe('planes along the images', () => {
  it('have the letters of their name however the images lie: 48 permutations and flips of the axes', () => {
    for (const of of all48()) for (const name of MPR_PLANES) expect(lettersOf(imagePlanes(of), name), JSON.stringify(of)).toBe(LETTERS[name]);
  });

  it('go through the centres of voxels, pixel for pixel, in each of the 48', () => {
    for (const of of all48()) {
      const stacks = stacksOf(of);
      for (const name of MPR_PLANES) {
        const stack = stacks[name];
        const { origin, perColumn, perRow } = planeInVolume(of, stack, planeOriginLps(stack, 0));
        // The normal's voxel coordinate is a centre; along the finer axis in the plane a pixel is a voxel.
        const steps = [perColumn, perRow].map((step) => Math.max(...step.map(Math.abs)));
        expect(Math.max(...steps)).toBeCloseTo(1, 9);
        const across = [0, 1, 2].find((axis) => Math.abs(perColumn[axis]!) < 1e-9 && Math.abs(perRow[axis]!) < 1e-9);
        expect(across).toBeDefined();
        expect(Math.abs((origin[across!]! % 1) - 0.5)).toBeLessThan(1e-9);
        expect(stack.count).toBe(of.size[across!]);
      }
    }
  });

  it('cover the volume: each corner of each voxel lies within the stack', () => {
    for (const of of all48()) {
      const stacks = stacksOf(of);
      for (const name of MPR_PLANES)
        for (const corner of [centreOf(of, [0, 0, 0]), centreOf(of, [19, 15, 11]), centreOf(of, [19, 0, 11])]) {
          const { firstLps, rowLps, columnLps, pixelMm, columns, rows, stackLps, stepMm, count } = stacks[name];
          const away = add(corner, scale(firstLps, -1));
          const [column, row, plane] = [dot(away, rowLps) / pixelMm, dot(away, columnLps) / pixelMm, dot(away, stackLps) / stepMm];
          for (const [value, most] of [
            [column, columns],
            [row, rows],
            [plane, count],
          ] as const) {
            expect(value).toBeGreaterThanOrEqual(-0.5);
            expect(value).toBeLessThanOrEqual(most - 0.5 + 1e-9);
          }
        }
    }
  });

  it('are numbered as the images are in the plane of the images, from the head down where they lie otherwise', () => {
    const upward = grid([1, 0, 0], [0, 1, 0], [0, 0, 1]);
    expect(stacksOf(upward).axial.stackLps).toEqual([0, 0, 1]);
    const downward = grid([1, 0, 0], [0, 1, 0], [0, 0, -1]);
    expect(stacksOf(downward).axial.stackLps[2]).toBe(-1);
    const coronal = grid([1, 0, 0], [0, 0, -1], [0, 1, 0]);
    expect(stacksOf(coronal).axial.stackLps[2]).toBe(-1);
    expect(stacksOf(coronal).sagittal.stackLps[0]).toBe(1);
  });

  it('keep their name and say how oblique they are when the images are tilted', () => {
    const tilt = (18 * Math.PI) / 180;
    const of = grid([1, 0, 0], [0, Math.cos(tilt), Math.sin(tilt)], [0, -Math.sin(tilt), Math.cos(tilt)]);
    const planes = imagePlanes(of);
    expect(obliqueDeg(planes, 'axial')).toBeCloseTo(18, 6);
    expect(obliqueDeg(planes, 'coronal')).toBeCloseTo(18, 6);
    expect(obliqueDeg(planes, 'sagittal')).toBeCloseTo(0, 6);
    // The column goes to the back and 18 degrees up: back first, then head.
    expect(lettersOf(planes, 'axial')).toBe('AF L PH R');
  });
});

describe('turned planes', () => {
  const of = grid([1, 0, 0], [0, 1, 0], [0, 0, 1]);

  it('leave the plane that they turn on as it is, and stay at right angles', () => {
    let planes = PATIENT_PLANES;
    for (let step = 0; step < 500; step++) planes = turnedPlanes(planes, MPR_PLANES[step % 3] as MprPlaneName, 0.37);
    const [a, b] = [turnedPlanes(planes, 'coronal', 0.5), planes];
    expect(a.coronal).toBe(b.coronal);
    for (const name of MPR_PLANES) {
      const { rowLps, columnLps, normalLps } = planes[name];
      expect(dot(rowLps, columnLps)).toBeCloseTo(0, 12);
      expect(dot(rowLps, rowLps)).toBeCloseTo(1, 12);
      expect(dot(cross(rowLps, columnLps), normalLps)).toBeCloseTo(1, 12);
    }
    expect(dot(planes.axial.normalLps, planes.coronal.normalLps)).toBeCloseTo(0, 9);
  });

  it('turn clockwise on the screen: 90 degrees on the axial plane make the sagittal lie where the coronal was', () => {
    const planes = turnedPlanes(PATIENT_PLANES, 'axial', Math.PI / 2);
    expect(Math.abs(dot(planes.sagittal.normalLps, PATIENT_PLANES.coronal.normalLps))).toBeCloseTo(1, 12);
    // The rows of the sagittal plane went from front to back; turned they go from the patient's left to the right.
    expect(planes.sagittal.rowLps[0]).toBeCloseTo(-1, 12);
  });

  it('have letters of their own: 45 degrees between front and left', () => {
    const planes = turnedPlanes(PATIENT_PLANES, 'axial', Math.PI / 4);
    expect(lettersOf(planes, 'coronal')).toBe('H LP F RA');
    expect(lettersOf(planes, 'sagittal')).toBe('H PR F AL');
    expect(lettersOf(planes, 'axial')).toBe('A L P R');
  });

  it('meet in the point that they were laid through', () => {
    const through = centreOf(of);
    const stacks = stacksOf(of, turnedPlanes(turnedPlanes(PATIENT_PLANES, 'axial', 0.3), 'coronal', -0.8), through);
    const at = (name: MprPlaneName): number => planeIndexOf(stacks[name], through);
    const point = meetingPoint(stacks, { axial: at('axial'), sagittal: at('sagittal'), coronal: at('coronal') });
    for (const axis of [0, 1, 2] as const) expect(point[axis]).toBeCloseTo(through[axis], 9);
  });
});

describe('a slab', () => {
  const of = grid([1, 0, 0], [0, 1, 0], [0, 0, 1]);

  it('takes the slices themselves where it is a whole number of them', () => {
    expect(slabSamples(of, [0, 0, 1], 6)).toEqual({ count: 3, step: [0, 0, 1] });
    expect(slabSamples(of, [1, 0, 0], 6)).toEqual({ count: 12, step: [1, 0, 0] });
  });

  it('has one point without a thickness, and a bounded number of points', () => {
    expect(slabSamples(of, [0, 0, 1], 0)).toEqual({ count: 1, step: [0, 0, 0] });
    const most = slabSamples(of, [1, 0, 0], 1000);
    expect(most.count).toBe(256);
    expect(most.step[0] * most.count * of.spacingMm[0]).toBeCloseTo(1000, 9);
  });

  it('counts voxels by axes that are not quite at right angles', () => {
    const skewed = grid([1, 0, 0], [0.015, Math.sqrt(1 - 0.015 ** 2), 0], [0, 0, 1]);
    const p = centreOf(skewed, [3, 5, 7]);
    const [x, y, z] = voxelOf(skewed, p);
    expect([x, y, z].map((value) => Number(value.toFixed(9)))).toEqual([3.5, 5.5, 7.5]);
  });
});
