import { describe, expect, it } from 'vitest';
import { StudyUid } from '@shared/domain';
import { certificateShop } from '../../support/certificates';
import { peer } from '../../support/peers';
import { queryObjects } from '../../support/query-studies';
import { sendRaw } from '../../support/raw-sender';
import { servicesRig } from '../../support/services-rig';

const openssl = peer('openssl');
const STUDY = StudyUid.parse('2.25.9001');

describe.skipIf(openssl === undefined)('TLS by settings', { timeout: 60_000 }, () => {
  it('one station searches and fetches from another by TLS alone: queries out, C-MOVE back', async () => {
    using shop = certificateShop(openssl ?? '');
    const authority = shop.authority('Hospital');
    const files = (name: string) => {
      const { certificateFile, keyFile } = authority.issue(name);
      return { caFile: authority.certificateFile, certificateFile, keyFile, port: 0 };
    };
    await using archive = await servicesRig([], 'ARCHIVE', { allowQuery: [{ aeTitle: 'READER', host: '127.0.0.1' }], tls: files('localhost') });
    await using reader = await servicesRig([], 'READER', { tls: files('localhost') });
    const [there, here] = [archive.services.nodeStatus().tlsPort ?? 0, reader.services.nodeStatus().tlsPort ?? 0];
    await sendRaw(queryObjects(), { port: archive.port, calledAeTitle: 'ARCHIVE', callingAeTitle: 'FILLER' });
    await archive.client.call('node.save', { node: { name: 'Reader', aeTitle: 'READER', host: '127.0.0.1', port: here, role: 'other', tls: true } });
    await reader.client.call('node.save', { node: { name: 'Archive', aeTitle: 'ARCHIVE', host: '127.0.0.1', port: there, role: 'archive', tls: true } });
    expect(await reader.client.call('node.test', { aeTitle: 'ARCHIVE', host: '127.0.0.1', port: there, tls: true })).toMatchObject({ outcome: 'reachable' });
    expect(await reader.client.call('node.test', { aeTitle: 'ARCHIVE', host: '127.0.0.1', port: there })).not.toMatchObject({ outcome: 'reachable' });

    const { jobId } = await reader.client.call('transfer.retrieve', { StudyInstanceUID: STUDY, node: 'Archive' });
    expect(await reader.ended(jobId)).toMatchObject({ state: 'done', done: 4, refused: [] });
    expect((await reader.client.call('study.get', { StudyInstanceUID: STUDY })).study).toMatchObject({ instanceCount: 4 });
  });
});
