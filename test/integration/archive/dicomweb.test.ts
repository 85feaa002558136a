import type { ArchiveSearchEnd, ArchiveStudy } from '@shared/domain';
import { OutboxId, StudyUid } from '@shared/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { el, type Element, encodeDataSet, encodePart10, sampleImage } from '../../support/dicom';
import { type Orthanc, startOrthanc, webPlugin } from '../../support/orthanc';
import { peer } from '../../support/peers';
import { readPart10, sendRaw } from '../../support/raw-sender';
import { servicesRig, type ServicesRig } from '../../support/services-rig';

const CT = '1.2.840.10008.5.1.4.1.1.2';
const ELE = '1.2.840.10008.1.2.1';
const program = peer('Orthanc');
const plugin = program === undefined ? undefined : webPlugin();
const THERE = StudyUid.parse('2.25.8200');
const HERE = StudyUid.parse('2.25.8201');
const COUNT = 25;

function image(study: string, n: number, extra: readonly Element[] = []): { uid: string; dataSet: Buffer; file: Uint8Array } {
  const uid = `${study}.1.${String(n)}`;
  const dataSet = Buffer.from(
    encodeDataSet(
      sampleImage({
        SOPInstanceUID: uid,
        StudyInstanceUID: study,
        SeriesInstanceUID: `${study}.${String(2 + (n % 2))}`,
        PatientID: 'W1',
        InstanceNumber: n,
        Rows: 64,
        Columns: 64,
        extra,
      }),
    ),
  );
  return { uid, dataSet, file: encodePart10({ SOPClassUID: CT, SOPInstanceUID: uid, TransferSyntaxUID: ELE }, dataSet) };
}

describe.skipIf(plugin === undefined)('an archive by DICOMweb (Orthanc)', () => {
  let station: ServicesRig;
  let orthanc: Orthanc;

  beforeAll(async () => {
    station = await servicesRig();
    orthanc = await startOrthanc(
      program ?? '',
      { aet: 'ALTERNATOR', port: station.port },
      { Plugins: [plugin], DicomWeb: { Enable: true, Root: '/dicom-web/' } },
    );
    for (let n = 1; n <= COUNT; n++) await orthanc.upload(image(THERE, n).file);
    const objects = Array.from({ length: COUNT }, (_, n) => {
      const { uid, dataSet } = image(HERE, n + 1);
      return { SOPClassUID: CT, SOPInstanceUID: uid, TransferSyntaxUID: ELE, dataSet };
    });
    await sendRaw(objects, { port: station.port, callingAeTitle: 'FILLER' });
    await station.client.call('node.save', {
      node: { name: 'Web', aeTitle: 'WEB', host: '127.0.0.1', port: 1, role: 'archive', url: `${orthanc.url}/dicom-web/` },
    });
  });
  afterAll(async () => {
    await orthanc[Symbol.asyncDispose]();
    await station[Symbol.asyncDispose]();
  });

  async function search(filter: object): Promise<{ studies: ArchiveStudy[]; end: ArchiveSearchEnd }> {
    const studies: ArchiveStudy[] = [];
    return new Promise((resolve, reject) => {
      let id = '';
      const offs = [
        station.client.on('archive.matches', (event) => event.searchId === id && studies.push(...event.studies)),
        station.client.on('archive.searchEnded', (end) => {
          if (end.searchId !== id) return;
          for (const off of offs) off();
          resolve({ studies, end });
        }),
      ];
      station.client.call('archive.search', { node: 'Web', filter, limit: 100 }).then(({ searchId }) => (id = searchId), reject);
    });
  }

  it('is tested, and says what it offers', async () => {
    const test = await station.client.call('node.test', { aeTitle: 'WEB', host: '127.0.0.1', port: 1, url: `${orthanc.url}/dicom-web` });
    expect(test).toMatchObject({ outcome: 'reachable', offers: ['QIDO-RS', 'WADO-RS', 'WADO-RS metadata', 'STOW-RS'] });
    const nothing = await station.client.call('node.test', { aeTitle: 'WEB', host: '127.0.0.1', port: 1, url: 'http://127.0.0.1:1/dicom-web' });
    expect(nothing).toMatchObject({ outcome: 'connectionRefused', offers: [] });
  });

  it('is asked what it offers when it is added, without anybody asking', async () => {
    const tested = async () => (await station.client.call('node.list', {})).nodes.find(({ name }) => name === 'Web')?.tested;
    await expect
      .poll(tested, { timeout: 20_000 })
      .toMatchObject({ outcome: 'reachable', offers: expect.arrayContaining(['QIDO-RS', 'WADO-RS metadata']) as string[] });
  });

  it('is searched with the same filters and gives the same rows as by C-FIND', async () => {
    const found = await search({ PatientName: 'doe', Modality: 'CT', studyDateFrom: '20200101' });
    expect(found.end).toMatchObject({ outcome: 'complete', matches: 1 });
    expect(found.studies).toMatchObject([
      { StudyInstanceUID: THERE, PatientName: 'Doe^Jane', PatientID: 'W1', instanceCount: COUNT, seriesCount: 2, hereCount: 0 },
    ]);
    expect((await search({ PatientID: 'NOBODY' })).studies).toEqual([]);
  });

  it('gives a study whose bytes are kept exactly as they came, and only what is missing', async () => {
    const first = await station.client.call('transfer.retrieve', { StudyInstanceUID: THERE, node: 'Web' });
    expect(await station.ended(first.jobId)).toMatchObject({ state: 'done', done: COUNT, total: COUNT, refused: [], alreadyHere: 0 });
    const again = await station.client.call('transfer.retrieve', { StudyInstanceUID: THERE, node: 'Web' });
    expect(await station.ended(again.jobId)).toMatchObject({ state: 'done', alreadyHere: COUNT });
    const { objects } = await station.client.call('study.objects', { StudyInstanceUID: THERE });
    for (const { proofs } of objects) expect(proofs).toMatchObject([{ node: 'Web', kind: 'proven' }]);
    // what the cache sends on is what the archive had
    const { jobId } = await station.client.call('transfer.send', { StudyInstanceUID: HERE, node: 'Web' });
    expect(await station.ended(jobId)).toMatchObject({ state: 'done', done: COUNT });
    for (let n = 1; n <= COUNT; n++) {
      const { uid, dataSet } = image(HERE, n);
      expect(dataSet.equals(readPart10(await orthanc.file(uid))?.dataSet ?? Buffer.alloc(0)), uid).toBe(true);
    }
    const id = OutboxId.parse(jobId);
    await expect.poll(async () => (await station.client.call('outbox.item', { id })).item.counts.proven, { timeout: 20_000 }).toBe(COUNT);
  });

  it('is found by its metadata to have another object under the same UID, and by the object itself to be sure; what only its metadata tell otherwise is no conflict', async () => {
    const uid = (n: number) => image(THERE, n).uid;
    const [id = ''] = (await orthanc.post('/tools/find', { Level: 'Instance', Query: { SOPInstanceUID: uid(3) } })) as string[];
    await fetch(`${orthanc.url}/instances/${id}`, { method: 'DELETE' });
    await orthanc.upload(image(THERE, 3, [el(0x00200060, 'CS', 'L')]).file);
    await station.client.call('study.open', { StudyInstanceUID: THERE });
    // its first answer makes it one that is asked
    await station.client.call('outage.tryNow', {});
    await station.client.call('reconcile.opened', { StudyInstanceUID: THERE });
    const items = async () => (await station.client.call('reconcile.list', {})).runs[0]?.items;
    await expect
      .poll(items, { timeout: 20_000 })
      .toMatchObject([{ kind: 'replaced', StudyInstanceUID: THERE, objects: [uid(3)], there: '1 image replaced, same UID, other content' }]);
    await station.client.call('reconcile.apply', { node: 'Web' });
    const setAside = async () => (await station.client.call('quarantine.list', {})).items.map(({ SOPInstanceUID, reason }) => [SOPInstanceUID, reason]);
    await expect.poll(setAside, { timeout: 20_000 }).toContainEqual([uid(3), 'replaced at Web']);
    await expect.poll(async () => (await station.client.call('study.get', { StudyInstanceUID: THERE })).study.instanceCount, { timeout: 20_000 }).toBe(COUNT);
  });

  it('says of an object that the archive refuses why, by itself', async () => {
    const study = StudyUid.parse('2.25.8202');
    const { uid, dataSet } = image(study, 1);
    await sendRaw([{ SOPClassUID: CT, SOPInstanceUID: uid, TransferSyntaxUID: ELE, dataSet }], { port: station.port, callingAeTitle: 'FILLER' });
    await station.client.call('node.save', {
      node: { name: 'Nowhere', aeTitle: 'WEB', host: '127.0.0.1', port: 1, role: 'archive', url: `${orthanc.url}/no-such-root` },
    });
    const { jobId } = await station.client.call('transfer.send', { StudyInstanceUID: study, node: 'Nowhere' });
    const job = await station.ended(jobId);
    expect(job.state).toBe('failed');
    expect(job.refused[0]?.reason).toContain('HTTP 404');
  });
});
