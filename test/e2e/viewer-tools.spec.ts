import type { Locator, Page } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { demoStudyUid } from '../support/e2e/node-side';
import { demoComplete, imageNumberOf, layOut, openStudy, settledPicture, viewer, windowOf } from '../support/e2e/screens';
import { expect, test, type Workbench, type Workstation } from '../support/e2e/workstation';

const cellAt = (page: Page, number: number): Locator => page.locator(`[data-viewport][data-number="${number}"]`);

async function chest(bench: Workbench, layout?: string): Promise<Workstation> {
  const station = await bench.start({ dataDir: await bench.demoFolder() });
  const { page } = station;
  await demoComplete(page);
  await openStudy(page, await demoStudyUid('ct-chest'));
  await expect(viewer.active(page)).toHaveAttribute('data-shows', 'true');
  if (layout !== undefined) await lay(page, layout);
  return station;
}

/** Viewports of the layouts that are used here. */
const CELLS: Readonly<Record<string, number>> = { '1x1': 1, '1x2': 2, '1+2': 3, '2x2': 4, '4x4': 16 };

async function lay(page: Page, layout: string): Promise<void> {
  await cellAt(page, 0).focus();
  await layOut(page, layout, CELLS[layout] ?? 0);
}

const boxOf = async (cell: Locator) => (await cell.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
const placeOf = async (cell: Locator): Promise<number> => Number(/z (-?[\d.]+) mm/.exec(await cell.innerText())?.[1] ?? NaN);

test('a window is typed, taken from a rectangle, and undone', async ({ bench }) => {
  const { page } = await chest(bench);
  const cell = viewer.active(page);
  await cell.focus();
  const own = await windowOf(cell);
  await page.keyboard.press('Shift+W');
  await page.getByTestId('window-width').fill('1234');
  await page.getByTestId('window-level').fill('');
  await page.getByTestId('window-level').pressSequentially('-56,5');
  await expect(page.getByTestId('window-level')).toHaveValue('-56.5');
  await page.getByTestId('window-level').press('Control+a');
  await page.getByTestId('window-level').pressSequentially(',5');
  await expect(page.getByTestId('window-level'), 'a point that is written over is none').toHaveValue('.5');
  await page.getByTestId('window-level').press('Control+a');
  await page.getByTestId('window-level').evaluate((field) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', '-0,25');
    field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  });
  await expect(page.getByTestId('window-level')).toHaveValue('-0.25');
  await page.getByTestId('window-level').fill('-56');
  await page.getByTestId('window-level').dispatchEvent('keydown', { key: ',', ctrlKey: true, bubbles: false });
  await expect(page.getByTestId('window-level'), 'Ctrl and a comma are a key of their own').toHaveValue('-56');
  await page.getByTestId('window-level').fill('-56');
  await page.getByTestId('window-level').press('Enter');
  await expect.poll(() => windowOf(cell)).toEqual({ width: 1234, center: -56 });
  await expect(page.getByTestId('window-width')).toHaveCount(0);
  await cell.focus();
  await page.keyboard.press('j');
  const { x, y, width, height } = await boxOf(cell);
  await page.mouse.move(x + width * 0.45, y + height * 0.45);
  await page.mouse.down();
  await page.mouse.move(x + width * 0.55, y + height * 0.55, { steps: 4 });
  await expect(cell.getByTestId('window-box')).toBeVisible();
  await page.screenshot({ path: test.info().outputPath('window-box.png') });
  await page.mouse.up();
  await expect(cell).toContainText('1st to 99th percentile');
  const boxed = await windowOf(cell);
  expect(boxed).not.toEqual({ width: 1234, center: -56 });
  await page.keyboard.press('Control+z');
  await expect.poll(() => windowOf(cell)).toEqual({ width: 1234, center: -56 });
  await expect(cell).not.toContainText('1st to 99th percentile');
  await page.keyboard.press('Control+z');
  await expect.poll(() => windowOf(cell)).toEqual(own);
});

test('the 3D cursor takes every viewport of the frame of reference to the place', async ({ bench }) => {
  const { page } = await chest(bench, '1x2');
  const [left, right] = [cellAt(page, 0), cellAt(page, 1)];
  await expect(right).toHaveAttribute('data-shows', 'true');
  await left.focus();
  await page.keyboard.press('Home');
  for (let step = 0; step < 9; step++) await page.keyboard.press('ArrowDown');
  await expect.poll(async () => (await imageNumberOf(left))[0]).toBe(10);
  // On a viewport whose image is still on its way there is no place to point at.
  await expect(left).toHaveAttribute('data-shows', 'true');
  await page.keyboard.press('x');
  const { x, y, width, height } = await boxOf(left);
  await page.mouse.click(x + width * 0.4, y + height * 0.5);
  await expect.poll(async () => Math.abs((await placeOf(left)) - (await placeOf(right)))).toBeLessThanOrEqual(2.5);
  await expect(right.getByTestId('cursor-3d')).toBeVisible();
  await page.screenshot({ path: test.info().outputPath('cursor-3d.png') });
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('cursor-3d')).toHaveCount(0);
  await expect(viewer.cells(page)).toHaveCount(2);
});

test('stacks are linked by position, by number or by the offset that they have', async ({ bench }) => {
  const { page } = await chest(bench, '1x2');
  const [left, right] = [cellAt(page, 0), cellAt(page, 1)];
  await expect(right).toHaveAttribute('data-shows', 'true');
  await left.focus();
  await page.keyboard.press('y');
  await expect(right).toContainText('linked by position');
  await page.keyboard.press('Alt+y');
  await expect(right).toContainText('linked by image number');
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  await expect.poll(async () => (await imageNumberOf(right))[0]).toBe(2);
  await right.focus();
  await page.keyboard.press('y');
  for (let step = 0; step < 5; step++) await page.keyboard.press('ArrowDown');
  await left.focus();
  await page.keyboard.press('Alt+y');
  await expect(right).toContainText(/linked by offset [+-]/);
  const apart = (await placeOf(right)) - (await placeOf(left));
  for (let step = 0; step < 10; step++) await page.keyboard.press('ArrowDown');
  await expect.poll(async () => Math.abs((await placeOf(right)) - (await placeOf(left)) - apart)).toBeLessThanOrEqual(2.5);
});

test('one series stands in two viewports, each at its own image; uneven and named layouts hold', async ({ bench }) => {
  const { page } = await chest(bench, '1+2');
  await expect(viewer.cells(page)).toHaveCount(3);
  const boxes = await Promise.all([0, 1, 2].map((number) => boxOf(cellAt(page, number))));
  expect(boxes[0]!.height).toBeGreaterThan(boxes[1]!.height * 1.8);
  expect(boxes[1]!.x).toBeGreaterThan(boxes[0]!.x + boxes[0]!.width - 1);
  await viewer.rail(page).filter({ hasText: 'Chest 2.0 soft' }).first().dragTo(cellAt(page, 2));
  await viewer.rail(page).filter({ hasText: 'Chest 2.0 soft' }).first().dragTo(cellAt(page, 0));
  await expect(cellAt(page, 2)).toHaveAttribute('data-shows', 'true');
  await cellAt(page, 0).focus();
  await page.keyboard.press('Home');
  await cellAt(page, 2).focus();
  await page.keyboard.press('End');
  await expect.poll(async () => (await imageNumberOf(cellAt(page, 2)))[0]).toBe(150);
  await expect.poll(async () => (await imageNumberOf(cellAt(page, 0)))[0]).toBe(1);
  await page.screenshot({ path: test.info().outputPath('uneven.png') });
  await page.keyboard.press('g');
  await page.getByTestId('layout-name').fill('Two small');
  await page.getByTestId('layout-keep').click();
  await page.screenshot({ path: test.info().outputPath('layouts.png') });
  await page.getByTestId('menu-layout.1x1').click();
  await expect(viewer.cells(page)).toHaveCount(1);
  await expect(page.getByTestId('layout-name')).toHaveCount(0);
  await page.keyboard.press('Control+k');
  await page.getByTestId('palette-input').fill('own layout');
  await expect(page.getByTestId('palette-entry')).toHaveCount(1);
  await expect(page.getByTestId('palette-entry')).toContainText('Two small');
  await page.keyboard.press('Enter');
  await expect(viewer.cells(page)).toHaveCount(3);
});

test('small viewports carry name and id and little else; large ones what the level says', async ({ bench }) => {
  const { page } = await chest(bench, '4x4');
  await viewer.rail(page).filter({ hasText: 'Chest 2.0 soft' }).first().dragTo(cellAt(page, 0));
  const small = cellAt(page, 0);
  await expect(small.getByTestId('corner-topLeft').locator('p')).toHaveCount(2);
  await expect(small.getByTestId('corner-topLeft')).toContainText('ID ');
  await expect(small.getByTestId('corner-bottomRight')).not.toContainText('zoom');
  await page.screenshot({ path: test.info().outputPath('sixteen.png') });
  await lay(page, '1x1');
  await expect(small.getByTestId('corner-bottomRight')).toContainText('zoom');
  await expect(small.getByTestId('corner-bottomLeft')).toContainText('kV');
});

test('the picture goes to a file and to the clipboard as it stands on the glass, without texts', async ({ bench }) => {
  const { app, page } = await chest(bench);
  const target = join(await bench.folder(), 'picture.png');
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
  }, target);
  const cell = viewer.active(page);
  await cell.focus();
  await page.keyboard.press('Control+Shift+S');
  await expect(cell).toContainText('Written to');
  const png = await readFile(target);
  const { width } = await boxOf(cell);
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  expect(Math.abs(png.readUInt32BE(16) - (width - 15))).toBeLessThanOrEqual(1);
  await page.keyboard.press('Control+Shift+C');
  await expect(cell).toContainText('picture copied');
  // The types of Playwright know no clipboard.
  type Clipboard = { clipboard: { readImage(): { getSize(): { width: number } } } };
  const copied = await app.evaluate((electron) => (electron as unknown as Clipboard).clipboard.readImage().getSize().width);
  expect(copied).toBe(png.readUInt32BE(16));
});

test('cine goes there and back when it is told to', async ({ bench }) => {
  const { page } = await chest(bench);
  const cell = viewer.active(page);
  await cell.focus();
  await expect(viewer.states(cell)).not.toContainText('fetching', { timeout: 60_000 });
  await page.keyboard.press('End');
  await page.keyboard.press('Space');
  await page.keyboard.press('Shift+Space');
  await expect(cell).toContainText('there and back');
  await page.keyboard.press('Space');
});

test('after zooming and maximising, every viewport stands as it did: nothing blank, nothing left over', async ({ bench }) => {
  const { page } = await chest(bench, '2x2');
  const area = page.getByTestId('viewports');
  for (const number of [0, 1, 2, 3]) await expect(cellAt(page, number)).toHaveAttribute('data-shows', 'true');
  // The words of what is on its way, too, must be gone: they are no part of what is compared.
  for (const number of [0, 1, 2, 3]) await expect(cellAt(page, number)).not.toContainText('fetching', { timeout: 60_000 });
  for (const number of [3, 0, 1]) {
    const cell = cellAt(page, number);
    await cell.focus();
    const { x, y, width, height } = await boxOf(cell);
    await page.mouse.move(x + width / 3, y + height / 3);
    await page.keyboard.down('Control');
    for (let notch = 0; notch < 4; notch++) await page.mouse.wheel(0, -120);
    await page.keyboard.up('Control');
    await page.mouse.move(2, 2);
    await cell.focus();
    const before = await settledPicture(area, test.info().outputPath(`before-${number}.png`));
    await page.keyboard.press('Enter');
    await expect(viewer.cells(page)).toHaveCount(1);
    await settledPicture(area, test.info().outputPath(`maximised-${number}.png`));
    await page.keyboard.press('Enter');
    await expect(viewer.cells(page)).toHaveCount(4);
    const after = await settledPicture(area, test.info().outputPath(`restored-${number}.png`));
    // The frame of the focus may be thicker after a key: nothing else differs.
    const differs = after.rgb.reduce((sum, value, at) => sum + (value === before.rgb[at] ? 0 : 1), 0) / after.rgb.length;
    expect(differs, `viewport ${number}`).toBeLessThan(0.005);
  }
});
