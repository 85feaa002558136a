import { ditherThreshold } from '@shared/grayscale';

/** A picture of P-values 0..255, row by row, at the monitor's own pixels. Drawn by us, synthetic; none of them is a pattern of a standard. */
export interface Pattern {
  readonly width: number;
  readonly height: number;
  readonly values: Uint8Array<ArrayBuffer>;
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** An even pattern of this value. */
export function blank(width: number, height: number, value: number): Pattern {
  return { width, height, values: new Uint8Array(width * height).fill(value) };
}

/** Sets the part of `box` that lies in the pattern; `valueAt` counts from its left upper corner. */
export function fill({ width, height, values }: Pattern, box: Box, valueAt: (x: number, y: number) => number): void {
  const [left, top] = [Math.max(0, Math.round(box.x)), Math.max(0, Math.round(box.y))];
  const [right, bottom] = [Math.min(width, Math.round(box.x + box.width)), Math.min(height, Math.round(box.y + box.height))];
  for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) values[y * width + x] = valueAt(x - left, y - top);
}

/** A patch of 10 % of the area in the middle of an even surround: what a meter looks at. */
export function patchPattern(width: number, height: number, value: number, surround: number): Pattern {
  const pattern = blank(width, height, surround);
  const side = Math.sqrt(0.1);
  fill(pattern, { x: (width * (1 - side)) / 2, y: (height * (1 - side)) / 2, width: width * side, height: height * side }, () => value);
  return pattern;
}

/** The whole screen at one grey: uniformity, pixels that are stuck. */
export function evenPattern(width: number, height: number, value: number): Pattern {
  return blank(width, height, value);
}

/** Lines of one pixel over the whole screen, a tenth apart about a grey: sharpness of every place, and whether each pixel of the picture is one of the glass. */
export function linePattern(width: number, height: number, across: boolean, grey: number): Pattern {
  const pattern = blank(width, height, grey);
  const [low, high] = [Math.round(grey * 0.9), Math.round(Math.min(255, grey * 1.1))];
  fill(pattern, { x: 0, y: 0, width, height }, (x, y) => ((across ? y : x) % 2 === 0 ? high : low));
  return pattern;
}

/** An even grey with five frames, middle and corners, each a tenth of the height: where a meter is held for uniformity. */
export function uniformityPattern(width: number, height: number, grey: number): Pattern {
  const pattern = blank(width, height, grey);
  const side = Math.round(height / 10);
  const line = grey > 127 ? grey - 60 : grey + 60;
  const [right, bottom] = [width - 2 * side, height - 2 * side];
  for (const [x, y] of [
    [Math.round((width - side) / 2), Math.round((height - side) / 2)],
    [side, side],
    [right, side],
    [side, bottom],
    [right, bottom],
  ] as const)
    for (const box of [
      { x, y, width: side, height: 1 },
      { x, y: y + side - 1, width: side, height: 1 },
      { x, y, width: 1, height: side },
      { x: x + side - 1, y, width: 1, height: side },
    ])
      fill(pattern, box, () => line);
  return pattern;
}

/**
 * One look at everything: a grid with frame for geometry, eighteen greys from black to white each with two squares of slightly more and less, 5 % in black and 95 % in
 * white, a ramp from edge to edge, and line pairs of one, two and three pixels in the middle and in the corners.
 */
export function qualityPattern(width: number, height: number): Pattern {
  const pattern = blank(width, height, 100);
  const unit = Math.max(24, Math.floor(Math.min(width, height) / 16));
  const [left, top] = [Math.floor((width % unit) / 2), Math.floor((height % unit) / 2)];
  fill(pattern, { x: 0, y: 0, width, height }, (x, y) => ((x - left) % unit === 0 || (y - top) % unit === 0 ? 160 : 100));
  frame(pattern, 0, 255);
  frame(pattern, 2, 0);
  greySteps(pattern, unit);
  extremes(pattern, unit);
  const ramp = { x: unit, y: height - 3 * unit, width: width - 2 * unit, height: unit };
  fill(pattern, ramp, (x) => Math.round((x * 255) / Math.max(1, Math.round(ramp.width) - 1)));
  for (const [cx, cy] of [
    [width / 2, Math.max(height / 2, 5.7 * unit + 2 * Math.min(Math.floor((width - 4 * unit) / 9), 2 * unit))],
    [2 * unit, 2 * unit],
    [width - 2 * unit, 2 * unit],
    [2 * unit, height - 4.5 * unit],
    [width - 2 * unit, height - 4.5 * unit],
  ] as const)
    linePairs(pattern, cx, cy, unit);
  return pattern;
}

function frame(pattern: Pattern, inset: number, value: number): void {
  const { width, height } = pattern;
  const [w, h] = [width - 2 * inset, height - 2 * inset];
  for (const box of [
    { x: inset, y: inset, width: w, height: 1 },
    { x: inset, y: height - inset - 1, width: w, height: 1 },
    { x: inset, y: inset, width: 1, height: h },
    { x: width - inset - 1, y: inset, width: 1, height: h },
  ])
    fill(pattern, box, () => value);
}

function greySteps(pattern: Pattern, unit: number): void {
  const count = 18;
  const size = Math.floor((pattern.width - 4 * unit) / (count / 2));
  const height = Math.min(size, 2 * unit);
  for (let step = 0; step < count; step++) {
    const value = step * 15;
    const box = { x: 2 * unit + (step % 9) * size, y: 4 * unit + Math.floor(step / 9) * (height + unit / 2), width: size, height };
    fill(pattern, box, () => value);
    const small = Math.floor(unit / 3);
    fill(pattern, { x: box.x + small, y: box.y + small, width: small, height: small }, () => Math.min(255, value + 4));
    fill(pattern, { x: box.x + size - 2 * small, y: box.y + height - 2 * small, width: small, height: small }, () => Math.max(0, value - 4));
  }
}

function extremes(pattern: Pattern, unit: number): void {
  const y = pattern.height - 6 * unit;
  const middle = pattern.width / 2;
  for (const [x, ground, inner] of [
    [middle - 4 * unit, 0, 13],
    [middle + 2 * unit, 255, 242],
  ] as const) {
    fill(pattern, { x, y, width: 2 * unit, height: 2 * unit }, () => ground);
    fill(pattern, { x: x + unit / 2, y: y + unit / 2, width: unit, height: unit }, () => inner);
  }
}

/** Line pairs across and along, of one, two and three pixels. */
function linePairs(pattern: Pattern, cx: number, cy: number, unit: number): void {
  const size = Math.floor(unit * 0.6);
  for (let period = 1; period <= 3; period++) {
    const x = Math.round(cx) + (period - 2) * unit - Math.floor(size / 2);
    fill(pattern, { x, y: cy - size, width: size, height: size }, (column) => (Math.floor(column / period) % 2 === 0 ? 255 : 0));
    fill(pattern, { x, y: cy + 2, width: size, height: size }, (_, row) => (Math.floor(row / period) % 2 === 0 ? 255 : 0));
  }
}

/** RGBA of a pattern: each P-value by `levelOf` (0..255, fractions); `dither` spreads the fraction over the pixels as the pictures do. */
export function patternPixels({ width, height, values }: Pattern, levelOf: (p: number) => number, dither: boolean): Uint8ClampedArray<ArrayBuffer> {
  const out = new Uint8ClampedArray(width * height * 4);
  const levels = Float64Array.from({ length: 256 }, (_, p) => levelOf(p));
  for (let at = 0; at < values.length; at++) {
    const level = levels[values[at] ?? 0] ?? 0;
    const threshold = dither ? ditherThreshold(at % width, Math.floor(at / width)) : 0.5;
    const drawn = Math.min(255, Math.floor(level + 1 - threshold));
    out.set([drawn, drawn, drawn, 255], at * 4);
  }
  return out;
}
