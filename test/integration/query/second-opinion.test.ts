import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FindRequest, Match } from '../../../electron/services/dimse';
import { startOrthanc, type Orthanc } from '../../support/orthanc';
import { peer } from '../../support/peers';
import { part10Of, queryObjects } from '../../support/query-studies';
import { readPart10, sendRaw } from '../../support/raw-sender';
import { collectFind, targetOf } from '../../support/scu-run';
import { servicesRig, type ServicesRig } from '../../support/services-rig';

type Keys = FindRequest['keys'];

const program = peer('Orthanc');
const S1 = '2.25.9001';
const S3 = '2.25.9003';

/** Queries that every archive has to answer alike: level, keys. */
const QUERIES: readonly (readonly [words: string, root: FindRequest['root'], level: FindRequest['level'], keys: Keys])[] = [
  ['everything', 'study', 'STUDY', {}],
  ['a name', 'study', 'STUDY', { PatientName: 'Doe^Jane' }],
  ['a name in capitals', 'study', 'STUDY', { PatientName: 'DOE^JANE' }],
  ['the beginning of a name', 'study', 'STUDY', { PatientName: 'Do*' }],
  ['a name with one letter open', 'study', 'STUDY', { PatientName: 'd?e^jane' }],
  ['a name with umlauts', 'study', 'STUDY', { PatientName: 'müller^jörg' }],
  ['a patient id', 'study', 'STUDY', { PatientID: 'P1' }],
  ['a patient id with a wild card', 'study', 'STUDY', { PatientID: 'P?' }],
  ['a date', 'study', 'STUDY', { StudyDate: '20260102' }],
  ['a range of dates', 'study', 'STUDY', { StudyDate: '20251231-20260102' }],
  ['dates until', 'study', 'STUDY', { StudyDate: '-20251231' }],
  ['dates from', 'study', 'STUDY', { StudyDate: '20260103-' }],
  ['a range of times', 'study', 'STUDY', { StudyTime: '090000-230000' }],
  ['an accession number', 'study', 'STUDY', { AccessionNumber: 'A.1' }],
  ['accession numbers', 'study', 'STUDY', { AccessionNumber: 'A*' }],
  ['two UIDs', 'study', 'STUDY', { StudyInstanceUID: `${S1}\\${S3}` }],
  ['a UID that is not there', 'study', 'STUDY', { StudyInstanceUID: '2.25.1' }],
  ['a modality', 'study', 'STUDY', { ModalitiesInStudy: 'SR' }],
  ['two keys', 'study', 'STUDY', { PatientID: 'P1', StudyDate: '20260101-' }],
  ['patients', 'patient', 'PATIENT', {}],
  ['a patient', 'patient', 'PATIENT', { PatientName: 'doe*' }],
  ['studies of a patient', 'patient', 'STUDY', { PatientID: 'P1' }],
  ['series', 'study', 'SERIES', { StudyInstanceUID: S1 }],
  ['series of a modality', 'study', 'SERIES', { StudyInstanceUID: S1, Modality: 'SR' }],
  ['series by number', 'study', 'SERIES', { StudyInstanceUID: S3, SeriesNumber: '2' }],
  ['images', 'study', 'IMAGE', { StudyInstanceUID: S1, SeriesInstanceUID: `${S1}.1` }],
  ['an image by number', 'study', 'IMAGE', { StudyInstanceUID: S1, SeriesInstanceUID: `${S1}.1`, InstanceNumber: '2' }],
  ['images by UID', 'study', 'IMAGE', { StudyInstanceUID: S1, SeriesInstanceUID: `${S1}.1`, SOPInstanceUID: `${S1}.1.1\\${S1}.1.3` }],
];

const UNIQUE = { PATIENT: 'PatientID', STUDY: 'StudyInstanceUID', SERIES: 'SeriesInstanceUID', IMAGE: 'SOPInstanceUID' } as const;

describe.skipIf(program === undefined)('the same queries to Orthanc and to us', () => {
  let station: ServicesRig;
  let orthanc: Orthanc;

  beforeAll(async () => {
    station = await servicesRig([], 'ALTERNATOR', { allowQuery: [{ aeTitle: 'ASKER', host: '*' }] });
    orthanc = await startOrthanc(program ?? '', { aet: 'ASKER', port: 1 }, { DefaultEncoding: 'Utf8' });
    const objects = queryObjects();
    const answers = await sendRaw(objects, { port: station.port, callingAeTitle: 'FILLER' });
    expect(answers.map(({ status }) => status)).toEqual(objects.map(() => 0));
    for (const object of objects) await orthanc.upload(part10Of(object));
  });
  afterAll(async () => {
    await orthanc[Symbol.asyncDispose]();
    await station[Symbol.asyncDispose]();
  });

  const ask = async (port: number, called: string, request: FindRequest): Promise<Match[]> => {
    const { matches, end } = await collectFind(targetOf(port, called, 'ASKER'), request);
    expect(end).toMatchObject({ kind: 'complete' });
    return matches;
  };

  it.each(QUERIES)('%s (%s root, %s level) %j', async (_words, root, level, keys) => {
    const request: FindRequest = { root, level, keys };
    const uids = (matches: Match[]): string[] => matches.map((match) => match[UNIQUE[level]] ?? '').sort();
    const [ours, theirs] = [await ask(station.port, 'ALTERNATOR', request), await ask(orthanc.port, 'ORTHANC', request)];
    // to Orthanc a study without a date is older than every other
    const undated = '2.25.9005';
    expect(uids(ours)).toEqual(uids(theirs).filter((uid) => keys.StudyDate?.startsWith('-') !== true || uid !== undated));
  });

  it('answers what Orthanc answers, attribute by attribute', async () => {
    const request: FindRequest = { root: 'study', level: 'STUDY', keys: { StudyInstanceUID: S3 } };
    const [[ours], [theirs]] = [await ask(station.port, 'ALTERNATOR', request), await ask(orthanc.port, 'ORTHANC', request)];
    const { RetrieveAETitle, InstanceAvailability, ModalitiesInStudy, ...rest } = ours ?? {};
    expect({ RetrieveAETitle, InstanceAvailability, ModalitiesInStudy }).toEqual({
      RetrieveAETitle: 'ALTERNATOR',
      InstanceAvailability: 'ONLINE',
      ModalitiesInStudy: 'US',
    });
    for (const [keyword, value] of Object.entries(rest)) {
      const their = theirs?.[keyword as keyof Match];
      if (their !== undefined && their !== '') expect([keyword, value]).toEqual([keyword, their]);
    }
    expect(rest).toMatchObject({ PatientName: 'Yamada^Tarou=山田^太郎=やまだ^たろう', NumberOfStudyRelatedSeries: '2', NumberOfStudyRelatedInstances: '3' });
  });
});

describe.skipIf(program === undefined)('Orthanc asks us', () => {
  it('finds a study here, and fetches it by C-MOVE and by C-GET, element by element as it is kept', async () => {
    await using station = await servicesRig([], 'ALTERNATOR', { allowQuery: [{ aeTitle: 'ORTHANC', host: '127.0.0.1' }] });
    const objects = queryObjects();
    await sendRaw(objects, { port: station.port, callingAeTitle: 'FILLER' });
    for (const method of ['C-MOVE', 'C-GET']) {
      await using orthanc = await startOrthanc(program ?? '', { aet: 'ALTERNATOR', port: station.port });
      await station.client.call('node.save', { node: { name: method, aeTitle: 'ORTHANC', host: '127.0.0.1', port: orthanc.port, role: 'other' } });
      const found = (await orthanc.post('/modalities/us/query', { Level: 'Study', Query: { PatientName: 'müller*' } })) as { ID: string };
      const answers = (await orthanc.ask(`/queries/${found.ID}/answers?expand&simplify`)) as { StudyInstanceUID: string }[];
      expect(answers).toMatchObject([{ StudyInstanceUID: '2.25.9002' }]);
      await orthanc.post(`/queries/${found.ID}/retrieve`, { TargetAet: 'ORTHANC', RetrieveMethod: method, Synchronous: true });
      for (const object of objects.filter(({ SOPInstanceUID }) => SOPInstanceUID.startsWith('2.25.9002.'))) {
        const { dataSet } = readPart10(await orthanc.file(object.SOPInstanceUID)) ?? {};
        expect([method, dataSet?.equals(object.dataSet)]).toEqual([method, true]);
      }
      await station.client.call('node.remove', { name: method });
    }
  });
});
