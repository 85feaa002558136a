import type { StudyFilter } from '@shared/domain';
import { describe, expect, it } from 'vitest';
import { filterPart, rowPart, searchText, textOf, withPart } from '../../../renderer/features/worklist/filter-fields';
import { columnsThatFit, fitColumns, usualWidth } from '../../../renderer/features/worklist/layout-columns';
import { contentNeeds } from '../../../renderer/features/worklist/measure-columns';
import { studyTitle, whereWords } from '../../../renderer/features/worklist/cells';
import { archiveFilterOf } from '../../../renderer/stores/archive-query';
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

  it('hands what was typed there on to the advanced search as a name, or as an id where it holds a digit: as archives are asked for it', () => {
    const fields = (filter: StudyFilter) => (['patient', 'id', 'description'] as const).map((column) => searchText(filter, column, String));
    expect(fields({ text: 'doe' })).toEqual(['doe', '', '']);
    expect(fields({ text: '4711', StudyDescription: 'chest' })).toEqual(['', '4711', 'chest']);
    expect(fields({ text: 'doe', PatientName: 'roe' })).toEqual(['roe', '', '']);
    for (const text of ['doe jane', 'A-4711']) {
      const asked = withPart(withPart({}, 'patient', filterPart('patient', searchText({ text }, 'patient', String), now, false) ?? {}), 'id', {
        ...filterPart('id', searchText({ text }, 'id', String), now, false),
      });
      expect(archiveFilterOf(asked)).toEqual(archiveFilterOf({ text }));
    }
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
