import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { type Element, el, encodeDataSet, encodePart10, sampleImage, sq } from '../support/dicom';
import { decodePng, type Picture } from '../support/e2e/png';
import { viewer } from '../support/e2e/screens';
import { expect, test } from '../support/e2e/workstation';
import { stateFile } from '../support/presentation-file';
import { windowElements } from '../support/stored-picture';

const [rows, columns] = [240, 320];
type Point = readonly [number, number];

/** An even grey of level 64: what is drawn over it is easily told. */
function imageFile(): Uint8Array {
  const pixels = new Uint8Array(new Uint16Array(rows * columns).fill(1000).buffer);
  const elements = sampleImage({ Rows: rows, Columns: columns, pixels, extra: [el(0x00280030, 'DS', [0.5, 0.5])] });
  const syntax = '1.2.840.10008.1.2.1';
  return encodePart10({ SOPClassUID: '1.2.840.10008.5.1.4.1.1.2', SOPInstanceUID: '2.25.1001', TransferSyntaxUID: syntax }, encodeDataSet(elements));
}

const floats = (...values: number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);
const byTag = (elements: readonly Element[]): Element[] => [...elements].sort((left, right) => left.tag - right.tag);
/** Lines of two image pixels. */
const line = sq(0x00700232, [byTag([el(0x00700251, 'US', [65_535, 32_896, 32_896]), el(0x00700253, 'FL', floats(2)), el(0x00700254, 'CS', 'SOLID')])]);
const simple = (type: string, points: readonly number[]): Element[] =>
  byTag([
    ...[el(0x00700005, 'CS', 'PIXEL'), el(0x00700020, 'US', 2), el(0x00700021, 'US', points.length / 2), el(0x00700022, 'FL', floats(...points))],
    ...[el(0x00700023, 'CS', type), el(0x00700024, 'CS', 'N'), line],
  ]);
const compound = (id: number, type: string, points: readonly number[], more: readonly Element[] = []): Element[] =>
  byTag([
    ...[el(0x00700022, 'FL', floats(...points)), el(0x00700024, 'CS', 'N'), el(0x00700226, 'UL', id)],
    ...[el(0x00700282, 'CS', 'PIXEL'), el(0x00700294, 'CS', type), line, ...more],
  ]);
const rotation = [el(0x00700230, 'FD', new Uint8Array(Float64Array.of(30).buffer)), el(0x00700273, 'FL', floats(160, 60))];
const text = byTag([
  ...[el(0x00700003, 'CS', 'PIXEL'), el(0x00700006, 'ST', 'HERE'), el(0x00700010, 'FL', floats(230, 150)), el(0x00700011, 'FL', floats(290, 180))],
  el(0x00700012, 'CS', 'LEFT'),
]);
const annotations = [
  sq(0x00700001, [
    [
      el(0x00700002, 'CS', 'MARKS'),
      sq(0x00700008, [text]),
      sq(0x00700009, [simple('CIRCLE', [80, 120, 80, 145]), simple('ELLIPSE', [200, 120, 280, 120, 240, 105, 240, 135])]),
      sq(0x00700209, [compound(1, 'RECTANGLE', [140, 50, 180, 70], rotation), compound(2, 'MULTILINE', [110, 160, 150, 190, 150, 160, 110, 190])]),
    ],
  ]),
  sq(0x00700060, [[el(0x00700002, 'CS', 'MARKS'), el(0x00700062, 'IS', 1), el(0x00700066, 'US', 65_535)]]),
];

/** Distance from a point to a segment. */
function toSegment([x, y]: Point, [[x0, y0], [x1, y1]]: readonly [Point, Point]): number {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const share = Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy)));
  return Math.hypot(x - x0 - share * dx, y - y0 - share * dy);
}

/** Distance to an ellipse by many of its points. */
function toEllipse(point: Point, center: Point, a: number, b: number): number {
  const places = Array.from({ length: 720 }, (_, step): Point => {
    const angle = (step * Math.PI) / 360;
    return [center[0] + a * Math.cos(angle), center[1] + b * Math.sin(angle)];
  });
  return Math.min(...places.map(([x, y]) => Math.hypot(x - point[0], y - point[1])));
}

/** The rectangle's corners turned by 30 degrees counterclockwise, as one sees it, about (160, 60). */
const corners = (
  [
    [-20, -10],
    [20, -10],
    [20, 10],
    [-20, 10],
  ] as const
).map(([x, y]): Point => {
  const [cos, sin] = [Math.cos(Math.PI / 6), Math.sin(Math.PI / 6)];
  return [160 + x * cos + y * sin, 60 - x * sin + y * cos];
});
const sides = corners.map((corner, at) => [corner, corners[(at + 1) % 4] as Point] as const);
const FIGURES: Readonly<Record<string, { readonly box: readonly [number, number, number, number]; readonly distance: (point: Point) => number }>> = {
  circle: { box: [50, 90, 110, 150], distance: ([x, y]) => Math.abs(Math.hypot(x - 80, y - 120) - 25) },
  ellipse: { box: [195, 98, 285, 142], distance: (point) => toEllipse(point, [240, 120], 40, 15) },
  rectangle: { box: [130, 35, 190, 85], distance: (point) => Math.min(...sides.map((side) => toSegment(point, side))) },
  lines: {
    box: [116, 165, 144, 185],
    distance: (point) =>
      Math.min(
        toSegment(point, [
          [110, 160],
          [150, 190],
        ]),
        toSegment(point, [
          [150, 160],
          [110, 190],
        ]),
      ),
  },
};

/** The viewport's picture area on the glass and how the fitted image lies in it. */
async function glass(page: Page, area: Locator): Promise<{ picture: Picture; zoom: number; left: number; top: number }> {
  const box = (await area.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  const clip = { x: Math.round(box.x), y: Math.round(box.y), width: Math.round(box.width), height: Math.round(box.height) };
  const picture = decodePng(await page.screenshot({ clip }));
  const zoom = Math.min(clip.width / columns, clip.height / rows);
  return { picture, zoom, left: Math.round((clip.width - zoom * columns) / 2), top: Math.round((clip.height - zoom * rows) / 2) };
}

test('graphics of a presentation state stand on the glass pixel by pixel where the standard says, and nowhere else', async ({ bench }) => {
  const folder = join(await bench.folder(), 'files');
  await mkdir(folder);
  await writeFile(join(folder, 'image.dcm'), imageFile());
  const voi = sq(0x00283110, [[...windowElements(2000, 4000)]]);
  await writeFile(join(folder, 'state.dcm'), stateFile({ columns, rows, extra: [voi, ...annotations] }));
  const { page } = await bench.start({ args: ['--no-demo', folder] });
  const cell = viewer.active(page);
  await expect(cell).toHaveAttribute('data-shows', 'true', { timeout: 30_000 });
  await cell.focus();
  await page.keyboard.press('Shift+D');
  await expect(page.getByTestId('annotations').locator('path')).toHaveCount(4);
  const { picture, zoom, left, top } = await glass(page, page.getByTestId('annotations'));
  await page.screenshot({ path: test.info().outputPath('annotations.png') });
  expect(zoom).toBeGreaterThan(1.5);
  const levelAt = (x: number, y: number): number => picture.rgb[(y * picture.width + x) * 3] ?? -1;
  const ground = levelAt(Math.round(left + 20 * zoom), Math.round(top + 120 * zoom));
  const wrong: Record<string, number> = {};
  const drawn: Record<string, number> = {};
  for (const [name, { box, distance }] of Object.entries(FIGURES)) {
    for (let y = Math.ceil(top + box[1] * zoom); y < top + box[3] * zoom; y++) {
      for (let x = Math.ceil(left + box[0] * zoom); x < left + box[2] * zoom; x++) {
        const away = distance([(x + 0.5 - left) / zoom, (y + 0.5 - top) / zoom]) * zoom;
        // The line is two image pixels thick; within a pixel of its edge it is blended, and corners reach further.
        const isLine = away < zoom - 1;
        const isGround = away > zoom * Math.SQRT2 + 1;
        if (isLine) drawn[name] = (drawn[name] ?? 0) + 1;
        if ((isLine && levelAt(x, y) !== 255) || (isGround && levelAt(x, y) !== ground)) wrong[name] = (wrong[name] ?? 0) + 1;
      }
    }
  }
  expect(wrong).toEqual({});
  for (const name of Object.keys(FIGURES)) expect(drawn[name]).toBeGreaterThan(200);
  // The text begins at the left upper corner of its box, and is white.
  let white = 0;
  for (let y = top + 150 * zoom; y < top + 150 * zoom + 16; y++)
    for (let x = left + 230 * zoom; x < left + 290 * zoom; x++) if (levelAt(Math.round(x), Math.round(y)) > 240) white++;
  expect(white).toBeGreaterThan(40);
});

test('a state shapes the pixels by its own aspect ratio, in place of what the image says', async ({ bench }) => {
  const folder = join(await bench.folder(), 'files');
  await mkdir(folder);
  await writeFile(join(folder, 'image.dcm'), imageFile());
  const area = sq(0x0070005a, [
    [
      ...[el(0x00700052, 'SL', [1, 1]), el(0x00700053, 'SL', [columns, rows]), el(0x00700100, 'CS', 'MAGNIFY')],
      ...[el(0x00700102, 'IS', [2, 1]), el(0x00700103, 'FL', floats(1))],
    ],
  ]);
  await writeFile(join(folder, 'state.dcm'), stateFile({ columns, rows, extra: [sq(0x00283110, [[...windowElements(2000, 4000)]]), area] }));
  const { page } = await bench.start({ args: ['--no-demo', folder] });
  const cell = viewer.active(page);
  await expect(cell).toHaveAttribute('data-shows', 'true', { timeout: 30_000 });
  await cell.focus();
  await page.keyboard.press('Shift+D');
  await expect(cell).toContainText('presentation state TESTSTATE');
  const lit = async (): Promise<readonly number[]> => {
    const { picture } = await glass(page, cell);
    const middle = [Math.round(picture.width / 2), Math.round(picture.height / 2)] as const;
    const isLit = (x: number, y: number): boolean => (picture.rgb[(y * picture.width + x) * 3] ?? 0) === 64;
    const across = Array.from({ length: picture.width }, (_, x) => isLit(x, middle[1])).filter(Boolean).length;
    const down = Array.from({ length: picture.height }, (_, y) => isLit(middle[0] + 30, y)).filter(Boolean).length;
    return [across, down];
  };
  // 320 columns of one pixel, 240 rows of two.
  await expect.poll(lit).toEqual([320, 480]);
});
