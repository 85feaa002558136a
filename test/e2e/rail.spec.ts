import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { el, encodeDataSet, encodePart10, sampleImage } from '../support/dicom';
import { layOut, viewer } from '../support/e2e/screens';
import { expect, test } from '../support/e2e/workstation';

const MR = '1.2.840.10008.5.1.4.1.1.4';
const SERIES = 40;

function file(series: number): Uint8Array {
  const ids = { SOPClassUID: MR, SOPInstanceUID: `2.25.70${series}`, SeriesInstanceUID: `2.25.71${series}` };
  const extra = [el(0x00080050, 'SH', '17'), el(0x00200011, 'IS', series), el(0x0008103e, 'LO', `${series % 5 === 0 ? 'ADC map' : 'T2'} run ${series}`)];
  return encodePart10({ ...ids, TransferSyntaxUID: '1.2.840.10008.1.2.1' }, encodeDataSet(sampleImage({ ...ids, Modality: 'MR', extra })));
}

test('in a long rail the key images, what was found and the series of the hand are in sight, and a message of the station hides no text of an image', async ({
  bench,
}) => {
  const folder = join(await bench.folder(), 'files');
  await mkdir(folder);
  for (let series = 1; series <= SERIES; series++) await writeFile(join(folder, `${series}.dcm`), file(series));
  await writeFile(join(folder, 'note.dcm'), 'no DICOM object');
  const { page } = await bench.start({ args: ['--no-demo', folder] });
  await expect(viewer.rail(page)).toHaveCount(SERIES, { timeout: 60_000 });
  const cell = viewer.active(page);
  await expect(cell).toHaveAttribute('data-shows', 'true');

  await test.step('the message covers neither number nor basis of the image, and the picture stays where it is', async () => {
    const notice = page.getByTestId('station-notice').first();
    await expect(notice).toBeVisible({ timeout: 30_000 });
    const stage = await page.getByTestId('stage').boundingBox();
    for (const place of ['corner-bottomLeft', 'corner-bottomRight', 'letter-bottom'])
      await expect.poll(async () => await bottomOf(cell.getByTestId(place)), place).toBeLessThanOrEqual((await notice.boundingBox())?.y ?? 0);
    expect(await bottomOf(page.getByTestId('key-images'))).toBeLessThanOrEqual((await notice.boundingBox())?.y ?? 0);
    await page.screenshot({ path: test.info().outputPath('message.png') });
    // the third viewport goes down by a row and stays as large as it is
    await cell.focus();
    await layOut(page, '2x3', 6);
    await layOut(page, '1+2', 3);
    const moved = page.locator('[data-viewport][data-number="2"]').getByTestId('corner-bottomLeft');
    await expect.poll(async () => await bottomOf(moved)).toBeLessThanOrEqual((await notice.boundingBox())?.y ?? 0);
    await layOut(page, '1x1', 1);
    const before = await bottomOf(cell.getByTestId('corner-bottomLeft'));
    await page.getByTestId('station-notice').getByRole('button', { name: 'Read' }).click();
    await expect(notice).toHaveCount(0);
    await expect.poll(async () => await bottomOf(cell.getByTestId('corner-bottomLeft'))).toBeGreaterThan(before);
    expect(await page.getByTestId('stage').boundingBox()).toEqual(stage);
  });

  await test.step('the key images have their place however long the rail is', async () => {
    const box = await page.getByTestId('key-images').boundingBox();
    expect(box?.height).toBeGreaterThan(40);
  });

  await test.step('what was found begins at the top', async () => {
    await viewer.rail(page).last().scrollIntoViewIfNeeded();
    await cell.focus();
    await page.keyboard.press('/');
    await page.keyboard.type('adc');
    await expect(viewer.rail(page)).toHaveCount(SERIES / 5);
    await expect(viewer.rail(page).first()).toBeInViewport({ ratio: 0.9 });
    await page.keyboard.press('Escape');
    await expect(viewer.rail(page)).toHaveCount(SERIES);
    await page.keyboard.press('Escape');
  });

  await test.step('the key of the search shows the rail, and Escape after it stays with the study', async () => {
    await page.keyboard.press('F9');
    await expect(page.getByTestId('rail')).toHaveCount(0);
    await page.keyboard.press('/');
    await expect(page.getByTestId('rail-search')).toBeFocused();
    await page.keyboard.type('adc');
    await expect(viewer.rail(page)).toHaveCount(SERIES / 5);
    await page.keyboard.press('Enter');
    await expect(cell).toContainText('ADC map run 5');
    await page.keyboard.press('Escape');
    await expect(viewer.rail(page)).toHaveCount(SERIES);
    await expect(cell).toBeVisible();
  });

  await test.step('the palette finds a series and Enter shows it in the active viewport', async () => {
    await page.keyboard.press('Control+k');
    await page.getByTestId('palette-input').fill('adc run 10');
    const found = page.locator('[data-testid="palette-entry"][data-id^="series."]');
    await expect(found).toHaveCount(1);
    await expect(found).toContainText('10 ADC map run 10');
    await page.screenshot({ path: test.info().outputPath('palette.png') });
    await page.keyboard.press('Enter');
    await expect(cell).toContainText('ADC map run 10');
    await expect(cell).toBeFocused();
    await page.keyboard.press('Control+k');
    await page.getByTestId('palette-input').fill('1 t2 mr');
    await page.keyboard.press('Enter');
    await expect(cell).toContainText('T2 run 1');
  });

  await test.step('a study whose accession number was typed stands before the series of that number, also for an Enter that is faster than its search', async () => {
    const entries = page.getByTestId('palette-entry');
    const study = (await page.getByTestId('viewer').getAttribute('data-study')) ?? '';
    await page.keyboard.press('Control+k');
    await page.getByTestId('palette-input').fill('17');
    await expect(entries.first()).toHaveAttribute('data-id', study);
    await expect(entries.first()).toHaveAttribute('data-highlighted');
    await expect(entries.last()).toContainText('17 T2 run 17');
    await page.screenshot({ path: test.info().outputPath('palette-number.png') });
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page.getByTestId('palette-input').fill('17');
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('palette')).toHaveCount(0);
    await page.waitForTimeout(500);
    await expect(cell).toContainText('T2 run 1');
    await expect(cell).not.toContainText('run 17');
    await cell.focus();
  });

  await test.step('the series that the keys go to is in sight, and a small viewport says which one it shows', async () => {
    for (let step = 0; step < 20; step++) await page.keyboard.press('ArrowRight');
    await expect(cell).toContainText('run 21');
    await expect(page.locator('[data-testid="rail-item"][aria-pressed="true"]')).toBeInViewport({ ratio: 0.9 });
    for (let marks = 1; marks <= 8; marks++) {
      await page.keyboard.press('k');
      await expect(page.getByTestId('key-image-count')).toHaveText(String(marks));
      await page.keyboard.press('ArrowRight');
      await expect(cell).toContainText(`run ${21 + marks}`);
    }
    const top = (await page.getByTestId('key-images').boundingBox())?.y ?? 0;
    await expect
      .poll(async () => await bottomOf(page.locator('[data-testid="rail-item"][aria-pressed="true"]')), 'no key image lies over it')
      .toBeLessThanOrEqual(top);
    await page.screenshot({ path: test.info().outputPath('key-images.png') });
    await page.getByTestId('tab-worklist').click();
    await page.getByTestId('tab-study').click();
    await expect(page.locator('[data-testid="rail-item"][aria-pressed="true"]')).toBeInViewport({ ratio: 0.9 });
    await cell.focus();
    await layOut(page, '4x4', 16);
    await expect(page.locator('[data-viewport][data-number="1"]')).toContainText(/\d+ (T2|ADC map) run \d+/);
    await page.screenshot({ path: test.info().outputPath('small.png') });
  });
});

async function bottomOf(element: ReturnType<ReturnType<typeof viewer.active>['getByTestId']>): Promise<number> {
  const box = await element.boundingBox();
  return box === null ? NaN : box.y + box.height;
}
