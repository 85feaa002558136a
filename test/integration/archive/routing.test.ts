import { rmSync, writeFileSync } from 'node:fs';
import { StudyUid } from '@shared/domain';
import { describe, expect, it } from 'vitest';
import { layoutOf } from '../../../electron/services/cache/layout';
import { auditTail } from '../../../electron/services/index/audit-rows';
import { SqlDatabase } from '../../../electron/services/index/database';
import type { AuditEntry } from '../../../electron/services/index/types';
import { encodeDataSet, sampleImage } from '../../support/dicom';
import { sendRaw } from '../../support/raw-sender';
import { servicesRig, type ServicesRig } from '../../support/services-rig';

const CT = '1.2.840.10008.5.1.4.1.1.2';
const ELE = '1.2.840.10008.1.2.1';
const STUDY = StudyUid.parse('2.25.8300');

async function arrive(rig: ServicesRig, numbers: readonly number[]): Promise<void> {
  const objects = numbers.map((n) => {
    const SOPInstanceUID = `${STUDY}.1.${String(n)}`;
    const image = sampleImage({ SOPInstanceUID, StudyInstanceUID: STUDY, SeriesInstanceUID: `${STUDY}.2`, PatientID: 'R1', InstanceNumber: n });
    return { SOPClassUID: CT, SOPInstanceUID, TransferSyntaxUID: ELE, dataSet: Buffer.from(encodeDataSet(image)) };
  });
  const answers = await sendRaw(objects, { port: rig.port, callingAeTitle: 'FILLER' });
  for (const { status } of answers) expect(status).toBe(0);
}

/** The audit trail as it stands on the disk, newest first. */
function trailOf(dataDir: string): AuditEntry[] {
  const db = new SqlDatabase(layoutOf(dataDir).index, Date.now());
  try {
    return auditTail(db, 100);
  } finally {
    db.close();
  }
}

async function rules(rig: ServicesRig, held: boolean): Promise<void> {
  await rig.client.call('settings.set', {
    name: 'routing',
    value: { rules: [{ name: 'CT to the bench', enabled: true, match: { Modality: 'CT' }, to: 'Bench', held }] },
  });
}

describe('routing on arrival', () => {
  it('makes one held order of a study as it grows, which goes out when somebody releases it', async () => {
    await using station = await servicesRig();
    await using bench = await servicesRig([], 'BENCH');
    await bench.client.call('node.allowSender', { aeTitle: 'ALTERNATOR', host: '127.0.0.1' });
    await station.client.call('node.save', { node: { name: 'Bench', aeTitle: 'BENCH', host: '127.0.0.1', port: bench.port, role: 'other' } });
    await rules(station, true);
    await arrive(station, [1, 2]);
    const list = async () => (await station.client.call('outbox.list', {})).items;
    await expect.poll(async () => (await list()).map(({ total }) => total), { timeout: 10_000 }).toEqual([2]);
    await arrive(station, [3]);
    await expect.poll(async () => (await list()).map(({ total }) => total), { timeout: 10_000 }).toEqual([3]);
    const [item] = await list();
    expect(item).toMatchObject({ state: 'held', reason: 'routing', why: 'CT to the bench', node: 'Bench', counts: { waiting: 3 } });
    if (item === undefined) return;
    const released = await station.client.call('outbox.release', { id: item.id, why: 'looked at' });
    expect(released.item).toMatchObject({ transition: { to: 'released', by: 'reader', why: 'looked at' } });
    // who let it go stands in the trail too, with the reason
    const inTrail = trailOf(station.dir).filter(({ action }) => action === 'outbox.release');
    expect(inTrail).toMatchObject([{ user: 'reader', outcome: 'allowed', detail: `${item.id}: looked at` }]);
    await expect.poll(async () => (await bench.client.call('cache.status', {})).objects, { timeout: 10_000 }).toBe(3);
  });

  it('holds what a rule sends at once while sending to its node is switched off, so that nothing goes there unasked', async () => {
    await using station = await servicesRig();
    await using bench = await servicesRig([], 'BENCH');
    await bench.client.call('node.allowSender', { aeTitle: 'ALTERNATOR', host: '127.0.0.1' });
    const node = { name: 'Bench', aeTitle: 'BENCH', host: '127.0.0.1', port: bench.port, role: 'other' as const };
    await station.client.call('node.save', { node: { ...node, weSend: false } });
    await rules(station, false);
    await arrive(station, [1]);
    const list = async () => (await station.client.call('outbox.list', {})).items;
    await expect.poll(async () => (await list()).map(({ state }) => state), { timeout: 10_000 }).toEqual(['held']);
    const [item] = await list();
    expect(item?.transition).toMatchObject({ to: 'held', by: 'routing', why: 'sending studies to Bench is switched off' });
    if (item === undefined) return;
    await station.client.call('outbox.release', { id: item.id });
    await expect.poll(async () => (await bench.client.call('cache.status', {})).objects, { timeout: 10_000 }).toBe(1);
  });

  it('routes after a restart what came right before it', async () => {
    await using station = await servicesRig();
    await station.client.call('node.save', { node: { name: 'Bench', aeTitle: 'BENCH', host: '127.0.0.1', port: 1, role: 'other' } });
    await rules(station, true);
    await arrive(station, [1, 2]);
    await station.restart();
    await expect.poll(async () => (await station.client.call('outbox.list', {})).items.map(({ total }) => total), { timeout: 10_000 }).toEqual([2]);
  });
});

describe('an index that is lost and made anew from the files', () => {
  it('orders nothing again that a rule ordered before: not what somebody cancelled, and not for a rule that is younger than the object', async () => {
    await using station = await servicesRig();
    await station.client.call('node.save', { node: { name: 'Bench', aeTitle: 'BENCH', host: '127.0.0.1', port: 9, role: 'other' } });
    await rules(station, true);
    await arrive(station, [1, 2]);
    const list = async () => (await station.client.call('outbox.list', {})).items;
    await expect.poll(async () => (await list()).map(({ total }) => total), { timeout: 10_000 }).toEqual([2]);
    for (const { id } of await list()) await station.client.call('outbox.cancel', { id, why: 'not wanted there' });
    const rule = { name: 'a younger one', enabled: true, match: {}, to: 'Bench', held: true };
    await station.client.call('settings.set', { name: 'routing', value: { rules: [rule] } });
    await station.services.close();
    const index = layoutOf(station.dir).index;
    for (const end of ['-wal', '-shm']) rmSync(`${index}${end}`, { force: true });
    writeFileSync(index, Buffer.alloc(65_536, 'damaged'));
    await station.restart();
    const count = async () => (await station.client.call('study.get', { StudyInstanceUID: STUDY }).catch(() => undefined))?.study.instanceCount;
    await expect.poll(count, { timeout: 20_000 }).toBe(2);
    await arrive(station, [3]);
    const waiting = async () => (await list()).flatMap(({ why, counts }) => (counts.waiting > 0 ? [[why, counts.waiting]] : []));
    await expect.poll(waiting, { timeout: 10_000 }).toEqual([['a younger one', 1]]);
  });
});
