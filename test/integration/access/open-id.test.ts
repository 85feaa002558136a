import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { KnownNode } from '@shared/domain';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { StationKey } from '../../../electron/services/secrets';
import { guardedArchive, type GuardedArchive } from '../../support/guarded-archive';
import { type OpenIdProvider, startOpenIdProvider } from '../../support/openid-provider';
import { servicesRig, type ServicesRig } from '../../support/services-rig';

describe('access to an archive by DICOMweb with a real OpenID provider', { timeout: 60_000 }, () => {
  let provider: OpenIdProvider;
  let archive: GuardedArchive;
  let station: ServicesRig;
  let opened: string[];
  let key: StationKey;

  beforeEach(async () => {
    // it says at each start that it is not set up for production
    for (const how of ['info', 'warn'] as const) vi.spyOn(console, how).mockImplementation(() => undefined);
    provider = await startOpenIdProvider();
    archive = await guardedArchive(() => provider);
    opened = [];
    key = { kind: 'ring', key: Buffer.alloc(32, 7), words: 'Kept by the test.' };
    station = await servicesRig([], 'ALTERNATOR', {}, { openBrowser: (url) => void opened.push(url), keys: { key: () => Promise.resolve(key) } });
  });
  afterEach(async () => {
    await station[Symbol.asyncDispose]();
    await archive.close();
    await provider[Symbol.asyncDispose]();
    vi.restoreAllMocks();
  });

  const node = (more: object = {}) => ({
    name: 'MAIN',
    aeTitle: 'DICOMWEB',
    host: '127.0.0.1',
    port: 80,
    role: 'archive' as const,
    url: archive.url,
    access: { kind: 'signIn' as const, issuer: provider.issuer, clientId: 'station', ...more },
  });
  const save = async (more: object = {}): Promise<KnownNode[]> => (await station.client.call('node.save', { node: node(more) })).nodes;
  const state = async (): Promise<string | undefined> => (await station.client.call('node.list', {})).nodes[0]?.accessState?.state;
  const reach = async () => (await station.client.call('outage.tryNow', { node: 'MAIN' })).archives[0];
  const browser = async (how?: 'refuses') => {
    await expect.poll(() => opened.length).toBe(1);
    return await provider.visit(opened.shift() ?? '', how);
  };
  async function signIn(): Promise<string> {
    const answer = station.client.call('archive.signIn', { node: 'MAIN' });
    expect(await browser()).toMatchObject({ status: 200, text: expect.stringContaining('go back to Alternator') as string });
    return (await answer).user;
  }

  it('a person signs in in the browser by a code with PKCE S256, state and nonce; the archive answers then', async () => {
    await save();
    expect(await state()).toBe('signInNeeded');
    expect(await reach()).not.toMatchObject({ state: 'ok' });
    expect(await signIn()).toBe('reader');
    expect(await state()).toBe('signedIn');
    expect(await reach()).toMatchObject({ state: 'ok' });
    const [asked] = provider.asked;
    expect(asked?.get('response_type')).toBe('code');
    expect(asked?.get('code_challenge_method')).toBe('S256');
    for (const name of ['code_challenge', 'state', 'nonce']) expect((asked?.get(name) ?? '').length, name).toBeGreaterThanOrEqual(43);
    expect(asked?.get('redirect_uri')).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/signed-in$/);
  });

  it('is renewed without anybody when the token ends, also after a restart; what is kept is sealed and for this user alone', async () => {
    await save();
    await signIn();
    const [first] = archive.seen.filter((token) => token !== '').slice(-1);
    await station.restart();
    expect(await state()).toBe('signedIn');
    expect(await reach()).toMatchObject({ state: 'ok' });
    expect(archive.seen.at(-1)).not.toBe(first);
    expect(provider.grants).toEqual(['authorization_code', 'refresh_token']);
    // refresh tokens are rotated: the one that came with the last answer is the one that counts
    await station.restart();
    expect(await reach()).toMatchObject({ state: 'ok' });
    const file = join(station.dir, 'secrets', 'secrets.json');
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o077).toBe(0);
    expect(readFileSync(file, 'utf8')).not.toContain('refreshToken');
  });

  it('a token that the archive refuses is asked for anew, once', async () => {
    await save();
    await signIn();
    expect(await reach()).toMatchObject({ state: 'ok' });
    const token = archive.seen.at(-1) ?? '';
    archive.refused.add(token);
    const from = archive.seen.length;
    expect(await reach()).toMatchObject({ state: 'ok', words: '' });
    expect(archive.seen[from]).toBe(token);
    expect(archive.seen.at(-1)).not.toBe(token);
  });

  it('a sign-in that the provider takes back is forgotten, and somebody is asked to sign in again, once', async () => {
    const notices: string[] = [];
    station.client.on('station.notice', ({ text }) => notices.push(text));
    await save();
    await signIn();
    expect(await reach()).toMatchObject({ state: 'ok' });
    await provider.revoke(archive.seen.at(-1) ?? '');
    for (let turn = 0; turn < 2; turn++) await reach();
    expect(await reach()).toMatchObject({ state: 'noAnswer' });
    expect(await state()).toBe('signInNeeded');
    expect(notices.filter((text) => text.includes('sign in again'))).toHaveLength(1);
    await signIn();
    await expect.poll(async () => (await station.client.call('outage.status', {})).archives[0]?.state).toBe('ok');
  });

  it('a refused sign-in, a wrong state and a foreign path give no access, and the person is told', async () => {
    await save();
    const answer = station.client.call('archive.signIn', { node: 'MAIN' });
    await expect.poll(() => opened.length).toBe(1);
    const redirect = new URL(new URL(opened[0] ?? '').searchParams.get('redirect_uri') ?? '');
    expect((await fetch(`${redirect.origin}/other`)).status).toBe(404);
    expect((await fetch(`${redirect.href}?code=stolen&state=wrong`)).status).toBe(400);
    expect((await fetch(redirect, { method: 'POST' })).status).toBe(404);
    const [, page] = await Promise.all([expect(answer).rejects.toThrow('The sign-in was refused (access_denied).'), browser('refuses')]);
    expect(page.text).toContain('without access');
    expect(await state()).toBe('signInNeeded');
    await expect(fetch(redirect)).rejects.toThrow();
  });

  it('ends when it is cancelled, and nothing listens any more', async () => {
    await save();
    const ending = new AbortController();
    const answer = station.client.call('archive.signIn', { node: 'MAIN' }, { signal: ending.signal });
    await expect.poll(() => opened.length).toBe(1);
    const redirect = new URL(opened[0] ?? '').searchParams.get('redirect_uri') ?? '';
    ending.abort();
    await expect(answer).rejects.toThrow();
    await expect
      .poll(() =>
        fetch(redirect).then(
          () => 'listens',
          () => 'closed',
        ),
      )
      .toBe('closed');
  });

  it('a provider that is away is no reason to sign in again', async () => {
    await save();
    await signIn();
    await station.restart();
    provider.pause();
    expect(await reach()).not.toMatchObject({ state: 'ok' });
    expect(await state()).toBe('signedIn');
    provider.resume();
    expect(await reach()).toMatchObject({ state: 'ok' });
  });

  it('signing out forgets it here and tells the provider', async () => {
    await save();
    await signIn();
    await station.client.call('archive.signOut', { node: 'MAIN' });
    expect(await state()).toBe('signInNeeded');
    expect(await reach()).not.toMatchObject({ state: 'ok' });
    expect(readFileSync(join(station.dir, 'secrets', 'secrets.json'), 'utf8')).not.toContain('refresh');
  });

  it('a token never goes to another address: with another URL nobody is signed in', async () => {
    await save();
    await signIn();
    const other = await guardedArchive(() => provider);
    try {
      await station.client.call('node.save', { node: { ...node(), url: other.url }, replaces: 'MAIN' });
      expect(await state()).toBe('signInNeeded');
      await reach();
      expect(other.seen.filter((token) => token !== '')).toEqual([]);
    } finally {
      await other.close();
    }
  });

  it('a client of the station itself has its secret in the store, never in the settings', async () => {
    const access = { kind: 'client' as const, tokenUrl: `${provider.issuer}/token`, clientId: 'robot' };
    await station.client.call('node.save', { node: { ...node(), access } });
    expect(await state()).toBe('secretNeeded');
    await station.client.call('archive.setSecret', { node: 'MAIN', secret: 'hush' });
    expect(await state()).toBe('secretKept');
    expect(await reach()).toMatchObject({ state: 'ok' });
    expect(readFileSync(join(station.dir, 'settings', 'nodes.json'), 'utf8')).not.toContain('hush');
    await station.client.call('node.remove', { name: 'MAIN' });
    expect(readFileSync(join(station.dir, 'secrets', 'secrets.json'), 'utf8')).not.toContain('client');
  });

  it('a wrong secret, or one that has expired, is said in words that name neither it nor a token', async () => {
    const access = { kind: 'client' as const, tokenUrl: `${provider.issuer}/token`, clientId: 'robot' };
    await station.client.call('node.save', { node: { ...node(), access } });
    await station.client.call('archive.setSecret', { node: 'MAIN', secret: 'of last year' });
    const said = JSON.stringify(await reach());
    expect(said).toContain('does not take client \\\"robot\\\" with this secret: one of the two is wrong, or the secret has expired');
    expect(said).not.toContain('of last year');
    await station.client.call('archive.setSecret', { node: 'MAIN', secret: 'hush' });
    expect(await reach()).toMatchObject({ state: 'ok' });
  });
});
