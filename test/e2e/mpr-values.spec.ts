import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { el, encodeDataSet, encodePart10, sampleImage } from '../support/dicom';
import { decodePng } from '../support/e2e/png';
import { viewer } from '../support/e2e/screens';
import { expect, test } from '../support/e2e/workstation';

const PET = '1.2.840.10008.5.1.4.1.1.128';
const [rows, columns, slices] = [120, 160, 16];

/** An uptake that no two slices store alike: each has its own slope, as scanners write PET. The stack is tilted by 15 degrees. */
async function writePet(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (let slice = 0; slice < slices; slice++) {
    const slope = 0.31 + 0.05 * ((slice * 5) % 7);
    const pixels = Uint16Array.from({ length: rows * columns }, (_, at) => {
      const [x, y] = [at % columns, Math.floor(at / columns)];
      const uptake = 4000 * Math.exp(-(((x - 80) / 30) ** 2 + ((y - 60) / 24) ** 2 + ((slice - 8) / 5) ** 2)) + 300 + 3 * x;
      return Math.round(uptake / slope);
    });
    const shifted = 2.5 * slice * Math.tan((15 * Math.PI) / 180);
    const SOPInstanceUID = `2.25.77${slice}`;
    const elements = sampleImage({
      ...{ SOPClassUID: PET, SOPInstanceUID, Modality: 'PT', InstanceNumber: slice + 1, Rows: rows, Columns: columns, pixels: new Uint8Array(pixels.buffer) },
      extra: [
        ...[el(0x00200032, 'DS', ['-80', (-60 + shifted).toFixed(4), (2.5 * slice).toFixed(2)]), el(0x00280030, 'DS', [1, 1]), el(0x00541001, 'CS', 'BQML')],
        ...[el(0x00280101, 'US', 16), el(0x00280102, 'US', 15), el(0x00281050, 'DS', 2000), el(0x00281051, 'DS', 4000)],
        ...[el(0x00281052, 'DS', 0), el(0x00281053, 'DS', slope.toFixed(2)), el(0x00281054, 'LO', 'BQML')],
      ],
    });
    const file = encodePart10({ SOPClassUID: PET, SOPInstanceUID, TransferSyntaxUID: '1.2.840.10008.1.2.1' }, encodeDataSet(elements));
    await writeFile(join(folder, `${slice}.dcm`), file);
  }
}

/** Levels in the middle of a viewport, where no text stands. */
async function picture(page: Page, cell: Locator): Promise<Uint8Array> {
  const { x, y, width, height } = (await cell.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  return decodePng(await page.screenshot({ clip: { x: Math.round(x + width / 2) - 60, y: Math.round(y + height / 2) - 40, width: 120, height: 80 } })).rgb;
}

test('PET slices with a slope each, of a tilted stack, are cut into planes: the images themselves along them, activity between them', async ({ bench }) => {
  const folder = join(await bench.folder(), 'files');
  await writePet(folder);
  const { page } = await bench.start({ args: ['--no-demo', folder] });
  const stack = viewer.active(page);
  await expect(stack).toHaveAttribute('data-shows', 'true', { timeout: 30_000 });
  await expect(stack.getByTestId('viewport-states')).not.toContainText('fetching', { timeout: 60_000 });
  await stack.focus();
  await page.keyboard.press('Home');
  for (let step = 0; step < slices / 2; step++) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Shift+F');
  await expect(stack).toContainText('9/16');
  const zOf = async (cell: Locator): Promise<number> => Number(/^z (-?[\d.]+) mm/m.exec(await cell.innerText())?.[1] ?? NaN);
  const z = await zOf(stack);
  // The pixels follow the words by a frame of the screen.
  await expect.poll(async () => new Set(await picture(page, stack)).size).toBeGreaterThan(50);
  const image = await picture(page, stack);

  await page.keyboard.press('u');
  const planes = [16, 17, 18].map((number) => page.locator(`[data-viewport][data-number="${number}"]`));
  const [axial, sagittal, coronal] = planes as [Locator, Locator, Locator];
  for (const plane of planes) await expect(plane).toHaveAttribute('data-shows', 'true');
  await expect(axial.getByTestId('viewport-states')).toContainText('tilted stack, 15.0°');
  await page.screenshot({ path: test.info().outputPath('pet-planes.png') });
  await page.keyboard.press('q');
  const box = (await coronal.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  await page.mouse.move(box.x + box.width / 2 - 30, box.y + box.height / 2 + 10);
  await expect(coronal.getByTestId('probe')).toHaveText(/^[\d.]+ Bq\/ml, between voxels$/);
  await expect(sagittal).toContainText('W 4000');
  await page.keyboard.press('q');

  await axial.focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Shift+F');
  await page.keyboard.press('Shift+X');
  await expect(axial.getByTestId('crosshair')).toHaveCount(0);
  for (let tries = 0; tries < slices && Math.abs((await zOf(axial)) - z) > 0.1; tries++)
    await page.keyboard.press((await zOf(axial)) < z ? 'ArrowDown' : 'ArrowUp');
  expect(await zOf(axial)).toBeCloseTo(z, 1);
  const apart = async (): Promise<{ most: number; differ: number }> => {
    const plane = await picture(page, axial);
    const off = Array.from(image, (level, at) => Math.abs(level - (plane[at] ?? -9)));
    return { most: Math.max(...off), differ: off.filter((by) => by > 0).length };
  };
  // A level on the border of rounding may fall to the other side by the last bit of a float32.
  await expect.poll(async () => (await apart()).most).toBeLessThanOrEqual(1);
  expect((await apart()).differ).toBeLessThan(image.length / 1000);
});
