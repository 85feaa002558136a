import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StudyUid } from '@shared/domain';
import { encodeDataSet, encodePart10, sampleImage } from '../../support/dicom';
import { freePort, type Orthanc, startOrthanc } from '../../support/orthanc';
import { peer } from '../../support/peers';
import { rejectionNote } from '../../support/rejection-note';
import { servicesRig, type ServicesRig } from '../../support/services-rig';

const CT = '1.2.840.10008.5.1.4.1.1.2';
const program = peer('Orthanc');
const studyOf = (n: number): StudyUid => StudyUid.parse(`2.25.8810${String(n)}`);

function image(study: number, n: number, PatientID = `R${String(study)}`): Uint8Array {
  const SOPInstanceUID = `${studyOf(study)}.1.${String(n)}`;
  const elements = sampleImage({ SOPInstanceUID, StudyInstanceUID: studyOf(study), SeriesInstanceUID: `${studyOf(study)}.1`, PatientID, InstanceNumber: n });
  return encodePart10({ SOPClassUID: CT, SOPInstanceUID, TransferSyntaxUID: '1.2.840.10008.1.2.1' }, encodeDataSet(elements));
}

describe.skipIf(program === undefined)('an archive that changed and came back while this station was off', () => {
  let station: ServicesRig;
  let orthanc: Orthanc;
  let home: string;
  let port: number;
  const archive = (at: number): Promise<Orthanc> =>
    startOrthanc(program ?? '', { aet: 'ALTERNATOR', port: station.port }, { DicomPort: at, StorageDirectory: home, IndexDirectory: home });

  beforeAll(async () => {
    station = await servicesRig();
    home = mkdtempSync(join(tmpdir(), 'alternator-return-'));
    port = await freePort();
    orthanc = await archive(port);
    for (const study of [1, 2]) for (const n of [1, 2]) await orthanc.upload(image(study, n));
    await station.client.call('node.save', { node: { name: 'MAIN', aeTitle: 'ORTHANC', host: '127.0.0.1', port, role: 'archive' } });
    for (const study of [1, 2]) {
      const { jobId } = await station.client.call('transfer.retrieve', { StudyInstanceUID: studyOf(study), node: 'MAIN' });
      expect(await station.ended(jobId)).toMatchObject({ state: 'done' });
    }
  }, 60_000);
  afterAll(async () => {
    await station[Symbol.asyncDispose]();
    await orthanc[Symbol.asyncDispose]();
    rmSync(home, { recursive: true, force: true });
  });

  it('is compared at its first answer after the start: a rejection note and another patient id are listed, and nothing is done by itself', async () => {
    await orthanc[Symbol.asyncDispose]();
    for (let n = 0; n < 2; n++) await station.client.call('outage.tryNow', {});
    expect((await station.client.call('outage.status', {})).archives).toMatchObject([{ node: 'MAIN', state: 'noAnswer' }]);
    await station.services.close();
    orthanc = await archive(port);
    const of = { StudyInstanceUID: studyOf(1), SeriesInstanceUID: `${studyOf(1)}.1`, PatientID: 'R1', PatientName: 'Doe^Jane' };
    await orthanc.upload(rejectionNote(of, [{ SOPClassUID: CT, SOPInstanceUID: `${studyOf(1)}.1.2` }]));
    const [old = ''] = (await orthanc.post('/tools/find', { Level: 'Study', Query: { StudyInstanceUID: studyOf(2) } })) as string[];
    await fetch(`${orthanc.url}/studies/${old}`, { method: 'DELETE' });
    for (const n of [1, 2]) await orthanc.upload(image(2, n, 'CORRECTED'));
    await station.restart();
    const run = async () => (await station.client.call('reconcile.list', {})).runs[0];
    await expect.poll(async () => (await run())?.state, { timeout: 20_000 }).toBe('ready');
    const items = (await run())?.items ?? [];
    expect(items.map(({ kind, StudyInstanceUID, choice }) => [kind, StudyInstanceUID, choice]).sort()).toEqual([
      ['reidentified', studyOf(2), 'follow'],
      ['rejected', studyOf(1), 'follow'],
    ]);
    expect((await station.client.call('study.get', { StudyInstanceUID: studyOf(2) })).study.PatientID).toBe('R2');
  }, 60_000);

  it('is compared again at each start until everything is applied, and then no more', async () => {
    await station.restart();
    const runs = async () => (await station.client.call('reconcile.list', {})).runs;
    await expect.poll(async () => (await runs())[0]?.state, { timeout: 20_000 }).toBe('ready');
    await station.client.call('reconcile.apply', { node: 'MAIN' });
    await expect
      .poll(async () => (await station.client.call('study.get', { StudyInstanceUID: studyOf(2) }).catch(() => undefined))?.study.PatientID, { timeout: 20_000 })
      .toBe('CORRECTED');
    await station.restart();
    await expect.poll(async () => (await station.client.call('outage.status', {})).archives[0]?.state, { timeout: 20_000 }).toBe('ok');
    expect(await runs()).toEqual([]);
  }, 60_000);

  it('and what stood on the screen is counted over restarts and a rebuild of the index', async () => {
    const opened = await station.client.call('study.open', { StudyInstanceUID: studyOf(2) });
    const ids = opened.displaySets.flatMap(({ frames }) => frames.map(({ instanceId }) => instanceId));
    const viewed = async () => (await station.client.call('study.get', { StudyInstanceUID: studyOf(2) })).viewed;
    expect(await viewed()).toEqual({ whole: 0, part: 0 });
    await station.client.call('image.viewed', { images: ids.slice(0, 1).map((instanceId) => ({ instanceId, frameNumbers: [1] })) });
    expect(await viewed()).toEqual({ whole: 1, part: 0 });
    await station.restart();
    const { jobId } = await station.client.call('index.rebuild', {});
    expect(await station.ended(jobId)).toMatchObject({ state: 'done' });
    expect(await viewed()).toEqual({ whole: 1, part: 0 });
    const { studies } = await station.client.call('station.status', { viewed: true });
    expect(studies.list.find(({ StudyInstanceUID }) => StudyInstanceUID === studyOf(2))?.viewed).toEqual({ whole: 1, part: 0 });
    expect((await station.client.call('station.status', {})).studies.list[0]?.viewed).toBeUndefined();
  }, 60_000);
});
