import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, memoryOf, type Runtime, runtimeOf, startStation, summary } from '../support/bench/program';
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

async function startOnce(runtime: Runtime, dataDir: string): Promise<Run> {
  const program = await startStation(runtime, dataDir);
  try {
    await program.page.waitForSelector('[data-testid="study-row"] .name');
    // What Date.now() is here is at most a poll later than the row: a frame.
    const listMs = Date.now() - program.startedAt;
    return { listMs, listeningMs: program.listeningMs, memoryMib: await memoryOf(program.pid) };
  } finally {
    await program.close();
  }
}

void main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
