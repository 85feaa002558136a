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
  /** Clockwise about a point of the screen. */
  readonly turn?: { readonly deg: number; readonly about: Point };
  /** From the text to what it is about. */
  readonly leader?: readonly [Point, Point];
}

export interface ShownAnnotations {
  readonly graphics: readonly ShownGraphic[];
  readonly texts: readonly ShownText[];
}

/** P-value of a layer, 0 to 65,535, to a level of the glass. */
export type LevelOf = (value: number) => number;

const plainLevel: LevelOf = (value) => Math.round((value / 65_535) * 255);

/** Thickness of a line that says none, CSS pixels, and what a line that says one may have. */
const LINE_PX = 1.5;
/** From one line of text to the next, CSS pixels. */
export const LINE_HEIGHT_PX = 16;
const [LEAST_PX, MOST_PX] = [1, 64];

/**
 * Graphic and text annotations of a state for a frame (PS3.3 C.10.5), from the lowest layer to the highest. `area`: the displayed area of the frame; `levelOf`: the
 * display's curve, which a layer's P-value goes through as a picture's do. A compound
 * graphic stands in place of the simple ones that carry its number, or they in its place (`drawnCompounds`).
 */
export function shownAnnotations(state: PresentationState, frame: ImageFrame, toCss: Affine, area: AreaBox, levelOf: LevelOf = plainLevel): ShownAnnotations {
  const order = (name: string): number => state.layers.findIndex((layer) => layer.name === name);
  const meant = state.annotations.filter(({ images }) => isMeant(images, frame)).sort((left, right) => order(left.layer) - order(right.layer));
  const place = placer(toCss, area);
  const graphics: ShownGraphic[] = [];
  const texts: ShownText[] = [];
  for (const annotation of meant) {
    const found = state.layers.find(({ name }) => name === annotation.layer);
    const colour = (lab: LabValue | undefined): string => colourText(lab ?? found?.lab, levelOf(found?.value ?? 65_535));
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

function colourText(lab: LabValue | undefined, level: number): string {
  return `rgb(${(lab === undefined ? [level, level, level] : labToRgb(lab)).join(' ')})`;
}

function textOf({ text, box, anchor, style }: TextObject, place: Place, colour: string): ShownText | undefined {
  const lines = text.split('\n').slice(0, 50);
  const target = anchor === undefined ? undefined : place.point(anchor.units, anchor.point);
  if (box === undefined) {
    if (target === undefined) return undefined;
    return { lines, x: target[0] + 6, y: target[1], align: 'start', colour };
  }
  const [one, other] = [place.point(box.units, box.topLeft), place.point(box.units, box.bottomRight)];
  const [left, right] = [Math.min(one[0], other[0]), Math.max(one[0], other[0])];
  const [top, bottom] = [Math.min(one[1], other[1]), Math.max(one[1], other[1])];
  const from: Point | undefined = target === undefined ? undefined : [Math.min(right, Math.max(left, target[0])), Math.min(bottom, Math.max(top, target[1]))];
  const leader = anchor?.visible === true && target !== undefined && from !== undefined ? ([from, target] as const) : undefined;
  return { lines, colour, ...inBox(box, [(left + right) / 2, (top + bottom) / 2], lines.length, style, place), ...(leader === undefined ? {} : { leader }) };
}

type Box = NonNullable<TextObject['box']>;

/**
 * Text runs from the top left hand corner of its box to the bottom right hand one, also where those were turned with the image, or were written the other way
 * round to turn the text (PS3.3 C.10.5.1.1). `center`: of the box on the screen; where the text begins is said before it is turned about it.
 */
function inBox(box: Box, center: Point, lines: number, style: TextStyle | undefined, place: Place): Pick<ShownText, 'x' | 'y' | 'align' | 'turn'> {
  const { angleDeg, scale } = place.lay(box.units);
  const [across, down] = [box.bottomRight[0] - box.topLeft[0], box.bottomRight[1] - box.topLeft[1]];
  const written = down >= 0 ? (across >= 0 ? 0 : 90) : across < 0 ? 180 : 270;
  const size = [Math.abs(across) * scale[0], Math.abs(down) * scale[1]] as const;
  const [width, height] = written % 180 === 0 ? size : [size[1], size[0]];
  const align = style?.across ?? box.align;
  const space = height - lines * LINE_HEIGHT_PX;
  const deg = (angleDeg + written + 360) % 360;
  return {
    x: center[0] + (align === 'LEFT' ? -width / 2 : align === 'RIGHT' ? width / 2 : 0),
    y: center[1] - height / 2 + (style?.down === 'BOTTOM' ? space : style?.down === 'CENTER' ? space / 2 : 0),
    align: align === 'LEFT' ? 'start' : align === 'RIGHT' ? 'end' : 'middle',
    ...(deg === 0 ? {} : { turn: { deg, about: center } }),
  };
}
