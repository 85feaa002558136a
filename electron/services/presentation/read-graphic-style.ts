import type { GraphicObject, TextStyle } from '@shared/domain';
import type { TreeItem } from '../part10';
import { labValue } from './read-shutter';

export type GraphicStyle = Pick<GraphicObject, 'lab' | 'opacity' | 'width' | 'dash' | 'shadow' | 'fill'>;

const LINE_STYLE = 0x00700232;
const FILL_STYLE = 0x00700233;
const TEXT_STYLE = 0x00700231;
const FAMILIES = ['serif', 'sans-serif', 'monospace', 'cursive', 'fantasy'] as const;

/** Line Style and Fill Style of a graphic or a compound graphic (PS3.3 Tables C.10-5b and C.10-5c); what of it is drawn otherwise is named in `problems`. */
export function graphicStyle(item: TreeItem, problems: string[]): GraphicStyle {
  const [line] = item.items(LINE_STYLE);
  const [fill] = item.items(FILL_STYLE);
  return { ...(line === undefined ? {} : lineOf(line)), ...(fill === undefined ? {} : fillOf(fill, problems)) };
}

function lineOf(line: TreeItem): GraphicStyle {
  const lab = labValue(line, 0x00700251);
  const opacity = part(line.floats(0x00700284)[0]);
  const [width] = line.floats(0x00700253);
  const [pattern] = line.unsignedLongs(0x00700255);
  const isDashed = line.text(0x00700254) === 'DASHED' && pattern !== undefined && pattern !== 0;
  return {
    ...(lab === undefined ? {} : { lab }),
    ...(opacity === undefined ? {} : { opacity }),
    ...(width === undefined || width <= 0 ? {} : { width }),
    ...(isDashed ? { dash: pattern } : {}),
    ...shadowOf(line),
  };
}

function shadowOf(line: TreeItem): Pick<GraphicStyle, 'shadow'> {
  const kind = line.text(0x00700244);
  if (kind !== 'NORMAL' && kind !== 'OUTLINED') return {};
  const [x = 0] = line.floats(0x00700245);
  const [y = 0] = line.floats(0x00700246);
  const lab = labValue(line, 0x00700247);
  const shadow = { outlined: kind === 'OUTLINED', offset: [x, y] as [number, number], opacity: part(line.floats(0x00700258)[0]) ?? 1 };
  return { shadow: { ...shadow, ...(lab === undefined ? {} : { lab }) } };
}

function fillOf(fill: TreeItem, problems: string[]): Pick<GraphicStyle, 'fill'> {
  const lab = labValue(fill, 0x00700251);
  const said = 'a fill pattern is drawn as one even colour';
  // The standard's own spelling of the term.
  if (fill.text(0x00700257).startsWith('STIP') && !problems.includes(said)) problems.push(said);
  return { fill: { ...(lab === undefined ? {} : { lab }), opacity: part(fill.floats(0x00700284)[0]) ?? 1 } };
}

/** Text Style (PS3.3 Table C.10-5a): generic families only, fonts of the state are not looked for on this computer. */
export function textStyle(item: TreeItem): TextStyle | undefined {
  const [style] = item.items(TEXT_STYLE);
  if (style === undefined) return undefined;
  const lab = labValue(style, 0x00700241);
  const family = FAMILIES.find((name) => style.text(0x00700229).toLowerCase().split(',').at(-1)?.trim() === name);
  const is = (tag: number): boolean => style.text(tag) === 'Y';
  const across = (['LEFT', 'CENTER', 'RIGHT'] as const).find((name) => name === style.text(0x00700242));
  const down = (['TOP', 'CENTER', 'BOTTOM'] as const).find((name) => name === style.text(0x00700243));
  return {
    ...(across === undefined ? {} : { across }),
    ...(down === undefined ? {} : { down }),
    ...(lab === undefined ? {} : { lab }),
    ...(family === undefined ? {} : { family }),
    ...{ bold: is(0x00700249), italic: is(0x00700250), underlined: is(0x00700248) },
  };
}

function part(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.min(1, Math.max(0, value));
}
