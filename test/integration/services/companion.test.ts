import { describe, expect, it } from 'vitest';
import { StudyUid } from '@shared/domain';
import { queryObjects } from '../../support/query-studies';
import { sendRaw } from '../../support/raw-sender';
import { collectFind, targetOf } from '../../support/scu-run';
import { servicesRig } from '../../support/services-rig';

const STUDY = StudyUid.parse('2.25.9001');

describe('the demo archive beside the workstation', { timeout: 60_000 }, () => {
  it('lets the workstation search and fetch, and nobody else', async () => {
    await using archive = await servicesRig([], 'DEMOARCHIVE', { role: 'demoArchive' });
    await using station = await servicesRig();
    await sendRaw(queryObjects(), { port: archive.port, calledAeTitle: 'DEMOARCHIVE', callingAeTitle: 'FILLER' });
    const ask = (callingAeTitle: string) =>
      collectFind(targetOf(archive.port, 'DEMOARCHIVE', callingAeTitle), { root: 'study', level: 'STUDY', keys: { PatientID: 'P1' } });
    expect((await ask('ALTERNATOR')).end).toMatchObject({ kind: 'failed' });

    const node = { host: '127.0.0.1', role: 'archive' as const };
    archive.services.setCompanion({ ...node, name: 'Workstation', aeTitle: 'ALTERNATOR', port: station.port, role: 'other' }, ['127.0.0.1', '::1']);
    station.services.setCompanion({ ...node, name: 'Demo archive', aeTitle: 'DEMOARCHIVE', port: archive.port }, ['127.0.0.1', '::1']);
    expect(await ask('ALTERNATOR')).toMatchObject({ end: { kind: 'complete', matches: 2 } });
    expect((await ask('STRANGER')).end).toMatchObject({ kind: 'failed' });

    const { jobId } = await station.client.call('transfer.retrieve', { StudyInstanceUID: STUDY, node: 'Demo archive' });
    expect(await station.ended(jobId)).toMatchObject({ state: 'done', done: 4 });
    // the workstation answers no queries, its own demo archive's included
    const back = await collectFind(targetOf(station.port, 'ALTERNATOR', 'DEMOARCHIVE'), { root: 'study', level: 'STUDY', keys: {} });
    expect(back.end).toMatchObject({ kind: 'failed' });
  });
});
