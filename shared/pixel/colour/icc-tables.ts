import { assertNever } from '../../util';

/** One step of a profile that works by tables (ICC.1 10.10 to 10.12), as `IccTransform` of the domain has it. */
type Step =
  | { readonly kind: 'curves'; readonly curves: readonly [Float64Array, Float64Array, Float64Array] }
  | { readonly kind: 'matrix'; readonly matrix: readonly number[]; readonly offset: readonly number[] }
  | { readonly kind: 'grid'; readonly points: readonly [number, number, number]; readonly values: Float32Array };

interface Tables {
  readonly stages: readonly Step[];
  readonly space: 'Lab' | 'XYZ';
  readonly referenceBlack: boolean;
}

/** Three numbers that the steps work on in place. */
type Triple = [number, number, number];

/** Illuminant of the connection space, D50 (ICC.1 7.2.16). */
const WHITE: Readonly<Triple> = [0.9642, 1, 0.8249];
/** Its perceptual reference medium's black (ICC.1 6.3.3). */
const REFERENCE_BLACK: Readonly<Triple> = [0.00336, 0.0034731, 0.00287];
/** Largest XYZ that 16 bits of u1Fixed15 hold. */
const XYZ_RANGE = 1 + 32_767 / 32_768;
/** XYZ relative to D50 to linear sRGB, which is made for D65: Bradford-adapted, IEC 61966-2-1. */
export const XYZ_TO_SRGB = [3.1338561, -1.6168667, -0.4906146, -0.9787684, 1.9161415, 0.033454, 0.0719453, -0.2289914, 1.4052427] as const;

/** Linear light 0..1 in so many steps to levels of sRGB: a step is a twentieth of a level where the curve is steepest. */
const LINEAR_STEPS = 65_536;
const ENCODED = Uint8Array.from({ length: LINEAR_STEPS + 1 }, (_, step) => Math.round(255 * encoded(step / LINEAR_STEPS)));

/** sRGB of linear light, both 0..1 (IEC 61966-2-1). */
function encoded(linear: number): number {
  return linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055;
}

/** Level 0..255 of sRGB of linear light, which is cut to 0..1. */
export function srgbLevel(linear: number): number {
  return ENCODED[Math.min(LINEAR_STEPS, Math.max(0, Math.round(linear * LINEAR_STEPS)))] ?? 0;
}

/** Colours that were worked out last stay known: pictures have few of them beside each other, and none is worked out twice in a row. */
const KNOWN = 2 ** 16;

/**
 * RGB of 8 bits through the tables of a profile to sRGB, three bytes a pixel: each step as ICC.1 10.10 to 10.12 has it, between grid points tetrahedrally, in
 * double precision; no step is left out or folded into another.
 */
export function tablesToSrgb(tables: Tables): (from: ArrayLike<number>, into: Uint8Array) => void {
  const steps = tables.stages.map(stepOf);
  const toXyz = tables.space === 'Lab' ? labToXyz : scaleXyz;
  const keys = new Int32Array(KNOWN).fill(-1);
  const known = new Uint8Array(KNOWN * 3);
  const at: Triple = [0, 0, 0];
  const work = (place: number): void => {
    for (const step of steps) step(at);
    toXyz(at);
    if (tables.referenceBlack) toDisplayBlack(at);
    const [x, y, z] = at;
    for (let row = 0; row < 3; row++) {
      known[place + row] = srgbLevel((XYZ_TO_SRGB[row * 3] ?? 0) * x + (XYZ_TO_SRGB[row * 3 + 1] ?? 0) * y + (XYZ_TO_SRGB[row * 3 + 2] ?? 0) * z);
    }
  };
  return (from, into) => {
    for (let pixel = 0; pixel + 2 < into.length; pixel += 3) {
      const [r, g, b] = [from[pixel] ?? 0, from[pixel + 1] ?? 0, from[pixel + 2] ?? 0];
      const key = (r << 16) | (g << 8) | b;
      const slot = (key ^ (key >> 7)) & (KNOWN - 1);
      if (keys[slot] !== key) {
        keys[slot] = key;
        at[0] = r / 255;
        at[1] = g / 255;
        at[2] = b / 255;
        work(slot * 3);
      }
      into[pixel] = known[slot * 3] ?? 0;
      into[pixel + 1] = known[slot * 3 + 1] ?? 0;
      into[pixel + 2] = known[slot * 3 + 2] ?? 0;
    }
  };
}

function stepOf(stage: Step): (at: Triple) => void {
  switch (stage.kind) {
    case 'curves':
      return (at) => {
        for (let axis = 0; axis < 3; axis++) at[axis] = along(stage.curves[axis] ?? [], at[axis] ?? 0);
      };
    case 'matrix':
      return (at) => {
        const [x, y, z] = at;
        for (let row = 0; row < 3; row++) {
          const [a = 0, b = 0, c = 0] = stage.matrix.slice(3 * row, 3 * row + 3);
          at[row] = a * x + b * y + c * z + (stage.offset[row] ?? 0);
        }
      };
    case 'grid':
      return (at) => throughGrid(stage, at);
    default:
      return assertNever(stage);
  }
}

/** Value of a sampled curve at a place in 0..1; its ends beside it. */
function along(values: ArrayLike<number>, place: number): number {
  const last = values.length - 1;
  const exact = Math.min(1, Math.max(0, place)) * last;
  const low = Math.min(Math.max(0, last - 1), Math.floor(exact));
  const from = values[low] ?? 0;
  return from + ((values[Math.min(last, low + 1)] ?? 0) - from) * (exact - low);
}

/**
 * Tetrahedral interpolation: from the lower corner of the cell along its edges, the axis with the largest share first. Greys stay on the diagonal, so that the
 * grey of a table is not tinted by its neighbours.
 */
function throughGrid({ points, values }: Extract<Step, { kind: 'grid' }>, at: Triple): void {
  const strides: Triple = [points[1] * points[2] * 3, points[2] * 3, 3];
  const shares: Triple = [0, 0, 0];
  let corner = 0;
  for (let axis = 0; axis < 3; axis++) {
    const last = (points[axis] ?? 2) - 1;
    const exact = Math.min(1, Math.max(0, at[axis] ?? 0)) * last;
    const low = Math.min(last - 1, Math.floor(exact));
    shares[axis] = exact - low;
    corner += low * (strides[axis] ?? 0);
  }
  const [first, second, third] = order(shares);
  const one = corner + (strides[first] ?? 0);
  const two = one + (strides[second] ?? 0);
  const far = two + (strides[third] ?? 0);
  const [a, b, c] = [shares[first] ?? 0, shares[second] ?? 0, shares[third] ?? 0];
  for (let channel = 0; channel < 3; channel++) {
    at[channel] =
      (1 - a) * (values[corner + channel] ?? 0) +
      (a - b) * (values[one + channel] ?? 0) +
      (b - c) * (values[two + channel] ?? 0) +
      c * (values[far + channel] ?? 0);
  }
}

/** Axes from the largest share to the smallest. */
function order([x, y, z]: Triple): readonly [number, number, number] {
  if (x >= y) return y >= z ? [0, 1, 2] : x >= z ? [0, 2, 1] : [2, 0, 1];
  return x >= z ? [1, 0, 2] : y >= z ? [1, 2, 0] : [2, 1, 0];
}

/** CIELab as version 4 encodes it in 0..1 to XYZ (ICC.1 6.3.4.2, 8-bit tables alike). */
function labToXyz(at: Triple): void {
  const fy = (at[0] * 100 + 16) / 116;
  const f: Triple = [fy + (at[1] * 255 - 128) / 500, fy, fy - (at[2] * 255 - 128) / 200];
  for (let axis = 0; axis < 3; axis++) {
    const value = f[axis] ?? 0;
    at[axis] = (WHITE[axis] ?? 0) * (value > 6 / 29 ? value ** 3 : (value - 4 / 29) * 3 * (6 / 29) ** 2);
  }
}

function scaleXyz(at: Triple): void {
  for (let axis = 0; axis < 3; axis++) at[axis] = (at[axis] ?? 0) * XYZ_RANGE;
}

/** White stays, the reference black becomes none. */
function toDisplayBlack(at: Triple): void {
  for (let axis = 0; axis < 3; axis++) {
    const [white, black] = [WHITE[axis] ?? 1, REFERENCE_BLACK[axis] ?? 0];
    at[axis] = (((at[axis] ?? 0) - black) * white) / (white - black);
  }
}
