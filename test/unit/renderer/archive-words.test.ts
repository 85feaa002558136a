import { expect, it } from 'vitest';
import { archiveWords } from '../../../renderer/features/worklist/archive-words';
import type { ArchiveAnswer } from '../../../renderer/stores';

const answer = (more: Partial<ArchiveAnswer> = {}): ArchiveAnswer => ({
  ...{ node: 'MAIN', state: 'complete', matches: 2, words: '', at: '2026-11-22T08:14:00Z' },
  ...more,
});
const words = (answers: readonly ArchiveAnswer[], takenAs = '') => archiveWords(answers, takenAs, (iso) => iso.slice(11, 16));

it('the line of the list says of the one archive that is asked how many rows it has and when, and all of it on hover', () => {
  expect(words([answer()], 'name')).toEqual({
    short: '2 rows',
    time: ' at 08:14',
    asked: '; asked as name',
    whole: 'MAIN answered 08:14, 2 rows; asked as name',
  });
  expect(words([answer({ state: 'asking', matches: 1 })])).toMatchObject({ short: '1 row so far', time: '', whole: 'MAIN is answering, 1 row' });
  expect(words([answer({ state: 'limited', matches: 500 })])).toMatchObject({
    short: 'only the first 500 rows',
    whole: 'MAIN 08:14: only the first 500 rows, narrow the search',
  });
  expect(words([answer({ state: 'cancelled' })])).toMatchObject({ short: 'stopped at 2 rows', time: '' });
});

it('words of an archive about its answer stand before the time of day, and several archives are named', () => {
  const ignored = answer({ words: 'It does not search by every field.' });
  expect(words([ignored])).toMatchObject({ short: '2 rows. It does not search by every field.', time: '' });
  expect(words([answer(), answer({ node: 'NORTH', matches: 14 })])).toMatchObject({ short: 'MAIN 2 rows; NORTH 14 rows', time: '' });
  expect(words([answer(), answer({ node: 'NORTH', state: 'failed' })]), 'whose rows they are').toMatchObject({ short: 'MAIN 2 rows' });
  expect(words([answer({ state: 'failed' })])).toEqual({ short: '', time: '', asked: '', whole: '' });
});

it('an archive whose rows are not all in the list is named with it, however it ended', () => {
  const isLeftOut = true;
  expect(words([answer(), answer({ node: 'NORTH', isLeftOut })]).short).toBe('MAIN 2 rows; NORTH 2 rows (not all in the list, ask fewer archives at once)');
  expect(words([answer({ state: 'limited', isLeftOut })]).whole).toContain('not all in the list');
  expect(words([answer({ state: 'asking', isLeftOut })]).whole).toContain('not all in the list');
});
