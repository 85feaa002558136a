import type { CharacterSet } from '@shared/dicom';
import { type CompoundGraphic, CompoundType } from '@shared/domain';
import type { TreeItem } from '../part10';
import { graphicStyle, textStyle } from './read-graphic-style';

const MAX_POINTS = 10_000;
const MAX_TICKS = 1000;
const MAJOR_TICKS = 0x00700287;

/** Points that each type has (PS3.3 C.10.5.1.3.3 to C.10.5.1.3.11); MULTILINE has as many pairs as it likes. */
const POINTS: Readonly<Record<CompoundType, number>> = {
  MULTILINE: 2,
  INFINITELINE: 2,
  CUTLINE: 2,
  RANGELINE: 2,
  RULER: 2,
  AXIS: 2,
  CROSSHAIR: 1,
  ARROW: 2,
  RECTANGLE: 2,
  ELLIPSE: 2,
};

/** An item of Compound Graphic Sequence; undefined when it is of a type that is not known or incomplete: then its simple parts stand for it. */
export function readCompound(item: TreeItem, set: CharacterSet, problems: string[]): CompoundGraphic | undefined {
  const type = CompoundType.options.find((name) => name === item.text(0x00700294));
  const units = (['PIXEL', 'DISPLAY'] as const).find((name) => name === item.text(0x00700282));
  const [id] = item.unsignedLongs(0x00700226);
  const values = item.floats(0x00700022);
  const points = Array.from({ length: Math.min(MAX_POINTS, values.length >> 1) }, (_, at): [number, number] => [values[2 * at] ?? 0, values[2 * at + 1] ?? 0]);
  if (type === undefined || units === undefined || id === undefined || points.length < POINTS[type]) return undefined;
  const [gap] = item.floats(0x00700261);
  const [visibility] = item.floats(0x00700262);
  const text = textStyle(item);
  return {
    ...{ id, type, units, points },
    filled: item.text(0x00700024) === 'Y',
    ...rotationOf(item),
    ...(gap === undefined || gap < 0 ? {} : { gap }),
    ...(visibility === undefined || visibility <= 0 ? {} : { visibility }),
    ticks: ticksOf(item, set),
    tickAlignment: (['TOP', 'BOTTOM'] as const).find((name) => name === item.text(0x00700274)) ?? 'CENTER',
    tickLabels: item.text(0x00700278) === 'N' ? 'none' : item.text(0x00700279) === 'TOP' ? 'TOP' : 'BOTTOM',
    ...(text === undefined ? {} : { text }),
    ...graphicStyle(item, problems),
  };
}

function rotationOf(item: TreeItem): Pick<CompoundGraphic, 'rotation'> {
  const [angleDeg = 0] = item.doubles(0x00700230);
  const [x, y] = item.floats(0x00700273);
  const about: [number, number] | undefined = x === undefined || y === undefined ? undefined : [x, y];
  if (angleDeg === 0 && about === undefined) return {};
  return { rotation: { angleDeg, ...(about === undefined ? {} : { about }) } };
}

function ticksOf(item: TreeItem, set: CharacterSet): CompoundGraphic['ticks'] {
  return item
    .items(MAJOR_TICKS)
    .slice(0, MAX_TICKS)
    .flatMap((tick) => {
      const [position] = tick.floats(0x00700288);
      return position === undefined ? [] : [{ position, label: tick.localText(0x00700289, set) }];
    });
}
