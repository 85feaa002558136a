import { describe, expect, it } from 'vitest';
import {
  fullRangeWindow,
  isModalitySigned,
  lutEntry,
  type LutSource,
  type LutTable,
  modalityRange,
  modalityValue,
  presentationValue,
  readLut,
  windowOf,
} from '@shared/grayscale';

const words = (values: readonly number[], little = true): Uint8Array => {
  const bytes = new Uint8Array(values.length * 2);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => view.setUint16(2 * index, value, little));
  return bytes;
};

const source = (descriptor: LutSource['descriptor'], data: Uint8Array, more: Partial<LutSource> = {}): LutSource => ({
  descriptor,
  data,
  firstIsSigned: false,
  isLittleEndian: true,
  explanation: '',
  ...more,
});

function lutOf(given: LutSource): LutTable {
  const reading = readLut(given);
  if (!reading.ok) expect.fail(reading.reason);
  return reading.lut;
}

const table = (first: number, bits: number, values: readonly number[]): LutTable => ({ first, bits, values: Uint16Array.from(values), explanation: '' });

describe('readLut (PS3.3 C.11.1.1.1)', () => {
  it('takes 0 entries as 65,536', () => {
    const lut = lutOf(source({ entries: 0, first: 0, bits: 16 }, words(Array.from({ length: 65_536 }, (_, index) => 65_535 - index))));
    expect([lut.values.length, lut.values[0], lut.values[65_535]]).toEqual([65_536, 65_535, 0]);
    expect(readLut(source({ entries: 0, first: 0, bits: 16 }, new Uint8Array(2 * 65_535)))).toEqual({
      ok: false,
      reason: '131070 bytes of data for 65536 entries of 16 bits',
    });
  });

  it('takes the first input value as two’s complement only where it is signed', () => {
    const descriptor = { entries: 2, first: 0xfc00, bits: 16 };
    expect(lutOf(source(descriptor, words([1, 2]))).first).toBe(64_512);
    expect(lutOf(source(descriptor, words([1, 2]), { firstIsSigned: true })).first).toBe(-1024);
    expect(lutOf(source({ ...descriptor, first: 0x7fff }, words([1, 2]), { firstIsSigned: true })).first).toBe(32_767);
  });

  it('reads entries of 8 bits one in a byte, also an odd number of them, and one in a word', () => {
    const descriptor = { entries: 3, first: 0, bits: 8 };
    expect([...lutOf(source(descriptor, Uint8Array.of(1, 2, 255, 0))).values]).toEqual([1, 2, 255]);
    expect([...lutOf(source(descriptor, Uint8Array.of(1, 2, 255))).values]).toEqual([1, 2, 255]);
    expect([...lutOf(source(descriptor, words([1, 2, 255]))).values]).toEqual([1, 2, 255]);
    expect([...lutOf(source(descriptor, Uint8Array.of(2, 1, 0, 255), { isLittleEndian: false })).values]).toEqual([1, 2, 255]);
  });

  it('reads words in the order of the file', () => {
    expect([...lutOf(source({ entries: 2, first: 0, bits: 12 }, words([1, 4095], false), { isLittleEndian: false })).values]).toEqual([1, 4095]);
  });

  it('widens a depth that its own entries pass, and says so', () => {
    const reading = readLut(source({ entries: 2, first: 0, bits: 8 }, words([1, 4095])));
    expect(reading).toMatchObject({ ok: true, lut: { bits: 12 }, notes: ['entries of 12 bits where 8 are stated'] });
  });

  it('leaves out data behind the last entry, and says so where it is more than padding', () => {
    expect(readLut(source({ entries: 2, first: 0, bits: 16 }, words([1, 2, 3, 4])))).toMatchObject({
      ok: true,
      notes: ['data for more than the 2 entries stated'],
    });
    expect(readLut(source({ entries: 3, first: 0, bits: 8 }, Uint8Array.of(1, 2, 3, 0)))).toMatchObject({ ok: true, notes: [] });
  });

  it.each([0, 17, 65_535])('makes no table of entries of %i bits', (bits) => {
    expect(readLut(source({ entries: 1, first: 0, bits }, words([1])))).toEqual({ ok: false, reason: `entries of ${bits} bits` });
  });
});

describe('lutEntry', () => {
  it('clamps below the first and above the last input, and takes the nearest for what lies between', () => {
    const lut = table(-2, 8, [10, 20, 30]);
    expect([-1000, -2, -1.51, -1.5, -1, -0.6, 0, 1, 1e9].map((value) => lutEntry(lut, value))).toEqual([10, 10, 10, 20, 20, 20, 30, 30, 30]);
  });
});

describe('modality values', () => {
  it('come from the table when there is one, else from slope and intercept, else as stored', () => {
    expect(modalityValue(7, { slope: 2, intercept: -3 })).toBe(11);
    expect(modalityValue(7, { slope: 2, intercept: -3 }, table(6, 16, [5, 60_000]))).toBe(60_000);
    expect(modalityValue(7, undefined)).toBe(7);
  });

  it('can be negative by sign or rescale, never out of a table', () => {
    const unsigned = { BitsStored: 12, PixelRepresentation: 0 } as const;
    const signed = { BitsStored: 12, PixelRepresentation: 1 } as const;
    expect(isModalitySigned(unsigned, undefined, false)).toBe(false);
    expect(isModalitySigned(unsigned, { slope: 1, intercept: -1024 }, false)).toBe(true);
    expect(isModalitySigned(unsigned, { slope: -1, intercept: 4095 }, false)).toBe(false);
    expect(isModalitySigned(unsigned, { slope: -1, intercept: 4094 }, false)).toBe(true);
    expect(isModalitySigned(signed, undefined, false)).toBe(true);
    expect(isModalitySigned(signed, { slope: 1, intercept: 2048 }, false)).toBe(false);
    expect(isModalitySigned(signed, undefined, true)).toBe(false);
  });

  it('of a range are found inside a table that does not rise', () => {
    expect(modalityRange(0, 100, { modalityLut: table(10, 16, [5, 900, 1, 7]) })).toEqual([1, 900]);
    expect(modalityRange(12, 100, { modalityLut: table(10, 16, [5, 900, 1, 7]) })).toEqual([1, 7]);
    expect(modalityRange(90, 100, { modalityLut: table(10, 16, [5, 900, 1, 7]) })).toEqual([7, 7]);
    expect(modalityRange(0, 3, { modalityLut: table(10, 16, [5, 900, 1, 7]) })).toEqual([5, 5]);
    expect(modalityRange(-5, 5, { rescale: { slope: -2, intercept: 1 } })).toEqual([-9, 11]);
  });

  it('make the window of an object without one: lowest black, highest white', () => {
    const voi = fullRangeWindow(0, 100, undefined, table(10, 16, [5, 900, 1, 7]));
    expect([1, 900].map((value) => presentationValue(value, voi))).toEqual([0, 1]);
  });
});

describe('a VOI LUT (PS3.3 C.11.2.1.1)', () => {
  it('spans black to white by its depth, whatever its largest entry is', () => {
    const voi = { kind: 'LUT', lut: table(100, 12, [0, 1365, 2730, 4095]) } as const;
    expect([0, 100, 101, 102, 103, 5000].map((value) => presentationValue(value, voi))).toEqual([0, 0, 1 / 3, 2 / 3, 1, 1]);
    expect(presentationValue(100, { kind: 'LUT', lut: table(100, 12, [2048]) })).toBe(2048 / 4095);
  });

  it('is a window of the inputs over which it changes', () => {
    const lut = table(-10, 8, [0, 0, 0, 80, 160, 255, 255]);
    const { center, width } = windowOf({ kind: 'LUT', lut });
    expect([center, width]).toEqual([-6, 4]);
    const voi = { kind: 'LINEAR', center, width } as const;
    // black at the last constant entry, white at the first of the other end
    expect([-8, -5].map((value) => presentationValue(value, voi))).toEqual([0, 1]);
    expect(windowOf({ kind: 'LUT', lut: table(5, 8, [9]) }).width).toBe(1);
    expect(windowOf({ kind: 'SIGMOID', center: 3, width: 7 })).toEqual({ center: 3, width: 7 });
  });
});
