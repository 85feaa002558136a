import { writeFileSync } from 'node:fs';
import { OutboxId, StudyUid } from '@shared/domain';
import { expect, it } from 'vitest';
import { layoutOf } from '../../../electron/services/cache/layout';
import { encodeDataSet, sampleImage } from '../../support/dicom';
import { freePort } from '../../support/orthanc';
import { sendRaw } from '../../support/raw-sender';
import { servicesRig } from '../../support/services-rig';

const COUNT = 60;
const STUDY = StudyUid.parse('2.25.8350');

it('an order that waits while the damaged list is made again loses no object of it', async () => {
  await using station = await servicesRig();
  await using bench = await servicesRig([], 'BENCH');
  await bench.client.call('node.allowSender', { aeTitle: 'ALTERNATOR', host: '127.0.0.1' });
  const objects = Array.from({ length: COUNT }, (_, n) => {
    const SOPInstanceUID = `${STUDY}.1.${String(n + 1)}`;
    const image = sampleImage({ SOPInstanceUID, StudyInstanceUID: STUDY, SeriesInstanceUID: `${STUDY}.2`, PatientID: 'L1', InstanceNumber: n + 1 });
    return {
      SOPClassUID: '1.2.840.10008.5.1.4.1.1.2',
      SOPInstanceUID,
      TransferSyntaxUID: '1.2.840.10008.1.2.1',
      dataSet: Buffer.from(encodeDataSet(image)),
    };
  });
  for (const { status } of await sendRaw(objects, { port: station.port, callingAeTitle: 'FILLER' })) expect(status).toBe(0);
  const node = { name: 'Bench', aeTitle: 'BENCH', host: '127.0.0.1', role: 'other' } as const;
  await station.client.call('node.save', { node: { ...node, port: await freePort() } });
  const { jobId } = await station.client.call('transfer.send', { StudyInstanceUID: STUDY, node: 'Bench' });
  const id = OutboxId.parse(jobId);
  const counts = async () => (await station.client.call('outbox.item', { id })).item.counts;
  await expect.poll(counts, { timeout: 20_000 }).toMatchObject({ waiting: COUNT });

  await station.services.close();
  const { index } = layoutOf(station.dir);
  for (const suffix of ['', '-wal', '-shm']) writeFileSync(index + suffix, suffix === '' ? Buffer.alloc(16_384, 0x5a) : '');
  await station.restart();
  const request = { filter: {}, sort: { key: 'StudyDate', descending: true }, offset: 0, limit: 10 } as const;
  const listed = async () => (await station.client.call('study.search', request)).rows.map((row) => row.instanceCount);
  await expect.poll(listed, { timeout: 30_000 }).toEqual([COUNT]);
  // a retry takes up dead letters too
  expect(await counts()).toMatchObject({ waiting: COUNT, failed: 0 });
  await station.client.call('node.save', { node: { ...node, port: bench.port } });
  await station.client.call('outbox.retry', { id });
  await expect.poll(counts, { timeout: 30_000 }).toMatchObject({ sent: COUNT, failed: 0 });
});
