import { type ChildProcess, spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from '@playwright/test';
import type * as RuntimeModule from '../../../build/bootstrap/electron-runtime.mjs';
import type * as SystemModule from '../../../build/bootstrap/system.mjs';

/** The kernel counts in hundredths of a second. */
const TICK_MS = 10;

export interface Runtime {
  readonly executable: string;
  readonly flags: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** A program of Electron with its first page. */
export interface Program {
  readonly page: Page;
  /** Date.now() when it was started, and when its page was there. */
  readonly startedAt: number;
  readonly listeningMs: number;
  readonly pid: number;
  close(): Promise<void>;
}

/** The Electron and the display that `npm start` would take. */
export async function runtimeOf(): Promise<Runtime> {
  const boot = join(process.cwd(), 'build', 'bootstrap');
  const { electronRuntime, runtimeEnv } = (await import(join(boot, 'electron-runtime.mjs'))) as typeof RuntimeModule;
  const { chromiumFlags, ensureDisplay, ensureLibraries } = (await import(join(boot, 'system.mjs'))) as typeof SystemModule;
  const runtime = await electronRuntime();
  await ensureLibraries(runtime.executable);
  const display = await ensureDisplay({ terminate: false });
  process.on('exit', () => display.stop());
  return { executable: runtime.executable, flags: chromiumFlags(), env: { ...runtimeEnv(runtime), ...display.env } };
}

/**
 * Electron as the Node that is in it, without a window (`ELECTRON_RUN_AS_NODE=1`): what the services run in when they are shipped. It is not the Node beside it: V8 is two years newer, and zlib takes
 * a checksum three times as fast.
 */
export async function nodeOfElectron(): Promise<Omit<Runtime, 'flags'>> {
  const { electronRuntime, runtimeEnv } = (await import(join(process.cwd(), 'build', 'bootstrap', 'electron-runtime.mjs'))) as typeof RuntimeModule;
  const runtime = await electronRuntime();
  return { executable: runtime.executable, env: { ...runtimeEnv(runtime), ELECTRON_RUN_AS_NODE: '1' } };
}

/** Starts the workstation on a data folder, with these further arguments. */
export function startStation(runtime: Runtime, dataDir: string, args: readonly string[] = []): Promise<Program> {
  return startProgram(runtime, [process.cwd(), '--data-dir', dataDir, '--no-demo', '--dicom-port', '0', ...args]);
}

/** By a line of JSON on stdout programs say that they stand: that they listen, that their window is loaded. */
const READY = /^\{.*\}$/m;

/** Starts an Electron app and attaches to its first page, once it said that it is ready. */
export async function startProgram(runtime: Runtime, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Program> {
  const startedAt = Date.now();
  const child = spawn(runtime.executable, [...runtime.flags, '--remote-debugging-port=0', ...args], {
    env: { ...runtime.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = (): boolean => child.exitCode !== null || child.signalCode !== null;
  let browser: Browser | undefined;
  const close = async (): Promise<void> => {
    await browser?.close().catch(() => undefined);
    child.kill('SIGTERM');
    await new Promise((resolve) => (ended() ? resolve(undefined) : child.once('exit', resolve)));
  };
  try {
    const listening = waitFor(child, child.stdout, READY).then(() => Date.now() - startedAt);
    listening.catch(() => undefined); // told below, where it is waited for
    const [, endpoint = ''] = await waitFor(child, child.stderr, /DevTools listening on (ws:\S+)/);
    // A client that attaches while the window is made can hang there (seen in Electron 33): first the line, then the look.
    const listeningMs = await listening;
    browser = await chromium.connectOverCDP(endpoint);
    const context = browser.contexts()[0];
    const page = context?.pages()[0] ?? (await context?.waitForEvent('page'));
    if (page === undefined) throw new Error('the program opened no window');
    return { page, startedAt, listeningMs, pid: child.pid ?? 0, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function waitFor(child: ChildProcess, stream: NodeJS.ReadableStream, pattern: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let text = '';
    const limit = setTimeout(() => reject(new Error(`no ${String(pattern)} within 60 s: ${text}`)), 60_000);
    child.once('exit', (code) => reject(new Error(`the program ended with ${String(code)}: ${text}`)));
    stream.on('data', (data: Buffer) => {
      text += data.toString();
      const found = pattern.exec(text);
      if (found === null) return;
      clearTimeout(limit);
      resolve(found);
    });
  });
}

/** Processor time that the program's processes have used so far, by what they do, ms: hardly moved by what else the machine does. */
export async function cpuOf(mainPid: number): Promise<Record<string, number>> {
  const sums: Record<string, number> = {};
  if (process.platform !== 'linux') return sums;
  for (const { pid, kind } of await processesOf(mainPid)) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
    sums[kind] = (sums[kind] ?? 0) + ticks * TICK_MS;
  }
  return sums;
}

/** What was used between two looks, all kinds together last. */
export function cpuBetween(before: Readonly<Record<string, number>>, after: Readonly<Record<string, number>>): Record<string, number> {
  const used = Object.fromEntries(Object.keys(after).map((kind) => [kind, (after[kind] ?? 0) - (before[kind] ?? 0)]));
  return { ...used, all: Object.values(used).reduce((sum, value) => sum + value, 0) };
}

/** Memory of the program's processes by what they do, MiB of proportional set size (Linux; elsewhere nothing). */
export async function memoryOf(mainPid: number): Promise<Record<string, number>> {
  const sums: Record<string, number> = {};
  if (process.platform !== 'linux') return sums;
  for (const { pid, kind } of await processesOf(mainPid)) {
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
    const kib = Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0);
    sums[kind] = Math.round(((sums[kind] ?? 0) + kib / 1024) * 10) / 10;
  }
  return sums;
}

/** The program's processes by what they do (Linux). */
export async function processesOf(mainPid: number): Promise<readonly { readonly pid: number; readonly kind: string }[]> {
  const pids = await descendants(mainPid);
  const commands = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return pids.map((pid, index) => ({ pid, kind: kindOf(pid === mainPid, commands[index] ?? '') }));
}

function kindOf(isMain: boolean, command: string): string {
  if (isMain) return 'main';
  if (command.includes('node.mojom.NodeService')) return 'services';
  const type = /--type=([a-z-]+)/.exec(command)?.[1];
  return type === 'renderer' ? 'renderer' : type === 'gpu-process' ? 'gpu' : 'other';
}

async function descendants(pid: number): Promise<number[]> {
  const parents = new Map<number, number>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
  }
  const found = [pid];
  for (const one of found) for (const [child, parent] of parents) if (parent === one) found.push(child);
  return found;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] ?? NaN) : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}

/** The value below which this share of them lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}

export function summary(values: readonly number[]): { median: number; min: number; max: number } {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}
