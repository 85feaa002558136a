import { expectExact } from '../support/e2e/exact-picture';
import { firstWindow } from '../support/e2e/reference';
import type { DemoImage } from '../support/e2e/node-side';
import { demoDataSet, demoPlan, demoStudyUid } from '../support/e2e/node-side';
import { demoComplete, imageNumberOf, openStudy, viewer, windowOf, worklist } from '../support/e2e/screens';
import { expect, test } from '../support/e2e/workstation';

/** The CT series that is read: study, and its images in the order of the stack. */
async function softSeries(): Promise<{ study: string; images: DemoImage[] }> {
  const images = (await demoPlan()).filter(({ study, series }) => study === 'ct-chest' && series === 'soft');
  return { study: images[0]?.StudyInstanceUID ?? '', images };
}

test('a CT opens, scrolls and windows, and what stands on the glass is the exact grey of each pixel', async ({ bench }) => {
  const { study, images } = await softSeries();
  const { page } = await bench.start({ dataDir: await bench.demoFolder() });
  await demoComplete(page);
  await openStudy(page, study);
  const cell = viewer.active(page);
  await viewer.rail(page).filter({ hasText: 'Chest 2.0 soft' }).click();
  await page.keyboard.press('Home');
  await expect.poll(() => imageNumberOf(cell)).toEqual([1, 150]);
  await cell.hover();
  for (let step = 0; step < 4; step++) {
    await page.mouse.wheel(0, 100);
    await page.waitForTimeout(400); // slow turns: a fast wheel accelerates on purpose
  }
  await page.keyboard.press('ArrowDown');
  await expect.poll(async () => (await imageNumberOf(cell))[0]).toBeGreaterThan(4);
  // One image pixel on one screen pixel: nothing is interpolated.
  await page.keyboard.press('Shift+F');
  await page.keyboard.press('1');
  await expect.poll(() => windowOf(cell)).toEqual({ width: 1500, center: -600 });
  await expectExact(page, cell, images);
  await page.keyboard.press('2');
  await expect.poll(() => windowOf(cell)).toEqual({ width: 400, center: 40 });
  await expectExact(page, cell, images);
  await page.keyboard.press('ArrowDown');
  await expectExact(page, cell, images);
});

test("the image opens in its file's own window", async ({ bench }) => {
  const { study, images } = await softSeries();
  const { page } = await bench.start({ dataDir: await bench.demoFolder() });
  await demoComplete(page);
  await openStudy(page, study);
  const [first] = images;
  const own = firstWindow(first === undefined ? new Uint8Array() : await demoDataSet(first));
  await viewer.rail(page).filter({ hasText: 'Chest 2.0 soft' }).click();
  await expect.poll(() => windowOf(viewer.active(page))).toEqual(own);
});

test('name and id of the patient stand on the image at every level of corner texts', async ({ bench }) => {
  const study = await demoStudyUid('ct-chest');
  const { page } = await bench.start({ dataDir: await bench.demoFolder() });
  await demoComplete(page);
  await openStudy(page, study);
  const cell = viewer.active(page);
  for (let level = 0; level < 3; level++) {
    await expect(cell).toContainText(/DOE, Jane/i);
    await expect(cell).toContainText('DEMO-4711');
    await page.keyboard.press('o');
  }
});

test('the prior is offered with the study and says how much older it is', async ({ bench }) => {
  const study = await demoStudyUid('ct-chest');
  const { page } = await bench.start({ dataDir: await bench.demoFolder() });
  await demoComplete(page);
  await worklist.row(page, study).click();
  await expect(page.getByTestId('priors')).toContainText('CT CHEST');
});
