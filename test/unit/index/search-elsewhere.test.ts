import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ArchiveStudy, type StudyFilter, type StudySortKey, StudyUid } from '@shared/domain';
import { createFoundStudies } from '../../../electron/services/archive';
import { createNodeFiles } from '../../../electron/services/cache';
import { type Index, type IndexedObject, openIndex } from '../../../electron/services/index';
import { hostEnvironment } from '../../support/storage-rig';
import { syntheticInstance } from '../../support/synthetic-index';

let index: Index;
let found: ReturnType<typeof createFoundStudies>;
beforeEach(() => {
  index = openIndex(':memory:', hostEnvironment('/nowhere', createNodeFiles()));
  found = createFoundStudies();
});
afterEach(() => index.close());

function object(n: number, changed: Partial<IndexedObject['attributes']>): IndexedObject {
  const base = syntheticInstance(n, 1);
  return { ...base, arrivedAtMs: 1000, attributes: { ...base.attributes, ...changed } };
}

function study(uid: string, changed: Partial<ArchiveStudy> = {}): ArchiveStudy {
  return {
    StudyInstanceUID: StudyUid.parse(uid),
    PatientName: 'Doe^Jane',
    PatientID: '4711',
    IssuerOfPatientID: '',
    PatientBirthDate: '19540314',
    PatientSex: 'F',
    StudyDate: '20240101',
    StudyTime: '',
    AccessionNumber: '',
    StudyDescription: 'CHEST',
    ReferringPhysicianName: '',
    InstitutionName: '',
    ModalitiesInStudy: ['CT'],
    instanceCount: 512,
    hereCount: 0,
    ...changed,
  };
}

function search(filter: StudyFilter = {}, key: StudySortKey = 'PatientName', descending = false, page = { offset: 0, limit: 100 }) {
  return index.search({ filter, sort: { key, descending }, ...page, others: found.rows(['one', 'two']) });
}
const names = (...args: Parameters<typeof search>): string[] => search(...args).rows.map((row) => row.PatientName);

describe('the list with studies that are elsewhere', () => {
  beforeEach(() => {
    index.put(
      [
        object(0, { PatientName: 'Bauer^Anna', StudyDate: '20240102', ReferringPhysicianName: 'Grün^Eva', BodyPartExamined: 'CHEST' }),
        object(1, { PatientName: 'Doe^Zoe', Modality: 'CT', StudyDate: '20240104', BodyPartExamined: 'KNEE' }),
      ],
      { durable: true },
    );
    found.begin('one', 'MAIN', '2026-11-22T08:14:00.000Z');
    found.begin('two', 'TEACHING', '2026-11-22T08:15:00.000Z');
    found.add('one', [study('1.2.900'), study('1.2.901', { PatientName: 'Abel^Tom', StudyDate: '20240103', ModalitiesInStudy: ['MR'] })]);
    found.add('two', [study('1.2.900', { instanceCount: 500 })]);
  });

  it('puts them in their place, each once, with the archives that have them', () => {
    expect(names()).toEqual(['Abel^Tom', 'Bauer^Anna', 'Doe^Jane', 'Doe^Zoe']);
    expect(names({}, 'StudyDate', true)).toEqual(['Doe^Zoe', 'Abel^Tom', 'Bauer^Anna', 'Doe^Jane']);
    const { rows, matching, remote, all } = search();
    expect({ matching, remote, all }).toEqual({ matching: 4, remote: 2, all: 2 });
    expect(rows[2]).toMatchObject({
      where: { kind: 'remote' },
      at: [
        { node: 'MAIN', instanceCount: 512, asOf: '2026-11-22T08:14:00.000Z' },
        { node: 'TEACHING', instanceCount: 500 },
      ],
    });
  });

  it('cuts pages that neither overlap nor leave out', () => {
    const pages = [0, 1, 2, 3].map((offset) => search({}, 'PatientName', true, { offset, limit: 1 }).rows[0]?.PatientName);
    expect(pages).toEqual(['Doe^Zoe', 'Doe^Jane', 'Bauer^Anna', 'Abel^Tom']);
  });

  it('shows a study of which something is here by what is here', () => {
    index.put([object(2, { StudyInstanceUID: '1.2.900', PatientName: 'Doe^Jane', StudyDate: '20240101' })], { durable: true });
    const rows = search().rows.filter((row) => row.StudyInstanceUID === '1.2.900');
    expect(rows).toHaveLength(1);
    expect(rows[0]?.where.kind).not.toBe('remote');
    expect(found.places('1.2.900').map(({ node }) => node)).toEqual(['TEACHING', 'MAIN']);
  });

  it.each<[string, StudyFilter, string[]]>([
    ['by name', { PatientName: 'doe' }, ['Doe^Jane', 'Doe^Zoe']],
    ['by modality', { Modality: 'MR' }, ['Abel^Tom']],
    ['by where they are', { where: 'remote' }, ['Abel^Tom', 'Doe^Jane']],
    ['by what is here', { where: 'here' }, ['Bauer^Anna', 'Doe^Zoe']],
    ['by a state, which only studies have that are here', { state: 'unread' }, ['Bauer^Anna', 'Doe^Zoe']],
    ['by referring physician: an archive has looked at its own', { ReferringPhysicianName: 'grun' }, ['Abel^Tom', 'Bauer^Anna', 'Doe^Jane']],
    ['by body part of any series', { BodyPartExamined: 'knee' }, ['Abel^Tom', 'Doe^Jane', 'Doe^Zoe']],
  ])('filters %s', (_name, filter, expected) => expect(names(filter)).toEqual(expected));

  it('lists nothing of searches that it was not asked for, and forgets the oldest', () => {
    const only = index.search({ filter: {}, sort: { key: 'PatientName', descending: false }, offset: 0, limit: 10, others: found.rows(['two', 'gone']) });
    expect(only.remote).toBe(1);
    for (let n = 0; n < 900; n++) found.begin(`later ${String(n)}`, 'MAIN', '');
    expect(found.rows(['one', 'two'])).toEqual([]);
  });

  it('pages through thousands of matches', () => {
    found.add(
      'one',
      Array.from({ length: 5000 }, (_, n) => study(`1.2.3.${String(n + 1)}`, { PatientName: `Many^${String(n).padStart(4, '0')}`, StudyDate: '20200101' })),
    );
    const page = search({ PatientName: 'many' }, 'PatientName', false, { offset: 4990, limit: 200 });
    expect(page.matching).toBe(5000);
    expect(page.rows.map((row) => row.PatientName)).toEqual(Array.from({ length: 10 }, (_, n) => `Many^${String(4990 + n)}`));
  });
});

it('searches that found more together than is kept are forgotten oldest first, and named as gone', () => {
  const kept = createFoundStudies(3);
  for (const id of ['one', 'two']) kept.begin(id, id, '2026-11-22T08:14:00.000Z');
  kept.add('one', [study('1.2.1'), study('1.2.2')]);
  kept.add('two', [study('1.2.3')]);
  expect([kept.gone(['one', 'two', 'never']), kept.rows(['one', 'two'])]).toEqual([['never'], [expect.anything(), expect.anything(), expect.anything()]]);
  kept.add('two', [study('1.2.3'), study('1.2.4')]);
  expect(kept.gone(['one', 'two'])).toEqual(['one']);
  expect(kept.rows(['one', 'two']).map(({ StudyInstanceUID }) => StudyInstanceUID)).toEqual(['1.2.3', '1.2.4']);
});
