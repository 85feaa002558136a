import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { OutboxId, StudyUid } from '@shared/domain';
import { describe, expect, it } from 'vitest';
import { encodeDataSet, sampleImage } from '../../support/dicom';
import { freePort } from '../../support/orthanc';
import { referencePythonWith } from '../../support/peers';
import { sendRaw } from '../../support/raw-sender';
import { servicesRig } from '../../support/services-rig';

const CT = '1.2.840.10008.5.1.4.1.1.2';
const ELE = '1.2.840.10008.1.2.1';
const STUDY = StudyUid.parse('2.25.8150');
const COUNT = 3;
const python = referencePythonWith('pynetdicom');

/** pynetdicom as the keeper of what is sent: it reports only when it is let go. */
function keeper(port: number, station: number) {
  const child = spawn(python ?? '', [join(import.meta.dirname, '../../support/python/commitment-peer.py'), String(port), String(station)]);
  const heard: Record<string, unknown>[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => heard.push(JSON.parse(line) as Record<string, unknown>));
  return {
    heard,
    async hears(key: string): Promise<Record<string, unknown>> {
      await expect.poll(() => heard.some((line) => key in line), { timeout: 30_000 }).toBe(true);
      return heard.find((line) => key in line) ?? {};
    },
    letGo: () => child.stdin.write('\n'),
    [Symbol.dispose]: () => void child.kill(),
  };
}

describe.skipIf(python === undefined)('a report of storage commitment', () => {
  it('counts after a restart of this station between N-ACTION and N-EVENT-REPORT (O9)', async () => {
    await using station = await servicesRig();
    const port = await freePort();
    using peer = keeper(port, station.port);
    await peer.hears('listening');
    const objects = Array.from({ length: COUNT }, (_, n) => {
      const SOPInstanceUID = `${STUDY}.1.${String(n + 1)}`;
      const image = sampleImage({ SOPInstanceUID, StudyInstanceUID: STUDY, SeriesInstanceUID: `${STUDY}.1`, PatientID: 'C3', InstanceNumber: n + 1 });
      return { SOPClassUID: CT, SOPInstanceUID, TransferSyntaxUID: ELE, dataSet: Buffer.from(encodeDataSet(image)) };
    });
    await sendRaw(objects, { port: station.port, callingAeTitle: 'FILLER' });
    await station.client.call('node.save', { node: { name: 'Keeper', aeTitle: 'KEEPER', host: '127.0.0.1', port, role: 'archive' } });
    const { jobId } = await station.client.call('transfer.send', { StudyInstanceUID: STUDY, node: 'Keeper' });
    const { asked, objects: askedFor } = await peer.hears('asked');
    expect(askedFor).toBe(COUNT);
    const counts = async () => (await station.client.call('outbox.item', { id: OutboxId.parse(jobId) })).item.counts;
    expect(await counts()).toMatchObject({ sent: COUNT, committed: 0 });
    await station.restart();
    expect(await counts()).toMatchObject({ sent: COUNT, committed: 0 });
    peer.letGo();
    expect(await peer.hears('reported')).toMatchObject({ reported: asked, objects: COUNT, status: 0 });
    await expect.poll(counts, { timeout: 10_000 }).toMatchObject({ sent: 0, committed: COUNT });
    const { objects: shown } = await station.client.call('study.objects', { StudyInstanceUID: STUDY });
    for (const { proofs } of shown) expect(proofs).toMatchObject([{ node: 'Keeper', kind: 'committed' }]);
    expect(peer.heard.filter((line) => 'asked' in line)).toHaveLength(1);
  });
});
