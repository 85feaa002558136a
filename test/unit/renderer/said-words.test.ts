import { effectScope } from 'vue';
import { expect, it, vi } from 'vitest';
import { createCommandCenter } from '../../../renderer/app/command-center';
import { serveSubtractionCommands } from '../../../renderer/features/viewer/subtraction-commands';
import { createViewerAids } from '../../../renderer/features/viewer/viewer-aids';
import { createViewerModel } from '../../../renderer/features/viewer/viewer-model';
import { createImageLibrary } from '../../../renderer/imaging';
import type { StudyTab } from '../../../renderer/stores';
import { displaySet, fakePool, frame, range } from '../imaging/fakes';
import { fakeRow, fakeSets } from '../../support/ui-harness/fake-host';

const row = fakeRow(4);
const opened: StudyTab['opened'] = { study: row, series: [], displaySets: fakeSets(row), priors: [], revision: 1 };
const tab: StudyTab = { uid: row.StudyInstanceUID, row, opened, priors: new Map(), problem: undefined };

async function viewer() {
  vi.stubGlobal('requestAnimationFrame', () => 0);
  const library = createImageLibrary({ pool: (await fakePool()).pool, budgetBytes: 2 ** 26 });
  const model = createViewerModel(library, () => undefined);
  const aids = createViewerAids(model, { nowMs: () => 0, requestFrame: () => 1, cancelFrame: () => undefined });
  const commands = createCommandCenter();
  effectScope().run(() => serveSubtractionCommands(commands, model, aids));
  return { model, aids, commands };
}

const frames = (more: Parameters<typeof frame>[1] = {}) => range(0, 2).map((frameIndex) => frame(1, { frameIndex, numberOfFrames: 3, ...more }));

it('what was said of a viewport that waits for its study does not stand over the image that comes', async () => {
  const { model, aids } = await viewer();
  model.showTab({ ...tab, opened: undefined }, () => undefined);
  const cell = model.active.value;
  aids.say(cell, 'no series in this viewport');
  expect(aids.saidOf(cell)).toEqual(['no series in this viewport']);
  model.showTab(tab, () => undefined);
  expect(cell.set).toBeDefined();
  expect(aids.wordsOf(cell)).toEqual([]);
});

it('what was said of a study stays when its images come, in the viewport that is active, until something is changed or it goes', async () => {
  const { model, aids } = await viewer();
  model.showTab({ ...tab, opened: undefined }, () => undefined);
  aids.sayOfStudy('this is the last study of the list');
  expect(aids.saidOf(model.active.value)).toEqual(['this is the last study of the list']);
  model.showTab(tab, () => undefined);
  expect(model.active.value.set).toBeDefined();
  expect(aids.wordsOf(model.active.value)).toContain('this is the last study of the list');
  model.setLayout('1x2');
  expect(aids.saidOf(model.active.value)).toEqual([]);
  aids.sayOfStudy('this is the last study of the list');
  expect(aids.saidOf(model.shown.value[1] ?? expect.fail('no second viewport'))).toEqual([]);
  model.showTab({ ...tab, uid: fakeRow(5).StudyInstanceUID, opened: undefined }, () => undefined);
  expect(aids.saidOf(model.active.value)).toEqual([]);
});

it('that cine does not play goes when it plays', async () => {
  const { model, aids } = await viewer();
  const cell = model.active.value;
  cell.set = displaySet(range(1, 6));
  aids.say(cell, 'cine does not play');
  aids.toggleCine();
  expect(aids.playing.value).toBe(true);
  expect(aids.wordsOf(cell)).not.toContain('cine does not play');
});

it('that no mask is subtracted goes when one is, and what nothing can be subtracted from is called by its reason', async () => {
  const { model, aids, commands } = await viewer();
  const cell = model.active.value;
  cell.set = displaySet([], { frames: frames() });
  commands.run('mask.up');
  expect(aids.saidOf(cell)).toEqual(['no mask is subtracted']);
  commands.run('mask.toggle');
  expect(cell.subtraction).toBeDefined();
  expect(aids.saidOf(cell)).toEqual([]);
  const said = (): string[] => {
    expect(commands.run('mask.here')).toBe(false);
    return aids.saidOf(cell);
  };
  cell.set = displaySet([1]);
  expect(said()).toEqual(['no other frames to subtract here']);
  const { format } = frame(1);
  cell.set = displaySet([], { frames: frames({ format: { ...format, SamplesPerPixel: 3, PhotometricInterpretation: 'RGB' } }) });
  expect(said(), 'it has other frames').toEqual(['no mask is subtracted from colour']);
});

it('undo takes back turns and chosen windows one by one, however fast they came, and a drag as a whole', async () => {
  const { model, aids } = await viewer();
  model.showTab(tab, () => undefined);
  const cell = model.active.value;
  const turned = (rotationDeg: number) => ({ ...cell.view, rotationDeg });
  model.setView(cell, turned(90), 'turn');
  model.setView(cell, turned(180), 'turn');
  aids.undo();
  expect(cell.view.rotationDeg).toBe(90);
  aids.undo();
  expect(cell.view.rotationDeg).toBe(0);
  model.setWindow(cell, { center: 1, width: 10 });
  for (const center of [2, 3, 4]) model.setWindow(cell, { center, width: 10 }, false, 'window');
  aids.undo();
  expect(cell.window).toEqual({ center: 1, width: 10 });
  aids.undo();
  expect(cell.window).toBeUndefined();
});
