import type { Page } from '@playwright/test';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { el } from '../support/dicom';
import { freePort, type Orthanc, startOrthanc } from '../support/orthanc';
import { peer } from '../support/peers';
import { listening } from '../support/store-scp';
import { imageNumberOf, openStudy, runByPalette, viewer, worklist } from '../support/e2e/screens';
import { writeStudy } from '../support/e2e/senders';
import { expect, test } from '../support/e2e/workstation';

const program = peer('Orthanc');
const storescp = peer('storescp');
const shot = (page: Page, name: string) => page.screenshot({ path: `${process.env['ALTERNATOR_SHOTS'] ?? 'test-results/screens'}/uncompared-${name}.png` });

test.describe('an archive that is back and cannot be asked what it has', () => {
  test.skip(program === undefined || storescp === undefined, 'Orthanc or DCMTK is not installed');

  test('gets no result of this station: every screen says which wait and why; the conflict that is found later shows what was made here', async ({ bench }) => {
    test.setTimeout(240_000);
    const [folder, port, dicom] = [await bench.folder(), await freePort(), await freePort()];
    const home = join(folder, 'archive');
    await mkdir(home);
    const archive = (at = dicom): Promise<Orthanc> =>
      startOrthanc(program ?? '', { aet: 'ALTERNATOR', port }, { DicomPort: at, StorageDirectory: home, IndexDirectory: home });
    const study = await writeStudy(join(folder, 'a'), 'Waits^Wanda', 3, 94, undefined, { extra: [el(0x00100030, 'DA', '19610304')] });
    const before = await archive();
    for (const file of study.files) await before.upload(await readFile(file));
    const launch = { dataDir: join(folder, 'data'), args: ['--no-demo', '--dicom-port', String(port), '--archive', `MAIN=ORTHANC@127.0.0.1:${String(dicom)}`] };
    const station = await bench.start(launch);
    const { page } = station;
    await station.listening();
    await expect(page.getByTestId('status-archive-MAIN')).toContainText('MAIN: ok');
    await page.keyboard.press('Control+f');
    await page.getByTestId('search-patient').fill('waits');
    await page.keyboard.press('Enter');
    await worklist.row(page, study.StudyInstanceUID).click();
    await page.getByTestId('fetch-study').click();
    await expect(worklist.row(page, study.StudyInstanceUID)).toContainText('proven at MAIN', { timeout: 30_000 });
    await openStudy(page, study.StudyInstanceUID);
    await expect.poll(() => imageNumberOf(viewer.active(page))).toEqual([expect.any(Number), 3]);
    await before[Symbol.asyncDispose]();
    await markAndFinish(page);
    await page.getByTestId('tab-worklist').click();
    await page.keyboard.press('Shift+F5');
    await expect(page.getByTestId('outage-banner')).toBeVisible({ timeout: 60_000 });

    // something answers C-ECHO at its address and has no C-FIND
    const silent: ChildProcess = spawn(storescp ?? '', ['-aet', 'ORTHANC', '-od', folder, String(dicom)], { stdio: 'ignore' });
    try {
      await listening(dicom);
      await page.getByTestId('status-archive-MAIN').click();
      await page.getByTestId('outage-try').click();
      const banner = page.getByTestId('uncompared-banner');
      await expect(banner).toContainText('1 result waits here, not sent to MAIN.', { timeout: 60_000 });
      await expect(page.getByTestId('status-archive-MAIN')).toContainText('MAIN: ok');
      await shot(page, 'health');
      await runByPalette(page, 'reconcile');
      await expect(page.getByTestId('reconcile-uncompared')).toContainText(/could not be compared|broke off/);
      await expect(page.getByTestId('reconcile-return')).toContainText('1 result waits until the study was compared');
      await shot(page, 'reconcile');
      await banner.getByRole('button', { name: 'What waits' }).click();
      const order = page.getByTestId('outbox-item').first();
      await expect(order).toContainText('waits: ');
      await expect(order).toContainText('Release');
      await shot(page, 'outbox');
    } finally {
      silent.kill('SIGKILL');
    }

    // it is itself again, and knows the study under another patient id and birth date
    const after = await archive(await freePort());
    const [old = ''] = (await after.post('/tools/find', { Level: 'Study', Query: { StudyInstanceUID: study.StudyInstanceUID } })) as string[];
    await fetch(`${after.url}/studies/${old}`, { method: 'DELETE' });
    const corrected = await writeStudy(join(folder, 'b'), 'Waits^Wanda', 3, 94, undefined, {
      PatientID: 'CORRECTED',
      extra: [el(0x00100030, 'DA', '19610403')],
    });
    for (const file of corrected.files) await after.upload(await readFile(file));
    await after[Symbol.asyncDispose]();
    await using back = await archive();
    await runByPalette(page, 'reconcile');
    await page.getByTestId('reconcile-compare-MAIN').click();
    const item = page.locator('[data-testid="reconcile-item"][data-kind="reidentified"]');
    await expect(item).toContainText('CORRECTED', { timeout: 60_000 });
    await expect(item).not.toContainText('19610403');
    await expect(page.getByTestId('uncompared-banner')).toHaveCount(0, { timeout: 30_000 });
    await item.click();
    await expect(page.getByTestId('reconcile-results')).toContainText('1 result');
    await expect(page.getByTestId('reconcile-results').locator('canvas, img').first()).toBeVisible();
    await shot(page, 'conflict');
    expect(((await back.ask('/instances')) as unknown[]).length).toBe(3);

    // the plug is pulled while the archive is away: what was found stands there at the next start, as of then
    await back[Symbol.asyncDispose]();
    await station.pullThePlug();
    const again = await bench.start(launch);
    await expect(worklist.row(again.page, study.StudyInstanceUID).getByTestId('row-differs')).toBeVisible();
    await worklist.row(again.page, study.StudyInstanceUID).click();
    await expect(again.page.getByTestId('details-differs')).toContainText('MAIN has it otherwise: re-identified');
    await shot(again.page, 'known-in-the-list');
    await runByPalette(again.page, 'reconcile');
    const known = again.page.locator('[data-testid="reconcile-item"][data-kind="reidentified"]');
    await expect(known.getByTestId('reconcile-as-of')).toContainText('as of');
    await expect(again.page.getByTestId('reconcile-old')).toContainText('MAIN is asked again before anything is done');
    await shot(again.page, 'known-before');
  });

  test('a station without archives says on each screen what stands there later', async ({ bench }) => {
    const station = await bench.start({ args: ['--no-demo', '--dicom-port', String(await freePort())] });
    const { page } = station;
    await station.listening();
    for (const [command, testid, name] of [
      ['health of the station', 'health-cache', 'health'],
      ['outbox: what waits', 'outbox-screen', 'outbox'],
      ['reconcile: what changed', 'reconcile-screen', 'reconcile'],
      ['outage set', 'outage-screen', 'outage-set'],
    ] as const) {
      await runByPalette(page, command);
      await expect(page.getByTestId(testid)).toBeVisible();
      await shot(page, `empty-${name}`);
    }
  });
});

async function markAndFinish(page: Page): Promise<void> {
  await page.keyboard.press('Home');
  await expect.poll(() => imageNumberOf(viewer.active(page))).toEqual([1, 3]);
  await expect(viewer.active(page)).toHaveAttribute('data-shows', 'true');
  await page.keyboard.press('k');
  await expect(page.getByTestId('key-image-count')).toHaveText('1');
  await page.keyboard.press('Shift+K');
  await expect(page.getByTestId('key-images-to-MAIN')).toHaveAttribute('data-state', 'checked');
  await page.getByTestId('key-images-go').click();
  await expect(page.getByTestId('key-image-note')).toHaveAttribute('data-state', 'kept');
}
