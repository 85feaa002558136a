import { describe, expect, it } from 'vitest';
import type { PixelFormat } from '@shared/domain';
import { decodeFrame, storedType, whyNotDecodable } from '@shared/pixel';

const LITTLE = '1.2.840.10008.1.2.1';
const BIG = '1.2.840.10008.1.2.2';

function format(changes: Partial<PixelFormat> = {}): PixelFormat {
  return {
    Rows: 2,
    Columns: 2,
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    BitsAllocated: 16,
    BitsStored: 16,
    HighBit: 15,
    PixelRepresentation: 0,
    ...changes,
  };
}

function words(...values: number[]): Uint8Array {
  return new Uint8Array(Uint16Array.from(values).buffer);
}

function decoded(bytes: Uint8Array, shape: PixelFormat, syntax = LITTLE): number[] {
  const result = decodeFrame(bytes, shape, syntax);
  if (!result.ok) throw new Error(result.reason);
  return [...result.values];
}

describe('decodeFrame', () => {
  it('gives 16 bit values as they are, unsigned and signed, with their extremes', () => {
    expect(decoded(words(0, 1, 0x8000, 0xffff), format())).toEqual([0, 1, 32_768, 65_535]);
    const signed = decodeFrame(words(0, 1, 0x8000, 0xffff), format({ PixelRepresentation: 1 }), LITTLE);
    expect(signed).toMatchObject({ ok: true, min: -32_768, max: 1 });
  });

  it('swaps big endian words', () => {
    expect(decoded(Uint8Array.of(0x12, 0x34, 0, 1, 0xff, 0xfe, 0, 0), format(), BIG)).toEqual([0x1234, 1, 0xfffe, 0]);
  });

  it('masks what lies outside of Bits Stored and extends the sign', () => {
    const twelve = { BitsStored: 12, HighBit: 11 };
    expect(decoded(words(0xf001, 0x0fff, 0x1800, 0), format(twelve))).toEqual([1, 4095, 0x800, 0]);
    expect(decoded(words(0xf001, 0x0fff, 0x1800, 0x07ff), format({ ...twelve, PixelRepresentation: 1 }))).toEqual([1, -1, -2048, 2047]);
    // High Bit 15: the value stands in the upper twelve bits.
    expect(decoded(words(0x001f, 0xfff0, 0x8000, 0), format({ BitsStored: 12, HighBit: 15, PixelRepresentation: 1 }))).toEqual([1, -1, -2048, 0]);
  });

  it('keeps bytes as bytes', () => {
    const eight = { BitsAllocated: 8, BitsStored: 8, HighBit: 7 };
    expect(decoded(Uint8Array.of(0, 127, 128, 255, 99), format(eight))).toEqual([0, 127, 128, 255]);
    expect(decoded(Uint8Array.of(0, 127, 128, 255), format({ ...eight, PixelRepresentation: 1 }))).toEqual([0, 127, -128, -1]);
    expect(storedType(format(eight))).toBe('uint8');
  });

  it('writes into the place that it is given and nowhere else', () => {
    const shared = new Int16Array(new SharedArrayBuffer(16));
    const result = decodeFrame(words(7, 8, 9, 10), format({ PixelRepresentation: 1 }), LITTLE, shared.subarray(2, 6));
    expect(result).toMatchObject({ ok: true, min: 7, max: 10 });
    expect([...shared]).toEqual([0, 0, 7, 8, 9, 10, 0, 0]);
    expect(decodeFrame(words(7, 8, 9, 10), format(), LITTLE, shared.subarray(0, 3) as Int16Array)).toMatchObject({ ok: false, kind: 'corrupt' });
  });

  it('names a frame that is cut short', () => {
    expect(decodeFrame(words(1, 2, 3), format(), LITTLE)).toEqual({
      ok: false,
      kind: 'corrupt',
      reason: 'the frame has 6 of 8 bytes: the object is cut short',
    });
  });
});

describe('whyNotDecodable', () => {
  it('names the transfer syntax with its UID', () => {
    const why = whyNotDecodable(format(), '1.2.840.10008.1.2.4.100');
    expect(why).toBe('MPEG2 Main Profile / Main Level (1.2.840.10008.1.2.4.100)');
    expect(decodeFrame(words(1, 2, 3, 4), format(), '1.2.840.10008.1.2.4.100')).toEqual({ ok: false, kind: 'unsupported', reason: `cannot decode: ${why}` });
    expect(whyNotDecodable(format(), '1.2.3')).toMatch(/1\.2\.3/);
  });

  it('decides by the header before anything is allocated, however hostile it is', () => {
    expect(whyNotDecodable(format({ Rows: 65_535, Columns: 65_535 }), LITTLE)).toMatch(/limit/);
    expect(whyNotDecodable(format({ Rows: 16_384, Columns: 16_384, BitsAllocated: 32, BitsStored: 32, HighBit: 31 }), LITTLE)).toBeUndefined();
    expect(whyNotDecodable(format({ Rows: 16_384, Columns: 16_384, SamplesPerPixel: 3, PhotometricInterpretation: 'RGB' }), LITTLE)).toMatch(/limit/);
    expect(whyNotDecodable(format({ BitsAllocated: 40, BitsStored: 40, HighBit: 39 }), LITTLE)).toBe('40 bits allocated');
    expect(whyNotDecodable(format({ BitsStored: 17 }), LITTLE)).toMatch(/17 bits stored/);
    expect(whyNotDecodable(format({ HighBit: 3, BitsStored: 12 }), LITTLE)).toMatch(/High Bit 3/);
    expect(whyNotDecodable(format({ HighBit: 16 }), LITTLE)).toMatch(/High Bit 16/);
    expect(whyNotDecodable(format({ PhotometricInterpretation: 'HSV', SamplesPerPixel: 3 }), LITTLE)).toBe('colour (HSV)');
    expect(whyNotDecodable(format({ PhotometricInterpretation: 'RGB' }), LITTLE)).toBe('one sample a pixel as RGB');
    expect(whyNotDecodable(format({ SamplesPerPixel: 4, PhotometricInterpretation: 'ARGB' }), LITTLE)).toBe('4 samples a pixel');
    expect(whyNotDecodable(format({ PhotometricInterpretation: 'YBR_ICT', SamplesPerPixel: 3 }), LITTLE)).toMatch(
      /^uncompressed colour \(YBR_ICT, which PS3\.3 C\.7\.6\.3\.1\.2/,
    );
    expect(whyNotDecodable(format({ PhotometricInterpretation: 'YBR_FULL_422', SamplesPerPixel: 3, Columns: 3 }), LITTLE)).toMatch(/odd number of columns/);
    expect(whyNotDecodable(format({ Rows: 0 }), LITTLE)).toMatch(/pixels/);
    expect(whyNotDecodable(format(), LITTLE)).toBeUndefined();
  });

  it('leaves what is no finite number out of the range of floating point values', () => {
    const values = Float32Array.of(NaN, 2, -Infinity, -1.5, Infinity, 0);
    const floating = format({ Rows: 2, Columns: 3, BitsAllocated: 32, BitsStored: 32, HighBit: 31, floatElement: 'FloatPixelData' });
    expect(decodeFrame(new Uint8Array(values.buffer), floating, LITTLE)).toMatchObject({ ok: true, min: -1.5, max: 2 });
  });
});
