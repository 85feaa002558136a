import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ArchiveSearchEnd, ArchiveStudy } from '@shared/domain';
import { StudyUid } from '@shared/domain';
import { encodeDataSet, encodePart10, sampleImage } from '../../support/dicom';
import { openGate } from '../../support/gate';
import { freePort, startOrthanc, type Orthanc } from '../../support/orthanc';
import { peer } from '../../support/peers';
import { sendRaw, type RawObject } from '../../support/raw-sender';
import { startStoreScp } from '../../support/store-scp';
import { servicesRig, type ServicesRig } from '../../support/services-rig';

const CT = '1.2.840.10008.5.1.4.1.1.2';
const ELE = '1.2.840.10008.1.2.1';
const STUDY = StudyUid.parse('2.25.700');
const COUNT = 30;
const program = peer('Orthanc');
const storescp = peer('storescp');

function image(n: number, StudyInstanceUID: string = STUDY): { uid: string; file: Uint8Array } {
  const uid = `${StudyInstanceUID}.1.${String(n)}`;
  const dataSet = encodeDataSet(
    sampleImage({
      SOPInstanceUID: uid,
      StudyInstanceUID,
      SeriesInstanceUID: `${StudyInstanceUID}.${String(2 + (n % 3))}`,
      PatientID: 'T1',
      InstanceNumber: n,
      Rows: 64,
      Columns: 64,
    }),
  );
  return { uid, file: encodePart10({ SOPClassUID: CT, SOPInstanceUID: uid, TransferSyntaxUID: ELE }, dataSet) };
}

describe.skipIf(program === undefined)('transfers with Orthanc', () => {
  let station: ServicesRig;
  let orthanc: Orthanc;

  beforeAll(async () => {
    station = await servicesRig();
    orthanc = await startOrthanc(program ?? '', { aet: 'ALTERNATOR', port: station.port });
    for (let n = 1; n <= COUNT; n++) await orthanc.upload(image(n).file);
    await station.client.call('node.save', { node: { name: 'Main', aeTitle: 'ORTHANC', host: '127.0.0.1', port: orthanc.port, role: 'archive' } });
  });
  afterAll(async () => {
    await orthanc[Symbol.asyncDispose]();
    await station[Symbol.asyncDispose]();
  });

  it('tests a node and says in words what it is and offers', async () => {
    const answer = await station.client.call('node.test', { aeTitle: 'ORTHANC', host: '127.0.0.1', port: orthanc.port });
    expect(answer).toMatchObject({ outcome: 'reachable', words: 'ORTHANC is reachable and answered the C-ECHO.' });
    expect(answer.offers).toEqual(expect.arrayContaining(['C-ECHO', 'Study Root C-FIND', 'Study Root C-MOVE', 'Study Root C-GET', 'Patient Root C-FIND']));
    expect(answer.storageClasses).toBeGreaterThan(50);
    const byTls = await station.client.call('node.test', { aeTitle: 'ORTHANC', host: '127.0.0.1', port: orthanc.port, tls: true, tlsName: 'pacs.example' });
    expect(byTls).toMatchObject({ words: expect.stringContaining('TLS') as string, offers: [] });
    expect(byTls.outcome).not.toBe('reachable');
    const other = await station.client.call('node.test', { aeTitle: 'SOMEBODY', host: '127.0.0.1', port: station.port });
    expect(other).toMatchObject({ outcome: 'calledAeUnknown' });
    const stranger = await station.client.call('node.test', { aeTitle: 'ALTERNATOR', host: '127.0.0.1', port: station.port });
    expect(stranger).toMatchObject({ outcome: 'callingAeUnknown' });
    const nobody = await station.client.call('node.test', { aeTitle: 'NOBODY', host: '127.0.0.1', port: await freePort() });
    expect(nobody).toMatchObject({ outcome: 'connectionRefused', offers: [] });
  });

  async function search(filter: object): Promise<{ studies: ArchiveStudy[]; end: ArchiveSearchEnd }> {
    const studies: ArchiveStudy[] = [];
    return new Promise((resolve, reject) => {
      let id = '';
      const offMatches = station.client.on('archive.matches', (event) => event.searchId === id && studies.push(...event.studies));
      const offEnd = station.client.on('archive.searchEnded', (end) => {
        if (end.searchId !== id) return;
        offMatches();
        offEnd();
        resolve({ studies, end });
      });
      station.client.call('archive.search', { node: 'Main', filter, limit: 100 }).then(({ searchId }) => (id = searchId), reject);
    });
  }

  it('searches the archive, fetches the study, knows that it is here', async () => {
    const found = await search({ PatientName: 'doe', studyDateFrom: '20260101', Modality: 'CT' });
    expect(found.end).toMatchObject({ outcome: 'complete', matches: 1 });
    expect(found.studies).toMatchObject([{ StudyInstanceUID: STUDY, PatientName: 'Doe^Jane', instanceCount: COUNT, seriesCount: 3, hereCount: 0 }]);

    const { jobId } = await station.client.call('transfer.retrieve', { StudyInstanceUID: STUDY, node: 'Main' });
    expect(await station.ended(jobId)).toMatchObject({ state: 'done', done: COUNT, total: COUNT, refused: [], alreadyHere: 0, studies: [STUDY] });
    const { study } = await station.client.call('study.get', { StudyInstanceUID: STUDY });
    expect(study.instanceCount).toBe(COUNT);
    expect((await search({ StudyInstanceUID: STUDY })).studies[0]?.hereCount).toBe(COUNT);

    const again = await station.client.call('transfer.retrieve', { StudyInstanceUID: STUDY, node: 'Main' });
    expect(await station.ended(again.jobId)).toMatchObject({ state: 'done', alreadyHere: COUNT, done: COUNT });
  });

  it('fetches only what is missing, and says which studies an archive does not have', async () => {
    await orthanc.upload(image(COUNT + 1).file);
    const { jobId } = await station.client.call('transfer.retrieve', { StudyInstanceUID: STUDY, node: 'Main' });
    expect(await station.ended(jobId)).toMatchObject({ state: 'done', alreadyHere: COUNT, done: COUNT + 1 });
    const none = await station.client.call('transfer.retrieve', { StudyInstanceUID: StudyUid.parse('2.25.404'), node: 'Main' });
    expect(await station.ended(none.jobId)).toMatchObject({ state: 'failed', error: '"Main" does not have this study (any more).' });
  });

  it('takes up a fetch that a restart interrupted', async () => {
    const other = StudyUid.parse('2.25.701');
    for (let n = 1; n <= COUNT; n++) await orthanc.upload(image(n, other).file);
    const { jobId } = await station.client.call('transfer.retrieve', { StudyInstanceUID: other, node: 'Main' });
    await new Promise((resolve) => setTimeout(resolve, 150));
    await station.restart();
    expect(await station.ended(jobId)).toMatchObject({ state: 'done', done: COUNT, total: COUNT, refused: [] });
  });

  it('falls back to C-GET when the archive does not know us as a destination, and says so', async () => {
    const own = await servicesRig([{ name: 'Main', aeTitle: 'ORTHANC', host: '127.0.0.1', port: orthanc.port, role: 'archive' }], 'STRANGER');
    try {
      const { jobId } = await own.client.call('transfer.retrieve', { StudyInstanceUID: STUDY, node: 'Main' });
      const job = await own.ended(jobId);
      expect(job).toMatchObject({ state: 'done', done: COUNT + 1, refused: [] });
      expect(job.notes).toEqual([expect.stringMatching(/^By C-MOVE nothing came, so C-GET was taken: ORTHANC answered 0xC000/)]);
    } finally {
      await own[Symbol.asyncDispose]();
    }
  });

  it('takes C-GET for the rest when C-MOVE breaks off in the middle, says so, and asks for the next study by C-MOVE again', async () => {
    await using own = await servicesRig();
    await using gate = await openGate(own.port);
    // by an association that stands still it gives up after a second
    await using slow = await startOrthanc(program ?? '', { aet: 'ALTERNATOR', port: gate.port }, { DicomScuTimeout: 1 });
    const next = StudyUid.parse('2.25.702');
    for (let n = 1; n <= COUNT; n++) for (const study of [STUDY, next]) await slow.upload(image(n, study).file);
    await own.client.call('node.save', { node: { name: 'Slow', aeTitle: 'ORTHANC', host: '127.0.0.1', port: slow.port, role: 'archive' } });
    const told: number[] = [];
    own.client.on('job.changed', ({ state, done }) => state === 'running' && told.push(done));
    gate.letPass(10 * 9_000);
    const { jobId } = await own.client.call('transfer.retrieve', { StudyInstanceUID: STUDY, node: 'Slow' });
    expect(await own.ended(jobId)).toMatchObject({
      state: 'done',
      done: COUNT,
      notes: [expect.stringMatching(/^By C-MOVE no more came, so C-GET was taken: ORTHANC answered 0xC000/)],
    });
    expect(
      told.filter((done) => done > 5 && done < 15),
      'while the rest stood still',
    ).not.toEqual([]);
    gate.letPass(Infinity);
    const before = gate.passed();
    const again = await own.client.call('transfer.retrieve', { StudyInstanceUID: next, node: 'Slow' });
    expect(await own.ended(again.jobId)).toMatchObject({ state: 'done', done: COUNT, notes: [] });
    expect(gate.passed() - before, 'by associations of the archive').toBeGreaterThan(COUNT * 8_192);
  });

  it.skipIf(storescp === undefined)('sends what it holds to storescp +B byte for byte, in every syntax', async () => {
    await using scp = await startStoreScp(storescp ?? '');
    const objects = objectsToSend();
    const answers = await sendRaw(objects, { port: station.port, callingAeTitle: 'FILLER' });
    expect(answers.map((answer) => answer.status)).toEqual(objects.map(() => 0));
    await station.client.call('node.save', { node: { name: 'Scp', aeTitle: 'ANY', host: '127.0.0.1', port: scp.port, role: 'other' } });
    const { jobId } = await station.client.call('transfer.send', { StudyInstanceUID: StudyUid.parse('2.25.800'), node: 'Scp' });
    expect(await station.ended(jobId)).toMatchObject({ state: 'done', refused: [], done: objects.length });
    const received = await scp.received();
    for (const object of objects) {
      expect(received.get(object.SOPInstanceUID)?.TransferSyntaxUID).toBe(object.TransferSyntaxUID);
      expect(received.get(object.SOPInstanceUID)?.dataSet.equals(object.dataSet)).toBe(true);
    }
  });

  it.skipIf(storescp === undefined)('says of each object that the node does not take that it was not sent', async () => {
    await using scp = await startStoreScp(storescp ?? '', ['+xi']);
    await station.client.call('node.save', { node: { name: 'Implicit', aeTitle: 'ANY', host: '127.0.0.1', port: scp.port, role: 'other' } });
    const { jobId } = await station.client.call('transfer.send', { StudyInstanceUID: StudyUid.parse('2.25.800'), node: 'Implicit' });
    const job = await station.ended(jobId);
    expect(job).toMatchObject({ state: 'failed', done: 1 });
    expect(job.refused).toHaveLength(objectsToSend().length - 1);
    expect(job.refused[0]?.reason).toContain('is not converted without being asked');
    expect((await scp.received()).size).toBe(1);
  });
});

/** One generated object for each of several syntaxes. */
function objectsToSend(): RawObject[] {
  const base = '1.2.840.10008.1.2';
  return ['', '.1', '.2', '.4.50', '.4.51', '.4.70', '.4.80', '.4.81', '.4.90', '.4.91', '.5'].map((suffix, n): RawObject => {
    const SOPInstanceUID = `2.25.800.${String(n)}`;
    const encoding = suffix === '' ? 'implicitLE' : suffix === '.2' ? 'explicitBE' : 'explicitLE';
    const content = suffix === '' || suffix === '.1' || suffix === '.2' ? { Rows: 512, Columns: 512 } : { fragments: [new Uint8Array(300_000).fill(n)] };
    const dataSet = Buffer.from(encodeDataSet(sampleImage({ SOPInstanceUID, StudyInstanceUID: '2.25.800', ...content }), encoding));
    return { SOPClassUID: CT, SOPInstanceUID, TransferSyntaxUID: base + suffix, dataSet };
  });
}
