import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Element, el, encodeDataSet, encodePart10, sampleImage, sq } from '../support/dicom';
import { viewer } from '../support/e2e/screens';
import { expect, test } from '../support/e2e/workstation';
import { stateFile } from '../support/presentation-file';
import { windowElements } from '../support/stored-picture';

const [rows, columns] = [240, 320];

function imageFile(extra: readonly Element[]): Uint8Array {
  const pixels = new Uint8Array(Uint16Array.from({ length: rows * columns }, (_, at) => ((at % columns) * 12 + Math.floor(at / columns) * 3) & 0xfff).buffer);
  const elements = sampleImage({ Rows: rows, Columns: columns, pixels, extra });
  return encodePart10(
    { SOPClassUID: '1.2.840.10008.5.1.4.1.1.2', SOPInstanceUID: '2.25.1001', TransferSyntaxUID: '1.2.840.10008.1.2.1' },
    encodeDataSet(elements),
  );
}

const floats = (...values: number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);
const ellipse = [
  ...[el(0x00700005, 'CS', 'PIXEL'), el(0x00700020, 'US', 2), el(0x00700021, 'US', 4), el(0x00700023, 'CS', 'ELLIPSE'), el(0x00700024, 'CS', 'N')],
  el(0x00700022, 'FL', floats(110, 120, 210, 120, 160, 90, 160, 150)),
];
const words = [
  ...[el(0x00700003, 'CS', 'PIXEL'), el(0x00700004, 'CS', 'PIXEL'), el(0x00700006, 'ST', 'Nodule'), el(0x00700012, 'CS', 'LEFT'), el(0x00700015, 'CS', 'Y')],
  ...[el(0x00700010, 'FL', floats(220, 60)), el(0x00700011, 'FL', floats(300, 80)), el(0x00700014, 'FL', floats(205, 110))],
];
const annotations = [
  sq(0x00700001, [[el(0x00700002, 'CS', 'MARKS'), sq(0x00700008, [words]), sq(0x00700009, [ellipse])]]),
  sq(0x00700060, [[el(0x00700002, 'CS', 'MARKS'), el(0x00700062, 'IS', 1), el(0x00700066, 'US', 65_535)]]),
];
const shutter = [...[el(0x00181600, 'CS', 'CIRCULAR'), el(0x00181610, 'IS', [120, 160]), el(0x00181612, 'IS', 110), el(0x00181622, 'US', 0x2000)]];

test('a presentation state is applied with its window, shutter and annotations, named on the image, and taken off again', async ({ bench }) => {
  const folder = join(await bench.folder(), 'files');
  await mkdir(folder);
  await writeFile(join(folder, 'image.dcm'), imageFile([el(0x00280301, 'CS', 'YES')]));
  const voi = sq(0x00283110, [[...windowElements(2000, 3000)]]);
  await writeFile(join(folder, 'state.dcm'), stateFile({ columns, rows, extra: [voi, ...shutter, ...annotations] }));
  const { page } = await bench.start({ args: ['--no-demo', folder] });
  const cell = viewer.active(page);
  await expect(cell).toHaveAttribute('data-shows', 'true', { timeout: 30_000 });
  await expect(cell).toContainText('annotations are burned into the pixels');
  await expect(page.getByTestId('annotations')).toHaveCount(0);

  await cell.focus();
  await page.keyboard.press('Shift+D');
  await expect(cell).toContainText('presentation state TESTSTATE');
  await expect(page.getByTestId('annotations').locator('path')).toHaveCount(1);
  await expect(page.getByTestId('annotations')).toContainText('Nodule');
  await expect(cell).toContainText('W 3000 L 2000');
  if (process.env['ALTERNATOR_PICTURES'] !== undefined) await page.screenshot({ path: join(process.env['ALTERNATOR_PICTURES'], 'state.png') });

  await page.keyboard.press('Shift+O');
  await expect(page.getByTestId('annotations')).toHaveCount(0);
  await expect(cell).toContainText('overlays off');
  await page.keyboard.press('Shift+O');
  await expect(page.getByTestId('annotations')).toHaveCount(1);

  await page.keyboard.press('Shift+D');
  await expect(cell).not.toContainText('presentation state TESTSTATE');
  await expect(page.getByTestId('annotations')).toHaveCount(0);
  await page.keyboard.press('Shift+D');
  await expect(cell).toContainText('presentation state TESTSTATE');
});

test('palette colours with an overlay and a shutter stand in the viewport, a palette without its tables says so', async ({ bench }) => {
  const folder = join(await bench.folder(), 'files');
  await mkdir(folder);
  const pixels = Uint8Array.from({ length: rows * columns }, (_, at) => (at % columns) & 255);
  const table = (channel: number): number[] => Array.from({ length: 256 }, (_, at) => (channel === 0 ? at : channel === 1 ? 255 - at : 128) * 257);
  const palette = [0, 1, 2].flatMap((channel) => [el(0x00281101 + channel, 'US', [256, 0, 16]), el(0x00281201 + channel, 'OW', table(channel))]);
  const image = (uid: string, extra: readonly Element[]): Uint8Array =>
    encodePart10(
      { SOPClassUID: '1.2.840.10008.5.1.4.1.1.7', SOPInstanceUID: uid, TransferSyntaxUID: '1.2.840.10008.1.2.1' },
      encodeDataSet(
        sampleImage({ Rows: rows, Columns: columns, BitsAllocated: 8, pixels, SOPInstanceUID: uid, extra: [el(0x00280004, 'CS', 'PALETTE COLOR'), ...extra] }),
      ),
    );
  await writeFile(join(folder, 'good.dcm'), image('2.25.2001', [...palette, ...shutter]));
  const { page } = await bench.start({ args: ['--no-demo', folder] });
  const cell = viewer.active(page);
  await expect(cell).toHaveAttribute('data-shows', 'true', { timeout: 30_000 });
  if (process.env['ALTERNATOR_PICTURES'] !== undefined) await page.screenshot({ path: join(process.env['ALTERNATOR_PICTURES'], 'palette.png') });
  await cell.focus();
  await page.keyboard.press('Alt+O');
  await expect(cell).toContainText('shutters off');
});
