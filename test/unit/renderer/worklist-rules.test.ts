import type { StudyFilter } from '@shared/domain';
import { describe, expect, it } from 'vitest';
import { filterPart, rowPart, textOf, withPart } from '../../../renderer/features/worklist/filter-fields';
import { columnsThatFit, fitColumns, usualWidth } from '../../../renderer/features/worklist/layout-columns';
import { contentNeeds } from '../../../renderer/features/worklist/measure-columns';
import { studyTitle, whereWords } from '../../../renderer/features/worklist/cells';
import { mergedAnswers, type QuestionAnswer } from '../../../renderer/stores/archive-answers';
import { archiveQuestions, askedAs } from '../../../renderer/stores/archive-query';
import { columnsFrom, moveColumn, storedColumns } from '../../../renderer/stores/columns';
import { parseDateFilter } from '../../../renderer/stores/date-filter';
import { filterOf } from '../../../renderer/stores/saved-lists';
import { fakeRow } from '../../support/ui-harness/fake-host';

const now = new Date(2026, 10, 22, 9);

describe('dates as they are typed', () => {
  it.each([
    ['', {}],
    ['today', { from: '20261122', to: '20261122' }],
    ['yesterday', { from: '20261121', to: '20261121' }],
    ['2025', { from: '20250101', to: '20251231' }],
    ['2.2024', { from: '20240201', to: '20240229' }],
    ['22.11.', { from: '20261122', to: '20261122' }],
    ['22.11.2025', { from: '20251122', to: '20251122' }],
    ['2025-03-07', { from: '20250307', to: '20250307' }],
    ['2025-03', { from: '20250301', to: '20250331' }],
    ['since 1.11.', { from: '20261101' }],
    ['>2025', { from: '20250101' }],
    ['until 1.11.2025', { to: '20251101' }],
    ['1.11. - 5.11.', { from: '20261101', to: '20261105' }],
  ])('%s', (text, range) => {
    expect(parseDateFilter(text, now, false)).toEqual(range);
  });

  it('follows the order of the locale for slashes', () => {
    expect(parseDateFilter('3/7/2025', now, true)).toEqual({ from: '20250307', to: '20250307' });
    expect(parseDateFilter('3/7/2025', now, false)).toEqual({ from: '20250703', to: '20250703' });
  });

  it.each(['22.', 'n', '31.2.2025', '13.2025', '2025-13', '40.1.'])('does not guess at "%s"', (text) => {
    expect(parseDateFilter(text, now, false)).toBeUndefined();
  });

  it('asks for today on the day it is asked', () => {
    expect(filterOf({ id: 'x', name: 'x', group: 'Mine', filter: { Modality: 'CT' }, relativeDays: 1 }, now)).toEqual({
      Modality: 'CT',
      studyDateFrom: '20261121',
    });
  });
});

describe('the filter row', () => {
  it('turns each text into its part of the filter and back', () => {
    const date = (da: string): string => `${da.slice(6)}.${da.slice(4, 6)}.${da.slice(0, 4)}`;
    for (const [column, text] of [
      ['patient', 'doe'],
      ['id', '4711'],
      ['modality', 'CT'],
      ['state', 'needs discussion'],
      ['where', 'set aside'],
      ['date', 'since 22.11.2026'],
      ['born', '1954'],
    ] as const) {
      const part = filterPart(column, text, now, false);
      expect(textOf(withPart({}, column, part ?? {}), column, date)).toBe(text);
    }
  });

  it('takes what is typed into its first field for any text of a study, whatever it is', () => {
    expect(rowPart('patient', ' thorax ', now, false)).toEqual({ text: 'thorax' });
    expect(textOf({ text: 'thorax' }, 'patient', String)).toBe('thorax');
    expect(withPart({ PatientName: 'doe', text: 'x' }, 'patient', { text: 'thorax' })).toEqual({ text: 'thorax' });
    expect(rowPart('patient', '', now, false)).toEqual({});
    expect(rowPart('id', '4711', now, false)).toEqual({ PatientID: '4711' });
  });

  it('shows in the first field of the row all that is asked of it, also when name and free words were given', () => {
    expect(textOf({ text: 'doe' }, 'patient', String)).toBe('doe');
    expect(textOf({ text: 'chest', PatientName: 'roe' }, 'patient', String)).toBe('roe chest');
  });

  it('replaces one part and leaves the others', () => {
    expect(withPart({ PatientName: 'doe', studyDateFrom: '20260101' }, 'date', { studyDateTo: '20261231' })).toEqual({
      PatientName: 'doe',
      studyDateTo: '20261231',
    });
  });

  it('asks nothing for a state that does not exist', () => {
    expect(filterPart('state', 'xyz', now, false)).toBeUndefined();
  });
});

describe('what archives are asked', () => {
  const asked = (filter: StudyFilter) => archiveQuestions(filter).map((question) => question.filter);

  it('free words are a name; where there is a digit they may be a name, an ID or an accession number, and are asked for as each', () => {
    expect(asked({ text: 'Doe, Jane' })).toEqual([{ PatientName: 'Doe*Jane*' }]);
    expect(asked({ text: 'Doe,' })).toEqual([{ PatientName: 'Doe' }]);
    expect(asked({ text: 'smith2' })).toEqual([{ PatientName: 'smith2' }, { PatientID: 'smith2' }, { AccessionNumber: 'smith2' }]);
    expect(asked({ text: 'doe 4711', Modality: 'CT' })).toEqual([
      { PatientName: 'doe*4711*', Modality: 'CT' },
      { PatientID: 'doe 4711', Modality: 'CT' },
      { PatientName: 'doe', PatientID: '4711', Modality: 'CT' },
    ]);
    expect(askedAs(archiveQuestions({ text: 'smith2' }))).toBe('name, ID or accession number');
    expect(askedAs(archiveQuestions({ text: 'doe' }))).toBe('name');
  });

  it('no field of its own is lost to free words, nor they to it', () => {
    expect(asked({ text: '4711', PatientName: 'roe' })).toEqual([
      { PatientName: 'roe', PatientID: '4711' },
      { PatientName: 'roe', AccessionNumber: '4711' },
    ]);
    expect(asked({ text: 'chest', PatientName: 'roe' })).toEqual([{ PatientName: 'roe', StudyDescription: '*chest*' }]);
    expect(asked({ text: '4711', PatientID: '12', PatientName: 'roe', AccessionNumber: '9' })).toEqual([
      { PatientName: 'roe', PatientID: '12', AccessionNumber: '9' },
    ]);
  });

  it('is nothing when only this station could tell', () => {
    expect(asked({})).toEqual([]);
    expect(asked({ text: ' ', state: 'unread', where: 'here' })).toEqual([]);
    expect(askedAs(archiveQuestions({ Modality: 'CT' }))).toBe('');
  });

  it('is answered by each archive once, however many queries it was', () => {
    const answer = (more: Partial<QuestionAnswer>): QuestionAnswer => ({
      ...{ node: 'MAIN', searchId: 'a', state: 'complete', matches: 1, studies: new Set(['1']), words: '', at: '2026-11-22T08:00:00Z' },
      ...more,
    });
    const both = [answer({}), answer({ matches: 2, studies: new Set(['1', '2']), at: '2026-11-22T08:00:02Z' })];
    expect(mergedAnswers([...both, answer({ node: 'B', state: 'failed', words: 'no answer' })])).toEqual([
      { node: 'MAIN', state: 'complete', matches: 2, words: '', at: '2026-11-22T08:00:02Z' },
      { node: 'B', state: 'failed', matches: 1, words: 'no answer', at: '2026-11-22T08:00:00Z' },
    ]);
    expect(mergedAnswers([...both, answer({ state: 'asking' })])[0]?.state).toBe('asking');
    expect(mergedAnswers([...both, answer({ state: 'failed', words: 'it broke off.' })])[0]).toMatchObject({ state: 'complete', words: 'it broke off.' });
    expect(mergedAnswers([answer({ state: 'failed' }), answer({ state: 'failed' })])[0]?.state).toBe('failed');
  });
});

describe('columns', () => {
  it('are the usual ones when nothing (readable) is stored', () => {
    expect(columnsFrom({ version: 7 }).map((column) => column.id)).toEqual(columnsFrom(undefined).map((column) => column.id));
  });

  it('come back in order, width and absence', () => {
    const changed = moveColumn(columnsFrom(undefined), 'where', 'id').map((column) =>
      column.id === 'born' ? { ...column, hidden: true, sizedPx: 90 } : column,
    );
    expect(columnsFrom(JSON.parse(JSON.stringify(storedColumns(changed))))).toEqual(changed);
  });

  it('never hide the patient and keep the priority first', () => {
    const stored = { version: 1, columns: [{ id: 'patient', widthPx: 200, hidden: true }] };
    expect(columnsFrom(stored).find((column) => column.id === 'patient')?.hidden).toBe(false);
    expect(moveColumn(columnsFrom(undefined), 'where', 'urgent')[0]?.id).toBe('urgent');
    expect(moveColumn(columnsFrom(undefined), 'urgent', 'where')[0]?.id).toBe('urgent');
  });

  it('take a width that was stored for what it was: the usual one, or one that the user set', () => {
    const entry = (id: string, widthPx?: number) => ({ id, widthPx, hidden: false });
    const stored = { version: 1, columns: [entry('patient', 224), entry('id', 150), entry('where')] };
    expect(columnsFrom(stored).filter(({ sizedPx }) => sizedPx !== undefined)).toMatchObject([{ id: 'id', sizedPx: 150 }]);
  });
});

describe('widths of the columns', () => {
  const columns = columnsFrom(undefined);
  /** Measured on the demo studies, 13 px. */
  const needs = { patient: 112, id: 98, born: 54, date: 110, accession: 112, modality: 55, description: 186, images: 70, state: 88, where: 82 };
  const widthsAt = (px: number, of = columns, content = needs): Record<string, number> => {
    const fitting = columnsThatFit(of, px, content);
    return Object.fromEntries(fitColumns(fitting, px, content).map((width, at) => [fitting[at]?.id ?? '', width]));
  };
  const total = (widths: Record<string, number>): number => Object.values(widths).reduce((sum, width) => sum + width, 0);

  it('fill the list to the pixel, each at least at its least width', () => {
    for (const px of [760, 803, 921, 1328, 1968, 3000]) {
      const widths = widthsAt(px);
      expect(total(widths)).toBe(px);
      for (const { id, minPx } of columns) expect(widths[id] ?? minPx).toBeGreaterThanOrEqual(minPx);
    }
  });

  it('cut nothing where there is room for everything', () => {
    for (const px of [1030, 1328, 1968]) {
      const widths = widthsAt(px);
      for (const [id, need] of Object.entries(needs)) expect(widths[id]).toBeGreaterThanOrEqual(need);
    }
  });

  it('take the slack of State and Where before they cut a description, and never an identifier before that', () => {
    const widths = widthsAt(800);
    expect(widths).toMatchObject({ id: 98, date: 110, state: 88, where: 104 });
    expect(widths['accession']).toBeUndefined();
    const narrow = widthsAt(790);
    expect([narrow['id'], narrow['date']]).toEqual([98, 110]);
    expect(narrow['description']).toBeLessThan(186);
  });

  it('keep dates, states and their titles whole in a window of 1200 pixels, where names and identifiers are cut', () => {
    const widths = widthsAt(705);
    expect(total(widths)).toBe(705);
    for (const id of ['date', 'state', 'modality'] as const) expect(widths[id]).toBeGreaterThanOrEqual(needs[id]);
    expect(widths['images'], 'in the details pane').toBeUndefined();
    expect(widthsAt(803)['images']).toBe(70);
  });

  it('leave out the accession number, then the year of birth, then the count of images, nothing else', () => {
    const missing = (px: number): string[] => columns.filter((column) => !columnsThatFit(columns, px, needs).includes(column)).map((column) => column.id);
    expect([missing(1328), missing(900), missing(200)]).toEqual([[], ['accession'], ['born', 'accession', 'images']]);
  });

  it('keep what the user set, wide or narrow, and share the rest', () => {
    const own = columns.map((column) => (column.id === 'description' ? { ...column, sizedPx: 400 } : column.id === 'id' ? { ...column, sizedPx: 64 } : column));
    for (const px of [1000, 1328, 1968]) expect(widthsAt(px, own)).toMatchObject({ description: 400, id: 64 });
    expect(total(widthsAt(1968, own))).toBe(1968);
    const all = columns.map((column) => (column.fixed === true ? column : { ...column, sizedPx: 100 }));
    expect(total(widthsAt(1400, all))).toBe(1400);
  });

  it('scroll sideways rather than go below the least widths', () => {
    const least = columns.filter(({ yields }) => yields === undefined).map(({ id, minPx }) => [id, minPx]);
    expect(widthsAt(300)).toMatchObject({ ...Object.fromEntries(least), date: needs.date, state: needs.state });
  });

  it('are asked for by nine of ten rows, not by the one that is longest', () => {
    expect(usualWidth([...Array.from({ length: 199 }, (_, at) => at % 100), 5000])).toBeLessThan(100);
    expect([usualWidth([80, 120]), usualWidth([])]).toEqual([120, undefined]);
  });

  it('come from title and text, digits all alike', () => {
    const width = (text: string): number => text.length * 7;
    const of = (PatientID: string) => contentNeeds(columns, [fakeRow(1, { PatientID })], width, 'de-DE', now).id;
    expect(of('1111111111')).toBe(88);
    expect(of('')).toBe(2 * 7 + 18 + 18);
  });
});

describe('words of a row', () => {
  it('say where the bytes are, with the count while they arrive', () => {
    expect(whereWords(fakeRow(1, { where: { kind: 'arriving', received: 214, expected: 512 } }))).toMatchObject({
      text: 'arriving 214 of 512',
      progress: 214 / 512,
    });
    expect(whereWords(fakeRow(1, { where: { kind: 'arriving', received: 214 } })).text).toBe('arriving 214');
    expect(whereWords(fakeRow(1, { where: { kind: 'here' }, identityConflict: true })).shape).toBe('conflict');
  });

  it('do not say the modality twice', () => {
    expect(studyTitle(fakeRow(1, { ModalitiesInStudy: ['CT', 'SR'], StudyDescription: 'CT CHEST' }))).toBe('CT CHEST');
    expect(studyTitle(fakeRow(1, { ModalitiesInStudy: ['CT', 'SR'], StudyDescription: 'CHEST' }))).toBe('CT CHEST');
  });
});
