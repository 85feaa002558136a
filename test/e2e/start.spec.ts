import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from '@playwright/test';

const root = resolve(import.meta.dirname, '..', '..');

interface Started {
  readonly child: ChildProcess;
  readonly output: { stdout: string; stderr: string };
  readonly ended: Promise<number | null>;
}

/** `npm start -- …` without npm. */
function start(...args: readonly string[]): Started {
  const child = spawn(process.execPath, [join(root, 'build/bootstrap/start.mjs'), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
  const ended = new Promise<number | null>((done) => child.on('close', done));
  return { child, output, ended };
}

let dataDir: string;

test.beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'alternator-start-'));
});

test.afterEach(async () => {
  await rm(dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
});

test('--help names every flag on stdout and ends with 0', async () => {
  const { output, ended } = start('--help');
  expect(await ended, output.stderr).toBe(0);
  const flags = ['--data-dir', '--ae-title', '--dicom-port', '--dicom-host', '--no-demo', '--accept', '--screenshot'];
  for (const flag of flags) expect(output.stdout).toContain(flag);
});

test('a wrong flag is named on stderr and ends with 2', async () => {
  const { output, ended } = start('--dicom-prot', '11112');
  expect(await ended).toBe(2);
  expect(output.stderr).toContain('--dicom-prot');
  expect(output.stdout).toBe('');
});

test('prints exactly one line on stdout, of JSON, when it listens, and ends with 0 when asked to', async () => {
  const { child, output, ended } = start('--data-dir', dataDir, '--dicom-port', '0', '--ae-title', 'STARTED', '--no-demo');
  try {
    await expect.poll(() => output.stdout, { timeout: 60_000 }).toContain('\n');
    const line = JSON.parse(output.stdout) as Record<string, unknown>;
    expect(line).toMatchObject({ aeTitle: 'STARTED', dataDir });
    for (const key of ['app', 'electron', 'chromium', 'node']) expect(line[key]).toMatch(/^\d+\.\d+/);
    expect(line['port']).toBeGreaterThan(0);
    child.kill('SIGTERM');
    expect(await ended, output.stderr).toBe(0);
    expect(output.stdout.trim().split('\n')).toHaveLength(1);
  } finally {
    child.kill('SIGKILL');
  }
});
