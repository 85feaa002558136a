import type { Page } from '@playwright/test';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, startOrthanc } from '../support/orthanc';
import { peer } from '../support/peers';
import { closeWindow, runByPalette, worklist } from '../support/e2e/screens';
import { send, writeStudy } from '../support/e2e/senders';
import { expect, test } from '../support/e2e/workstation';

const program = peer('Orthanc');
const shot = (page: Page, name: string) => page.screenshot({ path: `${process.env['ALTERNATOR_SHOTS'] ?? 'test-results/screens'}/routing-${name}.png` });

test.describe('what arrives', () => {
  test.skip(program === undefined, 'Orthanc is not installed');

  test('goes by a rule of the routing page once somebody releases it; on legal hold it is not deleted', async ({ bench }) => {
    test.setTimeout(180_000);
    const [folder, port, dicom, dataDir] = [await bench.folder(), await freePort(), await freePort(), await bench.folder()];
    await mkdir(join(dataDir, 'settings'), { recursive: true });
    const old = { name: 'MR to the old archive', enabled: true, match: { Modality: 'MR' }, to: 'OLD', held: false };
    const document = join(dataDir, 'settings', 'routing.json');
    await writeFile(document, JSON.stringify({ version: 1, value: { rules: [old] } }));
    const study = await writeStudy(join(folder, 'a'), 'Route^Rosa', 3, 97);
    await using archive = await startOrthanc(program ?? '', { aet: 'ALTERNATOR', port }, { DicomPort: dicom });
    const station = await bench.start({
      dataDir,
      args: ['--no-demo', '--dicom-port', String(port), '--accept', 'SENDER@127.0.0.1', '--archive', `MAIN=ORTHANC@127.0.0.1:${String(dicom)}`],
    });
    const { page } = station;
    await station.listening();

    // a rule that cannot do what it says, removed and had back, then removed for good
    await runByPalette(page, 'preferences: routing');
    const rules = page.getByTestId('routing-rule');
    await expect(rules.getByTestId('routing-warning')).toContainText('OLD is not among the archives and nodes');
    await page.getByTestId('routing-remove-0').click();
    await expect(page.getByTestId('routing-none')).toBeVisible();
    await page.getByTestId('routing-undo').click();
    await expect(rules).toHaveCount(1);

    // a new one
    await page.getByTestId('routing-add').click();
    await page.getByTestId('routing-save').click();
    await expect(page.getByTestId('routing-problem')).toContainText('Give it a name');
    await page.getByTestId('routing-name').fill('CT of the sender');
    await page.getByTestId('routing-modality').fill('ct');
    await page.getByTestId('routing-callingAeTitle').fill('SEND*');
    await expect(page.getByTestId('routing-to')).toHaveAttribute('data-value', 'MAIN');
    await expect(page.getByTestId('routing-reads')).toHaveText('CT from SEND*: to MAIN, held until released');
    await shot(page, 'form');
    await page.getByTestId('routing-save').click();
    await expect(rules.nth(1).getByTestId('routing-words')).toHaveText('CT from SEND*: to MAIN, held until released');
    await page.getByTestId('routing-on-0').click();
    await expect(rules.nth(0).getByTestId('routing-words')).toContainText('off.');
    await shot(page, 'page');
    await expect
      .poll(async () => JSON.parse(await readFile(document, 'utf8')) as unknown)
      .toMatchObject({
        value: {
          rules: [{ enabled: false }, { name: 'CT of the sender', enabled: true, match: { Modality: 'CT', callingAeTitle: 'SEND*' }, to: 'MAIN', held: true }],
        },
      });
    await closeWindow(page);

    await send(study.files, { port, calling: 'SENDER' });
    await expect(page.getByTestId('status-outbox')).toContainText('3', { timeout: 20_000 });
    await runByPalette(page, 'outbox: what waits');
    const order = page.getByTestId('outbox-item').first();
    await expect(order).toContainText('by the rule CT of the sender');
    await expect(order).toHaveAttribute('data-state', 'held');
    expect((await archive.ask('/instances')) as unknown[]).toEqual([]);
    await order.getByRole('button', { name: 'Release' }).click();
    await expect.poll(async () => ((await archive.ask('/instances')) as unknown[]).length, { timeout: 30_000 }).toBe(3);

    // legal hold
    await page.getByTestId('tab-worklist').click();
    const row = worklist.row(page, study.StudyInstanceUID);
    await expect(row).toContainText('proven at MAIN', { timeout: 60_000 });
    await row.click();
    await runByPalette(page, 'legal hold: what is chosen');
    await expect(page.getByTestId('hold-go')).toBeDisabled();
    await page.getByTestId('hold-reason').fill('court order 12/3');
    await shot(page, 'hold');
    await page.getByTestId('hold-go').click();
    await expect(page.getByTestId('station-notice').filter({ hasText: '1 study is on legal hold' })).toBeVisible();
    await expect(row.getByRole('img', { name: 'on legal hold' })).toBeVisible();
    await expect(page.getByTestId('details-kept')).toContainText(': court order 12/3');
    await shot(page, 'held-row');
    await row.click();
    await page.keyboard.press('Delete');
    await expect(page.getByTestId('delete-obstacles')).toContainText('It stays: it is on legal hold');
    await expect(page.getByTestId('delete-go')).toBeDisabled();
    await shot(page, 'delete-refused');
    await page.getByTestId('delete-keep').click();
    await runByPalette(page, 'release the legal hold');
    await expect(page.getByTestId('hold-study')).toContainText('court order 12/3');
    await page.getByTestId('hold-reason').fill('the case is closed');
    await shot(page, 'release');
    await page.getByTestId('hold-go').click();
    await expect(row.getByRole('img', { name: 'on legal hold' })).toHaveCount(0);
    await expect(page.getByTestId('details-kept')).toHaveCount(0);
  });
});
