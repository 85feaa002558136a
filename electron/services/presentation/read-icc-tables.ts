import type { IccStage } from '@shared/domain';
import { curveAt, fixed, type IccTag } from './icc-values';

type Curve = (level: number) => number;
export type TablesReading =
  | { readonly ok: true; readonly stages: IccStage[]; /** Lab of 16 bits as version 2 encodes it. */ readonly legacyLab: boolean }
  | { readonly ok: false; readonly reason: string };

/** Points of all grids together: 128³ are more than any profile has. */
const MAX_POINTS = 2 ** 21;
/** The first curves are met at 256 levels only; the others in between. */
const LEVELS = 256;
const SAMPLES = 4097;

const no = (reason: string): TablesReading => ({ ok: false, reason });

/** The steps of an A2B tag from RGB to the connection space: lut8Type, lut16Type (ICC.1 10.10, 10.11) or lutAToBType (10.12). Never throws on bytes. */
export function readTables(view: DataView, tag: IccTag): TablesReading {
  if (tag.size < 32) return no('its tables are cut short');
  const type = view.getUint32(tag.offset);
  const [inputs, outputs] = [view.getUint8(tag.offset + 8), view.getUint8(tag.offset + 9)];
  if (inputs !== 3 || outputs !== 3) return no(`its tables lead from ${inputs} to ${outputs} channels`);
  if (type === 0x6d667431) return readLut(view, tag, 1); // mft1
  if (type === 0x6d667432) return readLut(view, tag, 2); // mft2
  return type === 0x6d414220 ? readLutAToB(view, tag) : no('its tables are of a kind that is not known'); // 'mAB '
}

/** lut8Type and lut16Type: a matrix, curves, a grid, curves; entries of `width` bytes. */
function readLut(view: DataView, { offset, size }: IccTag, width: 1 | 2): TablesReading {
  const points = view.getUint8(offset + 10);
  if (width === 2 && size < 52) return no('its tables are cut short');
  const [entries, exits] = width === 1 ? [256, 256] : [view.getUint16(offset + 48), view.getUint16(offset + 50)];
  if (points < 2 || entries < 2 || exits < 2 || entries > 4096 || exits > 4096) return no('its tables have no size that they may have');
  const start = offset + (width === 1 ? 48 : 52);
  const nodes = points ** 3;
  if (nodes > MAX_POINTS || start - offset + width * 3 * (entries + nodes + exits) > size) return no('its tables are cut short');
  const value = width === 1 ? (at: number): number => view.getUint8(at) / 255 : (at: number): number => view.getUint16(at) / 65_535;
  const curve =
    (from: number, count: number): Curve =>
    (level) => {
      const place = level * (count - 1);
      const low = Math.min(count - 2, Math.floor(place));
      const below = value(from + width * low);
      return below + (value(from + width * (low + 1)) - below) * (place - low);
    };
  const curves = (from: number, count: number): Curve[] => [0, 1, 2].map((channel) => curve(from + width * channel * count, count));
  const stages: IccStage[] = [];
  const matrix = Array.from({ length: 9 }, (_, at) => fixed(view, offset + 12 + 4 * at));
  const isIdentity = matrix.every((factor, at) => factor === (at % 4 === 0 ? 1 : 0));
  if (!isIdentity) stages.push({ kind: 'matrix', matrix, offset: [0, 0, 0] });
  stages.push(sampledStage(curves(start, entries), isIdentity ? LEVELS : SAMPLES));
  const grid = start + width * 3 * entries;
  const values = Float32Array.from({ length: nodes * 3 }, (_, at) => value(grid + width * at));
  stages.push({ kind: 'grid', points: [points, points, points], values });
  stages.push(sampledStage(curves(grid + width * 3 * nodes, exits), SAMPLES));
  return { ok: true, stages, legacyLab: width === 2 };
}

/** lutAToBType: A curves, grid, M curves, matrix, B curves, of which only the last ones must be there. */
function readLutAToB(view: DataView, tag: IccTag): TablesReading {
  const place = (at: number): number => view.getUint32(tag.offset + at);
  const [b, matrix, m, grid, a] = [place(12), place(16), place(20), place(24), place(28)];
  const stages: IccStage[] = [];
  const addCurves = (at: number): boolean => {
    const curves = curvesAt(view, tag, at);
    if (curves !== undefined) stages.push(sampledStage(curves, stages.length === 0 ? LEVELS : SAMPLES));
    return curves !== undefined;
  };
  if (a !== 0 && !addCurves(a)) return no('its curves cannot be read');
  if (grid !== 0) {
    const stage = gridAt(view, tag, grid);
    if (stage === undefined) return no('its tables are cut short');
    stages.push(stage);
  }
  if (m !== 0 && !addCurves(m)) return no('its curves cannot be read');
  if (matrix !== 0) {
    if (matrix + 48 > tag.size) return no('its matrix is cut short');
    const number = (at: number): number => fixed(view, tag.offset + matrix + 4 * at);
    stages.push({ kind: 'matrix', matrix: Array.from({ length: 9 }, (_, at) => number(at)), offset: [number(9), number(10), number(11)] });
  }
  if (b === 0 || !addCurves(b)) return no('its curves cannot be read');
  return { ok: true, stages, legacyLab: false };
}

/** Three curves one behind the other, each on four bytes. */
function curvesAt(view: DataView, tag: IccTag, start: number): Curve[] | undefined {
  const curves: Curve[] = [];
  let at = start;
  for (let channel = 0; channel < 3; channel++) {
    if (at + 12 > tag.size) return undefined;
    const read = curveAt(view, { offset: tag.offset + at, size: tag.size - at });
    if (read === undefined) return undefined;
    curves.push(read.at);
    at += (read.length + 3) & ~3;
  }
  return curves;
}

function gridAt(view: DataView, { offset, size }: IccTag, start: number): IccStage | undefined {
  if (start + 20 > size) return undefined;
  const points = [0, 1, 2].map((channel) => view.getUint8(offset + start + channel)) as [number, number, number];
  const width = view.getUint8(offset + start + 16);
  const count = points[0] * points[1] * points[2] * 3;
  if (points.some((one) => one < 2) || count > MAX_POINTS * 3 || (width !== 1 && width !== 2) || start + 20 + count * width > size) return undefined;
  const from = offset + start + 20;
  const values = Float32Array.from({ length: count }, (_, at) => (width === 1 ? view.getUint8(from + at) / 255 : view.getUint16(from + 2 * at) / 65_535));
  return { kind: 'grid', points, values };
}

function sampledStage(curves: readonly Curve[], samples: number): IccStage {
  const sampled = curves.map((curve) => Float64Array.from({ length: samples }, (_, at) => finite(curve(at / (samples - 1)))));
  const [first = new Float64Array(2), second = first, third = first] = sampled;
  return { kind: 'curves', curves: [first, second, third] };
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : 0;
}
