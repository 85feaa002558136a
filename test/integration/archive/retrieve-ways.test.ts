import { StudyUid } from '@shared/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeDataSet, encodePart10, sampleImage } from '../../support/dicom';
import { type Orthanc, startOrthanc, webPlugin } from '../../support/orthanc';
import { peer } from '../../support/peers';
import { servicesRig, type ServicesRig } from '../../support/services-rig';

const CT = '1.2.840.10008.5.1.4.1.1.2';
const ELE = '1.2.840.10008.1.2.1';
const program = peer('Orthanc');
const plugin = program === undefined ? undefined : webPlugin();
const MANY = 160;

function image(study: string, n: number): Uint8Array {
  const names = {
    SOPInstanceUID: `${study}.1.${String(n)}`,
    StudyInstanceUID: study,
    SeriesInstanceUID: `${study}.2`,
    InstanceNumber: n,
    Rows: 64,
    Columns: 64,
  };
  return encodePart10({ SOPClassUID: CT, SOPInstanceUID: names.SOPInstanceUID, TransferSyntaxUID: ELE }, encodeDataSet(sampleImage(names)));
}

describe.skipIf(plugin === undefined)('the way by which an archive is fetched from (Orthanc by C-MOVE, C-GET and WADO-RS)', { timeout: 60_000 }, () => {
  let station: ServicesRig;
  let orthanc: Orthanc;

  beforeAll(async () => {
    station = await servicesRig();
    orthanc = await startOrthanc(
      program ?? '',
      { aet: 'ALTERNATOR', port: station.port },
      { Plugins: [plugin], DicomWeb: { Enable: true, Root: '/dicom-web/' } },
    );
    for (const [study, count] of [
      ['2.25.8301', MANY],
      ['2.25.8302', 10],
      ['2.25.8303', MANY],
    ] as const)
      for (let n = 1; n <= count; n++) await orthanc.upload(image(study, n));
  });
  afterAll(async () => {
    await orthanc[Symbol.asyncDispose]();
    await station[Symbol.asyncDispose]();
  });

  const node = () => ({ name: 'MAIN', aeTitle: 'ORTHANC', host: '127.0.0.1', port: orthanc.port, role: 'archive' as const });
  const web = () => ({ url: `${orthanc.url}/dicom-web`, dimse: true });
  const known = async () => (await station.client.call('node.list', {})).nodes.find(({ name }) => name === 'MAIN');
  async function fetchStudy(study: string): Promise<{ state: string; done: number }> {
    const { jobId } = await station.client.call('transfer.retrieve', { StudyInstanceUID: StudyUid.parse(study), node: 'MAIN' });
    return await station.ended(jobId);
  }

  it('is measured once with images that are wanted anyway, remembered over a restart, and forgotten for another address', async () => {
    await station.client.call('node.save', { node: { ...node(), ...web() } });
    expect(await fetchStudy('2.25.8302')).toMatchObject({ state: 'done', done: 10 });
    expect((await known())?.retrieve, 'ten images are too few to measure with').toBeUndefined();

    expect(await fetchStudy('2.25.8301')).toMatchObject({ state: 'done', done: MANY, refused: [] });
    const measured = (await known())?.retrieve;
    expect(measured?.rates.map(({ by }) => by).sort()).toEqual(['get', 'move', 'wado']);
    expect(measured?.rates.flatMap(({ by, problem }) => (problem === undefined ? [] : [`${by}: ${problem}`]))).toEqual([]);
    const best = [...(measured?.rates ?? [])].sort((a, b) => (b.bytesPerSecond ?? 0) - (a.bytesPerSecond ?? 0))[0];
    expect(measured?.by).toBe(best?.by);

    await station.restart();
    expect((await known())?.retrieve).toEqual(measured);
    expect(await fetchStudy('2.25.8303')).toMatchObject({ state: 'done', done: MANY });
    expect((await known())?.retrieve, 'not measured again').toEqual(measured);

    await station.client.call('node.save', { node: { ...node(), aeTitle: 'OTHER', ...web() }, replaces: 'MAIN' });
    expect((await known())?.retrieve).toBeUndefined();
  });

  it('a way that does not work is not chosen, and says why', async () => {
    await using other = await servicesRig([], 'STRANGER');
    await other.client.call('node.save', { node: { ...node(), ...web() } });
    const { jobId } = await other.client.call('transfer.retrieve', { StudyInstanceUID: StudyUid.parse('2.25.8301'), node: 'MAIN' });
    expect(await other.ended(jobId)).toMatchObject({ state: 'done', done: MANY, refused: [] });
    const found = (await other.client.call('node.list', {})).nodes[0]?.retrieve;
    const move = found?.rates.find(({ by }) => by === 'move');
    expect(move?.problem).toContain('did not come');
    expect(found?.by).not.toBe('move');
  });

  it('is the one that was chosen, whatever was measured', async () => {
    await using other = await servicesRig();
    await other.client.call('node.save', { node: { ...node(), ...web(), retrieveBy: 'wado' } });
    const { jobId } = await other.client.call('transfer.retrieve', { StudyInstanceUID: StudyUid.parse('2.25.8301'), node: 'MAIN' });
    expect(await other.ended(jobId)).toMatchObject({ state: 'done', done: MANY });
    expect((await other.client.call('node.list', {})).nodes[0]?.retrieve).toBeUndefined();
  });
});
