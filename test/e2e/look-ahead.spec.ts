import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { freePort } from '../support/orthanc';
import { peer } from '../support/peers';
import { demoComplete, openStudy, viewer, worklist } from '../support/e2e/screens';
import { send, writeStudy } from '../support/e2e/senders';
import { expect, test } from '../support/e2e/workstation';

/** Longer than a resting row, or the next study, waits and loads. */
const LOADED_MS = 8000;

/** What the images take, as the line below the window says it. */
const memory = async (page: Page): Promise<string> => (await page.getByTestId('status-images').textContent())?.split('/')[0]?.trim() ?? '';
const memoryOf = (page: Page) => expect.poll(() => memory(page));

/** Whether anything was seen on its way since `watchLoading`. */
const sawLoading = (page: Page): Promise<boolean> => page.evaluate(() => document.body.dataset['sawLoading'] === 'yes');
async function watchLoading(page: Page): Promise<void> {
  await page.evaluate(() => {
    const look = (): void => {
      const open = document.querySelector('[data-testid="viewer-opening"]');
      const fetches = [...document.querySelectorAll('[data-testid="viewport-state"]')].some((state) => /^fetching/.test(state.textContent));
      if (open !== null || fetches) document.body.dataset['sawLoading'] = 'yes';
    };
    document.body.dataset['sawLoading'] = 'no';
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
}

test('what the reader rests on is loaded before it is opened, all of it, and given up when the reader moves on', async ({ bench }) => {
  const { page } = await bench.start({ dataDir: await bench.demoFolder() });
  await demoComplete(page);
  const rows = worklist.rows(page);
  const seen: string[] = [];
  for (let at = 0; at < 3; at++) {
    await rows.nth(at).click();
    await memoryOf(page).not.toBe(seen.at(-1) ?? '0 B');
    seen.push(await memory(page));
  }
  await page.waitForTimeout(LOADED_MS);
  await rows.nth(0).click();
  await memoryOf(page).toBe(seen[0]);

  const study = (await rows.nth(0).getAttribute('data-study')) ?? '';
  await page.waitForTimeout(LOADED_MS);
  expect(await memory(page), 'all of the set, and nothing else').toBe(seen[0]);
  await watchLoading(page);
  await openStudy(page, study);
  await expect(viewer.active(page)).toHaveAttribute('data-shows', 'true');
  await expect(page.locator('[data-testid="rail-item"] .bar-done[style*="100%"]')).toHaveCount(1);
  expect(await sawLoading(page)).toBe(false);
});

test('the next study of the list is in memory before it is opened, unless the reader turned that off', async ({ bench }) => {
  const { page } = await bench.start({ dataDir: await bench.demoFolder() });
  await demoComplete(page);
  const uids = await worklist.rows(page).evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset['study'] ?? ''));
  const [first, second, third] = uids as [string, string, string];
  await openStudy(page, first);
  await expect(viewer.active(page)).toHaveAttribute('data-shows', 'true');
  const alone = await memory(page);
  await memoryOf(page).not.toBe(alone);
  const both = await memory(page);
  await page.waitForTimeout(LOADED_MS);
  expect(await memory(page), 'one study and no more').toBe(both);
  await page.screenshot({ path: test.info().outputPath('next.png') });
  await watchLoading(page);
  await page.keyboard.press('Control+PageDown');
  await expect(page.getByTestId('viewer')).toHaveAttribute('data-study', second);
  await expect(viewer.active(page)).toHaveAttribute('data-shows', 'true');
  await page.waitForTimeout(500);
  expect(await sawLoading(page)).toBe(false);
  expect(await memory(page), 'nothing was loaded twice').toBe(both);
  await memoryOf(page).not.toBe(both);

  await page.keyboard.press('Control+,');
  await page.getByTestId('next-ahead').click();
  await memoryOf(page).toBe(both);
  await page.screenshot({ path: test.info().outputPath('turned-off.png') });
  await page.keyboard.press('Escape');
  await page.waitForTimeout(LOADED_MS / 2);
  expect(await memory(page)).toBe(both);
  await watchLoading(page);
  await page.keyboard.press('Control+PageDown');
  await expect(page.getByTestId('viewer')).toHaveAttribute('data-study', third);
  await expect(viewer.active(page)).toHaveAttribute('data-shows', 'true');
  expect(await sawLoading(page), 'it comes from the disk as ever').toBe(true);
});

test.describe('of what a modality sends', () => {
  test.skip(peer('storescu') === undefined, 'storescu is not installed');

  test('a next study that grows is looked at as it is then', async ({ bench }) => {
    const [folder, port] = [await bench.folder(), await freePort()];
    const size = { rows: 512, columns: 512 };
    const studies = [await writeStudy(join(folder, 'a'), 'Ahead^Anna', 20, 71, size), await writeStudy(join(folder, 'b'), 'Ahead^Berta', 20, 72, size)];
    const to = { port, calling: 'SENDER' };
    const station = await bench.start({ args: ['--no-demo', '--dicom-port', String(port), '--accept', 'SENDER@127.0.0.1'] });
    const { page } = station;
    await station.listening();
    for (const { files } of studies) await send(files.slice(0, 8), to);
    await expect(worklist.rows(page)).toHaveCount(2);
    const [first, second] = await worklist.rows(page).evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset['study']));
    await expect(worklist.row(page, second ?? '')).toContainText(/(^|\D)8(\D|$)/);
    await openStudy(page, first ?? '');
    await expect(viewer.active(page)).toHaveAttribute('data-shows', 'true');
    await memoryOf(page).toBe('8.4 MB'); // 16 frames of half a MiB
    await send(studies.find(({ StudyInstanceUID }) => StudyInstanceUID === second)?.files.slice(8) ?? [], to);
    await memoryOf(page).toBe('15 MB'); // 28
    await watchLoading(page);
    await page.waitForTimeout(LOADED_MS / 2);
    await page.keyboard.press('Control+PageDown');
    await expect(page.getByTestId('viewer')).toHaveAttribute('data-study', second ?? '');
    await expect(viewer.active(page)).toContainText(/Im \d+\/20/);
    await expect(viewer.active(page)).toHaveAttribute('data-shows', 'true');
    expect(await sawLoading(page)).toBe(false);
  });
});
