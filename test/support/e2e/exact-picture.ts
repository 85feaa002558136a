import type { Locator, Page } from '@playwright/test';
import { expect } from '@playwright/test';
import { type DemoImage, demoDataSet } from './node-side';
import { decodePng, type Picture } from './png';
import { differences, locate, referenceOf } from './reference';
import { imageNumberOf, windowOf } from './screens';

/** Compares the picture of the active viewport, which shows a demo image at one image pixel to one device pixel, with the reference of the image that it says it shows. */
export async function expectExact(page: Page, cell: Locator, images: readonly DemoImage[]): Promise<void> {
  const compare = async (): Promise<string> => {
    const [number] = await imageNumberOf(cell);
    const image = images[number - 1];
    if (image === undefined) return `no image ${String(number)}`;
    const reference = referenceOf(await demoDataSet(image), await windowOf(cell));
    const picture = await glassOf(page, cell);
    if (picture === undefined) return 'no viewport';
    const at = locate(picture, reference);
    if (at === undefined) return 'the image is nowhere on the glass';
    // The part of the image that is on the glass, less the corners and edges where texts and letters stand.
    const visible = {
      x0: Math.max(0, -at.x),
      y0: Math.max(0, -at.y),
      x1: Math.min(reference.width, picture.width - at.x),
      y1: Math.min(reference.height, picture.height - at.y),
    };
    const inner = { x0: visible.x0 + 40, x1: visible.x1 - 40, y0: visible.y0 + 110, y1: visible.y1 - 110 };
    if (inner.x1 - inner.x0 < 200 || inner.y1 - inner.y0 < 200) return `too little of the image is on the glass: ${JSON.stringify(inner)}`;
    return `${differences(picture, reference, at, inner)} pixels differ`;
  };
  await expect.poll(compare, { timeout: 30_000 }).toBe('0 pixels differ');
}

/** Device pixels of an element. The whole page is taken and cut: a clip between device pixels would be drawn anew. */
async function glassOf(page: Page, cell: Locator): Promise<Picture | undefined> {
  const [box, ratio] = [await cell.boundingBox(), await page.evaluate(() => devicePixelRatio)];
  if (box === null) return undefined;
  const whole = decodePng(await page.screenshot());
  const [left, top] = [Math.ceil(box.x * ratio), Math.ceil(box.y * ratio)];
  const [width, height] = [Math.floor((box.x + box.width) * ratio) - left - 1, Math.floor((box.y + box.height) * ratio) - top - 1];
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * whole.width + left) * 3;
    rgb.set(whole.rgb.subarray(from, from + width * 3), y * width * 3);
  }
  return { width, height, rgb };
}
