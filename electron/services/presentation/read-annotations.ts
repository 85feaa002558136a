import type { CharacterSet } from '@shared/dicom';
import type { AnnotationUnits, GraphicLayer, GraphicObject, ImageReference, PresentationState, TextObject } from '@shared/domain';
import type { TreeItem } from '../part10';
import { readCompound } from './read-compound';
import { graphicStyle, textStyle } from './read-graphic-style';
import { labValue } from './read-shutter';

/** What one state may hold: more is cut and said. */
const MAX_ANNOTATIONS = 2048;
const MAX_OBJECTS = 4096;
const MAX_POINTS = 100_000;
const MAX_REFERENCES = 20_000;

/** Items of Referenced Image Sequence; frames counted from 1. */
export function imageReferences(item: TreeItem): ImageReference[] {
  return item
    .items(0x00081140)
    .slice(0, MAX_REFERENCES)
    .map((reference) => ({
      SOPInstanceUID: reference.text(0x00081155),
      frames: reference.decimals(0x00081160).filter((frame) => Number.isInteger(frame) && frame > 0),
    }))
    .filter(({ SOPInstanceUID }) => SOPInstanceUID !== '');
}

/** Graphic Layer module (PS3.3 C.10.7), in the order of drawing. */
export function readLayers(root: TreeItem, set: CharacterSet): GraphicLayer[] {
  return root
    .items(0x00700060)
    .slice(0, MAX_ANNOTATIONS)
    .map((item) => {
      const [value] = item.shorts(0x00700066);
      const lab = labValue(item, 0x00700401);
      return {
        name: item.text(0x00700002),
        order: item.decimals(0x00700062)[0] ?? 0,
        description: item.localText(0x00700068, set),
        ...(value === undefined ? {} : { value }),
        ...(lab === undefined ? {} : { lab }),
      };
    })
    .sort((left, right) => left.order - right.order);
}

/** Graphic Annotation module (PS3.3 C.10.5). */
export function readAnnotations(root: TreeItem, set: CharacterSet, problems: string[]): PresentationState['annotations'] {
  const items = root.items(0x00700001);
  if (items.length > MAX_ANNOTATIONS) problems.push(`${items.length - MAX_ANNOTATIONS} annotations are not drawn`);
  return items.slice(0, MAX_ANNOTATIONS).map((item) => {
    const found = item
      .items(0x00700209)
      .slice(0, MAX_OBJECTS)
      .map((one) => readCompound(one, set, problems));
    const compounds = found.filter((one) => one !== undefined);
    if (compounds.length < found.length) problems.push(`${found.length - compounds.length} compound graphics are drawn by their simple parts only`);
    const graphics = item
      .items(0x00700009)
      .slice(0, MAX_OBJECTS)
      .map((graphic) => graphicOf(graphic, problems));
    const drawable = graphics.filter((graphic) => graphic !== undefined);
    if (drawable.length < graphics.length) problems.push(`${graphics.length - drawable.length} graphic objects are not drawn: they are incomplete`);
    const texts = item.items(0x00700008).slice(0, MAX_OBJECTS);
    return { images: imageReferences(item), layer: item.text(0x00700002), graphics: drawable, texts: texts.map((text) => textOf(text, set)), compounds };
  });
}

function graphicOf(item: TreeItem, problems: string[]): GraphicObject | undefined {
  const type = (['POINT', 'POLYLINE', 'INTERPOLATED', 'CIRCLE', 'ELLIPSE'] as const).find((name) => name === item.text(0x00700023));
  const units = unitsOf(item.text(0x00700005));
  const values = item.floats(0x00700022);
  const points = Array.from({ length: Math.min(MAX_POINTS, values.length >> 1) }, (_, at): [number, number] => [values[2 * at] ?? 0, values[2 * at + 1] ?? 0]);
  const least = type === 'ELLIPSE' ? 4 : type === 'POINT' ? 1 : 2;
  if (type === undefined || units === undefined || points.length < least) return undefined;
  return {
    units,
    type,
    points,
    filled: item.text(0x00700024) === 'Y',
    ...compoundId(item),
    ...graphicStyle(item, problems),
  };
}

function textOf(item: TreeItem, set: CharacterSet): TextObject {
  const boxUnits = unitsOf(item.text(0x00700003));
  const [left, top] = item.floats(0x00700010);
  const [right, bottom] = item.floats(0x00700011);
  const anchorUnits = unitsOf(item.text(0x00700004));
  const [x, y] = item.floats(0x00700014);
  const style = textStyle(item);
  const align = (['RIGHT', 'CENTER'] as const).find((name) => name === item.text(0x00700012)) ?? 'LEFT';
  const hasBox = boxUnits !== undefined && left !== undefined && top !== undefined && right !== undefined && bottom !== undefined;
  const hasAnchor = anchorUnits !== undefined && x !== undefined && y !== undefined;
  return {
    text: item.localText(0x00700006, set),
    ...(hasBox ? { box: { units: boxUnits, topLeft: [left, top], bottomRight: [right, bottom], align } } : {}),
    ...(hasAnchor ? { anchor: { units: anchorUnits, point: [x, y], visible: item.text(0x00700015) === 'Y' } } : {}),
    ...compoundId(item),
    ...(style === undefined ? {} : { style }),
  };
}

/** Compound Graphic Instance ID: the compound graphic that a simple one stands for. */
function compoundId(item: TreeItem): { compoundId?: number } {
  const [id] = item.unsignedLongs(0x00700226);
  return id === undefined ? {} : { compoundId: id };
}

function unitsOf(text: string): AnnotationUnits | undefined {
  return (['PIXEL', 'DISPLAY', 'MATRIX'] as const).find((units) => units === text);
}
