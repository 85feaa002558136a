import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { strToU8, zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { run, withLock } from '../../../build/bootstrap/common.mjs';
import { electronRuntime, runtimeEnv } from '../../../build/bootstrap/electron-runtime.mjs';
import { unzip } from '../../../build/bootstrap/unzip.mjs';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'alternator-bootstrap-'));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

describe('unzip', () => {
  test('writes what is wanted with its mode and leaves out the rest', async () => {
    const archive = join(folder, 'a.zip');
    const program = new Uint8Array(100_000).fill(7);
    await writeFile(
      archive,
      zipSync({ 'x/program': [program, { os: 3, attrs: (0o100755 << 16) >>> 0 }], 'x/plain': strToU8('text'), 'x/not/this': strToU8('no') }),
    );
    expect(unzip(archive, folder, (name) => !name.startsWith('x/not/'))).toBe(2);
    expect(await readFile(join(folder, 'x/plain'), 'utf8')).toBe('text');
    expect(new Uint8Array(await readFile(join(folder, 'x/program')))).toEqual(program);
    expect((await stat(join(folder, 'x/program'))).mode & 0o777).toBe(0o755);
    await expect(stat(join(folder, 'x/not'))).rejects.toThrow('ENOENT');
  });

  test('refuses a name that leaves the folder', async () => {
    const archive = join(folder, 'a.zip');
    await writeFile(archive, zipSync({ '../outside': strToU8('no') }));
    await mkdir(join(folder, 'inner'));
    expect(() => unzip(archive, join(folder, 'inner'), () => true)).toThrow('leaves its folder');
    await expect(stat(join(folder, 'outside'))).rejects.toThrow('ENOENT');
  });

  test('refuses a file that is no zip archive', async () => {
    await writeFile(join(folder, 'a.zip'), 'this is none');
    expect(() => unzip(join(folder, 'a.zip'), folder, () => true)).toThrow('not a zip archive');
  });
});

describe('withLock', () => {
  test('lets one in at a time and frees the lock after a failure', async () => {
    const lock = join(folder, 'lock');
    let inside = 0;
    let most = 0;
    const work = async () => {
      inside++;
      most = Math.max(most, inside);
      await delay(5);
      inside--;
    };
    await expect(withLock(lock, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    await Promise.all([withLock(lock, work), withLock(lock, work), withLock(lock, work)]);
    expect(most).toBe(1);
  });

  test('takes over from a holder that died', async () => {
    const lock = join(folder, 'lock');
    const dead = await run(process.execPath, ['-e', 'process.stdout.write(String(process.pid))'], { capture: true });
    await mkdir(lock);
    await writeFile(join(lock, 'pid'), dead.stdout);
    await expect(withLock(lock, () => Promise.resolve('mine'), 5000)).resolves.toBe('mine');
  });

  test('gives up on a holder that lives, and names the lock', async () => {
    const lock = join(folder, 'lock');
    await mkdir(lock);
    await writeFile(join(lock, 'pid'), String(process.pid));
    await expect(withLock(lock, () => Promise.resolve(), 100)).rejects.toThrow(lock);
  });
});

describe('run', () => {
  test('ends a command and its children at the time limit', async () => {
    const script = `const { spawn } = require('node:child_process');
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
      console.log(child.pid); setInterval(() => {}, 1000);`;
    const result = await run(process.execPath, ['-e', script], { capture: true, timeoutMs: 1500 });
    expect(result.timedOut).toBe(true);
    const grandchild = Number(result.stdout);
    expect(grandchild).toBeGreaterThan(1);
    await vi.waitFor(async () => expect(await stateOf(grandchild)).toMatch(/^(gone|Z)$/), { timeout: 8000 });
  });

  test('says which command cannot be started', async () => {
    await expect(run(join(folder, 'nothing'), [])).rejects.toThrow('cannot start');
  });
});

/** State letter of a process, or 'gone'. A killed orphan may stay a zombie where nobody collects it. */
async function stateOf(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return text === '' ? 'gone' : (text.slice(text.lastIndexOf(')') + 2)[0] ?? 'gone');
}

describe('the choice of the Electron', () => {
  test('takes the folder of ELECTRON_OVERRIDE_DIST_PATH without asking anyone', async () => {
    const executable = process.platform === 'win32' ? 'electron.exe' : 'electron';
    await writeFile(join(folder, executable), '');
    await writeFile(join(folder, 'version'), 'v45.4.1\n');
    vi.stubEnv('ELECTRON_OVERRIDE_DIST_PATH', folder);
    const runtime = await electronRuntime();
    expect(runtime).toEqual({ kind: 'override', folder, executable: join(folder, executable), version: '45.4.1' });
    expect(runtimeEnv(runtime)).not.toHaveProperty('ALTERNATOR_RUNTIME');
  });

  test('says what is missing in that folder', async () => {
    vi.stubEnv('ELECTRON_OVERRIDE_DIST_PATH', folder);
    await expect(electronRuntime()).rejects.toThrow('holds no electron');
  });

  test('tells the program that it runs on the development runtime', () => {
    const runtime = { kind: 'development', folder, executable: join(folder, 'electron'), version: '33.2.1' } as const;
    vi.stubEnv('ELECTRON_RUN_AS_NODE', '1');
    expect(runtimeEnv(runtime)).toMatchObject({ ALTERNATOR_RUNTIME: 'development' });
    expect(runtimeEnv(runtime)).not.toHaveProperty('ELECTRON_RUN_AS_NODE');
  });
});
