import type { IccTransform, ImageFrame, ImageLuts } from '@shared/domain';
import { describe, expect, it } from 'vitest';
import { ColourMaps, composeMask, type GreyParts, type TableState } from '../../../renderer/imaging';
import { frame, presentationState } from './fakes';

const luts: ImageLuts = { modalityLutType: '', voiLuts: [], problems: [], palette: { first: 0, rgb: Uint8Array.of(1, 2, 3, 4, 5, 6) } };
const ready = (more: Partial<ImageLuts>): TableState => ({ kind: 'ready', luts: { modalityLutType: '', voiLuts: [], problems: [], ...more } });
const grey: GreyParts = { voi: { kind: 'LINEAR', center: 128, width: 256 }, inverse: false, inverted: false };
const kind = (PhotometricInterpretation: string, SamplesPerPixel: number): ImageFrame =>
  frame(1, { format: { ...frame(1).format, PhotometricInterpretation, SamplesPerPixel } });
const [palette, rgb, monochrome] = [kind('PALETTE COLOR', 1), kind('RGB', 3), kind('MONOCHROME2', 1)];

const CURVE = Float64Array.from({ length: 256 }, (_, level) => (level <= 10 ? level / 255 / 12.92 : ((level / 255 + 0.055) / 1.055) ** 2.4));
/** A profile that swaps red and blue, and leaves grey alone. */
const swapped: IccTransform = {
  kind: 'matrix',
  name: 'swap',
  curves: [CURVE, CURVE, CURVE],
  matrix: [0, 0, 1, 0, 1, 0, 1, 0, 0],
};
const applied = (map: ReturnType<ColourMaps['of']>, values: Uint8Array | Int16Array, pixels: number): number[] => {
  const out = new Uint8Array(3 * pixels);
  map?.apply(values, out);
  return [...out];
};

describe('what colours a frame', () => {
  it('is the same object for the same tables', () => {
    const maps = new ColourMaps();
    const request = { frame: palette, tables: { kind: 'ready', luts } as const, grey };
    const map = maps.of(request);
    expect(maps.of(request)).toBe(map);
    expect(applied(map, Uint8Array.of(1, 0), 2)).toEqual([4, 5, 6, 1, 2, 3]);
  });

  it('is nothing for grey, and for RGB without a profile', () => {
    const maps = new ColourMaps();
    expect(maps.of({ frame: monochrome, tables: ready({ icc: swapped }), grey })).toBeUndefined();
    expect(maps.of({ frame: rgb, tables: ready({}), grey })).toBeUndefined();
    expect(maps.of({ frame: rgb, tables: ready({ icc: { kind: 'sRgb', name: '' } }), grey })).toBeUndefined();
  });

  it('goes through the profile of a colour state, not of the image, where one is applied', () => {
    const maps = new ColourMaps();
    const colour = presentationState({ kind: 'colour', icc: swapped });
    const plain: TableState = { kind: 'none' };
    expect(applied(maps.of({ frame: rgb, tables: plain, state: colour, grey }), Uint8Array.of(10, 20, 30), 1)).toEqual([30, 20, 10]);
    const untouched = presentationState({ kind: 'colour', icc: { kind: 'sRgb', name: '' } });
    expect(maps.of({ frame: rgb, tables: ready({ icc: swapped }), state: untouched, grey })).toBeUndefined();
    expect(applied(maps.of({ frame: rgb, tables: ready({ icc: swapped }), grey }), Uint8Array.of(10, 20, 30), 1)).toEqual([30, 20, 10]);
    const both = maps.of({ frame: palette, tables: { kind: 'ready', luts }, state: colour, grey });
    expect(applied(both, Uint8Array.of(1), 1)).toEqual([6, 5, 4]);
  });

  it('is the palette of a pseudo-colour state over what the window gives, signed values too', () => {
    const maps = new ColourMaps();
    const ramp = Uint8Array.from({ length: 256 * 3 }, (_, at) => (at % 3 === 0 ? Math.floor(at / 3) : at % 3 === 1 ? 255 - Math.floor(at / 3) : 7));
    const pseudo = presentationState({ kind: 'pseudoColour', palette: { first: 0, rgb: ramp } });
    const request = { frame: monochrome, tables: { kind: 'none' }, state: pseudo, grey } as const;
    const map = maps.of(request);
    expect(applied(map, Uint8Array.of(0, 100, 255), 3)).toEqual([0, 255, 7, 100, 155, 7, 255, 0, 7]);
    expect(applied(map, Int16Array.of(-5, 100, 3000), 3)).toEqual([0, 255, 7, 100, 155, 7, 255, 0, 7]);
    expect(maps.of({ ...request, grey: { ...grey } })).toBe(map);
    const narrow = maps.of({ ...request, grey: { ...grey, voi: { kind: 'LINEAR', center: 50, width: 100 } } });
    expect(applied(narrow, Uint8Array.of(0, 100), 2)).toEqual([0, 255, 7, 255, 0, 7]);
    const through = presentationState({ kind: 'pseudoColour', palette: { first: 0, rgb: ramp }, icc: swapped });
    expect(applied(maps.of({ ...request, state: through }), Uint8Array.of(100), 1)).toEqual([7, 155, 100]);
  });

  it('of a supplemental palette goes through the profile of the image', () => {
    const parts = { columns: 2, rows: 1, frameIndex: 0, overlays: [], levelOf: (p: number) => p * 255 };
    const coloured = { palette: { first: 1, rgb: Uint8Array.of(200, 100, 0) }, icc: swapped, values: Uint8Array.of(0, 1) };
    expect([...(composeMask({ ...parts, coloured }) ?? [])]).toEqual([0, 0, 0, 0, 0, 100, 200, 255]);
  });
});
