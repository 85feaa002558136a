import { decodeFrame } from '@shared/pixel';
import { describe, expect, it } from 'vitest';
import { nodeCodecs, plainCodecs } from '../../support/codecs';
import { type Encoder, encodeFrame, pixelFormat } from '../../support/encode-frame';

const CASES: readonly (readonly [Encoder, string, number, number, 0 | 1])[] = (['JpegLs', 'HtJpeg2000'] as const).flatMap((encoder) =>
  (
    [
      [8, 8, 0],
      [16, 12, 0],
      [16, 16, 0],
      [16, 12, 1],
      [16, 16, 1],
    ] as const
  ).map(
    ([allocated, stored, sign]) => [encoder, encoder === 'JpegLs' ? '1.2.840.10008.1.2.4.80' : '1.2.840.10008.1.2.4.201', allocated, stored, sign] as const,
  ),
);

describe('the faster decoders', () => {
  it.each(CASES)('give the same values as the other ones: %s %s, %d bits allocated, %d stored, sign %d', async (encoder, syntax, allocated, stored, sign) => {
    const format = pixelFormat({ BitsAllocated: allocated, BitsStored: stored, HighBit: stored - 1, PixelRepresentation: sign });
    const { Rows, Columns } = format;
    const mask = 2 ** stored - 1;
    const cells = Uint16Array.from({ length: Rows * Columns }, (_, at) => {
      const value = (at * at * 31 + at * 7) & mask;
      return sign === 1 && value > mask >> 1 ? value | (0xffff & ~mask) : value;
    });
    const raw = allocated === 8 ? Uint8Array.from(cells) : new Uint8Array(cells.buffer);
    const encoded = new Uint8Array(await encodeFrame(encoder, raw, format));
    const [fast, plain] = [await nodeCodecs(), await plainCodecs()];
    const ours = decodeFrame(encoded, format, syntax, undefined, fast);
    const other = decodeFrame(encoded, format, syntax, undefined, plain);
    if (!ours.ok || !other.ok) return expect.fail('not decoded');
    expect([...ours.values]).toEqual([...other.values]);
    const direct = allocated === 8 ? [...raw] : [...(sign === 1 ? new Int16Array(cells.buffer) : cells)];
    expect([...ours.values]).toEqual(direct);
  });

  it.each([
    ['JpegLs', '1.2.840.10008.1.2.4.80'],
    ['HtJpeg2000', '1.2.840.10008.1.2.4.201'],
  ] as const)('give the same colours as the other ones, without loss: %s', async (encoder, syntax) => {
    const format = pixelFormat({ BitsAllocated: 8, SamplesPerPixel: 3, PhotometricInterpretation: 'RGB', PlanarConfiguration: 0 });
    const raw = Uint8Array.from({ length: format.Rows * format.Columns * 3 }, (_, at) => (at * at * 13 + at * 5) >> 2);
    const encoded = new Uint8Array(await encodeFrame(encoder, raw, format));
    for (const codecs of [await nodeCodecs(), await plainCodecs()]) {
      const decoded = decodeFrame(encoded, format, syntax, undefined, codecs);
      expect(decoded.ok && [...decoded.values]).toEqual([...raw]);
    }
  });

  it.each([
    ['JpegLs', '1.2.840.10008.1.2.4.80'],
    ['HtJpeg2000', '1.2.840.10008.1.2.4.201'],
  ] as const)('give each frame values of its own, whatever comes after it: %s', async (encoder, syntax) => {
    const format = pixelFormat();
    const frames = [1, 2, 3].map((factor) => new Uint8Array(format.Rows * format.Columns * 2).map((_, at) => at * factor));
    const codecs = await nodeCodecs();
    const encoded = await Promise.all(frames.map(async (raw) => new Uint8Array(await encodeFrame(encoder, raw, format))));
    const decoded = encoded.map((bytes) => decodeFrame(bytes, format, syntax, undefined, codecs));
    expect(decoded.map((one) => one.ok && [...new Uint8Array(one.values.slice().buffer)])).toEqual(frames.map((raw) => [...raw]));
  });

  it('leave what they refuse to the other ones, which say why, and go on with the next frame', async () => {
    const format = pixelFormat();
    const raw = new Uint8Array(format.Rows * format.Columns * 2).map((_, at) => at * 7);
    const encoded = new Uint8Array(await encodeFrame('HtJpeg2000', raw, format));
    const codecs = await nodeCodecs();
    const broken = encoded.slice();
    broken.fill(0xff, encoded.length >> 1);
    const syntax = '1.2.840.10008.1.2.4.201';
    for (let round = 0; round < 3; round++) {
      const bad = decodeFrame(broken, format, syntax, undefined, codecs);
      expect(typeof bad.ok).toBe('boolean');
      const good = decodeFrame(encoded, format, syntax, undefined, codecs);
      expect(good.ok && new Uint8Array(good.values.slice().buffer)).toEqual(raw);
    }
  });
});
