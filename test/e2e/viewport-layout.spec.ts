import type { Page } from '@playwright/test';
import { FITTED_VIEW, type ImagePlane, imageToViewport, type ViewportSize, type ViewTransform, zoomedAt } from '../../shared/geometry';
import { compareView, storedImageOf } from '../support/e2e/expected-view';
import { decodePng } from '../support/e2e/png';
import { demoDataSet, demoPlan, demoStudyUid } from '../support/e2e/node-side';
import { demoComplete, layOut, openStudy, viewer } from '../support/e2e/screens';
import { expect, test } from '../support/e2e/workstation';

/** Right of the picture, CSS pixels. */
const SCROLLBAR = 15;
/** Frame of the active viewport. */
const FRAME = 2;

interface Shown {
  readonly number: number;
  readonly name: string;
  readonly index: number;
  readonly shows: boolean;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Every viewport on the screen in device pixels of the stage, and where the stage stands. */
async function viewportsOf(page: Page): Promise<{ readonly stage: { x: number; y: number; width: number; height: number }; readonly cells: Shown[] }> {
  return await page.evaluate((scrollbar) => {
    const box = (document.querySelector('[data-testid="stage"]') as Element).getBoundingClientRect();
    const cells = [...document.querySelectorAll<HTMLElement>('[data-viewport]')].map((cell) => {
      const own = cell.getBoundingClientRect();
      const left = Math.round(own.left - box.left);
      const top = Math.round(own.top - box.top);
      return {
        number: Number(cell.dataset['number']),
        name: cell.querySelector('.bottomLeft')?.textContent ?? '',
        index: Number(cell.dataset['index']),
        shows: cell.dataset['shows'] === 'true',
        left,
        top,
        width: Math.round(own.right - box.left - scrollbar) - left,
        height: Math.round(own.bottom - box.top) - top,
      };
    });
    return { stage: { x: box.x, y: box.y, width: box.width, height: box.height }, cells };
  }, SCROLLBAR);
}

const SERIES: readonly (readonly [words: RegExp, study: string, series: string])[] = [
  [/Chest 2\.0 soft/, 'ct-chest', 'soft'],
  [/Chest 5\.0 lung/, 'ct-chest', 'lung'],
];

type ViewOf = (plane: ImagePlane, size: ViewportSize) => ViewTransform;

/** What is wrong in every viewport, on the glass and in the canvas's own memory; undefined = nothing. */
async function faults(page: Page, views: ReadonlyMap<number, ViewOf> = new Map()): Promise<string[]> {
  const { stage, cells } = await viewportsOf(page);
  // Texts and letters lie over the pictures: they are taken away for the look at the pixels.
  const texts = async (visibility: string) =>
    await page.evaluate((wanted) => {
      for (const element of document.querySelectorAll<HTMLElement>('.texts, [data-testid="viewport-notice"], [data-overlay]'))
        element.style.visibility = wanted;
    }, visibility);
  await texts('hidden');
  const glass = decodePng(await page.screenshot({ clip: stage }));
  const url = await page.evaluate(() => (document.querySelector('[data-testid="stage"]') as HTMLCanvasElement).toDataURL());
  const memory = decodePng(Buffer.from(url.slice(url.indexOf(',') + 1), 'base64'));
  await texts('');
  const out: string[] = [];
  for (const cell of cells) {
    const found = SERIES.find(([words]) => words.test(cell.name));
    if (found === undefined || !cell.shows) continue;
    const planned = (await demoPlan()).filter(({ study, series }) => study === found[1] && series === found[2])[cell.index];
    if (planned === undefined) throw new Error(`no image ${cell.index} in ${found[2]}`);
    const image = storedImageOf(await demoDataSet(planned));
    const plane = { columns: image.columns, rows: image.rows, aspect: 1 };
    const size = { width: cell.width, height: cell.height };
    const affine = imageToViewport(views.get(cell.number)?.(plane, size) ?? FITTED_VIEW, plane, size);
    for (const [name, picture, inset] of [['glass', glass, FRAME] as const, ['canvas', memory, 0] as const]) {
      const wrong = compareView(picture, cell, image, affine, inset);
      if (wrong.count > 0) out.push(`${name}, viewport ${cell.number} (${size.width} x ${size.height}): ${wrong.count} pixels, ${wrong.box.join(' ')}`);
    }
  }
  const looked = cells.filter(({ name, shows }) => shows && SERIES.some(([words]) => words.test(name))).length;
  return looked === 0 ? ['no viewport shows a known series'] : out;
}

/** Turns the wheel with Ctrl five times and says which view that is. */
async function zoomAtPointer(page: Page, across: number, down: number): Promise<ViewOf> {
  const box = await viewer.active(page).boundingBox();
  const { stage } = await viewportsOf(page);
  if (box === null) throw new Error('no viewport');
  const [x, y] = [Math.round(box.x + box.width * across), Math.round(box.y + box.height * down)];
  await page.mouse.move(x, y);
  await page.keyboard.down('Control');
  for (let turn = 0; turn < 5; turn++) await page.mouse.wheel(0, -100);
  await page.keyboard.up('Control');
  return (plane, size) => {
    let view: ViewTransform = FITTED_VIEW;
    for (let turn = 0; turn < 5; turn++) view = zoomedAt(view, plane, size, [x - stage.x, y - stage.y], 2 ** (100 / 400));
    return view;
  };
}

test('after every change of the layout each viewport shows its whole image, without a stale or blank strip', async ({ bench }) => {
  test.setTimeout(240_000);
  const study = await demoStudyUid('ct-chest');
  const { app, page } = await bench.start({ dataDir: await bench.demoFolder() });
  await demoComplete(page);
  await openStudy(page, study);
  await expect(viewer.active(page)).toHaveAttribute('data-shows', 'true');
  const right = async (what: string, views?: Parameters<typeof faults>[1]) =>
    await expect.poll(async () => await faults(page, views), { message: what, timeout: 30_000 }).toEqual([]);
  await right('one viewport');
  for (const layout of ['1x2', '2x1', '2x2']) {
    await layOut(page, layout, layout === '2x2' ? 4 : 2);
    await right(layout);
  }
  // Maximised and zoomed at the pointer, each picture of the grid from another place of its viewport.
  for (const [number, across, down] of [
    [0, 0.5, 0.5],
    [1, 0.3, 0.8],
  ] as const) {
    await page.locator(`[data-viewport][data-number="${number}"]`).hover({ position: { x: 60, y: 200 } });
    await page.locator(`[data-viewport][data-number="${number}"]`).focus();
    await page.keyboard.press('Enter');
    await expect(viewer.cells(page)).toHaveCount(1);
    await right(`viewport ${number}, maximised`);
    await right(`viewport ${number}, maximised and zoomed`, new Map([[number, await zoomAtPointer(page, across, down)]]));
    await page.keyboard.press('f');
    if (number === 0) await page.keyboard.press('Enter');
  }
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setSize(1100, 760));
  await page.keyboard.press('f');
  await right('a smaller window');
  await page.keyboard.press('Enter');
  await expect(viewer.cells(page)).toHaveCount(4);
  await right('restored');
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setSize(1500, 1000));
  await right('a larger window');
  await page.keyboard.press('F9');
  await right('without the rail');
});
