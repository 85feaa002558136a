import { StudyUid } from '@shared/domain';
import { expect, it } from 'vitest';
import { encodeDataSet, sampleImage } from '../../support/dicom';
import { sendRaw } from '../../support/raw-sender';
import { servicesRig } from '../../support/services-rig';

const STUDY = StudyUid.parse('2.25.8890');
const ARCHIVES = 17;

it('the list has what seventeen archives found by three meanings of a free word, the last one too, and names searches that it has not', async () => {
  await using bench = await servicesRig([], 'BENCH', { allowQuery: [{ aeTitle: 'ALTERNATOR', host: '*' }] });
  await using station = await servicesRig();
  const SOPInstanceUID = `${STUDY}.1.1`;
  const image = sampleImage({
    SOPInstanceUID,
    StudyInstanceUID: STUDY,
    SeriesInstanceUID: `${STUDY}.1`,
    PatientID: 'DOE',
    PatientName: 'DOE',
  });
  const object = {
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.2',
    SOPInstanceUID,
    TransferSyntaxUID: '1.2.840.10008.1.2.1',
    dataSet: Buffer.from(encodeDataSet(image)),
  };
  for (const { status } of await sendRaw([object], { port: bench.port, callingAeTitle: 'FILLER', calledAeTitle: 'BENCH' })) expect(status).toBe(0);
  const names = Array.from({ length: ARCHIVES }, (_, n) => `N${String(n + 1)}`);
  const { client } = station;
  for (const name of names) await client.call('node.save', { node: { name, aeTitle: 'BENCH', host: '127.0.0.1', port: bench.port, role: 'archive' } });
  const ended = new Map<string, number>();
  client.on('archive.searchEnded', ({ searchId, outcome, matches }) => ended.set(searchId, outcome === 'complete' ? matches : -1));
  const searches: string[] = [];
  for (const node of names)
    for (const filter of [{ PatientName: 'DOE' }, { PatientID: 'DOE' }, { StudyInstanceUID: STUDY }])
      searches.push((await client.call('archive.search', { node, filter, limit: 100 })).searchId);
  await expect.poll(() => searches.map((id) => ended.get(id)), { timeout: 30_000 }).toEqual(searches.map(() => 1));
  const request = { filter: {}, sort: { key: 'StudyDate', descending: true }, offset: 0, limit: 10 } as const;
  const { rows, gone } = await client.call('study.search', { ...request, searches: [...searches, 'forgotten'] });
  expect(rows.map(({ StudyInstanceUID, at }) => [StudyInstanceUID, at?.map(({ node }) => node)])).toEqual([[STUDY, names]]);
  expect(gone).toEqual(['forgotten']);
});
