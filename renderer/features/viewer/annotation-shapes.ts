import type { CompoundGraphic, GraphicObject, ImageFrame, LabValue, PresentationState, TextObject, TextStyle } from '@shared/domain';
import type { Affine } from '@shared/geometry';
import { isMeant, labToRgb } from '../../imaging';
import { compoundShape, drawnCompounds } from './compound-shapes';
import { type AreaBox, pathOf, type Place, placer, type Point } from './graphic-paths';

/** A graphic object in CSS pixels of the viewport. */
export interface ShownGraphic {
  readonly path: string;
  readonly filled: boolean;
  readonly colour: string;
  readonly opacity: number;
  readonly width: number;
  /** Lengths of line and gap in turn (SVG). */
  readonly dash?: string;
  readonly fill?: { readonly colour: string; readonly opacity: number };
  readonly shadow?: { readonly colour: string; readonly opacity: number; readonly x: number; readonly y: number; readonly width: number };
}

export interface ShownText {
  readonly lines: readonly string[];
  readonly x: number;
  readonly y: number;
  readonly align: 'start' | 'middle' | 'end';
  readonly colour: string;
  readonly family?: string;
  readonly bold?: boolean;
  readonly italic?: boolean;
  readonly underlined?: boolean;
  /** From the text to what it is about. */
  readonly leader?: readonly [Point, Point];
}

export interface ShownAnnotations {
  readonly graphics: readonly ShownGraphic[];
  readonly texts: readonly ShownText[];
}

/** Thickness of a line that says none, CSS pixels, and what a line that says one may have. */
const LINE_PX = 1.5;
const [LEAST_PX, MOST_PX] = [1, 64];

/**
 * Graphic and text annotations of a state for a frame (PS3.3 C.10.5), from the lowest layer to the highest. `area`: the displayed area of the frame. A compound
 * graphic stands in place of the simple ones that carry its number, or they in its place (`drawnCompounds`).
 */
export function shownAnnotations(state: PresentationState, frame: ImageFrame, toCss: Affine, area: AreaBox): ShownAnnotations {
  const order = (name: string): number => state.layers.findIndex((layer) => layer.name === name);
  const meant = state.annotations.filter(({ images }) => isMeant(images, frame)).sort((left, right) => order(left.layer) - order(right.layer));
  const place = placer(toCss, area);
  const graphics: ShownGraphic[] = [];
  const texts: ShownText[] = [];
  for (const annotation of meant) {
    const found = state.layers.find(({ name }) => name === annotation.layer);
    const colour = (lab: LabValue | undefined): string => colourText(lab ?? found?.lab, found?.value);
    const compounds = drawnCompounds(annotation);
    const replaced = new Set(compounds.map(({ id }) => id));
    const stays = ({ compoundId }: { readonly compoundId?: number | undefined }): boolean => compoundId === undefined || !replaced.has(compoundId);
    for (const one of annotation.graphics.filter(stays)) graphics.push(styled(one, pathOf(one, place), place, colour));
    for (const compound of compounds) {
      const shape = compoundShape(compound, frame.spacingMm, place);
      graphics.push(styled({ ...compound, filled: shape.filled }, shape.path, place, colour));
      for (const { text, at } of shape.labels)
        texts.push({ lines: [text], x: at[0], y: at[1], align: 'middle', colour: colour(compound.text?.lab ?? compound.lab), ...letters(compound.text) });
    }
    for (const one of annotation.texts.filter(stays)) {
      const text = textOf(one, place, colour(one.style?.lab));
      if (text !== undefined) texts.push({ ...text, ...letters(one.style) });
    }
  }
  return { graphics, texts };
}

type Styled = Pick<GraphicObject | CompoundGraphic, 'units' | 'filled' | 'lab' | 'opacity' | 'width' | 'dash' | 'shadow' | 'fill'>;

/** A path with its line and its fill; lengths are in the units of the graphic. */
function styled(of: Styled, path: string, place: Place, colour: (lab: LabValue | undefined) => string): ShownGraphic {
  const { units, filled, shadow, fill, dash } = of;
  const width = of.width === undefined ? LINE_PX : Math.min(MOST_PX, Math.max(LEAST_PX, place.length(units, of.width)));
  const offset = (shadow?.offset ?? [0, 0]).map((length) => place.length(units, length)) as [number, number];
  const line = colour(of.lab);
  return {
    ...{ path, filled, colour: line, opacity: of.opacity ?? 1, width },
    ...(dash === undefined ? {} : { dash: dashText(dash, width) }),
    ...(filled ? { fill: { colour: fill?.lab === undefined ? line : colour(fill.lab), opacity: fill?.opacity ?? 1 } } : {}),
    ...(shadow === undefined
      ? {}
      : {
          shadow: {
            colour: shadow.lab === undefined ? 'rgb(0 0 0)' : colour(shadow.lab),
            opacity: shadow.opacity,
            ...(shadow.outlined ? { x: 0, y: 0, width: width + 2 * Math.hypot(...offset) } : { x: offset[0], y: offset[1], width }),
          },
        }),
  };
}

/** Runs of the 32 bits of a line pattern as SVG takes them, line first; one bit is as long as the line is thick. */
function dashText(pattern: number, width: number): string {
  const bits = Array.from({ length: 32 }, (_, at) => (pattern >>> (31 - at)) & 1);
  // SVG begins with a line: a pattern that begins with a gap is turned until it does.
  const start = bits.findIndex((bit, at) => bit === 1 && bits[(at + 31) % 32] === 0);
  if (start < 0) return 'none';
  const runs: number[] = [];
  for (let at = 0; at < 32; at++) {
    const [bit, before] = [bits[(start + at) % 32], bits[(start + at + 31) % 32]];
    if (bit === before && runs.length > 0) runs[runs.length - 1] = (runs.at(-1) ?? 0) + 1;
    else runs.push(1);
  }
  return runs.map((run) => (run * width).toFixed(2)).join(' ');
}

function letters(style: TextStyle | undefined): Pick<ShownText, 'family' | 'bold' | 'italic' | 'underlined'> {
  if (style === undefined) return {};
  const { family, bold, italic, underlined } = style;
  return { ...(family === undefined ? {} : { family }), bold, italic, underlined };
}

function colourText(lab: LabValue | undefined, value = 65_535): string {
  const level = Math.round((value / 65_535) * 255);
  return `rgb(${(lab === undefined ? [level, level, level] : labToRgb(lab)).join(' ')})`;
}

function textOf({ text, box, anchor }: TextObject, place: Place, colour: string): ShownText | undefined {
  const lines = text.split('\n').slice(0, 50);
  const target = anchor === undefined ? undefined : place.point(anchor.units, anchor.point);
  if (box === undefined) {
    if (target === undefined) return undefined;
    return { lines, x: target[0] + 6, y: target[1], align: 'start', colour };
  }
  const [one, other] = [place.point(box.units, box.topLeft), place.point(box.units, box.bottomRight)];
  const [left, right] = [Math.min(one[0], other[0]), Math.max(one[0], other[0])];
  const [top, bottom] = [Math.min(one[1], other[1]), Math.max(one[1], other[1])];
  const x = box.align === 'LEFT' ? left : box.align === 'RIGHT' ? right : (left + right) / 2;
  const align = box.align === 'LEFT' ? 'start' : box.align === 'RIGHT' ? 'end' : 'middle';
  const from: Point | undefined = target === undefined ? undefined : [Math.min(right, Math.max(left, target[0])), Math.min(bottom, Math.max(top, target[1]))];
  const leader = anchor?.visible === true && target !== undefined && from !== undefined ? ([from, target] as const) : undefined;
  return { lines, x, y: top, align, colour, ...(leader === undefined ? {} : { leader }) };
}
