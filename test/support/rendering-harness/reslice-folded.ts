import type { Vector3 } from '../../../shared/domain';
import { imagePlanes, MPR_PLANES, PATIENT_PLANES, planeOriginLps, type PlaneStack, planeStack, slabSamples, turnedPlanes } from '../../../shared/geometry';
import { continuousLevel, isPadding, outputLevel } from '../../../shared/grayscale';
import type { SlabMode, StoredTextureFormat } from '../../../renderer/vtk';
import { FOLDED } from './grey-checks';
import { grid, indexOf, type Phantom, phantom, type ResliceFindings, type Settings, show, type Shown, stageOf, voxel } from './reslice-phantoms';

/** `MODALITY`: the volume is one of modality values. */
export type FoldedVolume = StoredTextureFormat | 'MODALITY';

export interface FoldedPlanes extends ResliceFindings {
  /** Pixels of oblique planes through voxels that are all black, at both ends of the table, that are not black. */
  readonly foreign: number;
}

const SHAPE = grid([40, 36, 24], [0.9, 0.8, 2]);
/** Such that no pixel lies on the very edge of the volume: the last bit of a float32 would decide there. */
const MIDDLE: Vector3 = [SHAPE.originLps[0] + 18, SHAPE.originLps[1] + 14.2, SHAPE.originLps[2] + 24.3];
const PADDING = { value: 900, limit: 900 };

interface Point {
  readonly value: number;
  readonly level: number;
  readonly padded: boolean;
}

/** Value and mean level of the eight voxels around a place, padding left out, in double precision; undefined beside the volume. */
function pointAt(of: Phantom, index: Vector3, settings: Settings): Point | undefined {
  const { size } = of.grid;
  if (index.some((at, axis) => at < -0.5 || at > size[axis]! - 0.5)) return undefined;
  const at = (place: readonly number[]): Point => {
    const [i, j, k] = place.map((along, axis) => Math.min(size[axis]! - 1, Math.max(0, along)));
    const value = voxel(of, i!, j!, k!);
    const padded = settings.padding !== undefined && isPadding(value, settings.padding);
    return { value, level: continuousLevel(value, { ...settings, signed: false }), padded };
  };
  const own = at(index.map((along) => Math.floor(along + 0.5)));
  if (own.padded) return own;
  let [value, level, weights] = [0, 0, 0];
  for (let tap = 0; tap < 8; tap++) {
    const far = [tap & 1, (tap >> 1) & 1, tap >> 2];
    const weight = index.reduce((product, along, axis) => product * (far[axis] === 1 ? along - Math.floor(along) : 1 - along + Math.floor(along)), 1);
    const one = at(index.map((along, axis) => Math.floor(along) + far[axis]!));
    if (one.padded) continue;
    value += weight * one.value;
    level += weight * one.level;
    weights += weight;
  }
  return weights > 0 ? { value: value / weights, level: level / weights, padded: false } : own;
}

/** Of the points along a slab: the one with the largest or smallest value, or the mean level. */
function levelOfSlab(points: readonly (Point | undefined)[], mode: SlabMode): number | undefined {
  const found = points.filter((point) => point !== undefined);
  const [first, ...rest] = found.filter(({ padded }) => !padded);
  if (first === undefined) return found[0]?.level;
  if (mode === 'mean') return rest.reduce((sum, { level }) => sum + level, first.level) / (rest.length + 1);
  return rest.reduce((best, point) => ((mode === 'MAX' ? point.value > best.value : point.value < best.value) ? point : best), first).level;
}

function draw(
  of: Phantom,
  stack: PlaneStack,
  settings: Settings,
  on: FoldedVolume,
  slab: { readonly count: number; readonly step: Vector3; readonly mode: SlabMode },
): Shown {
  const stage = stageOf(stack.columns, stack.rows, on === 'MODALITY' ? 'R16' : on);
  const modality = { padded: false };
  const volume = stage.addVolume({ size: of.grid.size, signed: false, ...(on === 'MODALITY' ? { modality } : {}) });
  for (const [k, slice] of of.slices.entries()) volume.put(k, on === 'MODALITY' ? Float32Array.from(slice) : slice);
  const shown = show(stage, volume, of.grid, stack, Math.floor(stack.count / 2), settings, { slab });
  stage.delete();
  return shown;
}

/** Planes through a volume under a table that goes up and down, thin or a slab, straight and oblique, beside levels that are mixed in double precision. */
export function foldedPlanes(on: FoldedVolume, slab: { readonly mm: number; readonly mode: SlabMode } | undefined, padded: boolean): FoldedPlanes {
  const settings: Settings = padded ? { ...FOLDED, padding: PADDING } : FOLDED;
  const random = phantom(SHAPE, false, (i, j, k) => {
    const at = (i + 41 * (j + 37 * k)) * 2_654_435_761;
    return padded && (i + j + k) % 7 === 0 ? PADDING.value : Math.floor(at / 64) % 2001;
  });
  const black = phantom(SHAPE, false, (i, j, k) => (padded && (i + j + k) % 7 === 0 ? PADDING.value : 2000 * ((i + j + k) % 2)));
  const turned = turnedPlanes(turnedPlanes(PATIENT_PLANES, 'axial', 0.4), 'sagittal', 0.2);
  const found = { checked: 0, wrong: 0, inside: 0, foreign: 0 };
  for (const name of MPR_PLANES)
    for (const planes of [imagePlanes(SHAPE), turned]) {
      const stack = planeStack(SHAPE, name, planes[name], MIDDLE);
      const samples = { ...slabSamples(SHAPE, stack.normalLps, slab?.mm ?? 0), mode: slab?.mode ?? ('MAX' as const) };
      const origin = planeOriginLps(stack, Math.floor(stack.count / 2));
      const shown = draw(random, stack, settings, on, samples);
      found.foreign += draw(black, stack, settings, on, samples).data.filter((level, at) => at % 4 === 0 && level > 0).length;
      for (let y = 0; y < shown.height; y++)
        for (let x = 0; x < shown.width; x++) {
          const points = Array.from({ length: samples.count }, (_, at) => {
            const off = slab === undefined ? 0 : ((at - (samples.count - 1) / 2) * slab.mm) / samples.count;
            const along = (axis: number): number =>
              origin[axis]! + stack.pixelMm * (x * stack.rowLps[axis]! + y * stack.columnLps[axis]!) + off * stack.normalLps[axis]!;
            return pointAt(random, indexOf(SHAPE, [along(0), along(1), along(2)]), settings);
          });
          const level = levelOfSlab(points, samples.mode);
          found.checked++;
          if (level !== undefined) found.inside++;
          if (Math.abs((shown.data[(y * shown.width + x) * 4] ?? -9) - (level === undefined ? 0 : outputLevel(level))) > 1) found.wrong++;
        }
    }
  return found;
}
