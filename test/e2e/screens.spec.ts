import type { Page } from '@playwright/test';
import { demoStudyUid } from '../support/e2e/node-side';
import { closeWindow, demoComplete, imageNumberOf, openStudy, viewer, worklist } from '../support/e2e/screens';
import { expect, test } from '../support/e2e/workstation';
import type { Workstation } from '../support/e2e/workstation';

const SIZES = [
  [1280, 800],
  [1920, 1080],
  [2560, 1600],
  [1536, 2048],
] as const;

async function resize({ app, page }: Workstation, width: number, height: number): Promise<void> {
  await app.evaluate(({ BrowserWindow }, [w, h]) => BrowserWindow.getAllWindows()[0]?.setContentSize(w ?? 0, h ?? 0), [width, height]);
  // A virtual display may be smaller than the screen that is asked for: the page is laid out at that size then.
  await page.setViewportSize({ width, height }).catch(() => undefined);
  await expect.poll(() => page.evaluate(() => [innerWidth, innerHeight])).toEqual([width, height]);
}

/** Nothing may stick out of the window, whatever its size. */
async function fits(page: Page): Promise<void> {
  const over = await page.evaluate(() => {
    const { scrollWidth, scrollHeight } = document.documentElement;
    if (scrollWidth <= innerWidth && scrollHeight <= innerHeight) return [];
    const sticksOut = (element: Element): boolean => element.getBoundingClientRect().bottom > innerHeight || element.getBoundingClientRect().right > innerWidth;
    const names = [...document.querySelectorAll('body *')].filter(sticksOut).map((element) => `${element.tagName} ${element.className} ${element.id}`);
    return [`${scrollWidth - innerWidth} x ${scrollHeight - innerHeight} over`, ...names.slice(0, 12)];
  });
  expect(over).toEqual([]);
}

test('every screen fits the window at four sizes; pictures are kept for a person to look at', async ({ bench }) => {
  test.setTimeout(240_000);
  const station = await bench.start({ dataDir: await bench.demoFolder() });
  const { page } = station;
  const out = (name: string, width: number, height: number) => `test-results/screens/${name}-${width}x${height}.png`;
  await demoComplete(page);
  const atAllSizes = async (name: string) => {
    for (const [width, height] of SIZES) {
      await resize(station, width, height);
      await page.waitForTimeout(700);
      await fits(page);
      await page.screenshot({ path: out(name, width, height) });
    }
  };
  await worklist.rows(page).first().click();
  await atAllSizes('worklist');
  await page.getByTestId('status-node').click();
  await expect(page.getByTestId('senders')).toBeVisible();
  await atAllSizes('senders');
  await closeWindow(page);
  await page.keyboard.press('Control+k');
  await expect(page.getByTestId('palette')).toBeVisible();
  await atAllSizes('palette');
  await closeWindow(page);
  await page.keyboard.press('?');
  await expect(page.getByTestId('change-keys')).toBeVisible();
  await atAllSizes('keys');
  await closeWindow(page);
  await openStudy(page, await demoStudyUid('ct-chest'));
  await viewer.rail(page).filter({ hasText: 'Chest 2.0 soft' }).click();
  await page.keyboard.press('Home');
  for (let step = 0; step < 54; step++) await page.keyboard.press('ArrowDown');
  await expect.poll(() => imageNumberOf(viewer.active(page))).toEqual([55, 150]);
  await atAllSizes('viewer-ct');
  await page.getByTestId('tab-worklist').click();
  await openStudy(page, await demoStudyUid('mr-brain'));
  await atAllSizes('viewer-mr');
});

test('the empty list and its teaching fit at four sizes', async ({ bench }) => {
  const station = await bench.start({ args: ['--no-demo'] });
  await expect(station.page.getByTestId('worklist-empty')).toBeVisible();
  for (const [width, height] of SIZES) {
    await resize(station, width, height);
    await fits(station.page);
    await station.page.screenshot({ path: `test-results/screens/empty-${width}x${height}.png` });
  }
});
