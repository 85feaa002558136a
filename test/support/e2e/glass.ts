import type { Locator, Page } from '@playwright/test';
import { decodePng, type Picture } from './png';

/** What must stand on the glass, RGB by pixel. */
export interface Expected {
  readonly columns: number;
  readonly rows: number;
  readonly rgb: Uint8Array;
}

/** How many pixels of an image at one pixel to one pixel differ from what is expected in this viewport, in words for a poll. */
export async function compareOnGlass(page: Page, cell: Locator, expected: Expected): Promise<string> {
  const box = await cell.boundingBox();
  if (box === null) return 'no viewport';
  const clip = { x: Math.ceil(box.x), y: Math.ceil(box.y), width: Math.floor(box.width) - 1, height: Math.floor(box.height) - 1 };
  const picture = decodePng(await page.screenshot({ clip }));
  const at = place(picture, expected);
  return at === undefined ? 'the image is nowhere on the glass' : `${differing(picture, expected, at)} pixels differ`;
}

interface Place {
  readonly x: number;
  readonly y: number;
}

function pixel({ rgb }: { readonly rgb: Uint8Array }, at: number): number {
  return ((rgb[at * 3] ?? 0) << 16) | ((rgb[at * 3 + 1] ?? 0) << 8) | (rgb[at * 3 + 2] ?? 0);
}

/** The only place where a grid of probes agrees; the middle ones first, which are black nowhere else. */
function place(picture: Picture, { columns, rows, rgb }: Expected): Place | undefined {
  const probes = Array.from({ length: 120 }, (_, at) => ({ x: (at * 37) % columns, y: (at * 53) % rows }))
    .map((probe) => ({ ...probe, colour: pixel({ rgb }, probe.y * columns + probe.x) }))
    .sort((a, b) => b.colour - a.colour);
  for (let y = 0; y + rows <= picture.height; y++) {
    for (let x = 0; x + columns <= picture.width; x++) {
      if (probes.every((probe) => pixel(picture, (y + probe.y) * picture.width + x + probe.x) === probe.colour)) return { x, y };
    }
  }
  return undefined;
}

function differing(picture: Picture, { columns, rows, rgb }: Expected, { x, y }: Place): number {
  let wrong = 0;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      if (pixel(picture, (y + row) * picture.width + x + column) !== pixel({ rgb }, row * columns + column)) wrong++;
    }
  }
  return wrong;
}
