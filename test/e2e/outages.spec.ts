import type { Page } from '@playwright/test';
import { freePort } from '../support/orthanc';
import { expect, test } from '../support/e2e/workstation';

const shot = (page: Page, name: string) => page.screenshot({ path: `${process.env['ALTERNATOR_SHOTS'] ?? 'test-results/screens'}/outages-${name}.png` });

test('eight archives away at once are one calm line that names them, each with its own in the details', async ({ bench }) => {
  test.setTimeout(120_000);
  const args = ['--no-demo'];
  for (let n = 1; n <= 8; n++) args.push('--archive', `SITE${String(n)}=AWAY${String(n)}@127.0.0.1:${String(await freePort())}`);
  const station = await bench.start({ args });
  const { app, page } = station;
  await station.listening();
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setContentSize(1280, 800));
  const banner = page.getByTestId('outage-banner');
  await expect(banner).toContainText('8 archives do not answer, the first since', { timeout: 90_000 });
  await expect(banner).toHaveCount(1);
  await expect(banner).toContainText('SITE1, SITE2, SITE3, SITE4, SITE5, SITE6 and 2 others');
  const box = await banner.boundingBox();
  expect(box?.height).toBeLessThan(70);
  await expect(page.getByTestId('saved-lists').getByText('SITE8', { exact: true }), 'the name of an archive is not cut under its heading').toBeVisible();
  const cut = await page
    .getByTestId('saved-lists')
    .locator('[data-testid^="list-archive:"] .text')
    .evaluateAll((names) => names.filter((name) => name.scrollWidth > name.clientWidth).length);
  expect(cut).toBe(0);
  const together = page.getByTestId('status-archives');
  await expect(together, 'what does not fit is told together, and named on hover').toHaveText('8 archives: 8 no answer');
  await expect(together).toBeVisible();
  expect(((await together.getAttribute('title')) ?? '').split('\n').filter((words) => /^SITE\d: no answer since /.test(words))).toHaveLength(8);
  await expect(page.getByTestId('status-archive-SITE1')).toBeHidden();
  expect(await page.getByTestId('status-line').evaluate((line) => line.scrollWidth <= line.clientWidth), 'nothing of the line is cut').toBe(true);
  await shot(page, 'line');
  await page.getByTestId('outage-details').click();
  await expect(page.getByTestId('outage-each').getByRole('listitem')).toHaveCount(8);
  await shot(page, 'details');
});
