import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { el, type Element, encodeDataSet, encodePart10, functionalGroups, type Groups, sampleImage } from '../support/dicom';
import { decodePng } from '../support/e2e/png';
import { differences, locate, referenceOfValues } from '../support/e2e/reference';
import { imageNumberOf, viewer, windowOf } from '../support/e2e/screens';
import { expect, test } from '../support/e2e/workstation';

const [ROWS, COLUMNS] = [120, 160];
const ENHANCED_MR = '1.2.840.10008.5.1.4.1.1.4.1';
const CT = '1.2.840.10008.5.1.4.1.1.2';
const XA = '1.2.840.10008.5.1.4.1.1.12.1';

interface Rescale {
  readonly slope: number;
  readonly intercept: number;
}

const UNCHANGED: Rescale = { slope: 1, intercept: 0 };
/** Square pixels, values as stored, one window. */
const PLAIN = [el(0x00280030, 'DS', [1, 1]), el(0x00281050, 'DS', 1000), el(0x00281051, 'DS', 2000), el(0x00281052, 'DS', 0)];

/** Stored values of a frame: a pattern that no two frames share. */
function pattern(frame: number): Uint16Array<ArrayBuffer> {
  return Uint16Array.from({ length: ROWS * COLUMNS }, (_, at) => {
    const [x, y] = [at % COLUMNS, Math.floor(at / COLUMNS)];
    return (x * 13 + y * 7 + frame * 61 + ((x * y) % 61) * 9) % 2000;
  });
}

async function writeObject(
  folder: string,
  name: string,
  SOPClassUID: string,
  frames: readonly number[],
  more: Parameters<typeof sampleImage>[0],
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const pixels = new Uint8Array(frames.length * ROWS * COLUMNS * 2);
  frames.forEach((frame, index) => pixels.set(new Uint8Array(pattern(frame).buffer), index * ROWS * COLUMNS * 2));
  const SOPInstanceUID = `2.25.77.${name.length}.${name.charCodeAt(0)}.${more?.InstanceNumber ?? 1}`;
  const elements = sampleImage({
    ...{ SOPClassUID, SOPInstanceUID, Rows: ROWS, Columns: COLUMNS, pixels },
    ...(frames.length > 1 ? { NumberOfFrames: frames.length } : {}),
    ...more,
  });
  const file = join(folder, `${name}.dcm`);
  await writeFile(file, encodePart10({ SOPClassUID, SOPInstanceUID, TransferSyntaxUID: '1.2.840.10008.1.2.1' }, encodeDataSet(elements)));
  return file;
}

/** Every pixel of the image in the active viewport, at one pixel to one pixel, against double precision. */
async function expectFrame(page: Page, cell: Locator, frame: number, rescale: Rescale = UNCHANGED): Promise<void> {
  const compare = async (): Promise<string> => {
    const reference = referenceOfValues(pattern(frame), COLUMNS, rescale, await windowOf(cell));
    const box = await cell.boundingBox();
    if (box === null) return 'no viewport';
    const clip = { x: Math.ceil(box.x), y: Math.ceil(box.y), width: Math.floor(box.width) - 1, height: Math.floor(box.height) - 1 };
    const picture = decodePng(await page.screenshot({ clip }));
    const at = locate(picture, reference);
    if (at === undefined) return `frame ${frame + 1} is nowhere on the glass`;
    return `${differences(picture, reference, at, { x0: 0, y0: 0, x1: COLUMNS, y1: ROWS })} pixels differ`;
  };
  await expect.poll(compare, { timeout: 30_000 }).toBe('0 pixels differ');
}

async function oneToOne(page: Page, cell: Locator): Promise<void> {
  await expect(cell).toHaveAttribute('data-shows', 'true', { timeout: 30_000 });
  await cell.focus();
  await page.keyboard.press('Shift+F');
}

test('an enhanced MR is taken apart by echo, sorted along its normal, and each frame has the greys of its own groups', async ({ bench }) => {
  const folder = join(await bench.folder(), 'files');
  // Two echoes, slices from above to below and mixed up; each frame with its own rescale.
  const own = [5, 1, 3, 0, 4, 2].flatMap((slice): Groups[] =>
    [10, 80].map((echoMs) => ({
      position: [0, 0, 4 * slice],
      stack: '1',
      inStack: slice + 1,
      echoMs,
      rescale: [slice + 1, echoMs, 'US'],
    })),
  );
  const groups = functionalGroups(
    { orientation: [1, 0, 0, 0, 1, 0], spacing: [1, 1], window: [3000, 6000], frameType: ['ORIGINAL', 'PRIMARY', 'T1', 'NONE'] },
    own,
  );
  await writeObject(
    folder,
    'enhanced',
    ENHANCED_MR,
    own.map((_, index) => index),
    { Modality: 'MR', extra: groups },
  );
  const { page } = await bench.start({ args: ['--no-demo', folder] });
  const cell = viewer.active(page);
  await expect(viewer.rail(page)).toHaveCount(2);
  await expect(viewer.rail(page).nth(0)).toContainText('TE 10 ms');
  await expect(viewer.rail(page).nth(1)).toContainText('TE 80 ms');
  await viewer.rail(page).nth(1).click();
  await oneToOne(page, cell);
  await page.keyboard.press('Home');
  for (let slice = 0; slice < 6; slice++) {
    await expect.poll(() => imageNumberOf(cell)).toEqual([slice + 1, 6]);
    const frame = own.findIndex((one) => one.inStack === slice + 1 && one.echoMs === 80);
    await expectFrame(page, cell, frame, { slope: slice + 1, intercept: 80 });
    await page.keyboard.press('ArrowDown');
  }
  await page.screenshot({ path: test.info().outputPath('enhanced.png') });
});

test('a multi-frame cine plays at its own rate, there and back within its trims, and shows exactly the frame that it says', async ({ bench }) => {
  const folder = join(await bench.folder(), 'files');
  const frames = Array.from({ length: 12 }, (_, index) => index);
  const cine = [el(0x00181063, 'DS', 50), el(0x00082142, 'IS', 3), el(0x00082143, 'IS', 9), el(0x00181244, 'US', 1)];
  await writeObject(folder, 'cine', XA, frames, {
    Modality: 'XA',
    extra: [...cine, ...PLAIN],
  });
  const { page } = await bench.start({ args: ['--no-demo', folder] });
  const cell = viewer.active(page);
  await oneToOne(page, cell);
  await page.keyboard.press('Home');
  await page.keyboard.press('Space');
  await expect(viewer.states(page)).toContainText('cine 20 fps, Frame Time, there and back');
  // Indices as they come by, from the page itself.
  const seen = await page.evaluate(
    () =>
      new Promise<number[]>((done) => {
        const found: number[] = [];
        const look = (left: number): void => {
          found.push(Number(document.querySelector<HTMLElement>('[data-testid="viewport"]')?.dataset['index']));
          if (left === 0) done(found);
          else requestAnimationFrame(() => look(left - 1));
        };
        look(150);
      }),
  );
  const steps = seen.filter((index, at) => at > 0 && index !== seen[at - 1]);
  expect(Math.min(...steps)).toBeGreaterThanOrEqual(2);
  expect(Math.max(...steps)).toBeLessThanOrEqual(8);
  expect(new Set(steps).size).toBeGreaterThan(3);
  await page.keyboard.press('Space');
  const [number] = await imageNumberOf(cell);
  await expectFrame(page, cell, number - 1);
});

const slice = (number: number, z: number, extra: readonly Element[] = []) => ({
  ...{ InstanceNumber: number, z, StudyInstanceUID: '2.25.7701', SeriesInstanceUID: '2.25.7702' },
  extra: [...PLAIN, ...extra],
});

test('a series with a missing slice says on the image which one, and shows what is there in its place', async ({ bench }) => {
  const folder = join(await bench.folder(), 'files');
  for (const number of [1, 2, 3, 5, 6]) await writeObject(folder, `slice${number}`, CT, [number], slice(number, 3 * number));
  const { page } = await bench.start({ args: ['--no-demo', folder] });
  const cell = viewer.active(page);
  await oneToOne(page, cell);
  await expect(viewer.states(page)).toContainText('1 image missing between 3 and 5 (6 mm instead of 3 mm)');
  await page.keyboard.press('Home');
  for (const number of [1, 2, 3, 5, 6]) {
    await expectFrame(page, cell, number);
    await page.keyboard.press('ArrowDown');
  }
  await page.screenshot({ path: test.info().outputPath('missing.png') });
});

test('a series that is still arriving can be read: what is there stays on the glass, what comes takes its place', async ({ bench }) => {
  const folder = await bench.folder();
  for (const number of [2, 4]) await writeObject(join(folder, 'first'), `slice${number}`, CT, [number], slice(number, 3 * number));
  const { page } = await bench.start({ args: ['--no-demo', join(folder, 'first')] });
  const cell = viewer.active(page);
  await oneToOne(page, cell);
  await page.keyboard.press('End');
  await expect.poll(() => imageNumberOf(cell)).toEqual([2, 2]);
  await expectFrame(page, cell, 4);
  const files: string[] = [];
  for (const number of [1, 3, 5]) files.push(await writeObject(join(folder, 'later'), `slice${number}`, CT, [number], slice(number, 3 * number)));
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files, dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) await session.send('Input.dispatchDragEvent', { type, x: 400, y: 400, data });
  // The image that was looked at is still the one on the glass, at its new place.
  await expect.poll(() => imageNumberOf(cell), { timeout: 30_000 }).toEqual([4, 5]);
  await page.keyboard.press('Escape'); // the account of the import lies over the picture
  await expectFrame(page, cell, 4);
  await cell.focus();
  for (const number of [3, 2, 1]) {
    await page.keyboard.press('ArrowUp');
    await expectFrame(page, cell, number);
  }
  await expect(viewer.states(page)).not.toContainText('missing');
});

test('letters and picture agree for a sagittal image that is turned and mirrored', async ({ bench }) => {
  const folder = join(await bench.folder(), 'files');
  // Rows run to posterior, columns to the feet.
  await writeObject(folder, 'sagittal', CT, [7], slice(1, 0, [el(0x00200037, 'DS', [0, 1, 0, 0, 0, -1])]));
  const { page } = await bench.start({ args: ['--no-demo', folder] });
  const cell = viewer.active(page);
  await oneToOne(page, cell);
  const letters = async (): Promise<string[]> =>
    await Promise.all(['top', 'right', 'bottom', 'left'].map(async (side) => await cell.getByTestId(`letter-${side}`).innerText()));
  await expect.poll(letters).toEqual(['H', 'P', 'F', 'A']);
  await expectFrame(page, cell, 7);
  await page.keyboard.press('.');
  await expect.poll(letters).toEqual(['A', 'H', 'P', 'F']);
  await page.keyboard.press('h');
  await expect.poll(letters).toEqual(['A', 'F', 'P', 'H']);
  await page.keyboard.press('v');
  await expect.poll(letters).toEqual(['P', 'F', 'A', 'H']);
});
