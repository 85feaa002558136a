import { DEFAULT_EVICTION, StudyUid } from '@shared/domain';
import { expect, it } from 'vitest';
import { encodeDataSet, sampleImage } from '../../support/dicom';
import { freePort } from '../../support/orthanc';
import { sendRaw } from '../../support/raw-sender';
import { servicesRig, type ServicesRig } from '../../support/services-rig';

const STUDY = StudyUid.parse('2.25.8360');

async function arrive(rig: ServicesRig, n: number): Promise<number[]> {
  const SOPInstanceUID = `${STUDY}.1.${String(n)}`;
  const image = sampleImage({ SOPInstanceUID, StudyInstanceUID: STUDY, SeriesInstanceUID: `${STUDY}.2`, PatientID: 'F1', InstanceNumber: n });
  const dataSet = Buffer.from(encodeDataSet(image));
  const object = { SOPClassUID: '1.2.840.10008.5.1.4.1.1.2', SOPInstanceUID, TransferSyntaxUID: '1.2.840.10008.1.2.1', dataSet };
  return (await sendRaw([object], { port: rig.port, callingAeTitle: 'FILLER' })).map(({ status }) => status);
}

it('a cache over its bound in which nothing is proven elsewhere refuses retrieves in words, and goes on taking what modalities send', async () => {
  await using station = await servicesRig();
  await station.client.call('node.save', { node: { name: 'Main', aeTitle: 'MAIN', host: '127.0.0.1', port: await freePort(), role: 'archive' } });
  expect(await arrive(station, 1)).toEqual([0]);
  const request = { filter: {}, sort: { key: 'StudyDate', descending: true }, offset: 0, limit: 10 } as const;
  await expect.poll(async () => (await station.client.call('study.search', request)).rows.length, { timeout: 10_000 }).toBe(1);
  const bound = async (maxBytes: number) =>
    station.client.call('settings.set', { name: 'eviction', value: { ...DEFAULT_EVICTION, minFreeBytes: 0, maxBytes } });
  await bound(1);
  const retrieve = () => station.client.call('transfer.retrieve', { StudyInstanceUID: StudyUid.parse('2.25.8361'), node: 'Main' });
  await expect(retrieve()).rejects.toMatchObject({ code: 'diskFull', message: expect.stringContaining('nothing more in it is proven to stand elsewhere') });
  expect(await arrive(station, 2)).toEqual([0]);
  expect((await station.client.call('eviction.preview', {})).goes).toEqual([]);
  await bound(0);
  expect((await retrieve()).jobId).not.toBe('');
});
