import type { Page } from '@playwright/test';
import { expectExact } from '../support/e2e/exact-picture';
import { demoPlan } from '../support/e2e/node-side';
import { decodePng, type Picture } from '../support/e2e/png';
import { greyAt } from '../support/e2e/reference';
import { closeWindow, demoComplete, openStudy, viewer, windowOf } from '../support/e2e/screens';
import { expect, test } from '../support/e2e/workstation';

for (const scale of [1.25, 1.5, 2]) {
  test(`on a display scaled by ${scale} an image at 1:1 and the lines of a pattern stand device pixel by device pixel`, async ({ bench }) => {
    const images = (await demoPlan()).filter(({ study, series }) => study === 'ct-chest' && series === 'soft');
    const { page } = await bench.start({ dataDir: await bench.demoFolder(), args: [`--force-device-scale-factor=${scale}`] });
    await demoComplete(page);
    expect(await page.evaluate(() => devicePixelRatio)).toBe(scale);
    await openStudy(page, images[0]?.StudyInstanceUID ?? '');
    const cell = viewer.active(page);
    await viewer.rail(page).filter({ hasText: 'Chest 2.0 soft' }).click();
    await page.keyboard.press('Shift+F');
    await page.keyboard.press('1');
    await expect.poll(() => windowOf(cell)).toEqual({ width: 1500, center: -600 });
    await expectExact(page, cell, images);
    await page.screenshot({ path: test.info().outputPath(`image-${scale}.png`) });

    await page.getByTestId('status-display').click();
    await page.getByTestId('display-pattern').click();
    for (const [name, across] of [
      ['lines across', true],
      ['lines down', false],
    ] as const) {
      const glass = await patternCalled(page, name);
      expect([name, linesWrong(glass, across)]).toEqual([name, 0]);
    }
    await page.keyboard.press('Escape');
    await closeWindow(page);
  });
}

/** Goes on to the pattern of this name and returns it as it stands on the glass, without its bar. */
async function patternCalled(page: Page, name: string): Promise<Picture> {
  const [shown, bar] = [page.getByTestId('pattern-name'), page.getByTestId('pattern-bar')];
  await expect(bar).toBeHidden();
  await page.keyboard.press('b');
  await expect(bar).toBeVisible();
  for (let step = 0; step < 20 && (await shown.textContent())?.includes(name) !== true; step++) await page.getByTestId('pattern-next').click();
  await expect(shown).toContainText(name);
  await page.keyboard.press('b');
  await expect(bar).toBeHidden();
  return decodePng(await page.screenshot());
}

/** Pixels that are not those of lines of one device pixel each, dark and bright in turn. */
function linesWrong(glass: Picture, across: boolean): number {
  const at = (along: number, aside: number): number => (across ? greyAt(glass, aside, along) : greyAt(glass, along, aside));
  const [length, other] = across ? [glass.height, glass.width] : [glass.width, glass.height];
  const pair = [at(100, 100), at(101, 100)];
  if (Math.abs((pair[0] ?? 0) - (pair[1] ?? 0)) < 10) return length * other;
  let wrong = 0;
  for (let along = 0; along < length; along++) for (let aside = 0; aside < other; aside += 7) if (at(along, aside) !== pair[along % 2]) wrong++;
  return wrong;
}
