import type { Locator, Page } from '@playwright/test';
import { demoStudyUid } from '../support/e2e/node-side';
import { demoComplete, imageNumberOf, layOut, openStudy, viewer, windowOf, worklist } from '../support/e2e/screens';
import { expect, test, type Workbench } from '../support/e2e/workstation';

/** The demo chest in two viewports: thin soft tissue on the left, thicker lung on the right. */
async function twoSeries(bench: Workbench): Promise<{ page: Page; left: Locator; right: Locator }> {
  const { page } = await bench.start({ dataDir: await bench.demoFolder() });
  await demoComplete(page);
  await openStudy(page, await demoStudyUid('ct-chest'));
  await expect(viewer.active(page)).toHaveAttribute('data-shows', 'true');
  await layOut(page, '1x2', 2);
  const [left, right] = [0, 1].map((number) => page.locator(`[data-viewport][data-number="${number}"]`)) as [Locator, Locator];
  await expect(left).toContainText('Chest 2.0 soft');
  await expect(right).toContainText('Chest 5.0 lung');
  await expect(left).toHaveAttribute('data-shows', 'true');
  await expect(right).toHaveAttribute('data-shows', 'true');
  await left.focus();
  return { page, left, right };
}

const placeOf = async (cell: Locator): Promise<number> => Number(/z (-?[\d.]+) mm/.exec(await cell.innerText())?.[1] ?? NaN);
const zoomOf = async (cell: Locator): Promise<number> => Number(/zoom ([\d.]+)/.exec(await cell.innerText())?.[1] ?? NaN);

test('linked viewports go to the same place in the patient, and say how they are linked', async ({ bench }) => {
  const { page, left, right } = await twoSeries(bench);
  await page.keyboard.press('y');
  await expect(right).toContainText('linked by position');
  await page.keyboard.press('Home');
  for (let step = 0; step < 12; step++) await page.keyboard.press('ArrowDown');
  await expect.poll(async () => (await imageNumberOf(left))[0]).toBe(13);
  await expect.poll(async () => Math.abs((await placeOf(left)) - (await placeOf(right)))).toBeLessThanOrEqual(2.5);
  await page.keyboard.press('y');
  const stays = await imageNumberOf(right);
  await page.keyboard.press('End');
  await expect.poll(async () => (await imageNumberOf(left))[0]).toBe(150);
  expect(await imageNumberOf(right)).toEqual(stays);
});

test('sync shares window and zoom, and undo takes back what was changed step by step', async ({ bench }) => {
  const { page, left, right } = await twoSeries(bench);
  const [own, lung] = [await windowOf(left), await windowOf(right)];
  await page.getByTestId('sync.toggle').click();
  await left.focus();
  await page.keyboard.press('3');
  await expect.poll(() => windowOf(left)).toEqual({ width: 2500, center: 480 });
  await expect.poll(() => windowOf(right)).toEqual({ width: 2500, center: 480 });
  await page.keyboard.press('Shift+F');
  await expect.poll(() => zoomOf(left)).toBe(1);
  await expect.poll(() => zoomOf(right)).toBeCloseTo(1, 1);
  await page.keyboard.press('Control+z');
  await expect.poll(() => zoomOf(left)).not.toBe(1);
  expect(await windowOf(left)).toEqual({ width: 2500, center: 480 });
  await page.keyboard.press('Control+z');
  await expect.poll(() => windowOf(left)).toEqual(own);
  await expect.poll(() => windowOf(right)).toEqual(lung);
  await page.keyboard.press('Control+y');
  await expect.poll(() => windowOf(left)).toEqual({ width: 2500, center: 480 });
});

test('cine plays in a loop at a stated rate until it is stopped', async ({ bench }) => {
  const { page, left } = await twoSeries(bench);
  await expect(left.getByTestId('viewport-states')).not.toContainText('fetching', { timeout: 60_000 });
  await page.keyboard.press('End');
  await page.keyboard.press('Space');
  await expect(left).toContainText('cine 15 fps, default');
  await expect.poll(async () => (await imageNumberOf(left))[0]).toBeLessThan(75);
  await page.keyboard.press('+');
  await expect(left).toContainText('cine 20 fps, set by hand');
  await page.keyboard.press('Space');
  await expect(left).not.toContainText('cine');
  const stopped = await imageNumberOf(left);
  await page.waitForTimeout(500);
  expect(await imageNumberOf(left)).toEqual(stopped);
});

test('a held arrow key runs through the stack and stops when it goes up', async ({ bench }) => {
  const { page, left } = await twoSeries(bench);
  await page.keyboard.press('Home');
  await page.keyboard.down('ArrowDown');
  await expect.poll(async () => (await imageNumberOf(left))[0]).toBeGreaterThan(20);
  await page.keyboard.up('ArrowDown');
  const stopped = await imageNumberOf(left);
  await page.waitForTimeout(400);
  expect(await imageNumberOf(left)).toEqual(stopped);
});

test('the probe names value, unit and stored value; the bar its length; the topogram shows where the image lies', async ({ bench }) => {
  const { page, left, right } = await twoSeries(bench);
  await page.keyboard.press('q');
  const box = await left.boundingBox();
  await page.mouse.move((box?.x ?? 0) + (box?.width ?? 0) / 2, (box?.y ?? 0) + (box?.height ?? 0) / 2);
  await expect(left.getByTestId('probe')).toHaveText(/^-?\d+ HU, stored -?\d+, at \d+ \d+$/);
  await expect(left.getByTestId('scale-bar')).toHaveText(/\d+ cm/);
  await expect(right.getByTestId('reference-line')).toHaveCount(0);
  await viewer.rail(page).filter({ hasText: 'Topogram' }).first().dragTo(right);
  await expect(right).toContainText('Topogram');
  await left.focus();
  await expect(right.getByTestId('reference-line')).toHaveCount(1);
  const before = await right.getByTestId('reference-line').getAttribute('y1');
  await page.keyboard.press('Home');
  await expect.poll(() => right.getByTestId('reference-line').getAttribute('y1')).not.toBe(before);
  await page.screenshot({ path: test.info().outputPath('aids.png') });
});

test('current and prior take each other’s place at the same image, back where the hand left', async ({ bench }) => {
  const { page, left } = await twoSeries(bench);
  await page.keyboard.press('Home');
  for (let step = 0; step < 30; step++) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('3');
  const window = await windowOf(left);
  const [number] = await imageNumberOf(left);
  await page.keyboard.press('d');
  await expect(left).toContainText('PRIOR, ');
  await expect(left).toContainText('Chest 5.0 soft');
  await expect(left).toHaveAttribute('data-shows', 'true');
  expect(await windowOf(left)).toEqual(window);
  await page.screenshot({ path: test.info().outputPath('prior.png') });
  await page.keyboard.press('Alt+ArrowDown');
  await expect(left).toContainText('no older prior of this patient is here');
  await page.keyboard.press('d');
  await expect(left).not.toContainText('PRIOR, ');
  await expect.poll(async () => (await imageNumberOf(left))[0]).toBe(number);
  await page.keyboard.press('Alt+ArrowDown');
  await expect(left).toContainText('PRIOR, ');
  await page.keyboard.press('Control+z');
  await expect(left).not.toContainText('PRIOR, ');
});

test('the magnifier is there while M is held; true size says why it is not', async ({ bench }) => {
  const { page, left } = await twoSeries(bench);
  await left.hover({ position: { x: 200, y: 300 } });
  await page.keyboard.down('m');
  await expect(page.getByTestId('magnifier')).toBeVisible();
  await page.mouse.move(420, 420);
  await page.screenshot({ path: test.info().outputPath('magnifier.png') });
  await page.keyboard.up('m');
  await expect(page.getByTestId('magnifier')).toHaveCount(0);
  await page.keyboard.press('t');
  await expect(left).toContainText('no true size: this display was not measured');
});

test('sixteen viewports are laid out and each shows what it can', async ({ bench }) => {
  const { page } = await twoSeries(bench);
  await page.keyboard.press('g');
  await page.screenshot({ path: test.info().outputPath('layouts.png') });
  await page.getByTestId('menu-layout.4x4').click();
  await expect(viewer.cells(page)).toHaveCount(16);
  await expect(page.locator('[data-viewport][data-shows="true"]')).toHaveCount(4);
  await page.screenshot({ path: test.info().outputPath('sixteen.png') });
});

test('next study takes the place of this one; finishing marks it done and goes on', async ({ bench }) => {
  const { page } = await bench.start({ dataDir: await bench.demoFolder() });
  await demoComplete(page);
  const uids = await worklist.rows(page).evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset['study'] ?? ''));
  const [first, second, third] = uids as [string, string, string];
  const open = page.getByTestId('viewer');
  await openStudy(page, first);
  await expect(viewer.active(page)).toHaveAttribute('data-shows', 'true');
  await page.keyboard.press('Control+PageDown');
  await expect(open).toHaveAttribute('data-study', second);
  await expect(page.getByTestId('tab-study')).toHaveCount(1);
  await expect(viewer.active(page)).toHaveAttribute('data-shows', 'true');
  await page.keyboard.press('Control+PageUp');
  await expect(open).toHaveAttribute('data-study', first);
  await expect(viewer.active(page)).toHaveAttribute('data-shows', 'true');
  await page.keyboard.press('Control+Enter');
  await expect(open).toHaveAttribute('data-study', second);
  await page.keyboard.press('Control+PageDown');
  await expect(open).toHaveAttribute('data-study', third);
  await page.keyboard.press('Control+PageDown');
  await expect(viewer.active(page)).toContainText('this is the last study of the list');
  await expect(viewer.active(page)).toHaveAttribute('data-shows', 'true');
  await expect(viewer.active(page), 'said while the study was being opened, it stays when its images are there').toContainText(
    'this is the last study of the list',
  );
  await page.keyboard.press('Control+PageUp');
  await page.keyboard.press('Control+PageUp');
  await expect(open, 'both keys are taken, whether or not the first has had its effect').toHaveAttribute('data-study', first);
  await page.getByTestId('tab-worklist').click();
  await expect(worklist.row(page, first)).toContainText('done');
});
