import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readIcc } from '../../../electron/services/presentation';
import { iccMap } from '../../../renderer/imaging';
import { IccTransform } from '../../../shared/domain';
import { gammaCurve, iccProfile, lutAToBTag, lutTag, srgbProfile, xyzTag } from '../../support/icc-profile';

const straight = (level: number): number => level;
const curves = [straight, straight, straight] as const;
const grey = (r: number, g: number, b: number): readonly [number, number, number] => [(r + g + b) / 3, 128 / 255, 128 / 255];
const lut = (points = 5): Uint8Array => lutTag(1, points, curves, grey, straight);
const mab = lutAToBTag({
  a: [gammaCurve(1), gammaCurve(1), gammaCurve(1)],
  grid: { points: [3, 4, 5], width: 2, at: grey },
  b: [gammaCurve(1), gammaCurve(1), gammaCurve(1)],
});
const byTables = (tag: Uint8Array, colours = 'RGB '): Uint8Array => iccProfile({ version: 2, space: 'Lab ', colours, tags: { A2B0: tag } });

describe('an ICC profile', () => {
  it('that is sRGB changes nothing', () => {
    for (const version of [2, 4] as const) expect(readIcc(srgbProfile(version))).toMatchObject({ kind: 'sRgb', name: 'Test profile' });
  });

  it('with tables is read by them, also where it has curves and a matrix beside them', () => {
    const curve = gammaCurve(2.2);
    const beside = { rXYZ: xyzTag(0.4, 0.2, 0), gXYZ: xyzTag(0.4, 0.7, 0.1), bXYZ: xyzTag(0.1, 0.1, 0.7), rTRC: curve, gTRC: curve, bTRC: curve };
    expect(readIcc(iccProfile({ version: 2, space: 'Lab ', tags: { A2B0: lut(), ...beside } }))).toMatchObject({ kind: 'tables', space: 'Lab' });
  });

  it('for another number or kind of channels says so and colours nothing', () => {
    const cases: readonly (readonly [Uint8Array, string])[] = [
      [byTables(lut(), 'CMYK'), 'it is for CMYK'],
      [byTables(lut(), 'GRAY'), 'it is for GRAY'],
      [iccProfile({ version: 2, space: 'Lab ', tags: {} }), 'it has no tables'],
      [iccProfile({ version: 2, space: 'XYZ ', tags: {} }), 'its curves or its matrix cannot be read'],
      [byTables(Uint8Array.from(lut(), (byte, at) => (at === 8 ? 4 : byte))), 'its tables lead from 4 to 3 channels'],
      [byTables(Uint8Array.from(lut(), (byte, at) => (at === 10 ? 200 : byte))), 'its tables are cut short'],
      [byTables(Uint8Array.from(lut(), (byte, at) => (at === 10 ? 1 : byte))), 'its tables have no size that they may have'],
      [byTables(Uint8Array.from(mab, (byte, at) => (at === 0 ? 0x78 : byte))), 'its tables are of a kind that is not known'],
      [new Uint8Array(200), 'it is no ICC profile'],
    ];
    for (const [profile, reason] of cases) {
      const read = readIcc(profile);
      expect(read).toMatchObject({ kind: 'notApplied', reason });
      expect(iccMap(read)).toBeUndefined();
    }
  });

  it('keeps greys grey: interpolation does not tint the diagonal of the grid', () => {
    const out = new Uint8Array(256 * 3);
    iccMap(readIcc(byTables(lut())))?.apply(
      Uint8Array.from({ length: 256 * 3 }, (_, at) => Math.floor(at / 3)),
      out,
    );
    expect([...out].every((level, at) => Math.abs(level - (out[at - (at % 3)] ?? 0)) <= 1)).toBe(true);
    expect([...out.subarray(0, 3), ...out.subarray(765)]).toEqual([0, 0, 0, 255, 255, 255]);
  });

  it('of any bytes is read or refused within bounds, never with an exception', () => {
    const seeds = [byTables(lut(3)), iccProfile({ version: 4, space: 'Lab ', tags: { A2B0: mab } }), srgbProfile(2)];
    const changes = fc.array(fc.tuple(fc.nat(4000), fc.nat(255)), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(fc.constantFrom(...seeds), changes, fc.nat(4000), (seed, changed, cut) => {
        const bytes = Uint8Array.from(cut < 400 ? seed.subarray(0, cut) : seed);
        for (const [at, value] of changed) if (bytes.length > 0) bytes[at % bytes.length] = value;
        const read = IccTransform.parse(readIcc(bytes));
        const out = new Uint8Array(6);
        iccMap(read)?.apply(Uint8Array.of(0, 128, 255, 7, 7, 7), out);
        if (read.kind === 'tables') for (const stage of read.stages) if (stage.kind === 'grid') expect(stage.values.length).toBeLessThanOrEqual(3 * 2 ** 21);
      }),
      { numRuns: 400 },
    );
  });
});
