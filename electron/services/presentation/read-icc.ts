import type { IccTransform } from '@shared/domain';

/** CIE XYZ relative to D50 (the profile connection space) to linear sRGB, which is made for D65: Bradford-adapted, IEC 61966-2-1. */
const XYZ_TO_SRGB = [3.1338561, -1.6168667, -0.4906146, -0.9787684, 1.9161415, 0.033454, 0.0719453, -0.2289914, 1.4052427] as const;
const MAX_TAGS = 100;
const LEVELS = 256;

interface Tag {
  readonly offset: number;
  readonly size: number;
}

/**
 * Reads an ICC profile (ICC.1:2022) of the kind "three curves and a matrix" (F.3), which displays and cameras have. Profiles that work by tables (A2B0) are
 * named and not applied. Never throws on bytes.
 */
export function readIcc(profile: Uint8Array): IccTransform {
  const view = new DataView(profile.buffer, profile.byteOffset, profile.length);
  const no = (reason: string, name = ''): IccTransform => ({ kind: 'notApplied', name, reason });
  if (profile.length < 132 || text(profile, 36, 4) !== 'acsp') return no('it is no ICC profile');
  const tags = readTags(view);
  const name = nameOf(profile, view, tags.get('desc'));
  if (text(profile, 16, 4) !== 'RGB ') return no(`it is for ${text(profile, 16, 4).trim()}`, name);
  if (text(profile, 20, 4) !== 'XYZ ' || tags.has('A2B0')) return no('it works by tables', name);
  const columns = ['rXYZ', 'gXYZ', 'bXYZ'].map((key) => xyz(view, tags.get(key)));
  const curves = ['rTRC', 'gTRC', 'bTRC'].map((key) => curve(profile, view, tags.get(key)));
  const [r, g, b] = columns;
  const [red, green, blue] = curves;
  if (r === undefined || g === undefined || b === undefined || red === undefined || green === undefined || blue === undefined)
    return no('its curves or its matrix cannot be read', name);
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

function readTags(view: DataView): Map<string, Tag> {
  const tags = new Map<string, Tag>();
  const count = Math.min(MAX_TAGS, view.getUint32(128));
  for (let index = 0; index < count; index++) {
    const at = 132 + 12 * index;
    if (at + 12 > view.byteLength) break;
    const [offset, size] = [view.getUint32(at + 4), view.getUint32(at + 8)];
    if (offset + size <= view.byteLength) tags.set(characters(view, at, 4), { offset, size });
  }
  return tags;
}

function xyz(view: DataView, tag: Tag | undefined): readonly [number, number, number] | undefined {
  if (tag === undefined || tag.size < 20 || characters(view, tag.offset, 4) !== 'XYZ ') return undefined;
  return [fixed(view, tag.offset + 8), fixed(view, tag.offset + 12), fixed(view, tag.offset + 16)];
}

/** Linear value of each of 256 levels of a curve: `curv` or `para` (ICC.1 10.6, 10.18). */
function curve(profile: Uint8Array, view: DataView, tag: Tag | undefined): Float64Array<ArrayBuffer> | undefined {
  if (tag === undefined || tag.size < 12) return undefined;
  const type = text(profile, tag.offset, 4);
  const at = type === 'curv' ? sampled(view, tag) : type === 'para' ? parametric(view, tag) : undefined;
  return at === undefined ? undefined : Float64Array.from({ length: LEVELS }, (_, level) => Math.min(1, Math.max(0, at(level / (LEVELS - 1)))));
}

function sampled(view: DataView, { offset, size }: Tag): ((level: number) => number) | undefined {
  const count = view.getUint32(offset + 8);
  if (count === 0) return (level) => level;
  if (12 + 2 * count > size) return undefined;
  if (count === 1) {
    const gamma = view.getUint16(offset + 12) / 256;
    return (level) => level ** gamma;
  }
  const entry = (index: number): number => view.getUint16(offset + 12 + 2 * index) / 65_535;
  return (level) => {
    const place = level * (count - 1);
    const low = Math.min(count - 2, Math.floor(place));
    return entry(low) + (entry(low + 1) - entry(low)) * (place - low);
  };
}

function parametric(view: DataView, { offset, size }: Tag): ((level: number) => number) | undefined {
  const kind = view.getUint16(offset + 8);
  const needs = [1, 3, 4, 5, 7][kind];
  if (needs === undefined || 12 + 4 * needs > size) return undefined;
  const [g = 1, a = 1, b = 0, c = 0, d = 0, e = 0, f = 0] = Array.from({ length: needs }, (_, index) => fixed(view, offset + 12 + 4 * index));
  const power = (level: number): number => Math.max(0, a * level + b) ** g;
  switch (kind) {
    case 0:
      return (level) => level ** g;
    case 1:
      return (level) => (level >= -b / a ? power(level) : 0);
    case 2:
      return (level) => (level >= -b / a ? power(level) + c : c);
    case 3:
      return (level) => (level >= d ? power(level) : c * level);
    default:
      return (level) => (level >= d ? power(level) + e : c * level + f);
  }
}

/** Description, of version 2 (ASCII) or 4 (UTF-16), for the user. */
function nameOf(profile: Uint8Array, view: DataView, tag: Tag | undefined): string {
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

/** s15Fixed16Number. */
function fixed(view: DataView, at: number): number {
  return view.getInt32(at) / 65_536;
}

function text(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length));
}

function characters(view: DataView, at: number, length: number): string {
  return String.fromCharCode(...Array.from({ length }, (_, index) => view.getUint8(at + index)));
}
