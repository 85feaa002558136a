import { describe, expect, it } from 'vitest';
import { filterPart, textOf, withPart } from '../../../renderer/features/worklist/filter-fields';
import { columnsThatFit, fitColumns } from '../../../renderer/features/worklist/layout-columns';
import { studyTitle, whereWords } from '../../../renderer/features/worklist/cells';
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
      column.id === 'born' ? { ...column, hidden: true, widthPx: 90 } : column,
    );
    expect(columnsFrom(JSON.parse(JSON.stringify(storedColumns(changed))))).toEqual(changed);
  });

  it('never hide the patient and keep the priority first', () => {
    const stored = { version: 1, columns: [{ id: 'patient', widthPx: 200, hidden: true }] };
    expect(columnsFrom(stored).find((column) => column.id === 'patient')?.hidden).toBe(false);
    expect(moveColumn(columnsFrom(undefined), 'where', 'urgent')[0]?.id).toBe('urgent');
    expect(moveColumn(columnsFrom(undefined), 'urgent', 'where')[0]?.id).toBe('urgent');
  });

  it('fill what is there and shrink to their least width, never below', () => {
    const columns = columnsFrom(undefined);
    for (const available of [700, 900, 1328, 2400]) {
      const widths = fitColumns(columns, available);
      expect(widths.every((width, at) => width >= (columns[at]?.minPx ?? 0))).toBe(true);
      const least = columns.reduce((sum, column) => sum + column.minPx, 0);
      expect(widths.reduce((sum, width) => sum + width, 0)).toBeLessThanOrEqual(Math.max(available, least));
    }
  });

  it('give way in a narrow list: accession, then year of birth, nothing else', () => {
    const columns = columnsFrom(undefined);
    const missing = (px: number): string[] => columns.filter((column) => !columnsThatFit(columns, px).includes(column)).map((column) => column.id);
    expect(missing(1328)).toEqual([]);
    expect(missing(860)).toEqual(['accession']);
    expect(missing(200)).toEqual(['born', 'accession']);
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
