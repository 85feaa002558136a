import type { Page } from '@playwright/test';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { realData } from '../support/data';
import { worklist } from '../support/e2e/screens';
import { writeStudy } from '../support/e2e/senders';
import { expect, test } from '../support/e2e/workstation';

const data = realData();
const shot = (page: Page, name: string) => page.screenshot({ path: `${process.env['ALTERNATOR_SHOTS'] ?? 'test-results/screens'}/import-${name}.png` });

/** Opens the result of the import of the command line, once it has ended, and reads how many files it refused. */
async function refusedOf(page: Page): Promise<number> {
  await expect(page.getByTestId('station-notice').filter({ hasText: 'not taken' })).toBeVisible({ timeout: 120_000 });
  await page.keyboard.press('Control+j');
  await page.getByTestId('job').first().getByTestId('job-details').click();
  await expect(page.getByTestId('import-result')).toBeVisible();
  // alone: not beneath the list that led to it
  await expect(page.getByRole('dialog')).toHaveCount(1);
  return await page.getByTestId('refused-file').count();
}

test('a folder with a damaged DICOMDIR is scanned in its place; what is no object is named with the reason, and the source stays as it was', async ({
  bench,
}) => {
  const folder = join(await bench.folder(), 'disc');
  const study = await writeStudy(join(folder, 'IMAGES'), 'Disc^Dora', 3, 83);
  await mkdir(join(folder, 'DOCS'));
  await writeFile(join(folder, 'DOCS', 'letter.txt'), 'no DICOM, and longer than the preamble of one would be: '.repeat(8));
  await writeFile(join(folder, 'DICOMDIR'), 'nor is this an index');
  const before = await readdir(folder, { recursive: true });
  const { page } = await bench.start({ args: ['--no-demo', folder] });
  const result = page.getByTestId('import-result');
  expect(await refusedOf(page)).toBe(2);
  await expect(result).toContainText('letter.txt');
  await expect(page.getByTestId('show-refused').first()).toBeVisible();
  await shot(page, 'damaged-index');
  await page.keyboard.press('Escape');
  await page.getByTestId('tab-worklist').click();
  await expect(worklist.row(page, study.StudyInstanceUID)).toContainText('3');
  expect(await readdir(folder, { recursive: true })).toEqual(before);
});

test.describe('real discs and broken files', () => {
  test.skip(data === undefined, 'no real data beside the project');

  test('both discs come in whole, the broken files end in an object or in their reason', async ({ bench }) => {
    test.setTimeout(240_000);
    const dataDir = join(await bench.folder(), 'data');
    const station = await bench.start({ dataDir, args: ['--no-demo', join(data ?? '', 'media')] });
    const { page } = station;
    await refusedOf(page);
    await shot(page, 'media');
    await page.keyboard.press('Escape');
    await page.getByTestId('tab-worklist').click();
    await expect(worklist.rows(page)).not.toHaveCount(0);
    const studies = await worklist.counts(page).innerText();
    await station.close();
    const broken = await bench.start({ dataDir, args: ['--no-demo', join(data ?? '', 'broken')] });
    expect(await refusedOf(broken.page)).toBeGreaterThan(0);
    for (const reason of await broken.page.getByTestId('refused-file').allInnerTexts()) expect(reason.trim().length).toBeGreaterThan(10);
    await shot(broken.page, 'broken');
    await broken.page.keyboard.press('Escape');
    await broken.page.getByTestId('tab-worklist').click();
    // what was here before is still here, after a restart and beside what is damaged
    await expect(worklist.counts(broken.page)).not.toHaveText('0 studies');
    const count = (text: string): number => Number(/\d+/.exec(text.replaceAll('\u202f', ''))?.[0] ?? NaN);
    await expect.poll(async () => count(await worklist.counts(broken.page).innerText())).toBeGreaterThanOrEqual(count(studies));
  });
});
