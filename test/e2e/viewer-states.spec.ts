import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { el } from '../support/dicom';
import { closeWindow, layOut, runByPalette, viewer, worklist } from '../support/e2e/screens';
import { writeStudy } from '../support/e2e/senders';
import { expect, test, type Workbench } from '../support/e2e/workstation';

async function oneStudy(bench: Workbench, patient: string, seed: number): Promise<Page> {
  const folder = await bench.folder();
  await writeStudy(join(folder, 'files'), patient, 5, seed);
  const { page } = await bench.start({ args: ['--no-demo', join(folder, 'files')] });
  await expect(viewer.active(page)).toHaveAttribute('data-shows', 'true');
  return page;
}

test('when the graphics driver takes the picture away the viewport says so, and the picture comes back by itself', async ({ bench }) => {
  const page = await oneStudy(bench, 'Lost^Lea', 51);
  const glass = async () => await page.evaluate(() => (document.querySelector('[data-testid="stage"]') as HTMLCanvasElement).toDataURL().length);
  // Said to be shown is not yet drawn.
  const blank = await page.evaluate(() => {
    const { width, height } = document.querySelector('[data-testid="stage"]') as HTMLCanvasElement;
    return Object.assign(document.createElement('canvas'), { width, height }).toDataURL().length;
  });
  await expect.poll(glass).toBeGreaterThan(blank * 1.2);
  let before = await glass();
  await expect
    .poll(async () => {
      const last = before;
      before = await glass();
      return before === last;
    })
    .toBe(true);
  await page.evaluate(() => {
    const gl = (document.querySelector('[data-testid="stage"]') as HTMLCanvasElement).getContext('webgl2');
    const lose = gl?.getExtension('WEBGL_lose_context');
    Object.assign(globalThis, { lose });
    lose?.loseContext();
  });
  await expect(page.getByTestId('viewport-notice')).toContainText('The view was lost.');
  await expect(page.getByTestId('viewport-notice')).toContainText('Nothing is lost');
  await expect(viewer.active(page)).toContainText('Lost, Lea');
  await page.evaluate(() => (globalThis as unknown as { lose: { restoreContext(): void } }).lose.restoreContext());
  await expect(viewer.active(page)).toHaveAttribute('data-shows', 'true');
  await expect(page.getByTestId('viewport-notice')).toHaveCount(0);
  await expect.poll(glass).toBe(before);
});

test('in a viewport of middle width the states stand between the texts of the lower corners, over none of them', async ({ bench }) => {
  const folder = await bench.folder();
  const kernel = el(0x00181210, 'SH', ['KERNEL-OF-16-CHR', 'ANOTHER-OF-16-CH', 'AND-A-THIRD-ONE1']);
  const study = await writeStudy(join(folder, 'files'), 'Between^Bea', 12, 53, undefined, { extra: [kernel] });
  for (const file of study.files.slice(5, 8)) await rm(file);
  const { app, page } = await bench.start({ args: ['--no-demo', join(folder, 'files')] });
  await expect(viewer.active(page)).toHaveAttribute('data-shows', 'true');
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setContentSize(1280, 800));
  await layOut(page, '2x2', 4);
  const cell = viewer.cells(page).first();
  await expect(cell.getByTestId('corner-bottomLeft')).toContainText('KERNEL-OF-16-CHR');
  await expect(cell.getByTestId('viewport-states')).toContainText('missing');
  const width = await cell.evaluate((element) => element.clientWidth);
  expect([width > 460, width < 700]).toEqual([true, true]);
  const over = await cell.evaluate((element) => {
    const boxes = (selector: string) => [...element.querySelectorAll(selector)].map((one) => one.getBoundingClientRect());
    const states = boxes('[data-testid="viewport-state"]');
    const lines = boxes('[data-testid="corner-bottomLeft"] > *, [data-testid="corner-bottomRight"] > *');
    return states.flatMap((a) => lines.filter((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)).length;
  });
  expect(over).toBe(0);
  await page.screenshot({ path: test.info().outputPath('between.png') });
});

test('in a small viewport the states stand between the texts of all corners, over none of them, however many gaps there are', async ({ bench }) => {
  const folder = await bench.folder();
  const study = await writeStudy(join(folder, 'files'), 'Small^Sue', 24, 57);
  for (const at of [3, 6, 9, 12, 15, 18]) await rm(study.files[at] ?? '');
  const { page } = await bench.start({ args: ['--no-demo', join(folder, 'files')] });
  await expect(viewer.active(page)).toHaveAttribute('data-shows', 'true');
  for (const [layout, count] of [
    ['4x4', 16],
    ['3x3', 9],
  ] as const) {
    await layOut(page, layout, count);
    const cell = viewer.cells(page).first();
    await expect(cell.getByTestId('viewport-states')).toContainText('6 images missing in 6 places');
    const over = await cell.evaluate((element) => {
      const boxes = (selector: string) => [...element.querySelectorAll(selector)].map((one) => one.getBoundingClientRect());
      const states = boxes('[data-testid="viewport-state"]');
      const texts = boxes('[data-testid^="corner-"] > *');
      return states.flatMap((a) => texts.filter((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)).length;
    });
    expect(over, layout).toBe(0);
    await page.screenshot({ path: test.info().outputPath(`small-${layout}.png`) });
  }
});

test('in the smallest viewport with all texts the red state stands whole, over none of them, and so does one of amber', async ({ bench }) => {
  const folder = await bench.folder();
  const study = await writeStudy(join(folder, 'files'), 'Crowded^Cora', 12, 58);
  const { StudyInstanceUID } = study;
  const other = await writeStudy(join(folder, 'files', 'other'), 'Stray^Stan', 12, 59, undefined, { StudyInstanceUID });
  for (const { files } of [study, other]) for (const file of files.slice(5, 8)) await rm(file);
  const { page } = await bench.start({ args: ['--no-demo', join(folder, 'files')] });
  await expect(viewer.rail(page)).toHaveCount(2);
  await runByPalette(page, 'Preferences: corner texts');
  await page.getByTestId('fewer-texts').click();
  await closeWindow(page);
  for (const [layout, count] of [
    ['4x4', 16],
    ['3x3', 9],
  ] as const) {
    await layOut(page, layout, count);
    const cell = viewer.cells(page).filter({ hasText: 'these images name another patient than their study' });
    await expect(cell.getByTestId('corner-topLeft').locator('p').nth(1)).toContainText('ID E2E-');
    await expect(cell.getByTestId('corner-bottomRight').locator('p').last()).toHaveText('mm: Pixel Spacing 0.700');
    const seen = await cell.evaluate((element) => {
      /** What is not cut of an element. */
      const visible = (one: Element) => {
        const box = one.getBoundingClientRect();
        const out = { left: box.left, right: box.right, top: box.top, bottom: box.bottom, whole: true };
        for (let parent = one.parentElement; parent !== null; parent = parent.parentElement) {
          if (getComputedStyle(parent).overflowY === 'visible') continue;
          const clip = parent.getBoundingClientRect();
          out.top = Math.max(out.top, clip.top);
          out.bottom = Math.min(out.bottom, clip.bottom);
        }
        out.whole = out.bottom - out.top > box.height - 0.5;
        return out;
      };
      const shown = (selector: string) => [...element.querySelectorAll(selector)].map(visible).filter(({ top, bottom }) => bottom - top > 0.5);
      const states = shown('[data-testid="viewport-state"]');
      const texts = shown('[data-testid^="corner-"] > *, [data-testid="patient-mismatch"]');
      const whole = (text: string) =>
        [...element.querySelectorAll('[data-testid="viewport-state"]')].some((state) => state.textContent.includes(text) && visible(state).whole);
      return {
        red: whole('these images name another patient'),
        amber: whole('missing'),
        who: [...element.querySelectorAll('[data-testid="corner-topLeft"] .strong')].map((line) => visible(line).whole),
        halves: texts.filter((text) => !text.whole).length,
        over: states.flatMap((a) => texts.filter((b) => a.left < b.right && b.left < a.right && a.top < b.bottom - 0.5 && b.top < a.bottom - 0.5)).length,
      };
    });
    await page.screenshot({ path: test.info().outputPath(`crowded-${layout}.png`) });
    expect(seen, layout).toEqual({ red: true, amber: true, who: [true, true], halves: 0, over: 0 });
  }
});

test('the search of few series comes by its key, keeps the keys while it is cleared, and gives them back to the picture', async ({ bench }) => {
  const page = await oneStudy(bench, 'Search^Sam', 54);
  const field = page.getByTestId('rail-search');
  await expect(field).toHaveCount(0);
  await page.keyboard.press('/');
  await page.keyboard.type('zzz');
  await expect(viewer.rail(page)).toHaveCount(0);
  await page.keyboard.press('Escape');
  await expect(viewer.rail(page)).toHaveCount(1);
  await expect(field).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(field).toHaveCount(0);
  await expect(viewer.active(page)).toBeFocused();
});

test('a key is changed with its conflict named, and holds at once', async ({ bench }) => {
  const page = await oneStudy(bench, 'Keys^Kai', 52);
  await page.keyboard.press('?');
  await page.getByTestId('change-keys').click();
  await page.getByTestId('key-of-view.invert').click();
  await page.keyboard.press('f');
  await expect(page.getByTestId('key-clash')).toContainText('fit the image');
  await page.getByTestId('key-take').click();
  await expect(page.getByTestId('key-of-view.invert')).toContainText('F');
  await expect(page.getByTestId('key-of-view.fit')).toContainText('none');
  await page.screenshot({ path: test.info().outputPath('keys.png') });
  await closeWindow(page);
  await viewer.active(page).focus();
  await page.keyboard.press('f');
  await expect(viewer.active(page)).toContainText('inverted');
});

test('the buttons of the toolbar do what they say, once', async ({ bench }) => {
  const page = await oneStudy(bench, 'Press^Pia', 53);
  await page.getByTestId('view.invert').click();
  await expect(viewer.active(page)).toContainText('inverted');
  await page.getByTestId('view.undo').click();
  await expect(viewer.active(page)).not.toContainText('inverted');
});

test('while a window lies over the picture no key reaches it, wherever the focus still is', async ({ bench }) => {
  const page = await oneStudy(bench, 'Over^Olga', 55);
  const cell = viewer.active(page);
  await page.keyboard.press('Control+k');
  await expect(page.getByTestId('palette-input')).toBeFocused();
  await cell.evaluate((element) => element.dispatchEvent(new KeyboardEvent('keydown', { key: 'i', code: 'KeyI', bubbles: true })));
  await closeWindow(page);
  await expect(cell).not.toContainText('inverted');
  await cell.evaluate((element) => element.dispatchEvent(new KeyboardEvent('keydown', { key: 'i', code: 'KeyI', bubbles: true })));
  await expect(cell).toContainText('inverted');
});

test('a file dropped on the window is imported and appears in the list', async ({ bench }) => {
  const folder = await bench.folder();
  const study = await writeStudy(join(folder, 'files'), 'Dropped^Dan', 2, 54);
  const { page } = await bench.start({ args: ['--no-demo'] });
  await expect(page.getByTestId('worklist-empty')).toBeVisible();
  // The browser's own drag with real paths: a File made in the page has none.
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [...study.files], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) await session.send('Input.dispatchDragEvent', { type, x: 400, y: 400, data });
  await expect(worklist.row(page, study.StudyInstanceUID)).toContainText(/Dropped, Dan/i);
});
