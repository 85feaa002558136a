import type { Vector3 } from '../domain/display-set';
import { add, cross, dot, scale } from './vector';
import type { VolumeGrid } from './volume-eligibility';

/** Voxels as the graphics count them: edges at whole numbers, (0.5, 0.5, 0.5) is the centre of the first one. */
export interface PlaneInVolume {
  /** Voxel coordinates of the image point (0, 0), the outer corner of the first pixel. */
  readonly origin: Vector3;
  readonly perColumn: Vector3;
  readonly perRow: Vector3;
}

/** Points along the normal that a slab is made of, evenly and symmetrically about the plane. */
export interface SlabSamples {
  readonly count: number;
  /** From one to the next, in voxels. */
  readonly step: Vector3;
}

/** More points than this are not worth their time: they are spread over the slab then. */
const MOST_SAMPLES = 256;

/** Millimetres along a direction after which the first of the voxel's three coordinates has grown by one: the spacing itself along an axis of the volume. */
export function resolutionMm(grid: VolumeGrid, direction: Vector3): number {
  const step = voxelStep(grid, direction);
  return 1 / Math.max(...step.map(Math.abs));
}

/** Change of the voxel coordinates by a step in LPS, millimetres. The axes of the volume need not be at right angles. */
export function voxelStep({ iDirectionLps: i, jDirectionLps: j, kDirectionLps: k, spacingMm }: VolumeGrid, stepLps: Vector3): Vector3 {
  const determinant = dot(i, cross(j, k));
  return [
    dot(stepLps, cross(j, k)) / determinant / spacingMm[0],
    dot(stepLps, cross(k, i)) / determinant / spacingMm[1],
    dot(stepLps, cross(i, j)) / determinant / spacingMm[2],
  ];
}

/** Voxel coordinates of a place, edges at whole numbers. */
export function voxelOf(grid: VolumeGrid, pointLps: Vector3): Vector3 {
  return add(voxelStep(grid, add(pointLps, scale(grid.originLps, -1))), [0.5, 0.5, 0.5]);
}

/** Where a plane of square pixels lies in the volume; `originLps` is the centre of its first pixel. */
export function planeInVolume(
  grid: VolumeGrid,
  plane: { readonly rowLps: Vector3; readonly columnLps: Vector3; readonly pixelMm: number },
  originLps: Vector3,
): PlaneInVolume {
  const perColumn = voxelStep(grid, scale(plane.rowLps, plane.pixelMm));
  const perRow = voxelStep(grid, scale(plane.columnLps, plane.pixelMm));
  return { origin: add(voxelOf(grid, originLps), scale(add(perColumn, perRow), -0.5)), perColumn, perRow };
}

/** Points of a slab of this thickness; one for no thickness. */
export function slabSamples(grid: VolumeGrid, normalLps: Vector3, slabMm: number): SlabSamples {
  const wanted = Math.round(slabMm / resolutionMm(grid, normalLps));
  const count = Math.min(MOST_SAMPLES, Math.max(1, wanted));
  return { count, step: voxelStep(grid, scale(normalLps, count === 1 ? 0 : slabMm / count)) };
}
