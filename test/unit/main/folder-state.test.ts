import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { folderState } from '../../../electron/main/control/folder-state';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'alternator-folder-'));
  mkdirSync(join(dir, 'electron'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const lock = (pid: number): void => writeFileSync(join(dir, 'lock'), JSON.stringify({ pid, bootId: 'b', startedAt: '1' }));
/** The id of a process that has ended. */
async function dead(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await new Promise((resolve) => child.on('exit', resolve));
  return child.pid ?? 0;
}

describe('whether a program has the data folder', () => {
  it('is free without a lock', async () => {
    expect(await folderState(dir)).toBe('free');
  });

  it('is held by the lock of a living process, and by a Chromium that lives', async () => {
    lock(process.pid);
    expect(await folderState(dir)).toBe('held');
    rmSync(join(dir, 'lock'));
    symlinkSync(`host-${String(process.pid)}`, join(dir, 'electron', 'SingletonLock'));
    expect(await folderState(dir)).toBe('held');
  });

  it('is not held by what a dead process left: nobody waits for that', async () => {
    lock(await dead());
    symlinkSync(`host-${String(await dead())}`, join(dir, 'electron', 'SingletonLock'));
    writeFileSync(join(dir, 'control.json'), '{}');
    expect(await folderState(dir)).toBe('left');
  });

  it('is abandoned where something is left for the next start to look after', async () => {
    writeFileSync(join(dir, 'lock'), '');
    expect(await folderState(dir)).toBe('abandoned');
  });
});
