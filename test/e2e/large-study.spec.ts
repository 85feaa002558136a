import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { el, encodeDataSet, encodePart10, sampleImage } from '../support/dicom';
import { viewer } from '../support/e2e/screens';
import { decodePng } from '../support/e2e/png';
import { expect, test } from '../support/e2e/workstation';

const CR = '1.2.840.10008.5.1.4.1.1.1';
const SERIES = 60;
const SIDE = 2400;

/** Black and white from pixel to pixel: made small it is an even grey, and only at 1:1 what it is. */
function finestCheck(): Uint8Array {
  const values = new Uint16Array(SIDE * SIDE);
  for (let at = 0; at < values.length; at++) values[at] = (at + Math.floor(at / SIDE)) % 2 === 0 ? 0 : 4095;
  return new Uint8Array(values.buffer);
}

function file(number: number, Rows: number, pixels?: Uint8Array): Uint8Array {
  const ids = { SOPClassUID: CR, SOPInstanceUID: `2.25.60${number}`, SeriesInstanceUID: `2.25.61${number}` };
  const extra = [
    ...[el(0x00200011, 'IS', number), el(0x0008103e, 'LO', `Series ${number}`)],
    el(0x00200020, 'CS', ['L', 'F']),
    ...[el(0x00281050, 'DS', 2047.5), el(0x00281051, 'DS', 4096), el(0x00281052, 'DS', 0), el(0x00280030, 'DS', [0.1, 0.1])],
  ];
  const elements = sampleImage({ ...ids, Modality: 'CR', Rows, Columns: Rows, BitsAllocated: 16, ...(pixels && { pixels }), extra });
  const bare = elements.filter(({ tag }) => (tag < 0x00200032 || tag > 0x00200052) && (tag !== 0x7fe00010 || pixels !== undefined));
  return encodePart10({ ...ids, TransferSyntaxUID: '1.2.840.10008.1.2.1' }, encodeDataSet(bare));
}

test('of a study of many series small pictures are made where the reader looks, nothing moves when they come, the glass shows the finest detail, and a radiograph has its letters', async ({
  bench,
}) => {
  test.setTimeout(180_000);
  const folder = join(await bench.folder(), 'files');
  await mkdir(folder);
  await writeFile(join(folder, '1.dcm'), file(1, SIDE, finestCheck()));
  const small = Uint8Array.from({ length: 64 * 64 * 2 }, (_, at) => at % 16);
  for (let number = 2; number <= SERIES; number++) await writeFile(join(folder, `${number}.dcm`), file(number, 64, small));
  await writeFile(join(folder, 'empty.dcm'), file(SERIES + 1, 64));
  const { page } = await bench.start({ args: ['--no-demo', folder] });
  await expect(viewer.rail(page)).toHaveCount(SERIES + 1, { timeout: 60_000 });
  await expect(viewer.active(page)).toHaveAttribute('data-shows', 'true');

  const drawn = page.locator('[data-testid="rail"] [data-testid="set-picture"][data-drawn="true"]');
  const last = viewer.rail(page).nth(SERIES - 1);
  const top = () => last.evaluate((item) => (item as HTMLElement).offsetTop);
  await expect(viewer.rail(page).first().getByTestId('set-picture')).toHaveAttribute('data-drawn', 'true');
  await expect.poll(() => drawn.count()).toBeGreaterThan(5);
  const place = await top();
  await page.waitForTimeout(1500);
  expect(await drawn.count()).toBeLessThan(SERIES / 2);
  await last.scrollIntoViewIfNeeded();
  await expect(last.getByTestId('set-picture')).toHaveAttribute('data-drawn', 'true');
  expect(await top(), 'nothing moved').toBe(place);
  await page.screenshot({ path: test.info().outputPath('rail.png') });

  const cell = viewer.active(page);
  const letters = async () => await Promise.all(['left', 'right', 'top', 'bottom'].map(async (edge) => await cell.getByTestId(`letter-${edge}`).innerText()));
  expect(await letters()).toEqual(['R', 'L', 'H', 'F']);
  await viewer.rail(page).first().click();
  await expect(cell).toContainText('Series 1');
  await expect(cell).toHaveAttribute('data-shows', 'true');
  await cell.focus();
  const box = await cell.boundingBox();
  await page.mouse.move((box?.x ?? 0) + (box?.width ?? 0) / 2, (box?.y ?? 0) + (box?.height ?? 0) / 2);
  await page.keyboard.down('m');
  const glass = page.getByTestId('magnifier');
  await expect(glass).toContainText('zoom 1.00');
  await page.screenshot({ path: test.info().outputPath('glass.png') });
  // What the glass has, straight from its canvas: a screenshot of the element takes the pointer away.
  const address = await glass.locator('canvas').evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
  const { width, height, rgb } = decodePng(Buffer.from(address.slice(address.indexOf(',') + 1), 'base64'));
  const row = Array.from({ length: 40 }, (_, at) => rgb[3 * (Math.floor(height / 3) * width + Math.floor(width / 2) - 20 + at)] ?? -1);
  expect(new Set(row)).toEqual(new Set([0, 255]));
  expect(
    row.every((level, at) => at === 0 || level !== row[at - 1]),
    'every pixel of the image is one of the glass',
  ).toBe(true);
  await page.keyboard.up('m');
  await expect(glass).toHaveCount(0);
  await page.keyboard.press('h');
  await expect.poll(letters).toEqual(['L', 'R', 'H', 'F']);

  await viewer.rail(page).last().click();
  await expect(page.getByTestId('stored-not-shown')).toContainText('An image by its class, but the object brings no pixel data');
});
