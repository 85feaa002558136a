import type { DisplaySet, ImageFrame, Vector3 } from '@shared/domain';
import { describe, expect, it } from 'vitest';
import { counterpart, imageAfterSwap, imageAlike, studiesBack } from '../../../renderer/features/viewer/prior-swap';
import { fakeRow, fakeSets } from '../../support/ui-harness/fake-host';

const base = fakeSets(fakeRow(4))[1] ?? expect.fail('no set');
const first = base.frames[0] ?? expect.fail('no frame');
const AXIAL: Vector3 = [0, 0, 1];

function stack(zs: readonly number[], more: Partial<DisplaySet> = {}, frame: Partial<ImageFrame> = {}): DisplaySet {
  const frames = zs.map((z) => ({ ...first, ...frame, positionLps: [0, 0, z] as Vector3 }));
  return { ...base, id: `${more.SeriesDescription ?? ''}${zs.length}`, SeriesDescription: '', splitReason: '', normalLps: AXIAL, ...more, frames };
}

describe('the counterpart in a prior', () => {
  const lung = stack([0, 1], { SeriesDescription: 'Axial lung' });
  const soft = stack([0, 1], { SeriesDescription: 'Axial soft' });
  const coronal = stack([0, 1], { SeriesDescription: 'Coronal', normalLps: [0, 1, 0] });
  const scout = stack([0], { SeriesDescription: 'Axial lung', splitReason: 'localiser' });
  const mr = stack([0], { SeriesDescription: 'Axial lung', Modality: 'MR' });

  it('has the same name, else the same plane and kernel', () => {
    expect(counterpart(lung, [scout, mr, coronal, soft, { ...lung, id: 'prior' }])?.id).toBe('prior');
    expect(counterpart(lung, [coronal, soft])).toBe(soft);
    const sharp = stack([0], { SeriesDescription: 'Thorax' }, { acquisition: { ConvolutionKernel: 'B70' } });
    const smooth = stack([0], { SeriesDescription: 'Thorax 2' }, { acquisition: { ConvolutionKernel: 'B30' } });
    expect(counterpart(stack([0], {}, { acquisition: { ConvolutionKernel: 'B70' } }), [smooth, sharp])).toBe(sharp);
  });

  it('is none of another modality, no localiser of an image, and none at all where only another plane is there', () => {
    expect(counterpart(lung, [mr, scout])).toBeUndefined();
    expect(counterpart(lung, [coronal])).toBeUndefined();
  });
});

describe('the image after a swap', () => {
  const from = stack([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], {}, { FrameOfReferenceUID: '1' });

  it('is the one at the same place in one frame of reference, else as far through the stack', () => {
    expect(imageAlike(from, 4, stack([0, 2, 4, 6], {}, { FrameOfReferenceUID: '1' }))).toBe(2);
    expect(imageAlike(from, 5, stack([100, 102, 104], {}, { FrameOfReferenceUID: '2' }))).toBe(1);
    expect(imageAlike(stack([0]), 0, stack([100, 102, 104], {}, { FrameOfReferenceUID: '2' }))).toBe(1);
  });

  it('is on the way back the one that was left, moved by as much as was scrolled since', () => {
    const prior = stack([100, 102, 104, 106], {}, { FrameOfReferenceUID: '2' });
    const mark = { set: from, index: 3, shown: prior.id, arrived: 1 };
    expect(imageAfterSwap(prior, 1, from, mark)).toBe(3);
    expect(imageAfterSwap(prior, 2, from, mark)).toBe(5);
    expect(imageAfterSwap(prior, 3, from, undefined)).toBe(10);
    expect(imageAfterSwap({ ...prior, id: 'other' }, 3, from, mark)).toBe(10);
  });
});

it('studies go back in time from the current one; later ones are no priors', () => {
  const at = (number: number, StudyDate: string) => fakeRow(number, { StudyDate });
  const [current, later, old, older, undated] = [at(1, '20260101'), at(2, '20260201'), at(3, '20250101'), at(4, '20200101'), at(5, '')];
  expect(studiesBack(current, [later, undated, older, old]).map(({ StudyDate }) => StudyDate)).toEqual(['20260101', '20250101', '20200101', '']);
});
