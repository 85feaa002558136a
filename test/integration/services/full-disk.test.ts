import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleForChild } from '../../support/ul-bundle';

/** Faults that nobody caught, as they come out of a timer, at a signal. */
const FAULTS = `
const at = (signal, code) => process.on(signal, () => setTimeout(() => { throw Object.assign(new Error(code), { code }); }, 1));
at('SIGUSR2', 'ENOSPC');
at('SIGHUP', 'EIO');
`;

let folder: string;
let child: ChildProcess;
let port: number;

/** All lines of the log. */
const logged = (): string => {
  const logs = join(folder, 'data', 'logs');
  return readdirSync(logs)
    .map((name) => readFileSync(join(logs, name), 'utf8'))
    .join('');
};
const isListening = (): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });

describe('the process of the services', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'alternator-full-'));
    writeFileSync(join(folder, 'faults.cjs'), FAULTS);
    // beside the modules that it needs
    const entry = join(import.meta.dirname, '..', '..', '..', 'node_modules', '.cache', `full-disk-${String(process.pid)}.cjs`);
    await bundleForChild('electron/services/entry.ts', entry);
    const options = {
      dataDir: join(folder, 'data'),
      workersDir: folder,
      rebuildIndex: false,
      aeTitle: 'FULL',
      dicomHost: '127.0.0.1',
      dicomPort: 0,
      accept: [],
      demo: false,
    };
    child = spawn(process.execPath, ['-r', join(folder, 'faults.cjs'), entry, JSON.stringify(options)], { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
    for await (const line of lines) {
      const message = JSON.parse(line) as { kind: string; node?: { port?: number } };
      if (message.kind !== 'started') continue;
      port = message.node?.port ?? 0;
      break;
    }
    rmSync(entry, { force: true });
  }, 60_000);
  afterAll(() => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  it('lives on after a fault of a full disk that nobody caught, says so in the log, and still listens', async () => {
    child.kill('SIGUSR2');
    await expect.poll(logged, { timeout: 10_000 }).toContain('the disk is full');
    expect(child.exitCode).toBeNull();
    expect(await isListening()).toBe(true);
  });

  it('ends after any other: nobody knows its state any more, and it is started anew', async () => {
    const code = new Promise((resolve) => child.on('exit', resolve));
    child.kill('SIGHUP');
    expect(await code).toBe(70);
    expect(logged()).toContain('unexpected fault, the services end');
  });
});
