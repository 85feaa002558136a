import type { ElectronApplication, Page } from '@playwright/test';
import { archivedStudyUid } from '../support/e2e/node-side';
import { runProgram } from '../support/e2e/run-program';
import { closeWindow, runByPalette, worklist } from '../support/e2e/screens';
import { expect, test } from '../support/e2e/workstation';

const shot = (page: Page, name: string) => page.screenshot({ path: `${process.env['ALTERNATOR_SHOTS'] ?? 'test-results/screens'}/demo-archive-${name}.png` });

/** Process id of the demo archive, as Electron lists its utility processes. */
async function archivePid(app: ElectronApplication): Promise<number | undefined> {
  return await app.evaluate(
    ({ app: electron }) => electron.getAppMetrics().find(({ serviceName, name }) => /demo archive/.test(`${serviceName} ${name}`))?.pid,
  );
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('the demo archive is a node by itself, gives its studies, comes back when it dies, and ends with the program', async ({ bench }) => {
  test.setTimeout(240_000);
  const { page, app, dataDir } = await bench.start({ dataDir: await bench.demoFolder(), args: ['--demo'] });
  const ask = async (...args: string[]) => JSON.parse((await runProgram(['--data-dir', dataDir, ...args])).stdout) as Record<string, unknown>;
  // The archive draws its studies in its own time: what is not there yet is asked for again.
  const fetch = async (uid: string) => (await ask('--retrieve', `${uid}@Demo archive`))['ok'];

  await runByPalette(page, 'archives and nodes');
  await expect(page.locator('[data-testid="node"][data-name="Demo archive"]')).toContainText('DEMO', { timeout: 30_000 });
  await shot(page, 'nodes');
  await closeWindow(page);

  const ecg = await archivedStudyUid('ecg');
  await expect.poll(async () => await fetch(ecg), { timeout: 90_000, intervals: [1000] }).toBe(true);
  await expect(worklist.rows(page).filter({ hasText: 'GRÖßMANN' })).toHaveCount(1);

  const radiographs = await archivedStudyUid('cr-chest');
  await page.keyboard.press('Control+f');
  await page.getByTestId('search-patient').fill('соколова');
  await page.keyboard.press('Enter');
  await expect(worklist.row(page, radiographs).locator('.where').first()).toContainText('at Demo archive', { timeout: 30_000 });
  await expect(worklist.row(page, radiographs)).toContainText('Соколова');
  const answer = page.getByTestId('archive-answers');
  await expect(answer).toHaveText(/1 row at /);
  expect(await answer.evaluate((line) => line.scrollWidth - line.clientWidth), 'what the archive answered is not cut').toBeLessThanOrEqual(0);
  await shot(page, 'found');

  const first = await archivePid(app);
  if (first === undefined) throw new Error('Electron does not list the demo archive');
  process.kill(first, 'SIGKILL');
  await expect.poll(async () => await fetch(radiographs), { timeout: 90_000, intervals: [1000] }).toBe(true);
  await expect(worklist.row(page, radiographs).locator('.where').first()).not.toContainText('at Demo archive');
  const second = await archivePid(app);
  if (second === undefined) throw new Error('Electron does not list the demo archive');
  expect(second).not.toBe(first);

  await app.evaluate(({ app: electron }) => electron.quit()).catch(() => undefined);
  await expect.poll(() => isAlive(second), { timeout: 20_000 }).toBe(false);
});
