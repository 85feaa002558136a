import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { stationKey, type SystemKeyRing } from '../../../electron/main/key-ring';
import { openBrowser } from '../../../electron/main/open-browser';
import { mayOpen } from '../../../electron/main/security/may-open';
import { collectingLog } from './fakes';

vi.mock('electron', () => ({ shell: {} }));

/** A key ring whose password is a byte that everything is mixed with. */
function fakeRing(password: number, backend = 'gnome_libsecret'): SystemKeyRing {
  const mix = (bytes: Uint8Array): Buffer => Buffer.from(bytes.map((byte) => byte ^ password));
  return {
    isEncryptionAvailable: () => true,
    encryptString: (text) => Buffer.concat([Buffer.from([password]), mix(Buffer.from(text))]),
    decryptString(box) {
      if (box[0] !== password) throw new Error('not of this key ring');
      return mix(box.subarray(1)).toString('utf8');
    },
    getSelectedStorageBackend: () => backend,
  };
}

describe('the key of this station', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'alternator-ring-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const ask = (ring: SystemKeyRing, platform = 'linux') => stationKey({ ring, folder, platform, now: () => 7, log: collectingLog() });

  it('is made once and kept sealed, for this user alone', async () => {
    const first = await ask(fakeRing(0x55));
    expect(first).toMatchObject({ ring: 'ring', words: expect.stringContaining('GNOME Keyring') as string });
    expect(Buffer.from(first.key ?? '', 'base64')).toHaveLength(32);
    expect(await ask(fakeRing(0x55))).toEqual(first);
    expect(readdirSync(folder)).toEqual(['key.sealed']);
    expect(readFileSync(join(folder, 'key.sealed')).toString('latin1')).not.toContain(first.key ?? '');
    if (process.platform !== 'win32') expect(statSync(join(folder, 'key.sealed')).mode & 0o077).toBe(0);
  });

  it.each(['basic_text', 'unknown'])('is not put into a key ring that protects nothing (%s), and that is said', async (backend) => {
    expect(await ask(fakeRing(0x55, backend))).toEqual({ kind: 'key', ring: 'none', words: expect.stringContaining('no key ring') as string });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is made anew for another key ring; the sealed one is kept', async () => {
    const first = await ask(fakeRing(0x55));
    const other = await ask(fakeRing(0x66));
    expect(other.ring).toBe('ring');
    expect(other.key).not.toBe(first.key);
    expect(readdirSync(folder).sort()).toEqual(['key.sealed', 'key.sealed.foreign-7']);
  });

  it('is left alone while the key ring opens nothing', async () => {
    await ask(fakeRing(0x55));
    const locked = { ...fakeRing(0x55), decryptString: () => { throw new Error('locked'); } }; // prettier-ignore
    expect(await ask(locked)).toMatchObject({ ring: 'locked', words: expect.stringContaining('unlock it') as string });
    expect(readdirSync(folder)).toEqual(['key.sealed']);
  });

  it('comes by the newer calls of Electron where they are, and is sealed anew when the system asks for that', async () => {
    const { encryptString, decryptString } = fakeRing(0x55);
    let sealed = 0;
    const newer: SystemKeyRing = {
      isAsyncEncryptionAvailable: () => Promise.resolve(true),
      encryptStringAsync: (text) => (sealed++, Promise.resolve(encryptString?.(text) ?? Buffer.alloc(0))),
      decryptStringAsync: (box) => Promise.resolve({ result: decryptString?.(box) ?? '', shouldReEncrypt: true }),
    };
    const first = await ask(newer, 'darwin');
    expect(first.words).toContain('Keychain');
    expect(await ask(newer, 'darwin')).toEqual(first);
    expect(sealed).toBe(2);
  });
});

describe('a sign-in page in the browser', () => {
  it.each(['https://login.example/auth?x=1', 'http://127.0.0.1:4000/auth', 'http://localhost/auth'])('%s may be opened', (url) =>
    expect(mayOpen(url)).toBe(true),
  );
  it.each(['http://login.example/', 'file:///etc/passwd', 'javascript:alert(1)', 'https://user:pass@login.example/', 'smb://x', 'nothing'])(
    '%s is not',
    (url) => expect(mayOpen(url)).toBe(false),
  );

  it('without a browser its address is told', async () => {
    const told: unknown[] = [];
    const none = (): Promise<void> => Promise.reject(new Error('none'));
    await openBrowser('https://login.example/auth', (notice) => told.push(notice), none);
    expect(told).toMatchObject([{ detail: 'https://login.example/auth' }]);
  });
});
