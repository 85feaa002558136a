import AxeBuilder from '@axe-core/playwright';
import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { demoStudyUid } from '../support/e2e/node-side';
import { calibrate, corrected, levels, panel } from '../support/e2e/measured-display';
import { closeWindow, demoComplete, openStudy, viewer } from '../support/e2e/screens';
import { expect, test } from '../support/e2e/workstation';

/** Prints all words of a PDF. A program of its own: the runner's loader does not take the library as a module. */
const PDF_WORDS = `
  import { readFile } from 'node:fs/promises';
  import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
  const pdf = await getDocument({ data: Uint8Array.from(await readFile(process.argv[1])), useSystemFonts: true, verbosity: 0 }).promise;
  for (let number = 1; number <= pdf.numPages; number++)
    console.log((await (await pdf.getPage(number)).getTextContent()).items.map((item) => item.str ?? '').join(' '));
`;

function pdfText(path: string): string {
  const run = spawnSync('node', ['--input-type=module', '-e', PDF_WORDS, path], { encoding: 'utf8', cwd: join(import.meta.dirname, '../..') });
  expect(run.stderr).toBe('');
  return run.stdout;
}

/** How dark the edges of the paper are, page by page (255 = white), where the program that draws PDFs is installed. */
function edgesOf(path: string): readonly number[] {
  const run = spawnSync('pdftoppm', ['-r', '20', path], { maxBuffer: 2 ** 26 });
  if (run.error !== undefined) return [];
  const pages: number[] = [];
  for (let at = 0; at < run.stdout.length;) {
    const head = /^P6\s+(\d+)\s+(\d+)\s+255\s/.exec(run.stdout.subarray(at, at + 40).toString('latin1'));
    if (head === null) throw new Error('not a picture');
    const [width, height] = [Number(head[1]), Number(head[2])];
    const pixels = run.stdout.subarray(at + head[0].length, at + head[0].length + 3 * width * height);
    pages.push(
      Math.min(...pixels.subarray(0, 3 * width), ...pixels.subarray(pixels.length - 3 * width), ...[...pixels].filter((_, byte) => byte % (3 * width) < 3)),
    );
    at += head[0].length + pixels.length;
  }
  return pages;
}

test('a measured display is fitted, says so everywhere, and is still after a restart', async ({ bench }) => {
  test.setTimeout(240_000);
  const dataDir = await bench.demoFolder();
  const first = await bench.start({ dataDir });
  const { page } = first;
  await demoComplete(page);
  await expect(page.getByTestId('status-display')).toContainText('display: not calibrated');
  await openStudy(page, await demoStudyUid('ct-chest'));
  const cell = viewer.active(page);
  await expect(cell).toHaveAttribute('data-shows', 'true');
  await expect(cell).toContainText('display: not calibrated');
  const before = await page.getByTestId('stage').screenshot();
  await calibrate(page, bench);
  await expect(page.getByRole('img', { name: 'JND per grey step over grey level' })).toBeVisible();
  for (const [width, height] of [
    [1280, 800],
    [1920, 1080],
  ] as const) {
    await page.setViewportSize({ width, height }).catch(() => undefined);
    await page.screenshot({ path: test.info().outputPath(`measured-${width}x${height}.png`) });
  }
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  const serious = violations.filter((found) => found.impact === 'serious' || found.impact === 'critical');
  expect(serious.map((found) => `${found.id}: ${found.nodes.map((node) => node.target.join(' ')).join(', ')}`)).toEqual([]);
  await closeWindow(page);
  await expect(page.getByTestId('status-display')).toContainText('display: GSDF-fitted, 8-bit');
  await expect(cell).toContainText('display: GSDF-fitted, 8-bit');
  expect((await page.getByTestId('stage').screenshot()).equals(before), 'greys leave by the table').toBe(false);
  await expect.poll(async () => await readFile(join(dataDir, 'settings', 'displays.json'), 'utf8')).toContain('M. Okafor');
  await first.app.evaluate(({ app }) => app.quit()).catch(() => undefined);
  await first.close();
  const again = await bench.start({ dataDir });
  await expect(again.page.getByTestId('status-display')).toContainText('display: GSDF-fitted, 8-bit');
});

test('a signed measurement goes out as a report that reads like the screen, and as a DICOM record', async ({ bench }) => {
  test.setTimeout(240_000);
  const { page, app } = await bench.start({ dataDir: await bench.demoFolder() });
  await demoComplete(page);
  await calibrate(page, bench);
  const folder = await bench.folder();
  const saved = async (button: string, name: string): Promise<Buffer> => {
    const path = join(folder, name);
    await app.evaluate(({ dialog }, filePath) => {
      dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
    }, path);
    await page.getByTestId(button).click();
    await expect(page.getByTestId('display-said')).toContainText(`Written to ${path}.`);
    return await readFile(path);
  };
  await writeFile(test.info().outputPath('report.pdf'), await saved('display-pdf', 'report.pdf'));
  // Ligatures come out as words of their own: blanks say nothing.
  const bare = (words: string): string => words.replace(/\s/g, '');
  const text = bare(pdfText(join(folder, 'report.pdf')));
  for (const words of [
    'Display conformance test',
    'not a medical device',
    'Within the limits for CT, MR and others',
    'Not fit for mammography',
    'Max contrast error',
    'M. Okafor',
    'from a CSV file',
    'Contrast error of each step',
    'Earlier measurements',
  ])
    expect(text).toContain(bare(words));
  expect(text).not.toContain(bare('Not signed'));
  for (const line of corrected.split('\n')) expect(text).toContain(Number(line.split(',')[1]).toFixed(3));
  // Nothing of the screen behind it, and nothing of its dark on the paper.
  expect(edgesOf(join(folder, 'report.pdf')).every((edge) => edge === 255)).toBe(true);
  expect(text).not.toContain('Warm-up');
  await expect(page.getByTestId('report-print')).toHaveCount(0);
  await expect(page.getByTestId('display-dialog')).toBeVisible();
  const record = await saved('display-dicom', 'record.dcm');
  expect(record.subarray(128, 132).toString()).toBe('DICM');
  expect(record.includes('1.2.840.10008.5.1.1.40.1')).toBe(true);
});

test('an overdue measurement, and one in another mode, count as none: banner, words, and the display as it is', async ({ bench }) => {
  test.setTimeout(240_000);
  const dataDir = await bench.demoFolder();
  const first = await bench.start({ dataDir });
  await demoComplete(first.page);
  await calibrate(first.page, bench);
  await first.app.evaluate(({ app }) => app.quit()).catch(() => undefined);
  await first.close();
  const file = join(dataDir, 'settings', 'displays.json');
  const kept = await readFile(file, 'utf8');
  await writeFile(file, kept.replace(/"dueOn": "[\d-]+"/, '"dueOn": "2020-01-31"'));
  const late = await bench.start({ dataDir });
  await expect(late.page.locator('[data-testid="station-notice"][data-key="display-due"]')).toContainText('was due to be measured');
  await expect(late.page.getByTestId('status-display')).toContainText('display: not calibrated');
  await late.page.screenshot({ path: test.info().outputPath('overdue.png') });
  await late.app.evaluate(({ app }) => app.quit()).catch(() => undefined);
  await late.close();
  await writeFile(file, kept.replace(/"mode": "\d+ x/, '"mode": "999 x'));
  const other = await bench.start({ dataDir });
  await expect(other.page.getByTestId('status-display')).toContainText('display: not calibrated');
  await expect(other.page.getByTestId('status-display')).toHaveAttribute('title', /measure again, or set it back/);
});

test('readings are typed over the patch; what cannot be is refused; patterns and the look of the day', async ({ bench }) => {
  const { page } = await bench.start({ args: ['--no-demo'] });
  await page.getByTestId('status-display').click();
  await page.getByTestId('display-warm').click();
  await page.getByTestId('measure-alone').click();
  await expect(page.getByTestId('measuring')).toContainText('Grey 0, 1 of 18');
  await page.screenshot({ path: test.info().outputPath('patch.png') });
  await page.keyboard.type('abc');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('measuring')).toContainText('1 of 18');
  await page.getByTestId('luminance').fill('');
  for (const level of levels) {
    await expect(page.getByTestId('measuring')).toContainText(`Grey ${level},`);
    await page.getByTestId('luminance').fill(panel(level).toFixed(4).replace('.', ','));
    await page.keyboard.press('Enter');
  }
  await expect(page.getByTestId('display-dialog')).toContainText('18 greys');
  const size = page.viewportSize();
  await page.setViewportSize({ width: 1280, height: 800 });
  const tops = ['pattern', 'csv', 'json', 'pdf', 'dicom'].map(async (name) => Math.round((await page.getByTestId(`display-${name}`).boundingBox())?.y ?? NaN));
  expect(new Set(await Promise.all(tops)).size, 'what can be made of it stands in one row').toBe(1);
  await page.screenshot({ path: test.info().outputPath('narrow.png') });
  if (size !== null) await page.setViewportSize(size);
  await page.getByTestId('measure-verified').click();
  await page.getByTestId('luminance').fill('5');
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('display-dialog')).toBeVisible();
  await page.getByTestId('display-pattern').click();
  await expect(page.getByTestId('pattern-name')).toContainText('synthetic');
  // The lower edge of the pattern belongs to the pattern while it is looked at.
  await expect(page.getByTestId('pattern-bar')).toBeHidden();
  await page.screenshot({ path: test.info().outputPath('pattern.png') });
  await page.keyboard.press('b');
  await expect(page.getByTestId('pattern-bar')).toBeVisible();
  await page.keyboard.press('b');
  await expect(page.getByTestId('pattern-bar')).toBeHidden();
  await page.mouse.move(300, 300);
  await page.mouse.move(340, 320);
  for (const name of ['SMPTE', 'six faint discs']) {
    await page.getByTestId('pattern-next').click();
    await expect(page.getByTestId('pattern-name')).toContainText(name);
    await page.keyboard.press('b');
    await expect(page.getByTestId('pattern-bar')).toBeHidden();
    await page.screenshot({ path: test.info().outputPath(`pattern-${name.slice(0, 3)}.png`) });
    await page.keyboard.press('b');
  }
  await page.getByTestId('pattern-next').click();
  await expect(page.getByTestId('pattern-name')).toContainText('black');
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('display-dialog')).toBeVisible();
});

test('where a display is not fit, the rule of the station says so or does not show; a card gives the size of a pixel', async ({ bench }) => {
  test.setTimeout(240_000);
  const { page } = await bench.start({ dataDir: await bench.demoFolder() });
  await demoComplete(page);
  await openStudy(page, await demoStudyUid('ct-chest'));
  const cell = viewer.active(page);
  await expect(cell).toHaveAttribute('data-shows', 'true');
  const rule = async (policy: string) => {
    await page.getByTestId('status-display').click();
    await page.getByTestId('display-policy').click();
    await page.getByTestId(`display-policy-${policy}`).click();
    await expect(page.getByTestId('display-said')).toContainText('The rule holds now.');
    await closeWindow(page);
  };
  await rule('warn');
  await expect(cell.getByTestId('viewport-states')).toContainText('display is not fit for CT: not calibrated');
  await rule('block');
  await expect(cell.getByTestId('display-gate')).toBeVisible();
  await expect(cell.getByTestId('corner-topLeft')).toContainText('ID ');
  await page.screenshot({ path: test.info().outputPath('blocked.png') });
  await page.getByTestId('look-anyway').click();
  await expect(cell).toHaveAttribute('data-shows', 'true');
  await expect(cell.getByTestId('viewport-states')).toContainText('display is not fit for CT');
  await cell.focus();
  await page.keyboard.press('t');
  await expect(cell).toContainText('no true size: this display was not measured');
  await page.getByTestId('status-display').click();
  await page.getByTestId('card-open').click();
  // Its edge lies where the hand can reach it.
  await expect(page.getByTestId('card-edge')).toBeInViewport({ ratio: 1 });
  await page.screenshot({ path: test.info().outputPath('card.png') });
  await page.getByTestId('card-edge').focus();
  await page.keyboard.press('ArrowRight');
  await page.getByTestId('card-take').click();
  await expect(page.getByTestId('pixel-size')).toContainText('measured with a card');
  await closeWindow(page);
  await cell.focus();
  await page.keyboard.press('t');
  await expect(cell).toContainText(/true size(, [^;]+)?; display measured with a card/);
  await expect(cell).not.toContainText('no true size');
});
