import type { Locator, Page } from '@playwright/test';
import { expect } from '@playwright/test';
import { decodePng } from './png';

/** What the tests press and read, in one place. */
export const worklist = {
  grid: (page: Page) => page.getByTestId('worklist-grid'),
  rows: (page: Page) => page.getByTestId('study-row'),
  row: (page: Page, studyUid: string) => page.locator(`[data-testid="study-row"][data-study="${studyUid}"]`),
  counts: (page: Page) => page.getByTestId('list-counts'),
};

export const viewer = {
  cells: (page: Page) => page.getByTestId('viewport'),
  active: (page: Page) => page.locator('[data-testid="viewport"].active'),
  rail: (page: Page) => page.getByTestId('rail-item'),
  states: (scope: Page | Locator) => scope.getByTestId('viewport-states'),
};

/** Number of the image and of all images that the corner of a viewport says. */
export async function imageNumberOf(cell: Locator): Promise<[number, number]> {
  const found = /Im (\d+)\/(\d+)/.exec(await cell.innerText());
  return [Number(found?.[1] ?? NaN), Number(found?.[2] ?? NaN)];
}

/** The window that the corner of a viewport says. */
export async function windowOf(cell: Locator): Promise<{ center: number; width: number }> {
  const found = /W (-?[\d.]+) L (-?[\d.]+)/.exec(await cell.innerText());
  return { width: Number(found?.[1] ?? NaN), center: Number(found?.[2] ?? NaN) };
}

/** Opens a study by its row and waits for its first picture. */
export async function openStudy(page: Page, studyUid: string): Promise<void> {
  const row = worklist.row(page, studyUid);
  await expect(row).toBeVisible({ timeout: 60_000 });
  await row.dblclick();
  await expect(viewer.cells(page).first()).toBeVisible();
}

/** Waits until the demo set is complete: its three studies with all their images. */
export async function demoComplete(page: Page): Promise<void> {
  await expect(worklist.rows(page)).toHaveCount(3, { timeout: 180_000 });
  for (const images of ['212', '59', '77'])
    await expect(worklist.rows(page).filter({ hasText: new RegExp(`(^|\\D)${images}(\\D|$)`) })).toHaveCount(1, { timeout: 180_000 });
}

/** Runs a command of the palette: a key typed before the palette has the focus belongs to nobody. */
export async function runByPalette(page: Page, words: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.getByTestId('palette-input').fill(words);
  await page.getByTestId('palette-entry').filter({ hasText: words }).first().click();
  await expect(page.getByTestId('palette')).toHaveCount(0);
}

/** Closes the window that lies over the screen: until it is gone, the keys are its own. */
export async function closeWindow(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  await expect(page.locator('[role="dialog"][data-state="open"]')).toHaveCount(0);
}

/** Lays the viewports out by the menu and waits until it is gone: it gives the focus back when it closes. */
export async function layOut(page: Page, layout: string, cells: number): Promise<void> {
  await page.keyboard.press('g');
  await page.getByTestId(`menu-layout.${layout}`).click();
  await expect(page.locator('[role="dialog"][data-state="open"]')).toHaveCount(0);
  await expect(viewer.cells(page)).toHaveCount(cells);
}

/** The picture of an element when two in a row are the same: what was asked for has been drawn. */
export async function settledPicture(element: Locator, path: string): Promise<ReturnType<typeof decodePng>> {
  let last = await element.screenshot();
  await expect(async () => {
    const next = await element.screenshot({ path });
    const same = next.equals(last);
    last = next;
    expect(same, 'the picture still changes').toBe(true);
  }).toPass({ intervals: [250], timeout: 20_000 });
  return decodePng(last);
}
