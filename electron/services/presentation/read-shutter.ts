import type { LabValue, Shutter } from '@shared/domain';
import type { TreeItem } from '../part10';

const SHAPE = 0x00181600;
const EDGES = { left: 0x00181602, right: 0x00181604, upper: 0x00181606, lower: 0x00181608 } as const;
const CENTER = 0x00181610;
const RADIUS = 0x00181612;
const VERTICES = 0x00181620;
const VALUE = 0x00181622;
const OVERLAY_GROUP = 0x00181623;
const COLOUR = 0x00181624;
const MAX_VERTICES = 1024;

/** Display Shutter (PS3.3 C.7.6.11) and Bitmap Display Shutter (C.7.6.15). Undefined without one; shapes that cannot be drawn are named in `problems`. */
export function readShutter(root: TreeItem, problems: string[]): Shutter | undefined {
  const shapes = root.texts(SHAPE);
  if (shapes.length === 0) return undefined;
  const [value] = root.shorts(VALUE);
  const lab = labValue(root, COLOUR);
  const shutter: Shutter = { ...(value === undefined ? {} : { value }), ...(lab === undefined ? {} : { lab }) };
  for (const shape of new Set(shapes)) {
    const part = partOf(root, shape);
    if (part === undefined) problems.push(`the shutter ${shape === '' ? 'without a shape' : shape} cannot be drawn`);
    else Object.assign(shutter, part);
  }
  const { rectangle, circle, polygon, bitmapGroup } = shutter;
  return [rectangle, circle, polygon, bitmapGroup].some((part) => part !== undefined) ? shutter : undefined;
}

function partOf(root: TreeItem, shape: string): Partial<Shutter> | undefined {
  switch (shape) {
    case 'RECTANGULAR': {
      const [left, right, upper, lower] = [EDGES.left, EDGES.right, EDGES.upper, EDGES.lower].map((tag) => root.decimals(tag)[0]);
      if (left === undefined || right === undefined || upper === undefined || lower === undefined) return undefined;
      return { rectangle: { left, right, upper, lower } };
    }
    case 'CIRCULAR': {
      const [row, column] = root.decimals(CENTER);
      const [radius] = root.decimals(RADIUS);
      return row === undefined || column === undefined || radius === undefined || radius < 0 ? undefined : { circle: { center: [row, column], radius } };
    }
    case 'POLYGONAL': {
      const values = root.decimals(VERTICES);
      const polygon = Array.from({ length: Math.min(MAX_VERTICES, values.length >> 1) }, (_, at): [number, number] => [
        values[2 * at] ?? 0,
        values[2 * at + 1] ?? 0,
      ]);
      return polygon.length < 3 ? undefined : { polygon };
    }
    case 'BITMAP': {
      const [bitmapGroup] = root.shorts(OVERLAY_GROUP);
      return bitmapGroup === undefined ? undefined : { bitmapGroup };
    }
    default:
      return undefined;
  }
}

/** Three unsigned shorts of a CIELab value. */
export function labValue(item: TreeItem, tag: number): LabValue | undefined {
  const [l, a, b] = item.shorts(tag);
  return l === undefined || a === undefined || b === undefined ? undefined : [l, a, b];
}
