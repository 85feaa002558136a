import type { Page } from '@playwright/test';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { displayLevel, gsdfDisplayTable, measuredLevels } from '../../../shared/grayscale';
import { expect, type Workbench } from './workstation';

/** A simulated panel of 8 bits, 1 to 350 cd/m², gamma 2.2. */
export const panel = (level: number): number => 1 + 349 * (Math.round(level) / 255) ** 2.2;
export const levels = measuredLevels(18);
const table = gsdfDisplayTable(levels.map(panel));
export const alone = levels.map((level) => `${level},${panel(level).toFixed(5)}`).join('\n');
export const corrected = levels.map((p) => `${p},${panel(displayLevel(p / 255, table)).toFixed(5)}`).join('\n');

/** Gives the file of a series of readings to the window of displays. */
export async function upload(page: Page, which: 'alone' | 'verified', folder: string, text: string): Promise<void> {
  const file = join(folder, `${which}.csv`);
  await writeFile(file, text);
  const chooser = page.waitForEvent('filechooser');
  await page.getByTestId(`csv-${which}`).click();
  await (await chooser).setFiles(file);
}

/** Measures by files and signs. */
export async function calibrate(page: Page, bench: Workbench): Promise<void> {
  const folder = await bench.folder();
  await page.getByTestId('status-display').click();
  await expect(page.getByTestId('display-dialog')).toBeVisible();
  await upload(page, 'alone', folder, `grey,cd/m2\n${alone}`);
  await upload(page, 'verified', folder, corrected);
  await expect(page.getByTestId('display-result')).toContainText('within the limits for CT');
  await page.getByTestId('display-by').fill('M. Okafor');
  await page.getByTestId('display-sign').click();
  await expect(page.getByTestId('display-said')).toContainText('Signed. It holds now.');
}
