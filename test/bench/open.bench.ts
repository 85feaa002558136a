import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeFrame } from '@shared/pixel';
import { nodeCodecs } from '../support/codecs';
import { cornerstoneBench, openInCornerstone } from '../support/bench/cornerstone';
import { CT_COLUMNS, CT_FORMAT, CT_ROWS, CT_SYNTAXES, ctFrames, type CtSyntax, writeCtSeries } from '../support/bench/ct-series';
import { cpuBetween, cpuOf, median, memoryOf, percentile, type Program, type Runtime, runtimeOf, summary } from '../support/bench/program';
import { importFolders, type Opened, openStudy, restingStation, restOn } from '../support/bench/station-page';

/**
 * `npm run bench -- open [runs] [slices] [syntax]`: a CT from the cache in the real program, by transfer syntax: from the double click to the first picture and
 * to the whole series in memory, long tasks, memory; the same files in Cornerstone3D (its loader and viewport, its own Electron, files over HTTP from the page
 * cache), in turn. JSON on stdout.
 */
const FIRST_GOAL_MS = 100;
const NATIVE_GOAL_MS = 1000;
const FLOOR_FACTOR = 1.2;
const MEMORY_FACTOR = 1.3;

/** Number of a small study on whose row the reader rests before: that of the study which is opened was not selected until then. */
const OTHER = 9;

interface Prepared {
  readonly syntax: CtSyntax;
  readonly StudyInstanceUID: string;
  readonly paths: readonly string[];
  /** Decoding all slices, on one core, ms. */
  readonly decodeMs: number;
}

interface Measured {
  readonly ours: Opened;
  readonly memoryMib: number;
  readonly cpuMs: Readonly<Record<string, number>>;
  readonly theirs: { readonly firstMs: number; readonly allMs: number; readonly cpuMs: number };
}

async function main(): Promise<void> {
  const [runs = 5, slices = 500] = process.argv.slice(2, 4).map(Number);
  const only = process.argv[4];
  const runtime = await runtimeOf();
  const scratch = await mkdtemp(join(tmpdir(), 'alternator-bench-open-'));
  try {
    const files = join(scratch, 'files');
    const prepared: Prepared[] = [];
    for (const [number, syntax] of CT_SYNTAXES.entries()) {
      if (only === undefined || only === syntax.name) prepared.push(await prepare(files, syntax, number, slices));
    }
    const [some] = prepared;
    if (some === undefined) throw new Error(`no syntax ${only}`);
    const [frame = new Uint8Array()] = await ctFrames(some.syntax);
    await writeCtSeries(join(files, some.syntax.TransferSyntaxUID, 'other'), some.syntax, [frame], 1, OTHER);
    const dataDir = join(scratch, 'data');
    await importFolders(
      runtime,
      dataDir,
      prepared.map(({ syntax }) => join(files, syntax.TransferSyntaxUID)),
      slices,
    );
    const say = (text: string): void => void process.stderr.write(`${text}\n`);
    say('imported');
    const peer = await cornerstoneBench(scratch, files);
    const results: object[] = [];
    try {
      for (const one of prepared) {
        const measured: Measured[] = [];
        for (let run = 0; run < runs; run++) {
          const { opened: ours, memoryMib, cpuMs } = await openOurs(runtime, dataDir, one.StudyInstanceUID);
          const theirs = await openTheirs(await peer.start(runtime), one.paths.map(peer.urlOf));
          measured.push({ ours, memoryMib, cpuMs, theirs });
          say(
            `${one.syntax.name} ${run + 1}: first ${Math.round(ours.firstMs)} / ${Math.round(theirs.firstMs)} ms, all ${Math.round(ours.allMs)} / ${Math.round(theirs.allMs)} ms`,
          );
        }
        results.push(reportOf(one, measured, slices));
      }
    } finally {
      await peer.close();
    }
    process.stdout.write(`${JSON.stringify({ bench: 'open', slices, runs, load: loadavg().map((value) => Math.round(value * 10) / 10), results }, null, 2)}\n`);
  } finally {
    await rm(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

async function prepare(files: string, syntax: CtSyntax, number: number, slices: number): Promise<Prepared> {
  const frames = await ctFrames(syntax);
  const paths = await writeCtSeries(join(files, syntax.TransferSyntaxUID), syntax, frames, slices, number);
  const codecs = await nodeCodecs();
  const decodeAll = (): number => {
    const cpu = process.cpuUsage();
    for (const frame of frames) {
      const decoded = decodeFrame(frame, CT_FORMAT, syntax.TransferSyntaxUID, undefined, codecs);
      if (!decoded.ok) throw new Error(decoded.reason);
    }
    const used = process.cpuUsage(cpu);
    return (used.user + used.system) / 1000;
  };
  decodeAll(); // optimised code first
  return { syntax, StudyInstanceUID: `2.25.50${number}`, paths, decodeMs: (decodeAll() / frames.length) * slices };
}

async function openTheirs(program: Program, urls: readonly string[]): Promise<Measured['theirs']> {
  try {
    const before = await cpuOf(program.pid);
    const opened = await openInCornerstone(program, urls);
    // Without the server of the files, which is this process.
    return { ...opened, cpuMs: cpuBetween(before, await cpuOf(program.pid))['all'] ?? NaN };
  } finally {
    await program.close();
  }
}

async function openOurs(
  runtime: Runtime,
  dataDir: string,
  StudyInstanceUID: string,
): Promise<{ opened: Opened; memoryMib: number; cpuMs: Record<string, number> }> {
  const program = await restingStation(runtime, dataDir);
  try {
    await restOn(program.page, `2.25.50${OTHER}`);
    const before = (await memoryOf(program.pid))['renderer'] ?? 0;
    const used = await cpuOf(program.pid);
    const opened = await openStudy(program.page, StudyInstanceUID);
    const cpuMs = cpuBetween(used, await cpuOf(program.pid));
    await program.page.waitForTimeout(1000);
    const after = (await memoryOf(program.pid))['renderer'] ?? 0;
    return { opened, memoryMib: after - before, cpuMs };
  } finally {
    await program.close();
  }
}

function reportOf({ syntax, decodeMs }: Prepared, measured: readonly Measured[], slices: number): object {
  const first = measured.map(({ ours }) => ours.firstMs);
  const all = measured.map(({ ours }) => ours.allMs);
  const theirFirst = measured.map(({ theirs }) => theirs.firstMs);
  const theirAll = measured.map(({ theirs }) => theirs.allMs);
  const longTasks = measured.flatMap(({ ours }) => ours.longTasksMs);
  const pixelMib = (slices * CT_ROWS * CT_COLUMNS * 2) / 2 ** 20;
  const memory = median(measured.map(({ memoryMib }) => memoryMib));
  const goal = syntax.encoder === undefined ? NATIVE_GOAL_MS : (decodeMs / 2) * FLOOR_FACTOR;
  return {
    name: syntax.name,
    TransferSyntaxUID: syntax.TransferSyntaxUID,
    firstMs: rounded(summary(first)),
    firstGoalMs: FIRST_GOAL_MS,
    allMs: rounded(summary(all)),
    allGoalMs: Math.round(goal),
    decodeOneCoreMs: Math.round(decodeMs),
    cpuMs: Object.fromEntries(Object.keys(measured[0]?.cpuMs ?? {}).map((kind) => [kind, median(measured.map(({ cpuMs }) => cpuMs[kind] ?? 0))])),
    cornerstone: { cpuMs: median(measured.map(({ theirs }) => theirs.cpuMs)), firstMs: rounded(summary(theirFirst)), allMs: rounded(summary(theirAll)) },
    ratioToCornerstone: { first: ratio(first, theirFirst), all: ratio(all, theirAll) },
    longTasks: {
      count: longTasks.length,
      runs: measured.length,
      p95Ms: longTasks.length === 0 ? 0 : percentile(longTasks, 0.95),
      mostMs: Math.max(0, ...longTasks),
    },
    rendererMemory: { mib: Math.round(memory), timesPixels: Math.round((memory / pixelMib) * 100) / 100, goal: MEMORY_FACTOR },
  };
}

function ratio(ours: readonly number[], theirs: readonly number[]): number {
  return Math.round((median(ours) / median(theirs)) * 100) / 100;
}

function rounded<T extends Record<string, number>>(values: T): T {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Math.round(value)])) as T;
}

void main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
