import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Element, el, encodeDataSet, encodePart10, sampleImage, sq } from '../support/dicom';
import { viewer } from '../support/e2e/screens';
import { expect, test } from '../support/e2e/workstation';
import { lutItem, windowElements } from '../support/stored-picture';

const MG = '1.2.840.10008.5.1.4.1.1.1.2';
const CR = '1.2.840.10008.5.1.4.1.1.1';
const US = '1.2.840.10008.5.1.4.1.1.6.1';

interface Parts {
  readonly number: number;
  readonly SOPClassUID: string;
  readonly Modality: string;
  readonly Rows: number;
  readonly Columns: number;
  readonly pixels: Uint8Array;
  readonly bits: 8 | 16;
  readonly extra: readonly Element[];
}

function imageFile({ number, SOPClassUID, Modality, Rows, Columns, pixels, bits, extra }: Parts): Uint8Array {
  const ids = { SOPClassUID, SOPInstanceUID: `2.25.200${number}`, SeriesInstanceUID: `2.25.30${number}` };
  const elements = sampleImage({ ...ids, Modality, Rows, Columns, BitsAllocated: bits, pixels, extra: [el(0x00200011, 'IS', number), ...extra] });
  const given = new Set(extra.map(({ tag }) => tag));
  const bare = elements.filter(({ tag }) => given.has(tag) || ((tag < 0x00281050 || tag > 0x00281054) && (tag < 0x00200032 || tag > 0x00200052)));
  return encodePart10({ SOPClassUID, SOPInstanceUID: ids.SOPInstanceUID, TransferSyntaxUID: '1.2.840.10008.1.2.1' }, encodeDataSet(bare));
}

/** A breast against a dark ground, chest wall on the left or on the right: an even gradient with round denser parts. */
function breast(Rows: number, Columns: number, left: boolean): Uint8Array {
  const values = new Uint16Array(Rows * Columns);
  for (let row = 0; row < Rows; row++)
    for (let column = 0; column < Columns; column++) {
      const x = (left ? column : Columns - 1 - column) / Columns;
      const y = row / Rows - 0.5;
      const out = Math.hypot(x / 0.8, y / 0.46);
      const dense = 500 * Math.max(0, 1 - Math.hypot((x - 0.35) / 0.18, y / 0.2)) + 300 * Math.max(0, 1 - Math.hypot((x - 0.2) / 0.1, (y + 0.15) / 0.1));
      values[row * Columns + column] = out > 1 ? 60 : Math.round(900 + 1400 * Math.sqrt(1 - out ** 2) + dense);
    }
  return new Uint8Array(values.buffer);
}

const sigmoid = (index: number): number => 65_535 / (1 + Math.exp(-(index - 1300) / 260));
const voiLut = sq(0x00283010, [lutItem(3600, 200, 16, sigmoid)]);

test('four views of mammography stand under their VOI LUT sequences, a MONOCHROME1 radiograph and colour ultrasound as they are meant', async ({ bench }) => {
  test.setTimeout(180_000);
  const folder = join(await bench.folder(), 'files');
  await mkdir(folder);
  const views = [
    ['R', 'CC', false],
    ['L', 'CC', true],
    ['R', 'MLO', false],
    ['L', 'MLO', true],
  ] as const;
  for (const [at, [side, view, left]] of views.entries()) {
    const extra = [el(0x0008103e, 'LO', `${side} ${view}`), el(0x00200062, 'CS', side), el(0x00185101, 'CS', view), el(0x00181164, 'DS', [0.1, 0.1]), voiLut];
    const parts = { number: at + 1, SOPClassUID: MG, Modality: 'MG', Rows: 900, Columns: 700, pixels: breast(900, 700, left), bits: 16 as const, extra };
    await writeFile(join(folder, `mg${at}.dcm`), imageFile(parts));
  }
  const chest = Uint16Array.from(
    { length: 600 * 500 },
    (_, at) => 4095 - Math.round(2000 + 1500 * Math.cos((at % 500) / 60) * Math.sin(Math.floor(at / 500) / 90)),
  );
  const cr = [el(0x0008103e, 'LO', 'Chest PA'), el(0x00280004, 'CS', 'MONOCHROME1'), ...windowElements(2048, 4096)];
  await writeFile(
    join(folder, 'cr.dcm'),
    imageFile({ number: 5, SOPClassUID: CR, Modality: 'CR', Rows: 600, Columns: 500, pixels: new Uint8Array(chest.buffer), bits: 16, extra: cr }),
  );
  const doppler = Uint8Array.from({ length: 300 * 400 * 3 }, (_, at) => {
    const [column, row] = [Math.floor(at / 3) % 400, Math.floor(at / 1200)];
    const flow = Math.hypot(column - 200, row - 150) < 60;
    return flow ? ([220, 40, 30][at % 3] ?? 0) : (column * 7 + row * 3) % 120;
  });
  const us = [el(0x0008103e, 'LO', 'Doppler'), el(0x00280002, 'US', 3), el(0x00280004, 'CS', 'RGB'), el(0x00280006, 'US', 0)];
  await writeFile(
    join(folder, 'us.dcm'),
    imageFile({ number: 6, SOPClassUID: US, Modality: 'US', Rows: 300, Columns: 400, pixels: doppler, bits: 8, extra: us }),
  );

  const { page } = await bench.start({ args: ['--no-demo', folder] });
  await expect(viewer.active(page)).toHaveAttribute('data-shows', 'true', { timeout: 30_000 });
  await page.keyboard.press('g');
  await page.getByTestId('menu-layout.2x2').click();
  await expect(viewer.cells(page)).toHaveCount(4);
  for (let cell = 0; cell < 4; cell++) {
    await expect(viewer.cells(page).nth(cell)).toHaveAttribute('data-shows', 'true');
    await expect(viewer.cells(page).nth(cell)).toContainText('TEST');
  }
  await page.screenshot({ path: test.info().outputPath('mg-four-views.png') });
  const basis = viewer.cells(page).first().getByTestId('corner-bottomRight').locator('p').filter({ hasText: 'mm:' });
  // The text as its lines are drawn: a figure that stands alone in one is nobody's.
  const lines = await basis.evaluate((line) => {
    const drawn = new Map<number, string>();
    const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      for (const { index, 0: word } of (node.textContent ?? '').matchAll(/\S+/g)) {
        const range = document.createRange();
        range.setStart(node, index);
        range.setEnd(node, index + word.length);
        const top = Math.round(range.getBoundingClientRect().top);
        drawn.set(top, `${drawn.get(top) ?? ''} ${word}`.trim());
      }
    }
    return [...drawn.values()];
  });
  expect(lines.join(' ')).toMatch(/^mm: .* \d\.\d+$/);
  expect(lines.filter((line) => /^[\d.]+$/.test(line))).toEqual([]);
  for (const [series, name] of [
    ['Chest PA', 'cr-monochrome1'],
    ['Doppler', 'us-colour'],
  ] as const) {
    await viewer.rail(page).filter({ hasText: series }).click();
    await expect(viewer.active(page)).toContainText(series);
    await expect(viewer.active(page)).toHaveAttribute('data-shows', 'true');
    await page.screenshot({ path: test.info().outputPath(`${name}.png`) });
  }
});
