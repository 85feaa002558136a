import type { Vector3 } from '@shared/domain';
import type { PlaneInVolume } from '@shared/geometry';
import type { ValueMap } from '@shared/grayscale';
import type { PlaneDrawing } from './grey-image-node';
import type { PlaneImage } from './stage-types';
import { VolumeTexture } from './volume-texture';

export interface PlaneParts extends Pick<PlaneDrawing, 'levels' | 'place'> {
  /** Where the levels lie among modality values, and the level of padding; only volumes of these need it. */
  readonly values: (ValueMap & { readonly background: number }) | undefined;
}

/** What a plane is drawn from; undefined while its volume has no texture. */
export function planePlacement({ volume, inVolume, slab }: PlaneImage, parts: PlaneParts): PlaneDrawing | undefined {
  if (!(volume instanceof VolumeTexture) || volume.handles === undefined) return undefined;
  const { reduction, size, isComplete, handles, modality, drawnFormat } = volume;
  const { values, ...rest } = parts;
  if (modality !== undefined && values === undefined) return undefined;
  const reslice = {
    inVolume: reduced(inVolume, reduction),
    size,
    slab: { ...slab, step: divided(slab.step, reduction) },
    partial: !isComplete,
    ...(modality === undefined || values === undefined ? {} : { values: { ...values, padded: modality.padded } }),
  };
  return { kind: 'plane', ...handles, ...rest, format: drawnFormat, reslice };
}

/** The same place where only every so many voxels are kept: the centre of the first one stays where it is. */
function reduced({ origin, perColumn, perRow }: PlaneInVolume, reduction: Vector3): PlaneInVolume {
  if (reduction.every((step) => step === 1)) return { origin, perColumn, perRow };
  const [x, y, z] = divided([origin[0] - 0.5, origin[1] - 0.5, origin[2] - 0.5], reduction);
  return { origin: [x + 0.5, y + 0.5, z + 0.5], perColumn: divided(perColumn, reduction), perRow: divided(perRow, reduction) };
}

function divided(a: Vector3, by: Vector3): Vector3 {
  return [a[0] / by[0], a[1] / by[1], a[2] / by[2]];
}
