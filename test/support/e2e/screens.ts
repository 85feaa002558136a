import type { Locator, Page } from '@playwright/test';
import { expect } from '@playwright/test';

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
