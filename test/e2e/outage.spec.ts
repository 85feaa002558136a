import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, startOrthanc } from '../support/orthanc';
import { peer } from '../support/peers';
import { imageNumberOf, runByPalette, viewer, worklist } from '../support/e2e/screens';
import { send, writeStudy } from '../support/e2e/senders';
import { expect, test } from '../support/e2e/workstation';

const program = peer('Orthanc');
const shot = (page: Page, name: string) => page.screenshot({ path: `${process.env['ALTERNATOR_SHOTS'] ?? 'test-results/screens'}/outage-${name}.png` });

/** Parts of the status line whose words do not fit. */
const cutParts = (page: Page): Promise<string[]> =>
  page.getByTestId('status-line').evaluate((line) => {
    const right = line.getBoundingClientRect().right;
    return [...line.children].flatMap((part) =>
      part.scrollWidth > part.clientWidth || part.getBoundingClientRect().right > right + 0.5 ? [part.textContent] : [],
    );
  });

test.describe('when an archive goes away', () => {
  test.skip(program === undefined, 'Orthanc is not installed');

  test('one calm line says so, everything here is read, what is sent waits, and goes out when it is back', async ({ bench }) => {
    test.setTimeout(180_000);
    const [folder, port, dicom] = [await bench.folder(), await freePort(), await freePort()];
    const here = await writeStudy(join(folder, 'a'), 'Here^Hanna', 6, 71);
    const far = await writeStudy(join(folder, 'b'), 'Here^Heidi', 3, 72);
    const first = await startOrthanc(program ?? '', { aet: 'ALTERNATOR', port }, { DicomPort: dicom });
    for (const file of far.files) await first.upload(await readFile(file));
    const station = await bench.start({
      args: ['--no-demo', '--dicom-port', String(port), '--accept', 'SENDER@127.0.0.1', '--archive', `MAIN=ORTHANC@127.0.0.1:${String(dicom)}`],
    });
    const { page } = station;
    await station.listening();
    await send(here.files, { port, calling: 'SENDER' });
    await expect(page.getByTestId('status-archive-MAIN')).toContainText('MAIN: ok');
    await page.keyboard.press('Control+f');
    await page.getByTestId('search-patient').fill('here');
    await page.keyboard.press('Enter');
    await expect(worklist.row(page, far.StudyInstanceUID)).toContainText('at MAIN');
    await first[Symbol.asyncDispose]();
    // Nobody waits for the next minute: a search that fails is looked into at once.
    await page.keyboard.press('Shift+F5');
    const banner = page.getByTestId('outage-banner');
    await expect(banner).toContainText('MAIN does not answer since', { timeout: 30_000 });
    await expect(banner).toContainText('Nothing is lost');
    await expect(page.getByTestId('status-archive-MAIN')).toContainText('no answer since');
    await expect(page.getByTestId('list-scope')).toContainText('local only, as of');
    await expect(worklist.row(page, far.StudyInstanceUID)).toContainText('not available offline');
    await shot(page, 'worklist');
    await worklist.row(page, here.StudyInstanceUID).click();
    await page.keyboard.press('Control+Shift+s');
    await page.getByTestId('send-go').click();
    await expect(page.getByTestId('transfers')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByTestId('status-outbox')).toContainText('out 6');
    expect(await cutParts(page), 'the status line leaves words out as a whole').toEqual([]);
    await expect(banner).toContainText('6 objects wait here');
    await worklist.row(page, here.StudyInstanceUID).dblclick();
    await expect.poll(() => imageNumberOf(viewer.active(page))).toEqual([expect.any(Number), 6]);
    await banner.getByTestId('outage-waits').click();
    const order = page.getByTestId('outbox-item').first();
    await expect(order).toContainText('6 waiting of 6');
    await order.getByTestId('outbox-details').click();
    await shot(page, 'outbox');
    await page.getByTestId('status-archive-MAIN').click();
    await expect(page.getByTestId('health-archive')).toHaveAttribute('data-state', 'noAnswer');
    await expect(page.getByTestId('health-waiting')).toContainText('6');
    await shot(page, 'health');
    await page.getByTestId('health-eviction').click();
    await expect(page.getByTestId('eviction-words')).not.toBeEmpty();
    await expect(page.getByTestId('eviction-stays')).toContainText('waits to be sent');
    await shot(page, 'eviction');
    await page.keyboard.press('Escape');
    await using back = await startOrthanc(program ?? '', { aet: 'ALTERNATOR', port }, { DicomPort: dicom });
    await page.getByTestId('outage-try').click();
    await expect(banner).toHaveCount(0, { timeout: 30_000 });
    await expect(page.getByTestId('status-archive-MAIN')).toContainText('MAIN: ok');
    await expect.poll(async () => ((await back.ask('/instances')) as unknown[]).length, { timeout: 40_000 }).toBe(6);
    await page.getByTestId('tab-worklist').click();
    await expect(worklist.row(page, here.StudyInstanceUID)).toContainText(/proven at MAIN|sent/, { timeout: 30_000 });
  });

  test('what changed meanwhile is compared and shown, and applied only as chosen', async ({ bench }) => {
    test.setTimeout(180_000);
    const [folder, port, dicom] = [await bench.folder(), await freePort(), await freePort()];
    const [grown, renamed, gone] = [
      await writeStudy(join(folder, 'a'), 'Grown^Greta', 6, 81),
      await writeStudy(join(folder, 'b'), 'Renamed^Rolf', 3, 82),
      await writeStudy(join(folder, 'c'), 'Gone^Gerda', 2, 83),
    ];
    const first = await startOrthanc(program ?? '', { aet: 'ALTERNATOR', port }, { DicomPort: dicom });
    for (const file of [...grown.files.slice(0, 4), ...renamed.files, ...gone.files]) await first.upload(await readFile(file));
    const station = await bench.start({ args: ['--no-demo', '--dicom-port', String(port), '--archive', `MAIN=ORTHANC@127.0.0.1:${String(dicom)}`] });
    const { page } = station;
    await station.listening();
    for (const [study, name] of [
      [grown, 'grown'],
      [renamed, 'renamed'],
      [gone, 'gone'],
    ] as const) {
      await page.keyboard.press('Control+f');
      await expect(page.getByTestId('search-at-MAIN')).toBeVisible();
      await page.getByTestId('search-patient').fill(name);
      await page.keyboard.press('Enter');
      await expect(worklist.row(page, study.StudyInstanceUID)).toContainText('at MAIN');
      await worklist.row(page, study.StudyInstanceUID).click();
      await page.getByTestId('fetch-study').click();
      await expect(worklist.row(page, study.StudyInstanceUID)).toContainText('proven at MAIN', { timeout: 30_000 });
    }
    await first[Symbol.asyncDispose]();
    await page.keyboard.press('Shift+F5');
    await expect(page.getByTestId('outage-banner')).toBeVisible({ timeout: 30_000 });
    // The archive comes back with two images more, another patient's id, and one study less.
    await using back = await startOrthanc(program ?? '', { aet: 'ALTERNATOR', port }, { DicomPort: dicom });
    for (const file of grown.files) await back.upload(await readFile(file));
    const corrected = await writeStudy(join(folder, 'd'), 'Renamed^Rolf', 3, 82, undefined, { PatientID: 'CORRECTED' });
    for (const file of corrected.files) await back.upload(await readFile(file));
    await page.getByTestId('outage-try').click();
    await expect(page.getByTestId('station-notice').filter({ hasText: 'was compared with what is here' })).toBeVisible({ timeout: 40_000 });
    await runByPalette(page, 'reconcile');
    const item = (kind: string) => page.locator(`[data-testid="reconcile-item"][data-kind="${kind}"]`);
    await expect(item('newObjects')).toContainText('+ 2 images');
    await expect(item('reidentified')).toContainText('CORRECTED');
    await expect(item('missing')).toContainText('not found, 2 were proven');
    // the list is one tab stop: arrows walk it, Enter goes to the choice of the row, Escape comes back
    const grid = page.getByTestId('reconcile-grid');
    await grid.focus();
    const chosen = page.locator('[data-testid="reconcile-item"][aria-selected="true"]');
    await page.keyboard.press('Home');
    const firstRow = await chosen.getAttribute('data-reconcile');
    await page.keyboard.press('ArrowDown');
    await expect(chosen).not.toHaveAttribute('data-reconcile', firstRow ?? '');
    await expect(grid).toHaveAttribute('aria-activedescendant', (await chosen.getAttribute('id')) ?? '');
    await page.keyboard.press('End');
    await expect(chosen).toHaveAttribute('data-kind', 'missing');
    await page.keyboard.press('Enter');
    await expect(page.locator('aside [role="radio"]:focus')).toHaveAttribute('data-testid', 'choice-row-keep');
    await page.keyboard.press('Escape');
    await expect(grid).toBeFocused();
    expect((await new AxeBuilder({ page }).setLegacyMode(true).include('[data-testid="reconcile-screen"]').analyze()).violations.map(({ id }) => id)).toEqual(
      [],
    );
    await item('reidentified').click();
    await shot(page, 'reconcile');
    expect(await page.getByTestId('reconcile-foot').innerText()).toContain('nothing has been changed yet');
    await page.getByTestId('reconcile-apply').click();
    await expect(item('missing')).toContainText('done: kept');
    await page.getByTestId('tab-worklist').click();
    await page.keyboard.press('Escape');
    await page.getByTestId('list-all').click();
    await expect(worklist.row(page, renamed.StudyInstanceUID)).toContainText('CORRECTED', { timeout: 40_000 });
    await expect(worklist.row(page, grown.StudyInstanceUID)).toContainText('6', { timeout: 40_000 });
    await expect(worklist.row(page, gone.StudyInstanceUID)).not.toContainText('proven');
  });
});
