import type { CompoundGraphic, CompoundType, PresentationState } from '@shared/domain';
import { outline, type Place, type Point, ring } from './graphic-paths';

/**
 * Whether a compound graphic is drawn by its own data, or by the simple parts that its maker put beside it (PS3.3 C.10.5.1.3.1) where there are such. The
 * standard says where lines, rectangles, ellipses, arrows, axes and crosshairs lie; of the others it leaves much of the drawing open, and the maker's is right.
 */
const OWN_DRAWING: Readonly<Record<CompoundType, 'always' | 'without parts'>> = {
  MULTILINE: 'always',
  RECTANGLE: 'always',
  ELLIPSE: 'always',
  ARROW: 'always',
  AXIS: 'always',
  CROSSHAIR: 'always',
  INFINITELINE: 'without parts',
  CUTLINE: 'without parts',
  RANGELINE: 'without parts',
  RULER: 'without parts',
};

/** The compound graphics of an annotation that are drawn by their own data; the simple parts with their numbers are not drawn then. */
export function drawnCompounds({ graphics, texts, compounds }: PresentationState['annotations'][number]): readonly CompoundGraphic[] {
  const parts = new Set([...graphics, ...texts].map(({ compoundId }) => compoundId));
  return compounds.filter(({ id, type }) => OWN_DRAWING[type] === 'always' || !parts.has(id));
}

export interface CompoundShape {
  readonly path: string;
  readonly filled: boolean;
  readonly labels: readonly { readonly text: string; readonly at: Point }[];
}

type Segment = readonly [Point, Point];

const NOWHERE: Point = [0, 0];

/** CSS pixels: ticks and strokes at ends, heads of arrows, the way from a tick to its label, and further than any screen. */
const TICK = 10;
const HEAD = 12;
const LABEL_AWAY = 14;
const FAR = 20_000;
/** A ruler has a tick each centimetre. */
const RULER_MM = 10;
const MOST_TICKS = 500;

/** A compound graphic in CSS pixels (PS3.3 C.10.5.1.3). `spacingMm`: of the image, for rulers; without it they have none of the ticks. */
export function compoundShape(compound: CompoundGraphic, spacingMm: readonly [number, number] | undefined, place: Place): CompoundShape {
  const turn = turned(compound, place);
  const { type, points, units, filled } = compound;
  const [from = NOWHERE, to = NOWHERE]: readonly Point[] = points;
  const line: Segment = [turn(from), turn(to)];
  const plain = (segments: readonly Segment[], labels: CompoundShape['labels'] = []): CompoundShape => ({
    path: segments.map((segment) => outline(segment)).join(''),
    filled: false,
    labels,
  });
  switch (type) {
    case 'MULTILINE':
      return plain(Array.from({ length: points.length >> 1 }, (_, at): Segment => [turn(points[2 * at] ?? from), turn(points[2 * at + 1] ?? to)]));
    case 'RECTANGLE':
      return { path: outline([turn(from), turn([to[0], from[1]]), turn(to), turn([from[0], to[1]])], true), filled, labels: [] };
    case 'ELLIPSE': {
      const [x, y] = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
      return { path: outline(ring([x, y], [to[0] - x, 0], [0, to[1] - y]).map(turn), true), filled, labels: [] };
    }
    case 'ARROW':
      return { ...arrow(line), labels: [] };
    case 'INFINITELINE':
      return plain(withGap(longer(line), place.length('DISPLAY', compound.gap ?? 0), gapAt(compound, line, turn)));
    case 'CUTLINE':
      return plain(withGap(line, place.length('DISPLAY', compound.gap ?? 0), gapAt(compound, line, turn)));
    case 'RANGELINE':
      return plain([line, stroke(line, 0, 'CENTER'), stroke(line, 1, 'CENTER')]);
    case 'RULER': {
      const ticks = units === 'PIXEL' && spacingMm !== undefined ? rulerTicks([from, to], spacingMm) : [0, 1];
      return plain([line, ...ticks.map((at) => stroke(line, at, compound.tickAlignment))]);
    }
    case 'AXIS': {
      const { ticks, tickAlignment, tickLabels } = compound;
      const labels = tickLabels === 'none' ? [] : ticks.map(({ position, label }) => ({ text: label, at: labelPlace(line, position, tickLabels) }));
      return plain([line, ...ticks.map(({ position }) => stroke(line, position, tickAlignment))], labels);
    }
    case 'CROSSHAIR':
      return plain(crosshair(compound, place, turn));
  }
}

/** Points of the graphic as they lie on the screen, turned counterclockwise about its point: PIXEL in the image, DISPLAY on the glass. */
function turned({ units, points, rotation }: CompoundGraphic, place: Place): (point: Point) => Point {
  const angle = ((rotation?.angleDeg ?? 0) * Math.PI) / 180;
  if (angle === 0) return (point) => place.point(units, point);
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  const middle: Point = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
  const about = rotation?.about ?? middle;
  const turn = ([x, y]: Point, [cx, cy]: Point): Point => [cx + (x - cx) * cos + (y - cy) * sin, cy - (x - cx) * sin + (y - cy) * cos];
  if (units === 'PIXEL') return (point) => place.point(units, turn(point, about));
  return (point) => turn(place.point(units, point), place.point(units, about));
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

/** Unit vector along a line, and the one that points to its upper side when it runs from left to right. */
function along([[x0, y0], [x1, y1]]: Segment): { readonly way: Point; readonly up: Point; readonly length: number } {
  const length = Math.hypot(x1 - x0, y1 - y0);
  const way: Point = length === 0 ? [1, 0] : [(x1 - x0) / length, (y1 - y0) / length];
  return { way, up: [way[1], -way[0]], length };
}

const moved = ([x, y]: Point, [dx, dy]: Point, by: number): Point => [x + dx * by, y + dy * by];

const between = ([from, to]: Segment, share: number): Point => [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share];

function stroke(line: Segment, share: number, side: CompoundGraphic['tickAlignment']): Segment {
  const { up } = along(line);
  const at = between(line, share);
  return [moved(at, up, side === 'BOTTOM' ? 0 : side === 'TOP' ? TICK : TICK / 2), moved(at, up, side === 'TOP' ? 0 : side === 'BOTTOM' ? -TICK : -TICK / 2)];
}

function labelPlace(line: Segment, share: number, side: 'TOP' | 'BOTTOM'): Point {
  const [x, y] = moved(between(line, share), along(line).up, side === 'TOP' ? LABEL_AWAY : -LABEL_AWAY);
  // Texts hang from their place.
  return [x, y - 8];
}

/** Shares of the line at which whole centimetres from its start lie. */
function rulerTicks([from, to]: Segment, [between, beside]: readonly [number, number]): readonly number[] {
  const mm = Math.hypot((to[0] - from[0]) * beside, (to[1] - from[1]) * between);
  const count = Math.floor(mm / RULER_MM + 1e-6);
  if (!(mm > 0) || count > MOST_TICKS) return [0, 1];
  return [...Array.from({ length: count + 1 }, (_, at) => (at * RULER_MM) / mm), 1];
}

/** The head is at the first point (PS3.3 C.10.5.1.3.11). */
function arrow([tip, foot]: Segment): Pick<CompoundShape, 'path' | 'filled'> {
  const { way, up, length } = along([tip, foot]);
  const head = Math.min(HEAD, length);
  const [neck, half] = [moved(tip, way, head), head * 0.4];
  return { path: outline([tip, moved(neck, up, half), moved(neck, up, -half)], true) + outline([neck, foot]), filled: true };
}

function longer(line: Segment): Segment {
  const { way } = along(line);
  return [moved(line[0], way, -FAR), moved(line[1], way, FAR)];
}

/** Where the gap of a line is: at its rotation point, brought onto it, else in its middle. */
function gapAt({ rotation }: CompoundGraphic, line: Segment, turn: (point: Point) => Point): Point {
  if (rotation?.about === undefined) return between(line, 0.5);
  const { way } = along(line);
  const [x, y] = turn(rotation.about);
  return moved(line[0], way, (x - line[0][0]) * way[0] + (y - line[0][1]) * way[1]);
}

function withGap(line: Segment, gap: number, middle: Point): readonly Segment[] {
  if (gap <= 0) return [line];
  const { way, length } = along(line);
  const place = (middle[0] - line[0][0]) * way[0] + (middle[1] - line[0][1]) * way[1];
  const [until, from] = [Math.min(length, place - gap / 2), Math.max(0, place + gap / 2)];
  return [...(until > 0 ? [[line[0], moved(line[0], way, until)] as const] : []), ...(from < length ? [[moved(line[0], way, from), line[1]] as const] : [])];
}

/** Four arms from the gap to the diameter of visibility, or beyond the screen. */
function crosshair({ units, points, gap, visibility, rotation }: CompoundGraphic, place: Place, turn: (point: Point) => Point): readonly Segment[] {
  const [at = NOWHERE]: readonly Point[] = points;
  const center = turn(at);
  const inner = place.length('DISPLAY', gap ?? 0) / 2;
  const outer = visibility === undefined ? FAR : place.length('DISPLAY', visibility) / 2;
  const unturned = rotation?.angleDeg ?? 0;
  const angle = (-unturned * Math.PI) / 180;
  // Along the rows of the image for PIXEL, along the edges of the screen for DISPLAY.
  const row = units === 'PIXEL' ? along([center, turn([at[0] + 1, at[1]])]).way : ([Math.cos(angle), Math.sin(angle)] as Point);
  return [row, [-row[0], -row[1]], [-row[1], row[0]], [row[1], -row[0]]].map((way): Segment => [
    moved(center, way as Point, inner),
    moved(center, way as Point, outer),
  ]);
}
