import type { Locator, Page } from '@playwright/test';
import { demoStudyUid } from '../support/e2e/node-side';
import { decodePng } from '../support/e2e/png';
import { demoComplete, openStudy, viewer, windowOf } from '../support/e2e/screens';
import { expect, test, type Workbench } from '../support/e2e/workstation';

const PLANES = ['axial', 'sagittal', 'coronal'] as const;
type Planes = Readonly<Record<(typeof PLANES)[number], Locator>>;

async function chest(bench: Workbench): Promise<Page> {
  const { page } = await bench.start({ dataDir: await bench.demoFolder() });
  await demoComplete(page);
  await openStudy(page, await demoStudyUid('ct-chest'));
  await expect(viewer.active(page)).toHaveAttribute('data-shows', 'true');
  await viewer.active(page).focus();
  return page;
}

const planesOf = (page: Page): Planes => {
  const [axial, sagittal, coronal] = [16, 17, 18].map((number) => page.locator(`[data-viewport][data-number="${number}"]`)) as [Locator, Locator, Locator];
  return { axial, sagittal, coronal };
};

async function mpr(page: Page): Promise<Planes> {
  await page.keyboard.press('u');
  const planes = planesOf(page);
  for (const name of PLANES) await expect(planes[name]).toHaveAttribute('data-shows', 'true');
  await expect(planes.axial.getByTestId('viewport-states')).not.toContainText('fetching', { timeout: 60_000 });
  return planes;
}

const placeOf = async (cell: Locator, axis: string): Promise<number> =>
  Number(new RegExp(`^${axis} (-?[\\d.]+) mm`, 'm').exec(await cell.innerText())?.[1] ?? NaN);
const letters = async (cell: Locator): Promise<string[]> =>
  await Promise.all(['top', 'right', 'bottom', 'left'].map(async (edge) => await cell.getByTestId(`letter-${edge}`).innerText()));
const centreOf = async (cell: Locator): Promise<[number, number]> => {
  const cross = cell.getByTestId('crosshair');
  return [Number(await cross.getAttribute('data-x')), Number(await cross.getAttribute('data-y'))];
};
const boxOf = async (cell: Locator) => (await cell.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };

test('the planes of a CT: letters, texts, one window, scroll and crosshair that lead to one place', async ({ bench }) => {
  const page = await chest(bench);
  const { axial, sagittal, coronal } = await mpr(page);
  await page.screenshot({ path: test.info().outputPath('mpr.png') });
  expect(await letters(axial)).toEqual(['A', 'L', 'P', 'R']);
  expect(await letters(sagittal)).toEqual(['H', 'P', 'F', 'A']);
  expect(await letters(coronal)).toEqual(['H', 'L', 'F', 'R']);
  await expect(axial).toContainText('A axial');
  await expect(sagittal).toContainText('S sagittal');
  await expect(coronal).toContainText(/MPR, \d\.\d\d x \d\.\d\d mm/);
  await expect(axial.getByTestId('cross-sagittal')).toContainText('S sagittal');
  await expect(axial.getByTestId('cross-coronal')).toContainText('C coronal');

  // one window for the three
  await coronal.focus();
  await page.keyboard.press('3');
  await expect.poll(() => windowOf(axial)).toEqual({ width: 2500, center: 480 });
  expect(await windowOf(sagittal)).toEqual({ width: 2500, center: 480 });
  await page.keyboard.press('0');

  // scrolling a plane moves its line on the others
  const before = { y: await placeOf(coronal, 'y'), cross: await centreOf(axial) };
  for (let step = 0; step < 20; step++) await page.keyboard.press('ArrowDown');
  await expect.poll(() => placeOf(coronal, 'y')).toBeGreaterThan(before.y + 5);
  await expect.poll(async () => (await centreOf(axial))[1]).toBeGreaterThan(before.cross[1] + 3);
  expect((await centreOf(axial))[0]).toBeCloseTo(before.cross[0], 1);

  // the open centre takes both other planes with it, the line of one only that one
  const { x, y } = await boxOf(axial);
  const [cx, cy] = await centreOf(axial);
  const was = { x: await placeOf(sagittal, 'x'), y: await placeOf(coronal, 'y'), z: await placeOf(axial, 'z') };
  await page.mouse.move(x + cx, y + cy);
  await page.mouse.down();
  await page.mouse.move(x + cx + 60, y + cy - 40, { steps: 4 });
  await page.mouse.up();
  await expect.poll(() => placeOf(sagittal, 'x')).toBeGreaterThan(was.x + 5);
  await expect.poll(() => placeOf(coronal, 'y')).toBeLessThan(was.y - 5);
  expect(await placeOf(axial, 'z')).toBe(was.z);
  const held = await placeOf(sagittal, 'x');
  const [lx, ly] = await centreOf(axial);
  await page.mouse.move(x + lx + 40, y + ly);
  await page.mouse.down();
  await page.mouse.move(x + lx + 40, y + ly + 50, { steps: 4 });
  await page.mouse.up();
  expect(await placeOf(sagittal, 'x')).toBe(held);
  await expect.poll(() => centreOf(axial).then(([, at]) => Math.abs(at - ly - 50))).toBeLessThan(3);
  await page.keyboard.press('q');
  await page.mouse.move(x + lx - 90, y + ly + 20);
  await expect(axial.getByTestId('probe')).toHaveText(/^-?[\d.]+ HU, stored -?[\d.]+, between voxels$/);
  await page.screenshot({ path: test.info().outputPath('mpr-crosshair.png') });
});

test('an axial plane at 1:1 is the image itself, pixel for pixel', async ({ bench }) => {
  const page = await chest(bench);
  await page.keyboard.press('Shift+F');
  const stack = viewer.active(page);
  await expect(stack.getByTestId('viewport-states')).not.toContainText('fetching', { timeout: 60_000 });
  const at = await placeOf(stack, 'z');
  const image = await picture(page, stack);
  const { axial } = await mpr(page);
  await axial.focus();
  await page.keyboard.press('Enter'); // alone, as large as the stack was
  await page.keyboard.press('Shift+F');
  await page.keyboard.press('Shift+X'); // no lines over it
  await expect(axial.getByTestId('crosshair')).toHaveCount(0);
  expect(await placeOf(axial, 'z')).toBeCloseTo(at, 1);
  const plane = await picture(page, axial);
  expect(plane.length).toBe(image.length);
  let differ = 0;
  for (let index = 0; index < image.length; index++) if (image[index] !== plane[index]) differ++;
  expect(differ).toBe(0);
  expect(new Set(image).size).toBeGreaterThan(50);
});

/** Levels in the middle of a viewport, where no text stands. */
async function picture(page: Page, cell: Locator): Promise<Uint8Array> {
  const { x, y, width, height } = await boxOf(cell);
  const clip = { x: Math.round(x + width / 2) - 150, y: Math.round(y + height / 2) - 120, width: 300, height: 240 };
  await page.waitForTimeout(200);
  const { rgb } = decodePng(await page.screenshot({ clip }));
  return rgb;
}

test('slab and oblique planes say what they are, and undo, maximise and Escape work on them', async ({ bench }) => {
  const page = await chest(bench);
  const { axial, sagittal, coronal } = await mpr(page);
  await coronal.focus();
  for (let step = 0; step < 3; step++) await page.keyboard.press(']');
  await expect(coronal).toContainText('slab 5 mm MAX');
  await expect(axial).toContainText('slab 5 mm MAX');
  await page.keyboard.press('Shift+U');
  await expect(coronal).toContainText('slab 5 mm MIN');
  await page.keyboard.press('Shift+U');
  await expect(coronal).toContainText('slab 5 mm mean');
  await page.keyboard.press('Shift+U');
  for (let step = 0; step < 4; step++) await page.keyboard.press(']');
  await expect(coronal).toContainText('slab 20 mm MAX');
  const ring = sagittal.getByTestId('ring-axial-0');
  const { x, y } = await boxOf(ring);
  await page.mouse.move(x + 5, y + 5);
  await page.mouse.down();
  await page.mouse.move(x - 10, y + 40, { steps: 5 });
  await page.mouse.up();
  await expect(axial).toContainText(/A axial, oblique \d+°/);
  await expect(coronal).toContainText(/C coronal, oblique \d+°/);
  await expect(sagittal).not.toContainText('oblique');
  expect((await letters(axial))[0]).toMatch(/^(AH|AF)$/);
  await page.screenshot({ path: test.info().outputPath('mpr-oblique.png') });
  await page.keyboard.press('Control+k');
  await page.keyboard.type('planes along the patient');
  await page.keyboard.press('Enter');
  await expect(axial).not.toContainText('oblique');
  await axial.focus();
  await page.keyboard.press('Enter');
  await expect(viewer.cells(page)).toHaveCount(1);
  await page.keyboard.press('Escape');
  await expect(viewer.cells(page)).toHaveCount(3);
  await page.keyboard.press('Escape');
  await expect(page.locator('[data-viewport][data-number="0"]')).toHaveAttribute('data-shows', 'true');
  await expect(viewer.cells(page)).toHaveCount(1);
});

test('what is no volume is refused with the reason, and the planes come back after a restart', async ({ bench }) => {
  const dataDir = await bench.demoFolder();
  const first = await bench.start({ dataDir });
  await demoComplete(first.page);
  await openStudy(first.page, await demoStudyUid('ct-chest'));
  const cell = viewer.active(first.page);
  await expect(cell).toHaveAttribute('data-shows', 'true');
  await viewer.rail(first.page).filter({ hasText: 'Topogram' }).first().click();
  await expect(cell).toContainText('Topogram');
  await first.page.keyboard.press('u');
  await expect(cell.getByTestId('viewport-states')).toContainText(/not a volume: \d images? (is|are) no volume/);
  await viewer.rail(first.page).filter({ hasText: 'soft' }).first().click();
  const planes = await mpr(first.page);
  await planes.coronal.focus();
  for (let step = 0; step < 30; step++) await first.page.keyboard.press('ArrowUp');
  await first.page.keyboard.press(']');
  await expect(planes.coronal).toContainText('slab 2 mm MAX');
  const place = await placeOf(planes.coronal, 'y');
  await first.page.waitForTimeout(1500); // the session is written in the background
  await first.app.evaluate(({ app }) => app.quit()).catch(() => undefined);
  await first.close();

  const { page } = await bench.start({ dataDir });
  const again = planesOf(page);
  await expect(again.coronal).toHaveAttribute('data-shows', 'true', { timeout: 60_000 });
  await expect(again.coronal).toContainText('slab 2 mm MAX');
  await expect.poll(() => placeOf(again.coronal, 'y')).toBeCloseTo(place, 1);
});
