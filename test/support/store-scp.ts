import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './orthanc';
import { peerEnv } from './peers';
import { readPart10, type RawObject } from './raw-sender';

export interface StoreScp extends AsyncDisposable {
  readonly port: number;
  /** What it wrote, by SOP Instance UID: its files are bit-preserving (+B). */
  received(): Promise<Map<string, RawObject>>;
}

/** DCMTK's storescp in bit-preserving mode; `options`: which syntaxes it takes (all that it knows when absent). */
export async function startStoreScp(program: string, options: readonly string[] = ['+xa']): Promise<StoreScp> {
  const folder = await mkdtemp(join(tmpdir(), 'alternator-storescp-'));
  const port = await freePort();
  const child = spawn(program, ['+B', ...options, '-od', folder, '--unique-filenames', String(port)], { stdio: 'ignore', env: peerEnv() });
  await listening(port);
  return {
    port,
    async received() {
      const objects = new Map<string, RawObject>();
      for (const name of await readdir(folder)) {
        const object = readPart10(await readFile(join(folder, name)));
        if (object) objects.set(object.SOPInstanceUID, object);
      }
      return objects;
    },
    async [Symbol.asyncDispose]() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Waits until something accepts connections on the port. */
export async function listening(port: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const isThere = await new Promise<boolean>((resolve) => {
      const socket = connect({ port, host: '127.0.0.1' });
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (isThere) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`nothing listens on port ${String(port)}`);
}
