import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ReconcileRun, SopInstanceUid, StudyUid } from '@shared/domain';
import { encodeDataSet, encodePart10, sampleImage } from '../../support/dicom';
import { freePort, type Orthanc, startOrthanc } from '../../support/orthanc';
import { peer } from '../../support/peers';
import { servicesRig, type ServicesRig } from '../../support/services-rig';

const CT = '1.2.840.10008.5.1.4.1.1.2';
const SYNTAX = { explicitLE: '1.2.840.10008.1.2.1', implicitLE: '1.2.840.10008.1.2' } as const;
const program = peer('Orthanc');
const studyOf = (n: number): StudyUid => StudyUid.parse(`2.25.8820${String(n)}`);
const imageOf = (study: number, n: number): SopInstanceUid => SopInstanceUid.parse(`${studyOf(study)}.1.${String(n)}`);

interface Form {
  readonly PatientID?: string;
  readonly pixels?: Uint8Array;
  readonly encoding?: keyof typeof SYNTAX;
}

function image(study: number, n: number, { PatientID = `N${String(study)}`, pixels = new Uint8Array(48), encoding = 'explicitLE' }: Form = {}): Uint8Array {
  const SOPInstanceUID = imageOf(study, n);
  const elements = sampleImage({
    SOPInstanceUID,
    StudyInstanceUID: studyOf(study),
    SeriesInstanceUID: `${studyOf(study)}.1`,
    PatientID,
    InstanceNumber: n,
    pixels,
  });
  return encodePart10({ SOPClassUID: CT, SOPInstanceUID, TransferSyntaxUID: SYNTAX[encoding] }, encodeDataSet(elements, encoding));
}

describe.skipIf(program === undefined)('results that were made while an archive was away', () => {
  let station: ServicesRig;
  let orthanc: Orthanc;
  let home: string;
  const notes = new Map<number, string>();
  const archive = (port: number): Promise<Orthanc> =>
    startOrthanc(
      program ?? '',
      { aet: 'ALTERNATOR', port: station.port },
      { DicomPort: port, StorageDirectory: home, IndexDirectory: home, OverwriteInstances: true },
    );
  const run = async (): Promise<ReconcileRun | undefined> => (await station.client.call('reconcile.list', {})).runs[0];
  const thereOf = async (study: number, Modality: string): Promise<{ PatientID: string; SOPInstanceUID: string }[]> => {
    const found = (await orthanc.post('/tools/find', { Level: 'Instance', Expand: false, Query: { StudyInstanceUID: studyOf(study), Modality } })) as string[];
    return Promise.all(found.map(async (id) => (await orthanc.ask(`/instances/${id}/simplified-tags`)) as { PatientID: string; SOPInstanceUID: string }));
  };

  beforeAll(async () => {
    station = await servicesRig();
    home = mkdtempSync(join(tmpdir(), 'alternator-results-'));
    const port = await freePort();
    orthanc = await archive(port);
    for (const study of [1, 2, 3]) for (const n of [1, 2]) await orthanc.upload(image(study, n));
    await station.client.call('node.save', { node: { name: 'MAIN', aeTitle: 'ORTHANC', host: '127.0.0.1', port, role: 'archive' } });
    for (const study of [1, 2, 3]) {
      const { jobId } = await station.client.call('transfer.retrieve', { StudyInstanceUID: studyOf(study), node: 'MAIN' });
      expect(await station.ended(jobId)).toMatchObject({ state: 'done' });
    }
    await orthanc[Symbol.asyncDispose]();
    for (let n = 0; n < 2; n++) await station.client.call('outage.tryNow', {});
    expect((await station.client.call('outage.status', {})).archives).toMatchObject([{ node: 'MAIN', state: 'noAnswer' }]);
    for (const study of [1, 2, 3]) {
      await station.client.call('keyImages.mark', { StudyInstanceUID: studyOf(study), SOPInstanceUID: imageOf(study, 1), marked: true });
      const { SOPInstanceUID } = await station.client.call('keyImages.finish', { StudyInstanceUID: studyOf(study), title: '113000', nodes: ['MAIN'] });
      notes.set(study, SOPInstanceUID);
    }
    // 1 gets another patient id, an image of 2 is replaced under its UID, one of 3 is re-encoded: other bytes, the same content
    orthanc = await archive(await freePort());
    const [old = ''] = (await orthanc.post('/tools/find', { Level: 'Study', Query: { StudyInstanceUID: studyOf(1) } })) as string[];
    await fetch(`${orthanc.url}/studies/${old}`, { method: 'DELETE' });
    for (const n of [1, 2]) await orthanc.upload(image(1, n, { PatientID: 'CORRECTED' }));
    await orthanc.upload(image(2, 1, { pixels: Uint8Array.from({ length: 48 }, (_, at) => at) }));
    await orthanc.upload(image(3, 1, { encoding: 'implicitLE' }));
    await orthanc[Symbol.asyncDispose]();
    orthanc = await archive(port);
    await station.client.call('outage.tryNow', {});
  }, 120_000);
  afterAll(async () => {
    await station[Symbol.asyncDispose]();
    await orthanc[Symbol.asyncDispose]();
    rmSync(home, { recursive: true, force: true });
  });

  it('wait for a choice where their study was re-identified or an image replaced; other bytes of the same content are no conflict', async () => {
    await expect.poll(async () => (await run())?.state, { timeout: 30_000 }).toBe('ready');
    const { items = [], same, failed } = (await run()) ?? {};
    expect(failed).toEqual([]);
    expect(items.map(({ kind, StudyInstanceUID, choice, unsent }) => [kind, StudyInstanceUID, choice, unsent]).sort()).toEqual([
      ['reidentified', studyOf(1), undefined, 1],
      ['replaced', studyOf(2), undefined, 1],
    ]);
    expect(same).toBe(1);
    const replaced = items.find(({ kind }) => kind === 'replaced');
    expect(replaced).toMatchObject({ objects: [imageOf(2, 1)], there: '1 image replaced, same UID, other content' });
    expect(items.find(({ kind }) => kind === 'reidentified')?.results).toMatchObject([{ kind: 'note', SOPInstanceUID: notes.get(1), images: 1, by: 'reader' }]);
  });

  it('go where nothing changed, and only there', async () => {
    await expect.poll(async () => (await thereOf(3, 'KO')).map(({ SOPInstanceUID }) => SOPInstanceUID), { timeout: 20_000 }).toEqual([notes.get(3)]);
    expect([...(await thereOf(1, 'KO')), ...(await thereOf(2, 'KO'))]).toEqual([]);
    const { items } = await station.client.call('outbox.list', { where: 'held', offset: 0, limit: 10 });
    expect(items.map(({ StudyInstanceUID }) => StudyInstanceUID).sort()).toEqual([studyOf(1), studyOf(2)]);
    expect(await station.client.call('reconcile.counts', { node: 'MAIN' })).toMatchObject({ images: 0, results: 3, resultsSent: 1, resultsHeld: 2 });
  });

  it('keep waiting over a restart', async () => {
    await station.restart();
    await expect.poll(async () => (await run())?.state, { timeout: 30_000 }).toBe('ready');
    expect((await run())?.items.map(({ kind, choice }) => [kind, choice]).sort()).toEqual([
      ['reidentified', undefined],
      ['replaced', undefined],
    ]);
    expect([...(await thereOf(1, 'KO')), ...(await thereOf(2, 'KO'))]).toEqual([]);
  });

  it('are written again as new objects under the new id, the images fetched again; the old note is set aside, and the trail says who did it', async () => {
    await station.client.call('reconcile.choose', { node: 'MAIN', id: `reidentified ${studyOf(1)}`, choice: 'newId' });
    const applied = (await station.client.call('reconcile.apply', { node: 'MAIN' })).run;
    expect(applied.items.find(({ kind }) => kind === 'reidentified')).toMatchObject({
      appliedBy: 'reader',
      applied: expect.stringContaining('1 result written again'),
    });
    expect(applied.items.find(({ kind }) => kind === 'replaced')?.applied).toBeUndefined();
    await expect.poll(async () => (await thereOf(1, 'KO')).length, { timeout: 20_000 }).toBe(1);
    const [note] = await thereOf(1, 'KO');
    expect(note).toMatchObject({ PatientID: 'CORRECTED' });
    expect(note?.SOPInstanceUID).not.toBe(notes.get(1));
    await expect
      .poll(async () => (await station.client.call('study.get', { StudyInstanceUID: studyOf(1) })).study, { timeout: 20_000 })
      .toMatchObject({ PatientID: 'CORRECTED', instanceCount: 3, identityConflict: false });
    const { items } = await station.client.call('quarantine.list', {});
    expect(items.find(({ SOPInstanceUID }) => SOPInstanceUID === notes.get(1))?.reason).toBe('written again for another patient');
    const { events } = await station.client.call('reconcile.history', { node: 'MAIN', StudyInstanceUID: studyOf(1) });
    const texts = events.map(({ text }) => text);
    expect(texts).toContain('MAIN last seen');
    expect(texts).toContain('key image note made here, 1 image');
    expect(events.find(({ text }) => text.startsWith('applied: reidentified, newId'))).toMatchObject({ by: 'reader' });
    const { keyImages } = await station.client.call('keyImages.get', { StudyInstanceUID: studyOf(1) });
    expect(keyImages.notes.map(({ SOPInstanceUID }) => String(SOPInstanceUID))).toEqual([note?.SOPInstanceUID]);
  }, 60_000);

  it('are sent as they are when the old image is kept; the archive keeps its own', async () => {
    await station.client.call('reconcile.choose', { node: 'MAIN', id: `replaced ${studyOf(2)}`, choice: 'keepOld' });
    await station.client.call('reconcile.apply', { node: 'MAIN' });
    await expect.poll(async () => (await thereOf(2, 'KO')).map(({ SOPInstanceUID }) => SOPInstanceUID), { timeout: 20_000 }).toEqual([notes.get(2)]);
    expect((await station.client.call('quarantine.list', {})).items.map(({ SOPInstanceUID }) => SOPInstanceUID)).not.toContain(imageOf(2, 1));
  });
});
