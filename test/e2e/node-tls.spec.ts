import type { Page } from '@playwright/test';
import { certificateShop } from '../support/certificates';
import { peer } from '../support/peers';
import { startStoreScp } from '../support/store-scp';
import { expect, test } from '../support/e2e/workstation';

const [openssl, storescp] = [peer('openssl'), peer('storescp')];
const NAME_THERE = 'pacs.hospital';

async function openPreferences(page: Page, id: string): Promise<void> {
  if (!(await page.getByTestId(`page-${id}`).isVisible())) await page.keyboard.press('Control+,');
  await page.getByTestId(`page-${id}`).click();
  await expect(page.getByTestId(`shown-${id}`)).toBeVisible();
}

/** Files of the page of TLS: each holds as soon as it is typed. */
async function nameFiles(page: Page, files: Readonly<Record<string, string>>): Promise<void> {
  await openPreferences(page, 'tls');
  for (const [id, file] of Object.entries(files)) {
    await page.getByTestId(`tls-${id}`).fill(file);
    await page.getByTestId(`tls-${id}`).press('Enter');
  }
}

test('a node is called by TLS: what is wrong with authority, name or certificate is said by the test of its form', async ({ bench }) => {
  test.skip(openssl === undefined || storescp === undefined, 'openssl or storescp is not installed');
  test.setTimeout(120_000);
  using shop = certificateShop(openssl ?? '');
  const [hospital, stranger] = [shop.authority('Hospital'), shop.authority('Stranger')];
  const server = hospital.issue(NAME_THERE, { subjectAltName: `DNS:${NAME_THERE}` });
  const own = hospital.issue('reading-7.hospital');
  // with +cf storescp wants a certificate of that authority from whoever calls
  await using scp = await startStoreScp(storescp ?? '', ['+xa', '+tls', server.keyFile, server.certificateFile, '+cf', hospital.certificateFile]);
  const { page } = await bench.start({ args: ['--no-demo'] });
  const shot = (name: string) => page.screenshot({ path: `${process.env['ALTERNATOR_SHOTS'] ?? 'test-results/screens'}/node-tls-${name}.png` });
  const found = page.getByTestId('node-test');
  const ask = async (outcome: RegExp, words: string): Promise<void> => {
    await page.getByTestId('node-ask').click();
    await expect(found).toHaveAttribute('data-outcome', outcome);
    await expect(found).toContainText(words);
  };
  const edit = async (): Promise<void> => {
    await openPreferences(page, 'nodes');
    await page.getByTestId('node-edit-SECURE').click();
  };

  await nameFiles(page, { caFile: stranger.certificateFile, certificateFile: own.certificateFile, keyFile: own.keyFile });
  await expect(page.getByTestId('tls-key-fits')).toBeVisible();
  await openPreferences(page, 'nodes');
  await page.getByTestId('node-add').click();
  await page.getByTestId('node-name').fill('SECURE');
  await page.getByTestId('node-ae').fill('STORESCP');
  await page.getByTestId('node-host').fill('127.0.0.1');
  await page.getByTestId('node-port').fill(String(scp.port));
  await page.getByTestId('node-tls').click();
  await expect(page.getByTestId('node-port')).toHaveValue(String(scp.port));
  await expect(page.getByTestId('node-tls-own')).toContainText(own.certificateFile);
  await expect(page.getByTestId('node-tls-own')).toContainText(stranger.certificateFile);
  await ask(/^(?!reachable|asking)/, 'does not lead to an authority that is trusted here');
  await shot('wrong-authority');
  await page.getByTestId('node-save').click();

  await nameFiles(page, { caFile: hospital.certificateFile });
  await edit();
  await expect(page.getByTestId('node-tls-own')).toContainText(hospital.certificateFile);
  await ask(/^(?!reachable|asking)/, `made out to another name (${NAME_THERE})`);
  await page.getByTestId('node-tls-name').fill('pacs hospital');
  await page.getByTestId('node-save').click();
  await expect(page.getByTestId('node-words')).toContainText('The name in its certificate is a host name');
  await page.getByTestId('node-tls-name').fill(NAME_THERE);
  await ask(/^reachable$/, 'STORESCP is reachable');
  await shot('reachable');
  await page.getByTestId('node-save').click();
  await page.getByTestId('node-test-SECURE').click();
  await expect(found).toHaveAttribute('data-outcome', 'reachable');

  await nameFiles(page, { certificateFile: '', keyFile: '' });
  await edit();
  await expect(page.getByTestId('node-tls-name')).toHaveValue(NAME_THERE);
  await expect(page.getByTestId('node-tls-own')).toContainText('a node that wants one refuses us');
  await ask(/^(?!reachable|asking)/, 'certificate of ours');
  await shot('no-certificate');
});
