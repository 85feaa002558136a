import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { foldText, foldWords, patientKeyOf, type StudyFilter, type StudySortKey, StudyUid } from '@shared/domain';
import { createNodeFiles } from '../../../electron/services/cache';
import { type Index, type IndexedObject, openIndex } from '../../../electron/services/index';
import { hostEnvironment } from '../../support/storage-rig';
import { syntheticInstance } from '../../support/synthetic-index';

let index: Index;
beforeEach(() => {
  index = openIndex(':memory:', hostEnvironment('/nowhere', createNodeFiles()));
});
afterEach(() => index.close());

/** Instance `n` of a study of its own, with attributes changed. */
function object(n: number, changed: Partial<IndexedObject['attributes']> = {}, arrivedAtMs = 1000): IndexedObject {
  const base = syntheticInstance(n, 1);
  return { ...base, arrivedAtMs, attributes: { ...base.attributes, ...changed } };
}

function names(filter: StudyFilter, key: StudySortKey = 'PatientName', descending = false): string[] {
  return index.search({ filter, sort: { key, descending }, offset: 0, limit: 100 }).rows.map((row) => row.PatientName);
}

describe('text folding', () => {
  it.each([
    ['Müller^Jörg', 'muller jorg'],
    ['Strauß', 'strauss'],
    ['Łukasz Ørsted', 'lukasz orsted'],
    ['Yamada^Tarou=山田^太郎=やまだ^たろう', 'yamada tarou 山田 太郎 やまた たろう'],
    ['ＹＡＭＡＤＡ', 'yamada'],
    ['김^희중', '김 희중'],
  ])('folds %s to %s', (text, folded) => expect(foldText(text)).toBe(folded));

  it('makes words of wild cards and separators', () => expect(foldWords(' *Doe^J? ')).toEqual(['doe', 'j']));
});

describe('search', () => {
  beforeEach(() => {
    index.put(
      [
        object(0, {
          PatientName: 'Müller^Jörg',
          PatientID: 'A1',
          StudyDescription: 'Thorax',
          Modality: 'CT',
          StudyDate: '20240105',
          PatientBirthDate: '19500101',
        }),
        object(1, {
          PatientName: 'Yamada^Tarou=山田^太郎',
          PatientID: 'B2',
          StudyDescription: 'Knee',
          Modality: 'MR',
          StudyDate: '20240210',
          PatientBirthDate: '19620303',
        }),
        object(2, { PatientName: 'Wang^XiaoDong=王^小东', PatientID: 'C%_3', StudyDescription: 'Chest', Modality: 'CT', StudyDate: '', PatientBirthDate: '' }),
      ],
      { durable: true },
    );
  });

  it.each<[string, StudyFilter, string[]]>([
    ['without marks and case', { text: 'muller' }, ['Müller^Jörg']],
    ['with marks', { PatientName: 'MÜLLER' }, ['Müller^Jörg']],
    ['by ideographs inside a group', { text: '田' }, ['Yamada^Tarou=山田^太郎']],
    ['by every word, over several fields', { text: 'wang chest' }, ['Wang^XiaoDong=王^小东']],
    ['nothing when one word is missing', { text: 'wang knee' }, []],
    ['wild cards of SQL as themselves', { PatientID: '%_' }, ['Wang^XiaoDong=王^小东']],
    ['by modality, whole', { Modality: 'MR' }, ['Yamada^Tarou=山田^太郎']],
    ['by an inclusive range of dates', { studyDateFrom: '20240105', studyDateTo: '20240210' }, ['Müller^Jörg', 'Yamada^Tarou=山田^太郎']],
    ['a range without start, leaving out the undated', { studyDateTo: '20240131' }, ['Müller^Jörg']],
    ['by year of birth', { birthYear: '1962' }, ['Yamada^Tarou=山田^太郎']],
    ['by state', { state: 'done' }, []],
  ])('finds %s', (_name, filter, found) => expect(names(filter)).toEqual(found));

  it('counts all, and those that match, over pages', () => {
    const page = index.search({ filter: { Modality: 'CT' }, sort: { key: 'StudyDate', descending: true }, offset: 1, limit: 1 });
    expect(page).toMatchObject({ matching: 2, all: 3 });
    expect(page.rows).toHaveLength(1);
  });

  it.each<StudySortKey>([
    'PatientName',
    'PatientID',
    'PatientBirthDate',
    'StudyDate',
    'AccessionNumber',
    'Modality',
    'StudyDescription',
    'instanceCount',
    'state',
    'lastArrivalAt',
  ])('sorts by %s both ways, each the other turned round', (key) => expect(names({}, key, true)).toEqual(names({}, key, false).reverse()));
});

describe('search after changes', () => {
  const all = ['PatientName', 'StudyDate', 'instanceCount', 'lastArrivalAt', 'state'] as const;
  /** The list in memory must agree with SQLite's own order of the same rows, whatever was done since it was made. */
  const agrees = () => {
    for (const key of all) expect(names({ text: 'p' }, key)).toEqual(names({}, key));
  };

  it('finds what came, changed and went after the first question, in the order of the database', () => {
    index.put(
      Array.from({ length: 30 }, (_, n) => object(n, {}, 1000 + ((n * 7) % 30))),
      { durable: true },
    );
    agrees();
    index.put(
      Array.from({ length: 30 }, (_, n) => object(100 + n, { PatientName: `P${String((n * 11) % 30)}` }, 2000 - n)),
      { durable: false },
    );
    agrees();
    for (const n of [3, 8, 105]) index.setState(StudyUid.parse(object(n).attributes.StudyInstanceUID), 'done', 'user', 1);
    expect(names({ state: 'done' })).toHaveLength(3);
    agrees();
    index.remove([2, 8, 110].map((n) => object(n).attributes.SOPInstanceUID));
    expect(names({ state: 'done' })).toHaveLength(2);
    expect(names({ text: 'p' })).toHaveLength(57);
    agrees();
    index.restoreStates([{ StudyInstanceUID: object(4).attributes.StudyInstanceUID, state: 'held', actor: 'user', atMs: 2 }]);
    expect(names({ state: 'held' })).toHaveLength(1);
    agrees();
  });

  it('adds the facts of files to rows, and says which objects have none', () => {
    const { file, ...journalled } = syntheticInstance(0, 5);
    if (file === undefined) throw new Error('no facts');
    index.put([journalled], { durable: false });
    const { SOPInstanceUID } = journalled.attributes;
    expect(index.putFiles([SOPInstanceUID, '2.25.404'].map((uid) => ({ SOPInstanceUID: uid, file })))).toEqual(['2.25.404']);
    expect(index.instanceByUid(SOPInstanceUID)?.file?.dataOffset).toBe(file.dataOffset);
    expect([index.has(SOPInstanceUID), index.has('2.25.404')]).toEqual([true, false]);
  });
});

describe('rows', () => {
  it('give back every attribute of every instance, though only differences are kept', () => {
    const objects = Array.from({ length: 5 }, (_, n) => syntheticInstance(n, 5));
    const odd = syntheticInstance(3, 5);
    const { image: _image, ...noImage } = odd.attributes;
    objects[3] = { ...odd, attributes: noImage, pixel: { kind: 'none' } };
    index.put(objects, { durable: true });
    const uid = StudyUid.parse(objects[0]?.attributes.StudyInstanceUID);
    expect(index.instances(uid).map(({ id: _id, ...rest }) => rest)).toEqual(
      objects.map((one) => ({ ...one, file: { ...one.file, sha256: new Uint8Array(one.file?.sha256 ?? []), chunkDigests: new Uint8Array(0) } })),
    );
  });

  it('count each object once, whether it is put again without or with its file', () => {
    const one = syntheticInstance(0, 5);
    const { file: _file, ...journalled } = one;
    index.put([journalled], { durable: false });
    index.put([one], { durable: true });
    index.put([one, syntheticInstance(1, 5)], { durable: true });
    expect(index.counts()).toEqual({ objects: 2, studies: 1, sizeBytes: 2 * one.sizeBytes });
    expect(index.getStudy(StudyUid.parse(one.attributes.StudyInstanceUID))).toMatchObject({
      instanceCount: 2,
      seriesCount: 1,
      sizeBytes: 2 * one.sizeBytes,
      ModalitiesInStudy: ['CT'],
    });
  });

  it('find the priors of a patient by id and issuer, newest first', () => {
    const same = { PatientID: 'X', IssuerOfPatientID: 'HOSPITAL' };
    index.put(
      [object(0, { ...same, StudyDate: '20200101' }), object(1, { ...same, StudyDate: '20240101' }), object(2, { PatientID: 'X', IssuerOfPatientID: 'OTHER' })],
      { durable: true },
    );
    expect(index.priors(patientKeyOf('X', 'HOSPITAL')).map((row) => row.StudyDate)).toEqual(['20240101', '20200101']);
  });

  it('go when their objects go, the empty study with them', () => {
    const gone: string[] = [];
    index.onRemoved((uids) => gone.push(...uids));
    index.put([syntheticInstance(0, 2), syntheticInstance(1, 2)], { durable: true });
    const { SOPInstanceUID, StudyInstanceUID } = syntheticInstance(0, 2).attributes;
    index.remove([SOPInstanceUID]);
    expect(index.getStudy(StudyUid.parse(StudyInstanceUID))?.instanceCount).toBe(1);
    index.remove([syntheticInstance(1, 2).attributes.SOPInstanceUID]);
    expect(gone).toEqual([StudyInstanceUID]);
    expect(index.counts()).toEqual({ objects: 0, studies: 0, sizeBytes: 0 });
  });

  it('of the audit trail are only ever added', () => {
    index.audit({ atMs: 1, user: 'u', action: 'study.open', outcome: 'allowed', detail: '' });
    index.audit({ atMs: 2, user: 'u', action: 'study.open', outcome: 'denied', detail: '' });
    expect(index.auditTail(10).map(({ atMs }) => atMs)).toEqual([2, 1]);
  });
});
