import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { certificateShop } from '../support/certificates';
import { guardedArchive } from '../support/guarded-archive';
import { startOpenIdProvider } from '../support/openid-provider';
import { startOrthanc, webPlugin } from '../support/orthanc';
import { peer } from '../support/peers';
import { demoComplete, worklist } from '../support/e2e/screens';
import { writeStudy } from '../support/e2e/senders';
import { expect, test, type Workstation } from '../support/e2e/workstation';

const openssl = peer('openssl');
const shot = (page: Page, name: string) => page.screenshot({ path: `${process.env['ALTERNATOR_SHOTS'] ?? 'test-results/screens'}/access-${name}.png` });

async function openPreferences(page: Page, id: string): Promise<void> {
  await page.keyboard.press('Control+,');
  await page.getByTestId(`page-${id}`).click();
  await expect(page.getByTestId(`shown-${id}`)).toBeVisible();
}

async function expectNothingSerious(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  const serious = violations.filter((found) => found.impact === 'serious' || found.impact === 'critical');
  expect(serious.map((found) => `${found.id}: ${found.nodes.map((node) => node.target.join(' ')).join(', ')}`)).toEqual([]);
}

/** What the program hands to the browser of the system, in the place of a browser. */
async function catchBrowser({ app }: Workstation): Promise<() => Promise<string>> {
  await app.evaluate(({ shell }) => {
    shell.openExternal = (url: string) => {
      (globalThis as { opened?: string }).opened = url;
      return Promise.resolve();
    };
  });
  return async () => {
    await expect.poll(() => app.evaluate(() => (globalThis as { opened?: string }).opened)).toBeDefined();
    return (await app.evaluate(() => (globalThis as { opened?: string }).opened)) ?? '';
  };
}

test('an archive by DICOMweb is added, and a person signs in to it in the browser of the system', async ({ bench }) => {
  test.setTimeout(120_000);
  await using provider = await startOpenIdProvider();
  const archive = await guardedArchive(() => provider);
  try {
    const station = await bench.start({ args: ['--no-demo'] });
    const { page } = station;
    const opened = await catchBrowser(station);
    await openPreferences(page, 'nodes');
    await page.getByTestId('node-add').click();
    await page.getByTestId('node-name').fill('CLOUD');
    await page.getByTestId('choice-web').click();
    await page.getByTestId('node-save').click();
    await expect(page.getByTestId('node-words')).toContainText('The root of its DICOMweb services is missing');
    await page.getByTestId('node-url').fill(archive.url);
    await page.getByTestId('node-access').click();
    await page.getByTestId('node-access-signIn').click();
    await page.getByTestId('node-service').fill(provider.issuer);
    await page.getByTestId('node-client').fill('station');
    await shot(page, 'form');
    await expectNothingSerious(page);
    await page.getByTestId('node-save').click();
    const line = page.getByTestId('node-access-line');
    await expect(line).toHaveAttribute('data-state', 'signInNeeded');
    // the station asks the archive by itself, and says what a person must do until it is done
    const needed = page.getByTestId('station-notice').filter({ hasText: 'No access to CLOUD now' });
    await expect(needed).toBeVisible();
    await page.getByTestId('node-sign-in-CLOUD').click();
    await expect(line).toContainText('The browser of this computer was opened');
    await shot(page, 'waiting');
    expect((await provider.visit(await opened())).status).toBe(200);
    await expect(line).toHaveAttribute('data-state', 'signedIn');
    await expect(line).toContainText('Signed in as reader');
    await expect(needed).toHaveCount(0);
    await page.getByTestId('node-test-CLOUD').click();
    await expect(page.getByTestId('node-test')).toHaveAttribute('data-outcome', 'reachable');
    await shot(page, 'signed-in');
    await page.getByTestId('node-sign-out-CLOUD').click();
    await expect(line).toHaveAttribute('data-state', 'signInNeeded');
  } finally {
    await archive.close();
  }
});

test('an archive is added with a client of the station itself: a wrong secret is said in clear words, with the right one a study comes', async ({ bench }) => {
  const [program, plugin] = [peer('Orthanc'), webPlugin()];
  test.skip(program === undefined || plugin === undefined, 'Orthanc with its DICOMweb plugin is not installed');
  test.setTimeout(120_000);
  await using provider = await startOpenIdProvider();
  await using orthanc = await startOrthanc(
    program ?? '',
    { aet: 'ALTERNATOR', port: 104 },
    { Plugins: [plugin], DicomWeb: { Enable: true, Root: '/dicom-web/' } },
  );
  const study = await writeStudy(await bench.folder(), 'Robot^Rosa', 3, 91);
  for (const file of study.files) await orthanc.upload(await readFile(file));
  const archive = await guardedArchive(() => provider, orthanc.url);
  try {
    const station = await bench.start({ args: ['--no-demo'] });
    const { page } = station;
    await openPreferences(page, 'nodes');
    await page.getByTestId('node-add').click();
    await page.getByTestId('node-name').fill('CLOUD');
    await page.getByTestId('choice-web').click();
    await page.getByTestId('node-url').fill(archive.url);
    await page.getByTestId('node-access').click();
    await page.getByTestId('node-access-client').click();
    await page.getByTestId('node-service').fill(`${provider.issuer}/token`);
    await page.getByTestId('node-client').fill('robot');
    await page.getByTestId('node-secret').fill('of-last-year');
    await page.getByTestId('node-save').click();
    await page.getByTestId('node-test-CLOUD').click();
    await expect(page.getByTestId('node-test')).toContainText(
      'does not take client "robot" with this secret: one of the two is wrong, or the secret has expired',
    );
    await shot(page, 'wrong-secret');
    await page.getByTestId('node-edit-CLOUD').click();
    await expect(page.getByTestId('node-secret')).toHaveValue('');
    await page.getByTestId('node-secret').fill('hush');
    await page.getByTestId('node-save').click();
    await page.getByTestId('node-test-CLOUD').click();
    await expect(page.getByTestId('node-test')).toHaveAttribute('data-outcome', 'reachable');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+f');
    await expect(page.getByTestId('search-at-CLOUD')).toBeVisible();
    await page.getByTestId('search-patient').fill('robot');
    await page.keyboard.press('Enter');
    await expect(worklist.row(page, study.StudyInstanceUID)).toContainText('at CLOUD');
    await worklist.row(page, study.StudyInstanceUID).click();
    await page.getByTestId('fetch-study').click();
    await expect(worklist.row(page, study.StudyInstanceUID)).toContainText('proven at CLOUD', { timeout: 30_000 });
    const logs = join(station.dataDir, 'logs');
    for (const name of await readdir(logs)) expect(await readFile(join(logs, name), 'utf8'), name).not.toMatch(/of-last-year|hush/);
  } finally {
    await archive.close();
  }
});

test('the page of TLS says what stands in the files, and takes the key into the store', async ({ bench }) => {
  test.skip(openssl === undefined, 'openssl is not installed');
  using shop = certificateShop(openssl ?? '');
  const authority = shop.authority('St. Elsewhere CA');
  const own = authority.issue('reading-7.hospital', { until: new Date(Date.now() + 12.5 * 86_400_000).toISOString().replace(/[-:T]|\.\d+/g, '') });
  const { page } = await bench.start({ args: ['--no-demo'] });
  await openPreferences(page, 'tls');
  for (const [id, file] of [
    ['caFile', authority.certificateFile],
    ['certificateFile', own.certificateFile],
    ['keyFile', own.keyFile],
  ] as const) {
    await page.getByTestId(`tls-${id}`).fill(file);
    await page.getByTestId(`tls-${id}`).press('Enter');
  }
  await expect(page.getByTestId('certificate').filter({ hasText: 'reading-7.hospital' })).toHaveAttribute('data-state', 'soon');
  await expect(page.getByTestId('tls-problem').filter({ hasText: 'expires on' })).toContainText('in 12 days');
  await expect(page.getByTestId('tls-key-fits')).toBeVisible();
  await expect(page.getByTestId('secrets-status')).not.toBeEmpty();
  await shot(page, 'tls');
  await expectNothingSerious(page);
  await page.getByTestId('tls-key-keep').click();
  await expect(page.getByTestId('tls-key-kept')).toBeVisible();
  await shot(page, 'tls-kept');
});

test('the health board counts what came, who brought it, and what was written down', async ({ bench }) => {
  test.setTimeout(120_000);
  const { page } = await bench.start({ dataDir: await bench.demoFolder(), args: ['--archive', 'MAIN=NOBODY@127.0.0.1:1'] });
  await demoComplete(page);
  await page.getByTestId('status-archive-MAIN').click();
  await expect(page.getByTestId('health-screen')).toBeVisible();
  await expect(page.getByTestId('health-log').locator('li').first()).toBeVisible({ timeout: 20_000 });
  await expect(page.getByTestId('health-scrub')).toContainText('in quiet hours');
  await expect(page.getByTestId('health-senders')).toContainText('files and demo');
  await page.setViewportSize({ width: 1920, height: 1080 }).catch(() => undefined);
  await shot(page, 'health');
  await expectNothingSerious(page);
});
