import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Authority, certificateShop, type CertificateShop } from '../../support/certificates';
import { peer } from '../../support/peers';
import { servicesRig } from '../../support/services-rig';

const openssl = peer('openssl');

describe.skipIf(openssl === undefined)('certificates and key in the settings', { timeout: 60_000 }, () => {
  let shop: CertificateShop;
  let authority: Authority;
  let folder: string;
  beforeAll(() => {
    shop = certificateShop(openssl ?? '');
    authority = shop.authority('Hospital');
    folder = mkdtempSync(join(tmpdir(), 'alternator-keys-'));
  });
  afterAll(() => {
    shop[Symbol.dispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  const keys = { key: () => Promise.resolve({ kind: 'ring' as const, key: Buffer.alloc(32, 3), words: 'Kept by the test.' }) };

  it('say what stands in the files: names, until when, whether the key belongs to the certificate, who can read it', async () => {
    await using station = await servicesRig([], 'ALTERNATOR', {}, { keys });
    const own = authority.issue('station.hospital');
    chmodSync(own.keyFile, 0o644);
    await station.client.call('settings.set', {
      name: 'tls',
      value: { caFile: authority.certificateFile, certificateFile: own.certificateFile, keyFile: own.keyFile },
    });
    const status = await station.client.call('tls.status', {});
    expect(status).toMatchObject({
      certificate: { subject: 'station.hospital', issuer: 'Hospital', names: ['station.hospital', '127.0.0.1'], state: 'valid' },
      authorities: [{ subject: 'Hospital', state: 'valid' }],
      key: { where: 'file', fits: true },
      secrets: { keptIn: 'keyRing' },
    });
    if (process.platform !== 'win32') expect(status.problems).toEqual([expect.stringContaining('Others can read the file of the key') as string]);

    const stranger = authority.issue('other');
    await station.client.call('settings.set', { name: 'tls', value: { certificateFile: own.certificateFile, keyFile: stranger.keyFile } });
    expect((await station.client.call('tls.status', {})).problems).toContain('The key does not belong to the certificate of this station.');
    await station.client.call('settings.set', { name: 'tls', value: { certificateFile: join(folder, 'nowhere.pem') } });
    expect((await station.client.call('tls.status', {})).problems.join()).toContain('cannot be read (ENOENT)');
  });

  it('a key is taken into the store: sealed, not in the settings, and good for a connection without its file', async () => {
    const own = authority.issue('localhost');
    const files = { caFile: authority.certificateFile, certificateFile: own.certificateFile };
    await using archive = await servicesRig([], 'ARCHIVE', { tls: { ...files, keyFile: own.keyFile, port: 0 } });
    await using station = await servicesRig([], 'READER', {}, { keys });
    const locked = join(folder, 'locked.key');
    execFileSync(openssl ?? '', ['pkcs8', '-topk8', '-in', own.keyFile, '-out', locked, '-passout', 'pass:open sesame'], { stdio: 'pipe' });
    await station.client.call('settings.set', { name: 'tls', value: { ...files, keyFile: locked } });
    const test = async () =>
      await station.client.call('node.test', { aeTitle: 'ARCHIVE', host: '127.0.0.1', port: archive.services.nodeStatus().tlsPort ?? 0, tls: true });
    await expect(station.client.call('tls.keepKey', { file: locked })).rejects.toThrow('locked with a passphrase');
    await expect(station.client.call('tls.keepKey', { file: locked, passphrase: 'wrong' })).rejects.toThrow('does not open this key');
    await expect(station.client.call('tls.keepKey', { file: authority.certificateFile })).rejects.toThrow('no private key');
    await expect(station.client.call('tls.keepKey', { file: authority.issue('other').keyFile })).rejects.toThrow('does not belong to the certificate');

    await station.client.call('tls.keepKey', { file: locked, passphrase: 'open sesame' });
    rmSync(locked);
    expect(await station.client.call('tls.status', {})).toMatchObject({ key: { where: 'store', fits: true }, problems: [] });
    expect((await station.client.call('settings.get', { name: 'tls' })).value).toEqual(files);
    expect(readFileSync(join(station.dir, 'secrets', 'secrets.json'), 'utf8')).not.toContain('PRIVATE KEY');
    await station.client.call('node.save', { node: { name: 'A', aeTitle: 'ARCHIVE', host: '127.0.0.1', port: 1, role: 'archive', tls: true } });
    // it does not know us: what counts is that the handshake with our certificate went well
    expect((await test()).outcome).toBe('callingAeUnknown');

    await station.client.call('tls.forgetKey', {});
    expect(await station.client.call('tls.status', {})).toMatchObject({ key: { where: 'none' } });
    expect((await test()).outcome).not.toBe('callingAeUnknown');
  });

  it('until when the certificate of an archive is valid is known once it was called', async () => {
    const own = authority.issue('localhost', { until: '20300115000000Z' });
    const files = { caFile: authority.certificateFile, certificateFile: own.certificateFile, keyFile: own.keyFile };
    await using archive = await servicesRig([], 'ARCHIVE', { tls: { ...files, port: 0 } });
    const node = { name: 'A', aeTitle: 'ARCHIVE', host: '127.0.0.1', port: archive.services.nodeStatus().tlsPort ?? 0, role: 'archive' as const, tls: true };
    await using station = await servicesRig([node], 'READER', { tls: files });
    await station.client.call('outage.tryNow', { node: 'A' });
    expect((await station.client.call('node.list', {})).nodes[0]).toMatchObject({ certificateUntil: '2030-01-15T00:00:00.000Z' });
  });
});
