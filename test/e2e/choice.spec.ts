import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { join } from 'node:path';
import { worklist } from '../support/e2e/screens';
import { send, type SentStudy, writeStudy } from '../support/e2e/senders';
import { expect, test, type Workbench, type Workstation } from '../support/e2e/workstation';
import { freePort, startOrthanc } from '../support/orthanc';
import { peer } from '../support/peers';

const program = peer('Orthanc');
const noStorescu = peer('storescu') === undefined;
const shot = (page: Page, name: string) => page.screenshot({ path: `${process.env['ALTERNATOR_SHOTS'] ?? 'test-results/screens'}/choice-${name}.png` });
const chosen = (page: Page) => page.locator('[data-testid="study-row"][aria-selected="true"]');
const head = (page: Page) => page.getByTestId('details-chosen').getByRole('heading');

/** A station that holds these patients' studies of two images each, in the order of the list: newest first, so the last one sent on top. */
async function filled(bench: Workbench, patients: readonly string[], args: readonly string[]): Promise<{ station: Workstation; studies: SentStudy[] }> {
  const folder = await bench.folder();
  const station = await bench.start({ args: ['--no-demo', '--accept', 'SENDER@127.0.0.1', ...args] });
  const { port } = await station.listening();
  const studies: SentStudy[] = [];
  for (const [at, patient] of patients.entries()) {
    const study = await writeStudy(join(folder, String(at)), patient, 2, 90 + at);
    await send(study.files, { port, calling: 'SENDER' });
    studies.push(study);
  }
  await expect(worklist.rows(station.page)).toHaveCount(patients.length);
  return { station, studies };
}

const PATIENTS = ['Several^Ada', 'Several^Ben', 'Several^Gil', 'Several^Dan'];

test.describe('several studies of the list', () => {
  test.skip(noStorescu, 'storescu is not installed');

  test('are chosen by Shift, Ctrl and Ctrl+A, counted in words, and marked together', async ({ bench }) => {
    test.setTimeout(90_000);
    const { station } = await filled(bench, PATIENTS, []);
    const { page } = station;
    const rows = worklist.rows(page);
    await rows.nth(0).click();
    await expect(page.getByTestId('details')).toBeVisible();
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Shift+ArrowDown');
    await expect(head(page)).toHaveText('3 studies chosen');
    await expect(worklist.counts(page)).toHaveText('4 studies, 3 chosen');
    await expect(chosen(page)).toHaveCount(3);
    await page.keyboard.press('Shift+ArrowUp');
    await expect(head(page)).toHaveText('2 studies chosen');
    await rows.nth(3).click({ modifiers: ['Control'] });
    await expect(head(page)).toHaveText('3 studies chosen');
    await expect(page.getByTestId('chosen-study')).toHaveCount(3);
    await shot(page, 'three');
    const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
    expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);
    // its menu is for all that is chosen
    await rows.nth(3).click({ button: 'right' });
    await expect(head(page)).toHaveText('3 studies chosen');
    await page.getByRole('menuitem', { name: 'Mark as done' }).click();
    await expect(page.locator('[data-testid="study-row"].done')).toHaveCount(3);
    await page.keyboard.press('Control+a');
    await expect(head(page)).toHaveText('4 studies chosen');
    await page.keyboard.press('Escape');
    await expect(page.getByTestId('details')).toBeVisible();
    await expect(chosen(page)).toHaveCount(1);
    await rows.nth(0).click();
    await rows.nth(2).click({ modifiers: ['Shift'] });
    await expect(head(page)).toHaveText('3 studies chosen');
    await rows.nth(1).click();
    await expect(chosen(page)).toHaveCount(1);
  });

  test('are sent, deleted here and fetched again together', async ({ bench }) => {
    test.skip(program === undefined, 'Orthanc is not installed');
    test.setTimeout(150_000);
    const port = await freePort();
    await using orthanc = await startOrthanc(program ?? '', { aet: 'ALTERNATOR', port });
    const archive = `MAIN=ORTHANC@127.0.0.1:${String(orthanc.port)}`;
    const { station } = await filled(bench, PATIENTS, ['--dicom-port', String(port), '--archive', archive]);
    const { page } = station;
    const rows = worklist.rows(page);
    await rows.nth(0).click();
    await rows.nth(2).click({ modifiers: ['Shift'] });
    await page.keyboard.press('Control+Shift+s');
    await expect(page.getByTestId('send-studies-dialog')).toContainText('Send 3 studies');
    await shot(page, 'send');
    await page.getByTestId('send-go').click();
    await expect.poll(async () => ((await orthanc.ask('/studies')) as unknown[]).length, { timeout: 40_000 }).toBe(3);
    await page.keyboard.press('Escape');
    // not while they may still be arriving or going
    await expect(async () => {
      await page.keyboard.press('Escape');
      await rows.nth(0).click();
      await rows.nth(2).click({ modifiers: ['Shift'] });
      await page.keyboard.press('Delete');
      await expect(page.getByTestId('delete-study')).toHaveCount(3);
      await expect(page.getByTestId('delete-studies-dialog').getByText('It stays')).toHaveCount(0, { timeout: 500 });
    }).toPass({ timeout: 60_000 });
    await shot(page, 'delete');
    const last = page.getByTestId('delete-last-copies');
    if (await last.isVisible()) await last.click();
    await expect(page.getByTestId('delete-counts')).toContainText('3 of 3 go from this station: 6 objects');
    await page.getByTestId('delete-go').click();
    await expect(rows).toHaveCount(1);
    await page.keyboard.press('Control+f');
    await page.getByTestId('search-patient').fill('several');
    await page.keyboard.press('Enter');
    await expect(page.locator('.where', { hasText: 'at MAIN' })).not.toHaveCount(0);
    await page.keyboard.press('Control+a');
    await expect(page.getByTestId('chosen-here')).toContainText('only at an archive');
    await shot(page, 'mixed');
    await page.getByTestId('chosen-fetch').click();
    await expect(page.locator('[data-testid="study-row"] .where', { hasText: /^at MAIN/ })).toHaveCount(0, { timeout: 40_000 });
  });
});
