import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { _electron, type ElectronApplication, type Page } from '@playwright/test';

/** The one JSON line that the program prints when it listens. */
export interface ListeningLine {
  readonly app: string;
  readonly electron: string;
  readonly chromium: string;
  readonly node: string;
  readonly port: number;
  readonly aeTitle: string;
  readonly dataDir: string;
}

export interface LaunchOptions {
  /** Flags and paths of the program, without `--data-dir`. */
  readonly args?: readonly string[];
  /** An existing data folder, left in place at the end; without it a temporary one, removed at the end. */
  readonly dataDir?: string;
  /** Linux: the user's place for applications, in which the program finds its own data folder: `--data-dir` is not given then. */
  readonly appData?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Another program folder than the one that was built: one with a fault put into it. */
  readonly program?: string;
}

export interface RunningApp {
  readonly app: ElectronApplication;
  /** The first window, loaded. */
  readonly page: Page;
  readonly dataDir: string;
  /** Waits for the JSON line (30 s). */
  listening(): Promise<ListeningLine>;
  /** Everything on stdout so far. */
  stdout(): Promise<string>;
  /** Ends the program and removes what this launch made. Safe after the program has died. */
  close(): Promise<void>;
}

const repository = resolve(import.meta.dirname, '..', '..');

/** Chosen by test/e2e/global-setup.ts: the executable and Chromium's switches for this machine. */
function runtime(): { readonly executable: string; readonly flags: readonly string[] } {
  const text = process.env['ALTERNATOR_E2E_RUNTIME'];
  if (text === undefined) throw new Error('ALTERNATOR_E2E_RUNTIME is not set: run e2e tests by test/e2e/playwright.config.ts');
  return JSON.parse(text) as { executable: string; flags: string[] };
}

/** Starts the built program in a real Electron under Playwright, on an ephemeral DICOM port of the loopback interface. */
export async function launchApp(options: LaunchOptions = {}): Promise<RunningApp> {
  const { executable, flags } = runtime();
  const scratch = await mkdtemp(join(tmpdir(), 'alternator-e2e-'));
  const { appData } = options;
  const dataDir = options.dataDir ?? (appData === undefined ? join(scratch, 'data') : join(appData, 'Alternator'));
  const place = appData === undefined ? ['--data-dir', dataDir] : [];
  const stdoutFile = join(scratch, 'stdout');
  const port = options.args?.includes('--dicom-port') === true ? [] : ['--dicom-port', '0'];
  const app = await _electron.launch({
    executablePath: await heldBack(scratch, executable, stdoutFile),
    args: [...flags, options.program ?? repository, ...place, ...port, ...(options.args ?? [])],
    env: { ...stringEnv(process.env), ...(appData !== undefined && { XDG_CONFIG_HOME: appData }), ...options.env },
    timeout: 60_000,
  });
  const stdout = async () => await readFile(stdoutFile, 'utf8').catch(() => '');
  const page = await app.firstWindow({ timeout: 60_000 });
  await page.waitForLoadState('domcontentloaded');
  return {
    app,
    page,
    dataDir,
    stdout,
    listening: async () => await listeningLine(stdout),
    close: async () => {
      await app.close().catch(() => undefined);
      await rm(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

/**
 * Playwright's own loader: holds the program back until Playwright has attached to it. Playwright leaves it out when it is given an
 * executable, and then a window that opens meanwhile can leave the launch waiting for ever (seen in 2 of 18 starts).
 */
const loader = join(repository, 'node_modules', 'playwright-core', 'lib', 'server', 'electron', 'loader.js');

/**
 * An executable that starts the given one by Playwright's loader. Playwright reads stdout from before we could listen to it, so the program's stdout goes to a file of
 * ours. `exec` keeps the process id.
 */
export async function heldBack(scratch: string, executable: string, stdoutFile: string): Promise<string> {
  const file = join(scratch, 'electron.sh');
  await writeFile(file, `#!/bin/sh\nexec '${executable}' -r '${loader}' "$@" >'${stdoutFile}'\n`, { mode: 0o755 });
  return file;
}

async function listeningLine(stdout: () => Promise<string>): Promise<ListeningLine> {
  for (let attempt = 0; attempt < 300; attempt++) {
    const line = (await stdout()).split('\n').find((text) => text.startsWith('{') && text.endsWith('}'));
    if (line !== undefined) return JSON.parse(line) as ListeningLine;
    await delay(100);
  }
  throw new Error(`the program did not print its line within 30 s; stdout: ${await stdout()}`);
}

function stringEnv(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
