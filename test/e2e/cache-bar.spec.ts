import type { Page } from '@playwright/test';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, startOrthanc } from '../support/orthanc';
import { peer } from '../support/peers';
import { runByPalette, worklist } from '../support/e2e/screens';
import { send, writeStudy } from '../support/e2e/senders';
import { expect, test } from '../support/e2e/workstation';

const program = peer('Orthanc');
const shot = (page: Page, name: string) => page.screenshot({ path: `${process.env['ALTERNATOR_SHOTS'] ?? 'test-results/screens'}/cache-${name}.png` });

test.describe('what a modality sends', () => {
  test.skip(program === undefined, 'Orthanc is not installed');

  test('waits by a rule until somebody releases it; the disk bar says what is proven, what was set aside, and where the quota stands', async ({ bench }) => {
    test.setTimeout(180_000);
    const [folder, port, dicom, dataDir] = [await bench.folder(), await freePort(), await freePort(), await bench.folder()];
    const settings = async (name: string, value: unknown): Promise<void> =>
      writeFile(join(dataDir, 'settings', `${name}.json`), JSON.stringify({ version: 1, value }));
    await mkdir(join(dataDir, 'settings'), { recursive: true });
    await settings('eviction', { automatic: true, maxBytes: 40e9, minFreeBytes: 0, keepDays: 7, onlyDone: false, order: 'arrival' });
    await settings('routing', { rules: [{ name: 'CT to the archive', enabled: true, match: { Modality: 'CT' }, to: 'MAIN', held: true }] });
    const study = await writeStudy(join(folder, 'a'), 'Rule^Rita', 12, 96, { rows: 512, columns: 512 });
    const other = await writeStudy(join(folder, 'b'), 'Rule^Rita', 3, 96, { rows: 256, columns: 256 });
    await using archive = await startOrthanc(program ?? '', { aet: 'ALTERNATOR', port }, { DicomPort: dicom });
    const station = await bench.start({
      dataDir,
      args: ['--no-demo', '--dicom-port', String(port), '--accept', 'SENDER@127.0.0.1', '--archive', `MAIN=ORTHANC@127.0.0.1:${String(dicom)}`],
    });
    const { page } = station;
    await station.listening();
    await send(study.files, { port, calling: 'SENDER' });
    await expect(page.getByTestId('status-outbox')).toContainText('12', { timeout: 20_000 });
    await runByPalette(page, 'outbox: what waits');
    const order = page.getByTestId('outbox-item').first();
    await expect(order).toContainText('by the rule CT to the archive');
    await expect(order).toHaveAttribute('data-state', 'held');
    expect((await archive.ask('/instances')) as unknown[]).toEqual([]);
    await shot(page, 'held-by-rule');
    await order.getByRole('button', { name: 'Release' }).click();
    await expect.poll(async () => ((await archive.ask('/instances')) as unknown[]).length, { timeout: 30_000 }).toBe(12);
    await page.getByTestId('tab-worklist').click();
    await expect(worklist.row(page, study.StudyInstanceUID)).toContainText('proven at MAIN', { timeout: 60_000 });
    // the same UIDs with other pixels are refused, and stand aside
    await send(other.files, { port, calling: 'SENDER' }).catch(() => undefined);
    await expect(page.getByTestId('status-quarantine')).toContainText('set aside', { timeout: 20_000 });
    await runByPalette(page, 'health of the station');
    const bar = page.getByTestId('health-cache');
    await expect(bar.getByTestId('health-part-proven')).toContainText(/[1-9]/, { timeout: 20_000 });
    await expect(bar.getByTestId('health-part-setAside')).toContainText(/[1-9]/);
    await expect(bar.getByTestId('health-quota-words')).toContainText('40');
    await expect(bar.getByTestId('health-quota')).toBeVisible();
    await expect(bar.getByTestId('health-part-kept')).toHaveCount(0);
    await page.getByTestId('tab-worklist').click();
    await worklist.row(page, study.StudyInstanceUID).click();
    await runByPalette(page, 'pin: keep what is chosen here');
    await expect(page.getByTestId('station-notice').filter({ hasText: '1 study pinned: never removed to make room.' })).toBeVisible();
    await runByPalette(page, 'health of the station');
    await expect(bar.getByTestId('health-part-kept')).toContainText('stays', { timeout: 20_000 });
    await shot(page, 'health');
  });
});
