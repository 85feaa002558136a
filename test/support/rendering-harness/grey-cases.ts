import { type GreyChain, gsdfDisplayTable, type LutTable } from '../../../shared/grayscale';

type Settings = Omit<GreyChain, 'signed'>;

const table = (length: number, first: number, bits: number, entryAt: (part: number) => number): LutTable => ({
  first,
  bits,
  values: Uint16Array.from({ length }, (_, index) => Math.round((2 ** bits - 1) * entryAt(index / (length - 1)))),
  explanation: '',
});

/** A curve with a toe and a shoulder, as mammography and radiography have. */
const curve = (part: number): number => part * part * (3 - 2 * part);

/** Every branch of the chain after the stored value, at a depth at which 8-bit tables of a graphics library lose levels. */
export const GREY_CASES: Readonly<Record<string, (signed: boolean) => Partial<Settings>>> = {
  'LINEAR_EXACT 400.5, slope 0.37': () => ({ voi: { kind: 'LINEAR_EXACT', center: 12.25, width: 400.5 }, rescale: { slope: 0.37, intercept: -1024 } }),
  'SIGMOID 4000': () => ({ voi: { kind: 'SIGMOID', center: 40, width: 4000 } }),
  'SIGMOID 3.5, slope 0.01': () => ({ voi: { kind: 'SIGMOID', center: 1.5, width: 3.5 }, rescale: { slope: 0.01, intercept: 0 } }),
  'VOI LUT of 65,536 entries': (signed) => ({ voi: { kind: 'LUT', lut: table(65_536, signed ? -32_768 : 0, 16, curve) } }),
  'VOI LUT of 4,096 entries of 12 bits, first value -1024': () => ({
    voi: { kind: 'LUT', lut: table(4096, -1024, 12, curve) },
    rescale: { slope: 1, intercept: -1024 },
  }),
  'Modality LUT and window': (signed) => ({
    voi: { kind: 'LINEAR', center: 30_000, width: 40_000 },
    modalityLut: table(5000, signed ? -900 : 100, 16, curve),
  }),
  'padding and range': (signed) => ({
    voi: { kind: 'LINEAR', center: 40, width: 4000 },
    padding: signed ? { value: -32_768, limit: -2000 } : { value: 0, limit: 900 },
  }),
  'MONOCHROME1 with padding at its dark end': () => ({
    voi: { kind: 'LINEAR', center: 2048, width: 4096 },
    inverse: true,
    padding: { value: 4095, limit: 4000 },
  }),
  'presentation LUT': () => ({ voi: { kind: 'LINEAR', center: 2048, width: 4096 }, presentationLut: table(4096, 0, 10, (part) => 1 - curve(part)) }),
  'GSDF of a display of gamma 2.2': () => ({ voi: { kind: 'LINEAR', center: 2048, width: 4096 }, display: DISPLAY }),
  'GSDF behind a VOI LUT of 65,536 entries, INVERSE': (signed) => ({
    voi: { kind: 'LUT', lut: table(65_536, signed ? -32_768 : 0, 16, curve) },
    display: DISPLAY,
    inverse: true,
  }),
};

const DISPLAY = gsdfDisplayTable(Array.from({ length: 18 }, (_, at) => 0.8 + 349.2 * (at / 17) ** 2.2));
