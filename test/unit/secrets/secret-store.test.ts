import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../../electron/services/logging/logger';
import { openSecrets, type SecretStore, type StationKey } from '../../../electron/services/secrets';

const ring = (fill: number): StationKey => ({ kind: 'ring', key: Buffer.alloc(32, fill), words: 'Kept by the test.' });
const none: StationKey = { kind: 'none', words: 'This system offers no key ring.' };
const locked: StationKey = { kind: 'locked', words: 'The key ring does not open now.' };

describe('secrets of this station', () => {
  let folder: string;
  let key: StationKey;
  let asked: number;
  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'alternator-secrets-')), 'secrets');
    key = ring(1);
    asked = 0;
  });
  afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

  const open = (): SecretStore => openSecrets({ folder, now: () => 0, log: silentLogger, keys: { key: () => (asked++, Promise.resolve(key)) } });
  const text = (): string => readFileSync(join(folder, 'secrets.json'), 'utf8');

  it('are sealed under a key that stands nowhere in the folder, and opened again by another run', async () => {
    await open().set('token', 'very secret');
    expect(text()).not.toContain('very secret');
    expect(readdirSync(folder)).toEqual(['secrets.json']);
    const again = open();
    expect(again.names()).toEqual(['token']);
    expect(await again.get('token')).toBe('very secret');
    expect(await again.get('other')).toBeUndefined();
    expect(await again.status()).toEqual({ keptIn: 'keyRing', words: 'Kept by the test.' });
  });

  it('do not trouble the key ring before one is needed', async () => {
    const secrets = open();
    expect(secrets.names()).toEqual([]);
    expect(await secrets.get('token')).toBeUndefined();
    await secrets.forget('token');
    expect(asked).toBe(0);
  });

  it('stand under a key in a file of this user alone where there is no key ring, and that is said', async () => {
    key = none;
    await open().set('token', 'very secret');
    expect(readdirSync(folder).sort()).toEqual(['key', 'secrets.json']);
    if (process.platform !== 'win32') {
      expect(statSync(folder).mode & 0o077).toBe(0);
      for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o077, name).toBe(0);
    }
    const again = open();
    expect(await again.get('token')).toBe('very secret');
    expect(await again.status()).toMatchObject({ keptIn: 'file', words: expect.stringContaining('This system offers no key ring.') as string });
  });

  it('come under the key ring when there is one later, and the file with the key goes', async () => {
    key = none;
    await open().set('token', 'very secret');
    key = ring(2);
    expect(await open().get('token')).toBe('very secret');
    expect(existsSync(join(folder, 'key'))).toBe(false);
    expect(await open().get('token')).toBe('very secret');
  });

  it('stay what they are while the key ring is locked, and are asked for again', async () => {
    await open().set('token', 'very secret');
    key = locked;
    const secrets = open();
    await expect(secrets.get('token')).rejects.toThrow('does not open now');
    await expect(secrets.set('token', 'other')).rejects.toThrow('does not open now');
    key = ring(1);
    expect(await secrets.get('token')).toBe('very secret');
  });

  it('of another key ring are not thrown away by reading, and set aside when something new is kept', async () => {
    await open().set('token', 'very secret');
    key = ring(9);
    const secrets = open();
    await expect(secrets.get('token')).rejects.toThrow('is not in the key ring now');
    key = ring(1);
    expect(await open().get('token')).toBe('very secret');
    await secrets.set('token', 'new');
    expect(await secrets.get('token')).toBe('new');
    expect(readdirSync(folder).filter((name) => name.includes('damaged'))).toHaveLength(1);
  });

  it('that were changed on the disk, or put in the place of another, do not open', async () => {
    const secrets = open();
    await secrets.set('one', 'first');
    await secrets.set('two', 'second');
    const document = JSON.parse(text()) as { value: { secrets: Record<string, unknown> } };
    document.value.secrets['two'] = document.value.secrets['one'];
    writeFileSync(join(folder, 'secrets.json'), JSON.stringify(document));
    await expect(open().get('two')).rejects.toThrow('was changed on the disk');
    expect(await open().get('one')).toBe('first');
  });
});
