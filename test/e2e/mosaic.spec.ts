import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '../support/e2e/run-program';
import { decodePng } from '../support/e2e/png';
import { viewer } from '../support/e2e/screens';
import { expect, test } from '../support/e2e/workstation';
import { mosaicFile, tileValue } from '../support/mosaic';

const SIDE = 64;
const SLICES = 20;

/** A head in slices: an egg of even tissue with two bright ventricles, and a mark at the left front that tells the sides apart. */
function head(slice: number, column: number, row: number): number {
  const [x, y, z] = [(column + 0.5) / SIDE - 0.5, (row + 0.5) / SIDE - 0.5, (slice + 0.5) / SLICES - 0.5];
  const out = Math.hypot(x / 0.36, y / 0.44, z / 0.52);
  if (out > 1) return 20;
  const ventricle = Math.min(Math.hypot((x - 0.07) / 0.04, (y + 0.02) / 0.14, z / 0.2), Math.hypot((x + 0.07) / 0.04, (y + 0.02) / 0.14, z / 0.2)) < 1;
  const mark = Math.hypot(x - 0.2, y + 0.2, z) < 0.06;
  return mark ? 3900 : ventricle ? 3000 : out > 0.93 ? 2600 : Math.round(1500 + 400 * Math.cos(9 * out));
}

test('a mosaic is read as a stack of slices with planes of its own, and as the picture that it is', async ({ bench }) => {
  test.setTimeout(120_000);
  const folder = join(await bench.folder(), 'files');
  await mkdir(folder);
  await writeFile(join(folder, 'mosaic.dcm'), mosaicFile({ slices: SLICES, columns: SIDE, rows: SIDE, spacing: [3, 3], step: 7, value: head }));
  const { page } = await bench.start({ args: ['--no-demo', folder] });
  const active = viewer.active(page);
  await expect(active).toHaveAttribute('data-shows', 'true', { timeout: 30_000 });
  await expect(active).toContainText('Im 11/20');
  await expect(viewer.states(active)).toContainText('mosaic tile 11 of 20 (taken apart by Alternator; the file holds one picture)');
  for (const [edge, letter] of [
    ['left', 'R'],
    ['right', 'L'],
    ['top', 'A'],
    ['bottom', 'P'],
  ] as const)
    await expect(active.getByTestId(`letter-${edge}`)).toHaveText(letter);
  await page.screenshot({ path: test.info().outputPath('mosaic-slices.png') });
  await page.keyboard.press('k');
  await expect(viewer.states(active)).toContainText('a tile of a mosaic is no image of the study');

  await active.focus();
  await page.keyboard.press('u');
  const coronal = page.locator('[data-viewport][data-number="18"]');
  await expect(coronal).toHaveAttribute('data-shows', 'true');
  await expect(coronal.getByTestId('letter-top')).toHaveText('H');
  await page.screenshot({ path: test.info().outputPath('mosaic-planes.png') });
  await page.keyboard.press('u');

  await viewer.rail(page).filter({ hasText: 'mosaic as stored' }).click();
  await expect(active).toContainText('mosaic as stored');
  await expect(active).toContainText('Im 1/1');
  await expect(active).toHaveAttribute('data-shows', 'true');
  await expect(viewer.states(active)).not.toContainText('mosaic tile');
  await page.screenshot({ path: test.info().outputPath('mosaic-stored.png') });
});

test('--render draws a tile of a mosaic, and without one the picture as it is stored', async ({ bench }) => {
  const folder = await bench.folder();
  const [input, output] = [join(folder, 'in.dcm'), join(folder, 'out.png')];
  await writeFile(input, mosaicFile({ slices: 7, columns: 24, rows: 16 }));
  const draw = async (which: string) => {
    expect(await runProgram(['--render', `${input}${which}`, output, '--voi', '2000,4000'])).toMatchObject({ code: 0 });
    const { width, height, rgb } = decodePng(await readFile(output));
    return { width, height, levelAt: (x: number, y: number) => rgb[(y * width + x) * 3] ?? NaN };
  };
  // PS3.3 C.11.2.1.2.1
  const level = (value: number): number => Math.floor(((value - 1999.5) / 3999 + 0.5) * 255 + 0.5);
  const tile = await draw('#1.6');
  const whole = await draw('');
  expect([tile.width, tile.height, whole.width, whole.height]).toEqual([24, 16, 72, 48]);
  let wrong = 0;
  for (let y = 0; y < 16; y++)
    for (let x = 0; x < 24; x++) {
      const right = level(tileValue(5, x, y));
      if (tile.levelAt(x, y) !== right || whole.levelAt(48 + x, 16 + y) !== right) wrong++;
    }
  expect(wrong).toBe(0);
  const none = await runProgram(['--render', `${input}#1.8`, output]);
  expect(none.code).not.toBe(0);
  expect(none.stderr).toContain('tile 8 of 7');
});
