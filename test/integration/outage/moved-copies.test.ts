import { afterEach, describe, expect, it } from 'vitest';
import { StudyUid } from '@shared/domain';
import { encodeDataSet, encodePart10, sampleImage } from '../../support/dicom';
import { type MoveArchive, moveDcmqrscp, moveOrthanc, movePynetdicom } from '../../support/move-archives';
import { peer, referencePythonWith } from '../../support/peers';
import { servicesRig, type ServicesRig } from '../../support/services-rig';

const CT = '1.2.840.10008.5.1.4.1.1.2';
const SYNTAX = { explicitLE: '1.2.840.10008.1.2.1', implicitLE: '1.2.840.10008.1.2' } as const;
const STUDY = StudyUid.parse('2.25.8870');
const COUNT = 4;
const uidOf = (n: number): string => `${STUDY}.1.${String(n)}`;

function image(n: number, { value = n, encoding = 'explicitLE' }: { readonly value?: number; readonly encoding?: keyof typeof SYNTAX } = {}): Uint8Array {
  const pixels = new Uint8Array(64 * 64 * 2).fill(value);
  const identity = { SOPInstanceUID: uidOf(n), StudyInstanceUID: STUDY, SeriesInstanceUID: `${STUDY}.1`, PatientID: 'M1', InstanceNumber: n };
  const elements = sampleImage({ ...identity, Rows: 64, Columns: 64, pixels });
  return encodePart10({ SOPClassUID: CT, SOPInstanceUID: uidOf(n), TransferSyntaxUID: SYNTAX[encoding] }, encodeDataSet(elements, encoding));
}

const [orthanc, dcmqrscp, python] = [peer('Orthanc'), peer('dcmqrscp'), referencePythonWith('pynetdicom', 'pydicom')];
let open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of open.reverse()) await one[Symbol.asyncDispose]();
  open = [];
});

/** A study fetched from an archive that sends by C-MOVE alone. */
async function fetched(start: (station: number) => Promise<MoveArchive>): Promise<{ station: ServicesRig; archive: MoveArchive }> {
  const station = await servicesRig();
  open.push(station);
  const archive = await start(station.port);
  open.push(archive);
  for (let n = 1; n <= COUNT; n++) await archive.put(String(n), image(n));
  await station.client.call('node.save', { node: { name: 'MAIN', aeTitle: archive.aeTitle, host: '127.0.0.1', port: archive.port, role: 'archive' } });
  const { jobId } = await station.client.call('transfer.retrieve', { StudyInstanceUID: STUDY, node: 'MAIN' });
  expect(await station.ended(jobId)).toMatchObject({ state: 'done' });
  await station.client.call('outage.tryNow', {});
  return { station, archive };
}

async function openStudy({ client }: ServicesRig): Promise<void> {
  await client.call('study.opened', { StudyInstanceUID: STUDY });
  await client.call('reconcile.opened', { StudyInstanceUID: STUDY });
  await expect.poll(async () => (await client.call('study.get', { StudyInstanceUID: STUDY })).contents[0]?.compared, { timeout: 30_000 }).toBe(COUNT);
}

const foundAt = async ({ client }: ServicesRig) =>
  (await client.call('reconcile.list', {})).runs[0]?.items.map(({ kind, objects, there }) => [kind, [...objects].sort(), there]);
const setAsideAt = async ({ client }: ServicesRig) =>
  (await client.call('quarantine.list', {})).items.map(({ SOPInstanceUID, from }) => [SOPInstanceUID, from.replace(/@.*/, '')]);

describe.each([
  ['Orthanc', orthanc, (station: number) => moveOrthanc(orthanc ?? '', station)],
  ['dcmqrscp', dcmqrscp, (station: number) => moveDcmqrscp(dcmqrscp ?? '', station)],
  ['pynetdicom', python, (station: number) => movePynetdicom(python ?? '', station, 'names')],
] as const)('images replaced at an archive that sends by C-MOVE alone: %s', (_name, program, start) => {
  it.skipIf(program === undefined)(
    'are found when the study is opened, others are compared; nothing of a copy is kept or set aside',
    async () => {
      const { station, archive } = await fetched(start);
      for (const n of [2, 3]) await archive.put(String(n), image(n, { value: 90 + n }));
      await openStudy(station);
      await expect.poll(() => foundAt(station)).toEqual([['replaced', [uidOf(2), uidOf(3)], '2 images replaced, same UID, other content']]);
      expect(await setAsideAt(station)).toEqual([]);
      expect((await station.client.call('cache.status', {})).objects).toBe(COUNT);
    },
    120_000,
  );
});

describe.skipIf(python === undefined)('what else comes while copies are compared', () => {
  it('is received as ever: what a modality sends under the same UID is not taken for the copy of the archive', async () => {
    const { station, archive } = await fetched((port) => movePynetdicom(python ?? '', port, 'names'));
    await archive.put('modality', image(1, { value: 77 }));
    await openStudy(station);
    expect(await foundAt(station)).toBeUndefined();
    expect(await setAsideAt(station)).toEqual([[uidOf(1), 'FILLER']]);
  }, 120_000);

  it('is told from copies of an archive that does not say which C-MOVE its objects answer: nothing of these is kept or set aside', async () => {
    const { station, archive } = await fetched((port) => movePynetdicom(python ?? '', port, 'silent'));
    await archive.put('modality', image(1, { value: 77 }));
    await archive.put('3', image(3, { value: 93 }));
    await openStudy(station);
    await expect.poll(() => foundAt(station)).toEqual([['replaced', [uidOf(3)], '1 image replaced, same UID, other content']]);
    expect(await setAsideAt(station)).toEqual([[uidOf(1), 'FILLER']]);
    await station.restart();
    await station.client.call('outage.tryNow', {});
    await station.client.call('reconcile.opened', { StudyInstanceUID: STUDY });
    await expect.poll(() => foundAt(station)).toMatchObject([['replaced', [uidOf(3)], expect.any(String)]]);
    expect(await setAsideAt(station)).toHaveLength(1);
  }, 120_000);
});
