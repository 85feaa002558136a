import { describe, expect, it } from 'vitest';
import { StudyUid } from '@shared/domain';
import { compareStudy, type LocalStudy, type RemoteStudy } from '../../../electron/services/sync';

const object = (n: number, series = 1) => ({ SOPInstanceUID: `1.2.${String(n)}`, SeriesInstanceUID: `1.3.${String(series)}`, wasThere: true });

function local(changed: Partial<LocalStudy> = {}): LocalStudy {
  return {
    StudyInstanceUID: StudyUid.parse('1.2.3'),
    PatientName: 'Chen^Wei',
    PatientID: '38816',
    IssuerOfPatientID: '',
    PatientBirthDate: '19850411',
    PatientSex: 'F',
    AccessionNumber: 'A-1',
    StudyDate: '20261121',
    StudyDescription: 'CERVICAL SPINE',
    Modalities: ['MR'],
    objects: [object(1), object(2)],
    unsent: 0,
    results: [],
    ...changed,
  };
}

function remote(changed: Partial<RemoteStudy> = {}): RemoteStudy {
  const { PatientName, PatientID, IssuerOfPatientID, PatientBirthDate, PatientSex, AccessionNumber, objects } = local();
  return {
    PatientName,
    PatientID,
    IssuerOfPatientID,
    PatientBirthDate,
    PatientSex,
    AccessionNumber,
    objects,
    rejections: [],
    suspects: [],
    replaced: [],
    ...changed,
  };
}

describe('a study compared with its archive', () => {
  it('is the same when UIDs and values are equal, case and padding apart, and where the archive says nothing', () => {
    expect(compareStudy('MAIN', local(), remote())).toEqual([]);
    expect(compareStudy('MAIN', local(), remote({ PatientName: 'CHEN^WEI^^^', IssuerOfPatientID: '', AccessionNumber: '' }))).toEqual([]);
  });

  it('has new objects: fetched unless somebody says otherwise, over unsent work too', () => {
    const [item, ...others] = compareStudy('MAIN', local({ unsent: 2 }), remote({ objects: [object(1), object(2), object(3, 2), object(4, 2)] }));
    expect(others).toEqual([]);
    expect(item).toMatchObject({ kind: 'newObjects', there: '+ 1 series, 2 images', objects: ['1.2.3', '1.2.4'], choice: 'fetch' });
  });

  it('was rejected: those objects are set aside unless somebody keeps them; they are not missing as well', () => {
    const rejections = [{ title: 'Rejected for Quality Reasons', references: ['1.2.1', '9.9'] }];
    const items = compareStudy('MAIN', local(), remote({ objects: [object(2)], rejections }));
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({ kind: 'rejected', objects: ['1.2.1'], choice: 'follow', there: 'rejected: Rejected for Quality Reasons' });
    expect(items[0]?.here).toContain('1 of 2');
  });

  it('was re-identified: both values side by side', () => {
    const [item] = compareStudy('MAIN', local(), remote({ PatientID: '38817', PatientBirthDate: '19851104' }));
    expect(item).toMatchObject({
      kind: 'reidentified',
      choice: 'follow',
      there: 're-identified: Patient ID 38816 \u2192 38817, Born 19850411 \u2192 19851104',
    });
    expect(item?.values).toContainEqual({ name: 'Patient ID', here: '38816', there: '38817' });
  });

  it.each([
    ['Issuer', { IssuerOfPatientID: 'ST-BRIGID' }],
    ['Name', { PatientName: 'Chen^Wei-An' }],
    ['Sex', { PatientSex: 'M' }],
    ['Accession', { AccessionNumber: 'A-2' }],
  ])('was re-identified when its %s is another one', (name, changed) => {
    const [item] = compareStudy('MAIN', local(), remote(changed));
    expect(item).toMatchObject({ kind: 'reidentified', choice: 'follow' });
    expect(item?.there).toContain(name);
  });

  it('was re-identified: what only this station has is not set aside, and that is said', () => {
    const [item] = compareStudy('MAIN', local({ unsent: 1, objects: [object(1), object(2), { ...object(9), wasThere: false }] }), remote({ PatientID: '1' }));
    expect(item).toMatchObject({ kind: 'reidentified', objects: ['1.2.1', '1.2.2'] });
    expect(item?.choices[0]?.willHappen).toContain('1 object that MAIN does not have stays, with the old values');
    expect(item?.values).toContainEqual({ name: 'UIDs', here: '2 equal', there: '2 equal' });
  });

  it('is missing where it was proven: kept, never deleted by itself; what was never there is not missed', () => {
    expect(compareStudy('MAIN', local(), undefined)).toMatchObject([
      { kind: 'missing', choice: 'keep', there: 'not found, 2 were proven', objects: ['1.2.1', '1.2.2'] },
    ]);
    const never = local({ objects: [{ ...object(1), wasThere: false }] });
    expect(compareStudy('MAIN', never, undefined)).toEqual([]);
  });

  it.each<[string, RemoteStudy | undefined]>([
    ['rejected', remote({ rejections: [{ title: 'Rejected', references: ['1.2.1'] }] })],
    ['reidentified', remote({ PatientID: '1' })],
    ['missing', undefined],
  ])('with unsent work waits for a choice when it was %s', (kind, there) => {
    const [item] = compareStudy('MAIN', local({ unsent: 1 }), there);
    expect(item?.kind).toBe(kind);
    expect(item?.choice).toBeUndefined();
    expect(item?.choices.map(({ id }) => id)).toContain('hold');
  });

  it('was re-identified under results that are not sent: they can be written again, sent as they are, or wait', () => {
    const note = {
      kind: 'note',
      SOPInstanceUID: '1.2.9',
      title: 'Key image note: Of Interest',
      images: 2,
      by: 'okafor',
      at: '2026-11-22T08:22:00.000Z',
    } as const;
    const [item] = compareStudy(
      'MAIN',
      local({ unsent: 1, results: [note], objects: [object(1), object(2), { ...object(9), wasThere: false }] }),
      remote({ PatientID: '81910' }),
    );
    expect(item?.choice).toBeUndefined();
    expect(item?.choices.map(({ id, text }) => [id, text])).toEqual([
      ['newId', 'New ID'],
      ['oldId', 'Old ID'],
      ['hold', 'Hold'],
    ]);
    expect(item?.choices[0]?.willHappen).toContain('1 result written again with the values of MAIN, 81910');
    expect(item?.choices[1]?.willHappen).toContain('1 result sent as it is, 38816');
    expect(item?.here).toBe('2 images, 1 result not sent');
    expect(item?.values.find(({ name }) => name === 'Images')).toMatchObject({ here: '2', there: '2' });
    // the note is not the archive's, but not a stranger either
    expect(item?.choices[0]?.willHappen).not.toContain('does not have');
    expect(item?.objects).toEqual(['1.2.1', '1.2.2']);
    expect(item?.results).toEqual([note]);
  });

  it('says which replaced images were not compared themselves', () => {
    const objects = [1, 2].map((n) => ({ SOPInstanceUID: `1.2.${String(n)}`, SeriesInstanceUID: '1.3.1', isCompared: n === 1 }));
    const [item] = compareStudy('MAIN', local(), remote({ replaced: objects }));
    expect(item?.there).toBe('2 images replaced, same UID, other content; 1 of them by what MAIN says of it, not compared');
  });
});
