import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** Absolute path of the repository. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** A failure that the user can act on: printed as its message alone, without a stack. */
export class PlainError extends Error {
  /** @param {string} message what went wrong and what to do @param {number} [exitCode] */
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Everything the bootstrap says goes to stderr: stdout belongs to the program's one JSON line. @param {string} text */
export function say(text) {
  process.stderr.write(`${text}\n`);
}

/** Runs an entry point: a PlainError is its message, anything else keeps its stack. @param {() => Promise<number | void>} main */
export async function runMain(main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    say(error instanceof PlainError ? `alternator: ${error.message}` : String(error?.stack ?? error));
    process.exitCode = error instanceof PlainError ? error.exitCode : 1;
  }
}

/** Path of a tool of the project: called directly, without npx. @param {string} name */
export function tool(name) {
  return join(root, 'node_modules', '.bin', process.platform === 'win32' ? `${name}.cmd` : name);
}

/**
 * Runs a command to its end. Never a shell, except for the `.cmd` shims that Windows cannot start otherwise.
 * The child leads its own process group, so that a time-out ends its children too.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number, capture?: boolean, quiet?: boolean, input?: string }} [options]
 *   capture: stdout and stderr are returned; otherwise both go to our stderr, live.
 * @returns {Promise<{ code: number, stdout: string, stderr: string, timedOut: boolean }>}
 */
export function run(command, args, options = {}) {
  const { cwd = root, env = process.env, timeoutMs = 0, capture = false, quiet = false } = options;
  return new Promise((done, fail) => {
    const windows = process.platform === 'win32';
    const child = spawn(command, args, { cwd, env, detached: !windows, shell: windows && command.endsWith('.cmd'), stdio: ['ignore', 'pipe', 'pipe'] });
    const stopForwarding = forwardSignals(child);
    let stdout = '';
    let stderr = '';
    let timedOut = false;
    const timer = timeoutMs > 0 ? setTimeout(() => ((timedOut = true), killGroup(child)), timeoutMs) : undefined;
    child.stdout.on('data', (chunk) => (capture ? (stdout += chunk) : quiet || process.stderr.write(chunk)));
    child.stderr.on('data', (chunk) => (capture ? (stderr += chunk) : quiet || process.stderr.write(chunk)));
    const settle = () => (clearTimeout(timer), stopForwarding());
    child.on('error', (error) => (settle(), fail(new PlainError(`cannot start ${command}: ${error.message}`))));
    // 'exit', then a short grace for the pipes: a grandchild that keeps a pipe open must not hold us forever.
    child.on('exit', (code, signal) => {
      const finish = () => (settle(), done({ code: code ?? (signal === null ? 1 : 128), stdout, stderr, timedOut }));
      const grace = setTimeout(finish, 2000);
      child.on('close', () => (clearTimeout(grace), finish()));
    });
  });
}

/** SIGINT and SIGTERM to us end the child's whole group. Returns the way to stop that. @param {import('node:child_process').ChildProcess} child */
function forwardSignals(child) {
  const onSignal = () => {
    killGroup(child);
    process.exitCode = 130;
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return () => {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  };
}

/** Ends a child that was started detached, with its children: TERM, then KILL after 3 s. @param {import('node:child_process').ChildProcess} child */
export function killGroup(child) {
  const send = (/** @type {NodeJS.Signals} */ signal) => {
    try {
      if (process.platform === 'win32' || child.pid === undefined) child.kill(signal);
      else process.kill(-child.pid, signal);
    } catch {
      // gone already
    }
  };
  send('SIGTERM');
  setTimeout(() => send('SIGKILL'), 3000).unref();
}

/** Path of a program on PATH, or undefined. @param {string} name @param {NodeJS.ProcessEnv} [env] */
export function findProgram(name, env = process.env) {
  for (const folder of (env.PATH ?? '').split(process.platform === 'win32' ? ';' : ':')) {
    const file = join(folder, name);
    if (folder !== '' && existsSync(file)) return file;
  }
  return undefined;
}

/** Every file below the given files and folders, sorted, relative to the repository with forward slashes. @param {readonly string[]} entries */
export function filesBelow(entries) {
  const found = [];
  const pending = entries.map((entry) => join(root, entry)).filter((path) => existsSync(path));
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    if (statSync(path).isDirectory()) for (const name of readdirSync(path)) pending.push(join(path, name));
    else found.push(relative(root, path).split(sep).join('/'));
  }
  return found.sort();
}

/** SHA-256 over names and contents of all files below the entries. @param {readonly string[]} entries @param {string} [salt] */
export function hashOf(entries, salt = '') {
  const hash = createHash('sha256').update(salt);
  for (const file of filesBelow(entries)) {
    const bytes = readFileSync(join(root, file));
    hash.update(`\0${file}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest('hex');
}

/**
 * Holds a lock folder while `work` runs, so that two bootstraps do not prepare the same thing at once. A holder that died (its process id is gone)
 * is taken over. Waits at most `timeoutMs`.
 * @template T @param {string} lockPath @param {() => Promise<T>} work @param {number} [timeoutMs] @returns {Promise<T>}
 */
export async function withLock(lockPath, work, timeoutMs = 15 * 60_000) {
  mkdirSync(dirname(lockPath), { recursive: true });
  const until = performance.now() + timeoutMs;
  for (let told = false; !tryLock(lockPath); told = true) {
    if (performance.now() > until) throw new PlainError(`another process holds ${lockPath} for too long; end it, or delete that folder`);
    if (!told) say(`waiting for another alternator bootstrap (${lockPath})`);
    await delay(250);
  }
  try {
    return await work();
  } finally {
    rmSync(lockPath, { recursive: true, force: true });
  }
}

/** @param {string} lockPath */
function tryLock(lockPath) {
  const pidFile = join(lockPath, 'pid');
  try {
    mkdirSync(lockPath);
    writeFileSync(pidFile, String(process.pid));
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  if (!holderIsGone(lockPath, pidFile)) return false;
  rmSync(lockPath, { recursive: true, force: true });
  return false; // the next round competes for it like everyone else
}

/** @param {string} lockPath @param {string} pidFile */
function holderIsGone(lockPath, pidFile) {
  try {
    process.kill(Number(readFileSync(pidFile, 'utf8')), 0);
    return false;
  } catch (error) {
    if (error.code === 'ESRCH') return true;
    if (error.code !== 'ENOENT') return false;
  }
  try {
    return Date.now() - statSync(lockPath).mtimeMs > 10_000; // made, but its holder died before it wrote its id
  } catch {
    return false;
  }
}
