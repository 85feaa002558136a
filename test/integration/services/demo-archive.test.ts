import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ArchiveSearchEnd, type ArchiveStudy, type RemoteNode, StudyUid } from '@shared/domain';
import { planDemo } from '../../../electron/services/demo';
import { encodePart10 } from '../../support/dicom';
import { servicesRig, type ServicesRig } from '../../support/services-rig';

const NAME = 'Demo archive';

/** As main does it whenever one of the two has started. */
function introduce(station: ServicesRig, archive: ServicesRig): void {
  const node = (name: string, aeTitle: string, port: number, role: RemoteNode['role']): RemoteNode => ({
    ...{ name, aeTitle, host: '127.0.0.1', port, role, maySend: true },
    mayQuery: role === 'other',
  });
  station.services.setCompanion(node(NAME, 'DEMO_ARCHIVE', archive.port, 'archive'), ['127.0.0.1']);
  archive.services.setCompanion(node('Alternator', 'ALTERNATOR', station.port, 'other'), ['127.0.0.1']);
}

describe('the workstation and its demo archive', () => {
  let station: ServicesRig;
  let archive: ServicesRig;
  let folder = '';
  const objects = planDemo({ seed: 3, today: '20261122', studies: ['ecg', 'cr-chest'] })
    // The documents: quick to make, of all classes that are no images.
    .filter(({ series }) => ['ecg', 'presentation', 'letter'].includes(series))
    .map((planned) => planned.make());
  const studies = [...new Set(planDemo({ seed: 3, today: '20261122', studies: ['ecg', 'cr-chest'] }).map((planned) => planned.StudyInstanceUID))].map((uid) =>
    StudyUid.parse(uid),
  );

  beforeAll(async () => {
    [station, archive] = [await servicesRig(), await servicesRig([], 'DEMO_ARCHIVE')];
    introduce(station, archive);
    folder = mkdtempSync(join(tmpdir(), 'alternator-demo-archive-'));
    mkdirSync(join(folder, 'in'));
    objects.forEach((object, index) => writeFileSync(join(folder, 'in', `${index}.dcm`), encodePart10(object, object.dataSet)));
    const { jobId } = await archive.client.call('import.start', { paths: [join(folder, 'in')] });
    await archive.ended(jobId);
  });
  afterAll(async () => {
    await station[Symbol.asyncDispose]();
    await archive[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  async function search(filter: object): Promise<{ studies: ArchiveStudy[]; end: ArchiveSearchEnd }> {
    const found: ArchiveStudy[] = [];
    return await new Promise((resolve, reject) => {
      let id = '';
      const offMatches = station.client.on('archive.matches', (event) => event.searchId === id && found.push(...event.studies));
      const offEnd = station.client.on('archive.searchEnded', (end) => {
        if (end.searchId !== id) return;
        offMatches();
        offEnd();
        resolve({ studies: found, end });
      });
      station.client.call('archive.search', { node: NAME, filter, limit: 100 }).then(({ searchId }) => (id = searchId), reject);
    });
  }

  async function here(): Promise<string[]> {
    const page = await station.client.call('study.search', { filter: {}, sort: { key: 'StudyDate', descending: true }, offset: 0, limit: 10 });
    // What the archive has alone is listed too, as that.
    return page.rows.filter((row) => row.where.kind !== 'remote').map((row) => row.StudyInstanceUID);
  }

  it('finds its studies by C-FIND, each name as it is written', async () => {
    const { studies: found, end } = await search({});
    expect(end).toMatchObject({ outcome: 'complete', matches: 2 });
    expect(found.map((study) => study.PatientName).sort()).toEqual(['GRÖßMANN^Jürgen', 'Соколова^Мария^Ивановна']);
    const { studies: byName } = await search({ PatientName: 'соколова' });
    expect(byName).toHaveLength(1);
  });

  it('brings a study by C-MOVE, and brings it again when the local copy was deleted', async () => {
    for (const StudyInstanceUID of studies) {
      for (const round of ['first', 'again']) {
        const { jobId } = await station.client.call('transfer.retrieve', { StudyInstanceUID, node: NAME });
        expect(await station.ended(jobId), round).toMatchObject({ state: 'done' });
        expect(await here()).toContain(StudyInstanceUID);
        // What arrived just now is not deleted: the rest may be on its way.
        station.later(600_000);
        const deletion = await station.client.call('study.delete', { studies: [StudyInstanceUID], lastCopies: true });
        expect(await station.ended(deletion.jobId), round).toMatchObject({ state: 'done' });
        expect(await here()).not.toContain(StudyInstanceUID);
      }
    }
  });

  it('is found at its new port when both were started anew', async () => {
    await archive.restart();
    await station.restart();
    introduce(station, archive);
    const [StudyInstanceUID] = studies;
    const { jobId } = await station.client.call('transfer.retrieve', { StudyInstanceUID: StudyInstanceUID!, node: NAME });
    expect(await station.ended(jobId)).toMatchObject({ state: 'done' });
  });

  it('answers nobody but its workstation', async () => {
    await using stranger = await servicesRig([], 'STRANGER');
    const answer = await stranger.client.call('node.test', { aeTitle: 'DEMO_ARCHIVE', host: '127.0.0.1', port: archive.port });
    expect(answer).toMatchObject({ outcome: 'callingAeUnknown' });
  });
});
