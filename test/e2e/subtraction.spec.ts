import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { el, encodeDataSet, encodePart10, sampleImage, sq } from '../support/dicom';
import { decodePng } from '../support/e2e/png';
import { viewer } from '../support/e2e/screens';
import { expect, test } from '../support/e2e/workstation';

const XA = '1.2.840.10008.5.1.4.1.1.12.1';
const SIDE = 64;
/** Where the contrast is: columns and rows of the third frame and on. */
const isVessel = (column: number, row: number): boolean => column >= 24 && column < 40 && row >= 10 && row < 54;

/** A run of six frames over a busy background: two masks that differ, then contrast over their mean. Frame 5 lies two rows lower: the patient moved. */
function run(): Uint8Array {
  const bone = (column: number, row: number): number => 900 + 2 * (((column * 37 + row * 53) % 400) + column * 4);
  const pixels = new Uint16Array(SIDE * SIDE * 6);
  for (let frame = 0; frame < 6; frame++)
    for (let row = 0; row < SIDE; row++)
      for (let column = 0; column < SIDE; column++) {
        const seen = frame === 4 ? Math.max(0, row - 2) : row;
        const noise = frame === 0 ? 6 : frame === 1 ? -6 : 0;
        pixels[(frame * SIDE + row) * SIDE + column] = bone(column, seen) + noise - (frame >= 2 && isVessel(column, row) ? 300 : 0);
      }
  const mask = [el(0x00286101, 'CS', 'AVG_SUB'), el(0x00286102, 'US', [3, 6]), el(0x00286110, 'US', [1, 2])];
  const elements = sampleImage({
    ...{ SOPClassUID: XA, Modality: 'XA', SOPInstanceUID: '2.25.3001', SeriesInstanceUID: '2.25.3101', Rows: SIDE, Columns: SIDE, NumberOfFrames: 6 },
    pixels: new Uint8Array(pixels.buffer),
    extra: [
      el(0x00281040, 'CS', 'LOG'),
      el(0x00281050, 'DS', 1500),
      el(0x00281051, 'DS', 2500),
      el(0x00281052, 'DS', 0),
      el(0x00281054, 'LO', 'US'),
      el(0x00281090, 'CS', 'SUB'),
      sq(0x00286100, [mask]),
    ],
  });
  return encodePart10({ SOPClassUID: XA, SOPInstanceUID: '2.25.3001', TransferSyntaxUID: '1.2.840.10008.1.2.1' }, encodeDataSet(elements));
}

/** How many pixels in the middle of the picture have each level. */
async function levels(page: Page, cell: Locator): Promise<Map<number, number>> {
  const { x, y, width, height } = (await cell.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  const clip = { x: Math.round(x + width / 2) - 140, y: Math.round(y + height / 2) - 140, width: 280, height: 280 };
  const { rgb } = decodePng(await page.screenshot({ clip }));
  const found = new Map<number, number>();
  for (let at = 0; at < rgb.length; at += 3) found.set(rgb[at] ?? 0, (found.get(rgb[at] ?? 0) ?? 0) + 1);
  return found;
}

test('the mask of a run is taken off exactly, said on the screen, moved by the hand, and put back', async ({ bench }) => {
  const folder = join(await bench.folder(), 'files');
  await mkdir(folder);
  await writeFile(join(folder, 'run.dcm'), run());
  const { page } = await bench.start({ args: ['--no-demo', folder] });
  const cell = viewer.active(page);
  await expect(cell).toHaveAttribute('data-shows', 'true', { timeout: 30_000 });
  const states = cell.getByTestId('viewport-states');
  await expect(states).toContainText('not subtracted, the image recommends it: Alt+M');
  await cell.focus();
  await page.keyboard.press('Home');
  for (let step = 0; step < 3; step++) await page.keyboard.press('ArrowDown');
  await expect(cell).toContainText('Im 4/6');
  const natural = await levels(page, cell);
  expect(natural.size).toBeGreaterThan(60);

  await page.keyboard.press('Alt+m');
  await expect(states).toHaveText('subtracted: mask frames 1-2');
  // What did not change is mid grey, the contrast black: nothing else is left but the edge between both.
  await expect.poll(async () => (await levels(page, cell)).get(128) ?? 0).toBeGreaterThan(9_000);
  const subtracted = await levels(page, cell);
  expect((subtracted.get(128) ?? 0) + (subtracted.get(0) ?? 0)).toBeGreaterThan(0.85 * 280 * 280);
  expect(subtracted.get(0) ?? 0).toBeGreaterThan(8_000);
  await page.screenshot({ path: test.info().outputPath('subtracted.png') });

  // The patient moved: bones stand beside the vessel until the mask follows.
  await page.keyboard.press('ArrowDown');
  await expect(cell).toContainText('Im 5/6');
  expect((await levels(page, cell)).size).toBeGreaterThan(40);
  for (let press = 0; press < 4; press++) await page.keyboard.press('Control+ArrowDown');
  await expect(states).toHaveText('subtracted: mask frames 1-2, mask moved 2 down');
  await expect.poll(async () => (await levels(page, cell)).get(128) ?? 0).toBeGreaterThan(9_000);

  // Before the contrast the object means no mask.
  await page.keyboard.press('Home');
  await expect(states).toHaveText('not subtracted: no mask is meant for this frame');
  await page.keyboard.press('End');
  await page.keyboard.press('Control+m');
  await expect(states).toHaveText('subtracted: mask frame 6');
  await expect.poll(async () => (await levels(page, cell)).get(128) ?? 0).toBe(280 * 280);

  await page.keyboard.press('Home');
  for (let step = 0; step < 3; step++) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Alt+m');
  await expect(states).toContainText('not subtracted any more');
  await expect.poll(() => levels(page, cell)).toEqual(natural);
});
