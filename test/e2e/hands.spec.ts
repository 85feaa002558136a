import { join } from 'node:path';
import type { CDPSession, Locator, Page } from '@playwright/test';
import { closeWindow, imageNumberOf, layOut, viewer, windowOf } from '../support/e2e/screens';
import { writeStudy } from '../support/e2e/senders';
import { expect, test, type Workbench } from '../support/e2e/workstation';

const zoomOf = async (cell: Locator): Promise<number> => Number(/zoom ([\d.]+)/.exec(await cell.innerText())?.[1] ?? NaN);

/** The page, the viewport, and Chromium's own input: what a driver of a pen, a screen or a trackpad would send. */
async function study(bench: Workbench): Promise<{ page: Page; cell: Locator; input: CDPSession; middle: { x: number; y: number } }> {
  const folder = join(await bench.folder(), 'files');
  await writeStudy(folder, 'Hands^Hanna', 12, 61);
  const { page } = await bench.start({ args: ['--no-demo', folder] });
  const cell = viewer.active(page);
  await expect(cell).toHaveAttribute('data-shows', 'true', { timeout: 30_000 });
  const box = (await cell.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  const middle = { x: Math.round(box.x + box.width / 2), y: Math.round(box.y + box.height / 2) };
  return { page, cell, input: await page.context().newCDPSession(page), middle };
}

test('a pen windows with its tip and zooms with its side button', async ({ bench }) => {
  const { cell, input, middle } = await study(bench);
  const draw = async (button: 'left' | 'right', dx: number, dy: number): Promise<void> => {
    const pen = { pointerType: 'pen', button, buttons: button === 'left' ? 1 : 2, force: 0.5 } as const;
    await input.send('Input.dispatchMouseEvent', { type: 'mousePressed', clickCount: 1, ...middle, ...pen });
    for (let step = 1; step <= 5; step++)
      await input.send('Input.dispatchMouseEvent', { type: 'mouseMoved', x: middle.x + (dx * step) / 5, y: middle.y + (dy * step) / 5, ...pen });
    await input.send('Input.dispatchMouseEvent', { type: 'mouseReleased', clickCount: 1, x: middle.x + dx, y: middle.y + dy, ...pen, buttons: 0 });
  };
  const before = await windowOf(cell);
  await draw('left', 60, 0);
  await expect.poll(async () => (await windowOf(cell)).width).toBeGreaterThan(before.width);
  const fitted = await zoomOf(cell);
  await draw('right', 0, -150);
  await expect.poll(() => zoomOf(cell)).toBeGreaterThan(fitted * 1.6);
});

test('a trackpad scrolls image by image with its many small steps, and zooms with a pinch', async ({ bench }) => {
  const { page, cell, input, middle } = await study(bench);
  await page.keyboard.press('Home');
  await expect.poll(async () => (await imageNumberOf(cell))[0]).toBe(1);
  const wheel = async (deltaY: number, modifiers = 0): Promise<void> => {
    await input.send('Input.dispatchMouseEvent', { type: 'mouseWheel', ...middle, deltaX: 0, deltaY, modifiers, pointerType: 'mouse' });
  };
  for (let step = 0; step < 20; step++) await wheel(8);
  await expect.poll(async () => (await imageNumberOf(cell))[0]).toBe(3);
  const fitted = await zoomOf(cell);
  for (let step = 0; step < 10; step++) await wheel(-8, 2);
  await expect.poll(() => zoomOf(cell)).toBeGreaterThan(fitted * 1.5);
  expect((await imageNumberOf(cell))[0]).toBe(3);
  // Fingers that go across go through no stack.
  for (let step = 0; step < 20; step++)
    await input.send('Input.dispatchMouseEvent', { type: 'mouseWheel', ...middle, deltaX: 12, deltaY: 0, pointerType: 'mouse' });
  for (let step = 0; step < 10; step++) await wheel(8);
  await expect.poll(async () => (await imageNumberOf(cell))[0]).toBe(4);
  // With Alt they window, by steps however small.
  const { center } = await windowOf(cell);
  for (let step = 0; step < 10; step++) await wheel(8, 1);
  await expect.poll(async () => (await windowOf(cell)).center).not.toBe(center);
  // Across they window nothing, and there is no step of it to undo.
  const zoomed = await zoomOf(cell);
  await page.keyboard.press('f');
  await expect.poll(() => zoomOf(cell)).toBe(fitted);
  for (let step = 0; step < 10; step++)
    await input.send('Input.dispatchMouseEvent', { type: 'mouseWheel', ...middle, deltaX: 12, deltaY: 0, modifiers: 1, pointerType: 'mouse' });
  await page.keyboard.press('Control+z');
  await expect.poll(() => zoomOf(cell)).toBe(zoomed);
});

test('two fingers of a trackpad pan both ways where the wheel is set to that', async ({ bench }) => {
  const { page, cell, input, middle } = await study(bench);
  await page.keyboard.press('Control+,');
  await page.getByTestId('page-mouse').click();
  await page.getByTestId('wheel-Wheel').click();
  await page.getByRole('menuitemradio', { name: 'pan, both ways on a trackpad' }).click();
  await page.screenshot({ path: test.info().outputPath('mouse.png') });
  await closeWindow(page);
  await page.keyboard.press('q');
  await page.mouse.move(middle.x, middle.y);
  const [number] = await imageNumberOf(cell);
  const probe = cell.getByTestId('probe');
  const place = async (): Promise<readonly [column: number, row: number]> => {
    const found = /at (\d+) (\d+)/.exec(await probe.innerText());
    return [Number(found?.[1] ?? NaN), Number(found?.[2] ?? NaN)];
  };
  const [column, row] = await place();
  const zoom = await zoomOf(cell);
  for (let step = 0; step < 10; step++)
    await input.send('Input.dispatchMouseEvent', { type: 'mouseWheel', ...middle, deltaX: 2, deltaY: 8, pointerType: 'mouse' });
  const moved = async (): Promise<number[]> => {
    await page.mouse.move(middle.x + 1, middle.y);
    await page.mouse.move(middle.x, middle.y);
    const now = await place();
    return [Math.abs((now[0] - column) * zoom - 20), Math.abs((now[1] - row) * zoom - 80)];
  };
  await expect.poll(async () => Math.max(...(await moved())), 'pixels off').toBeLessThan(2 * zoom + 1);
  expect((await imageNumberOf(cell))[0]).toBe(number);
});

test('two fingers on the screen zoom and move the picture, and change no window', async ({ bench }) => {
  const { cell, input, middle } = await study(bench);
  const [fitted, before] = [await zoomOf(cell), await windowOf(cell)];
  const touch = async (type: 'touchStart' | 'touchMove' | 'touchEnd', ...xs: number[]): Promise<void> => {
    await input.send('Input.dispatchTouchEvent', { type, touchPoints: xs.map((dx, id) => ({ x: middle.x + dx, y: middle.y, id })) });
  };
  await touch('touchStart', -40);
  await touch('touchStart', -40, 40);
  for (let apart = 50; apart <= 120; apart += 10) await touch('touchMove', -apart, apart);
  await touch('touchEnd');
  await expect.poll(() => zoomOf(cell)).toBeGreaterThan(fitted * 2);
  expect(await windowOf(cell)).toEqual(before);
  // One finger is the pointer again.
  await touch('touchStart', 0);
  for (let dx = 10; dx <= 60; dx += 10) await touch('touchMove', dx);
  await touch('touchEnd');
  await expect.poll(async () => (await windowOf(cell)).width).not.toBe(before.width);
});

test('keys that need an image say so in a viewport that has none, and the words go when it gets one', async ({ bench }) => {
  const { page } = await study(bench);
  await layOut(page, '1x2', 2);
  const empty = viewer.cells(page).nth(1);
  await empty.focus();
  await expect(empty).toHaveAttribute('data-active', 'true');
  for (const key of ['d', 'f', 'Space', 'k', 'u', 'Alt+m', '3', 'ArrowDown']) {
    await viewer.cells(page).nth(0).focus();
    await page.keyboard.press('Control+y');
    await expect(empty.getByTestId('viewport-state')).toHaveCount(0);
    await empty.focus();
    await page.keyboard.press(key);
    await expect(empty.getByTestId('viewport-state'), key).toHaveText('no series in this viewport');
  }
  await page.screenshot({ path: test.info().outputPath('empty.png') });
  await page.keyboard.press('ArrowRight');
  await expect(empty).toHaveAttribute('data-shows', 'true');
  await expect(empty).not.toContainText('no series in this viewport');
  // what needs something else than an image says that
  await page.keyboard.press('Alt+m');
  await expect(empty.getByTestId('viewport-states')).toContainText('no other frames to subtract here');
  await page.keyboard.press('Shift+K');
  await expect(empty.getByTestId('viewport-states')).toContainText('no key images');
});
