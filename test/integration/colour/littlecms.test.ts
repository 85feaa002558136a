import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readIcc } from '../../../electron/services/presentation';
import { iccMap } from '../../../renderer/imaging';
import {
  gammaCurve,
  type GridFunction,
  iccProfile,
  lutAToBTag,
  lutTag,
  parametricCurve,
  type ProfileParts,
  sampledCurve,
  srgbProfile,
  xyzTag,
} from '../../support/icc-profile';
import { referencePythonWith } from '../../support/peers';

const python = referencePythonWith('PIL');
const script = join(import.meta.dirname, '../../support/python/littlecms.py');
const folder = mkdtempSync(join(tmpdir(), 'alternator-icc-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Greys, primaries and what lies between: 16 levels an axis with both ends, and all greys. */
const COLOURS = Uint8Array.from([
  ...Array.from({ length: 16 ** 3 }, (_, at) => [at >> 8, (at >> 4) & 15, at & 15].map((step) => step * 17)).flat(),
  ...Array.from({ length: 256 }, (_, level) => [level, level, level]).flat(),
  ...Array.from({ length: 4096 }, (_, at) => [(at * 97) & 255, (at * 57 + 13) & 255, (at * 31 + 101) & 255]).flat(),
]);

function theirs(profile: Uint8Array, version: 2 | 4, intent: number): Uint8Array {
  const [source, target] = [join(folder, 'source.icc'), join(folder, 'target.icc')];
  writeFileSync(source, profile);
  writeFileSync(target, srgbProfile(version));
  const run = spawnSync(python ?? '', [script, source, target, String(intent)], { input: COLOURS, maxBuffer: 2 ** 26 });
  expect(run.stderr.toString()).toBe('');
  return Uint8Array.from(run.stdout);
}

function ours(profile: Uint8Array): Uint8Array {
  const out = new Uint8Array(COLOURS.length);
  const map = iccMap(readIcc(profile));
  if (map === undefined) throw new Error(`not applied: ${JSON.stringify(readIcc(profile))}`);
  map.apply(COLOURS, out);
  return out;
}

/** A camera that is a little desaturated and bent: Lab of RGB by a rough model, encoded in 0..1 as version 4 does. */
const labGrid: GridFunction = (r, g, b) => {
  const y = 0.22 * r + 0.71 * g + 0.07 * b;
  return [0.04 + 0.95 * y, (128 + 70 * (r - g)) / 255, (128 + 60 * (0.5 * r + 0.5 * g - b)) / 255];
};
const legacy: GridFunction = (r, g, b) => labGrid(r, g, b).map((value) => (value * 65_280) / 65_535) as [number, number, number];
/** XYZ in shares of 1 + 32767/32768. */
const xyzGrid: GridFunction = (r, g, b) =>
  [0.436 * r + 0.385 * g + 0.143 * b, 0.2225 * r + 0.7169 * g + 0.0606 * b, 0.0139 * r + 0.0971 * g + 0.7142 * b].map(
    (value) => value / (1 + 32_767 / 32_768),
  ) as [number, number, number];
const bent = (power: number) => (level: number) => level ** power;
const straight = (level: number): number => level;
const three = (curve: Uint8Array): readonly Uint8Array[] => [curve, curve, curve];

const cases: readonly (ProfileParts & { readonly name: string })[] = [
  { name: 'lut8, Lab', version: 2, space: 'Lab ', tags: { A2B0: lutTag(1, 9, [bent(0.8), bent(0.9), bent(1.1)], labGrid, straight) } },
  { name: 'lut16, Lab', version: 2, space: 'Lab ', tags: { A2B0: lutTag(2, 17, [bent(0.8), bent(0.9), bent(1.1)], legacy, bent(1.05)) } },
  { name: 'lut16, XYZ', version: 2, space: 'XYZ ', tags: { A2B0: lutTag(2, 11, [bent(2.2), bent(2.2), bent(2.2)], xyzGrid, straight) } },
  {
    name: 'lut16, the table of its own intent',
    version: 2,
    space: 'Lab ',
    intent: 1,
    tags: { A2B0: lutTag(2, 5, [bent(2), bent(2), bent(2)], legacy, straight), A2B1: lutTag(2, 9, [straight, straight, straight], legacy, straight) },
  },
  {
    name: 'mAB, Lab with grids of different sizes, perceptual',
    version: 4,
    space: 'Lab ',
    tags: {
      A2B0: lutAToBTag({
        a: [gammaCurve(0.9), sampledCurve(33, bent(0.85)), parametricCurve(0, 1.1)],
        grid: { points: [9, 11, 7], width: 2, at: labGrid },
        m: three(sampledCurve(64, bent(1.02))),
        matrix: [0.98, 0.01, 0, 0.01, 0.97, 0, 0, 0.02, 0.97, 0.01, 0.01, 0.005],
        b: three(gammaCurve(1)),
      }),
    },
  },
  {
    name: 'mAB, Lab of 8 bits, colorimetric',
    version: 4,
    space: 'Lab ',
    intent: 1,
    tags: { A2B1: lutAToBTag({ a: three(gammaCurve(1)), grid: { points: [9, 9, 9], width: 1, at: labGrid }, b: three(gammaCurve(1)) }), A2B0: xyzTag(0, 0, 0) },
  },
  {
    name: 'mAB without a grid, XYZ, colorimetric',
    version: 4,
    space: 'XYZ ',
    intent: 1,
    tags: {
      A2B1: lutAToBTag({
        m: three(parametricCurve(3, 2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)),
        matrix: [0.436, 0.385, 0.143, 0.2225, 0.7169, 0.0606, 0.0139, 0.0971, 0.7142].map((value) => value / (1 + 32_767 / 32_768)).concat([0, 0, 0]),
        b: three(gammaCurve(1)),
      }),
    },
  },
  {
    name: 'curves and a matrix (wide gamut)',
    version: 2,
    space: 'XYZ ',
    tags: {
      rXYZ: xyzTag(0.60974, 0.31111, 0.01947),
      gXYZ: xyzTag(0.20528, 0.62567, 0.06087),
      bXYZ: xyzTag(0.14919, 0.06322, 0.74457),
      ...{ rTRC: gammaCurve(2.19921875), gTRC: gammaCurve(2.19921875), bTRC: gammaCurve(2.19921875) },
    },
  },
];

describe.skipIf(python === undefined)('colours by a profile against LittleCMS', () => {
  for (const { name, ...parts } of cases) {
    it(`${name}: each colour within one level`, () => {
      const profile = iccProfile(parts);
      const [mine, other] = [ours(profile), theirs(profile, parts.version, parts.intent ?? 0)];
      const apart = mine.map((level, at) => Math.abs(level - (other[at] ?? 999)));
      expect(apart.length).toBe(COLOURS.length);
      expect(apart.reduce((most, one) => Math.max(most, one), 0)).toBeLessThanOrEqual(1);
      expect(apart.filter((one) => one > 0).length / apart.length).toBeLessThan(0.02);
      expect(new Set(mine).size).toBeGreaterThan(100);
    });
  }
});
