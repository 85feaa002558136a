import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, closeSync, fsyncSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { KEY_BYTES } from './key-provider';

/** The name of a key that may be written down: nothing of the key can be learnt from it. */
export function keyId(key: Uint8Array): string {
  return createHash('sha256').update('alternator station key').update(key).digest('hex').slice(0, 16);
}

/** A folder for this user alone. */
export function ownFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (process.platform !== 'win32') chmodSync(folder, 0o700);
}

/** The key in a file for this user alone, where the system has no key ring; undefined: there is none. Throws when it cannot be read. */
export function readKeyFile(folder: string): Uint8Array | undefined {
  let text: string;
  try {
    text = readFileSync(join(folder, 'key'), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  const key = Buffer.from(text.trim(), 'base64');
  if (key.length !== KEY_BYTES) throw new Error(`the file ${join(folder, 'key')} does not hold a key`);
  return key;
}

export function makeKeyFile(folder: string): Uint8Array {
  const key = randomBytes(KEY_BYTES);
  ownFolder(folder);
  const handle = openSync(join(folder, 'key'), 'wx', 0o600);
  try {
    writeSync(handle, `${key.toString('base64')}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  return key;
}

export function removeKeyFile(folder: string): void {
  rmSync(join(folder, 'key'), { force: true });
}
