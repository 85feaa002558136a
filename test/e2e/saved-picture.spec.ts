import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ElectronApplication, Locator, Page } from '@playwright/test';
import { decodePng, type Picture } from '../support/e2e/png';
import { differences, locate, type Reference } from '../support/e2e/reference';
import { runProgram } from '../support/e2e/run-program';
import { runByPalette, viewer } from '../support/e2e/screens';
import { expect, test, type Workbench } from '../support/e2e/workstation';
import { rescaleElements, storedPicture, windowElements } from '../support/stored-picture';
import { SIDE, xaLevel, xaRun, xaState } from '../support/xa-state';

/** The next dialog that asks where to write gets this path; its proposal is kept. */
async function answerDialog(app: ElectronApplication, path: string | undefined): Promise<() => Promise<string>> {
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = (...args: unknown[]) => {
      const { defaultPath = '' } = (args.at(-1) ?? {}) as { defaultPath?: string };
      (globalThis as { proposed?: string }).proposed = defaultPath;
      return Promise.resolve(filePath === undefined ? { canceled: true, filePath: '' } : { canceled: false, filePath });
    };
  }, path);
  return async () => await app.evaluate(() => (globalThis as { proposed?: string }).proposed ?? '');
}

/** Saves by what `ask` does and reads the file. */
async function saved(page: Page, app: ElectronApplication, path: string, ask: () => Promise<void>): Promise<Picture> {
  await answerDialog(app, path);
  await ask();
  await expect(viewer.active(page)).toContainText(`Written to ${path}.`);
  return decodePng(await readFile(path));
}

async function render(folder: string, input: string, more: readonly string[]): Promise<Picture> {
  const output = join(folder, 'rendered.png');
  const ended = await runProgram(['--render', input, output, ...more]);
  expect(ended).toMatchObject({ code: 0, stdout: '' });
  return decodePng(await readFile(output));
}

const same = (left: Picture, right: Picture): readonly unknown[] => [
  [left.width, left.height].join(' x '),
  left.rgb.reduce((sum, level, at) => sum + (level === right.rgb[at] ? 0 : 1), 0),
];

async function opened(bench: Workbench, files: Readonly<Record<string, Uint8Array>>) {
  const folder = join(await bench.folder(), 'files');
  await mkdir(folder);
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
  const station = await bench.start({ args: ['--no-demo', folder] });
  const cell = viewer.active(station.page);
  await expect(cell).toHaveAttribute('data-shows', 'true', { timeout: 30_000 });
  await cell.focus();
  return { ...station, cell, folder };
}

test('the image of a tile is saved at its own size by key, menu and palette, pixel for pixel what --render writes', async ({ bench }) => {
  const image = storedPicture({ bits: 12, signed: false, extra: [...rescaleElements(1, -1024), ...windowElements(40, 400)] });
  const { page, app, cell, folder } = await opened(bench, { 'image.dcm': image });
  const input = join(folder, 'image.dcm');
  const plain = await render(folder, input, []);
  const byKey = await saved(page, app, join(folder, 'key.png'), () => page.keyboard.press('Control+Alt+s'));
  expect(same(byKey, plain)).toEqual([`${plain.width} x ${plain.height}`, 0]);
  expect(new Set(byKey.rgb).size).toBeGreaterThan(100);

  const byMenu = await saved(page, app, join(folder, 'menu.png'), async () => {
    await cell.click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Save the image at its own size' }).click();
  });
  expect(same(byMenu, plain)[1]).toBe(0);
  // A right drag zooms, and asks for no menu.
  const { x, y, width, height } = (await cell.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.down({ button: 'right' });
  await page.mouse.move(x + width / 2, y + height / 2 - 60, { steps: 4 });
  await page.mouse.up({ button: 'right' });
  await expect(page.getByRole('menu')).toHaveCount(0);

  // Another window, turned: the picture follows what is seen, whatever the zoom.
  await cell.focus();
  await page.keyboard.press('Shift+W');
  await page.getByTestId('window-width').fill('1500');
  await page.getByTestId('window-level').fill('-600');
  await page.getByTestId('window-apply').click();
  await expect(cell).toContainText('W 1500 L -600');
  const proposal = await answerDialog(app, undefined);
  await cell.focus();
  await page.keyboard.press('Control+Alt+s');
  await expect.poll(proposal).toMatch(/^CT-3-1-1\.png$/);
  const other = await saved(page, app, join(folder, 'palette.png'), () => runByPalette(page, 'save the image at its own size'));
  expect(same(other, await render(folder, input, ['--voi', '-600,1500']))[1]).toBe(0);
  await expect(stat(join(folder, 'none.png'))).rejects.toThrow('ENOENT');
});

/** Levels of a frame under the state, by the test's own formula. */
function reference(frame: number): Reference {
  return { width: SIDE, height: SIDE, levels: Uint8Array.from({ length: SIDE * SIDE }, (_, at) => xaLevel(frame, Math.floor(at / SIDE), at % SIDE)) };
}

const wrongIn = ({ rgb }: Picture, { levels }: Reference): number => levels.reduce((sum, level, at) => sum + (rgb[at * 3] === level ? 0 : 1), 0);

async function frameShown(page: Page, cell: Locator, frame: number): Promise<void> {
  await cell.focus();
  await page.keyboard.press('Home');
  for (let step = 1; step < frame; step++) await page.keyboard.press('ArrowDown');
  await expect(cell).toContainText(`Im ${frame}/6`);
}

test('an XA/XRF state takes masks off, moves them by region and closes its shutter, exactly on the glass, in the saved image and by --render', async ({
  bench,
}) => {
  const { page, app, cell, folder } = await opened(bench, { 'run.dcm': xaRun(), 'state.dcm': xaState() });
  const [input, state] = [join(folder, 'run.dcm'), join(folder, 'state.dcm')];
  await page.keyboard.press('Shift+D');
  await expect(cell).toContainText('presentation state TESTSTATE');
  const said: Readonly<Record<number, string>> = {
    2: 'not subtracted: no mask is meant for this frame',
    3: 'subtracted: mask frames 1-2',
    5: 'subtracted: mask frames 1-2, mask moved by 2 regions',
    6: 'subtracted: mask frames 1-2',
  };
  for (const [number, words] of Object.entries(said)) {
    const frame = Number(number);
    await frameShown(page, cell, frame);
    await expect(cell.getByTestId('viewport-states')).toContainText(words);
    await page.keyboard.press('Shift+F');
    const expected = reference(frame);
    const file = await saved(page, app, join(folder, `${frame}.png`), () => page.keyboard.press('Control+Alt+s'));
    expect([frame, wrongIn(file, expected)]).toEqual([frame, 0]);
    expect([frame, same(file, await render(folder, `${input}#${frame}`, ['--state', state]))[1]]).toEqual([frame, 0]);
    // As stored, under the window of the differences, frame 2 is white all over: nothing to be found by.
    if (frame === 2) continue;
    await expect
      .poll(async () => {
        const { x, y, width, height } = (await cell.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
        const clip = { x: x + width / 2 - 150, y: y + height / 2 - 100, width: 300, height: 200 };
        const glass = decodePng(await page.screenshot({ clip }));
        const at = locate(glass, expected);
        return at === undefined ? 'not found' : differences(glass, expected, at, { x0: 30, y0: 20, x1: SIDE - 30, y1: SIDE - 20 });
      })
      .toBe(0);
    await page.screenshot({ path: test.info().outputPath(`xa-frame-${frame}.png`) });
  }
});
