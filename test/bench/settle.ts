import { execFileSync } from 'node:child_process';
import { closeSync, fdatasyncSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Background work of the services begins a second after the last arrival. */
const QUIET_MS = 1500;
const MOST_MS = 30_000;
const DIRTY_BYTES = 8 * 2 ** 20;

/**
 * Leaves the next turn nothing of the one before: everything written is on the disk (`sync`), the kernel writes nothing back any more (Linux), and a while has passed in which the
 * programs do what they do afterwards. Without it whoever is next pays for pages that somebody else has written: a program that syncs nothing is slowed down by them as much as one that does.
 */
export async function settle(): Promise<void> {
  if (process.platform !== 'win32') execFileSync('sync');
  const began = performance.now();
  while (dirtyBytes() > DIRTY_BYTES && performance.now() - began < MOST_MS) await sleep(100);
  await sleep(QUIET_MS);
}

/** Pages that wait for the disk, or are on their way to it; 0 where the system does not say. */
function dirtyBytes(): number {
  if (process.platform !== 'linux') return 0;
  const text = readFileSync('/proc/meminfo', 'utf8');
  return ['Dirty', 'Writeback'].reduce((sum, name) => sum + Number(new RegExp(`^${name}: +(\\d+) kB$`, 'm').exec(text)?.[1] ?? 0) * 1024, 0);
}

/** What the disk itself takes now: `count` pieces of `bytes` written to a new file one after the other, synced once, in milliseconds. The file is removed. */
export function diskMs(path: string, count: number, bytes: number): number {
  const piece = Buffer.alloc(bytes, 0x5a);
  const began = performance.now();
  const handle = openSync(path, 'w');
  try {
    for (let n = 0; n < count; n++) writeSync(handle, piece);
    fdatasyncSync(handle);
  } finally {
    closeSync(handle);
  }
  const wall = performance.now() - began;
  rmSync(path);
  return wall;
}
