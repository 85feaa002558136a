import type { OutboxItem } from '@shared/domain';
import { OutboxId, StudyUid } from '@shared/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeDataSet, sampleImage } from '../../support/dicom';
import { type Orthanc, startOrthanc } from '../../support/orthanc';
import { peer } from '../../support/peers';
import { sendRaw } from '../../support/raw-sender';
import { servicesRig, type ServicesRig } from '../../support/services-rig';

const CT = '1.2.840.10008.5.1.4.1.1.2';
const ELE = '1.2.840.10008.1.2.1';
const STUDY = StudyUid.parse('2.25.8100');
const COUNT = 12;
const program = peer('Orthanc');

describe.skipIf(program === undefined)('what is sent to Orthanc', () => {
  let station: ServicesRig;
  let orthanc: Orthanc;

  beforeAll(async () => {
    station = await servicesRig();
    orthanc = await startOrthanc(program ?? '', { aet: 'ALTERNATOR', port: station.port });
    const objects = Array.from({ length: COUNT }, (_, n) => {
      const SOPInstanceUID = `${STUDY}.1.${String(n + 1)}`;
      const image = sampleImage({ SOPInstanceUID, StudyInstanceUID: STUDY, SeriesInstanceUID: `${STUDY}.2`, PatientID: 'C1', InstanceNumber: n + 1 });
      return { SOPClassUID: CT, SOPInstanceUID, TransferSyntaxUID: ELE, dataSet: Buffer.from(encodeDataSet(image)) };
    });
    await sendRaw(objects, { port: station.port, callingAeTitle: 'FILLER' });
    await station.client.call('node.save', { node: { name: 'Main', aeTitle: 'ORTHANC', host: '127.0.0.1', port: orthanc.port, role: 'archive' } });
  });
  afterAll(async () => {
    await orthanc[Symbol.asyncDispose]();
    await station[Symbol.asyncDispose]();
  });

  async function until(done: (item: OutboxItem) => boolean, id: string): Promise<OutboxItem> {
    for (let turn = 0; turn < 600; turn++) {
      const { item } = await station.client.call('outbox.item', { id: OutboxId.parse(id) });
      if (done(item)) return item;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('it never came to that');
  }

  it('is committed by its report, which the study and each object show', async () => {
    const { jobId } = await station.client.call('transfer.send', { StudyInstanceUID: STUDY, node: 'Main' });
    expect(await station.ended(jobId)).toMatchObject({ state: 'done', done: COUNT });
    const item = await until(({ counts }) => counts.committed === COUNT, jobId);
    expect(item).toMatchObject({ state: 'done', total: COUNT, by: 'reader' });
    const { objects } = await station.client.call('study.objects', { StudyInstanceUID: STUDY });
    expect(objects).toHaveLength(COUNT);
    for (const { proofs } of objects) expect(proofs).toMatchObject([{ node: 'Main', kind: 'committed' }]);
    await expect
      .poll(async () => (await station.client.call('study.get', { StudyInstanceUID: STUDY })).study.archived, { timeout: 5000 })
      .toEqual({ state: 'committed', nodes: ['Main'] });
    const status = await station.client.call('station.status', {});
    expect(status.studies.byArchived).toEqual({ committed: 1 });
    expect(status.archives).toMatchObject([{ node: 'Main', state: 'answering' }]);
  });

  it('may go then, whole and audited, and comes back from the archive', async () => {
    await station.client.call('settings.set', {
      name: 'eviction',
      value: { automatic: false, maxBytes: 1, minFreeBytes: 0, keepDays: 0, onlyDone: false, order: 'arrival' },
    });
    const preview = await station.client.call('eviction.preview', {});
    // it came a moment ago: it may still grow
    expect(preview.stays).toMatchObject([{ StudyInstanceUID: STUDY, obstacles: ['arriving'], proof: `12 of 12 objects at Main: 12 committed` }]);
    expect(preview.goes).toEqual([]);
  });
});

describe('asked for storage commitment by another station', () => {
  it('answers for what stands on the disk here, by a report on an association of its own', async () => {
    await using sender = await servicesRig();
    await using keeper = await servicesRig([], 'KEEPER');
    const save = (rig: ServicesRig, name: string, aeTitle: string, port: number): Promise<unknown> =>
      rig.client.call('node.save', { node: { name, aeTitle, host: '127.0.0.1', port, role: 'other' } });
    await save(sender, 'Keeper', 'KEEPER', keeper.port);
    await save(keeper, 'Sender', 'ALTERNATOR', sender.port);
    const SOPInstanceUID = `${STUDY}.9.1`;
    const dataSet = encodeDataSet(
      sampleImage({ SOPInstanceUID, StudyInstanceUID: STUDY, SeriesInstanceUID: `${STUDY}.9`, PatientID: 'C2', InstanceNumber: 1 }),
    );
    await sendRaw([{ SOPClassUID: CT, SOPInstanceUID, TransferSyntaxUID: ELE, dataSet: Buffer.from(dataSet) }], {
      port: sender.port,
      callingAeTitle: 'FILLER',
    });
    const { jobId } = await sender.client.call('transfer.send', { StudyInstanceUID: STUDY, node: 'Keeper' });
    await sender.ended(jobId);
    const id = OutboxId.parse(jobId);
    await expect.poll(async () => (await sender.client.call('outbox.item', { id })).item.counts.committed, { timeout: 20_000 }).toBe(1);
  });

  it('refuses a station whose address it does not know, and that one proves by query or leaves it unconfirmed', async () => {
    await using sender = await servicesRig();
    await using keeper = await servicesRig([], 'KEEPER');
    await keeper.client.call('node.allowSender', { aeTitle: 'ALTERNATOR', host: '127.0.0.1' });
    await sender.client.call('node.save', { node: { name: 'Keeper', aeTitle: 'KEEPER', host: '127.0.0.1', port: keeper.port, role: 'other' } });
    const SOPInstanceUID = `${STUDY}.9.2`;
    const dataSet = encodeDataSet(
      sampleImage({ SOPInstanceUID, StudyInstanceUID: STUDY, SeriesInstanceUID: `${STUDY}.9`, PatientID: 'C2', InstanceNumber: 2 }),
    );
    await sendRaw([{ SOPClassUID: CT, SOPInstanceUID, TransferSyntaxUID: ELE, dataSet: Buffer.from(dataSet) }], {
      port: sender.port,
      callingAeTitle: 'FILLER',
    });
    const { jobId } = await sender.client.call('transfer.send', { StudyInstanceUID: STUDY, node: 'Keeper' });
    expect(await sender.ended(jobId)).toMatchObject({ state: 'done' });
    const { item } = await sender.client.call('outbox.item', { id: OutboxId.parse(jobId) });
    expect(item.counts).toMatchObject({ sent: 1, committed: 0, proven: 0 });
  });
});
