import { describe, expect, it } from 'vitest';
import { completeFigures, contentWords, decodableOf } from '../../../renderer/features/worklist/completeness';
import { modalityLists } from '../../../renderer/features/worklist/modality-lists';
import { otherStudies } from '../../../renderer/features/worklist/priors';
import { timelineOf } from '../../../renderer/features/worklist/timeline';
import { BUILT_IN_LISTS } from '../../../renderer/stores/saved-lists';
import { fakeRow, fakeSets } from '../../support/ui-harness/fake-host';

const words = (figures: ReturnType<typeof completeFigures>) => Object.fromEntries(figures.map(({ name, value }) => [name, value]));

describe('"Complete?"', () => {
  it('says what nobody stated, checked or counted instead of a number', () => {
    const figures = completeFigures(fakeRow(1, { where: { kind: 'here' }, instanceCount: 212 }), undefined, undefined);
    expect(words(figures)).toEqual({ expected: 'not stated', received: '212', decodable: 'not checked', viewed: 'not counted' });
    expect(figures.filter(({ equal }) => equal)).toEqual([]);
  });

  it('puts the sign of equality only between equal numbers', () => {
    const at = (received: number) =>
      completeFigures(fakeRow(1, { where: { kind: 'arriving', received, expected: 512 }, instanceCount: received }), [], undefined);
    expect(at(214).find(({ name }) => name === 'received')?.equal).toBe(false);
    expect(at(512).find(({ name }) => name === 'received')?.equal).toBe(true);
  });

  it('counts images, not frames, and names why some cannot be decoded', () => {
    const sets = fakeSets(fakeRow(1, { seriesCount: 5 }));
    const doubled = sets.map((set) => ({ ...set, frames: [...set.frames, ...set.frames] }));
    expect(decodableOf(doubled)).toEqual({ images: 146, decodable: 98, reasons: ['JPEG 2000 Lossless (1.2.840.10008.1.2.4.90)'] });
    const figure = completeFigures(fakeRow(1, { instanceCount: 147 }), sets, undefined).find(({ name }) => name === 'decodable');
    expect(figure).toMatchObject({ value: '98', short: true, equal: false });
    expect(figure?.explained).toContain('1 object is no image');
    expect(figure?.explained).toContain('JPEG 2000');
  });
});

describe('"viewed"', () => {
  const row = fakeRow(1, { where: { kind: 'here' }, instanceCount: 147 });
  const figure = (whole: number, part = 0, sets = fakeSets(fakeRow(1, { seriesCount: 5 }))) =>
    completeFigures(row, sets, { whole, part }).find(({ name }) => name === 'viewed');

  it('is the number of images that stood on the screen with every frame, and equal only to all that can be decoded', () => {
    expect(figure(0)).toMatchObject({ value: '0', known: true, equal: false });
    expect(figure(97)).toMatchObject({ value: '97', equal: false });
    expect(figure(98)).toMatchObject({ value: '98', equal: true });
    expect(figure(0, 0, [])).toMatchObject({ value: '0', equal: false });
  });

  it('says of how many only some frames were seen', () => {
    expect(figure(3, 2)?.explained).toContain('Of 2 more only some frames did.');
    expect(figure(3)?.explained).not.toContain('only some');
  });
});

describe('other studies of the patient', () => {
  const current = fakeRow(1, { StudyDate: '20250101', PatientName: 'DOE^JANE' });
  const of = (index: number, StudyDate: string, PatientName = 'Doe^Jane') => fakeRow(index, { StudyDate, PatientName });

  it('are priors only when they are older', () => {
    const found = otherStudies(current, [of(2, '20261101'), current, of(3, '20240101'), of(4, '20200101')]);
    expect(found.map(({ study, later }) => [study.StudyDate, later])).toEqual([
      ['20240101', false],
      ['20200101', false],
      ['20261101', true],
    ]);
  });

  it('name a different name under the same patient ID', () => {
    const [same, other] = otherStudies(current, [of(2, '20240101', 'DOE^Jane=x'), of(3, '20230101', 'ROE^Richard')]);
    expect([same?.otherName, other?.otherName]).toEqual([undefined, 'ROE, Richard']);
  });
});

describe('the timeline', () => {
  const study = (index: number, modality: string, StudyDate: string) => fakeRow(index, { ModalitiesInStudy: [modality], StudyDate });

  it('puts the newest at its end, the most frequent modality on top and whole years below', () => {
    const line = timelineOf([study(1, 'CR', '20180101'), study(2, 'CT', '20220101'), study(3, 'CT', '20260101'), study(4, 'CT', '')]);
    expect(line.rows).toEqual(['CT', 'CR']);
    expect(line.marks.map(({ at, row }) => [Math.round(at * 100) / 100, row])).toEqual([
      [0, 1],
      [0.5, 0],
      [1, 0],
    ]);
    expect(line.years.map(({ year }) => year)).toEqual([2018, 2020, 2022, 2024, 2026]);
    expect(line.undated).toBe(1);
  });

  it('stands for one study and for none, and folds many modalities into the last row', () => {
    expect(timelineOf([study(1, 'CT', '20260101')]).marks[0]?.at).toBe(1);
    expect(timelineOf([study(1, 'CT', '2026')])).toEqual({ rows: [], marks: [], years: [], undated: 1 });
    const many = timelineOf(['CT', 'MR', 'US', 'CR', 'DX', 'PT', 'NM', 'XA'].map((modality, at) => study(at, modality, '20260101')));
    expect([many.rows.length, many.rows.at(-1), Math.max(...many.marks.map(({ row }) => row))]).toEqual([6, 'other', 5]);
  });
});

describe('lists of modalities', () => {
  it('keep their places: a new one comes last, an empty one stays', () => {
    const counts = new Map(Object.entries({ ct: 2, us: 1 }));
    const first = modalityLists([], BUILT_IN_LISTS, counts, 'all');
    expect(first).toEqual(['ct', 'us']);
    expect(modalityLists(first, BUILT_IN_LISTS, new Map([['mr', 1]]), 'pt')).toEqual(['ct', 'us', 'mr', 'pt']);
  });
});

describe('what is known of the content at an archive', () => {
  it('never takes its list of UIDs for a comparison', () => {
    expect(contentWords({ node: 'MAIN', compared: 0, total: 512 }, 'de').text).toBe('MAIN: present by UID; content not compared since it came');
    const some = contentWords({ node: 'MAIN', compared: 12, total: 512, at: '2020-11-22T12:00:00.000Z' }, 'de').text;
    expect(some).toMatch(/^MAIN: present by UID; content of 12 of 512 compared, last 2[123]\.11\.2020 \d\d:00$/);
    expect(contentWords({ node: 'MAIN', compared: 512, total: 512, at: '2020-11-22T12:00:00.000Z' }, 'de').text).toContain('content of all 512 compared');
  });
});
