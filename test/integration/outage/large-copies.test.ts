import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StudyUid } from '@shared/domain';
import { layoutOf } from '../../../electron/services/cache/layout';
import { encodeDataSet, encodePart10, sampleImage } from '../../support/dicom';
import { freePort, type Orthanc, startOrthanc } from '../../support/orthanc';
import { peer } from '../../support/peers';
import { servicesRig, type ServicesRig } from '../../support/services-rig';

const CT = '1.2.840.10008.5.1.4.1.1.2';
const SYNTAX = { explicitLE: '1.2.840.10008.1.2.1', implicitLE: '1.2.840.10008.1.2' } as const;
const STUDY = StudyUid.parse('2.25.8830');
const program = peer('Orthanc');
const uidOf = (n: number): string => `${STUDY}.1.${String(n)}`;
const ROWS = 5800;

/** 64.2 MiB of pixels. */
function image(
  n: number,
  { changed = false, encoding = 'explicitLE' }: { readonly changed?: boolean; readonly encoding?: keyof typeof SYNTAX } = {},
): Uint8Array {
  const pixels = new Uint8Array(ROWS * ROWS * 2).fill(n);
  if (changed) pixels[pixels.length - 2] = 99;
  const identity = { SOPInstanceUID: uidOf(n), StudyInstanceUID: STUDY, SeriesInstanceUID: `${STUDY}.1`, PatientID: 'N1', InstanceNumber: n };
  const elements = sampleImage({ ...identity, Rows: ROWS, Columns: ROWS, pixels });
  return encodePart10({ SOPClassUID: CT, SOPInstanceUID: uidOf(n), TransferSyntaxUID: SYNTAX[encoding] }, encodeDataSet(elements, encoding));
}

describe.skipIf(program === undefined)('objects over 64 MiB at an archive of DIMSE', () => {
  let station: ServicesRig;
  let orthanc: Orthanc;
  let home: string;
  beforeAll(async () => {
    station = await servicesRig();
    home = mkdtempSync(join(tmpdir(), 'alternator-large-'));
    const port = await freePort();
    const settings = { DicomPort: port, StorageDirectory: home, IndexDirectory: home, OverwriteInstances: true };
    orthanc = await startOrthanc(program ?? '', { aet: 'ALTERNATOR', port: station.port }, settings);
    for (const n of [1, 2]) await orthanc.upload(image(n));
    await station.client.call('node.save', { node: { name: 'MAIN', aeTitle: 'ORTHANC', host: '127.0.0.1', port, role: 'archive' } });
    const { jobId } = await station.client.call('transfer.retrieve', { StudyInstanceUID: STUDY, node: 'MAIN' });
    expect(await station.ended(jobId)).toMatchObject({ state: 'done' });
    await station.client.call('outage.tryNow', {});
  }, 120_000);
  afterAll(async () => {
    await station[Symbol.asyncDispose]();
    await orthanc[Symbol.asyncDispose]();
    rmSync(home, { recursive: true, force: true });
  });

  it('are compared themselves when the study is opened: other bytes of the same content are no difference, one changed pixel is; how much was compared is known', async () => {
    await orthanc.upload(image(1, { encoding: 'implicitLE' }));
    await orthanc.upload(image(2, { changed: true }));
    expect((await station.client.call('study.get', { StudyInstanceUID: STUDY })).contents).toEqual([{ node: 'MAIN', compared: 0, total: 2 }]);
    // one of them is larger than what is compared at a time: each has its turn
    for (let turn = 0; turn < 2; turn++) {
      await station.client.call('study.opened', { StudyInstanceUID: STUDY });
      await station.client.call('reconcile.opened', { StudyInstanceUID: STUDY });
      await expect
        .poll(async () => (await station.client.call('study.get', { StudyInstanceUID: STUDY })).contents[0]?.compared, { timeout: 60_000 })
        .toBeGreaterThan(turn);
      if ((await station.client.call('study.get', { StudyInstanceUID: STUDY })).contents[0]?.compared === 2) break;
      await station.restart();
      await station.client.call('outage.tryNow', {});
    }
    const items = async () => (await station.client.call('reconcile.list', {})).runs[0]?.items.map(({ kind, objects, there }) => [kind, objects, there]);
    await expect.poll(items, { timeout: 60_000 }).toEqual([['replaced', [uidOf(2)], '1 image replaced, same UID, other content']]);
    expect(readdirSync(layoutOf(station.dir).incoming)).toEqual([]);
  }, 180_000);
});
