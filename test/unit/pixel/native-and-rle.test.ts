import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { PixelFormat } from '@shared/domain';
import { decodeFrame, storedType, whyNotDecodable } from '@shared/pixel';
import { pixelFormat } from '../../support/encode-frame';
import { packCells } from '../../support/pack-cells';

const LITTLE = '1.2.840.10008.1.2.1';
const BIG = '1.2.840.10008.1.2.2';
const RLE = '1.2.840.10008.1.2.5';
const DEFLATED_FRAME = '1.2.840.10008.1.2.8.1';

function decoded(bytes: Uint8Array, format: PixelFormat, syntax = LITTLE): number[] {
  const result = decodeFrame(bytes, format, syntax);
  if (!result.ok) throw new Error(result.reason);
  return [...result.values];
}

function reason(bytes: Uint8Array, format: PixelFormat, syntax = LITTLE): string {
  const result = decodeFrame(bytes, format, syntax);
  return result.ok ? 'decoded' : result.reason;
}

const small = (changes: Partial<PixelFormat> = {}): PixelFormat => pixelFormat({ Rows: 1, Columns: 3, ...changes });

describe('uncompressed values', () => {
  it('of 32 bits keep sign and size in both byte orders', () => {
    const values = [-2_000_000_000, -1, 2_000_000_000];
    const format = small({ BitsAllocated: 32, PixelRepresentation: 1 });
    const bytes = new Uint8Array(12);
    values.forEach((value, index) => new DataView(bytes.buffer).setInt32(4 * index, value, true));
    expect(decoded(bytes, format)).toEqual(values);
    values.forEach((value, index) => new DataView(bytes.buffer).setInt32(4 * index, value, false));
    expect(decoded(bytes, format, BIG)).toEqual(values);
    expect(decoded(new Uint8Array(Uint32Array.of(0, 1, 0xffffffff).buffer), small({ BitsAllocated: 32 }))).toEqual([0, 1, 0xffffffff]);
    expect(decoded(new Uint8Array(Uint32Array.of(0, 1, 0xffffffff).buffer), small({ BitsAllocated: 32, BitsStored: 20 }))).toEqual([0, 1, 0xfffff]);
  });

  it('of 1 bit come lowest bit first', () => {
    const format = pixelFormat({ Rows: 2, Columns: 5, BitsAllocated: 1 });
    expect(decoded(Uint8Array.of(0b1000_0001, 0b10), format)).toEqual([1, 0, 0, 0, 0, 0, 0, 1, 0, 1]);
    expect(storedType(format)).toBe('uint8');
    expect(decoded(deflateRawSync(Uint8Array.of(0b1000_0001, 0b10)), format, DEFLATED_FRAME)).toEqual([1, 0, 0, 0, 0, 0, 0, 1, 0, 1]);
  });

  it('of packed cells keep sign, High Bit and Bits Stored', () => {
    const twelve = small({ BitsAllocated: 12, BitsStored: 12, PixelRepresentation: 1 });
    expect(storedType(twelve)).toBe('int16');
    expect(decoded(packCells([-2048, 2047, -1], 12), twelve)).toEqual([-2048, 2047, -1]);
    const low = { ...twelve, BitsStored: 8, HighBit: 9 };
    expect(decoded(packCells([0b11_1000_0000_11, 0b00_0111_1111_00, 0b01_0000_0001_10], 12), low)).toEqual([-128, 127, 1]);
    const deep = small({ BitsAllocated: 24 });
    expect(storedType(deep)).toBe('uint32');
    expect(decoded(Uint8Array.of(1, 2, 3, 0xff, 0xff, 0xff, 0, 0, 0x80), deep)).toEqual([0x030201, 0xffffff, 0x800000]);
    expect(decoded(deflateRawSync(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9)), deep, DEFLATED_FRAME)).toEqual([0x030201, 0x060504, 0x090807]);
    expect(reason(new Uint8Array(8), deep)).toMatch(/8 of 9 bytes/);
  });

  it('of floating point are taken as they are', () => {
    const single = { ...small({ BitsAllocated: 32 }), floatElement: 'FloatPixelData' } as const;
    expect(decoded(new Uint8Array(Float32Array.of(-1.5, 0, 3e38).buffer), single)).toEqual([...Float32Array.of(-1.5, 0, 3e38)]);
    const double = { ...small({ BitsAllocated: 64 }), floatElement: 'DoubleFloatPixelData' } as const;
    expect(decoded(new Uint8Array(Float64Array.of(-1.5, 1e300, Math.PI).buffer), double)).toEqual([-1.5, 1e300, Math.PI]);
    expect(whyNotDecodable({ ...double, BitsAllocated: 32 }, LITTLE)).toBe('DoubleFloatPixelData with 32 bits allocated, 1 samples');
  });

  it('of a deflated frame are refused when they are too few or damaged', () => {
    expect(reason(deflateRawSync(new Uint8Array(5)), small(), DEFLATED_FRAME)).toMatch(/\(1\.2\.840\.10008\.1\.2\.8\.1\): the frame inflates to 5 of 6 bytes$/);
    expect(reason(deflateRawSync(new Uint8Array(1_000_000)), small(), DEFLATED_FRAME)).toMatch(/: the frame inflates to more than the 6 bytes$/);
    expect(reason(Uint8Array.of(1, 2, 3), small(), DEFLATED_FRAME)).toMatch(/: the deflated frame is damaged$/);
  });
});

describe('uncompressed colour', () => {
  const colour = (changes: Partial<PixelFormat>): PixelFormat => pixelFormat({ Rows: 1, Columns: 2, SamplesPerPixel: 3, BitsAllocated: 8, ...changes });

  it('is RGB by pixel from both planar configurations', () => {
    const format = colour({ PhotometricInterpretation: 'RGB' });
    expect(decoded(Uint8Array.of(1, 2, 3, 4, 5, 6), { ...format, PlanarConfiguration: 0 })).toEqual([1, 2, 3, 4, 5, 6]);
    expect(decoded(Uint8Array.of(1, 4, 2, 5, 3, 6), { ...format, PlanarConfiguration: 1 })).toEqual([1, 2, 3, 4, 5, 6]);
    expect(decodeFrame(Uint8Array.of(1, 4, 2, 5, 3, 6), { ...format, PlanarConfiguration: 1 }, LITTLE)).toMatchObject({
      format: { SamplesPerPixel: 3, PhotometricInterpretation: 'RGB', PlanarConfiguration: 0, BitsAllocated: 8 },
    });
  });

  it('keeps the upper eight bits of more', () => {
    const sixteen = colour({ PhotometricInterpretation: 'RGB', BitsAllocated: 16 });
    expect(decoded(new Uint8Array(Uint16Array.of(0x1234, 0xffff, 0, 0x0100, 0x00ff, 0x8000).buffer), sixteen)).toEqual([0x12, 255, 0, 1, 0, 128]);
    const twelve = { ...sixteen, BitsStored: 12, HighBit: 11 };
    expect(decoded(new Uint8Array(Uint16Array.of(0x0fff, 0x0800, 0, 0xf010, 0x000f, 0x07f0).buffer), twelve)).toEqual([255, 128, 0, 1, 0, 127]);
  });

  it('is read from packed samples in both planar configurations', () => {
    const twelve = colour({ PhotometricInterpretation: 'RGB', BitsAllocated: 12, BitsStored: 12 });
    expect(decoded(packCells([0xfff, 0x800, 0, 0x010, 0x00f, 0x7f0], 12), { ...twelve, PlanarConfiguration: 0 })).toEqual([255, 128, 0, 1, 0, 127]);
    expect(decoded(packCells([0xfff, 0x010, 0x800, 0x00f, 0, 0x7f0], 12), { ...twelve, PlanarConfiguration: 1 })).toEqual([255, 128, 0, 1, 0, 127]);
  });

  it('is refused as what the standard has in compressed pixel data only, by the clause', () => {
    for (const name of ['YBR_PARTIAL_420', 'YBR_ICT', 'YBR_RCT'])
      expect(reason(new Uint8Array(12), colour({ PhotometricInterpretation: name }))).toMatch(
        new RegExp(`uncompressed colour \\(${name}, which PS3\\.3 C\\.7\\.6\\.3\\.1\\.2 allows in compressed pixel data only\\)$`),
      );
  });

  it('is converted by the equations of YBR_FULL and YBR_PARTIAL', () => {
    for (const [photometric, low, luma, chroma] of [
      ['YBR_FULL', 0, 255, 255],
      ['YBR_PARTIAL_422', 16, 219, 224],
    ] as const) {
      const space = { PhotometricInterpretation: photometric };
      for (let y = 0; y < 256; y += 15) {
        for (let cb = 0; cb < 256; cb += 51) {
          const cr = 255 - cb;
          const [l, b, r] = [(255 * (y - low)) / luma, (255 * (cb - 128)) / chroma, (255 * (cr - 128)) / chroma];
          const exact = [l + 1.402 * r, l - (0.114 * 1.772 * b + 0.299 * 1.402 * r) / 0.587, l + 1.772 * b].map((value) => Math.min(255, Math.max(0, value)));
          const bytes = photometric === 'YBR_FULL' ? [y, cb, cr, y, cb, cr] : [y, y, cb, cr];
          const got = decoded(Uint8Array.from(bytes), colour(space));
          for (let at = 0; at < 6; at++) expect(Math.abs((got[at] ?? 0) - (exact[at % 3] ?? 0))).toBeLessThanOrEqual(0.501);
        }
      }
    }
  });

  it('shares the chroma of two pixels in YBR_FULL_422', () => {
    expect(decoded(Uint8Array.of(10, 20, 128, 128), colour({ PhotometricInterpretation: 'YBR_FULL_422' }))).toEqual([10, 10, 10, 20, 20, 20]);
    expect(reason(Uint8Array.of(10, 20, 128), colour({ PhotometricInterpretation: 'YBR_FULL_422' }))).toMatch(/3 of 4 bytes/);
  });
});

/** An RLE frame of the segments given (PS3.5 G.5). */
function rle(...segments: (readonly number[])[]): Uint8Array {
  const header = new Uint32Array(16);
  header[0] = segments.length;
  let at = 64;
  segments.forEach((segment, index) => {
    header[index + 1] = at;
    at += segment.length;
  });
  return Uint8Array.from([...new Uint8Array(header.buffer), ...segments.flat()]);
}

describe('RLE', () => {
  it('knows literal runs, replicated runs and the no-op (PS3.5 G.3.1)', () => {
    const format = pixelFormat({ Rows: 2, Columns: 4, BitsAllocated: 8 });
    expect(decoded(rle([2, 7, 8, 9, 128, 254, 5, 0, 1, 0, 2]), format, RLE)).toEqual([7, 8, 9, 5, 5, 5, 1, 2]);
  });

  it('has the upper byte of each sample first, signs and colour planes whole', () => {
    expect(decoded(rle([2, 0x12, 0xff, 0x80], [2, 0x34, 0xfe, 0]), small({ PixelRepresentation: 1 }), RLE)).toEqual([0x1234, -2, -32_768]);
    const colour = small({ BitsAllocated: 8, SamplesPerPixel: 3, PhotometricInterpretation: 'RGB', PlanarConfiguration: 1 });
    expect(decoded(rle([2, 1, 2, 3], [254, 9], [2, 4, 5, 6]), colour, RLE)).toEqual([1, 9, 4, 2, 9, 5, 3, 9, 6]);
    const deep = small({ BitsAllocated: 32 });
    expect(decoded(rle([254, 1], [254, 2], [254, 3], [2, 4, 5, 6]), deep, RLE)).toEqual([0x01020304, 0x01020305, 0x01020306]);
  });

  it('holds cells that fill no whole bytes in bytes of their own (PS3.5 G.2)', () => {
    expect(decoded(rle([2, 0, 1, 1]), small({ BitsAllocated: 1 }), RLE)).toEqual([0, 1, 1]);
    expect(decoded(rle([2, 0x0f, 0x08, 0], [2, 0xff, 0, 7]), small({ BitsAllocated: 12, BitsStored: 12, PixelRepresentation: 1 }), RLE)).toEqual([
      -1, -2048, 7,
    ]);
    expect(decoded(rle([2, 1, 0xff, 0], [2, 2, 0xff, 0], [2, 3, 0xff, 9]), small({ BitsAllocated: 24 }), RLE)).toEqual([0x010203, 0xffffff, 9]);
  });

  it('takes a pad byte and a run that goes on behind the picture', () => {
    const format = small({ BitsAllocated: 8 });
    expect(decoded(rle([254, 5, 0]), format, RLE)).toEqual([5, 5, 5]);
    expect(decoded(rle([129, 5]), format, RLE)).toEqual([5, 5, 5]);
  });

  it.each([
    ['a header cut short', new Uint8Array(40), /header is cut short/],
    ['another number of segments', rle([254, 5]), /has 1 segments, 2 are needed/],
    ['too few bytes', rle([254, 5], [253, 5].slice(0, 1)), /segment 2 has 0 of 3 bytes/],
    ['a segment outside', rle([254, 5], [254, 5]).subarray(0, 65), /segment 1 lies outside/],
  ])('refuses %s', (_, bytes, words) => {
    expect(reason(bytes, small(), RLE)).toMatch(words);
  });

  it('refuses segments that start in the header or run backwards', () => {
    for (const start of [0, 63, 0xffffffff]) {
      const bytes = rle([254, 5], [254, 5]);
      new DataView(bytes.buffer).setUint32(8, start, true);
      expect(reason(bytes, small(), RLE)).toMatch(/lies outside of the frame/);
    }
  });
});
