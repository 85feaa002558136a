import type { Vector3 } from '../../../shared/domain';
import { FITTED_VIEW, type MprPlaneName, planeInVolume, planeOriginLps, type PlaneStack, type VolumeGrid } from '../../../shared/geometry';
import type { GreyChain } from '../../../shared/grayscale';
import { createViewportStage, type PlaneImage, type StageVolume, type StoredTextureFormat, type ViewportStage } from '../../../renderer/vtk';

export type Settings = Omit<GreyChain, 'signed'>;
type Values = Int16Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;

/** Slices with their values, as a test made them. */
export interface Phantom {
  readonly grid: VolumeGrid;
  readonly slices: readonly Values[];
}

export interface ResliceFindings {
  readonly checked: number;
  /** Pixels off by more than one level. */
  readonly wrong: number;
  /** Pixels inside of the volume. */
  readonly inside: number;
}

export const ALL = 65_536;
export const PLAIN: Settings = { voi: { kind: 'LINEAR', center: 128, width: 256 }, inverse: false, inverted: false };
export const AXIS: Readonly<Record<MprPlaneName, 0 | 1 | 2>> = { sagittal: 0, coronal: 1, axial: 2 };

export function grid(size: Vector3, spacingMm: Vector3 = [1, 1, 1]): VolumeGrid {
  return { originLps: [-20, 30, 7], iDirectionLps: [1, 0, 0], jDirectionLps: [0, 1, 0], kDirectionLps: [0, 0, 1], spacingMm, size };
}

export function phantom(shape: VolumeGrid, signed: boolean, valueAt: (i: number, j: number, k: number) => number): Phantom {
  const [columns, rows, count] = shape.size;
  const slices = Array.from({ length: count }, (_, k) => {
    const values: Values = signed ? new Int16Array(columns * rows) : new Uint16Array(columns * rows);
    for (let j = 0; j < rows; j++) for (let i = 0; i < columns; i++) values[j * columns + i] = valueAt(i, j, k);
    return values;
  });
  return { grid: shape, slices };
}

export function fill(volume: StageVolume, slices: readonly Values[], only: (k: number) => boolean = () => true): void {
  for (const [k, values] of slices.entries()) if (only(k)) volume.put(k, values);
}

export function stageOf(width: number, height: number, format: StoredTextureFormat, mostVolumeTexels?: number): ViewportStage {
  const canvas = document.createElement('canvas');
  document.body.replaceChildren(canvas);
  const stage = createViewportStage(canvas, { formats: [format], ...(mostVolumeTexels === undefined ? {} : { mostVolumeTexels }) });
  stage.setSize(width, height, 1);
  return stage;
}

export interface Shown {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

export function show(
  stage: ViewportStage,
  volume: StageVolume,
  shape: VolumeGrid,
  stack: PlaneStack,
  index: number,
  settings: Settings,
  more: Partial<PlaneImage> = {},
): Shown {
  const viewport = stage.addViewport('one');
  const size = { width: stack.columns, height: stack.rows };
  viewport.setRect({ x: 0, y: 0, ...size });
  const inVolume = planeInVolume(shape, stack, planeOriginLps(stack, index));
  viewport.setPlane({ volume, columns: stack.columns, rows: stack.rows, inVolume, slab: { count: 1, step: [0, 0, 0], mode: 'MAX' }, ...more });
  viewport.setGrey(settings);
  viewport.setView({ ...FITTED_VIEW, zoom: 1 });
  stage.setDisplay(settings.display);
  const block = viewport.readPixels();
  stage.removeViewport('one');
  return block;
}

/** Stored value of a voxel of a phantom. */
export function voxel({ grid: { size }, slices }: Phantom, i: number, j: number, k: number): number {
  return slices[k]?.[j * size[0] + i] ?? NaN;
}

/** Voxel coordinates (centres at whole numbers) by Cramer's rule: not the code that is tested. */
export function indexOf({ originLps, iDirectionLps: a, jDirectionLps: b, kDirectionLps: c, spacingMm }: VolumeGrid, p: Vector3): Vector3 {
  const v = [p[0] - originLps[0], p[1] - originLps[1], p[2] - originLps[2]] as const;
  const det = (x: readonly number[], y: readonly number[], z: readonly number[]): number =>
    x[0]! * (y[1]! * z[2]! - y[2]! * z[1]!) - y[0]! * (x[1]! * z[2]! - x[2]! * z[1]!) + z[0]! * (x[1]! * y[2]! - x[2]! * y[1]!);
  const whole = det(a, b, c);
  return [det(v, b, c) / whole / spacingMm[0], det(a, v, c) / whole / spacingMm[1], det(a, b, v) / whole / spacingMm[2]];
}
