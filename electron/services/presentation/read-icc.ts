import type { IccStage, IccTransform } from '@shared/domain';
import { XYZ_TO_SRGB } from '@shared/pixel';
import { curveAt, fixed, type IccTag } from './icc-values';
import { readTables } from './read-icc-tables';

const MAX_TAGS = 100;
const LEVELS = 256;

/** A2B tag of each rendering intent: perceptual, media-relative, saturation, absolute (ICC.1 9.2, table 25). */
const A2B = ['A2B0', 'A2B1', 'A2B2', 'A2B1'] as const;
/** Lab of 16 bits: version 2 puts 100 at 0xFF00 where version 4 has 0xFFFF (ICC.1 6.3.4.2, A.3). */
const LEGACY_LAB = 65_535 / 65_280;

/**
 * Reads an ICC profile (ICC.1:2022) of an RGB device: by tables where it has them (8.3.2, those of its own rendering intent), else by three curves and a matrix
 * (F.3). What it cannot be applied for is said. Multi-process elements (D2B) are not read: a profile that has them has tables too. Never throws on bytes.
 */
export function readIcc(profile: Uint8Array): IccTransform {
  const view = new DataView(profile.buffer, profile.byteOffset, profile.length);
  const no = (reason: string, name = ''): IccTransform => ({ kind: 'notApplied', name, reason });
  if (profile.length < 132 || text(profile, 36, 4) !== 'acsp') return no('it is no ICC profile');
  const tags = readTags(view);
  const name = nameOf(profile, view, tags.get('desc'));
  if (text(profile, 16, 4) !== 'RGB ') return no(`it is for ${text(profile, 16, 4).trim()}`, name);
  const space = (['Lab', 'XYZ'] as const).find((known) => known === text(profile, 20, 4).trim());
  if (space === undefined) return no(`it leads to ${text(profile, 20, 4).trim()}`, name);
  const intent = view.getUint32(64) & 3;
  const tables = tags.get(A2B[intent] ?? 'A2B0') ?? tags.get('A2B0');
  if (tables === undefined) return space === 'XYZ' ? byMatrix(view, tags, name) : no('it has no tables', name);
  const read = readTables(view, tables);
  if (!read.ok) return no(read.reason, name);
  const legacy: IccStage = { kind: 'matrix', matrix: [LEGACY_LAB, 0, 0, 0, LEGACY_LAB, 0, 0, 0, LEGACY_LAB], offset: [0, 0, 0] };
  const stages = read.legacyLab && space === 'Lab' ? [...read.stages, legacy] : read.stages;
  return { kind: 'tables', name, stages, space, referenceBlack: profile[8] !== undefined && profile[8] >= 4 && (intent === 0 || intent === 2) };
}

function byMatrix(view: DataView, tags: ReadonlyMap<string, IccTag>, name: string): IccTransform {
  const columns = ['rXYZ', 'gXYZ', 'bXYZ'].map((key) => xyz(view, tags.get(key)));
  const curves = ['rTRC', 'gTRC', 'bTRC'].map((key) => curve(view, tags.get(key)));
  const [r, g, b] = columns;
  const [red, green, blue] = curves;
  if (r === undefined || g === undefined || b === undefined || red === undefined || green === undefined || blue === undefined)
    return { kind: 'notApplied', name, reason: 'its curves or its matrix cannot be read' };
  const matrix = Array.from({ length: 9 }, (_, at) => {
    const row = Math.floor(at / 3) * 3;
    const column = [r, g, b][at % 3] ?? r;
    return (XYZ_TO_SRGB[row] ?? 0) * column[0] + (XYZ_TO_SRGB[row + 1] ?? 0) * column[1] + (XYZ_TO_SRGB[row + 2] ?? 0) * column[2];
  });
  return isSrgb(matrix, [red, green, blue]) ? { kind: 'sRgb', name } : { kind: 'matrix', name, curves: [red, green, blue], matrix };
}

/** Nothing would change by more than rounding. */
function isSrgb(matrix: readonly number[], curves: readonly Float64Array[]): boolean {
  const isIdentity = matrix.every((value, at) => Math.abs(value - (at % 4 === 0 ? 1 : 0)) < 0.003);
  const linear = (level: number): number => (level <= 0.04045 ? level / 12.92 : ((level + 0.055) / 1.055) ** 2.4);
  return isIdentity && curves.every((values) => values.every((value, level) => Math.abs(value - linear(level / 255)) < 0.002));
}

function readTags(view: DataView): Map<string, IccTag> {
  const tags = new Map<string, IccTag>();
  const count = Math.min(MAX_TAGS, view.getUint32(128));
  for (let index = 0; index < count; index++) {
    const at = 132 + 12 * index;
    if (at + 12 > view.byteLength) break;
    const [offset, size] = [view.getUint32(at + 4), view.getUint32(at + 8)];
    if (offset + size <= view.byteLength) tags.set(characters(view, at, 4), { offset, size });
  }
  return tags;
}

function xyz(view: DataView, tag: IccTag | undefined): readonly [number, number, number] | undefined {
  if (tag === undefined || tag.size < 20 || characters(view, tag.offset, 4) !== 'XYZ ') return undefined;
  return [fixed(view, tag.offset + 8), fixed(view, tag.offset + 12), fixed(view, tag.offset + 16)];
}

/** Linear value of each of 256 levels of a curve. */
function curve(view: DataView, tag: IccTag | undefined): Float64Array<ArrayBuffer> | undefined {
  const read = tag === undefined || tag.size < 12 ? undefined : curveAt(view, tag);
  return read === undefined ? undefined : Float64Array.from({ length: LEVELS }, (_, level) => Math.min(1, Math.max(0, read.at(level / (LEVELS - 1)))));
}

/** Description, of version 2 (ASCII) or 4 (UTF-16), for the user. */
function nameOf(profile: Uint8Array, view: DataView, tag: IccTag | undefined): string {
  if (tag === undefined || tag.size < 16) return '';
  const type = text(profile, tag.offset, 4);
  if (type === 'desc') return printable(text(profile, tag.offset + 12, Math.min(80, view.getUint32(tag.offset + 8), tag.size - 12)));
  if (type !== 'mluc' || tag.size < 28) return '';
  const length = Math.min(160, view.getUint32(tag.offset + 20));
  const start = tag.offset + view.getUint32(tag.offset + 24);
  if (start + length > profile.length) return '';
  return printable(Array.from({ length: length >> 1 }, (_, index) => String.fromCharCode(view.getUint16(start + 2 * index))).join(''));
}

function printable(name: string): string {
  return name.replace(/\p{Cc}/gu, ' ').trim();
}

function text(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length));
}

function characters(view: DataView, at: number, length: number): string {
  return String.fromCharCode(...Array.from({ length }, (_, index) => view.getUint8(at + index)));
}
