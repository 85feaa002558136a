import { rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { StudyUid } from '@shared/domain';
import { createNodeFiles, type FileLayer } from '../../../electron/services/cache';
import { layoutOf } from '../../../electron/services/cache/layout';
import { encodeDataSet, encodePart10, sampleImage } from '../../support/dicom';
import { freePort, type Orthanc, startOrthanc } from '../../support/orthanc';
import { peer } from '../../support/peers';
import { servicesRig, type ServicesRig } from '../../support/services-rig';

const CT = '1.2.840.10008.5.1.4.1.1.2';
const program = peer('Orthanc');
const STUDY = StudyUid.parse('2.25.88801');
const uidOf = (n: number): string => `${STUDY}.1.${String(n)}`;
let station: ServicesRig | undefined;
let orthanc: Orthanc | undefined;
afterEach(async () => {
  await station?.[Symbol.asyncDispose]();
  await orthanc?.[Symbol.asyncDispose]();
});

function image(n: number): Uint8Array {
  const SOPInstanceUID = uidOf(n);
  const elements = sampleImage({ SOPInstanceUID, StudyInstanceUID: STUDY, SeriesInstanceUID: `${STUDY}.1`, PatientID: 'D1', InstanceNumber: n });
  return encodePart10({ SOPClassUID: CT, SOPInstanceUID, TransferSyntaxUID: '1.2.840.10008.1.2.1' }, encodeDataSet(elements));
}

/** A station with a study that an archive has too; the file of the image that came last is gone. */
async function withDamage(count: number, files: FileLayer): Promise<{ port: number; here: ServicesRig }> {
  const here = (station = await servicesRig([], 'ALTERNATOR', {}, { files }));
  const port = await freePort();
  orthanc = await startOrthanc(program ?? '', { aet: 'ALTERNATOR', port: here.port }, { DicomPort: port });
  for (let n = 1; n <= count; n++) await orthanc.upload(image(n));
  await here.client.call('node.save', { node: { name: 'MAIN', aeTitle: 'ORTHANC', host: '127.0.0.1', port, role: 'archive' } });
  const { jobId } = await here.client.call('transfer.retrieve', { StudyInstanceUID: STUDY, node: 'MAIN' });
  expect(await here.ended(jobId)).toMatchObject({ state: 'done' });
  // files of everything
  expect(await here.ended((await here.client.call('verify.start', {})).jobId)).toMatchObject({ refused: [] });
  const { objects } = await here.client.call('study.objects', { StudyInstanceUID: STUDY });
  rmSync(layoutOf(here.dir).objectPath(objects.at(-1)?.SOPInstanceUID ?? ''));
  return { port, here };
}

const verified = async ({ client, ended }: ServicesRig) => ended((await client.call('verify.start', {})).jobId);
const retrieves = async ({ client }: ServicesRig) => (await client.call('job.list', {})).jobs.filter(({ kind }) => kind === 'retrieve');
async function deleted(here: ServicesRig): Promise<string[]> {
  // long after the last arrival
  here.later(60_000);
  const { jobId } = await here.client.call('study.delete', { studies: [STUDY], lastCopies: true });
  return (await here.ended(jobId)).refused.map(({ reason }) => reason);
}

it.skipIf(program === undefined)('a study is not deleted while a damaged image of it is fetched again', async () => {
  const { port, here } = await withDamage(2, createNodeFiles());
  await orthanc?.[Symbol.asyncDispose]();
  orthanc = undefined;
  // takes the connection, and says nothing
  const mute = createServer().listen(port, '127.0.0.1');
  try {
    expect((await verified(here)).refused).toHaveLength(1);
    await expect.poll(async () => (await retrieves(here)).map(({ state, subject }) => [state, subject?.PatientID])).toContainEqual(['running', 'D1']);
    expect(await deleted(here)).toEqual([expect.stringContaining('a transfer of it is not finished')]);
    expect((await here.client.call('study.get', { StudyInstanceUID: STUDY })).study.instanceCount).toBe(1);
    const { studies } = await here.client.call('study.deletePlan', { studies: [STUDY] });
    expect(studies[0]?.obstacles).toEqual([expect.stringContaining('a transfer of it')]);
    for (const { id } of await retrieves(here)) await here.client.call('job.cancel', { jobId: id });
    await expect.poll(async () => (await retrieves(here)).every(({ endedAt }) => endedAt !== undefined)).toBe(true);
    expect(await deleted(here)).toEqual([]);
  } finally {
    mute.close();
  }
});

it.skipIf(program === undefined)(
  'an image of a study that is found damaged while the study is being deleted is not fetched again',
  { timeout: 60_000 },
  async () => {
    const files = createNodeFiles();
    let duringDelete: (() => Promise<unknown>) | undefined;
    const hooked: FileLayer = {
      ...files,
      async: {
        ...files.async,
        async unlink(path) {
          const work = path.endsWith('.dcm') ? duringDelete : undefined;
          if (work !== undefined) {
            duringDelete = undefined;
            await work();
          }
          await files.async.unlink(path);
        },
      },
    };
    // rows go in portions of 64: the last image has its row while the first files go
    const { here } = await withDamage(70, hooked);
    let found: number | undefined;
    duringDelete = async () => {
      const { id } = await verified(here);
      found = (await here.client.call('verify.result', { jobId: id })).result?.damaged.length;
    };
    await deleted(here);
    expect(found).toBe(1);
    await expect.poll(async () => (await retrieves(here)).every(({ endedAt }) => endedAt !== undefined)).toBe(true);
    expect(await retrieves(here)).toHaveLength(1);
    const { rows } = await here.client.call('study.search', { filter: {}, sort: { key: 'StudyDate', descending: true }, offset: 0, limit: 10 });
    expect(rows.map(({ instanceCount }) => instanceCount)).toEqual([]);
  },
);
