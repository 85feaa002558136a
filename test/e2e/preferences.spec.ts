import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import type { Rectangle } from 'electron';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { demoStudyUid } from '../support/e2e/node-side';
import { runProgram } from '../support/e2e/run-program';
import { closeWindow, demoComplete, openStudy, viewer, worklist } from '../support/e2e/screens';
import { expect, test, type Workbench, type Workstation } from '../support/e2e/workstation';

const SIZES = [
  [1280, 800],
  [1920, 1080],
  [2560, 1600],
  [1536, 2048],
] as const;
const PAGES = ['general', 'nodes', 'routing', 'tls', 'cache', 'keys', 'mouse', 'toolbar', 'corners', 'windows'];

async function openPreferences(page: Page, id: string): Promise<void> {
  await page.keyboard.press('Control+,');
  await page.getByTestId(`page-${id}`).click();
  await expect(page.getByTestId(`shown-${id}`)).toBeVisible();
}

async function choose(page: Page, select: string, option: string): Promise<void> {
  await page.getByTestId(select).click();
  await page.getByTestId(`${select}-${option}`).click();
  await expect(page.getByTestId(`${select}-${option}`)).toHaveCount(0);
}

/** Chooses a folder for everything, as by the dialog of the system. */
async function choosePlace({ app, page }: Workstation, folder: string): Promise<void> {
  await app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] });
  }, folder);
  await page.getByTestId('cache-place-choose').click();
}

async function chest(bench: Workbench): Promise<Workstation> {
  const station = await bench.start({ dataDir: await bench.demoFolder() });
  await demoComplete(station.page);
  await openStudy(station.page, await demoStudyUid('ct-chest'));
  await expect(viewer.active(station.page)).toHaveAttribute('data-shows', 'true');
  return station;
}

test('every page fits at four sizes, is reached by key and palette, and axe finds nothing serious', async ({ bench }) => {
  test.setTimeout(240_000);
  const station = await bench.start({ args: ['--no-demo'] });
  const { app, page } = station;
  await expect(page.getByTestId('worklist-empty')).toBeVisible();
  for (const [width, height] of SIZES) {
    await app.evaluate(({ BrowserWindow }, [w, h]) => BrowserWindow.getAllWindows()[0]?.setContentSize(w ?? 0, h ?? 0), [width, height]);
    await page.setViewportSize({ width, height }).catch(() => undefined);
    await page.keyboard.press('Control+,');
    for (const id of PAGES) {
      await page.getByTestId(`page-${id}`).click();
      const over = await page.getByTestId(`shown-${id}`).evaluate((element) => element.scrollWidth - element.clientWidth);
      expect(over, `${id} at ${width}`).toBeLessThanOrEqual(0);
      await page.screenshot({ path: test.info().outputPath(`${id}-${width}x${height}.png`) });
    }
    await closeWindow(page);
  }
  await page.keyboard.press('Control+k');
  await page.getByTestId('palette-input').fill('preferences corner');
  await expect(page.getByTestId('palette-entry').first()).toHaveAttribute('data-highlighted');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('shown-corners')).toBeVisible();
  for (const id of PAGES) {
    await page.getByTestId(`page-${id}`).click();
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
    const serious = violations.filter((found) => found.impact === 'serious' || found.impact === 'critical');
    expect(
      serious.map((found) => `${found.id}: ${found.nodes.map((node) => node.target.join(' ')).join(', ')}`),
      id,
    ).toEqual([]);
  }
  await page.getByTestId('preferences-find').fill('wheel turns');
  await page.getByTestId('found-setting').click();
  await expect(page.getByTestId('wheel-reversed')).toBeFocused();
});

test('changes hold at once, survive a restart, and go back to what they were', async ({ bench }) => {
  const dataDir = await bench.demoFolder();
  const first = await bench.start({ dataDir });
  await demoComplete(first.page);
  const dateCell = worklist.rows(first.page).first();
  await openPreferences(first.page, 'general');
  await choose(first.page, 'locale', 'de-DE');
  await expect(first.page.getByTestId('shown-general')).toContainText('22.11.2026, 10.214');
  await choose(first.page, 'locale', 'en-US');
  await expect(first.page.getByTestId('shown-general')).toContainText('11/22/2026, 10,214');
  await first.page.getByTestId('page-toolbar').click();
  await first.page.getByTestId('toolbar-view.fit').getByRole('switch').click();
  await first.page.getByTestId('page-mouse').click();
  await choose(first.page, 'button-Left', 'pan');
  await expect.poll(async () => await readFile(join(dataDir, 'settings', 'preferences.json'), 'utf8').catch(() => '')).toContain('"Left": "pan"');
  await closeWindow(first.page);
  await expect(dateCell).toContainText('/');
  await first.app.evaluate(({ app }) => app.quit()).catch(() => undefined);
  await first.close();

  const { page } = await bench.start({ dataDir });
  await expect(worklist.rows(page).first()).toContainText('/');
  await openStudy(page, await demoStudyUid('ct-chest'));
  await expect(page.getByTestId('tool.pan')).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByTestId('toolbar').getByTestId('view.fit')).toHaveCount(0);
  await openPreferences(page, 'general');
  await page.getByTestId('reset-all').click();
  await page.getByTestId('reset-now').click();
  await expect(page.getByTestId('reset-now')).toHaveCount(0);
  await closeWindow(page);
  await expect(page.getByTestId('tool.window')).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByTestId('toolbar').getByTestId('view.fit')).toHaveCount(1);
});

test('the window stands where it was put, also when the program ended right after', async ({ bench }) => {
  const first = await bench.start({});
  const { dataDir } = first;
  const place = (): Promise<Rectangle | undefined> =>
    first.app.evaluate(({ BrowserWindow }) => {
      const [window] = BrowserWindow.getAllWindows();
      const before = window?.getNormalBounds();
      window?.setBounds({ x: 90, y: 70, width: 1111, height: 777 });
      return before;
    });
  // A window that has only just been shown may still be given the size that it was made with.
  await expect.poll(place, { intervals: [300] }).toMatchObject({ width: 1111, height: 777 });
  const placed = await place();
  await first.app.close();
  expect(JSON.parse(await readFile(join(dataDir, 'electron', 'window.json'), 'utf8'))).toMatchObject({ ...placed, width: 1111, height: 777 });
});

test('corner texts follow their table at once; name and id stay whatever is taken away', async ({ bench }) => {
  const { page } = await chest(bench);
  const cell = viewer.active(page);
  await viewer.rail(page).filter({ hasText: 'Chest 2.0 soft' }).click();
  await expect(cell.getByTestId('corner-topLeft')).toContainText(' y, ');
  await openPreferences(page, 'corners');
  await page.getByTestId('remove-topLeft-0').click();
  await page.getByTestId('add-bottomRight').click();
  await closeWindow(page);
  await expect(cell.getByTestId('corner-topLeft')).not.toContainText(' y, ');
  await expect(cell.getByTestId('corner-topLeft').locator('p')).toHaveCount(2);
  await expect(cell.getByTestId('corner-bottomRight')).toContainText('512 x 512');
  await page.screenshot({ path: test.info().outputPath('own-corners.png') });
});

test('a window preset of the user is on its key; the keys of the mouse do what was chosen', async ({ bench }) => {
  const { page } = await chest(bench);
  const cell = viewer.active(page);
  await openPreferences(page, 'windows');
  await page.getByTestId('preset-1').getByRole('textbox').first().fill('Own lung');
  const width = page.getByTestId('preset-1').getByRole('spinbutton').first();
  await width.fill('1234');
  await width.press('Enter');
  await page.getByTestId('page-mouse').click();
  await choose(page, 'wheel-Wheel', 'zoom');
  await closeWindow(page);
  await cell.focus();
  await page.keyboard.press('1');
  await expect(cell).toContainText('W 1234 L -600');
  await expect(page.getByTestId('preset-menu')).toContainText('1 Own lung');
  const before = await cell.getAttribute('data-index');
  await cell.hover();
  await page.mouse.wheel(0, -240);
  await expect.poll(async () => await cell.innerText()).toMatch(/zoom [2-9]/);
  expect(await cell.getAttribute('data-index')).toBe(before);
});

test('preferences go to one file and come back; a hostile file changes nothing', async ({ bench }) => {
  const { app, page } = await bench.start({ args: ['--no-demo'] });
  const folder = await bench.folder();
  const target = join(folder, 'mine.json');
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
  }, target);
  await openPreferences(page, 'general');
  await choose(page, 'locale', 'de-DE');
  await page.getByTestId('preferences-export').click();
  await expect(page.getByTestId('preferences-said')).toContainText(`Written to ${target}`);
  expect(JSON.parse(await readFile(target, 'utf8'))).toMatchObject({ kind: 'alternator preferences', preferences: { general: { locale: 'de-DE' } } });
  await choose(page, 'locale', 'fr-FR');
  const hostile = join(folder, 'hostile.json');
  await writeFile(hostile, '{"kind":"alternator preferences","version":1,"preferences":{"mouse":{"buttons":{"Left":"<img src=x onerror=alert(1)>"}}}}');
  await page.getByTestId('preferences-file').setInputFiles(hostile);
  await expect(page.getByTestId('preferences-said')).toContainText('these parts do not fit: mouse. Nothing was changed.');
  const clashing = join(folder, 'clash.json');
  await writeFile(clashing, '{"kind":"alternator preferences","version":1,"preferences":{"keys":{"view.invert":["F"]}}}');
  await page.getByTestId('preferences-file').setInputFiles(clashing);
  await expect(page.getByTestId('preferences-said')).toContainText('would share a key');
  await expect(page.getByTestId('locale')).toHaveAttribute('data-value', 'fr-FR');
  await page.evaluate(() => {
    const { text } = File.prototype;
    File.prototype.text = function gone() {
      File.prototype.text = text;
      return Promise.reject(new DOMException('A requested file could not be found', 'NotFoundError'));
    };
  });
  await page.getByTestId('preferences-file').setInputFiles(target);
  await expect(page.getByTestId('preferences-said')).toContainText('it could not be read (A requested file could not be found). Nothing was changed.');
  await page.getByTestId('preferences-file').setInputFiles(target);
  await expect(page.getByTestId('locale')).toHaveAttribute('data-value', 'de-DE');
  // what is set for the station comes only when somebody says so
  await expect(page.getByTestId('preferences-offered')).toContainText('0 rules of the outage set, the columns of the worklist, 0 saved lists');
  await expect(page.getByTestId('preferences-offered')).toContainText('0 routing rules, the limits of the cache');
  await page.getByTestId('leave-station').click();
  const rules = join(folder, 'rules.json');
  const rule = { name: 'CT to PACS', enabled: true, match: { Modality: 'CT' }, to: 'PACS', held: true };
  await writeFile(
    rules,
    JSON.stringify({ kind: 'alternator preferences', version: 1, preferences: {}, sections: [], station: { routing: { rules: [rule] } } }),
  );
  await page.getByTestId('page-routing').click();
  await page.getByTestId('preferences-file').setInputFiles(rules);
  await expect(page.getByTestId('preferences-offered')).toContainText('It also has 1 routing rule');
  await expect(page.getByTestId('preferences-offered')).toContainText('rule "CT to PACS": to PACS, held');
  await page.screenshot({ path: test.info().outputPath('station-offered.png') });
  await expect(page.getByTestId('routing-none')).toBeVisible();
  await page.getByTestId('take-station').click();
  await expect(page.getByTestId('preferences-said')).toContainText('Taken from rules.json: 1 routing rule. It holds now.');
  await expect(page.getByTestId('routing-rule')).toContainText('CT to PACS');
});

test('the place of everything is chosen, holds from the next start on, and a place that is gone ends the start in words', async ({ bench }) => {
  test.skip(process.platform !== 'linux', 'the place of applications is told to the program by XDG_CONFIG_HOME');
  test.setTimeout(180_000);
  const root = await bench.folder();
  const [appData, disk] = [join(root, 'config'), join(root, 'disk')];
  for (const folder of [appData, disk]) await mkdir(folder);
  const usual = join(appData, 'Alternator');
  const first = await bench.start({ appData, args: ['--no-demo'] });
  await openPreferences(first.page, 'cache');
  const place = first.page.getByTestId('cache-place');
  await expect(place).toHaveText(usual);
  await choosePlace(first, join(usual, 'cache'));
  await expect(first.page.getByTestId('shown-cache').getByRole('alert')).toContainText('Nothing was changed');
  await choosePlace(first, disk);
  await expect(first.page.getByTestId('cache-place-next')).toContainText(disk);
  await expect(place).toHaveText(usual);
  await first.page.screenshot({ path: test.info().outputPath('place-chosen.png') });
  await first.app.evaluate(({ app }) => app.quit()).catch(() => undefined);
  await first.close();

  const second = await bench.start({ appData, args: ['--no-demo'] });
  expect((await second.listening()).dataDir).toBe(disk);
  await openPreferences(second.page, 'cache');
  await expect(second.page.getByTestId('cache-place')).toHaveText(disk);
  await expect(second.page.getByTestId('cache-place-usual')).toBeVisible();
  // what stands there is known as ours: choosing it once more puts no second one into it
  await choosePlace(second, disk);
  await expect(second.page.getByTestId('cache-place-next')).toHaveCount(0);
  expect(await readdir(disk)).not.toContain('Alternator');
  await second.app.evaluate(({ app }) => app.quit()).catch(() => undefined);
  await second.close();

  // a disk that is not attached: its window waits for somebody to close it, so the start is ended from outside
  await rename(disk, `${disk}-away`);
  const before = await readdir(usual);
  const { stderr } = await runProgram(['--no-demo', '--dicom-port', '0'], 10_000, { XDG_CONFIG_HOME: appData });
  expect(stderr).toContain(`The place that was chosen for studies is not there: ${disk}. Nothing is lost.`);
  expect(await readdir(usual)).toEqual(before);
  expect(await readdir(root)).not.toContain('disk');
});

test('columns of the list are walked, moved and sized by keys', async ({ bench }) => {
  const { page } = await bench.start({ dataDir: await bench.demoFolder() });
  await demoComplete(page);
  const order = () => page.locator('[role="columnheader"]').evaluateAll((heads) => heads.map((head) => (head as HTMLElement).dataset['testid']));
  const before = await order();
  const at = before.indexOf('column-patient');
  await page.getByTestId('column-patient').getByRole('button').focus();
  await page.keyboard.press('Alt+ArrowRight');
  await expect.poll(async () => (await order()).slice(at, at + 2)).toEqual([before[at + 1], 'column-patient']);
  await expect(page.getByTestId('column-patient').getByRole('button')).toBeFocused();
  const width = async () => (await page.getByTestId('column-patient').boundingBox())?.width ?? 0;
  const narrow = await width();
  for (let step = 0; step < 3; step++) await page.keyboard.press('Shift+ArrowRight');
  await expect.poll(width).toBeGreaterThan(narrow + 30);
  await page.keyboard.press('ArrowLeft');
  await expect(page.locator(`[data-testid="${before[at + 1]}"]`).getByRole('button')).toBeFocused();
});
