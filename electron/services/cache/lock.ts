import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { dirname } from 'node:path';
import { CallError } from '@shared/contract';
import { z } from 'zod';
import { errorCode } from './checkpoint-task';
import type { SyncFiles } from './file-layer';

const LockFile = z.object({ pid: z.int(), bootId: z.string(), startedAt: z.string() });
export type ProcessIdentity = z.infer<typeof LockFile>;

export interface ProcessProbe {
  readonly self: ProcessIdentity;
  /** Start time of a living process, '' when this system does not tell; undefined when there is none. */
  startOf(pid: number): string | undefined;
}

export interface DataDirLock {
  /** A dead program left its lock: it did not end in order. */
  readonly wasUnclean: boolean;
  release(): void;
  /** Gives the folder back as one that was not left in order: the next who takes it looks after it. */
  abandon(): void;
}

/**
 * One program a data folder (reliability C5). A pid alone says nothing after a restart or a reuse: the lock names boot and start time too, and what a dead
 * process left is taken over. Throws CallError `busy` when a live program holds it, `unavailable` when the folder cannot be written.
 */
export function takeLock(files: SyncFiles, path: string, probe: ProcessProbe): DataDirLock {
  let wasUnclean = false;
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      const handle = files.open(path, 'wx');
      files.write(handle, Buffer.from(JSON.stringify(probe.self), 'utf8'), 0);
      files.close(handle);
      // a power cut that takes the lock would look like an end in order
      files.fsyncDir(dirname(path));
      return { wasUnclean, release: () => files.unlink(path), abandon: () => files.close(files.open(path, 'w')) };
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw unwritable(path, error);
    }
    const held = readLock(files, path);
    if (held !== undefined && isAlive(held, probe)) throw inUse(held);
    wasUnclean = true;
    // by rename: of two programs that take over at once only one gets it, and it looks again at what it got
    const aside = `${path}.stale-${randomBytes(6).toString('hex')}`;
    try {
      files.rename(path, aside);
    } catch (error) {
      if (errorCode(error) === 'ENOENT') continue;
      throw unwritable(path, error);
    }
    const taken = readLock(files, aside);
    if (taken !== undefined && isAlive(taken, probe)) {
      files.rename(aside, path);
      throw inUse(taken);
    }
    files.unlink(aside);
  }
  throw new CallError('busy', 'the data folder is being taken over by another program');
}

/** This process and its system. */
export function processProbe(): ProcessProbe {
  const startOf = (pid: number): string | undefined => {
    try {
      process.kill(pid, 0);
    } catch (error) {
      if (errorCode(error) === 'ESRCH') return undefined;
    }
    try {
      const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      // a zombie holds nothing any more: its parent has just not looked yet
      return fields[0] === 'Z' || fields[0] === 'X' ? undefined : (fields[19] ?? '');
    } catch (error) {
      return process.platform === 'linux' && errorCode(error) === 'ENOENT' ? undefined : '';
    }
  };
  return { self: { pid: process.pid, bootId: bootId(), startedAt: startOf(process.pid) ?? '' }, startOf };
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    // elsewhere: the minute of the boot, which clock steps shift: then a stale lock of a reused pid is taken for live at worst
    return `boot-${String(Math.round((Date.now() / 1000 - uptime()) / 60))}`;
  }
}

function isAlive(held: ProcessIdentity, probe: ProcessProbe): boolean {
  if (held.bootId !== probe.self.bootId) return false;
  const startedAt = probe.startOf(held.pid);
  return startedAt !== undefined && (startedAt === '' || held.startedAt === '' || startedAt === held.startedAt);
}

function readLock(files: SyncFiles, path: string): ProcessIdentity | undefined {
  try {
    const handle = files.open(path, 'r');
    try {
      const bytes = new Uint8Array(Math.min(4096, files.size(handle)));
      files.read(handle, bytes, 0);
      return LockFile.safeParse(JSON.parse(Buffer.from(bytes).toString('utf8'))).data;
    } finally {
      files.close(handle);
    }
  } catch {
    return undefined; // gone meanwhile, or cut while it was written: nobody's
  }
}

function inUse(held: ProcessIdentity): CallError {
  return new CallError('busy', `the data folder is in use by another running program (process ${String(held.pid)}): end it, or start with another --data-dir`);
}

function unwritable(path: string, error: unknown): CallError {
  return new CallError('unavailable', `the data folder cannot be written (${errorCode(error)}): ${path}`);
}
