import type { Vector3 } from '../../../shared/domain';
import {
  imagePlanes,
  MPR_PLANES,
  PATIENT_PLANES,
  planeOriginLps,
  planeStack,
  type PlaneStack,
  slabSamples,
  turnedPlanes,
  type VolumeGrid,
} from '../../../shared/geometry';
import { continuousLevel, isPadding, outputLevel } from '../../../shared/grayscale';
import { modalityValues } from '../../../renderer/imaging';
import type { PlaneImage, StoredTextureFormat } from '../../../renderer/vtk';
import { GREY_CASES } from './grey-cases';
import { ALL, AXIS, fill, grid, indexOf, phantom, PLAIN, type ResliceFindings, type Settings, show, type Shown, stageOf, voxel } from './reslice-phantoms';

export interface ModalityFindings {
  readonly checked: number;
  /** Pixels of planes along the images that are not the rounded level, and by more than one. */
  readonly differ: number;
  readonly wrong: number;
  readonly oblique: ResliceFindings;
  readonly slab: ResliceFindings;
}

export interface ReducedFindings {
  readonly reduction: readonly number[];
  readonly keptWrong: number;
  readonly betweenWrong: number;
  readonly checked: number;
}

/** Values of a plane by trilinear interpolation of voxels of any kind, NaN for padding; undefined beside the volume. */
function sampled(shape: VolumeGrid, voxelAt: (i: number, j: number, k: number) => number, index: Vector3): number | undefined {
  const { size } = shape;
  if (index.some((value, axis) => value < -0.5 || value > size[axis]! - 0.5)) return undefined;
  const clamped = (value: number, axis: number): number => Math.min(size[axis]! - 1, Math.max(0, value));
  const own = voxelAt(...(index.map((value, axis) => clamped(Math.floor(value + 0.5), axis)) as unknown as Vector3));
  if (Number.isNaN(own)) return NaN;
  let [sum, weights] = [0, 0];
  for (let tap = 0; tap < 8; tap++) {
    const far = [tap & 1, (tap >> 1) & 1, tap >> 2];
    const parts = index.map((value, axis) => (far[axis] === 1 ? value - Math.floor(value) : 1 - (value - Math.floor(value))));
    const weight = parts[0]! * parts[1]! * parts[2]!;
    const value = voxelAt(...(index.map((place, axis) => clamped(Math.floor(place) + far[axis]!, axis)) as unknown as Vector3));
    if (weight === 0 || Number.isNaN(value)) continue;
    sum += weight * value;
    weights += weight;
  }
  return weights > 0 ? sum / weights : own;
}

/** Compares what is shown of a plane with levels of values at the places of its pixels. */
function compare(
  shown: Shown,
  stack: PlaneStack,
  index: number,
  shape: VolumeGrid,
  valueOf: (place: Vector3) => number | undefined,
  levelOf: (value: number) => number,
): ResliceFindings & { readonly differ: number } {
  const origin = planeOriginLps(stack, index);
  const found = { checked: 0, wrong: 0, inside: 0, differ: 0 };
  for (let y = 0; y < shown.height; y++)
    for (let x = 0; x < shown.width; x++) {
      const place = [0, 1, 2].map((axis) => origin[axis]! + stack.pixelMm * (x * stack.rowLps[axis]! + y * stack.columnLps[axis]!)) as unknown as Vector3;
      const value = valueOf(indexOf(shape, place));
      const level = value === undefined ? 0 : levelOf(value);
      const off = Math.abs((shown.data[(y * shown.width + x) * 4] ?? -9) - level);
      found.checked++;
      if (value !== undefined) found.inside++;
      if (off > 0) found.differ++;
      if (off > 1) found.wrong++;
    }
  return found;
}

/** What is done with modality values. */
const MODALITY_CASES: Readonly<Record<string, Partial<Settings>>> = {
  LINEAR_EXACT: { voi: { kind: 'LINEAR_EXACT', center: 40, width: 400.5 } },
  LINEAR: { voi: { kind: 'LINEAR', center: 100, width: 200 } },
  SIGMOID: { voi: { kind: 'SIGMOID', center: 0, width: 300 } },
  'GSDF, INVERSE': { ...GREY_CASES['GSDF of a display of gamma 2.2']?.(true), voi: { kind: 'LINEAR', center: 0, width: 500 }, inverse: true },
};

export function modality(greyCase: string, padded: boolean): ModalityFindings {
  const shape = grid([64, 48, 40], [1, 1, 1]);
  const of = phantom(shape, true, (i, j, k) => ((i * 2_749 + j * 6_311 + k * 911) % ALL) - 32_768);
  const rescaleOf = (k: number): { slope: number; intercept: number } => ({ slope: 0.013 + 0.0007 * ((k * 7) % 11), intercept: (k % 3) - 1.5 });
  const padding = { value: -32_768, limit: -28_000 };
  const values = of.slices.map((slice, k) => modalityValues({ rescale: { ...rescaleOf(k), type: 'US' }, ...(padded ? { padding } : {}) }, slice));
  // In double precision, from what is stored.
  const valueAt = (i: number, j: number, k: number): number => {
    const stored = voxel(of, i, j, k);
    return padded && isPadding(stored, padding) ? NaN : stored * rescaleOf(k).slope + rescaleOf(k).intercept;
  };
  const settings: Settings = { ...PLAIN, ...MODALITY_CASES[greyCase] };
  const background = outputLevel(continuousLevel(-1e9, { ...settings, inverse: false, inverted: false, signed: true }));
  const levelOf = (value: number): number => (Number.isNaN(value) ? background : outputLevel(continuousLevel(value, { ...settings, signed: true })));
  const through: Vector3 = [shape.originLps[0] + 20, shape.originLps[1] + 20, shape.originLps[2] + 20];
  const straight = { checked: 0, differ: 0, wrong: 0 };
  const total = { oblique: { checked: 0, wrong: 0, inside: 0 }, slab: { checked: 0, wrong: 0, inside: 0 } };
  const add = (to: ResliceFindings, more: ResliceFindings): ResliceFindings => ({
    checked: to.checked + more.checked,
    wrong: to.wrong + more.wrong,
    inside: to.inside + more.inside,
  });
  const draw = (stack: PlaneStack, index: number, slab?: PlaneImage['slab']): Shown => {
    const stage = stageOf(stack.columns, stack.rows, 'R16');
    const volume = stage.addVolume({ size: shape.size, signed: true, modality: { padded } });
    for (const [k, slice] of values.entries()) volume.put(k, slice);
    const shown = show(stage, volume, shape, stack, index, settings, slab === undefined ? {} : { slab });
    stage.delete();
    return shown;
  };
  const turned = turnedPlanes(turnedPlanes(PATIENT_PLANES, 'axial', 0.4), 'sagittal', 0.2);
  for (const name of MPR_PLANES) {
    const stack = planeStack(shape, name, imagePlanes(shape)[name], through);
    const found = compare(draw(stack, 12), stack, 12, shape, (index) => sampled(shape, valueAt, index), levelOf);
    Object.assign(straight, { checked: straight.checked + found.checked, differ: straight.differ + found.differ, wrong: straight.wrong + found.wrong });
    const off = planeStack(shape, name, turned[name], through);
    const middle = Math.floor(off.count / 2);
    total.oblique = add(
      total.oblique,
      compare(draw(off, middle), off, middle, shape, (index) => sampled(shape, valueAt, index), levelOf),
    );
    const samples = slabSamples(shape, stack.normalLps, 3);
    const layers = (index: Vector3): number | undefined => {
      const axis = AXIS[name];
      const along = [-1, 0, 1].map((by) => sampled(shape, valueAt, index.map((value, at) => (at === axis ? value + by : value)) as unknown as Vector3));
      const measured = along.filter((value): value is number => value !== undefined && !Number.isNaN(value));
      return measured.length > 0 ? Math.max(...measured) : along.find((value) => value !== undefined);
    };
    total.slab = add(total.slab, compare(draw(stack, 12, { ...samples, mode: 'MAX' }), stack, 12, shape, layers, levelOf));
  }
  return { ...straight, ...total };
}

export function tilted(format: StoredTextureFormat): ResliceFindings & { readonly sliceWrong: number; readonly slices: number } {
  // 21.8 degrees: each slice of 2 mm lies one pixel of 0.8 mm further along the columns than the one before.
  const angle = Math.atan(0.4);
  const shape: VolumeGrid = {
    ...grid([48, 40, 24], [0.8, 0.8, 2 / Math.cos(angle)]),
    kDirectionLps: [0, Math.sin(angle), Math.cos(angle)],
  };
  const of = phantom(shape, true, (i, j, k) => Math.round(1000 * Math.sin(i / 5) * Math.cos(j / 4) * Math.sin(k / 3 + 1)));
  const settings: Settings = { ...PLAIN, voi: { kind: 'LINEAR', center: 0, width: 2000 } };
  const levelOf = (value: number): number => outputLevel(continuousLevel(value, { ...settings, signed: true }));
  const middle: Vector3 = [shape.originLps[0] + 20 * 0.8, shape.originLps[1] + 15 * 0.8 + 12 * 2 * Math.tan(angle), shape.originLps[2] + 24];
  const found = { checked: 0, wrong: 0, inside: 0, sliceWrong: 0, slices: 0 };
  const draw = (stack: PlaneStack, index: number): Shown => {
    const stage = stageOf(stack.columns, stack.rows, format);
    const volume = stage.addVolume({ size: shape.size, signed: true });
    fill(volume, of.slices);
    const shown = show(stage, volume, shape, stack, index, settings);
    stage.delete();
    return shown;
  };
  for (const name of MPR_PLANES) {
    for (const planes of [imagePlanes(shape), turnedPlanes(PATIENT_PLANES, 'sagittal', 0.3)]) {
      const stack = planeStack(shape, name, planes[name], middle);
      const index = Math.floor(stack.count / 2);
      const one = compare(draw(stack, index), stack, index, shape, (at) => sampled(shape, (i, j, k) => voxel(of, i, j, k), at), levelOf);
      Object.assign(found, { checked: found.checked + one.checked, wrong: found.wrong + one.wrong, inside: found.inside + one.inside });
    }
  }
  // Planes along the images are the images, one by one.
  const axial = planeStack(shape, 'axial', imagePlanes(shape).axial, [...shape.originLps]);
  found.slices = axial.count;
  for (let k = 0; k < shape.size[2]; k++) {
    const shown = draw(axial, k);
    const origin = indexOf(shape, planeOriginLps(axial, k)).map(Math.round);
    for (let j = 0; j < shape.size[1]; j++)
      for (let i = 0; i < shape.size[0]; i++) {
        const [x, y] = [i - origin[0]!, j - origin[1]!];
        if (shown.data[(y * shown.width + x) * 4] !== levelOf(voxel(of, i, j, k))) found.sliceWrong++;
      }
  }
  return found;
}

export function reduced(format: StoredTextureFormat): ReducedFindings {
  const shape = grid([70, 33, 50]);
  const of = phantom(shape, false, (i, j, k) => i * 400 + j * 90 + k * 300);
  const settings: Settings = { ...PLAIN, voi: { kind: 'LINEAR', center: 25_000, width: 50_000 } };
  const levelOf = (value: number): number => outputLevel(continuousLevel(value, { ...settings, signed: false }));
  const stack = planeStack(shape, 'coronal', imagePlanes(shape).coronal, [shape.originLps[0], shape.originLps[1] + 10, shape.originLps[2]]);
  const stage = stageOf(stack.columns, stack.rows, format, 32);
  const volume = stage.addVolume({ size: shape.size, signed: false });
  fill(volume, of.slices);
  const shown = show(stage, volume, shape, stack, 10, settings);
  const { isComplete } = volume;
  stage.delete();
  const [stepX, stepY, stepZ] = volume.reduction;
  let [keptWrong, betweenWrong, checked] = [0, 0, isComplete ? 0 : -1e9];
  // Up to the last voxel that is kept; what lies beyond it is that voxel.
  for (let y = 0; y < shown.height; y++)
    for (let x = 0; x < shown.width; x++) {
      const k = shape.size[2] - 1 - y;
      if (x > stepX * Math.floor(69 / stepX) || k > stepZ * Math.floor(49 / stepZ)) continue;
      const isKept = x % stepX === 0 && k % stepZ === 0 && 10 % stepY === 0;
      const off = Math.abs((shown.data[(y * shown.width + x) * 4] ?? -9) - levelOf(voxel(of, x, 10, k)));
      checked++;
      // The phantom is even: what is interpolated between kept voxels is what was there.
      if (isKept && off > 0) keptWrong++;
      if (off > 1) betweenWrong++;
    }
  return { reduction: [...volume.reduction], keptWrong, betweenWrong, checked };
}
