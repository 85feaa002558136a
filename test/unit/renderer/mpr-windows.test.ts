import type { ImageFrame } from '@shared/domain';
import { expect, it, vi } from 'vitest';
import { createMpr } from '../../../renderer/features/viewer/mpr';
import { createViewerModel } from '../../../renderer/features/viewer/viewer-model';
import { nextOwnWindow } from '../../../renderer/features/viewer/window-entries';
import { createImageLibrary } from '../../../renderer/imaging';
import type { StageVolume, ViewportStage } from '../../../renderer/vtk';
import { displaySet, fakePool, frame, range } from '../imaging/fakes';

const windows = ['NORMAL', 'HARDER'].map((explanation, at) => ({ center: 100 + at, width: 200, explanation, function: 'LINEAR' as const }));
const axial: Partial<ImageFrame> = { rowDirectionLps: [1, 0, 0], columnDirectionLps: [0, 1, 0], spacingMm: [1, 1], spacingBasis: 'PixelSpacing' };
const chest = displaySet([], { frames: range(1, 6).map((id) => frame(id, { ...axial, positionLps: [0, 0, id], FrameOfReferenceUID: '1.2.9', windows })) });

/** A volume that has all its slices. */
const volume: StageVolume = {
  signed: false,
  modality: undefined,
  reduction: [1, 1, 1],
  has: () => true,
  put: () => undefined,
  isComplete: true,
  delete: () => undefined,
};

async function planes() {
  vi.stubGlobal('requestAnimationFrame', () => 0);
  const library = createImageLibrary({ pool: (await fakePool()).pool, budgetBytes: 2 ** 26 });
  const model = createViewerModel(library, () => undefined);
  const stage = { planesExact: true, addVolume: () => volume } as unknown as ViewportStage;
  const clock = { nowMs: () => 0, requestFrame: () => 0, cancelFrame: () => undefined };
  const mpr = createMpr({ model, library, stage: () => stage, clock, say: (_, words) => expect.fail(words) });
  model.active.value.set = chest;
  /** What the key of the file's own window does in a plane. */
  const press = (name: 'axial' | 'sagittal'): string => {
    const { words, window } = nextOwnWindow(mpr.cellOf(name));
    model.setWindow(mpr.cellOf(name), window, true);
    return words;
  };
  return { model, mpr, press };
}

it('the key of the file’s own window goes on from plane to plane, as the grey is one, and begins anew in the next planes', async () => {
  const { model, mpr, press } = await planes();
  mpr.toggle();
  expect(press('axial')).toContain('NORMAL, W 200 L 100 (1 of 2)');
  expect(press('sagittal')).toContain('HARDER, W 200 L 101 (2 of 2)');
  expect(press('axial')).toContain('NORMAL, W 200 L 100 (1 of 2)');
  mpr.toggle();
  expect(model.reformation.value).toBeUndefined();
  mpr.toggle();
  expect(press('axial'), 'as in a stack that nobody touched').toContain('NORMAL, W 200 L 100 (1 of 2)');
});
