import { blank, type Box, fill, type Pattern } from './patterns';

/** Share of white, in P-values. */
const percent = (share: number): number => Math.round((share * 255) / 100);

/** The largest square in the middle of the glass, in tenths of its side. */
function square(width: number, height: number): { readonly left: number; readonly top: number; readonly tenth: number } {
  const tenth = Math.floor(Math.min(width, height) / 10);
  return { left: Math.floor((width - 10 * tenth) / 2), top: Math.floor((height - 10 * tenth) / 2), tenth };
}

/** Cells of the ring of eleven grey patches about the middle, clockwise from its left upper corner: column and row, in tenths from the left upper corner of the square. */
const RING = [
  [3, 3],
  [4, 3],
  [5, 3],
  [6, 3],
  [6, 4],
  [6, 5],
  [6, 6],
  [5, 6],
  [4, 6],
  [3, 6],
  [3, 5],
] as const;

/**
 * Drawn anew after the layout of SMPTE RP 133: grid and frame for geometry, eleven greys from 0 to 100 % in a ring, 5 % in black and 95 % in white, line pairs of full and of
 * low contrast in the middle and in the corners, a white bar in black above and a black one in white below for veil and streaks. Everything lies in a square.
 */
export function smptePattern(width: number, height: number): Pattern {
  const pattern = blank(width, height, percent(50));
  const { left, top, tenth } = square(width, height);
  const cell = (column: number, row: number, columns = 1, rows = 1): Box => ({
    x: left + column * tenth,
    y: top + row * tenth,
    width: columns * tenth,
    height: rows * tenth,
  });
  fill(pattern, cell(0, 0, 10, 10), (x, y) => (x % tenth === 0 || y % tenth === 0 || x === 10 * tenth - 1 || y === 10 * tenth - 1 ? percent(75) : percent(50)));
  for (const [row, ground, bar] of [
    [1, 0, 100],
    [8, 100, 0],
  ] as const) {
    fill(pattern, cell(2, row, 6), () => percent(ground));
    fill(pattern, { ...cell(3, row, 4), y: top + (row + 0.25) * tenth, height: tenth / 2 }, () => percent(bar));
  }
  RING.forEach(([column, row], at) => fill(pattern, cell(column, row), () => percent(at * 10)));
  for (const [[column, row], inner] of [
    [RING[0], 5],
    [RING[10], 95],
  ] as const)
    fill(pattern, cell(column + 0.25, row + 0.25, 0.5, 0.5), () => percent(inner));
  for (const [column, row, side] of [
    [4, 4, 2],
    [0.2, 0.2, 1.6],
    [8.2, 0.2, 1.6],
    [0.2, 8.2, 1.6],
    [8.2, 8.2, 1.6],
  ] as const)
    lines(pattern, cell(column, row, side, side));
  return pattern;
}

/** Line pairs down and across: full contrast of one, two and three pixels in the upper half, 5, 3 and 1 % of contrast at two pixels in the lower. */
function lines(pattern: Pattern, box: Box): void {
  const [width, height] = [Math.floor(box.width / 3), Math.floor(box.height / 4)];
  const pair = (column: number, row: number, period: number, low: number, high: number): void =>
    fill(pattern, { x: box.x + column * width, y: box.y + row * height, width: width - 2, height: height - 2 }, (x, y) =>
      Math.floor((row % 2 === 0 ? x : y) / period) % 2 === 0 ? high : low,
    );
  [5, 3, 1].forEach((contrast, column) => {
    const [low, high] = [percent(50 - contrast / 2), percent(50 + contrast / 2)];
    for (const row of [0, 1]) pair(column, row, column + 1, 0, 255);
    for (const row of [2, 3]) pair(column, row, 2, low, high);
  });
}

/** Where the discs of `picturePattern` lie: the middle in tenths of the square, and how they differ from what is around them, P-values. */
export const DISCS: readonly { readonly at: readonly [x: number, y: number]; readonly difference: number }[] = [
  { at: [3.1, 3.6], difference: 8 },
  { at: [6.9, 3.2], difference: 6 },
  { at: [3, 5.6], difference: 4 },
  { at: [7, 5.4], difference: 3 },
  { at: [5.6, 6.1], difference: 6 },
  { at: [5, 8.3], difference: 4 },
];
const DISC_RADIUS = 0.22;

/**
 * Drawn anew after the idea of TG270-pQC: a picture like one that is read, here a chest of ellipses, with six faint discs at places that are known (in lungs, behind the heart, below
 * the diaphragm), a strip of eighteen greys with a square of slightly more in each, and a ramp.
 */
export function picturePattern(width: number, height: number): Pattern {
  const pattern = blank(width, height, 20);
  const { left, top, tenth } = square(width, height);
  fill(pattern, { x: left, y: top, width: 10 * tenth, height: 9 * tenth }, (x, y) => Math.round(chestAt(x / tenth, y / tenth)));
  const strip = { x: left, y: top + 9 * tenth, width: 10 * tenth, height: tenth / 2 };
  const step = strip.width / 18;
  for (let n = 0; n < 18; n++) {
    fill(pattern, { ...strip, x: left + n * step, width: step }, () => n * 15);
    fill(pattern, { x: left + (n + 0.35) * step, y: strip.y + strip.height / 3, width: step * 0.3, height: strip.height / 3 }, () => Math.min(255, n * 15 + 4));
  }
  const ramp = { ...strip, y: strip.y + strip.height };
  fill(pattern, ramp, (x) => Math.round((x * 255) / Math.max(1, Math.round(ramp.width) - 1)));
  return pattern;
}

/** 1 well inside of an ellipse, 0 outside, with a soft edge; everything in tenths of the square. */
function ellipse(x: number, y: number, [cx, cy]: readonly [number, number], [rx, ry]: readonly [number, number], soft: number): number {
  const distance = Math.hypot((x - cx) / rx, (y - cy) / ry);
  const t = Math.min(1, Math.max(0, (1 - distance) / soft));
  return t * t * (3 - 2 * t);
}

/** P-value of the chest at a place, tenths of the square. */
function chestAt(x: number, y: number): number {
  const body = ellipse(x, y, [5, 5.4], [4.6, 5.6], 0.12);
  const lungs = Math.max(ellipse(x, y, [3, 4.4], [1.5, 3.1], 0.25), ellipse(x, y, [7, 4.4], [1.5, 3.1], 0.25));
  const heart = ellipse(x, y, [5.5, 5.9], [1.5, 1.5], 0.35);
  const spine = ellipse(x, y, [5, 5], [0.55, 6], 0.6);
  const ribs = lungs * Math.max(0, Math.cos((y - 0.12 * (x - 5) ** 2) * 7)) ** 6;
  const tissue = 150 * body - 105 * lungs * (1 - 0.8 * heart) + 28 * heart * (1 - lungs) + 28 * spine * body + 20 * ribs;
  const disc = DISCS.find(({ at }) => Math.hypot(x - at[0], y - at[1]) <= DISC_RADIUS);
  return Math.min(255, Math.max(0, 8 + tissue + (disc?.difference ?? 0)));
}
