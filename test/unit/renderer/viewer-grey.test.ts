import type { ImageFrame, ImageLuts, Lut } from '@shared/domain';
import { presentationValue } from '@shared/grayscale';
import { describe, expect, it } from 'vitest';
import { chosenVoi, greySettings, tableNotes, tablesFailure, tablesSettled, wholeRange } from '../../../renderer/features/viewer/grey';
import { textOf, windowText } from '../../../renderer/features/viewer/corner-items';
import { fakeRow } from '../../support/ui-harness/fake-host';
import { stateLines } from '../../../renderer/features/viewer/viewport-texts';
import type { TableState } from '../../../renderer/imaging';
import { displaySet, frame as fakeFrame } from '../imaging/fakes';

const lut = (explanation: string, values: readonly number[] = [0, 100, 255]): Lut => ({ first: 10, bits: 8, values: Uint16Array.from(values), explanation });
const ready = (more: Partial<ImageLuts>): TableState => ({ kind: 'ready', luts: { modalityLutType: '', voiLuts: [], problems: [], ...more } });
const NONE: TableState = { kind: 'none' };
const frame = (more: Partial<ImageFrame> = {}): ImageFrame => fakeFrame(1, { windows: [], ...more });
const window = { center: 50, width: 100, explanation: 'X', function: 'SIGMOID' } as const;

describe('the VOI that is drawn', () => {
  it('is the first table of the file, before its first window', () => {
    const first = lut('NORMAL');
    const tables = ready({ voiLuts: [first, lut('HARDER')] });
    const luts = { modality: false, voi: true };
    expect(chosenVoi(frame({ windows: [window], luts }), tables, undefined)).toEqual({ kind: 'LUT', lut: first });
    expect(chosenVoi(frame({ windows: [window] }), NONE, undefined)).toEqual({ kind: 'SIGMOID', center: 50, width: 100 });
    expect(chosenVoi(frame(), NONE, undefined)).toBeUndefined();
  });

  it('is the user’s window or table as long as he has one', () => {
    const second = lut('HARDER');
    const tables = ready({ voiLuts: [lut('NORMAL'), second] });
    expect(chosenVoi(frame({ luts: { modality: false, voi: true } }), tables, { voiLut: 1 })).toEqual({ kind: 'LUT', lut: second });
    expect(chosenVoi(frame(), tables, { center: 1, width: 2 })).toEqual({ kind: 'LINEAR', center: 1, width: 2 });
    expect(chosenVoi(frame(), tables, { center: 1, width: 2, function: 'SIGMOID' })).toEqual({ kind: 'SIGMOID', center: 1, width: 2 });
  });

  it('is the file’s own where the next image of the stack has no such table', () => {
    expect(chosenVoi(frame({ windows: [window] }), NONE, { voiLut: 1 })).toEqual({ kind: 'SIGMOID', center: 50, width: 100 });
  });

  it('spans the values of the frame without its padding, behind the modality LUT, when the file says nothing', () => {
    const loaded = { key: '', values: Int16Array.of(-2000, 11, 12, 10), min: -2000, max: 12 };
    const voi = wholeRange(frame({ padding: { value: -2000, limit: -2000 } }), NONE, loaded);
    expect([10, 12].map((value) => presentationValue(value, voi))).toEqual([0, 1]);
    const alone = wholeRange(frame({ padding: { value: 0, limit: 0 } }), NONE, { key: '', values: Uint8Array.of(0, 9, 9), min: 0, max: 9 });
    expect(presentationValue(9, alone)).toBe(1);
    const behind = wholeRange(frame(), ready({ modalityLut: lut('', [7, 90, 3]) }), loaded);
    expect([3, 90].map((value) => presentationValue(value, behind))).toEqual([0, 1]);
  });

  it('comes with modality LUT, padding and polarity of the file', () => {
    const modalityLut = lut('');
    const settings = greySettings(
      frame({ padding: { value: 1, limit: 2 }, format: { ...frame().format, PhotometricInterpretation: 'MONOCHROME1' } }),
      ready({ modalityLut }),
      { kind: 'LINEAR', center: 1, width: 2 },
      true,
    );
    expect(settings).toMatchObject({ modalityLut, padding: { value: 1, limit: 2 }, inverse: true, inverted: true });
  });
});

describe('an image whose tables are not here', () => {
  const failed: TableState = { kind: 'failed', reason: 'its file is gone' };

  it('waits for them, and is not shown without its Modality LUT', () => {
    const both = frame({ luts: { modality: true, voi: true } });
    expect(tablesSettled(both, { kind: 'waiting' })).toBe(false);
    expect(tablesSettled(both, failed)).toBe(false);
    expect(tablesFailure(both, failed)).toBe('its Modality LUT could not be read: its file is gone');
    expect(tablesSettled(both, ready({}))).toBe(true);
    expect(tablesSettled(frame(), NONE)).toBe(true);
  });

  it('is shown without its VOI LUTs, and says so', () => {
    const voiOnly = frame({ luts: { modality: false, voi: true } });
    expect(tablesSettled(voiOnly, failed)).toBe(true);
    const notes = tableNotes(voiOnly, failed);
    expect(stateLines(displaySet([], { frames: [voiOnly] }), undefined, undefined, '', notes)).toEqual([
      { level: 'attention', text: 'the VOI LUTs of the file could not be read: its file is gone' },
    ]);
    expect(tableNotes(voiOnly, ready({ problems: ['VOI LUT 1: entries of 12 bits where 8 are stated'] }))).toEqual([
      'VOI LUT 1: entries of 12 bits where 8 are stated',
    ]);
  });
});

describe('the corner', () => {
  it('names a table, and a function other than LINEAR', () => {
    expect(windowText({ kind: 'LUT', lut: lut('HARDER') })).toBe('VOI LUT HARDER');
    expect(windowText({ kind: 'LUT', lut: lut('') })).toBe('VOI LUT W 3 L 11.5');
    expect(windowText({ kind: 'SIGMOID', center: 50, width: 100 })).toBe('W 100 L 50 SIGMOID');
    expect(windowText({ kind: 'LINEAR', center: 50, width: 100 })).toBe('W 100 L 50');
  });

  it('says that all values are shown where nobody chose a window', () => {
    const glass = { voi: { kind: 'LINEAR', center: 50, width: 100 } as const, zoom: 1, inverted: false, locale: 'en-GB', display: '' };
    const context = { ...glass, study: fakeRow(1), set: displaySet([]), index: 0, frame: frame(), wholeRange: true };
    expect(textOf('window', context)).toBe('W 100 L 50, all values');
    expect(textOf('window', { ...context, wholeRange: false, inverted: true })).toBe('W 100 L 50, inverted');
  });
});
