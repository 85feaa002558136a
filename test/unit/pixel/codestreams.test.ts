import { beforeAll, describe, expect, it } from 'vitest';
import type { PixelFormat } from '@shared/domain';
import { type Codecs, decodeFrame } from '@shared/pixel';
import { nodeCodecs } from '../../support/codecs';
import { type EncodeOptions, type Encoder, encodeFrame, pixelFormat } from '../../support/encode-frame';

const ROOT = '1.2.840.10008.1.2.4.';
let codecs: Codecs;

beforeAll(async () => {
  codecs = await nodeCodecs();
});

/** Values all over the range of Bits Stored, without a pattern that a predictor would like. */
function noise(format: PixelFormat, step = 2654435761): number[] {
  const { Rows, Columns, SamplesPerPixel, BitsStored, PixelRepresentation } = format;
  const range = 2 ** BitsStored;
  const low = PixelRepresentation === 1 ? -range / 2 : 0;
  return Array.from({ length: Rows * Columns * SamplesPerPixel }, (_, index) => low + (((index * step) >>> 7) % range));
}

/** A soft picture, for lossy codecs. */
function ramp(format: PixelFormat): number[] {
  const { Rows, Columns, SamplesPerPixel, BitsStored } = format;
  const most = 2 ** BitsStored - 1;
  return Array.from({ length: Rows * Columns * SamplesPerPixel }, (_, index) => Math.round((most * (Math.floor(index / SamplesPerPixel) % Columns)) / Columns));
}

function bytesOf(values: readonly number[], format: PixelFormat): Uint8Array {
  return format.BitsAllocated === 8 ? Uint8Array.from(values) : new Uint8Array(Uint16Array.from(values).buffer);
}

async function roundTrip(encoder: Encoder, suffix: string, values: readonly number[], format: PixelFormat, options: EncodeOptions = {}): Promise<number[]> {
  const encoded = await encodeFrame(encoder, bytesOf(values, format), format, options);
  const decoded = decodeFrame(encoded, format, ROOT + suffix, undefined, codecs);
  if (!decoded.ok) throw new Error(decoded.reason);
  return [...decoded.values];
}

const LOSSLESS: readonly (readonly [Encoder, string])[] = [
  ['Jpeg', '70'],
  ['JpegLs', '80'],
  ['Jpeg2000', '90'],
  ['HtJpeg2000', '201'],
  ['HtJpeg2000', '202'],
];

const FORMATS: readonly (readonly [string, Partial<PixelFormat>])[] = [
  ['8 bits', { BitsAllocated: 8 }],
  ['10 of 16 bits', { BitsStored: 10 }],
  ['12 of 16 bits, signed', { BitsStored: 12, PixelRepresentation: 1 }],
  ['16 bits', {}],
  ['16 bits, signed, MONOCHROME1', { PixelRepresentation: 1, PhotometricInterpretation: 'MONOCHROME1' }],
  ['palette indices', { BitsAllocated: 8, PhotometricInterpretation: 'PALETTE COLOR' }],
  ['odd sides', { Rows: 17, Columns: 23, BitsStored: 12 }],
];

describe.each(LOSSLESS)('lossless %s (%s)', (encoder, suffix) => {
  it.each(FORMATS)('gives back every value: %s', async (_, changes) => {
    const format = pixelFormat(changes);
    const values = noise(format);
    expect(await roundTrip(encoder, suffix, values, format, { progressionOrder: suffix === '202' ? 2 : 0 })).toEqual(values);
  });

  it('gives back RGB by pixel', async () => {
    const format = pixelFormat({ BitsAllocated: 8, SamplesPerPixel: 3, PhotometricInterpretation: 'RGB', PlanarConfiguration: 1 });
    const values = noise(format);
    expect(await roundTrip(encoder, suffix, values, format)).toEqual(values);
  });
});

// Not with JPEG 2000: its encoder at hand writes signed bytes as unsigned ones.
it.each(LOSSLESS.slice(0, 2))('lossless %s (%s) gives back 8 bits, signed', async (encoder, suffix) => {
  const format = pixelFormat({ BitsAllocated: 8, PixelRepresentation: 1 });
  expect(await roundTrip(encoder, suffix, noise(format), format)).toEqual(noise(format));
});

describe('lossy codecs', () => {
  it.each([
    ['Jpeg', '50', { BitsAllocated: 8 }, 3],
    ['JpegLs', '81', { BitsStored: 12 }, 10],
    ['Jpeg2000', '91', { BitsStored: 12 }, 12],
    ['HtJpeg2000', '203', { BitsStored: 12 }, 12],
  ] as const)('%s (%s) stays near a soft picture', async (encoder, suffix, changes, tolerance) => {
    const format = pixelFormat(changes);
    const values = ramp(format);
    const decoded = await roundTrip(encoder, suffix, values, format, { lossy: true, quality: 95, rate: 4 });
    expect(Math.max(...decoded.map((value, index) => Math.abs(value - (values[index] ?? 0))))).toBeLessThanOrEqual(tolerance);
  });

  it('JPEG XL (110) gives back 8 bit grey', async () => {
    const format = pixelFormat({ BitsAllocated: 8 });
    expect(await roundTrip('JpegXl', '110', noise(format), format)).toEqual(noise(format));
  });
});

describe('a codestream that disagrees with its header', () => {
  const syntaxes: readonly (readonly [Encoder, string])[] = [...LOSSLESS.slice(0, 4), ['JpegXl', '110']];

  it.each(syntaxes)('is not decoded: %s (%s)', async (encoder, suffix) => {
    const format = pixelFormat({ BitsAllocated: 8 });
    const encoded = await encodeFrame(encoder, bytesOf(noise(format), format), format);
    const reasonFor = (changes: Partial<PixelFormat>): string => {
      const decoded = decodeFrame(encoded, { ...format, ...changes }, ROOT + suffix, undefined, spying);
      return decoded.ok ? 'decoded' : decoded.reason;
    };
    let calls = 0;
    const spying: Codecs = { decode: () => (calls++, { ok: false, reason: 'asked' }) };
    expect(reasonFor({ Rows: 25 })).toMatch(/: the codestream is 32 x 24, the header says 32 x 25$/);
    expect(reasonFor({ Columns: 1000, Rows: 1000 })).toMatch(/the header says 1000 x 1000$/);
    if (encoder !== 'JpegXl') expect(reasonFor({ SamplesPerPixel: 3, PhotometricInterpretation: 'RGB' })).toMatch(/has 1 components, the header says 3$/);
    expect(calls).toBe(0);
    expect(reasonFor({})).toMatch(/refused the frame: asked$/);
  });

  it('is refused when it has more bits than the header allocates', async () => {
    const format = pixelFormat({ BitsStored: 12 });
    const encoded = await encodeFrame('JpegLs', bytesOf(noise(format), format), format);
    const decoded = decodeFrame(encoded, pixelFormat({ BitsAllocated: 8 }), `${ROOT}80`, undefined, codecs);
    expect(decoded).toMatchObject({ ok: false, kind: 'corrupt', reason: expect.stringMatching(/has 16 bits, the header says 8$/) as string });
  });

  it('is widened when it has fewer', async () => {
    const format = pixelFormat({ BitsAllocated: 8 });
    const values = noise(format);
    const encoded = await encodeFrame('JpegLs', bytesOf(values, format), format);
    const decoded = decodeFrame(encoded, pixelFormat({ BitsStored: 12 }), `${ROOT}80`, undefined, codecs);
    expect(decoded.ok && decoded.values instanceof Uint16Array && [...decoded.values]).toEqual(values);
  });

  it('follows the codestream where the syntax names another codec', async () => {
    const format = pixelFormat({ BitsStored: 12 });
    const values = noise(format);
    for (const [encoder, suffix] of [
      ['JpegLs', '70'],
      ['Jpeg', '80'],
      ['HtJpeg2000', '90'],
      ['Jpeg2000', '201'],
    ] as const)
      expect(await roundTrip(encoder, suffix, values, format)).toEqual(values);
  });
});

describe('faults', () => {
  it.each(LOSSLESS)('%s (%s) cut short or empty ends in its reason, and the next frame is decoded', async (encoder, suffix) => {
    const format = pixelFormat();
    const values = noise(format);
    const encoded = await encodeFrame(encoder, bytesOf(values, format), format);
    for (const length of [0, 1, 2, 12, 30, encoded.length >> 1]) {
      const decoded = decodeFrame(encoded.subarray(0, length), format, ROOT + suffix, undefined, codecs);
      // Half a picture may be what a codec gives for half a codestream; it must not be the end of the codecs.
      if (!decoded.ok) expect(decoded.reason).toMatch(/^cannot decode: .+ \([0-9.]+\): .+/);
      else expect(length).toBeGreaterThan(30);
    }
    const again = decodeFrame(encoded, format, ROOT + suffix, undefined, codecs);
    expect(again.ok && [...again.values]).toEqual(values);
  });

  it('without codecs the reason says so', () => {
    expect(decodeFrame(new Uint8Array(10), pixelFormat(), `${ROOT}80`)).toEqual({
      ok: false,
      kind: 'unsupported',
      reason: `cannot decode: JPEG-LS Lossless Image Compression (${ROOT}80): its decoder is not loaded`,
    });
  });

  it('refuses a module that is none', async () => {
    const { createCodecs } = await import('@shared/pixel');
    await expect(createCodecs(new Uint8Array(100))).rejects.toThrow(/no WebAssembly/);
  });
});
