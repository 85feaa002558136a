import type { Vector3 } from '../domain/display-set';
import { add, cross, dot, normalised, scale } from './vector';
import type { VolumeGrid } from './volume-eligibility';
import { resolutionMm } from './volume-space';

/** The planes of a reformation, by the plane of the patient that each is nearest to at first. */
export type MprPlaneName = 'axial' | 'sagittal' | 'coronal';
export const MPR_PLANES: readonly MprPlaneName[] = ['axial', 'sagittal', 'coronal'];

/** How a plane lies on the screen: along a row, along a column, and their cross product. Unit vectors in LPS, at right angles. */
export interface PlaneDirections {
  readonly rowLps: Vector3;
  readonly columnLps: Vector3;
  readonly normalLps: Vector3;
}

export type MprPlanes = Readonly<Record<MprPlaneName, PlaneDirections>>;

/** Parallel planes through a volume. Plane 0 is the first on the screen; pixels are square. */
export interface PlaneStack extends PlaneDirections {
  /** Centre of the first pixel of plane 0, LPS. */
  readonly firstLps: Vector3;
  readonly pixelMm: number;
  /** From a plane to the next one, along `stackLps`. */
  readonly stepMm: number;
  /** The normal, or against it: the sense in which plane numbers grow. */
  readonly stackLps: Vector3;
  readonly count: number;
  readonly columns: number;
  readonly rows: number;
}

interface Axes {
  readonly x: Vector3;
  readonly y: Vector3;
  readonly z: Vector3;
}

/** What rounding may add to a whole number of steps. */
const ROUNDING = 1e-6;

function planesOf({ x, y, z }: Axes): MprPlanes {
  const plane = (rowLps: Vector3, columnLps: Vector3): PlaneDirections => ({ rowLps, columnLps, normalLps: cross(rowLps, columnLps) });
  return { axial: plane(x, y), sagittal: plane(y, scale(z, -1)), coronal: plane(x, scale(z, -1)) };
}

/** Planes along the patient's own axes: right of the patient at the left of an axial and a coronal plane, front at the left of a sagittal one, head above. */
export const PATIENT_PLANES: MprPlanes = planesOf({ x: [1, 0, 0], y: [0, 1, 0], z: [0, 0, 1] });

/**
 * Planes along the axes of the images, named by the axis of the patient that each is nearest to: one of them shows the images as they were made, without any
 * interpolation.
 */
export function imagePlanes(grid: VolumeGrid): MprPlanes {
  const { iDirectionLps: i, jDirectionLps: j } = grid;
  const k = sliceNormal(grid);
  const orders = [
    [i, j, k],
    [i, k, j],
    [j, i, k],
    [j, k, i],
    [k, i, j],
    [k, j, i],
  ] as const;
  const nearness = (order: readonly Vector3[]): number => order.reduce((sum, axis, at) => sum + Math.abs(axis[at] ?? 0), 0);
  const [x, y] = orders.reduce((best, order) => (nearness(order) > nearness(best) + ROUNDING ? order : best));
  const left = scale(x, x[0] < 0 ? -1 : 1);
  const back = normalised(add(y, scale(left, -dot(left, y)))) ?? y;
  const posterior = scale(back, back[1] < 0 ? -1 : 1);
  return planesOf({ x: left, y: posterior, z: cross(left, posterior) });
}

/** The normal of the slices, to the side of the last one: of a tilted stack not the line on which they stand. */
function sliceNormal({ iDirectionLps, jDirectionLps, kDirectionLps }: VolumeGrid): Vector3 {
  const normal = cross(iDirectionLps, jDirectionLps);
  return scale(normal, dot(normal, kDirectionLps) < 0 ? -1 : 1);
}

/** All planes but `fixed` turned about its normal: the cross on `fixed` turns by `angleRad`, from its rows to its columns (clockwise on the screen). */
export function turnedPlanes(planes: MprPlanes, fixed: MprPlaneName, angleRad: number): MprPlanes {
  const axis = planes[fixed].normalLps;
  const turn = ({ rowLps, columnLps }: PlaneDirections): PlaneDirections => {
    const row = normalised(turnedAbout(rowLps, axis, angleRad)) ?? rowLps;
    const rawColumn = turnedAbout(columnLps, axis, angleRad);
    const column = normalised(add(rawColumn, scale(row, -dot(row, rawColumn)))) ?? columnLps;
    return { rowLps: row, columnLps: column, normalLps: cross(row, column) };
  };
  const of = (name: MprPlaneName): PlaneDirections => (name === fixed ? planes[name] : turn(planes[name]));
  return { axial: of('axial'), sagittal: of('sagittal'), coronal: of('coronal') };
}

/** Rodrigues: `axis` is of unit length. */
function turnedAbout(vector: Vector3, axis: Vector3, angleRad: number): Vector3 {
  const [sin, cos] = [Math.sin(angleRad), Math.cos(angleRad)];
  return add(add(scale(vector, cos), scale(cross(axis, vector), sin)), scale(axis, dot(axis, vector) * (1 - cos)));
}

/** Angle between a plane and the plane of the patient of its name, degrees. */
export function obliqueDeg(planes: MprPlanes, name: MprPlaneName): number {
  const cosine = Math.abs(dot(planes[name].normalLps, PATIENT_PLANES[name].normalLps));
  return (Math.acos(Math.min(1, cosine)) * 180) / Math.PI;
}

/** Where plane numbers grow: with the images where they lie in this plane, else from head to feet, from front to back, from right to left. */
function stackSense(grid: VolumeGrid, name: MprPlaneName, normal: Vector3): 1 | -1 {
  const along = dot(sliceNormal(grid), normal);
  if (Math.abs(along) > 0.9) return along > 0 ? 1 : -1;
  const wanted: Vector3 = { axial: [0, 0, -1], coronal: [0, 1, 0], sagittal: [1, 0, 0] }[name] as Vector3;
  return dot(wanted, normal) < 0 ? -1 : 1;
}

/** The stack of planes with these directions that has one plane, and one pixel of it, exactly at `throughLps`; it covers the volume. */
export function planeStack(grid: VolumeGrid, name: MprPlaneName, directions: PlaneDirections, throughLps: Vector3): PlaneStack {
  const { rowLps, columnLps, normalLps } = directions;
  const pixelMm = Math.min(resolutionMm(grid, rowLps), resolutionMm(grid, columnLps));
  // Planes along the images are the images, also where these are shifted against each other.
  const isAlongImages = Math.abs(dot(normalLps, sliceNormal(grid))) > 1 - ROUNDING;
  const stepMm = isAlongImages ? grid.spacingMm[2] * Math.abs(dot(grid.kDirectionLps, normalLps)) : resolutionMm(grid, normalLps);
  const stackLps = scale(normalLps, stackSense(grid, name, normalLps));
  const across = (direction: Vector3): readonly [number, number] => {
    const [low, high] = extent(grid, direction, throughLps, 0.5);
    return [Math.floor(low / pixelMm + 0.5 + ROUNDING), Math.ceil(high / pixelMm - 0.5 - ROUNDING)];
  };
  const [firstColumn, lastColumn] = across(rowLps);
  const [firstRow, lastRow] = across(columnLps);
  const [low, high] = extent(grid, stackLps, throughLps, 0);
  const firstPlane = Math.ceil(low / stepMm - ROUNDING);
  const lastPlane = Math.max(firstPlane, Math.floor(high / stepMm + ROUNDING));
  const corner = add(scale(rowLps, firstColumn * pixelMm), scale(columnLps, firstRow * pixelMm));
  return {
    ...{ rowLps, columnLps, normalLps, stackLps, pixelMm, stepMm },
    firstLps: add(throughLps, add(corner, scale(stackLps, firstPlane * stepMm))),
    count: lastPlane - firstPlane + 1,
    columns: lastColumn - firstColumn + 1,
    rows: lastRow - firstRow + 1,
  };
}

/** Lowest and highest place of the volume along a direction, millimetres from a point; `beyond` voxels added around. */
function extent(grid: VolumeGrid, direction: Vector3, fromLps: Vector3, beyond: number): readonly [number, number] {
  const { originLps, iDirectionLps, jDirectionLps, kDirectionLps, spacingMm, size } = grid;
  const start = dot(add(originLps, scale(fromLps, -1)), direction);
  let [low, high] = [start, start];
  [iDirectionLps, jDirectionLps, kDirectionLps].forEach((axis, at) => {
    const step = dot(axis, direction) * (spacingMm[at] ?? 1);
    const [a, b] = [-beyond * step, ((size[at] ?? 1) - 1 + beyond) * step];
    low += Math.min(a, b);
    high += Math.max(a, b);
  });
  return [low, high];
}

/** Number of the plane that is nearest to a point, within the stack. */
export function planeIndexOf(stack: PlaneStack, pointLps: Vector3): number {
  const along = dot(add(pointLps, scale(stack.firstLps, -1)), stack.stackLps);
  return Math.min(stack.count - 1, Math.max(0, Math.round(along / stack.stepMm)));
}

/** Centre of the first pixel of a plane, LPS. */
export function planeOriginLps(stack: PlaneStack, index: number): Vector3 {
  return add(stack.firstLps, scale(stack.stackLps, index * stack.stepMm));
}

/** The one point in which three planes meet that are at right angles to each other. */
export function meetingPoint(stacks: Readonly<Record<MprPlaneName, PlaneStack>>, indices: Readonly<Record<MprPlaneName, number>>): Vector3 {
  return MPR_PLANES.reduce<Vector3>(
    (sum, name) => {
      const { normalLps } = stacks[name];
      return add(sum, scale(normalLps, dot(planeOriginLps(stacks[name], indices[name]), normalLps)));
    },
    [0, 0, 0],
  );
}
