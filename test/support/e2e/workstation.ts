import { test as base, expect } from '@playwright/test';
import type { Page } from '@playwright/test';
import { constants } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { LaunchOptions, RunningApp } from '../electron';
import { launchApp } from '../electron';
import { allProcesses, endAll } from './processes';
import { demoComplete } from './screens';

export interface Workstation extends RunningApp {
  /** Errors of the console and of the page that nobody caught, so far. */
  readonly complaints: readonly string[];
  /** kill -9 of every process of this run: the plug is pulled. */
  pullThePlug(): Promise<void>;
}

export interface Workbench {
  /** Starts the program; everything that it started is ended when the test is over. */
  start(options?: LaunchOptions & { readonly mayComplain?: RegExp }): Promise<Workstation>;
  /** A folder that is removed when the test is over. */
  folder(): Promise<string>;
  /** A data folder of this test's own in which the demo studies are complete: made once by the program itself, then copied. */
  demoFolder(): Promise<string>;
}

/** `bench.start()` in a test: a fresh data folder unless one is given, and no uncaught error or console error may stay unread. */
export const test = base.extend<{ bench: Workbench }, { demoMaster: () => Promise<string> }>({
  demoMaster: [
    async ({}, use) => {
      const folder = await mkdtemp(join(tmpdir(), 'alternator-e2e-demo-'));
      let made: Promise<string> | undefined;
      await use(() => (made ??= makeDemo(join(folder, 'data'))));
      await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
    { scope: 'worker', timeout: 240_000 },
  ],
  bench: async ({ demoMaster }, use) => {
    const started: { station: Workstation; pids: () => Promise<readonly number[]>; mayComplain: RegExp | undefined }[] = [];
    const folders: string[] = [];
    const folder = async () => {
      const made = await mkdtemp(join(tmpdir(), 'alternator-e2e-data-'));
      folders.push(made);
      return made;
    };
    await use({
      folder,
      async demoFolder() {
        const dataDir = join(await folder(), 'data');
        // Without its demo archive: these tests need none, and it would make its studies beside each of them.
        const filter = (path: string) => basename(path) !== 'demo-archive';
        await cp(await demoMaster(), dataDir, { recursive: true, mode: constants.COPYFILE_FICLONE, filter });
        return dataDir;
      },
      async start(options = {}) {
        const { mayComplain, ...launch } = options;
        const running = await launchApp(launch);
        const complaints = listen(running.page);
        const pids = () => allProcesses(running.app);
        let last: readonly number[] = await pids();
        const station: Workstation = {
          ...running,
          complaints,
          async pullThePlug() {
            last = await pids();
            endAll(last);
            await running.close();
          },
        };
        started.push({ station, pids: () => pids().catch(() => last), mayComplain });
        return station;
      },
    });
    for (const { station, pids } of started) {
      const left = await pids();
      await station.close();
      endAll(left);
    }
    for (const made of folders) await rm(made, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    const complaints = started.flatMap(({ station, mayComplain }) => station.complaints.filter((text) => mayComplain?.test(text) !== true));
    expect(complaints, 'errors on the console').toEqual([]);
  },
});

export { expect };

/** First run of the program in an empty folder, until its demo studies are complete; ended in order. */
async function makeDemo(dataDir: string): Promise<string> {
  const first = await launchApp({ dataDir });
  try {
    await demoComplete(first.page);
    await first.app.evaluate(({ app }) => app.quit()).catch(() => undefined);
  } finally {
    await first.close();
  }
  return dataDir;
}

function listen(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(`${error.name}: ${error.message}`));
  page.on('crash', () => complaints.push('the page crashed'));
  return complaints;
}
