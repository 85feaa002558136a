import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { chromium, type Page } from '@playwright/test';

const root = resolve(import.meta.dirname, '..', '..', '..');

/** What `npm run dist` makes for this system. */
export const packagedProgram = join(root, 'out', 'linux-unpacked', 'alternator');

export interface OpenedProgram extends AsyncDisposable {
  /** Its window, loaded. */
  readonly page: Page;
}

/** Switches of Chromium for this machine (test/e2e/global-setup.ts). */
export function machineFlags(): readonly string[] {
  return (JSON.parse(process.env['ALTERNATOR_E2E_RUNTIME'] ?? '{}') as { flags?: string[] }).flags ?? [];
}

function limit(ms: number, words: string): Promise<never> {
  return new Promise((_, fail) => setTimeout(() => fail(new Error(words)), ms).unref());
}

/**
 * Starts the packaged program with its window under Playwright. Its fuses shut Node's inspector, by which Playwright drives an Electron; the window is reached
 * as any Chromium's is, by a debugging port of its own.
 */
export async function openPackaged(args: readonly string[], program = packagedProgram): Promise<OpenedProgram> {
  const child = spawn(program, [...machineFlags(), '--remote-debugging-port=0', ...args], { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let stderr = '';
  let stdout = '';
  const endpoint = new Promise<string>((done, fail) => {
    const timer = setTimeout(() => fail(new Error(`the packaged program opened no window: ${stderr}`)), 60_000);
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
      const found = /DevTools listening on (ws:\S+)/.exec(stderr)?.[1];
      if (found === undefined) return;
      clearTimeout(timer);
      done(found);
    });
    child.on('exit', (code) => fail(new Error(`the packaged program ended with ${String(code)}: ${stderr}`)));
    child.on('error', fail);
  });
  // A client that attaches while the window is made can hang there (seen in Electron 33): first the line that says it listens, then the look.
  const listening = new Promise<void>((done) => {
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      if (/^\{.*\}$/m.test(stdout)) done();
    });
  });
  const end = async (): Promise<void> => {
    if (child.exitCode !== null || child.pid === undefined) return;
    const over = new Promise((done) => child.once('exit', done));
    process.kill(-child.pid, 'SIGTERM');
    const last = setTimeout(() => child.pid !== undefined && process.kill(-child.pid, 'SIGKILL'), 10_000);
    await over;
    clearTimeout(last);
  };
  try {
    const address = await endpoint;
    await Promise.race([listening, limit(60_000, 'the packaged program did not say that it listens')]);
    const browser = await chromium.connectOverCDP(address);
    const [context] = browser.contexts();
    if (context === undefined) throw new Error('the packaged program has no window');
    const page = context.pages()[0] ?? (await context.waitForEvent('page', { timeout: 60_000 }));
    await page.waitForLoadState('domcontentloaded');
    return {
      page,
      async [Symbol.asyncDispose]() {
        await browser.close().catch(() => undefined);
        await end();
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}
