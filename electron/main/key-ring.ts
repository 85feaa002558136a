import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { ToServices } from '@shared/contract';
import type { MainLog } from './main-log';
import { writeAtomic } from './write-atomic';

/** What is used of Electron's safeStorage. The development runtime has the synchronous calls alone; a newer Electron may have the others alone. */
export interface SystemKeyRing {
  isEncryptionAvailable?(): boolean;
  encryptString?(text: string): Buffer;
  decryptString?(box: Buffer): string;
  isAsyncEncryptionAvailable?(): Promise<boolean>;
  encryptStringAsync?(text: string): Promise<Buffer>;
  decryptStringAsync?(box: Buffer): Promise<{ readonly result: string; readonly shouldReEncrypt?: boolean }>;
  /** Linux alone. */
  getSelectedStorageBackend?(): string;
}

export interface KeyRingParts {
  readonly ring: SystemKeyRing;
  /** Where the key stands, sealed by the key ring. */
  readonly folder: string;
  readonly platform: string;
  readonly now: () => number;
  readonly log: MainLog;
}

type KeyAnswer = Extract<ToServices, { kind: 'key' }>;

const KEY_BYTES = 32;
const NAMES: Readonly<Record<string, string>> = { darwin: 'the Keychain of this user', win32: 'Windows (DPAPI, for this user)' };

/**
 * The key of this station (reliability 5.3): made once, kept sealed by the system's key ring. A key ring that protects nothing (`basic_text`: a password that everybody knows) counts as none.
 * Never rejects.
 */
export async function stationKey(parts: KeyRingParts): Promise<KeyAnswer> {
  const { ring, platform, log } = parts;
  try {
    if (!(await isAvailable(ring)) || (platform === 'linux' && isUnprotected(ring))) {
      return { kind: 'key', ring: 'none', words: 'This system offers no key ring (GNOME Keyring or KWallet on Linux).' };
    }
    const key = await openOrMake(parts);
    return { kind: 'key', ring: 'ring', key: key.toString('base64'), words: `Sealed with a key that is kept by ${nameOf(ring, platform)}.` };
  } catch (error) {
    log.warn({ error: String(error) }, 'the key ring does not open');
    return { kind: 'key', ring: 'locked', words: 'The key ring of this system does not open now: unlock it, then try again.' };
  }
}

async function isAvailable(ring: SystemKeyRing): Promise<boolean> {
  if (ring.isAsyncEncryptionAvailable !== undefined) return await ring.isAsyncEncryptionAvailable();
  return ring.isEncryptionAvailable?.() === true;
}

function isUnprotected(ring: SystemKeyRing): boolean {
  const backend = ring.getSelectedStorageBackend?.() ?? 'unknown';
  return backend === 'basic_text' || backend === 'unknown';
}

function nameOf(ring: SystemKeyRing, platform: string): string {
  if (platform !== 'linux') return NAMES[platform] ?? 'the system';
  return ring.getSelectedStorageBackend?.().startsWith('kwallet') === true ? 'KWallet' : 'GNOME Keyring (or another Secret Service)';
}

async function openOrMake({ ring, folder, now, log }: KeyRingParts): Promise<Buffer> {
  const file = join(folder, 'key.sealed');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const sealed = readIfThere(file);
  if (sealed !== undefined) {
    const opened = await openSealed(ring, sealed);
    if (opened !== undefined) {
      if (opened.isOld) await writeAtomic(file, await seal(ring, opened.key));
      return opened.key;
    }
    // another user's, or of a key ring that was made anew: it is kept, and what it sealed stays closed
    renameSync(file, `${file}.foreign-${String(now())}`);
    log.warn({}, 'the sealed key is not of this key ring: a new one is made');
  }
  const key = randomBytes(KEY_BYTES);
  await writeAtomic(file, await seal(ring, key));
  return key;
}

async function seal(ring: SystemKeyRing, key: Buffer): Promise<Uint8Array<ArrayBuffer>> {
  const text = key.toString('base64');
  const box = ring.encryptStringAsync === undefined ? ring.encryptString?.(text) : await ring.encryptStringAsync(text);
  if (box === undefined) throw new Error('the key ring cannot seal');
  return Uint8Array.from(box);
}

/** Undefined: the box is not of this key ring, which opens others. Rejects when it opens none now. */
async function openSealed(ring: SystemKeyRing, box: Buffer): Promise<{ readonly key: Buffer; readonly isOld: boolean } | undefined> {
  try {
    const { result, shouldReEncrypt = false } = await open(ring, box);
    const key = Buffer.from(result, 'base64');
    return key.length === KEY_BYTES ? { key, isOld: shouldReEncrypt } : undefined;
  } catch (error) {
    const probe = randomBytes(KEY_BYTES);
    const opened = await open(ring, Buffer.from(await seal(ring, probe)));
    if (opened.result !== probe.toString('base64')) throw error;
    return undefined;
  }
}

async function open(ring: SystemKeyRing, box: Buffer): Promise<{ readonly result: string; readonly shouldReEncrypt?: boolean }> {
  if (ring.decryptStringAsync !== undefined) return await ring.decryptStringAsync(box);
  if (ring.decryptString === undefined) throw new Error('the key ring cannot open');
  return { result: ring.decryptString(box) };
}

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
