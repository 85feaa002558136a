import { afterEach, beforeEach, expect, it } from 'vitest';
import { StudyUid } from '@shared/domain';
import { createNodeFiles } from '../../../electron/services/cache';
import { layoutOf } from '../../../electron/services/cache/layout';
import { encodeDataSet, encodePart10, sampleImage } from '../../support/dicom';
import { FaultLayer } from '../../support/fault-layer';
import { freePort, type Orthanc, startOrthanc } from '../../support/orthanc';
import { peer } from '../../support/peers';
import { servicesRig, type ServicesRig } from '../../support/services-rig';

const CT = '1.2.840.10008.5.1.4.1.1.2';
const program = peer('Orthanc');
const STUDY = StudyUid.parse('2.25.88701');
const faults = new FaultLayer(createNodeFiles());
let station: ServicesRig;
let orthanc: Orthanc | undefined;

function image(n: number, PatientID = 'U1'): Uint8Array {
  const SOPInstanceUID = `${STUDY}.1.${String(n)}`;
  const elements = sampleImage({ SOPInstanceUID, StudyInstanceUID: STUDY, SeriesInstanceUID: `${STUDY}.1`, PatientID, InstanceNumber: n });
  return encodePart10({ SOPClassUID: CT, SOPInstanceUID, TransferSyntaxUID: '1.2.840.10008.1.2.1' }, encodeDataSet(elements));
}

beforeEach(async () => {
  faults.clear();
  station = await servicesRig([], 'ALTERNATOR', {}, { files: faults.layer });
});
afterEach(async () => {
  await station[Symbol.asyncDispose]();
  await orthanc?.[Symbol.asyncDispose]();
});

it.skipIf(program === undefined)('a study whose files are in use does not go: what waits for a choice about it waits on, with its state', async () => {
  const port = await freePort();
  orthanc = await startOrthanc(program ?? '', { aet: 'ALTERNATOR', port: station.port }, { DicomPort: port, OverwriteInstances: true });
  for (const n of [1, 2]) await orthanc.upload(image(n));
  await station.client.call('node.save', { node: { name: 'MAIN', aeTitle: 'ORTHANC', host: '127.0.0.1', port, role: 'archive' } });
  const { jobId } = await station.client.call('transfer.retrieve', { StudyInstanceUID: STUDY, node: 'MAIN' });
  expect(await station.ended(jobId)).toMatchObject({ state: 'done' });
  await station.client.call('study.setState', { StudyInstanceUID: STUDY, state: 'done' });
  const [old = ''] = (await orthanc.post('/tools/find', { Level: 'Study', Query: { StudyInstanceUID: STUDY } })) as string[];
  await fetch(`${orthanc.url}/studies/${old}`, { method: 'DELETE' });
  for (const n of [1, 2]) await orthanc.upload(image(n, 'CORRECTED'));
  const { jobId: compare } = await station.client.call('reconcile.compare', { node: 'MAIN' });
  expect(await station.ended(compare)).toMatchObject({ state: 'done' });
  const waiting = async () => (await station.client.call('reconcile.list', {})).runs[0]?.items.map(({ kind }) => kind);
  expect(await waiting()).toEqual(['reidentified']);

  const removed: string[] = [];
  station.client.on('study.removed', ({ StudyInstanceUID }) => removed.push(StudyInstanceUID));
  const { objects } = layoutOf(station.dir);
  const ends = async () => {
    // long after the last arrival
    station.later(60_000);
    return station.ended((await station.client.call('study.delete', { studies: [STUDY], lastCopies: true })).jobId);
  };
  faults.fail({ call: 'unlink', code: 'EPERM', path: objects });
  expect((await ends()).refused).toEqual([expect.objectContaining({ reason: '2 files could not be removed (EPERM)' })]);
  const { study } = await station.client.call('study.get', { StudyInstanceUID: STUDY });
  expect({ count: study.instanceCount, state: study.state, removed, waiting: await waiting() }).toEqual({
    ...{ count: 2, state: 'done' },
    ...{ removed: [], waiting: ['reidentified'] },
  });

  // one of two goes: some of the study is here
  faults.clear();
  faults.fail({ call: 'unlink', code: 'EPERM', path: objects, times: 1 });
  expect((await ends()).refused).toHaveLength(1);
  expect([removed, await waiting()]).toEqual([[], ['reidentified']]);

  faults.clear();
  expect((await ends()).refused).toEqual([]);
  await expect.poll(waiting).toEqual([]);
  expect(removed).toEqual([STUDY]);
});
