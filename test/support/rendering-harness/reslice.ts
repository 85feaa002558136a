import type { Vector3 } from '../../../shared/domain';
import {
  imagePlanes,
  MPR_PLANES,
  type MprPlaneName,
  PATIENT_PLANES,
  planeOriginLps,
  planeStack,
  slabSamples,
  turnedPlanes,
  type VolumeGrid,
} from '../../../shared/geometry';
import { continuousLevel, isPadding, outputLevel } from '../../../shared/grayscale';
import type { SlabMode, StoredTextureFormat } from '../../../renderer/vtk';
import { GREY_CASES } from './grey-cases';
import {
  ALL,
  AXIS,
  fill,
  grid,
  indexOf,
  type Phantom,
  phantom,
  PLAIN,
  type ResliceFindings,
  type Settings,
  show,
  type Shown,
  stageOf,
  voxel,
} from './reslice-phantoms';
import { type FoldedPlanes, foldedPlanes, type FoldedVolume } from './reslice-folded';
import { modality, type ModalityFindings, reduced, type ReducedFindings, tilted } from './reslice-values';

export interface ResliceHarness {
  /** Stored values of 65,536 whose level on a plane along the images is not the double-precision one, plane by plane. */
  countWrong(greyCase: string, signed: boolean, format: StoredTextureFormat): Record<MprPlaneName, number>;
  /** A slab of three slices along each plane: pixels whose level is not that of the largest, smallest or mean stored value. */
  slabWrong(mode: SlabMode, signed: boolean, format: StoredTextureFormat): Record<MprPlaneName, number>;
  /** An oblique plane, thin or a slab, against trilinear interpolation of stored values in double precision. */
  oblique(degrees: number, slab: { readonly mm: number; readonly mode: SlabMode } | undefined, padded: boolean, format: StoredTextureFormat): ResliceFindings;
  /** Pixels of slices that are not in the texture yet, and of those that are, that are not what they should be. */
  partialWrong(format: StoredTextureFormat): number;
  /** What the test at the first volume says on this GPU. */
  selfTest(format: StoredTextureFormat): boolean | undefined;
  loseAndRestore(): Promise<{ before: number; empty: number; after: number }>;
  /** Slices with a rescale each: pixels of planes along the images, of slabs and of oblique planes that are off, against modality values in double precision. */
  modality(greyCase: string, padded: boolean): ModalityFindings;
  /** A stack of a tilted gantry against its slices as they lie in the patient; pixels off by more than a level. */
  tilted(format: StoredTextureFormat): ResliceFindings & { readonly sliceWrong: number; readonly slices: number };
  /** A volume larger than textures may be here: planes of the voxels that are kept, and what lies between them. */
  reduced(format: StoredTextureFormat): ReducedFindings;
  /** Under a table that goes up and down, thin or a slab: pixels that are off the mix of their voxels' levels by more than one, and levels that no voxel has. */
  folded(on: FoldedVolume, slab: { readonly mm: number; readonly mode: SlabMode } | undefined, padded: boolean): FoldedPlanes;
}

/** A volume of 256 x 256 x 3 voxels, three thick along the normal of a plane: each of its planes has all 65,536 values. */
function allValues(name: MprPlaneName, signed: boolean): Phantom {
  const size: [number, number, number] = [256, 256, 256];
  size[AXIS[name]] = 3;
  return phantom(grid(size), signed, (i, j, k) => {
    const [across, down, layer] = name === 'axial' ? [i, j, k] : name === 'coronal' ? [i, k, j] : [j, k, i];
    return (((down * 256 + across) * [1, 7919, 31][layer]! + layer * 977) % ALL) - (signed ? 32_768 : 0);
  });
}

/** The voxel that a pixel of a plane along the images shows: the planes of the patient, right and front at the left, head above. */
function voxelOfPixel(name: MprPlaneName, { size }: VolumeGrid, x: number, y: number, layer: number): Vector3 {
  if (name === 'axial') return [x, y, layer];
  return name === 'coronal' ? [x, layer, size[2] - 1 - y] : [layer, x, size[2] - 1 - y];
}

function planesOfPhantom(
  shape: VolumeGrid,
  name: MprPlaneName,
  settings: Settings,
  mode: SlabMode | undefined,
  format: StoredTextureFormat,
  of: Phantom,
): Shown {
  const through: Vector3 = [shape.originLps[0] + 1, shape.originLps[1] + 1, shape.originLps[2] + 1];
  const stack = planeStack(shape, name, imagePlanes(shape)[name], through);
  const stage = stageOf(stack.columns, stack.rows, format);
  const volume = stage.addVolume({ size: shape.size, signed: of.slices[0] instanceof Int16Array });
  fill(volume, of.slices);
  const slab = { ...slabSamples(shape, stack.normalLps, mode === undefined ? 0 : 3), mode: mode ?? ('MAX' as const) };
  const shown = show(stage, volume, shape, stack, 1, settings, { slab });
  stage.delete();
  return shown;
}

function countWrong(greyCase: string, signed: boolean, format: StoredTextureFormat): Record<MprPlaneName, number> {
  const settings: Settings = { ...PLAIN, ...(GREY_CASES[greyCase]?.(signed) ?? { voi: { kind: 'LINEAR', center: 40, width: 4000 } }) };
  return eachPlane((name) => {
    const of = allValues(name, signed);
    const { data, width, height } = planesOfPhantom(of.grid, name, settings, undefined, format, of);
    if (width !== 256 || height !== 256) return -1;
    let wrong = 0;
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const stored = voxel(of, ...voxelOfPixel(name, of.grid, x, y, 1));
        if (data[(y * width + x) * 4] !== outputLevel(continuousLevel(stored, { ...settings, signed }))) wrong++;
      }
    return wrong;
  });
}

function slabWrong(mode: SlabMode, signed: boolean, format: StoredTextureFormat): Record<MprPlaneName, number> {
  const settings: Settings = { ...PLAIN, voi: { kind: 'LINEAR', center: signed ? 40 : 32_000, width: 60_000 } };
  return eachPlane((name) => {
    const of = allValues(name, signed);
    const { data, width, height } = planesOfPhantom(of.grid, name, settings, mode, format, of);
    let wrong = 0;
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const along = [0, 1, 2].map((layer) => voxel(of, ...voxelOfPixel(name, of.grid, x, y, layer)));
        const stored = mode === 'MAX' ? Math.max(...along) : mode === 'MIN' ? Math.min(...along) : along.reduce((sum, value) => sum + value, 0) / 3;
        const level = outputLevel(continuousLevel(stored, { ...settings, signed }));
        const off = Math.abs((data[(y * width + x) * 4] ?? -9) - level);
        // A mean lies between two entries of the table: ties of float32 may fall either way.
        if (off > (mode === 'mean' ? 1 : 0)) wrong++;
      }
    return wrong;
  });
}

function eachPlane(count: (name: MprPlaneName) => number): Record<MprPlaneName, number> {
  return Object.fromEntries(MPR_PLANES.map((name) => [name, count(name)])) as Record<MprPlaneName, number>;
}

/** Trilinear value, padding left out; undefined outside of the voxels' edges. */
function interpolated(of: Phantom, index: Vector3, padding: Settings['padding']): number | undefined {
  const { size } = of.grid;
  if (index.some((value, axis) => value < -0.5 || value > size[axis]! - 0.5)) return undefined;
  const clamped = (value: number, axis: number): number => Math.min(size[axis]! - 1, Math.max(0, value));
  const own = voxel(of, ...(index.map((value, axis) => clamped(Math.floor(value + 0.5), axis)) as unknown as Vector3));
  if (padding !== undefined && isPadding(own, padding)) return own;
  let [sum, weights] = [0, 0];
  for (let tap = 0; tap < 8; tap++) {
    const far = [tap & 1, (tap >> 1) & 1, tap >> 2];
    const parts = index.map((value, axis) => (far[axis] === 1 ? value - Math.floor(value) : 1 - (value - Math.floor(value))));
    const weight = parts[0]! * parts[1]! * parts[2]!;
    const value = voxel(of, ...(index.map((place, axis) => clamped(Math.floor(place) + far[axis]!, axis)) as unknown as Vector3));
    if (padding !== undefined && isPadding(value, padding)) continue;
    sum += weight * value;
    weights += weight;
  }
  return weights > 0 ? sum / weights : own;
}

function slabValue(values: readonly (number | undefined)[], mode: SlabMode, padding: Settings['padding']): number | undefined {
  const measured = values.filter((value): value is number => value !== undefined && !(padding !== undefined && isPadding(value, padding)));
  if (measured.length === 0) return values.find((value) => value !== undefined);
  if (mode === 'MAX') return Math.max(...measured);
  return mode === 'MIN' ? Math.min(...measured) : measured.reduce((sum, value) => sum + value, 0) / measured.length;
}

/** Slices of 2 mm, turned in the patient by an angle of its own: no axis is one of the patient's. */
function obliquePhantom(padded: boolean): Phantom {
  const [c, s] = [Math.cos(0.3), Math.sin(0.3)];
  const shape: VolumeGrid = {
    ...grid([48, 40, 30], [0.8, 0.8, 2]),
    iDirectionLps: [c, s, 0],
    jDirectionLps: [-s, c, 0],
    kDirectionLps: [0, 0, -1],
  };
  return phantom(shape, true, (i, j, k) => {
    const inside = Math.hypot((i - 24) / 24, (j - 20) / 20, (k - 15) / 15) < 0.9;
    return padded && !inside ? -2000 : Math.round(1000 * Math.sin(i / 5) * Math.cos(j / 4) * Math.sin(k / 3 + 1));
  });
}

function oblique(
  degrees: number,
  slab: { readonly mm: number; readonly mode: SlabMode } | undefined,
  padded: boolean,
  format: StoredTextureFormat,
): ResliceFindings {
  const of = obliquePhantom(padded);
  const settings: Settings = { ...PLAIN, voi: { kind: 'LINEAR', center: 0, width: 2000 }, ...(padded ? { padding: { value: -2000, limit: -2000 } } : {}) };
  const planes = turnedPlanes(turnedPlanes(PATIENT_PLANES, 'axial', (degrees * Math.PI) / 180), 'sagittal', 0.2);
  const middle: Vector3 = [-20 + 12, 30 + 18, 7 - 29];
  const found = { checked: 0, wrong: 0, inside: 0 };
  for (const name of MPR_PLANES) {
    const stack = planeStack(of.grid, name, planes[name], middle);
    const index = Math.floor(stack.count / 2);
    const stage = stageOf(stack.columns, stack.rows, format);
    const volume = stage.addVolume({ size: of.grid.size, signed: true });
    fill(volume, of.slices);
    const samples = slabSamples(of.grid, stack.normalLps, slab?.mm ?? 0);
    const shown = show(stage, volume, of.grid, stack, index, settings, { slab: { ...samples, mode: slab?.mode ?? 'MAX' } });
    stage.delete();
    const count = slab === undefined ? 1 : samples.count;
    const origin = planeOriginLps(stack, index);
    for (let y = 0; y < shown.height; y++)
      for (let x = 0; x < shown.width; x++) {
        const along = Array.from({ length: count }, (_, at) => {
          const off = slab === undefined ? 0 : ((at - (count - 1) / 2) * slab.mm) / count;
          const place = [0, 1, 2].map(
            (axis) => origin[axis]! + stack.pixelMm * (x * stack.rowLps[axis]! + y * stack.columnLps[axis]!) + off * stack.normalLps[axis]!,
          );
          return interpolated(of, indexOf(of.grid, place as unknown as Vector3), settings.padding);
        });
        const value = slabValue(along, slab?.mode ?? 'MAX', settings.padding);
        const level = value === undefined ? 0 : outputLevel(continuousLevel(value, { ...settings, signed: true }));
        found.checked++;
        if (value !== undefined) found.inside++;
        if (Math.abs((shown.data[(y * shown.width + x) * 4] ?? -9) - level) > 1) found.wrong++;
      }
  }
  return found;
}

function partialWrong(format: StoredTextureFormat): number {
  const shape = grid([32, 24, 20]);
  const of = phantom(shape, false, (i, j, k) => 40 + ((i * 5 + j * 3 + k * 11) & 127));
  const isHere = (k: number): boolean => k % 3 !== 1;
  const stack = planeStack(shape, 'coronal', imagePlanes(shape).coronal, [-10, 40, 15]);
  const stage = stageOf(stack.columns, stack.rows, format);
  const volume = stage.addVolume({ size: shape.size, signed: false });
  fill(volume, of.slices, isHere);
  let wrong = volume.isComplete ? 1 : 0;
  const count = ({ data, width, height }: Shown, here: (k: number) => boolean): void => {
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const k = shape.size[2] - 1 - y;
        const level = here(k) ? outputLevel(continuousLevel(voxel(of, x, 10, k), { ...PLAIN, signed: false })) : 0;
        if (data[(y * width + x) * 4] !== level) wrong++;
      }
  };
  count(show(stage, volume, shape, stack, 10, PLAIN), isHere);
  fill(volume, of.slices, (k) => !isHere(k));
  if (!volume.isComplete) wrong++;
  count(show(stage, volume, shape, stack, 10, PLAIN), () => true);
  stage.delete();
  return wrong;
}

async function loseAndRestore(): Promise<{ before: number; empty: number; after: number }> {
  const shape = grid([32, 24, 20]);
  const of = phantom(shape, false, () => 200);
  const stack = planeStack(shape, 'axial', imagePlanes(shape).axial, [-10, 40, 15]);
  const stage = stageOf(stack.columns, stack.rows, 'R16');
  const volume = stage.addVolume({ size: shape.size, signed: false });
  fill(volume, of.slices);
  const lit = (): number => show(stage, volume, shape, stack, 8, PLAIN).data.filter((value, at) => at % 4 === 0 && value > 0).length;
  const before = lit();
  const ready = new Promise<void>((resolve) => {
    stage.onState((state) => {
      if (state === 'ready') resolve();
    });
  });
  const extension = document.querySelector('canvas')?.getContext('webgl2')?.getExtension('WEBGL_lose_context');
  extension?.loseContext();
  await new Promise((resolve) => setTimeout(resolve, 50));
  extension?.restoreContext();
  await ready;
  const empty = lit();
  fill(volume, of.slices);
  const after = lit();
  stage.delete();
  return { before, empty, after };
}

function selfTest(format: StoredTextureFormat): boolean | undefined {
  const stage = stageOf(16, 16, format);
  stage.addVolume({ size: [4, 4, 4], signed: false });
  const found = stage.planesExact;
  stage.delete();
  return found;
}

export const RESLICE: ResliceHarness = {
  countWrong,
  slabWrong,
  oblique,
  partialWrong,
  selfTest,
  loseAndRestore,
  modality,
  tilted,
  reduced,
  folded: foldedPlanes,
};
