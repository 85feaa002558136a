import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { CT_SYNTAXES, ctFrames, writeCtSeries } from '../support/bench/ct-series';
import { median, type Runtime, runtimeOf } from '../support/bench/program';
import { importFolders, type Opened, openStudy, restingStation, stepToNext } from '../support/bench/station-page';

/**
 * `npm run bench -- next [runs] [slices] [syntax]`: one CT is read, then the key of the next study of the list is pressed: from the key to the first picture and to
 * the whole series in memory, with the next study loaded ahead and without, in turn; tasks of the page over 50 ms while it is read (and the next one loads) and
 * after the key. `ahead`: how long the study lay on the glass before. JSON on stdout.
 */
const READ_MS = 8000;

interface Step extends Opened {
  readonly readingLongTasksMs: readonly number[];
}

async function main(): Promise<void> {
  const [runs = 3, slices = 500] = process.argv.slice(2, 4).map(Number);
  const only = process.argv[4] ?? 'native';
  const syntax = CT_SYNTAXES.find(({ name }) => name === only);
  if (syntax === undefined) throw new Error(`no syntax ${only}`);
  const runtime = await runtimeOf();
  const scratch = await mkdtemp(join(tmpdir(), 'alternator-bench-next-'));
  try {
    const folders = ['one', 'other'].map((name) => join(scratch, 'files', name));
    const frames = await ctFrames(syntax);
    for (const [number, folder] of folders.entries()) await writeCtSeries(folder, syntax, frames, slices, number);
    const dataDir = join(scratch, 'data');
    await importFolders(runtime, dataDir, folders, slices);
    const steps: Record<'ahead' | 'usual', Step[]> = { ahead: [], usual: [] };
    for (let run = 0; run < runs; run++) {
      for (const how of ['usual', 'ahead'] as const) {
        const step = await measure(runtime, dataDir, how === 'ahead');
        steps[how].push(step);
        const longTasks = [...step.readingLongTasksMs, ...step.longTasksMs].join(', ');
        process.stderr.write(
          `${only} ${how} ${run + 1}: first ${Math.round(step.firstMs)} ms, all ${Math.round(step.allMs)} ms, long tasks ${longTasks || 'none'}\n`,
        );
      }
    }
    const load = loadavg().map((value) => Math.round(value * 10) / 10);
    const results = { usual: reportOf(steps.usual), ahead: reportOf(steps.ahead) };
    process.stdout.write(`${JSON.stringify({ bench: 'next', syntax: only, slices, runs, load, readMs: READ_MS, results }, null, 2)}\n`);
  } finally {
    await rm(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

async function measure(runtime: Runtime, dataDir: string, nextAhead: boolean): Promise<Step> {
  await mkdir(join(dataDir, 'settings'), { recursive: true });
  const preferences = { version: 1, value: { version: 1, general: { nextAhead } } };
  await writeFile(join(dataDir, 'settings', 'preferences.json'), JSON.stringify(preferences));
  const program = await restingStation(runtime, dataDir);
  try {
    const { page } = program;
    const rows = await page.locator('[data-testid="study-row"]').evaluateAll((all) => all.map((row) => (row as HTMLElement).dataset['study'] ?? ''));
    const [read, next] = rows;
    if (read === undefined || next === undefined) throw new Error('two studies are needed');
    await openStudy(page, read);
    const readingLongTasksMs = await longTasksOf(page, READ_MS);
    return { ...(await stepToNext(page, next)), readingLongTasksMs };
  } finally {
    await program.close();
  }
}

function longTasksOf(page: Page, ms: number): Promise<number[]> {
  return page.evaluate(
    (time) =>
      new Promise<number[]>((done) => {
        const found: number[] = [];
        const observer = new PerformanceObserver((list) => found.push(...list.getEntries().map((entry) => Math.round(entry.duration))));
        observer.observe({ type: 'longtask' });
        setTimeout(() => {
          observer.disconnect();
          done(found);
        }, time);
      }),
    ms,
  );
}

function reportOf(steps: readonly Step[]): object {
  const rounded = (values: readonly number[]): number[] => values.map((value) => Math.round(value));
  return {
    firstMs: rounded(steps.map(({ firstMs }) => firstMs)),
    firstMedianMs: Math.round(median(steps.map(({ firstMs }) => firstMs))),
    allMs: rounded(steps.map(({ allMs }) => allMs)),
    allMedianMs: Math.round(median(steps.map(({ allMs }) => allMs))),
    longTasksMs: steps.map(({ longTasksMs }) => longTasksMs),
    readingLongTasksMs: steps.map(({ readingLongTasksMs }) => readingLongTasksMs),
  };
}

void main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
