import { type OutageSet, StudyUid } from '@shared/domain';
import { expect, it } from 'vitest';
import { namesInLine, uncomparedWords, waitWords } from '../../../renderer/features/archives/outage-words';
import { outageSetHint, outageSetWords } from '../../../renderer/stores/outage-set';

it('an outage set without a study says why, and never that none of none is ready', () => {
  const rule = { id: '1', name: 'all', node: 'MAIN', modality: '', bodyPart: '', days: 1, priors: 2, priorYears: 5, samePriors: true, worklist: '' };
  const set = (more: Partial<OutageSet>): OutageSet => ({ plan: { rules: [rule] }, studies: [], scheduled: [], problems: [], ...more });
  expect(outageSetWords(set({ plan: { rules: [] } }), 0)).toBe('');
  expect(outageSetWords(set({}), 0)).toBe('not looked for yet');
  expect(outageSetWords(set({ comparedAt: '2026-11-22T08:14:00Z' }), 0)).toBe('no study fits the rules');
  expect(outageSetWords(set({ problems: ['MAIN does not answer'], comparedAt: '2026-11-22T08:14:00Z' }), 0)).toBe('could not be looked for');
  expect(outageSetWords(set({ problems: ['MAIN does not answer'] }), 0), 'of rules that are others since').toBe('not looked for yet');
});

it('an outage set says why not all of it is ready, rules that could not be looked up first', () => {
  const rule = { id: '1', name: 'all', node: 'MAIN', modality: '', bodyPart: '', days: 1, priors: 2, priorYears: 5, samePriors: true, worklist: '' };
  const study = { StudyInstanceUID: StudyUid.parse('1.2.3'), PatientName: '', PatientID: '', StudyDate: '', StudyDescription: '', Modalities: [] };
  const row = { ...study, node: 'MAIN', why: 'all', here: 1, ready: false, waits: '1 of 2 came from MAIN' };
  const set = (more: Partial<OutageSet>): OutageSet => ({ plan: { rules: [rule] }, studies: [], scheduled: [], problems: [], comparedAt: 'then', ...more });
  expect(outageSetHint(set({}))).toBe('');
  expect(outageSetHint(set({ problems: ['MAIN does not answer'] }))).toBe('MAIN does not answer');
  expect(outageSetHint(set({ studies: [row, { ...row, ready: true, waits: '' }], problems: ['all: no'] }))).toBe('all: no; 1 of 2 came from MAIN');
  expect(outageSetHint(set({ problems: ['all: no'], comparedAt: undefined })), 'of rules that are others since').toBe('');
  expect(outageSetHint(set({ plan: { rules: [] }, studies: [row] })), 'nothing is wanted').toBe('');
});

it('what waits for archives that do not answer is counted for each of them, and said to be', () => {
  expect(waitWords(0, 2)).toBe('Nothing waits to be sent there.');
  expect(waitWords(1, 1)).toBe('1 object waits here and is sent when it is back.');
  expect(waitWords(6, 1)).toBe('6 objects wait here and are sent when it is back.');
  expect(waitWords(12, 2), 'they may be six that go to both').toBe('12 objects wait here, counted once for each archive, and are sent when they are back.');
});

it('of many archives some are named in a line, and how many others there are', () => {
  expect(namesInLine(['MAIN'])).toBe('MAIN');
  expect(namesInLine(['MAIN', 'NORTH', 'SOUTH'])).toBe('MAIN, NORTH and SOUTH');
  expect(namesInLine(['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'])).toBe('A, B, C, D, E, F and 2 others');
});

it('results that wait for a comparison are one line for all archives, with the reason where it is one', () => {
  expect(uncomparedWords([{ node: 'MAIN', count: 1, why: 'it has no C-FIND' }], ' Next try 08:14.')).toEqual({
    what: '1 result waits here, not sent to MAIN.',
    more: 'Nothing is lost. It has no C-FIND. Next try 08:14.',
  });
  const two = [
    { node: 'MAIN', count: 2, why: 'it has no C-FIND' },
    { node: 'NORTH', count: 1, why: 'the answer broke off' },
  ];
  expect(uncomparedWords(two, '')).toEqual({
    what: '3 results wait here, counted once for each archive, not sent to MAIN and NORTH.',
    more: 'Nothing is lost. Why: see the details.',
  });
});
