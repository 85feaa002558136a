import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import type * as RuntimeModule from '../../build/bootstrap/electron-runtime.mjs';
import type * as SystemModule from '../../build/bootstrap/system.mjs';
import { fillIndex } from '../support/e2e/fill-index';

/** `npm run bench -- start [studies] [images per study] [runs]`: from the program's start to a list that can be used. JSON on stdout. */
interface Run {
  /** From the start of the process to the first row on the screen, ms. */
  readonly listMs: number;
  /** From the start of the process to the line that says it listens, ms. */
  readonly listeningMs: number;
  /** Proportional set size by kind of process, MiB. */
  readonly memoryMib: Readonly<Record<string, number>>;
}

const GOAL_MS = 2000;

async function main(): Promise<void> {
  const [studies = 10_000, images = 1, runs = 7] = process.argv.slice(2).map(Number);
  const runtime = await runtimeOf();
  const scratch = await mkdtemp(join(tmpdir(), 'alternator-bench-start-'));
  try {
    const dataDir = join(scratch, 'data');
    const filledAt = performance.now();
    await fillIndex(dataDir, studies, images);
    const fillMs = performance.now() - filledAt;
    // The first start of a data folder makes Chromium's profile: not what a working day sees.
    await startOnce(runtime, dataDir);
    const measured: Run[] = [];
    for (let run = 0; run < runs; run++) measured.push(await startOnce(runtime, dataDir));
    const kinds = [...new Set(measured.flatMap((run) => Object.keys(run.memoryMib)))];
    const report = {
      bench: 'start',
      studies,
      instances: studies * images,
      runs,
      fillMs: Math.round(fillMs),
      listMs: summary(measured.map((run) => run.listMs)),
      listeningMs: summary(measured.map((run) => run.listeningMs)),
      memoryMib: Object.fromEntries(kinds.map((kind) => [kind, median(measured.map((run) => run.memoryMib[kind] ?? 0))])),
      goalMs: GOAL_MS,
      reached: median(measured.map((run) => run.listMs)) <= GOAL_MS,
    };
    process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  } finally {
    await rm(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

interface Runtime {
  readonly executable: string;
  readonly flags: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** The Electron and the display that `npm start` would take. */
async function runtimeOf(): Promise<Runtime> {
  const boot = join(process.cwd(), 'build', 'bootstrap');
  const { electronRuntime, runtimeEnv } = (await import(join(boot, 'electron-runtime.mjs'))) as typeof RuntimeModule;
  const { chromiumFlags, ensureDisplay, ensureLibraries } = (await import(join(boot, 'system.mjs'))) as typeof SystemModule;
  const runtime = await electronRuntime();
  await ensureLibraries(runtime.executable);
  const display = await ensureDisplay({ terminate: false });
  process.on('exit', () => display.stop());
  return { executable: runtime.executable, flags: chromiumFlags(), env: { ...runtimeEnv(runtime), ...display.env } };
}

async function startOnce(runtime: Runtime, dataDir: string): Promise<Run> {
  const args = [...runtime.flags, '--remote-debugging-port=0', process.cwd(), '--data-dir', dataDir, '--no-demo', '--dicom-port', '0'];
  const startedAt = Date.now();
  const child = spawn(runtime.executable, args, { env: runtime.env, stdio: ['ignore', 'pipe', 'pipe'] });
  try {
    const listening = waitFor(child, child.stdout, /^\{.*\}$/m).then(() => Date.now() - startedAt);
    const [, endpoint = ''] = await waitFor(child, child.stderr, /DevTools listening on (ws:\S+)/);
    // A client that attaches while the window is made can hang there (seen in Electron 33): first the line, then the look.
    await listening;
    const browser = await chromium.connectOverCDP(endpoint);
    const context = browser.contexts()[0];
    const page = context?.pages()[0] ?? (await context?.waitForEvent('page'));
    if (page === undefined) throw new Error('the program opened no window');
    await page.waitForSelector('[data-testid="study-row"] .name');
    // What Date.now() is here is at most a poll later than the row: a frame.
    const listMs = Date.now() - startedAt;
    const listeningMs = await listening;
    const memoryMib = await memoryOf(child.pid ?? 0);
    await browser.close();
    return { listMs, listeningMs, memoryMib };
  } finally {
    child.kill('SIGTERM');
    await new Promise((resolve) => (child.exitCode !== null || child.signalCode !== null ? resolve(undefined) : child.once('exit', resolve)));
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

/** Memory of the program's processes by what they do (Linux; elsewhere nothing). */
async function memoryOf(mainPid: number): Promise<Record<string, number>> {
  const sums: Record<string, number> = {};
  if (process.platform !== 'linux') return sums;
  for (const pid of await descendants(mainPid)) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
    const kib = Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0);
    const kind = kindOf(pid === mainPid, command);
    sums[kind] = Math.round(((sums[kind] ?? 0) + kib / 1024) * 10) / 10;
  }
  return sums;
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

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] ?? NaN) : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}

function summary(values: readonly number[]): { median: number; min: number; max: number } {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

void main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
