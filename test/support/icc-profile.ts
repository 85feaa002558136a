/** ICC profiles made for tests: header, tags and the tables of ICC.1 10.10 to 10.12. Pure. */

type Curve = (level: number) => number;
export type GridFunction = (r: number, g: number, b: number) => readonly [number, number, number];

export interface ProfileParts {
  /** Major version: 2 or 4. */
  readonly version: 2 | 4;
  readonly space: 'Lab ' | 'XYZ ';
  readonly colours?: string;
  readonly intent?: number;
  readonly tags: Readonly<Record<string, Uint8Array>>;
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

/** A value of u or s15Fixed16 in four bytes. */
function fixed(value: number): readonly number[] {
  const word = Math.round(value * 65_536) >>> 0;
  return [word >>> 24, (word >> 16) & 255, (word >> 8) & 255, word & 255];
}

function word16(value: number): readonly number[] {
  const word = Math.min(65_535, Math.max(0, Math.round(value)));
  return [word >> 8, word & 255];
}

function word32(value: number): readonly number[] {
  return [(value >>> 24) & 255, (value >> 16) & 255, (value >> 8) & 255, value & 255];
}

function bytes(...parts: readonly (readonly number[] | Uint8Array)[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function even4(part: Uint8Array): Uint8Array {
  return bytes(part, new Array<number>((4 - (part.length % 4)) % 4).fill(0));
}

export const xyzTag = (x: number, y: number, z: number): Uint8Array => bytes(ascii('XYZ '), word32(0), fixed(x), fixed(y), fixed(z));
export const gammaCurve = (gamma: number): Uint8Array => even4(bytes(ascii('curv'), word32(0), word32(1), word16(gamma * 256)));
export const sampledCurve = (count: number, at: Curve): Uint8Array =>
  even4(bytes(ascii('curv'), word32(0), word32(count), ...Array.from({ length: count }, (_, index) => word16(at(index / (count - 1)) * 65_535))));
export const parametricCurve = (kind: number, ...values: readonly number[]): Uint8Array =>
  bytes(ascii('para'), word32(0), word16(kind), word16(0), ...values.map(fixed));

const IDENTITY = [1, 0, 0, 0, 1, 0, 0, 0, 1];

/** The nodes of a grid, the last channel fastest. */
function nodes(points: readonly [number, number, number], at: GridFunction): number[] {
  const values: number[] = [];
  for (let r = 0; r < points[0]; r++)
    for (let g = 0; g < points[1]; g++) for (let b = 0; b < points[2]; b++) values.push(...at(r / (points[0] - 1), g / (points[1] - 1), b / (points[2] - 1)));
  return values;
}

/** lut8Type (mft1) or lut16Type (mft2). */
export function lutTag(width: 1 | 2, points: number, curves: readonly [Curve, Curve, Curve], grid: GridFunction, out: Curve, matrix = IDENTITY): Uint8Array {
  const entries = width === 1 ? 256 : 64;
  const value = (of: number): readonly number[] => (width === 1 ? [Math.min(255, Math.max(0, Math.round(of * 255)))] : word16(of * 65_535));
  const table = (curve: Curve): (readonly number[])[] => Array.from({ length: entries }, (_, at) => value(curve(at / (entries - 1))));
  return even4(
    bytes(
      ascii(width === 1 ? 'mft1' : 'mft2'),
      word32(0),
      [3, 3, points, 0],
      ...matrix.map(fixed),
      ...(width === 1 ? [] : [word16(entries), word16(entries)]),
      ...curves.flatMap(table),
      ...nodes([points, points, points], grid).map(value),
      ...[out, out, out].flatMap(table),
    ),
  );
}

export interface LutAToBParts {
  readonly a?: readonly Uint8Array[];
  readonly grid?: { readonly points: readonly [number, number, number]; readonly width: 1 | 2; readonly at: GridFunction };
  readonly m?: readonly Uint8Array[];
  readonly matrix?: readonly number[];
  readonly b: readonly Uint8Array[];
}

/** lutAToBType (mAB). */
export function lutAToBTag({ a, grid, m, matrix, b }: LutAToBParts): Uint8Array {
  const parts: Uint8Array[] = [];
  let at = 32;
  const place = (part: Uint8Array | undefined): number => {
    if (part === undefined) return 0;
    const here = at;
    parts.push(even4(part));
    at += even4(part).length;
    return here;
  };
  const joined = (curves: readonly Uint8Array[] | undefined): Uint8Array | undefined => (curves === undefined ? undefined : bytes(...curves.map(even4)));
  const ofGrid =
    grid === undefined
      ? undefined
      : bytes(
          [...grid.points, ...new Array<number>(13).fill(0)],
          [grid.width, 0, 0, 0],
          ...nodes(grid.points, grid.at).map((value) => (grid.width === 1 ? [Math.round(Math.min(1, Math.max(0, value)) * 255)] : word16(value * 65_535))),
        );
  const [ofB, ofMatrix, ofM] = [place(joined(b)), place(matrix === undefined ? undefined : bytes(...matrix.map(fixed))), place(joined(m))];
  const [gridAt, ofA] = [place(ofGrid), place(joined(a))];
  return bytes(ascii('mAB '), word32(0), [3, 3, 0, 0], word32(ofB), word32(ofMatrix), word32(ofM), word32(gridAt), word32(ofA), ...parts);
}

/** A whole profile of an input device with its required tags. */
export function iccProfile({ version, space, colours = 'RGB ', intent = 0, tags }: ProfileParts): Uint8Array {
  const name = 'Test profile';
  const desc =
    version === 2
      ? bytes(ascii('desc'), word32(0), word32(name.length + 1), ascii(name), new Array<number>(79).fill(0))
      : bytes(ascii('mluc'), word32(0), word32(1), word32(12), ascii('enUS'), word32(2 * name.length), word32(28), ...[...ascii(name)].map((at) => [0, at]));
  const copyright = version === 2 ? bytes(ascii('text'), word32(0), ascii('none\0')) : desc;
  const all = Object.entries({ desc, cprt: copyright, wtpt: xyzTag(0.9642, 1, 0.8249), ...tags }).map(([key, data]) => ({ key, data: even4(data) }));
  let at = 132 + 12 * all.length;
  const directory = all.map(({ key, data }) => {
    const entry = bytes(ascii(key), word32(at), word32(data.length));
    at += data.length;
    return entry;
  });
  const header = bytes(
    word32(at),
    word32(0),
    [version, version === 2 ? 0x40 : 0x30, 0, 0],
    ascii('scnr'),
    ascii(colours),
    ascii(space),
    word16(2026),
    ...[1, 1, 0, 0, 0].map(word16),
    ascii('acsp'),
    new Array<number>(24).fill(0),
    word32(intent),
    fixed(0.9642),
    fixed(1),
    fixed(0.8249),
    new Array<number>(48).fill(0),
  );
  return bytes(header, word32(all.length), ...directory, ...all.map(({ data }) => data));
}

/** sRGB as three curves and a matrix, of the version that is asked for: what a reference converts to. */
export function srgbProfile(version: 2 | 4): Uint8Array {
  return matrixProfile(version, [
    [0.4360747, 0.2225045, 0.0139322],
    [0.3850649, 0.7168786, 0.0971045],
    [0.1430804, 0.0606169, 0.7141733],
  ]);
}

/** A display with the primaries of P3 and the curve of sRGB. */
export function displayP3Profile(): Uint8Array {
  return matrixProfile(4, [
    [0.51512, 0.2412, -0.00105],
    [0.29198, 0.69225, 0.04189],
    [0.1571, 0.06657, 0.78407],
  ]);
}

type Colorant = readonly [number, number, number];

function matrixProfile(version: 2 | 4, [red, green, blue]: readonly [Colorant, Colorant, Colorant]): Uint8Array {
  const curve =
    version === 4
      ? parametricCurve(3, 2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
      : sampledCurve(4096, (level) => (level <= 0.04045 ? level / 12.92 : ((level + 0.055) / 1.055) ** 2.4));
  const tags = {
    rXYZ: xyzTag(...red),
    gXYZ: xyzTag(...green),
    bXYZ: xyzTag(...blue),
    ...{ rTRC: curve, gTRC: curve, bTRC: curve },
  };
  const profile = iccProfile({ version, space: 'XYZ ', tags });
  profile.set(ascii('mntr'), 12);
  return profile;
}
