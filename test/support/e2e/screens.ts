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
  active: (page: Page) => page.locator('[data-testid="viewport"][data-active="true"]'),
  imageNumber: (scope: Page | Locator) => scope.getByTestId('image-number'),
  window: (scope: Page | Locator) => scope.getByTestId('window-text'),
  patient: (scope: Page | Locator) => scope.getByTestId('patient-text'),
  rail: (page: Page) => page.getByTestId('rail-item'),
  state: (scope: Page | Locator) => scope.getByTestId('viewport-state'),
};

/** Opens a study by its row and waits for its first picture. */
export async function openStudy(page: Page, studyUid: string): Promise<void> {
  const row = worklist.row(page, studyUid);
  await expect(row).toBeVisible({ timeout: 60_000 });
  await row.dblclick();
  await expect(viewer.cells(page).first()).toBeVisible();
}

/** Waits until the demo set is complete: its three studies with all their images. */
export async function demoComplete(page: Page): Promise<void> {
  await expect(worklist.rows(page)).toHaveCount(3, { timeout: 90_000 });
  for (const images of ['212', '59', '77'])
    await expect(worklist.rows(page).filter({ hasText: new RegExp(`(^|\\D)${images}(\\D|$)`) })).toHaveCount(1, { timeout: 90_000 });
}
