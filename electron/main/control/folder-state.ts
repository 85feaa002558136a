import { readFileSync } from 'node:fs';
import { readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Whether a program has the data folder: `held` by a living one; `free`, given back in order; `abandoned`, given back with something for the next start to look after;
 * `left` by one that died.
 */
export type FolderState = 'held' | 'free' | 'abandoned' | 'left';

/** Looks at the lock of the services and at Chromium's own. A file that a dead process left holds nothing. */
export async function folderState(dataDir: string): Promise<FolderState> {
  const lock = await lockState(join(dataDir, 'lock'));
  if (lock === 'held' || (await isChromiumThere(dataDir))) return 'held';
  return lock;
}

async function lockState(path: string): Promise<FolderState> {
  let content: string;
  try {
    content = await readFile(path, 'utf8');
  } catch (error) {
    // what cannot be read is taken for held: the time-out says so
    return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'free' : 'held';
  }
  const pid = /"pid":(\d+)/.exec(content)?.[1];
  if (pid === undefined) return 'abandoned';
  return isAlive(Number(pid)) ? 'held' : 'left';
}

/** On Linux and macOS a symbolic link `HOST-PID`; on Windows Chromium keeps no file that outlives it. */
async function isChromiumThere(dataDir: string): Promise<boolean> {
  const target = await readlink(join(dataDir, 'electron', 'SingletonLock')).catch(() => undefined);
  const pid = target === undefined ? undefined : /-(\d+)$/.exec(target)?.[1];
  return pid !== undefined && isAlive(Number(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code !== 'ESRCH';
  }
  try {
    // a zombie holds nothing any more: its parent has just not looked yet
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch {
    return true; // a system without /proc
  }
}
