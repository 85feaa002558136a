import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ReconcileRun, StudyUid } from '@shared/domain';
import { encodeDataSet, encodePart10, sampleImage } from '../../support/dicom';
import { startOrthanc, type Orthanc } from '../../support/orthanc';
import { peer } from '../../support/peers';
import { rejectionNote } from '../../support/rejection-note';
import { servicesRig, type ServicesRig } from '../../support/services-rig';

const CT = '1.2.840.10008.5.1.4.1.1.2';
const ELE = '1.2.840.10008.1.2.1';
const program = peer('Orthanc');
const studyOf = (n: number): StudyUid => StudyUid.parse(`2.25.8800${String(n)}`);

function image(study: number, n: number, PatientID = `R${String(study)}`): Uint8Array {
  const SOPInstanceUID = `${studyOf(study)}.1.${String(n)}`;
  const elements = sampleImage({ SOPInstanceUID, StudyInstanceUID: studyOf(study), SeriesInstanceUID: `${studyOf(study)}.1`, PatientID, InstanceNumber: n });
  return encodePart10({ SOPClassUID: CT, SOPInstanceUID, TransferSyntaxUID: ELE }, encodeDataSet(elements));
}

const rejection = (study: number, of: number): Uint8Array =>
  rejectionNote({ StudyInstanceUID: studyOf(study), SeriesInstanceUID: `${studyOf(study)}.1`, PatientID: `R${String(study)}`, PatientName: 'Doe^Jane' }, [
    { SOPClassUID: CT, SOPInstanceUID: `${studyOf(study)}.1.${String(of)}` },
  ]);

describe.skipIf(program === undefined)('an archive that was away', () => {
  let station: ServicesRig;
  let orthanc: Orthanc;

  beforeAll(async () => {
    station = await servicesRig();
    const before = await startOrthanc(program ?? '', { aet: 'ALTERNATOR', port: station.port });
    for (const [study, count] of [
      [1, 2],
      [2, 2],
      [3, 3],
      [4, 2],
      [5, 2],
    ] as const)
      for (let n = 1; n <= count; n++) await before.upload(image(study, n));
    await station.client.call('node.save', { node: { name: 'MAIN', aeTitle: 'ORTHANC', host: '127.0.0.1', port: before.port, role: 'archive' } });
    for (let study = 1; study <= 5; study++) await fetched(study);
    await before[Symbol.asyncDispose]();
    orthanc = await startOrthanc(program ?? '', { aet: 'ALTERNATOR', port: station.port }, { DicomPort: before.port });
    // 1 the same, 2 more images, 3 one rejected, 4 another patient id, 5 gone
    for (let n = 1; n <= 2; n++) await orthanc.upload(image(1, n));
    for (let n = 1; n <= 4; n++) await orthanc.upload(image(2, n));
    for (let n = 1; n <= 2; n++) await orthanc.upload(image(3, n));
    await orthanc.upload(rejection(3, 3));
    for (let n = 1; n <= 2; n++) await orthanc.upload(image(4, n, 'CORRECTED'));
  }, 120_000);
  afterAll(async () => {
    await orthanc[Symbol.asyncDispose]();
    await station[Symbol.asyncDispose]();
  });

  async function ended(jobId: string): Promise<void> {
    for (;;) {
      const job = (await station.client.call('job.list', {})).jobs.find((one) => one.id === jobId);
      if (job?.endedAt !== undefined) return expect(job, job.error).toMatchObject({ state: 'done' });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  async function fetched(study: number): Promise<void> {
    await ended((await station.client.call('transfer.retrieve', { StudyInstanceUID: studyOf(study), node: 'MAIN' })).jobId);
  }
  const run = async (): Promise<ReconcileRun> => (await station.client.call('reconcile.list', {})).runs[0] as ReconcileRun;

  it('is compared: the same, new, rejected, re-identified, gone; nothing is changed by comparing', { timeout: 60_000 }, async () => {
    await ended((await station.client.call('reconcile.compare', { node: 'MAIN' })).jobId);
    const { items, same, failed, total } = await run();
    expect({ same, failed, total }).toEqual({ same: 1, failed: [], total: 5 });
    const found = Object.fromEntries(items.map((item) => [item.kind, item]));
    expect(Object.keys(found).sort()).toEqual(['missing', 'newObjects', 'reidentified', 'rejected']);
    expect(found['newObjects']).toMatchObject({ StudyInstanceUID: studyOf(2), there: '+ 2 images', choice: 'fetch' });
    expect(found['rejected']).toMatchObject({ StudyInstanceUID: studyOf(3), objects: [`${studyOf(3)}.1.3`], there: 'rejected: Rejected for Quality Reasons' });
    expect(found['reidentified']).toMatchObject({ StudyInstanceUID: studyOf(4), there: 're-identified: Patient ID R4 \u2192 CORRECTED' });
    expect(found['missing']).toMatchObject({ StudyInstanceUID: studyOf(5), choice: 'keep' });
    const { study } = await station.client.call('study.get', { StudyInstanceUID: studyOf(5) });
    expect(study.instanceCount).toBe(2);
  });

  it('is followed where that was chosen: fetched, set aside, fetched again under the new id; kept without its proof', { timeout: 60_000 }, async () => {
    await station.client.call('reconcile.apply', { node: 'MAIN' });
    expect((await run()).items.every((item) => item.applied !== undefined)).toBe(true);
    await expect.poll(async () => (await station.client.call('study.get', { StudyInstanceUID: studyOf(2) })).study.instanceCount, { timeout: 20_000 }).toBe(4);
    await expect
      .poll(async () => (await station.client.call('study.get', { StudyInstanceUID: studyOf(4) }).catch(() => undefined))?.study.PatientID, { timeout: 20_000 })
      .toBe('CORRECTED');
    const { items } = await station.client.call('quarantine.list', {});
    expect(items.filter(({ reason }) => reason === 'rejected at MAIN').map(({ SOPInstanceUID }) => SOPInstanceUID)).toEqual([`${studyOf(3)}.1.3`]);
    expect(items.filter(({ reason }) => reason === 're-identified at MAIN')).toHaveLength(2);
    const { study } = await station.client.call('study.get', { StudyInstanceUID: studyOf(5) });
    expect(study.archived?.state).toBe('localOnly');
  });

  it('is asked about a study that is opened: what came there since is listed, nothing is changed here', { timeout: 60_000 }, async () => {
    await orthanc.upload(image(2, 5));
    // an archive that is known to answer is asked
    await station.client.call('outage.tryNow', {});
    await station.client.call('reconcile.opened', { StudyInstanceUID: studyOf(2) });
    const open = async () => (await run()).items.filter(({ applied }) => applied === undefined);
    await expect.poll(open, { timeout: 20_000 }).toMatchObject([{ kind: 'newObjects', StudyInstanceUID: studyOf(2), there: '+ 1 image' }]);
    expect((await station.client.call('study.get', { StudyInstanceUID: studyOf(2) })).study.instanceCount).toBe(4);
  });
});
