import { expect, it } from 'vitest';
import { InstanceId, type PresentationStateRow, StudyUid } from '@shared/domain';
import { type Cell, emptyCell, frameOf } from '../../../renderer/features/viewer/cell';
import { createPresentations } from '../../../renderer/features/viewer/presentation';
import type { ViewerModel } from '../../../renderer/features/viewer/viewer-model';
import { fakeRow, fakeSets } from '../../support/ui-harness/fake-host';

it('a state that is asked for before the list of states has come is looked for when it is there', async () => {
  const set = fakeSets(fakeRow(4))[1] ?? expect.fail('no set');
  const cell: Cell = { ...emptyCell(0), set };
  const asked: string[] = [];
  let answer: (found: { states: PresentationStateRow[]; problems: string[] }) => void = () => undefined;
  const call = (name: string) => {
    asked.push(name);
    return name === 'presentation.list' ? new Promise((resolve) => (answer = resolve)) : Promise.reject(new Error('the state cannot be read'));
  };
  const said: string[] = [];
  const model = { listen: () => () => undefined } as unknown as ViewerModel;
  const presentations = createPresentations({ host: { call } as never, model, pixelMm: () => undefined, say: (_cell, words) => void said.push(words) });
  void presentations.load(StudyUid.parse(set.StudyInstanceUID));
  const pressed = presentations.next(cell);
  await Promise.resolve();
  expect(said, 'nobody knows yet that there is none').toEqual([]);
  const SOPInstanceUID = frameOf(cell)?.SOPInstanceUID ?? '';
  answer({
    problems: [],
    states: [
      {
        instanceId: InstanceId.parse(7),
        label: 'ONE',
        description: '',
        creator: '',
        images: [{ SOPInstanceUID, frames: [] }],
      } as unknown as PresentationStateRow,
    ],
  });
  await pressed;
  expect(asked).toEqual(['presentation.list', 'presentation.get']);
  expect(said).toEqual(['the state cannot be read']);
});

it('where no state names the image, those of kinds that are not applied are named', async () => {
  const set = fakeSets(fakeRow(4))[1] ?? expect.fail('no set');
  const cell: Cell = { ...emptyCell(0), set };
  const call = () => Promise.resolve({ states: [], problems: ['1 not applied: Blending Softcopy Presentation State'] });
  const said: string[] = [];
  const model = { listen: () => () => undefined } as unknown as ViewerModel;
  const presentations = createPresentations({ host: { call } as never, model, pixelMm: () => undefined, say: (_cell, words) => void said.push(words) });
  await presentations.load(StudyUid.parse(set.StudyInstanceUID));
  await presentations.next(cell);
  expect(said).toEqual(['no presentation state names this image; 1 not applied: Blending Softcopy Presentation State']);
});

it('says that the list of states could not be had, and asks again with the next wish', async () => {
  const set = fakeSets(fakeRow(4))[1] ?? expect.fail('no set');
  const cell: Cell = { ...emptyCell(0), set };
  let isDown = true;
  const call = () => (isDown ? Promise.reject(new Error('the services went away')) : Promise.resolve({ states: [], problems: [] }));
  const said: string[] = [];
  const model = { listen: () => () => undefined } as unknown as ViewerModel;
  const presentations = createPresentations({ host: { call } as never, model, pixelMm: () => undefined, say: (_cell, words) => void said.push(words) });
  await presentations.load(StudyUid.parse(set.StudyInstanceUID)).catch(() => undefined);
  await presentations.next(cell);
  expect(said).toEqual(['it is not known which presentation states there are: the services went away']);
  isDown = false;
  await presentations.next(cell);
  expect(said.at(-1)).toBe('no presentation state names this image');
});

it('a state that comes after another was wished for, or after another series was put there, is not applied', async () => {
  const [set, other] = fakeSets(fakeRow(4)).slice(1);
  if (set === undefined || other === undefined) expect.fail('no sets');
  const cell: Cell = { ...emptyCell(0), set };
  const waiting: ((answer: unknown) => void)[] = [];
  const call = () => new Promise((resolve) => waiting.push(resolve));
  const model = {
    listen: () => () => undefined,
    applyView: () => undefined,
    applyWindow: () => undefined,
    changing: () => undefined,
  } as unknown as ViewerModel;
  const presentations = createPresentations({ host: { call } as never, model, pixelMm: () => undefined, say: () => undefined });
  const state = (id: number) => ({ state: { instanceId: InstanceId.parse(id), images: [], voi: [], areas: [], layers: [], annotations: [], problems: [] } });
  const row = (id: number) => ({ instanceId: InstanceId.parse(id) }) as unknown as PresentationStateRow;
  const [first, second] = [presentations.apply(cell, row(7)), presentations.apply(cell, row(8))];
  waiting[1]?.(state(8));
  waiting[0]?.(state(7));
  await Promise.all([first, second]);
  expect(cell.presentation?.instanceId).toBe(8);
  const late = presentations.apply(cell, row(9));
  cell.set = other;
  cell.presentation = undefined;
  waiting[2]?.(state(9));
  await late;
  expect(cell.presentation).toBeUndefined();
});
