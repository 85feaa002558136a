import { describe, expect, it } from 'vitest';
import { buildDisplaySets, type DisplaySet, type ImageFrame, type Vector3 } from '@shared/domain';
import { tiltDeg, volumeVerdict, voxelOf } from '@shared/geometry';
import { instance, type Variation } from '../display-sets/instances';

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

function stack(places: readonly Vector3[], change: (index: number) => Variation = () => ({})): DisplaySet {
  const [set] = buildDisplaySets(places.map((position, index) => instance({ instanceId: index + 1, number: index + 1, position, ...change(index) })));
  if (set === undefined) throw new Error('no set');
  return set;
}

function reasons(set: Pick<DisplaySet, 'frames' | 'notes'>): readonly string[] {
  const verdict = volumeVerdict(set);
  return verdict.ok ? [] : verdict.reasons;
}

const straight = range(20).map((index): Vector3 => [0, 0, 2 * index]);
const changed = (set: DisplaySet, at: number, change: Partial<ImageFrame>): DisplaySet => ({
  ...set,
  frames: set.frames.map((frame, index) => (index === at ? { ...frame, ...change } : frame)),
});

describe('a true volume', () => {
  it('has a grid: origin, directions, spacing and size', () => {
    expect(volumeVerdict(stack(straight))).toEqual({
      ok: true,
      values: 'stored',
      grid: {
        originLps: [0, 0, 0],
        iDirectionLps: [1, 0, 0],
        jDirectionLps: [0, 1, 0],
        kDirectionLps: [0, 0, 1],
        spacingMm: [0.7, 0.7, 2],
        size: [8, 8, 20],
      },
    });
  });

  it('may be numbered against its normal', () => {
    const verdict = volumeVerdict(stack(straight.map(([x, y, z]): Vector3 => [x, y, -z])));
    expect(verdict.ok && verdict.grid.kDirectionLps).toEqual([-0, -0, -1]);
  });

  it('tolerates positions that were written rounded', () => {
    expect(reasons(stack(range(50).map((index): Vector3 => [0, 0, Math.round(index * 0.625 * 100) / 100])))).toEqual([]);
  });

  it('of a tilted gantry stands on the line of its slices, its steps along it', () => {
    const tilted = range(20).map((index): Vector3 => [0, Math.tan((15 * Math.PI) / 180) * 3 * index, 3 * index]);
    const verdict = volumeVerdict(stack(tilted));
    if (!verdict.ok) expect.fail(verdict.reasons.join());
    expect(tiltDeg(verdict.grid)).toBeCloseTo(15, 9);
    expect(verdict.grid.spacingMm[2]).toBeCloseTo(3 / Math.cos((15 * Math.PI) / 180), 9);
    // Each voxel lies where its image says.
    const at = voxelOf(verdict.grid, [0.7 * 3, Math.tan((15 * Math.PI) / 180) * 3 * 7 + 0.7 * 5, 3 * 7]);
    for (const [axis, index] of [3, 5, 7].entries()) expect(at[axis]).toBeCloseTo(index + 0.5, 9);
  });

  it('of slices with a rescale each compares by modality values, as one of floating point does', () => {
    const activity = stack(straight);
    const pet = { ...activity, frames: activity.frames.map((frame, at) => ({ ...frame, rescale: { slope: 1 + at / 10, intercept: 0, type: 'BQML' } })) };
    expect(volumeVerdict(pet)).toMatchObject({ ok: true, values: 'modality' });
    const float = stack(straight);
    const frames = float.frames.map((frame) => ({ ...frame, format: { ...frame.format, BitsAllocated: 32, floatElement: 'FloatPixelData' as const } }));
    expect(volumeVerdict({ ...float, frames })).toMatchObject({ ok: true, values: 'modality' });
  });

  it('in an oblique direction has its spacing along the normal', () => {
    const angle = Math.PI / 6;
    const orientation = [1, 0, 0, 0, Math.cos(angle), Math.sin(angle)] as const;
    const normal: Vector3 = [0, -Math.sin(angle), Math.cos(angle)];
    const set = stack(
      range(10).map((index) => normal.map((part) => part * 3 * index) as Vector3),
      () => ({ image: { orientation } }),
    );
    const verdict = volumeVerdict(set);
    expect(verdict.ok && verdict.grid.spacingMm[2]).toBeCloseTo(3, 9);
  });
});

describe('no volume is made', () => {
  const set = stack(straight);

  it('of one or two images', () => {
    expect(reasons(stack(straight.slice(0, 1)))).toEqual(['1 image is no volume']);
    expect(reasons(stack(straight.slice(0, 2)))).toEqual(['2 images are no volume']);
  });

  it('of slices that jump sideways', () => {
    expect(reasons(stack(straight.map(([x, , z], index): Vector3 => [x, index === 7 ? 3 : 0, z])))).toEqual([
      'the slices are shifted sideways against each other',
    ]);
  });

  it('where images are missing, or their spacing differs', () => {
    expect(reasons(stack(straight.filter((_, index) => index !== 7)))).toEqual(['images are missing: steps of 2 and of 4 mm']);
    const uneven = range(10).map((index): Vector3 => [0, 0, index < 5 ? 1.5 * index : 6 + 3.7 * (index - 4)]);
    expect(reasons(stack(uneven))).toEqual(['the spacing of the slices differs: 1.5 to 3.7 mm']);
  });

  it('where several images are at one position', () => {
    expect(reasons(stack([...straight, [0, 0, 8]]))).toEqual(['several images are at one position']);
  });

  it.each<[string, Partial<ImageFrame>]>([
    ['the images differ in the unit of their values: they do not compare', { rescale: { slope: 1, intercept: 0, type: 'OTHER' } }],
    ['the images differ in orientation', { rowDirectionLps: [Math.cos(0.01), Math.sin(0.01), 0] }],
    ['the images differ in pixel spacing', { spacingMm: [0.7, 0.71] }],
    ['the images differ in size', { format: { ...set.frames[0]!.format, Rows: 9 } }],
    ['the images differ in pixel format', { format: { ...set.frames[0]!.format, BitsStored: 12 } }],
    ['the images are in different frames of reference', { FrameOfReferenceUID: '1.9' }],
    ['the images have a Modality LUT each', { luts: { modality: true, voi: false } }],
    ['1 of 20 images cannot be decoded', { cannotDecode: 'video' }],
    ['not all images say where they lie in the patient', { positionLps: undefined }],
    ['not all images say how large a pixel is', { spacingMm: undefined }],
  ])('where %s', (reason, change) => {
    expect(reasons(changed(set, 5, change))).toEqual([reason]);
  });

  it('of colour', () => {
    expect(
      reasons(
        stack(straight, () => ({
          format: { SamplesPerPixel: 3, PhotometricInterpretation: 'RGB', BitsAllocated: 8, BitsStored: 8, HighBit: 7, PixelRepresentation: 0 },
        })),
      ),
    ).toEqual(['the images are in colour']);
  });
});
