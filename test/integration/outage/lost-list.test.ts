import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { StudyUid } from '@shared/domain';
import { createNodeFiles } from '../../../electron/services/cache';
import { layoutOf } from '../../../electron/services/cache/layout';
import { encodeDataSet, encodePart10, sampleImage } from '../../support/dicom';
import { FaultLayer } from '../../support/fault-layer';
import { freePort, type Orthanc, startOrthanc } from '../../support/orthanc';
import { peer } from '../../support/peers';
import { servicesRig } from '../../support/services-rig';

const CT = '1.2.840.10008.5.1.4.1.1.2';
const program = peer('Orthanc');
const studyOf = (n: number): StudyUid => StudyUid.parse(`2.25.8860${String(n)}`);

function image(study: number, PatientID = `L${String(study)}`): Uint8Array {
  const SOPInstanceUID = `${studyOf(study)}.1.1`;
  const elements = sampleImage({ SOPInstanceUID, StudyInstanceUID: studyOf(study), SeriesInstanceUID: `${studyOf(study)}.1`, PatientID });
  return encodePart10({ SOPClassUID: CT, SOPInstanceUID, TransferSyntaxUID: '1.2.840.10008.1.2.1' }, encodeDataSet(elements));
}

it.skipIf(program === undefined)(
  'a comparison after an outage waits while the list is damaged and cannot be made again, and goes on by itself when it is',
  { timeout: 120_000 },
  async () => {
    const faults = new FaultLayer(createNodeFiles());
    await using station = await servicesRig([], 'ALTERNATOR', {}, { files: faults.layer });
    const home = mkdtempSync(join(tmpdir(), 'alternator-lost-list-'));
    const port = await freePort();
    const archive = (): Promise<Orthanc> =>
      startOrthanc(program ?? '', { aet: 'ALTERNATOR', port: station.port }, { DicomPort: port, StorageDirectory: home, IndexDirectory: home });
    let orthanc = await archive();
    try {
      for (const study of [1, 2]) await orthanc.upload(image(study));
      await station.client.call('node.save', { node: { name: 'MAIN', aeTitle: 'ORTHANC', host: '127.0.0.1', port, role: 'archive' } });
      for (const study of [1, 2]) {
        const { jobId } = await station.client.call('transfer.retrieve', { StudyInstanceUID: studyOf(study), node: 'MAIN' });
        expect(await station.ended(jobId)).toMatchObject({ state: 'done' });
      }
      const [old = ''] = (await orthanc.post('/tools/find', { Level: 'Study', Query: { StudyInstanceUID: studyOf(2) } })) as string[];
      await fetch(`${orthanc.url}/studies/${old}`, { method: 'DELETE' });
      await orthanc.upload(image(2, 'CORRECTED'));
      await orthanc[Symbol.asyncDispose]();
      for (let n = 0; n < 2; n++) await station.client.call('outage.tryNow', {});
      await station.services.close();
      const { index, objects } = layoutOf(station.dir);
      for (const suffix of ['', '-wal', '-shm']) writeFileSync(index + suffix, suffix === '' ? Buffer.alloc(16_384, 0x5a) : '');
      faults.fail({ call: 'read', code: 'EMFILE', path: objects });
      // it is back before the station: that it was away stood in the index alone
      orthanc = await archive();
      await station.restart();
      await expect.poll(async () => (await station.client.call('job.list', {})).jobs.find(({ kind }) => kind === 'rebuildIndex')?.state).toBe('failed');
      expect((await station.client.call('cache.status', {})).notices.join()).toMatch(/does not have every image that is here and must be made again/);

      const run = async () => (await station.client.call('reconcile.list', {})).runs[0];
      await expect.poll(run, { timeout: 20_000 }).toMatchObject({ state: 'comparing', waits: expect.stringContaining('must be made again first') });
      await sleep(1000);
      expect(await run()).toMatchObject({ state: 'comparing', compared: 0, failed: [] });

      faults.clear();
      const { jobId } = await station.client.call('index.rebuild', {});
      expect(await station.ended(jobId)).toMatchObject({ state: 'done' });
      await expect.poll(run, { timeout: 4000 }).toMatchObject({ state: 'ready', failed: [], items: [{ kind: 'reidentified', StudyInstanceUID: studyOf(2) }] });
      expect(await run()).not.toHaveProperty('brokeOff');
      expect((await station.client.call('cache.status', {})).notices).toEqual([]);
    } finally {
      await orthanc[Symbol.asyncDispose]();
      rmSync(home, { recursive: true, force: true });
    }
  },
);
