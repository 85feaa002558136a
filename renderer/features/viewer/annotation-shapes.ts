import type { GraphicObject, ImageFrame, LabValue, PresentationState, TextObject } from '@shared/domain';
import { type Affine, apply } from '@shared/geometry';
import { isMeant, labToRgb } from '../../imaging';

type Point = readonly [number, number];

/** A graphic object in CSS pixels of the viewport. */
export interface ShownGraphic {
  readonly path: string;
  readonly filled: boolean;
  readonly colour: string;
  readonly width: number;
}

export interface ShownText {
  readonly lines: readonly string[];
  readonly x: number;
  readonly y: number;
  readonly align: 'start' | 'middle' | 'end';
  readonly colour: string;
  /** From the text to what it is about. */
  readonly leader?: readonly [Point, Point];
}

export interface ShownAnnotations {
  readonly graphics: readonly ShownGraphic[];
  readonly texts: readonly ShownText[];
}

/** Displayed area in image points: what DISPLAY units count in. */
export interface AreaBox {
  readonly topLeft: Point;
  readonly bottomRight: Point;
}

const STEPS = 72;
const CURVE_STEPS = 12;
const POINT_RADIUS = 2.5;

/** Graphic and text annotations of a state for a frame (PS3.3 C.10.5), from the lowest layer to the highest. `area`: the displayed area of the frame. */
export function shownAnnotations(state: PresentationState, frame: ImageFrame, toCss: Affine, area: AreaBox): ShownAnnotations {
  const order = (name: string): number => state.layers.findIndex((layer) => layer.name === name);
  const meant = state.annotations.filter(({ images }) => isMeant(images, frame)).sort((left, right) => order(left.layer) - order(right.layer));
  const place = placer(toCss, area);
  const graphics: ShownGraphic[] = [];
  const texts: ShownText[] = [];
  for (const { layer, graphics: drawn, texts: said } of meant) {
    const found = state.layers.find(({ name }) => name === layer);
    const colour = (lab: LabValue | undefined): string => colourText(lab ?? found?.lab, found?.value);
    for (const one of drawn) graphics.push({ path: pathOf(one, place), filled: one.filled, colour: colour(one.lab), width: one.width ?? 1.5 });
    for (const one of said) {
      const text = textOf(one, place, colour(one.lab));
      if (text !== undefined) texts.push(text);
    }
  }
  return { graphics, texts };
}

type Place = (units: GraphicObject['units'], point: Point) => Point;

/** DISPLAY counts in parts of the displayed area as it lies on the screen: (0, 0) its left upper corner, (1, 1) its right lower one. */
function placer(toCss: Affine, { topLeft, bottomRight }: AreaBox): Place {
  const one = apply(toCss, topLeft);
  const other = apply(toCss, bottomRight);
  const [left, top] = [Math.min(one[0], other[0]), Math.min(one[1], other[1])];
  const [width, height] = [Math.abs(one[0] - other[0]), Math.abs(one[1] - other[1])];
  return (units, point) => (units === 'DISPLAY' ? [left + point[0] * width, top + point[1] * height] : apply(toCss, point));
}

function colourText(lab: LabValue | undefined, value = 65_535): string {
  const level = Math.round((value / 65_535) * 255);
  return `rgb(${(lab === undefined ? [level, level, level] : labToRgb(lab)).join(' ')})`;
}

function pathOf({ type, units, points, filled }: GraphicObject, place: Place): string {
  const outline = (all: readonly Point[], closed: boolean): string =>
    all.map((point, at) => `${at === 0 ? 'M' : 'L'}${point[0].toFixed(2)} ${point[1].toFixed(2)}`).join('') + (closed ? 'Z' : '');
  const at = (index: number): Point => points[index] ?? [0, 0];
  switch (type) {
    case 'POINT': {
      const [x, y] = place(units, at(0));
      const ring = Array.from({ length: 12 }, (_, step): Point => [
        x + POINT_RADIUS * Math.cos((step * Math.PI) / 6),
        y + POINT_RADIUS * Math.sin((step * Math.PI) / 6),
      ]);
      return outline(ring, true);
    }
    case 'POLYLINE':
      return outline(
        points.map((point) => place(units, point)),
        filled,
      );
    case 'INTERPOLATED':
      return outline(
        throughPoints(points).map((point) => place(units, point)),
        filled,
      );
    case 'CIRCLE': {
      const [center, edge] = [at(0), at(1)];
      const radius = Math.hypot(edge[0] - center[0], edge[1] - center[1]);
      return outline(
        ring(center, [radius, 0], [0, radius]).map((point) => place(units, point)),
        true,
      );
    }
    case 'ELLIPSE': {
      const [a, b, c, d] = [at(0), at(1), at(2), at(3)];
      const center: Point = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
      const major: Point = [(b[0] - a[0]) / 2, (b[1] - a[1]) / 2];
      const minor: Point = [(d[0] - c[0]) / 2, (d[1] - c[1]) / 2];
      return outline(
        ring(center, major, minor).map((point) => place(units, point)),
        true,
      );
    }
  }
}

function ring(center: Point, first: Point, second: Point): Point[] {
  return Array.from({ length: STEPS }, (_, step) => {
    const angle = (step * 2 * Math.PI) / STEPS;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    return [center[0] + first[0] * cos + second[0] * sin, center[1] + first[1] * cos + second[1] * sin];
  });
}

/** A smooth curve through all points (Catmull-Rom); the standard leaves the kind of curve open. */
function throughPoints(points: readonly Point[]): readonly Point[] {
  if (points.length < 3) return points;
  const first: Point = points[0] ?? [0, 0];
  const last: Point = points.at(-1) ?? [0, 0];
  const isClosed = first[0] === last[0] && first[1] === last[1];
  const count = points.length;
  const at = (index: number): Point => {
    if (isClosed) return points[(index + (count - 1)) % (count - 1)] ?? first;
    return points[Math.min(count - 1, Math.max(0, index))] ?? first;
  };
  const out: Point[] = [];
  for (let index = 0; index < count - 1; index++) {
    const [p0, p1, p2, p3] = [at(index - 1), at(index), at(index + 1), at(index + 2)];
    for (let step = 0; step < CURVE_STEPS; step++) {
      const t = step / CURVE_STEPS;
      const blend = (a: number, b: number, c: number, d: number): number =>
        b + (t * (c - a)) / 2 + t * t * (a - 2.5 * b + 2 * c - d / 2) + (t * t * t * (3 * b - 3 * c + d - a)) / 2;
      out.push([blend(p0[0], p1[0], p2[0], p3[0]), blend(p0[1], p1[1], p2[1], p3[1])]);
    }
  }
  return [...out, last];
}

function textOf({ text, box, anchor }: TextObject, place: Place, colour: string): ShownText | undefined {
  const lines = text.split('\n').slice(0, 50);
  const target = anchor === undefined ? undefined : place(anchor.units, anchor.point);
  if (box === undefined) {
    if (target === undefined) return undefined;
    return { lines, x: target[0] + 6, y: target[1], align: 'start', colour };
  }
  const [one, other] = [place(box.units, box.topLeft), place(box.units, box.bottomRight)];
  const [left, right] = [Math.min(one[0], other[0]), Math.max(one[0], other[0])];
  const [top, bottom] = [Math.min(one[1], other[1]), Math.max(one[1], other[1])];
  const x = box.align === 'LEFT' ? left : box.align === 'RIGHT' ? right : (left + right) / 2;
  const align = box.align === 'LEFT' ? 'start' : box.align === 'RIGHT' ? 'end' : 'middle';
  const from: Point | undefined = target === undefined ? undefined : [Math.min(right, Math.max(left, target[0])), Math.min(bottom, Math.max(top, target[1]))];
  const leader = anchor?.visible === true && target !== undefined && from !== undefined ? ([from, target] as const) : undefined;
  return { lines, x, y: top, align, colour, ...(leader === undefined ? {} : { leader }) };
}
