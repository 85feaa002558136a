import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { join } from 'node:path';
import { closeWindow, demoComplete, imageNumberOf, openStudy, viewer, worklist } from '../support/e2e/screens';
import { send, writeStudy } from '../support/e2e/senders';
import { fillWorklist } from '../support/e2e/node-side';
import { peer } from '../support/peers';
import { expect, test } from '../support/e2e/workstation';

/** Everything that moved without a hand on it, since the page was made: what stood where and where it went. */
async function layoutShifts(page: Page): Promise<string[]> {
  return await page.evaluate(async () => {
    type Shift = PerformanceEntry & { value: number; hadRecentInput: boolean; sources: { node?: Element; previousRect: DOMRect; currentRect: DOMRect }[] };
    return await new Promise<string[]>((resolve) => {
      const shifts: string[] = [];
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as Shift[]) {
          const moved = entry.sources.map(
            ({ node, previousRect: from, currentRect: to }) => `${node?.outerHTML.slice(0, 120) ?? 'text'} ${from.x},${from.y} -> ${to.x},${to.y}`,
          );
          if (!entry.hadRecentInput) shifts.push(`${entry.value} at ${entry.startTime}: ${moved.join('; ')}`);
        }
      }).observe({ type: 'layout-shift', buffered: true });
      setTimeout(() => resolve(shifts), 500);
    });
  });
}

const noStorescu = peer('storescu') === undefined;

test('an empty cache is filled with the demo studies, and each says whose and what it is', async ({ bench }) => {
  test.setTimeout(240_000); // 348 images are drawn on the way, on as few cores as there are
  const { page } = await bench.start();
  await demoComplete(page);
  const text = await worklist.rows(page).allInnerTexts();
  expect(text.filter((row) => /DOE, Jane/i.test(row) && row.includes('CT'))).toHaveLength(2);
  expect(text.filter((row) => /SMITH, Alex/i.test(row) && row.includes('MR'))).toHaveLength(1);
  await expect(page.getByTestId('status-node')).toContainText('listening');
});

test('--no-demo leaves the list empty and teaches how to fill it', async ({ bench }) => {
  const station = await bench.start({ args: ['--no-demo'] });
  const { port } = await station.listening();
  await expect(station.page.getByTestId('worklist-empty')).toContainText(String(port));
  await expect(station.page.getByTestId('worklist-empty')).toContainText('ALTERNATOR');
});

test('a study that is being sent appears, counts up, and opens before it is complete', async ({ bench }) => {
  test.skip(noStorescu, 'storescu is not installed');
  const folder = await bench.folder();
  const study = await writeStudy(join(folder, 'files'), 'Arriving^Anna', 40, 43);
  const station = await bench.start({ args: ['--no-demo', '--accept', 'SENDER@127.0.0.1'] });
  const { port } = await station.listening();
  await expect(station.page.getByTestId('worklist-empty')).toBeVisible();
  await send(study.files.slice(0, 10), { port, calling: 'SENDER' });
  const row = worklist.row(station.page, study.StudyInstanceUID);
  await expect(row).toContainText(/Arriving, Anna/i);
  await expect(row).toContainText('10');
  await openStudy(station.page, study.StudyInstanceUID);
  await expect.poll(() => imageNumberOf(viewer.active(station.page))).toEqual([expect.any(Number), 10]);
  await send(study.files.slice(10), { port, calling: 'SENDER' });
  await expect.poll(() => imageNumberOf(viewer.active(station.page))).toEqual([expect.any(Number), 40]);
  await station.page.getByTestId('tab-worklist').click();
  await expect(row).toContainText('40');
});

test('a sender that is not known is refused, shown, and let in when the user allows it', async ({ bench }) => {
  test.skip(noStorescu, 'storescu is not installed');
  const folder = await bench.folder();
  const study = await writeStudy(join(folder, 'files'), 'Refused^Rita', 2, 44);
  const station = await bench.start({ args: ['--no-demo'] });
  const { page } = station;
  const { port } = await station.listening();
  await expect(send(study.files, { port, calling: 'STRANGER' })).rejects.toThrow(/Calling AE Title Not Recognized/i);
  await page.getByTestId('status-refused').click();
  const refused = page.getByTestId('refused-sender').filter({ hasText: 'STRANGER' });
  await expect(refused).toBeVisible();
  await page.getByTestId('allow-STRANGER').click();
  await expect(page.getByTestId('accepted-sender').filter({ hasText: 'STRANGER' })).toBeVisible();
  await send(study.files, { port, calling: 'STRANGER' });
  await page.keyboard.press('Escape');
  await expect(worklist.row(page, study.StudyInstanceUID)).toBeVisible();
});

test('a sender is added by hand, tested with a C-ECHO and forgotten', async ({ bench }) => {
  const station = await bench.start({ args: ['--no-demo', '--accept', 'ALTERNATOR@127.0.0.1'] });
  const { page } = station;
  const { port } = await station.listening();
  await page.getByTestId('status-node').click();
  await page.getByTestId('add-sender').click();
  const save = page.getByTestId('add-sender-save');
  const words = page.getByTestId('add-sender-words');
  await page.getByTestId('add-sender-title').fill('CT\\2');
  await page.getByTestId('add-sender-address').fill('10.4.0.7');
  await save.click();
  await expect(words).toContainText('backslash');
  await page.getByTestId('add-sender-title').fill('CT2');
  await page.getByTestId('add-sender-address').fill('10.4.0.7:104');
  await save.click();
  await expect(words).toContainText('No port');
  await page.getByTestId('add-sender-address').fill('10.4.0.7');
  await page.keyboard.press('Enter');
  const added = page.getByTestId('accepted-sender').filter({ hasText: 'CT2' });
  await expect(added).toContainText('10.4.0.7');
  await page.getByTestId('test-ALTERNATOR').click();
  await page.getByTestId('echo-port').fill('0');
  await page.getByTestId('echo-send').click();
  await expect(page.getByTestId('echo-result')).toContainText('1 to 65535');
  await page.getByTestId('echo-port').fill(String(port));
  await page.getByTestId('echo-send').click();
  await expect(page.getByTestId('echo-result')).toContainText('ALTERNATOR answered the C-ECHO');
  await page.screenshot({ path: 'test-results/screens/senders-echo.png' });
  await page.getByTestId('forget-CT2').click();
  await expect(added).toHaveCount(0);
  // What the command line gave stays for the run: there is nothing to forget.
  await expect(page.getByTestId('forget-ALTERNATOR')).toHaveCount(0);
});

test('ten thousand studies scroll to the end without a shift of what stands there', async ({ bench }) => {
  const dataDir = join(await bench.folder(), 'data');
  await fillWorklist(dataDir, 10_000);
  const { page } = await bench.start({ dataDir, args: ['--no-demo'] });
  await expect(worklist.counts(page)).toContainText(/10[,.\u202f\u00a0 ']?000/);
  // What the panes beside the list read at the start has come.
  await expect(page.getByTestId('details-series')).toBeVisible();
  await expect(page.getByTestId('saved-lists')).toContainText('MG');
  await expect(page.getByTestId('decodable')).not.toContainText('not checked');
  await page.waitForTimeout(1000);
  const grid = worklist.grid(page);
  for (let step = 0; step < 20; step++) {
    await grid.hover();
    await page.mouse.wheel(0, 14_000);
    await expect(worklist.rows(page).first()).not.toContainText('reading');
  }
  await grid.focus();
  await page.keyboard.press('End');
  await expect(worklist.rows(page).last()).toHaveAttribute('aria-rowindex', '10001');
  expect(await worklist.rows(page).count()).toBeLessThan(120);
  const heights = await worklist.rows(page).evaluateAll((rows) => [...new Set(rows.map((row) => row.getBoundingClientRect().height))]);
  expect(heights).toEqual([28]);
  expect(await layoutShifts(page)).toEqual([]);
});

test('the list narrows while a name is typed and says how many are left', async ({ bench }) => {
  const dataDir = join(await bench.folder(), 'data');
  await fillWorklist(dataDir, 500);
  const { page } = await bench.start({ dataDir, args: ['--no-demo'] });
  await expect(worklist.counts(page)).toContainText('500');
  await page.keyboard.press('/');
  await expect(page.getByTestId('filter-patient')).toBeFocused();
  await page.keyboard.type('PATIENT00042');
  await expect(worklist.rows(page)).toHaveCount(1);
  await expect(worklist.counts(page)).toContainText('1 of 500');
  // a description is found from the same field
  await page.getByTestId('filter-patient').fill('study 36 patient00036');
  await expect(worklist.rows(page)).toHaveCount(1);
  await expect(worklist.rows(page)).toContainText('STUDY 36');
});

test('a filter is saved as a list with a name and a count, is there after a restart, and is forgotten again', async ({ bench }) => {
  const dataDir = join(await bench.folder(), 'data');
  await fillWorklist(dataDir, 500);
  const first = await bench.start({ dataDir, args: ['--no-demo'] });
  await expect(worklist.counts(first.page)).toContainText('500');
  await first.page.keyboard.press('/');
  await first.page.keyboard.type('PATIENT0004');
  await expect(worklist.counts(first.page)).toContainText('10 of 500');
  await first.page.getByTestId('save-list').click();
  await first.page.getByTestId('list-name').fill('Ten of mine');
  await first.page.keyboard.press('Enter');
  const list = (page: Page) => page.getByTestId('list-mine:Ten of mine');
  await expect(list(first.page)).toContainText('10');
  await expect(list(first.page)).toHaveAttribute('aria-current', 'true');
  await first.page.getByTestId('list-all').click();
  await expect(worklist.counts(first.page)).not.toContainText('of 500');
  await first.app.evaluate(({ app }) => app.quit()).catch(() => undefined);
  await first.close();

  const { page } = await bench.start({ dataDir, args: ['--no-demo'] });
  // the list that was chosen just before the end, too
  await expect(list(page)).toBeVisible();
  await expect(page.getByTestId('list-all')).toHaveAttribute('aria-current', 'true');
  await list(page).click();
  await expect(worklist.counts(page)).toContainText('10 of 500');
  await expect(page.getByTestId('filter-patient')).toHaveValue('PATIENT0004');
  await page.screenshot({ path: test.info().outputPath('saved-list.png') });
  await page.getByRole('button', { name: 'Forget the list Ten of mine' }).click();
  await expect(list(page)).toHaveCount(0);
});

test('worklist, senders and palette have no serious fault for assistive technology', async ({ bench }) => {
  const { page } = await bench.start({ dataDir: await bench.demoFolder() });
  await demoComplete(page);
  const serious = async () => {
    // Playwright's Electron pages cannot open a second page, which the default mode of axe wants.
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
    return violations
      .filter((found) => found.impact === 'serious' || found.impact === 'critical')
      .map((found) => `${found.id}: ${found.nodes.map((node) => node.target.join(' ')).join(', ')}`);
  };
  expect(await serious(), 'worklist').toEqual([]);
  await page.getByTestId('status-node').click();
  await expect(page.getByTestId('senders')).toBeVisible();
  expect(await serious(), 'senders').toEqual([]);
  await closeWindow(page);
  await page.keyboard.press('Control+k');
  await expect(page.getByTestId('palette')).toBeVisible();
  expect(await serious(), 'palette').toEqual([]);
  await page.keyboard.press('Escape');
  await worklist.rows(page).first().dblclick();
  await expect(viewer.cells(page).first()).toBeVisible();
  expect(await serious(), 'viewer').toEqual([]);
});
