import { clamp } from './track';

/** Flat list x0, y0, x1, y1 ... in millimetres of the image plane. */
export type Outline = readonly number[];

/** A picture in one plane: x to the right, y down, millimetres; `left` and `top` are the outer edge of the first pixel. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  readonly pixelMm: number;
  readonly left: number;
  readonly top: number;
  readonly values: Float32Array;
  /** Work space of the polygon filler, all zero between calls. */
  readonly area: Float32Array;
}

export function createPlane(width: number, height: number, pixelMm: number, left: number, top: number, background: number): Plane {
  const plane = { width, height, pixelMm, left, top, values: new Float32Array(width * height), area: new Float32Array((width + 2) * (height + 1)) };
  plane.values.fill(background);
  return plane;
}

/** Visits each touched pixel with its exact coverage (0..1) by the outline; non-zero winding, signed areas (no overlaps inside one outline). */
function cover(plane: Plane, outline: Outline, visit: (index: number, coverage: number) => void): void {
  const { width, height, area } = plane;
  const stride = width + 2;
  const points = outline.length / 2;
  let top = height;
  let bottom = 0;
  const toX = (mm: number) => clamp((mm - plane.left) / plane.pixelMm, 0, width - 0.001);
  const toY = (mm: number) => clamp((mm - plane.top) / plane.pixelMm, 0, height);
  let x0 = toX(outline[2 * points - 2] ?? 0);
  let y0 = toY(outline[2 * points - 1] ?? 0);
  for (let i = 0; i < points; i++) {
    const x1 = toX(outline[2 * i] ?? 0);
    const y1 = toY(outline[2 * i + 1] ?? 0);
    edge(area, stride, height, x0, y0, x1, y1);
    top = Math.min(top, Math.floor(y1));
    bottom = Math.max(bottom, Math.ceil(y1));
    x0 = x1;
    y0 = y1;
  }
  for (let y = Math.max(0, top); y < Math.min(height, bottom); y++) {
    let sum = 0;
    const row = y * stride;
    for (let x = 0; x < width; x++) {
      const part = area[row + x] ?? 0;
      if (part !== 0) {
        sum += part;
        area[row + x] = 0;
      }
      const coverage = Math.abs(sum);
      if (coverage > 0.002) visit(y * width + x, coverage > 1 ? 1 : coverage);
    }
    area[row + width] = 0;
    area[row + width + 1] = 0;
  }
}

/** Adds the signed area that one edge leaves in each pixel of its rows (exact-area scan conversion). */
function edge(area: Float32Array, stride: number, height: number, ax: number, ay: number, bx: number, by: number): void {
  if (ay === by) return;
  const direction = ay < by ? 1 : -1;
  const [topX, topY, endX, endY] = ay < by ? [ax, ay, bx, by] : [bx, by, ax, ay];
  const perRow = (endX - topX) / (endY - topY);
  let x = topX;
  for (let y = Math.floor(topY); y < Math.min(height, Math.ceil(endY)); y++) {
    const dy = Math.min(y + 1, endY) - Math.max(y, topY);
    const next = x + perRow * dy;
    const d = dy * direction;
    const low = Math.min(x, next);
    const high = Math.max(x, next);
    spread(area, y * stride, d, low, high);
    x = next;
  }
}

function spread(area: Float32Array, row: number, d: number, low: number, high: number): void {
  const first = Math.floor(low);
  const end = Math.ceil(high);
  if (end <= first + 1) {
    const middle = 0.5 * (low + high) - first;
    area[row + first] = (area[row + first] ?? 0) + d - d * middle;
    area[row + first + 1] = (area[row + first + 1] ?? 0) + d * middle;
    return;
  }
  const scale = 1 / (high - low);
  const startPart = 1 - (low - first);
  const a0 = 0.5 * scale * startPart * startPart;
  const endPart = high - end + 1;
  const am = 0.5 * scale * endPart * endPart;
  area[row + first] = (area[row + first] ?? 0) + d * a0;
  if (end === first + 2) {
    area[row + first + 1] = (area[row + first + 1] ?? 0) + d * (1 - a0 - am);
  } else {
    const a1 = scale * (1.5 - (low - first));
    area[row + first + 1] = (area[row + first + 1] ?? 0) + d * (a1 - a0);
    for (let i = first + 2; i < end - 1; i++) area[row + i] = (area[row + i] ?? 0) + d * scale;
    const a2 = a1 + (end - first - 3) * scale;
    area[row + end - 1] = (area[row + end - 1] ?? 0) + d * (1 - a2 - am);
  }
  area[row + end] = (area[row + end] ?? 0) + d * am;
}

/** Paints `value` over the outline with soft edges; `clip` (0..1 a pixel) limits where. */
export function fill(plane: Plane, outline: Outline, value: number, clip?: Float32Array): void {
  const { values } = plane;
  cover(plane, outline, (index, coverage) => {
    const part = clip === undefined ? coverage : coverage * (clip[index] ?? 0);
    values[index] = (values[index] ?? 0) + (value - (values[index] ?? 0)) * part;
  });
}

/** Joins the outline's coverage into a mask (maximum), or takes it away. */
export function mark(plane: Plane, outline: Outline, mask: Float32Array, how: 'join' | 'remove' = 'join'): void {
  cover(plane, outline, (index, coverage) => {
    mask[index] = how === 'join' ? Math.max(mask[index] ?? 0, coverage) : Math.min(mask[index] ?? 0, 1 - coverage);
  });
}

/** Visits the pixels of a box in millimetres with their centres' positions. */
export function eachPixel(plane: Plane, box: { x0: number; y0: number; x1: number; y1: number }, visit: (index: number, x: number, y: number) => void): void {
  const c0 = Math.max(0, Math.floor((box.x0 - plane.left) / plane.pixelMm));
  const c1 = Math.min(plane.width - 1, Math.ceil((box.x1 - plane.left) / plane.pixelMm));
  const r0 = Math.max(0, Math.floor((box.y0 - plane.top) / plane.pixelMm));
  const r1 = Math.min(plane.height - 1, Math.ceil((box.y1 - plane.top) / plane.pixelMm));
  for (let r = r0; r <= r1; r++) {
    const y = plane.top + (r + 0.5) * plane.pixelMm;
    for (let c = c0; c <= c1; c++) visit(r * plane.width + c, plane.left + (c + 0.5) * plane.pixelMm, y);
  }
}

/** Ellipse in the plane, turned by `angle` (radians, from x towards y). */
export function ellipse(cx: number, cy: number, rx: number, ry: number, angle = 0, steps = 48): number[] {
  const outline: number[] = [];
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  for (let i = 0; i < steps; i++) {
    const t = (2 * Math.PI * i) / steps;
    const u = rx * Math.cos(t);
    const v = ry * Math.sin(t);
    outline.push(cx + u * cos - v * sin, cy + u * sin + v * cos);
  }
  return outline;
}

/** Band of the given half width along an open line of points. */
export function ribbon(line: Outline, halfWidth: number | ((part: number) => number)): number[] {
  const n = line.length / 2;
  const one: number[] = [];
  const other: number[] = [];
  for (let i = 0; i < n; i++) {
    const before = Math.max(0, i - 1);
    const after = Math.min(n - 1, i + 1);
    const dx = (line[2 * after] ?? 0) - (line[2 * before] ?? 0);
    const dy = (line[2 * after + 1] ?? 0) - (line[2 * before + 1] ?? 0);
    const length = Math.hypot(dx, dy) || 1;
    const half = typeof halfWidth === 'number' ? halfWidth : halfWidth(n === 1 ? 0 : i / (n - 1));
    one.push((line[2 * i] ?? 0) - (dy / length) * half, (line[2 * i + 1] ?? 0) + (dx / length) * half);
    other.unshift((line[2 * i] ?? 0) + (dy / length) * half, (line[2 * i + 1] ?? 0) - (dx / length) * half);
  }
  return [...one, ...other];
}
