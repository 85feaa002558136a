import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { filmFile } from '../support/e2e/films';
import { OBJECTS_STUDY, writeObjectFolder } from '../support/e2e/object-folder';
import { closeWindow, layOut, runByPalette, viewer, worklist } from '../support/e2e/screens';
import { expect, test } from '../support/e2e/workstation';

test('a folder with objects of every kind is imported, each shown for what it is, and the refused ones named', async ({ bench }) => {
  const source = join(await bench.folder(), 'disc');
  await writeObjectFolder(source);
  const { app, page } = await bench.start({ args: ['--no-demo', source] });
  const rail = viewer.rail(page);
  await expect(rail).toHaveCount(6, { timeout: 60_000 });
  await expect(rail.filter({ hasText: 'Axial' }).getByTestId('set-picture')).toHaveAttribute('data-drawn', 'true');
  const object = page.getByTestId('object-view');

  await rail.filter({ hasText: 'Findings' }).click();
  await expect(object).toHaveAttribute('data-kind', 'report');
  await expect(object).toContainText('Imaging Measurement Report');
  await expect(object).toContainText('Diameter: 12.5 mm');
  await expect(object).toContainText('Observer: Reader, Rita');
  await expect(object).toContainText('<img src=x onerror=alert(1)> nodule');
  expect(await object.locator('img').count()).toBe(0);
  await object.getByTestId('report-link').click();
  await expect(object).toHaveCount(0);
  await expect(viewer.active(page)).toContainText('Im 2/5');

  await rail.filter({ hasText: 'Key images' }).click();
  await expect(object).toHaveAttribute('data-kind', 'keyObjects');
  await expect(object.getByTestId('report-link')).toHaveText('Axial 2 mm, image 3 of 5');

  await rail.filter({ hasText: '12-lead' }).click();
  await expect(object.getByTestId('waveform')).toHaveAttribute('data-samples', '5000');
  await expect(object.getByTestId('waveform-words')).toContainText('2 channels, 500 Hz, 10.0 s · large square = 0.2 s x 0.5 mV');
  await expect.poll(() => inkOf(page.getByTestId('waveform'))).toBeGreaterThan(500);
  const names = object.getByTestId('waveform-channel');
  await expect(names).toHaveText([/^I\s?0\.05 to 150 Hz$/, /^II\s?0\.05 to 150 Hz$/]);
  const curves = await page.getByTestId('waveform').boundingBox();
  for (const box of await Promise.all((await names.all()).map((name) => name.boundingBox())))
    expect((box?.x ?? 0) + (box?.width ?? 0), 'no curve crosses a name').toBeLessThanOrEqual((curves?.x ?? 0) + 1);

  await page.screenshot({ path: test.info().outputPath('waveform.png') });

  await rail.filter({ hasText: 'Letter' }).click();
  await expect(object.getByTestId('pdf-pages')).toHaveText('1 page', { timeout: 30_000 });
  const sheet = object.locator('canvas[data-drawn]');
  await expect(sheet).toHaveCount(1);
  expect(await greyAt(sheet, 0.25, 0.5)).toBe(0);
  expect(await greyAt(sheet, 0.75, 0.1)).toBe(255);

  await page.getByTestId('tab-worklist').click();
  await page.getByTestId('tab-study').click();
  await expect(object, 'the letter stands there over the list and back').toHaveAttribute('data-kind', 'pdf');
  await expect(sheet).toHaveCount(1);

  await rail.filter({ hasText: 'Model' }).click();
  await expect(page.getByTestId('stored-not-shown')).toContainText('Stored, not shown: Encapsulated STL (1.2.840.10008.5.1.4.1.1.104.3)');

  await page.keyboard.press('Control+i');
  const header = page.getByTestId('header-view');
  await expect(header).toContainText('Encapsulated Document');
  await page.getByTestId('header-search').fill('0010,0010');
  await expect(header.getByTestId('header-line')).toHaveCount(1);
  await expect(header.getByTestId('header-line')).toContainText('Objects^Olga');
  await header.getByTestId('header-line').click();
  await header.getByTestId('header-copy-value').click();
  type Clipboard = { clipboard: { readText(): string } };
  await expect.poll(() => app.evaluate((electron) => (electron as unknown as Clipboard).clipboard.readText())).toBe('Objects^Olga');
  await page.keyboard.press('Escape');
  await expect(header).toHaveCount(0);
});

test('in the smallest viewport a waveform says in full what no reader may miss, and the rest on hover', async ({ bench }) => {
  const source = join(await bench.folder(), 'disc');
  await writeObjectFolder(source);
  const { page } = await bench.start({ args: ['--no-demo', source] });
  await expect(viewer.rail(page)).toHaveCount(6, { timeout: 60_000 });
  await layOut(page, '4x4', 16);
  await viewer.rail(page).filter({ hasText: '12-lead' }).click();
  const object = viewer.active(page).getByTestId('object-view');
  await expect(object.getByTestId('waveform')).toHaveAttribute('data-samples', '5000');
  const limits = object.getByTestId('waveform-limits');
  await expect(limits).toHaveText('not in true size');
  const within = await limits.evaluate((element) => {
    const [own, all] = [element.getBoundingClientRect(), element.closest('[data-testid="object-view"]')?.getBoundingClientRect()];
    const curves = element.closest('[data-testid="object-view"]')?.querySelector('[data-testid="waveform"]')?.getBoundingClientRect();
    if (all === undefined || curves === undefined) return ['no object'];
    return [element.scrollWidth <= element.clientWidth, own.left >= all.left, own.right <= all.right, own.height >= 16, own.bottom <= curves.top];
  });
  expect(within).toEqual([true, true, true, true, true]);
  await expect(object.getByTitle('large square = 0.2 s x 0.5 mV')).toBeVisible();
  await page.screenshot({ path: test.info().outputPath('small-waveform.png') });
});

test('an import says how far it is in files and bytes, what it refused and why, and what was here before', async ({ bench }) => {
  const source = join(await bench.folder(), 'disc');
  await writeObjectFolder(source);
  const { app, page } = await bench.start({ args: ['--no-demo', source] });
  await expect(viewer.rail(page)).toHaveCount(6, { timeout: 60_000 });
  await page.keyboard.press('Alt+1');
  await expect(worklist.row(page, OBJECTS_STUDY)).toBeVisible();
  await expect(page.getByTestId('details-one-series').filter({ hasText: 'Axial' }).getByTestId('set-picture')).toHaveAttribute('data-drawn', 'true');
  await drop(page, [join(source, 'more.zip'), join(source, 'ct1.dcm')]);
  const result = page.getByTestId('import-result');
  await expect(result).toContainText('4 of 4 files');
  await expect(result).toContainText('3were here already');
  await expect(result.getByTestId('refused-file')).toHaveCount(1);
  await expect(result.getByTestId('refused-file')).toContainText('more.zip > disc/readme.txt');
  await expect(result.getByTestId('refused-file')).toContainText('not a DICOM file');
  // Nothing is opened in a test: what would be shown is noted.
  await app.evaluate(({ shell }) => {
    const noted: string[] = [];
    Object.assign(globalThis, { noted });
    shell.showItemInFolder = (path) => void noted.push(path);
  });
  await result.getByTestId('show-refused').click();
  await expect.poll(() => app.evaluate(() => (globalThis as unknown as { noted: string[] }).noted)).toEqual([join(source, 'more.zip')]);
  await page.keyboard.press('Escape');

  await app.evaluate(({ app: program }, link) => program.emit('second-instance', {}, [], '', { paths: [link] }), `alternator://study/${OBJECTS_STUDY}`);
  await expect(viewer.rail(page)).toHaveCount(6);
  await page.keyboard.press('Alt+1');
  await app.evaluate(({ app: program }) => program.emit('second-instance', {}, [], '', { paths: ['alternator://delete/1.2'] }));
  await expect(page.getByText('A link could not be opened.')).toBeVisible();
});

test('a film is played, stepped and run through by the keys of images, says its frame, and one without a picture that can be decoded says so', async ({
  bench,
}) => {
  const source = await bench.folder();
  await writeFile(join(source, '1.dcm'), filmFile('greys'));
  await writeFile(join(source, '2.dcm'), filmFile('sound'));
  await writeFile(join(source, '3.dcm'), filmFile('long'));
  const { page } = await bench.start({ args: ['--no-demo', source] });
  const rail = viewer.rail(page);
  await expect(rail).toHaveCount(3, { timeout: 60_000 });
  await rail.filter({ hasText: '1 Film' }).click();
  const [place, video] = [page.getByTestId('film-place'), page.getByTestId('video')];
  await expect(place).toHaveText('frame 1 of 40, 0:00.00 of 0:01.60');
  const press = async (key: string): Promise<void> => {
    await viewer.active(page).focus();
    await page.keyboard.press(key);
  };
  // Each frame is 5 levels brighter than the one before.
  const frameOnScreen = async (): Promise<number> => Math.round((await middleOf(video)) / ((5 * 255) / 219)) + 1;
  await press('ArrowDown');
  await press('ArrowDown');
  await expect(place).toContainText('frame 3 of 40');
  await expect.poll(frameOnScreen).toBe(3);
  await press('End');
  await expect.poll(frameOnScreen).toBe(40);
  await press('ArrowUp');
  await expect(place).toContainText('frame 39 of 40');
  await press('Home');
  for (let times = 0; times < 12; times++) await page.keyboard.press('ArrowDown');
  await expect(place, 'keys that come faster than the pictures are all counted').toContainText('frame 13 of 40');
  await expect.poll(frameOnScreen).toBe(13);
  const slider = page.getByRole('slider', { name: 'Place in the film' });
  for (const number of [14, 15, 16]) {
    await slider.press('ArrowRight');
    await expect(place).toContainText(`frame ${String(number)} of 40`);
    await expect.poll(frameOnScreen).toBe(number);
  }
  await press('End');
  await press('ArrowUp');
  await expect(place).toContainText('frame 39 of 40');
  await expect.poll(frameOnScreen).toBe(39);
  await video.hover();
  await page.mouse.wheel(0, -120);
  await expect.poll(frameOnScreen).toBe(38);
  await press('Home');
  await press('-');
  await expect(page.getByTestId('film-rate')).toHaveText('0.5x');
  await press('Space');
  await expect(page.getByTestId('cine.toggle')).toHaveAttribute('aria-pressed', 'true');
  await expect.poll(frameOnScreen).toBeGreaterThan(3);
  await press('Space');
  await expect.poll(() => video.evaluate((element: HTMLVideoElement) => element.paused)).toBe(true);
  await page.screenshot({ path: test.info().outputPath('film.png') });
  const size = await video.boundingBox();
  await press('i');
  await expect(page.getByTestId('object-said')).toHaveText('not with a film');
  expect(await video.boundingBox(), 'what is said takes no room from the film').toEqual(size);
  await page.screenshot({ path: test.info().outputPath('film-said.png') });

  await runByPalette(page, 'Preferences: mouse and wheel');
  await page.getByTestId('wheel-reversed').click();
  await closeWindow(page);
  await press('Home');
  await expect(place).toContainText('frame 1 of 40');
  await video.hover();
  await page.mouse.wheel(0, -120);
  await expect(place, 'the wheel goes the way that the user set').toContainText('frame 2 of 40');

  await rail.filter({ hasText: 'Long' }).click();
  await expect(place).toHaveText('frame 1 of 40, 0:00.00 of 0:01.60');
  expect(await video.evaluate((element: HTMLVideoElement) => element.duration), 'the film goes on after its picture').toBeCloseTo(1.75);
  for (let times = 0; times < 30; times++) await press('ArrowDown');
  await expect(place).toContainText('frame 31 of 40');
  await expect.poll(frameOnScreen).toBe(31);
  await press('End');
  await expect.poll(frameOnScreen).toBe(40);

  await rail.filter({ hasText: 'Sound' }).click();
  await expect(page.getByTestId('video-not-shown')).toContainText('This program has no decoder for its picture. Nothing is lost');
  await page.screenshot({ path: test.info().outputPath('no-picture.png') });
  await press('Space');
  await expect(page.getByTestId('object-said')).toHaveText('not with a film');
});

/** Grey of the middle of what a video shows. */
async function middleOf(video: Locator): Promise<number> {
  return await video.evaluate((element: HTMLVideoElement) => {
    const canvas = new OffscreenCanvas(1, 1);
    const context = canvas.getContext('2d');
    context?.drawImage(element, 20, 20, 1, 1, 0, 0, 1, 1);
    return context?.getImageData(0, 0, 1, 1).data[0] ?? -1;
  });
}

/** Pixels of the curve's colour. */
async function inkOf(canvas: Locator): Promise<number> {
  return await canvas.evaluate((element: HTMLCanvasElement) => {
    const { data } = element.getContext('2d')?.getImageData(0, 0, element.width, element.height) ?? { data: new Uint8ClampedArray() };
    let ink = 0;
    for (let at = 0; at < data.length; at += 4) if ((data[at] ?? 0) > 150 && (data[at + 1] ?? 0) > 150 && (data[at + 2] ?? 0) < 190) ink++;
    return ink;
  });
}

async function greyAt(canvas: Locator, x: number, y: number): Promise<number> {
  return await canvas.evaluate(
    (element: HTMLCanvasElement, place) => {
      const context = element.getContext('2d');
      return context?.getImageData(Math.floor(element.width * place.x), Math.floor(element.height * place.y), 1, 1).data[0] ?? -1;
    },
    { x, y },
  );
}

/** Real files dropped on the window, as the file manager does it. */
async function drop(page: Page, paths: readonly string[]): Promise<void> {
  await page.evaluate(() => {
    const input = document.createElement('input');
    input.type = 'file';
    input.multiple = true;
    input.id = 'drop-source';
    document.body.append(input);
  });
  await page.setInputFiles('#drop-source', [...paths]);
  await page.evaluate(() => {
    const input = document.querySelector<HTMLInputElement>('#drop-source');
    const transfer = new DataTransfer();
    for (const file of input?.files ?? []) transfer.items.add(file);
    for (const type of ['dragenter', 'dragover', 'drop'])
      window.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }));
    input?.remove();
  });
}
