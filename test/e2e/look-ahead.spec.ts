import { demoComplete, openStudy, viewer, worklist } from '../support/e2e/screens';
import { expect, test } from '../support/e2e/workstation';

test('what the reader rests on is loaded before it is opened, and given up when the reader moves on', async ({ bench }) => {
  const { page } = await bench.start({ dataDir: await bench.demoFolder() });
  await demoComplete(page);
  const rows = worklist.rows(page);
  const memory = async (): Promise<string> => (await page.getByTestId('status-images').textContent())?.split('/')[0]?.trim() ?? '';
  const seen: string[] = [];
  for (let at = 0; at < 3; at++) {
    await rows.nth(at).click();
    await expect.poll(memory, 'the set of this row, and of no other').not.toBe(seen.at(-1) ?? '0 B');
    seen.push(await memory());
  }
  await rows.nth(0).click();
  await expect.poll(memory, 'the others have gone').toBe(seen[0]);

  const study = (await rows.nth(0).getAttribute('data-study')) ?? '';
  await openStudy(page, study);
  await expect(viewer.active(page)).toHaveAttribute('data-shows', 'true');
});
